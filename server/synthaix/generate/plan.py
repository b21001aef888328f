"""The plan: which generator writes which column, in which order, and what a model will cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from synthaix.schema.generator import Generator

Mode = Literal["auto", "llm", "local"]


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """How one column is written, and why that way."""

    name: str
    generator: Generator
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Every column's generator, and the model work that follows from it."""

    mode: Mode
    columns: tuple[ColumnPlan, ...]
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0
    provider: str = "local"
    model: str | None = None
    fallback: str | None = None
    """Provider and model that write while the first one's is down, as the settings said when the plan was made."""
    unpriced: tuple[str, ...] = ()
    """Those of the models whose price is unknown."""

    @property
    def written(self) -> tuple[str, ...]:
        """The columns a model writes; the others are sampled."""
        return tuple(column.name for column in self.columns if column.generator.kind == "llm")

    def as_json(self) -> dict[str, Any]:
        """The `plan` of a start_generation reply."""
        return {
            "mode": self.mode,
            "columns": [
                {
                    "name": column.name,
                    "generator": column.generator.model_dump(mode="json", exclude_none=True),
                    "why": column.why,
                }
                for column in self.columns
            ],
            "requests": self.requests,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cost_usd": self.cost_usd,
            "provider": self.provider,
            "model": self.model,
        }
