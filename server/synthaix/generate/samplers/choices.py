"""One of several listed values: booleans, categories, categories that depend on another column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.errors import SchemaError
from synthaix.generate.draws import Draws, Floats, Integers, Picker, cumulate
from synthaix.generate.samplers.values import typed_values
from synthaix.schema.table import Column, check_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthaix.generate.samplers.base import Context, Row
    from synthaix.schema import generator as kinds


class Boolean:
    """True with probability p."""

    def __init__(self, column: Column, generator: kinds.Boolean, context: Context) -> None:
        if column.type != "boolean":
            raise SchemaError(
                f"column {column.name!r}: generator boolean makes true and false, but the type is {column.type}; "
                f"use type boolean or another generator."
            )
        self._p = generator.p
        self._name = column.name
        self.space = 2

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """u < p."""
        return pl.Series(self._name, draws.uniform("value") < self._p)

    def at(self, index: Integers) -> pl.Series:
        """false, true."""
        return pl.Series(self._name, index == 1)


class Choice:
    """Listed values by weight."""

    def __init__(self, column: Column, values: Sequence[kinds.Scalar], weights: Sequence[float] | None) -> None:
        if weights is not None:
            try:
                check_weights(tuple(weights), len(values))
            except ValueError as exc:
                raise SchemaError(f"column {column.name!r}: {exc}.") from None
            # A weight of zero excludes a value, also where values are numbered for uniqueness.
            kept = [index for index, weight in enumerate(weights) if weight > 0]
            values, weights = [values[index] for index in kept], [weights[index] for index in kept]
        self.values = typed_values(column, values)
        self.space = len(self.values.unique())
        self._picker = Picker(cumulate(np.ones(len(values)) if weights is None else np.asarray(weights, np.float64)))
        self._distinct = self.values.unique(maintain_order=True)

    def pick(self, uniform: Floats) -> pl.Series:
        """The values that these numbers in [0, 1) fall on."""
        return self.values.gather(pl.Series(self._picker(uniform).astype(np.uint32)))

    def at(self, index: Integers) -> pl.Series:
        """The index-th distinct value."""
        return self._distinct.gather(pl.Series(index.astype(np.uint32)))


class Categorical:
    """A choice, or one choice for each value of the column `by`."""

    def __init__(self, column: Column, generator: kinds.Categorical, context: Context) -> None:
        values, weights = generator.values, generator.weights
        if not values and column.enum:
            values, weights = column.enum, weights or column.weights
        if not values and not generator.cases:
            raise SchemaError(f"column {column.name!r}: generator categorical has no values; list values or an enum.")
        if generator.by is not None and generator.by not in context.table.names:
            raise SchemaError(
                f"column {column.name!r}: categorical by {generator.by!r}, which is not a column; "
                f"name one of {', '.join(context.table.names)}, or leave `by` out."
            )
        if generator.by is not None and context.plans[generator.by].generator.kind == "llm":
            raise SchemaError(
                f"column {column.name!r}: categorical by {generator.by!r}, which a model writes after the sampled "
                f"columns; give {generator.by!r} a generator or decide by another column."
            )
        if generator.cases and generator.by is None:
            raise SchemaError(f"column {column.name!r}: cases need `by`, the column whose value decides; name it.")
        self._column, self._by = column, generator.by
        self._cases = {key: Choice(column, case.values, case.weights) for key, case in generator.cases.items()}
        self._other = Choice(column, values, weights) if values else _everything(column, generator)
        self.space = self._other.space

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """The value of each row's own case; rows of no case take the general values."""
        uniform = draws.uniform("value")
        if self._by is None or not self._cases:
            return self._other.pick(uniform).alias(self._column.name)
        deciding = case_keys(row[self._by])
        out = self._other.pick(uniform)
        for key, choice in self._cases.items():
            rows = np.flatnonzero((deciding == key).fill_null(False).to_numpy())
            if rows.size:
                out = out.scatter(rows, choice.pick(uniform[rows]))
        return out.alias(self._column.name)

    def at(self, index: Integers) -> pl.Series:
        """The index-th of the general values."""
        return self._other.at(index).alias(self._column.name)


def case_keys(values: pl.Series) -> pl.Series:
    """The values of a deciding column as the text that `cases` is keyed by (true and false for booleans)."""
    return values.cast(pl.String)


def _everything(column: Column, generator: kinds.Categorical) -> Choice:
    """Where only cases are given, a row of no case takes any of their values."""
    values = dict.fromkeys(value for case in generator.cases.values() for value in case.values)
    return Choice(column, tuple(values), None)
