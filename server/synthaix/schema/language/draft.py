"""One column while its words are being read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synthaix.schema.language.dates import Window


@dataclass(slots=True)
class Draft:
    """What has been understood of one column so far; `facts` are fields of the schema's column."""

    text: str
    name: str = ""
    type: str | None = None
    stated: bool = False
    """The type stands in the sentence; otherwise it was inferred."""
    unit: str | None = None
    measured_in: str | None = None
    """The unit of a bound ("up to 60 litres"); it is not part of the name."""
    window: Window | None = None
    after: str | None = None
    before: str | None = None
    description: str | None = None
    hints: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    """Assumptions to tell the person."""
    order_words: str = ""
    """The words of after/before that were taken off the name; they go back where they point at no column."""
    keep: bool = False
    """The name is an identifier the person wrote; it is not to be reworded."""

    @property
    def informed(self) -> bool:
        """Whether anything beyond a name was read."""
        return bool(self.facts or self.type or self.window or self.after or self.before or self.unit)
