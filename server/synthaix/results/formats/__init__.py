"""The formats a result can be written in: one file each, one line of registration here."""

from __future__ import annotations

from synthaix.errors import ArgumentError
from synthaix.results.formats.base import ResultFormat
from synthaix.results.formats.csv import Csv
from synthaix.results.formats.jsonl import JsonLines
from synthaix.results.formats.parquet import Parquet
from synthaix.results.formats.sql import Sql

FORMATS: dict[str, ResultFormat] = {
    "csv": Csv(),
    "jsonl": JsonLines(),
    "parquet": Parquet(),
    "sql": Sql(),
}


def format_named(name: str) -> ResultFormat:
    """The format of that name. Raises ArgumentError listing those there are."""
    try:
        return FORMATS[name]
    except KeyError:
        raise ArgumentError(f"format {name[:80]!r} is unknown; use one of {', '.join(FORMATS)}.") from None


__all__ = ["FORMATS", "ResultFormat", "format_named"]
