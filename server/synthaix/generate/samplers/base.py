"""What a sampler is, and what it is built from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import polars as pl

from synthaix.schema.table import Column, TableSchema

if TYPE_CHECKING:
    from synthaix.generate.draws import Draws, Integers
    from synthaix.generate.entities import Part
    from synthaix.generate.plan import ColumnPlan

Row = Mapping[str, pl.Series]
"""The columns of a window that are already sampled, by name."""


class Sampler(Protocol):
    """Writes one column of a window."""

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """`draws.count` values in the column's own polars type."""
        ...


@runtime_checkable
class Countable(Protocol):
    """A sampler whose values can be numbered: what uniqueness and pools are made of."""

    space: int
    """How many distinct values there are."""

    def at(self, index: Integers) -> pl.Series:
        """The values with these numbers in [0, space); different numbers give different values."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """What a sampler may need to know besides its own column."""

    table: TableSchema
    plans: Mapping[str, ColumnPlan]
    seed: int
    references: Mapping[str, pl.Series]
    parts: Mapping[str, Part]


Build = Callable[[Column, Any, Context], Sampler]
"""(column, its generator, context) -> sampler. Raises SchemaError where the column cannot be made."""
