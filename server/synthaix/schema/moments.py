"""Dates and times as people and models write them, read only where one reading is possible."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?[ ,-]+(\d{4})", re.ASCII | re.IGNORECASE)
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.ASCII | re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?(?: ?([ap])\.?m\.?)?", re.ASCII | re.IGNORECASE)
_ZONE = re.compile(r"(.*?) ?(?:Z|UTC|GMT|\+00:?00)", re.IGNORECASE)
_SPLIT = re.compile(r"(?P<date>.*?\d)(?:T|,? at |,? )(?P<clock>\d{1,2}:.*)", re.IGNORECASE)


def read_date_text(text: str) -> date:
    """The calendar date that `text` names; of a datetime, the date as written.

    Day and month given as numbers with the year last are read where only one order is possible
    ("31/01/2024"), and day first where dots separate them, as only day-first countries write so.
    Raises ValueError with the reason.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _YEAR_LAST.fullmatch(text):
        day, month, year = (*_day_and_month(int(match[1]), int(match[3]), match[2], text), int(match[4]))
    elif match := _DAY_MONTH.fullmatch(text):
        day, month, year = int(match[1]), _month(match[2], text), int(match[3])
    elif match := _MONTH_DAY.fullmatch(text):
        month, day, year = _month(match[1], text), int(match[2]), int(match[3])
    else:
        return _iso_datetime(text, "date").date()
    try:
        return date(year, month, day)
    except ValueError as exc:
        raise ValueError(f"{text!r} is no date: {exc}") from None


def read_datetime_text(text: str) -> datetime:
    """The moment that `text` names, in UTC; UTC is assumed where no offset is given, midnight where no time is.

    Raises ValueError with the reason.
    """
    try:
        return _utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        pass
    match = _SPLIT.fullmatch(text)
    if match is None:
        return datetime.combine(read_date_text(text), time(), UTC)
    try:
        return datetime.combine(read_date_text(match["date"]), read_time_text(match["clock"]), UTC)
    except ValueError as exc:
        if "could be" in str(exc):
            raise
        return _iso_datetime(text, "datetime")


def read_time_text(text: str) -> time:
    """The time of day that `text` names, in UTC. Raises ValueError with the reason."""
    if zone := _ZONE.fullmatch(text):
        text = zone[1]
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:80]!r} is not a time; send it as '09:30:00'")
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[5]:
        if not 1 <= hour <= 12:
            raise ValueError(f"{text!r} is not a time; send it as '09:30:00'")
        hour = hour % 12 + (12 if match[5].lower() == "p" else 0)
    try:
        return time(hour, minute, second, int((match[4] or ".0")[1:7].ljust(6, "0")))
    except ValueError as exc:
        raise ValueError(f"{text!r} is no time: {exc}") from None


def _iso_datetime(text: str, kind: str) -> datetime:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text) if kind == "date" else _utc(read(text))
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    example = "2024-01-31" if kind == "date" else "2024-01-31T09:30:00Z"
    raise ValueError(f"{text[:80]!r} is not a {kind}; send it as {example!r}")


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _day_and_month(first: int, second: int, separator: str, text: str) -> tuple[int, int]:
    if separator == "." or first > 12 or first == second:
        return first, second
    if second > 12:
        return second, first
    raise ValueError(f"{text!r} could be day or month first; send it as '2024-01-31'")


def _month(name: str, text: str) -> int:
    try:
        return _MONTHS[name.lower()]
    except KeyError:
        raise ValueError(f"{text[:80]!r} is not a date; send it as '2024-01-31'") from None
