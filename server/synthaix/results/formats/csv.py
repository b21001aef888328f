"""CSV as RFC 4180 has it: UTF-8, a header, CRLF, quotes where needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import polars as pl

from synthaix.schema.physical import dtypes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from synthaix.schema.table import TableSchema

_FORMULA = r"^[=+\-@\t\r\n]"
_NUMBER = r"^[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$"
_BEYOND_SIGNS = "A"  # every sign that starts a formula sorts before it


class Csv:
    """A null is an empty field, an empty string is `""`, a datetime RFC 3339 with Z.

    A text that a spreadsheet would run as a formula (it starts with = + - @, tab, CR or LF and is
    not a plain number) gets an apostrophe in front; the other formats carry it unchanged.
    """

    media_type = "text/csv"

    def write(self, frames: Iterator[pl.DataFrame], table: TableSchema, stream: BinaryIO) -> None:
        """Write the header, then the rows frame by frame."""
        pl.DataFrame(schema=dtypes_of(table)).write_csv(stream, line_terminator="\r\n")
        for frame in frames:
            _harmless(frame.with_columns(pl.col(pl.Float64).fill_nan(None))).write_csv(
                stream,
                include_header=False,
                line_terminator="\r\n",
                datetime_format="%Y-%m-%dT%H:%M:%S%.fZ",  # a fraction only where there is one
                time_format="%H:%M:%S%.f",
            )


def _harmless(frame: pl.DataFrame) -> pl.DataFrame:
    # Comparing costs a fifth of matching, and most text starts with a letter.
    low = _any(frame, frame.select(pl.col(pl.String)).columns, lambda cell: cell < _BEYOND_SIGNS)
    suspects = _any(frame, low, lambda cell: cell.str.contains(_FORMULA))
    if not suspects:
        return frame
    cell = pl.col(suspects)
    runs = cell.str.contains(_FORMULA) & ~cell.str.contains(_NUMBER)
    return frame.with_columns(pl.when(runs).then("'" + cell).otherwise(cell).name.keep())


def _any(frame: pl.DataFrame, names: list[str], test: Callable[[pl.Expr], pl.Expr]) -> list[str]:
    """Those of the columns that hold a cell for which `test` is true."""
    found = frame.select(test(pl.col(names)).any()) if names else pl.DataFrame()
    return [name for name in names if found[name][0]]
