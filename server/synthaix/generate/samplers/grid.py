"""The numbers a column can hold: multiples of its last decimal place within its bounds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.errors import SchemaError
from synthaix.schema.physical import DEFAULT_DECIMAL_SCALE, dtype_of
from synthaix.schema.table import MAX_SAFE_INTEGER, Column

if TYPE_CHECKING:
    from synthaix.generate.draws import Floats, Integers

DEFAULT_DECIMALS = 4
"""Decimals of a float that says nothing about its precision."""

_SLACK = 1e-6
"""Share of a tick that binary fractions may be off by when they are counted in ticks."""


def decimals_of(column: Column) -> int:
    """Decimal places the column's values are rounded to."""
    if column.type == "integer":
        return 0
    if column.decimals is not None:
        return column.decimals
    if column.type == "decimal":
        return DEFAULT_DECIMAL_SCALE
    return DEFAULT_DECIMALS


@dataclass(frozen=True, slots=True)
class Grid:
    """Ticks low..high (both included), each worth 10^-decimals. `bounded` tells which ends were asked for."""

    column: Column
    decimals: int
    low: int
    high: int
    bounded_low: bool
    bounded_high: bool

    @classmethod
    def of(cls, column: Column, low: float | None = None, high: float | None = None) -> Grid:
        """The column's grid, further bounded by `low` and `high`.

        Raises SchemaError where no value is left.
        """
        decimals = decimals_of(column)
        lows = [bound for bound in (column.bound("minimum"), low) if bound is not None]
        highs = [bound for bound in (column.bound("maximum"), high) if bound is not None]
        most = MAX_SAFE_INTEGER
        first = max([-most, *(_ticks(bound, decimals, ROUND_CEILING) for bound in lows)])
        last = min([most, *(_ticks(bound, decimals, ROUND_FLOOR) for bound in highs)])
        if first > last:
            raise SchemaError(_empty(column, decimals, max(lows, default=-most), min(highs, default=most)))
        return cls(column, decimals, first, last, bool(lows), bool(highs))

    @property
    def space(self) -> int:
        """How many values there are."""
        return self.high - self.low + 1

    @property
    def lowest(self) -> float:
        """The least value, or -inf where nothing bounds it."""
        return self.low / 10.0**self.decimals if self.bounded_low else float("-inf")

    @property
    def highest(self) -> float:
        """The greatest value, or inf where nothing bounds it."""
        return self.high / 10.0**self.decimals if self.bounded_high else float("inf")

    @property
    def half_tick(self) -> float:
        """Half the distance of two values: what rounding may move a number by."""
        return 0.5 / 10.0**self.decimals

    def nearest(self, values: Floats) -> pl.Series:
        """These numbers, each moved to the nearest value."""
        # In place: `values` is a fresh array of the caller, and a copy costs as much as the rounding.
        scaled = values if self.decimals == 0 else np.multiply(values, 10.0**self.decimals, out=values)
        np.rint(scaled, out=scaled)
        np.clip(scaled, self.low, self.high, out=scaled)
        if self.column.type == "float":
            if self.decimals:
                scaled /= 10.0**self.decimals
            return pl.Series(self.column.name, scaled)
        return self.at_ticks(scaled.astype(np.int64))

    def at_ticks(self, ticks: Integers) -> pl.Series:
        """The values at these ticks."""
        name, kind = self.column.name, self.column.type
        if kind == "integer":
            return pl.Series(name, ticks)
        if kind == "float":
            return pl.Series(name, ticks / 10.0**self.decimals)
        return _decimals(pl.Series(name, ticks), self.decimals, dtype_of(self.column))

    def floor_ticks(self, values: pl.Series) -> Integers:
        """The last tick at or before each value (of any numeric type, without nulls)."""
        return np.floor(self._scaled(values) + _SLACK).astype(np.int64)

    def ceil_ticks(self, values: pl.Series) -> Integers:
        """The first tick at or after each value."""
        return np.ceil(self._scaled(values) - _SLACK).astype(np.int64)

    def _scaled(self, values: pl.Series) -> Floats:
        scaled: Floats = values.cast(pl.Float64).to_numpy() * 10.0**self.decimals
        return scaled


def _empty(column: Column, decimals: int, low: float, high: float) -> str:
    precise = f" of {decimals} decimals" if column.type != "integer" else ""
    if low > high:
        return (
            f"column {column.name!r}: the values start at {low:.15g} but end at {high:.15g}; raise maximum or the "
            f"generator's max, or lower minimum or its min."
        )
    return (
        f"column {column.name!r}: no {column.type}{precise} lies between {low:.15g} and {high:.15g}; "
        f"widen the bounds{' or allow more decimals' if precise else ''}."
    )


def _ticks(bound: float, decimals: int, rounding: str) -> int:
    # Through the shortest decimal text: 0.29 * 100 is 28.999… in binary.
    return int(Decimal(repr(bound)).scaleb(decimals).to_integral_value(rounding=rounding))


def _decimals(ticks: pl.Series, decimals: int, dtype: pl.DataType) -> pl.Series:
    if decimals == 0:
        return ticks.cast(dtype)
    scale = Decimal(1).scaleb(-decimals)
    return (ticks.cast(pl.Decimal(38, 0)) * scale).cast(dtype)
