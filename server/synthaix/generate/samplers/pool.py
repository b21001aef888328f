"""Values that recur: a pool made once, and values of an earlier job."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.errors import BugError, SchemaError
from synthaix.generate.draws import Draws, Integers, Picker, cumulate
from synthaix.generate.samplers.base import Build, Context, Countable, Row, Sampler
from synthaix.generate.samplers.distinct import Shuffle
from synthaix.generate.samplers.keys import Sequence
from synthaix.schema.physical import dtype_of

if TYPE_CHECKING:
    from synthaix.schema import generator as kinds
    from synthaix.schema.table import Column

_SKEW, _SHIFT = 0.8, 10.0
"""Zipf-Mandelbrot: the busiest of 2,000 values occurs some 12 times as often as the median one."""

_UNKNOWN = 1 << 62
"""Stands for the number of values of a column that is not at hand."""

_ATTEMPTS = 40
"""Rounds of drawing after which a pool that still lacks distinct values is refused."""


class Pool:
    """`size` distinct values, each row taking one of them."""

    def __init__(self, column: Column, generator: kinds.Pool, context: Context, build: Build) -> None:
        if generator.of is None:
            raise BugError(f"pool of column {column.name!r} was planned without saying what it is made of")
        bare = column.model_copy(update={"unique": None, "nullable": None, "null_ratio": None})
        inner = build(bare, generator.of, context)
        key = Draws(context.seed, f"pool:{column.name}", 0, generator.size)
        self._values = _distinct_values(column, inner, generator.size, key)
        self._chosen = Recurring(len(self._values), generator.distribution)
        self._name = column.name
        self.space = len(self._values)

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """One of the values for each candidate."""
        return self.at(self.pick(draws))

    def pick(self, draws: Draws) -> Integers:
        """The number of each candidate's value."""
        return self._chosen.pick(draws)

    def at(self, index: Integers) -> pl.Series:
        """The index-th value."""
        return self._values.gather(pl.Series(index.astype(np.uint32))).alias(self._name)


class Reference:
    """Values of another job's column; without them (while a plan is judged) it can be built, but not sampled."""

    def __init__(self, column: Column, generator: kinds.Reference, context: Context) -> None:
        self._name = column.name
        self.space = _UNKNOWN
        self._values: pl.Series | None = None
        given = context.references.get(column.name)
        if given is not None:
            self._values = _referred(column, generator, given)
            self._distinct = self._values.unique(maintain_order=True)
            self._chosen = Recurring(len(self._values), generator.distribution)
            self.space = len(self._distinct)

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """One of the values for each candidate."""
        if self._values is None:
            raise BugError(f"values for the reference of column {self._name!r} were not handed over")
        return self._values.gather(pl.Series(self._chosen.pick(draws).astype(np.uint32)))

    def at(self, index: Integers) -> pl.Series:
        """The index-th distinct value."""
        if self._values is None:
            raise BugError(f"values for the reference of column {self._name!r} were not handed over")
        return self._distinct.gather(pl.Series(index.astype(np.uint32)))


def _referred(column: Column, generator: kinds.Reference, given: pl.Series) -> pl.Series:
    values = given.drop_nulls()
    where = f"column {generator.column!r} of job {generator.job_id}"
    if not len(values):
        raise SchemaError(f"column {column.name!r}: {where} holds no values; name another column or job.")
    try:
        return values.cast(dtype_of(column)).alias(column.name)
    except pl.exceptions.PolarsError:
        raise SchemaError(
            f"column {column.name!r}: {where} holds {values.dtype}, not {column.type}; give the column the same type."
        ) from None


class Recurring:
    """Indices in [0, size) that recur, evenly or with a few that recur often."""

    def __init__(self, size: int, distribution: str) -> None:
        self._size = size
        self._picker: Picker | None = None
        if distribution == "zipf":
            # Method: Zipf-Mandelbrot law, 1 / (rank + shift)^skew.
            self._picker = Picker(cumulate((np.arange(size, dtype=np.float64) + 1 + _SHIFT) ** -_SKEW))

    def pick(self, draws: Draws) -> Integers:
        """One index for each candidate."""
        if self._picker is None:
            return draws.integers("recurring", 0, self._size)
        return self._picker(draws.uniform("recurring"))


def _distinct_values(column: Column, inner: Sampler, size: int, draws: Draws) -> pl.Series:
    if isinstance(inner, Countable):
        if inner.space < size:
            raise _too_small(column, inner.space, size)
        # A pool of a sequence is its first terms; of anything else, values from all over its space.
        space = size if isinstance(inner, Sequence) else inner.space
        return inner.at(Shuffle(space, draws)(np.arange(size, dtype=np.int64)))
    found = inner.sample(draws, {}).drop_nulls().unique(maintain_order=True)
    for attempt in range(1, _ATTEMPTS):
        if len(found) >= size:
            break
        more = inner.sample(draws.across(attempt * size, size), {}).drop_nulls()
        found = pl.concat([found, more]).unique(maintain_order=True)
    if len(found) < size:
        raise _too_small(column, len(found), size)
    return found.head(size)


def _too_small(column: Column, space: int, size: int) -> SchemaError:
    return SchemaError(
        f"column {column.name!r}: a pool of {size} distinct values is more than the {space} there are; "
        f"make size at most {space}."
    )
