"""JSON rows from a model or a caller, made into a typed frame.

All columns are built by polars in one go, because a step of polars costs much the same for one short column as for
ten; only the values that do not fit are read one by one (`synthaix.schema.cell`). Types are repaired here,
constraints are judged by `synthaix.schema.validation`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from synthaix.schema.cell import read_cell, shown, typed_enum
from synthaix.schema.physical import dtype_of, dtypes_of
from synthaix.schema.table import MAX_SAFE_INTEGER, TEXTUAL_TYPES, Column, TableSchema

if TYPE_CHECKING:
    from numpy.typing import NDArray

_UUID = r"\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\z"
_NATIVE: dict[str, frozenset[type]] = {
    "integer": frozenset({int, type(None)}),
    "float": frozenset({float, int, type(None)}),
    "boolean": frozenset({bool, type(None)}),
    "json": frozenset(),
}
_TEXT = frozenset({str, type(None)})


@dataclass(frozen=True, slots=True)
class Coerced:
    """The rows that could be read, and why the others could not.

    `frame` is typed, in schema order; its row k is `rows[indices[k]]` (int64, increasing).
    `rejected` holds (index in `rows`, sentence) in order of index.
    """

    frame: pl.DataFrame
    indices: NDArray[np.int64]
    rejected: list[tuple[int, str]] = field(default_factory=list)


def coerce_rows(rows: Sequence[Mapping[str, Any]], table: TableSchema) -> Coerced:
    """Read JSON rows as the table's types, repairing what has one reading only.

    A missing key is a null; a key that differs from a column's name in case only is that column's;
    other unknown keys are ignored. A row with one unreadable value is rejected whole.
    """
    rejected: dict[int, str] = {}
    records = _records(rows, rejected)
    values = [_values(records, column.name) for column in table.columns]
    columns: list[pl.Series] = []
    for column, told, read in zip(table.columns, values, _native(table.columns, values), strict=True):
        series, failures = _repaired(column, told, read)
        columns.append(series)
        for index, reason in failures.items():
            rejected.setdefault(index, f"column {column.name!r}: {reason}")
    frame = pl.DataFrame(columns) if rows else pl.DataFrame(schema=dtypes_of(table))
    indices = np.arange(len(rows), dtype=np.int64)
    if rejected:
        kept = np.ones(len(rows), dtype=np.bool_)
        kept[list(rejected)] = False
        frame, indices = frame.filter(pl.Series(kept)), indices[kept]
    return Coerced(frame, indices, sorted(rejected.items()))


def _records(rows: Sequence[Any], rejected: dict[int, str]) -> list[Mapping[str, Any]]:
    records: list[Mapping[str, Any]] = []
    for index, row in enumerate(rows):
        if isinstance(row, Mapping):
            records.append(row)
        else:
            rejected[index] = f"a row must be an object with one key per column, not {shown(row)}"
            records.append({})
    return records


def _values(records: list[Mapping[str, Any]], name: str) -> list[Any]:
    try:
        return [record[name] for record in records]
    except KeyError:
        return [record[name] if name in record else _by_folded_name(record, name) for record in records]


def _by_folded_name(record: Mapping[str, Any], name: str) -> Any:
    folded = name.casefold()
    matches = [value for key, value in record.items() if isinstance(key, str) and key.strip().casefold() == folded]
    return matches[0] if len(matches) == 1 else None


def _native(columns: Sequence[Column], values: Sequence[list[Any]]) -> list[pl.Series]:
    """What JSON's own types say, of each column; null where a value must be looked at again."""
    names = [str(place) for place in range(len(columns))]
    raw = [_raw(column, told).alias(name) for column, told, name in zip(columns, values, names, strict=True)]
    reading = [_FAST[column.type](column, pl.col(name)) for column, name in zip(columns, names, strict=True)]
    try:
        read = pl.DataFrame(raw).select(reading).get_columns()
    except pl.exceptions.PolarsError:
        read = [_alone(*one) for one in zip(columns, raw, reading, strict=True)]
    return [series.alias(column.name) for column, series in zip(columns, read, strict=True)]


def _raw(column: Column, values: list[Any]) -> pl.Series:
    native = _NATIVE.get(column.type, _TEXT)
    fits = values if native.issuperset(map(type, values)) else [v if type(v) in native else None for v in values]
    dtype = _RAW.get(column.type, pl.String())
    try:
        return pl.Series(column.name, fits, dtype=dtype, strict=True)
    except (pl.exceptions.PolarsError, OverflowError, TypeError, UnicodeEncodeError):
        return pl.Series(column.name, [None] * len(values), dtype=dtype)


