"""One JSON value read as a column's type: what is unambiguous is repaired, the rest refused with a reason."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from synthaix.errors import SchemaError
from synthaix.schema.moments import read_date_text, read_datetime_text, read_time_text
from synthaix.schema.physical import DEFAULT_DECIMAL_SCALE
from synthaix.schema.table import MAX_SAFE_INTEGER, TEXTUAL_TYPES, Column

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_DECIMAL_DIGITS = 38  # what a 128-bit decimal holds
_ABSENT = frozenset({"", "null", "none", "nil", "nan", "n/a", "na"})
_TRUE = frozenset({"true", "t", "yes", "y", "on", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "off", "0"})
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
# Groups of three parted by one kind of separator, then at most one decimal mark of the other kind.
_GROUPED = re.compile(
    r"[+-]?\d{1,3}(?P<group>[,. _'\u00a0\u202f])\d{3}(?:(?P=group)\d{3})*(?P<mark>[.,]\d+)?", re.ASCII
)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,(?:\d{1,2}|\d{4,})", re.ASCII)
_MONEY = re.compile(r"([+-]?)[$€£¥₹]?\s?(.*?)\s?[$€£¥₹]?")


def read_cell(column: Column, value: Any) -> Any:
    """`value` as the Python type of the column's physical type, or None for an absent value.

    Whether the value fits the column's constraints is validation's question. Raises ValueError
    with a clause that names the value and what to send.
    """
    if value is None or (isinstance(value, str) and column.type not in TEXTUAL_TYPES and _is_absent(value)):
        return None
    if isinstance(value, (float, Decimal)) and not math.isfinite(value):
        if column.may_be_null:
            return None
        raise ValueError(f"{value} is no value; send a finite {column.type}")
    return _READERS[column.type](column, value)


def typed_enum(column: Column) -> tuple[Any, ...]:
    """The column's enum as distinct values of its physical type, nulls left out. Raises SchemaError for a misfit."""
    try:
        return tuple(dict.fromkeys(read_cell(column, value) for value in column.enum or () if value is not None))
    except ValueError as exc:
        raise SchemaError(f"column {column.name!r}: enum does not fit type {column.type}: {exc}.") from None


