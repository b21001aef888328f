"""A column's regular expression, matched against whole values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import regex  # type: ignore[import-untyped]

from synthaix.errors import SchemaError

if TYPE_CHECKING:
    from synthaix.schema.table import Column

_SECONDS_A_VALUE = 1.0
"""An honest pattern needs microseconds a value; one that needs this long backtracks without end."""


def pattern_test(column: Column) -> pl.Expr:
    """Whether each text of the column matches its pattern from first to last character.

    Polars' engine runs in linear time but knows no look-around and no back-references; patterns
    that need those go to a backtracking engine under a deadline. Passing the deadline raises
    SchemaError instead of calling the value invalid, since the answer would depend on the machine.
    """
    assert column.pattern is not None
    linear = rf"\A(?:{column.pattern})\z"
    text = pl.col(column.name)
    try:
        pl.Series([""], dtype=pl.String).str.contains(linear)
    except pl.exceptions.ComputeError:
        return text.map_batches(_Backtracking(column), return_dtype=pl.Boolean)
    return text.str.contains(linear)


class _Backtracking:
    def __init__(self, column: Column) -> None:
        self.where = f"column {column.name!r}: pattern {column.pattern!r}"
        try:
            self.compiled = regex.compile(column.pattern)
        except regex.error as exc:
            raise SchemaError(f"{self.where} is not a regular expression: {exc}; mend it.") from None

    def __call__(self, batch: pl.Series) -> pl.Series:
        return pl.Series(
            batch.name, [None if text is None else self._matches(text) for text in batch], dtype=pl.Boolean
        )

    def _matches(self, text: str) -> bool:
        try:
            return self.compiled.fullmatch(text, timeout=_SECONDS_A_VALUE) is not None
        except TimeoutError:
            raise SchemaError(
                f"{self.where} takes too long to match; drop nested repetitions such as (a+)+ or the look-around."
            ) from None
