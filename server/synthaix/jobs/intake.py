"""The rows of a deduplicate call: from the caller, from an earlier job, from a file; typed, and never trusted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from synthaix.errors import ArgumentError
from synthaix.jobs.files import MAX_SCALE, SUFFIXES, read_file
from synthaix.jobs.headers import column_names
from synthaix.results.paths import resolve_input_path
from synthaix.schema.coerce import coerce_rows
from synthaix.schema.physical import dtypes_of
from synthaix.schema.table import MAX_SAFE_INTEGER, TableSchema, parse_schema

if TYPE_CHECKING:
    from pathlib import Path

BATCH_ROWS = 65_536
"""Rows held beside their source at a time."""

_TYPES: tuple[tuple[type[pl.DataType], str], ...] = (
    (pl.Boolean, "boolean"),
    (pl.Date, "date"),
    (pl.Datetime, "datetime"),
    (pl.Time, "time"),
    (pl.Decimal, "decimal"),
    (pl.String, "string"),
)


@dataclass(frozen=True, slots=True)
class Intake:
    """A table, its rows, the headers that had to be renamed to become column names, and the columns left out of it."""

    table: TableSchema
    frames: Iterator[pl.DataFrame]
    renamed: dict[str, str] = field(default_factory=dict)
    omitted: tuple[str, ...] = ()


def from_rows(rows: Any, schema: Any) -> Intake:
    """Rows sent with the call. Raises ArgumentError naming the first row that cannot be read."""
    if not isinstance(rows, (list, tuple)) or not all(isinstance(row, Mapping) for row in rows):
        raise ArgumentError("rows must be a list of objects, each a row with its column values.")
    if not rows or not any(rows):
        raise ArgumentError("rows is empty; send at least one row with one value.")
    if schema is not None:
        table = parse_schema(schema)
        return Intake(table, _coerced(rows, table, "rows"), omitted=_omitted(_names(rows), table))
    return _from_objects(rows, "rows")


def _from_objects(rows: Sequence[Mapping[str, Any]], source: str) -> Intake:
    kinds = _kinds(rows, source)
    names = column_names(kinds)
    renamed = _changed(names)
    if renamed:
        rows = [{names[str(name)]: value for name, value in row.items()} for row in rows]
    columns = [{"name": names[name], "type": _common(found)} for name, found in kinds.items()]
    table = parse_schema({"columns": columns})
    return Intake(table, _coerced(rows, table, source), renamed)


def from_file(directory: Path, path: Any, schema: Any) -> Intake:
    """The rows of a file in the export directory. Raises ArgumentError or NotFoundError."""
    if not isinstance(path, str):
        raise ArgumentError(f"path is {repr(path)[:80]}; send the name of a file in the export directory.")
    file = resolve_input_path(directory, path, SUFFIXES)
    try:
        content = read_file(file, as_text=schema is not None)
    except (pl.exceptions.PolarsError, OSError, ValueError) as exc:
        reason = str(exc).strip().splitlines()[0][:120] if str(exc).strip() else type(exc).__name__
        raise ArgumentError(f"path {path!r} cannot be read as {file.suffix[1:]}: {reason}; send a valid file.") from exc
    empty = not any(content) if isinstance(content, list) else not content.height or not content.width
    if empty:
        raise ArgumentError(f"path {path!r} holds no rows; send a file with at least one row.")
    if isinstance(content, list):
        return _from_lines(content, path, schema)
    names = column_names(content.columns)
    frame = content.rename(names)
    if schema is not None:
        table = parse_schema(schema)
        missing = [name for name in table.names if name not in frame.columns]
        if missing:
            raise ArgumentError(f"path {path!r} has no column {missing[0]!r}; it has {', '.join(frame.columns)}.")
        return Intake(table, _coerced_frames(frame, table, path), _changed(names), _omitted(frame.columns, table))
    table = _table_of_frame(frame)
    return Intake(table, (_typed(part, table) for part in frame.iter_slices(BATCH_ROWS)), _changed(names))


def _from_lines(rows: list[dict[str, Any]], path: str, schema: Any) -> Intake:
    source = f"path {path!r}"
    if schema is None:
        return _from_objects(rows, source)
    names = column_names(_names(rows))
    table = parse_schema(schema)
    missing = [name for name in table.names if name not in names.values()]
    if missing:
        raise ArgumentError(f"{source} has no column {missing[0]!r}; it has {', '.join(names.values())}.")
    renamed = [{names[name]: value for name, value in row.items()} for row in rows]
    return Intake(table, _coerced(renamed, table, source), _changed(names), _omitted(names.values(), table))


def _names(rows: Iterable[Mapping[str, Any]]) -> dict[str, None]:
    return dict.fromkeys(str(name) for row in rows for name in row)


def _omitted(names: Iterable[str], table: TableSchema) -> tuple[str, ...]:
    """What the rows have and the caller's schema does not: rows that differ there alone are the same."""
    known = frozenset(table.names)
    return tuple(name for name in names if name not in known)


