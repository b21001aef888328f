"""The quality report: what the rows of a result are like, column by column."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl

from synthaix.schema.physical import json_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from synthaix.schema.table import TableSchema

EXAMINED_CELLS = 2_000_000
EXAMINED_ROWS = 100_000
"""What is looked at, whichever is reached first: distinct values need the rows in memory, and a report is quick."""

_ORDERED = (pl.Date, pl.Datetime, pl.Time)


def quality(frames: Iterable[pl.DataFrame], table: TableSchema) -> tuple[int, list[dict[str, Any]]]:
    """(rows examined from the first on, one entry a column).

    An entry has name, type, `nulls` and `distinct` (null not among them); numbers, dates and times `minimum` and
    `maximum` as the tools show values, numbers their `mean`, strings and texts `shortest` and `longest` in characters.
    """
    frame = _first(frames, table)
    return frame.height, [_column(frame.get_column(column.name), column.type) for column in table.columns]


def _first(frames: Iterable[pl.DataFrame], table: TableSchema) -> pl.DataFrame:
    wanted = max(1, min(EXAMINED_ROWS, EXAMINED_CELLS // len(table.columns)))
    held: list[pl.DataFrame] = []
    rows = 0
    for frame in frames:
        held.append(frame)
        rows += frame.height
        if rows >= wanted:
            break
    return pl.concat(held).head(wanted) if held else pl.DataFrame({name: [] for name in table.names})


def _column(values: pl.Series, type: str) -> dict[str, Any]:
    present = values.drop_nulls()
    entry: dict[str, Any] = {
        "name": values.name,
        "type": type,
        "nulls": values.null_count(),
        "distinct": present.n_unique(),
    }
    if present.is_empty():
        return entry
    if type in {"string", "text"}:
        lengths = present.str.len_chars()
        return {**entry, "shortest": lengths.min(), "longest": lengths.max()}
    numeric = present.dtype.is_numeric()
    if numeric or present.dtype in _ORDERED:
        ends = pl.DataFrame({"end": pl.Series([present.min(), present.max()], dtype=present.dtype)})
        entry["minimum"], entry["maximum"] = (row["end"] for row in json_rows(ends))
    if numeric:
        entry["mean"] = _finite(present.cast(pl.Float64).mean())
    return entry


def _finite(value: Any) -> float | None:
    return value if isinstance(value, float) and math.isfinite(value) else None
