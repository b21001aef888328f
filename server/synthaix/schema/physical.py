"""How a table stands in memory: one polars type per column type, and the way out to JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

    from synthaix.schema.table import Column, TableSchema

DEFAULT_DECIMAL_SCALE = 2
"""Decimals stand for money unless the column says otherwise."""

_DTYPES: dict[str, pl.DataType] = {
    "string": pl.String(),
    "text": pl.String(),
    "uuid": pl.String(),
    "json": pl.String(),  # JSON text; it becomes a value again on the way out
    "integer": pl.Int64(),
    "float": pl.Float64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us", "UTC"),
    "time": pl.Time(),
}


def dtype_of(column: Column) -> pl.DataType:
    """The polars type that holds the column."""
    if column.type == "decimal":
        return pl.Decimal(38, DEFAULT_DECIMAL_SCALE if column.decimals is None else column.decimals)
    return _DTYPES[column.type]


def dtypes_of(table: TableSchema) -> dict[str, pl.DataType]:
    """Column name -> polars type, in order."""
    return {column.name: dtype_of(column) for column in table.columns}


def json_rows(frame: pl.DataFrame, json_columns: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    """Rows as JSON values: RFC 3339 UTC datetimes with Z, decimals as strings, null and never NaN.

    `json_columns` hold JSON text, which is given back as the value it stands for.
    """
    # In this thread alone: for a step of polars, a page would wait for the exports that keep its threads busy.
    rows = frame.to_dicts()
    for name, dtype in frame.schema.items():
        if (shown := _shown_as(dtype)) is not None:
            for row in rows:
                if row[name] is not None:
                    row[name] = shown(row[name])
    for name in json_columns & set(frame.columns):
        for row in rows:
            if row[name] is not None:
                row[name] = orjson.loads(row[name])
    return rows


def json_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every value as JSON shows it; text where JSON has no type of its own."""
    return frame.with_columns(_json_expression(name, dtype) for name, dtype in frame.schema.items())


def _shown_as(dtype: pl.DataType) -> Callable[[Any], Any] | None:
    """What `_json_expression` says, of one value; None where it stays as it is."""
    if isinstance(dtype, pl.Datetime):
        return lambda value: f"{value.replace(tzinfo=None).isoformat()}Z"
    if isinstance(dtype, (pl.Date, pl.Time)):
        return lambda value: value.isoformat()
    if isinstance(dtype, pl.Decimal):
        return lambda value: f"{value:f}"
    if isinstance(dtype, pl.Float64):
        return lambda value: value if value == value else None  # NaN differs from itself
    return None


def _json_expression(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        return datetime_text(column)
    if isinstance(dtype, pl.Date):
        return column.dt.to_string("%Y-%m-%d")
    if isinstance(dtype, pl.Time):
        return time_text(column)
    if isinstance(dtype, pl.Decimal):
        return column.cast(pl.String)
    if isinstance(dtype, pl.Float64):
        return column.fill_nan(None)
    return column


def datetime_text(column: pl.Expr) -> pl.Expr:
    """RFC 3339 with Z; the fraction only where there is one."""
    whole = column.dt.to_string("%Y-%m-%dT%H:%M:%SZ")
    return pl.when(column.dt.microsecond() == 0).then(whole).otherwise(column.dt.to_string("%Y-%m-%dT%H:%M:%S%.6fZ"))


def time_text(column: pl.Expr) -> pl.Expr:
    """ISO 8601 time in microseconds; the fraction only where there is one."""
    whole = column.dt.to_string("%H:%M:%S")
    return pl.when(column.dt.nanosecond() < 1_000).then(whole).otherwise(column.dt.to_string("%H:%M:%S%.6f"))