def shown(value: Any) -> str:
    """The value as it appears in a message: quoted, and never long."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"


def _is_absent(value: str) -> bool:
    return value.strip().casefold() in _ABSENT


def _read_integer(column: Column, value: Any) -> int:
    number = _number(value, "integer", "42")
    if number != number.to_integral_value():
        raise ValueError(f"{shown(value)} is not a whole number; send an integer such as 42")
    if abs(number) > MAX_SAFE_INTEGER:
        raise ValueError(f"{shown(value)} is beyond ±{MAX_SAFE_INTEGER}, where JSON readers lose integers")
    return int(number)


def _read_float(column: Column, value: Any) -> float:
    if isinstance(value, float):
        return value
    number = float(_number(value, "number", "12.5"))
    if not math.isfinite(number):
        raise ValueError(f"{shown(value)} is too large for a float; send a smaller number")
    if isinstance(value, int) and int(number) != value:
        raise ValueError(f"{shown(value)} is beyond ±{MAX_SAFE_INTEGER}, where JSON readers lose integers")
    return number


def _read_decimal(column: Column, value: Any) -> Decimal:
    number = _number(value, "decimal", "'12.50'")
    scale = DEFAULT_DECIMAL_SCALE if column.decimals is None else column.decimals
    if number.adjusted() + 1 + scale > _MAX_DECIMAL_DIGITS:
        raise ValueError(f"{shown(value)} is too large for a decimal; at most {_MAX_DECIMAL_DIGITS} digits are kept")
    try:
        rounded = round(number, scale) if number.adjusted() < 27 else number
    except InvalidOperation:
        raise ValueError(f"{shown(value)} cannot be kept as a decimal; send fewer digits") from None
    if rounded != number:
        raise ValueError(f"{shown(value)} has more than {scale} decimals; round it or set decimals higher")
    return rounded


def _number(value: Any, kind: str, example: str) -> Decimal:
    refused = f"{shown(value)} is not a{'n' if kind == 'integer' else ''} {kind}; send a value such as {example}"
    if isinstance(value, bool):
        raise ValueError(refused)
    if isinstance(value, Decimal):
        return value
    if isinstance(value, (int, float)):
        return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not isinstance(value, str) or len(value) > 100:
        raise ValueError(refused)
    text = value.strip()
    if not _PLAIN.fullmatch(text):
        text = _without_grouping(text, kind, refused)
    return Decimal(text)


def _without_grouping(text: str, kind: str, refused: str) -> str:
    money = _MONEY.fullmatch(text)
    if money and not money[2].startswith(("+", "-")):
        text = money[1] + money[2]
    if _PLAIN.fullmatch(text):
        return text
    if _DECIMAL_COMMA.fullmatch(text):
        return text.replace(",", ".")
    match = _GROUPED.fullmatch(text)
    if match is None or (match["mark"] and match["mark"][0] == match["group"]):
        raise ValueError(refused)
    group, mark = match["group"], match["mark"]
    if group == "," and mark is None and text.count(",") == 1 and kind != "integer":
        raise ValueError(f"{text!r} could be {text.replace(',', '')} or {text.replace(',', '.')}; send a plain number")
    whole = text[: -len(mark)] if mark else text
    return whole.replace(group, "") + (f".{mark[1:]}" if mark else "")


def _read_boolean(column: Column, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)) and value in (0, 1):
        return bool(value)
    if isinstance(value, str):
        word = value.strip().casefold()
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
    raise ValueError(f"{shown(value)} is not a boolean; send true or false")


def _read_text(column: Column, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise ValueError(f"{shown(value)} is not a string; send it in quotes")
    return checked_text(value.strip() if isinstance(value, str) else str(value))


def checked_text(text: str) -> str:
    """`text`, unless no file or database could carry it. Raises ValueError."""
    if "\x00" in text:
        raise ValueError(f"{shown(text)} holds a NUL character; leave it out")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{shown(text)} holds half of a surrogate pair; send whole characters") from None
    return text


def _read_uuid(column: Column, value: Any) -> str:
    if isinstance(value, str):
        try:
            return str(UUID(value.strip()))
        except ValueError:
            pass
    raise ValueError(f"{shown(value)} is not a UUID; send it as '123e4567-e89b-42d3-a456-426614174000'")


def _read_date(column: Column, value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return read_date_text(_moment_text(value, "date", "2024-01-31"))


def _read_datetime(column: Column, value: Any) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    return read_datetime_text(_moment_text(value, "datetime", "2024-01-31T09:30:00Z"))


def _read_time(column: Column, value: Any) -> time:
    if isinstance(value, time):
        return value
    return read_time_text(_moment_text(value, "time", "09:30:00"))


def _moment_text(value: Any, kind: str, example: str) -> str:
    if not isinstance(value, str) or len(value) > 100:
        raise ValueError(f"{shown(value)} is not a {kind}; send it as {example!r}")
    return " ".join(value.split())


def _read_json(column: Column, value: Any) -> str:
    if isinstance(value, str):
        checked_text(value)
        if value.lstrip()[:1] in ("{", "["):
            # Strict structured output has no free-form objects, so models send them as JSON text.
            try:
                value = orjson.loads(value)
            except orjson.JSONDecodeError:
                raise ValueError(f"{shown(value)} is not JSON; send an object, a list or valid JSON text") from None
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER).decode()
    except orjson.JSONEncodeError as exc:
        raise ValueError(f"{shown(value)} cannot be kept as JSON: {exc}") from None


_READERS: dict[str, Callable[[Column, Any], Any]] = {
    "string": _read_text,
    "text": _read_text,
    "uuid": _read_uuid,
    "json": _read_json,
    "integer": _read_integer,
    "float": _read_float,
    "decimal": _read_decimal,
    "boolean": _read_boolean,
    "date": _read_date,
    "datetime": _read_datetime,
    "time": _read_time,
}