def _changed(names: Mapping[str, str]) -> dict[str, str]:
    return {header: name for header, name in names.items() if header != name}


def _coerced(rows: Sequence[Mapping[str, Any]], table: TableSchema, source: str) -> Iterator[pl.DataFrame]:
    for start in range(0, len(rows), BATCH_ROWS):
        coerced = coerce_rows(rows[start : start + BATCH_ROWS], table)
        if coerced.rejected:
            index, reason = coerced.rejected[0]
            raise ArgumentError(f"{source}: row {start + index} cannot be read: {reason}; correct it, or the schema.")
        yield coerced.frame


def _coerced_frames(frame: pl.DataFrame, table: TableSchema, path: str) -> Iterator[pl.DataFrame]:
    for number, part in enumerate(frame.select(table.names).iter_slices(BATCH_ROWS)):
        yield from _coerced(part.to_dicts(), table, f"path {path!r}, after row {number * BATCH_ROWS}")


def _table_of_frame(frame: pl.DataFrame) -> TableSchema:
    columns = []
    for name, dtype in frame.schema.items():
        column: dict[str, Any] = {"name": name, "type": _type_name(dtype)}
        if isinstance(dtype, pl.Decimal):
            column["decimals"] = min(dtype.scale, MAX_SCALE)
        columns.append(column)
    return parse_schema({"columns": columns})


def _type_name(dtype: pl.DataType) -> str:
    if dtype.is_integer():
        return "integer"
    if dtype.is_float():
        return "float"
    for kind, name in _TYPES:
        if isinstance(dtype, kind):
            return name
    return "json" if dtype.is_nested() else "string"


def _typed(frame: pl.DataFrame, table: TableSchema) -> pl.DataFrame:
    columns = []
    for name, dtype in dtypes_of(table).items():
        series = frame[name]
        if series.dtype.is_nested():
            series = pl.Series(name, [None if value is None else _json(value) for value in series.to_list()])
        elif isinstance(series.dtype, pl.Datetime) and series.dtype.time_zone is None:
            series = series.dt.replace_time_zone("UTC")
        try:
            columns.append(series.cast(dtype))
        except pl.exceptions.PolarsError as exc:
            raise ArgumentError(
                f"column {name!r} of the file has type {series.dtype}, which cannot be compared; "
                "send text, numbers or dates."
            ) from exc
    return pl.DataFrame(columns)


def _json(value: Any) -> str:
    import orjson

    return orjson.dumps(value, default=str).decode()


def _kinds(rows: Sequence[Mapping[str, Any]], source: str) -> dict[str, set[str]]:
    """Every key, and the kinds of its values; the column's type is the narrowest that holds them all."""
    kinds: dict[str, set[str]] = {}
    for row in rows:
        for name, value in row.items():
            kinds.setdefault(str(name), set()).add(_kind(value, source))
    return kinds


def _kind(value: Any, source: str) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        if abs(value) > MAX_SAFE_INTEGER:
            raise ArgumentError(
                f"{source}: the value {str(value)[:40]} is beyond ±{MAX_SAFE_INTEGER}, where JSON readers lose "
                "integers; send it as text."
            )
        return "integer"
    if isinstance(value, float):
        return "float"
    if isinstance(value, (dict, list)):
        return "json"
    return "null" if value is None else "string"


def _common(found: set[str]) -> str:
    found = found - {"null"}
    if len(found) == 1:
        return next(iter(found))
    if found == {"integer", "float"}:
        return "float"
    return "json" if "json" in found else "string"
