"""What a sentence became: the table, the row count it named, and what was guessed on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synthaix.schema.table import TableSchema


@dataclass(frozen=True)
class Translation:
    """A schema for a person to confirm, with the guesses behind it said out loud."""

    schema: TableSchema
    inferred_count: int | None
    assumptions: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    provider: str = "local"
