"""Columns that come after or before others in every row, at distances a person would expect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from synthaix.generate.draws import Draws, Floats, Integers
    from synthaix.generate.samplers.base import Row, Sampler

_SPREAD = 0.8
"""Sigma of the logarithm of a distance: nine in ten lie within a factor of four of the median."""


class Scale(Protocol):
    """The values of a column as whole ticks low..high."""

    @property
    def low(self) -> int:
        """The first tick."""
        ...

    @property
    def high(self) -> int:
        """The last tick."""
        ...

    def at_ticks(self, ticks: Integers) -> pl.Series:
        """The values at these ticks."""
        ...

    def floor_ticks(self, values: pl.Series) -> Integers:
        """The last tick at or before each value."""
        ...

    def ceil_ticks(self, values: pl.Series) -> Integers:
        """The first tick at or after each value."""
        ...


@dataclass(frozen=True, slots=True)
class Order:
    """What a column is held between: the columns before it and after it in the row.

    `distance` is the median distance in ticks; `open` allows values past the scale's end where a
    predecessor leaves no room below it. With `least` (ticks) values lie at least that far beyond, and
    a value that does so by itself is kept as it is.
    """

    after: tuple[str, ...]
    before: tuple[str, ...]
    distance: float
    open: bool
    least: int = 0


class Ordered:
    """`inner` where a row's neighbours are null, else a value beyond them by a log-normal distance.

    A distance is bent to fit the room there is (room * (1 - exp(-distance / room))), so that values do
    not pile up at a bound.
    """

    def __init__(self, inner: Sampler, scale: Scale, order: Order) -> None:
        self._inner, self._scale, self._order = inner, scale, order

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """Values strictly beyond the neighbours."""
        scale, order = self._scale, self._order
        floors = [_bound(row[name], scale.floor_ticks, scale.low - 1) for name in order.after]
        ceilings = [_bound(row[name], scale.ceil_ticks, scale.high + 1) for name in order.before]
        lower = np.max([*floors, np.full(draws.count, scale.low - 1)], axis=0) + 1
        upper = np.min([*ceilings, np.full(draws.count, scale.high + 1)], axis=0) - 1
        natural = self._inner.sample(draws, row)
        if order.least:
            # Who is not that old yet begins lately rather than years ahead.
            late = np.maximum(lower, scale.high - int(order.distance))
            lower = np.where(lower + order.least > scale.high, late, lower + order.least)
            made = self._between(draws, lower, upper)
            kept = pl.Series(scale.floor_ticks(natural) >= lower)
            made = pl.select(pl.when(kept).then(natural).otherwise(made)).to_series()
        else:
            made = self._between(draws, lower, upper)
        free = _all_null(row, (*order.after, *order.before), draws.count)
        if free is None:
            return made.alias(natural.name)
        return pl.select(pl.when(free).then(natural).otherwise(made)).to_series().alias(natural.name)

    def _between(self, draws: Draws, lower: Integers, upper: Integers) -> pl.Series:
        order = self._order
        if order.after and order.before:
            room = np.maximum(upper - lower + 1, 1)
            return self._scale.at_ticks(lower + (draws.uniform("share") * room).astype(np.int64))
        distance = order.distance * np.exp(draws.normal("distance") * _SPREAD)
        room = (upper - lower).astype(np.float64)
        if order.open:
            room = np.maximum(room, order.distance * 20)
        steps = np.floor(_bent(distance, np.maximum(room, 0.0))).astype(np.int64)
        return self._scale.at_ticks(lower + steps if order.after else upper - steps)


def _bent(distance: Floats, room: Floats) -> Floats:
    safe = np.maximum(room, 1.0)
    bent: Floats = np.where(room < 1.0, 0.0, -room * np.expm1(-distance / safe))
    return np.minimum(bent, room)


def _bound(values: pl.Series, ticks: object, missing: int) -> Integers:
    assert callable(ticks)
    if not values.has_nulls():
        made: Integers = ticks(values)
        return made
    present = values.is_not_null().to_numpy()
    out = np.full(len(values), missing, dtype=np.int64)
    out[present] = ticks(values.drop_nulls())
    return out


def _all_null(row: Row, names: tuple[str, ...], count: int) -> pl.Series | None:
    """Where no neighbour has a value; None if that is nowhere."""
    free = np.ones(count, dtype=bool)
    for name in names:
        free &= row[name].is_null().to_numpy()
    return pl.Series(free) if free.any() else None
