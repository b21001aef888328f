"""Choosing a window of time and a shape for dates, datetimes and times of day by what they mean."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from synthaix.generate.concepts import words_of
from synthaix.schema import generator as kinds
from synthaix.schema.table import Column, read_datetime

Chosen = tuple[kinds.Generator, str]
Shape = Literal["uniform", "business_hours", "seasonal", "recent"]

_YEAR = 365.25

_LINES: tuple[tuple[str, float, float, Shape, str], ...] = (
    ("birth dob birthday birthdate born", -75 * _YEAR, -18 * _YEAR, "uniform", "birth dates of adults"),
    ("expiry expiration expires expire until", 30, 4 * _YEAR, "uniform", "still to come"),
    ("due deadline renewal next scheduled planned upcoming estimated expected target", 0, 120, "uniform", "soon"),
    ("hire hired joining employment", -12 * _YEAR, 0, "recent", "years of service, most of them few"),
    ("founded established built construction", -60 * _YEAR, -_YEAR, "uniform", "decades back"),
    ("manufacture manufactured release released publish published publication", -8 * _YEAR, 0, "uniform", "years"),
    (
        "signup registered registration joined enrolled enrollment subscribed member",
        -4 * _YEAR,
        0,
        "recent",
        "growing",
    ),
    ("login seen active accessed viewed synced", -90, 0, "recent", "mostly in the last weeks"),
    ("appointment meeting interview consultation hearing", -365, 0, "business_hours", "in working hours"),
    (
        "invoice ticket call opened reported filed submitted approved hired",
        -365,
        0,
        "business_hours",
        "working hours",
    ),
    (
        "order ordered purchase sale sold booking transaction placed",
        -365,
        0,
        "seasonal",
        "busier before year's end",
    ),
)
"""Words of a name, then the window in days from today, its shape and the reason."""

_WINDOWS = tuple((frozenset(line[0].split()), *line[1:]) for line in _LINES)

_LAST_YEAR = (-365.0, 0.0)


def choose(column: Column, today: datetime, earlier: str | None) -> Chosen:
    """A window that ends or begins today, or at the column's bounds; always written out."""
    if column.type == "time":
        return _time(column)
    words = set(words_of(column.name))
    if not any(words & marks for marks, *_ in _WINDOWS):
        words |= set(words_of(column.description)) & {"birth", "expiry", "expiration", "hire"}
    start, end, shape, why = next(
        ((start, end, shape, why) for marks, start, end, shape, why in _WINDOWS if words & marks),
        (*_LAST_YEAR, "uniform", "twelve months to the reference day"),
    )
    first, last = _window(column, today + timedelta(days=start), today + timedelta(days=end))
    if column.minimum is not None or column.maximum is not None:
        why = "within the bounds"
    if column.unique or (last - first).days < 7 or earlier is not None:
        shape = "uniform"
    if earlier is not None:
        why = f"after {earlier!r}, at a usual distance"
    return kinds.DateTime(start=written(first, column), end=written(last, column), shape=shape), why


def lately(column: Column, today: datetime, years: float) -> kinds.DateTime:
    """The last years, each day alike."""
    first, last = _window(column, today - timedelta(days=years * _YEAR), today)
    return kinds.DateTime(start=written(first, column), end=written(last, column))


def window(column: Column, today: datetime) -> tuple[str, str]:
    """Start and end that a datetime generator without a window gets."""
    first, last = _window(column, today + timedelta(days=_LAST_YEAR[0]), today)
    return written(first, column), written(last, column)


def written(moment: datetime, column: Column) -> str:
    """A moment as the schema language writes it."""
    if column.type == "date":
        return moment.date().isoformat()
    return moment.isoformat().replace("+00:00", "Z")


def _window(column: Column, first: datetime, last: datetime) -> tuple[datetime, datetime]:
    """The usual window moved within the bounds: the same length where only one end is bounded."""
    low, high = (None if bound is None else read_datetime(str(bound)) for bound in (column.minimum, column.maximum))
    length = last - first
    if low is not None and high is not None:
        return low, high
    if low is not None:
        return low, last if last - low > timedelta(days=1) else low + length
    if high is not None:
        return (first if high - first > timedelta(days=1) else high - length), high
    return first, last


def _time(column: Column) -> Chosen:
    start = str(column.minimum) if column.minimum is not None else "00:00:00"
    end = str(column.maximum) if column.maximum is not None else "23:59:59"
    if column.minimum is not None or column.maximum is not None or column.unique:
        return kinds.DateTime(start=start, end=end), "within the bounds"
    return kinds.DateTime(start=start, end=end, shape="business_hours"), "in working hours"
