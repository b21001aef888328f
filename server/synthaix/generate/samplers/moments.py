"""Dates, datetimes and times of day within a window, spread the way events are spread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from synthaix.errors import SchemaError
from synthaix.generate.draws import Draws, Floats, Integers, Picker, cumulate
from synthaix.schema.physical import dtype_of
from synthaix.schema.table import TEMPORAL_TYPES, Column, read_date, read_datetime

if TYPE_CHECKING:
    from synthaix.generate.samplers.base import Context, Row
    from synthaix.schema import generator as kinds

SECOND = 1_000_000
"""Microseconds, the unit of every moment here."""
DAY = 86_400 * SECOND

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_THURSDAY = 3  # 1970-01-01, counted from Monday

_RECENT_SCALE = 0.25
"""Share of the window after which recent events have become e times rarer."""

_BUSINESS = np.array([0] * 8 + [0.5, 1, 1, 1, 0.6, 0.9, 1, 1, 0.8, 0.4] + [0] * 6, dtype=np.float64)
"""Weight of each hour of a working day: 8 to 18 with a dip at noon."""

_WAKING = np.array(
    [2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 11, 12, 12, 11, 11, 11, 12, 13, 14, 15, 15, 13, 9, 5], dtype=np.float64
)
"""Weight of each hour for things people do in their own time."""

_FINE_WINDOW = 1_000 * SECOND
"""A window shorter than this is cut into milliseconds, else nearly all of its moments would coincide."""


@dataclass(frozen=True, slots=True)
class Span:
    """Moments low..high (both included) in steps of `unit`, counted in units since the epoch (or midnight)."""

    column: Column
    unit: int
    low: int
    high: int

    @property
    def space(self) -> int:
        """How many moments there are."""
        return self.high - self.low + 1

    def at_ticks(self, ticks: Integers) -> pl.Series:
        """The moments at these ticks, in the column's type."""
        name, dtype = self.column.name, dtype_of(self.column)
        if self.column.type == "date":
            return pl.Series(name, ticks.astype(np.int32)).cast(dtype)
        micros = ticks * self.unit
        if self.column.type == "time":
            return pl.Series(name, micros * 1000).cast(dtype)
        return pl.Series(name, micros).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")

    def floor_ticks(self, values: pl.Series) -> Integers:
        """The last tick at or before each moment (of any temporal type, without nulls)."""
        return micros_of(values) // self.unit

    def ceil_ticks(self, values: pl.Series) -> Integers:
        """The first tick at or after each moment."""
        return -(-micros_of(values) // self.unit)


class DateTime:
    """A moment of the window by the shape of the events."""

    def __init__(self, column: Column, generator: kinds.DateTime, context: Context) -> None:
        if column.type not in TEMPORAL_TYPES:
            raise SchemaError(
                f"column {column.name!r}: generator datetime makes moments, but the type is {column.type}; "
                f"use type date, datetime or time, or another generator."
            )
        self.span = span_of(column, generator)
        self.shape = generator.shape
        self.space = self.span.space
        self._cells = None if self.shape in ("uniform", "recent") else _cells(self.span, self.shape)

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """Moments of the window."""
        span = self.span
        if self._cells is not None:
            return span.at_ticks(self._cells.sample(draws))
        if self.shape == "recent":
            reach = -np.log1p(draws.uniform("value") * np.expm1(-1 / _RECENT_SCALE)) * _RECENT_SCALE
            return span.at_ticks(span.high - np.minimum((reach * span.space).astype(np.int64), span.space - 1))
        return span.at_ticks(draws.integers("value", span.low, span.high + 1))

    def at(self, index: Integers) -> pl.Series:
        """The index-th moment of the window."""
        return self.span.at_ticks(index + self.span.low)


def span_of(column: Column, generator: kinds.DateTime) -> Span:
    """The moments that the generator's window and the column's bounds leave.

    Raises SchemaError where an end cannot be read, or nothing is left.
    """
    low, high = _end(column, generator.start, "start"), _end(column, generator.end, "end")
    lows = [micros(bound) for bound in (column.bound("minimum"), low) if bound is not None]
    highs = [micros(bound) for bound in (column.bound("maximum"), high) if bound is not None]
    first, last = _defaults(column, lows, highs)
    unit = DAY if column.type == "date" else SECOND
    if unit == SECOND and (last - first < _FINE_WINDOW or column.unique):
        unit = 1_000
    ticks = (-(-first // unit), last // unit)
    if ticks[0] > ticks[1]:
        raise SchemaError(
            f"column {column.name!r}: no {column.type} lies between {generator.start or column.minimum} and "
            f"{generator.end or column.maximum}; swap or widen the bounds."
        )
    return Span(column, unit, *ticks)


def micros(moment: date | datetime | time) -> int:
    """Microseconds since the epoch, or since midnight for a time of day."""
    if isinstance(moment, datetime):
        delta = moment - _EPOCH
        return (delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds
    if isinstance(moment, date):
        return (moment.toordinal() - _EPOCH.toordinal()) * DAY
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * SECOND + moment.microsecond


def micros_of(values: pl.Series) -> Integers:
    """Microseconds since the epoch (or midnight) of a temporal series without nulls."""
    if values.dtype == pl.Date:
        return values.cast(pl.Int64).to_numpy() * DAY
    if values.dtype == pl.Time:
        return values.cast(pl.Int64).to_numpy() // 1000
    return values.cast(pl.Int64).to_numpy()


def micros_of_text(moment: int, column: Column) -> str:
    """Microseconds as the schema language writes a bound of the column."""
    if column.type == "time":
        return (datetime(1970, 1, 1) + timedelta(microseconds=moment)).time().isoformat()
    when = _EPOCH + timedelta(microseconds=moment)
    return when.date().isoformat() if column.type == "date" else when.isoformat().replace("+00:00", "Z")


def _end(column: Column, text: str | None, which: str) -> Any:
    if text is None:
        return None
    read = {"date": read_date, "datetime": read_datetime, "time": time.fromisoformat}[column.type]
    try:
        return read(text)
    except ValueError:
        raise SchemaError(
            f"column {column.name!r}: generator {which} {text!r} is not a {column.type}; "
            f"send it as {'09:30:00' if column.type == 'time' else '2024-01-31'!r}."
        ) from None


def _defaults(column: Column, lows: list[int], highs: list[int]) -> tuple[int, int]:
    """Both ends; one that is missing lies a year from the other, and a day's ends bound a time."""
    if column.type == "time":
        return max(lows, default=0), min(highs, default=DAY - SECOND)
    if not lows and not highs:
        raise SchemaError(f"column {column.name!r}: generator datetime has no window; give start and end.")
    first = max(lows) if lows else min(highs) - 365 * DAY
    last = min(highs) if highs else max(lows) + 365 * DAY
    return first, last


@dataclass(frozen=True, slots=True)
class Cells:
    """Stretches of ticks [starts, stops) with a weight each, and the hours within them where they are days."""

    starts: Integers
    stops: Integers
    days: Picker
    hours: Picker | None
    per_hour: int

    def sample(self, draws: Draws) -> Integers:
        """A tick for each candidate."""
        cell = self.days(draws.uniform("cell"))
        if self.hours is not None:
            hour = self.hours(draws.uniform("hour"))
            return self.starts[cell] + hour * self.per_hour + draws.integers("moment", 0, self.per_hour)
        width = self.stops[cell] - self.starts[cell]
        return self.starts[cell] + (draws.uniform("moment") * width).astype(np.int64)


def _cells(span: Span, shape: str) -> Cells:
    """Days for a long window (whole days, so that nothing piles up at its ends), else hours cut to the window."""
    hours = _BUSINESS if shape == "business_hours" else _WAKING
    per_day = DAY // span.unit
    long = span.column.type == "date" or (span.column.type == "datetime" and span.space > 14 * per_day)
    step = per_day if long else per_day // 24
    first, last = span.low // step, span.high // step
    if long:
        first, last = -(-span.low // step), (span.high + 1) // step - 1
    cells = np.arange(first, last + 1)
    starts, stops = np.maximum(cells * step, span.low), np.minimum((cells + 1) * step, span.high + 1)
    weights = (stops - starts) / step
    if span.column.type != "time":
        weights = weights * _day_weights(cells if long else cells // 24, shape)
    if not long:
        weights = weights * hours[cells % 24]
    if not weights.any():
        raise SchemaError(
            f"column {span.column.name!r}: no working hour lies in the window; widen it or use shape uniform."
        )
    fine = long and span.column.type == "datetime"
    return Cells(starts, stops, Picker(cumulate(weights)), Picker(cumulate(hours)) if fine else None, per_day // 24)


def _day_weights(days: Integers, shape: str) -> Floats:
    weekday = (days + _THURSDAY) % 7
    if shape == "business_hours":
        return (weekday < 5).astype(np.float64)
    # A peak before the year's end, a trough in summer, and fuller weekends.
    season = 1 + 0.45 * np.cos(2 * np.pi * ((days - 345) % 365.2425) / 365.2425)
    weights: Floats = season * np.where(weekday >= 5, 1.25, 1.0)
    return weights
