"""Files of rows, read without losing what values said: a guessed type stands only where it is lossless."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import orjson
import polars as pl

from synthaix.schema.table import MAX_SAFE_INTEGER

if TYPE_CHECKING:
    from pathlib import Path

SUFFIXES = (".csv", ".jsonl", ".parquet")

MAX_SCALE = 12
"""Decimals a column's schema can promise."""

_BOM = b"\xef\xbb\xbf"
_SEPARATORS = ";\t|"
_HEADER_BYTES = 1 << 16
_OTHER_TYPE = re.compile(r"as dtype `(?!str`)")  # polars guessed a type from some values, and others do not have it

# What a guessed type would lose: zeros in front ("02139"), nanoseconds, and whether 01/02 is a day in January.
_LEADING_ZERO = r"^[+-]?0\d"
_NOT_ISO = r"^\s*\d{1,2}\D|\d{4}[/.]|[.,]\d{7,}"


def read_file(file: Path, as_text: bool) -> pl.DataFrame | list[dict[str, Any]]:
    """The rows of a csv, jsonl or parquet file; as objects where a frame would change them.

    `as_text` leaves what a CSV file holds as text, for a schema to type. Raises PolarsError, OSError or ValueError.
    """
    if file.suffix.lower() == ".parquet":
        return _faithful(pl.read_parquet(file, glob=False))
    if file.suffix.lower() == ".jsonl":
        return _read_jsonl(file)
    return _read_csv(file, as_text)


def _read_csv(file: Path, as_text: bool) -> pl.DataFrame:
    options: dict[str, Any] = {"separator": _separator(file), "glob": False}
    if as_text:
        return pl.read_csv(file, infer_schema=False, **options)
    frame = _guessed(file, options)
    doubtful = [k for k, dtype in enumerate(frame.dtypes) if dtype.is_integer() or dtype.is_temporal()]
    if doubtful:
        texts = pl.read_csv(file, infer_schema=False, columns=doubtful, **options)
        for text in texts.get_columns():
            lossy = _LEADING_ZERO if frame[text.name].dtype.is_integer() else _NOT_ISO
            if frame[text.name].dtype != pl.Time and text.str.contains(lossy).any():
                frame = frame.with_columns(text)
    return _faithful(frame)


def _guessed(file: Path, options: dict[str, Any]) -> pl.DataFrame:
    """With types; dates, then numbers too, stay text where a later value is none after all."""
    for guess in ({"infer_schema_length": None, "try_parse_dates": True}, {"infer_schema_length": None}):
        try:
            return pl.read_csv(file, **guess, **options)
        except pl.exceptions.ComputeError as exc:
            if not _OTHER_TYPE.search(str(exc)):
                raise
    return pl.read_csv(file, infer_schema=False, **options)


def _separator(file: Path) -> str:
    """A comma, unless the header has none and has another one."""
    with file.open("rb") as opened:
        header = opened.readline(_HEADER_BYTES).decode("utf-8", "replace")
    return "," if "," in header else next((mark for mark in _SEPARATORS if mark in header), ",")


def _read_jsonl(file: Path) -> pl.DataFrame | list[dict[str, Any]]:
    content = file.read_bytes().removeprefix(_BOM)
    try:
        frame = pl.read_ndjson(io.BytesIO(content), infer_schema_length=None)
    except pl.exceptions.PolarsError:
        return _objects(content)
    # polars gives nested values the keys of all the others, and half of a surrogate pair becomes a NUL.
    plain = not any(dtype.is_nested() for dtype in frame.dtypes)
    texts = frame.select(pl.col(pl.String).str.contains("\x00", literal=True).any())
    return _faithful(frame) if plain and not any(texts.row(0) if texts.width else ()) else _objects(content)


def _objects(content: bytes) -> list[dict[str, Any]]:
    rows = []
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.strip():
            try:
                row = orjson.loads(line)
            except orjson.JSONDecodeError as exc:
                raise ValueError(f"line {number} is not JSON: {exc}") from None
            if not isinstance(row, dict):
                raise ValueError(f"line {number} is not an object")
            rows.append(row)
    return rows


def _faithful(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with text in place of what its column's type in a schema could not hold."""
    return pl.DataFrame([_held(series) for series in frame.get_columns()])


def _held(series: pl.Series) -> pl.Series:
    dtype = series.dtype
    if (
        dtype.is_integer()
        and not series.drop_nulls().cast(pl.Int128).is_between(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER).all()
    ):
        return series.cast(pl.Decimal(38, 0))  # text in JSON, whose readers lose integers, and a number all the same
    if isinstance(dtype, pl.Decimal) and dtype.scale > MAX_SCALE:
        return series.cast(pl.String)
    if isinstance(dtype, pl.Datetime) and dtype.time_unit == "ns" and (series.to_physical() % 1000 != 0).any():
        moment = series if dtype.time_zone is None else series.dt.convert_time_zone("UTC")
        return moment.dt.to_string("%Y-%m-%dT%H:%M:%S%.9fZ")
    return series