def _alone(column: Column, raw: pl.Series, reading: pl.Expr) -> pl.Series:
    try:
        return raw.to_frame().select(reading).to_series()
    except pl.exceptions.PolarsError:
        return pl.Series(column.name, [None] * len(raw), dtype=dtype_of(column))


def _repaired(column: Column, values: list[Any], series: pl.Series) -> tuple[pl.Series, dict[int, str]]:
    failures: dict[int, str] = {}
    repaired: dict[int, Any] = {}
    doubtful = series.null_count() > values.count(None)
    for index in np.flatnonzero(series.is_null().to_numpy()).tolist() if doubtful else ():
        if values[index] is not None:
            try:
                repaired[index] = read_cell(column, values[index])
            except ValueError as exc:
                failures[index] = str(exc)
    if repaired:
        series = series.scatter(list(repaired), pl.Series(list(repaired.values()), dtype=series.dtype))
    if column.enum is not None and column.type in TEXTUAL_TYPES:
        series = _match_enum(column, series)
    return series, failures


def _match_enum(column: Column, series: pl.Series) -> pl.Series:
    """Values that equal an enum value but for case and spaces become that enum value."""
    enum = typed_enum(column)
    strangers = series.filter(~series.is_in(enum)).drop_nulls().unique().to_list()
    if not strangers:
        return series
    folded: dict[str, list[str]] = {}
    for value in enum:
        folded.setdefault(_folded(value), []).append(value)
    found = {text: folded.get(_folded(text), []) for text in strangers}
    mapping = {text: matches[0] for text, matches in found.items() if len(matches) == 1}
    return series.replace(mapping) if mapping else series


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


# The fast readers take native values only and leave null what must be looked at again.


def _integers(column: Column, cell: pl.Expr) -> pl.Expr:
    return _only(cell, cell.is_between(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER))


def _floats(column: Column, cell: pl.Expr) -> pl.Expr:
    # Larger magnitudes may come from integers that a float cannot hold.
    return _only(cell, cell.is_between(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER) & cell.is_not_nan())


def _as_it_is(column: Column, cell: pl.Expr) -> pl.Expr:
    return cell


def _texts(column: Column, cell: pl.Expr) -> pl.Expr:
    text = cell.str.strip_chars()
    return _only(text, ~text.str.contains("\x00", literal=True))


def _uuids(column: Column, cell: pl.Expr) -> pl.Expr:
    return _only(cell, cell.str.contains(_UUID))


def _decimals(column: Column, cell: pl.Expr) -> pl.Expr:
    dtype = dtype_of(column)
    assert isinstance(dtype, pl.Decimal)
    # Polars rounds what has too many decimals, so only texts that fit exactly go the fast way.
    plain = rf"\A-?[0-9]{{1,25}}(?:\.[0-9]{{1,{dtype.scale}}})?\z" if dtype.scale else r"\A-?[0-9]+\z"
    return _only(cell, cell.str.contains(plain)).cast(dtype)


def _dates(column: Column, cell: pl.Expr) -> pl.Expr:
    day = cell.str.to_date("%Y-%m-%d", strict=False)
    return _only(day, day.dt.year().is_between(1, 9999))


def _datetimes(column: Column, cell: pl.Expr) -> pl.Expr:
    moment = cell.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", strict=False, time_unit="us", time_zone="UTC")
    return _only(moment, moment.dt.year().is_between(datetime.min.year, datetime.max.year))


def _times(column: Column, cell: pl.Expr) -> pl.Expr:
    return cell.str.to_time("%H:%M:%S%.f", strict=False)


def _only(cell: pl.Expr, fits: pl.Expr) -> pl.Expr:
    """The cell, null wherever `fits` is not true."""
    return pl.when(fits).then(cell)


_RAW: dict[str, pl.DataType] = {"integer": pl.Int64(), "float": pl.Float64(), "boolean": pl.Boolean()}
_FAST: dict[str, Callable[[Column, pl.Expr], pl.Expr]] = {
    "string": _texts,
    "text": _texts,
    "uuid": _uuids,
    "json": _as_it_is,
    "integer": _integers,
    "float": _floats,
    "decimal": _decimals,
    "boolean": _as_it_is,
    "date": _dates,
    "datetime": _datetimes,
    "time": _times,
}
