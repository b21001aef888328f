"""Values that a caller listed, as the column's own polars type."""

from __future__ import annotations

from datetime import time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import orjson
import polars as pl

from synthaix.errors import SchemaError
from synthaix.schema.physical import dtype_of
from synthaix.schema.table import MAX_SAFE_INTEGER, Column, read_date, read_datetime

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from synthaix.schema.generator import Scalar


def typed_values(column: Column, values: Sequence[Scalar], source: str = "enum") -> pl.Series:
    """The values as a series of the column's type; null stays null.

    Raises SchemaError naming the first value that is not of that type.
    """
    read = _READ[column.type]
    typed = []
    for value in values:
        try:
            typed.append(None if value is None else read(value))
        except (ValueError, TypeError, InvalidOperation):
            raise SchemaError(
                f"column {column.name!r}: {source} value {value!r} is not of type {column.type}; "
                f"change the value or the column's type."
            ) from None
    return pl.Series(column.name, typed, dtype=dtype_of(column), strict=False)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError
    return str(value)


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value):
        raise ValueError
    if abs(value) > MAX_SAFE_INTEGER:
        raise ValueError
    return int(value)


def _float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError
    return float(value)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool):
        raise ValueError
    return Decimal(str(value))


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


_READ: dict[str, Callable[[Any], Any]] = {
    "string": _text,
    "text": _text,
    "uuid": _text,
    "json": _json,
    "integer": _integer,
    "float": _float,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": read_date,
    "datetime": read_datetime,
    "time": time.fromisoformat,
}
