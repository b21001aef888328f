"""Text held to the lengths of its column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from synthaix.schema.formats import FORMATS
from synthaix.schema.table import TEXTUAL_TYPES

if TYPE_CHECKING:
    from synthaix.generate.draws import Draws
    from synthaix.generate.samplers.base import Row, Sampler
    from synthaix.schema.table import Column

_TRIES = 6
"""Fresh draws for values that do not fit, before they are cut or filled."""


_REDRAWN_FORMATS = frozenset({"postal_code"})
"""Formats that not every value of the vocabulary has: some countries have no postal codes."""


def needs_fitting(column: Column) -> bool:
    """Whether the column says more of its text than its generator knows."""
    if column.type not in TEXTUAL_TYPES:
        return False
    return column.min_length is not None or column.max_length is not None or column.format in _REDRAWN_FORMATS


class Fitted:
    """`inner`, with values of a wrong length or format drawn again, and at last cut or filled.

    A unique column is not drawn again, since its values are bound to their places.
    """

    def __init__(self, inner: Sampler, column: Column) -> None:
        self.inner = inner
        self._least, self._most = column.min_length or 0, column.max_length
        self._format = FORMATS[column.format] if column.format in _REDRAWN_FORMATS else None
        self._tries = 0 if column.unique else _TRIES

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """Values whose length lies within the bounds."""
        values = self.inner.sample(draws, row)
        for attempt in range(self._tries):
            fits = self._fits(values)
            if fits.all():
                return values
            again = self.inner.sample(draws.child(f"again {attempt}"), row)
            values = pl.select(pl.when(fits).then(values).otherwise(again)).to_series().alias(values.name)
        return values if self._fits(values).all() else self._forced(values)

    def _fits(self, values: pl.Series) -> pl.Series:
        length = values.str.len_chars().fill_null(self._least)
        fits = length >= self._least
        if self._most is not None:
            fits = fits & (length <= self._most)
        if self._format is None:
            return fits
        formed = pl.DataFrame([values.alias("text")]).select(self._format.test(pl.col("text"))).to_series()
        return fits & formed.fill_null(True)

    def _forced(self, values: pl.Series) -> pl.Series:
        if self._format is not None:
            filler = pl.select(pl.lit(self._format.example)).to_series()
            values = (
                pl.select(pl.when(self._fits(values)).then(values).otherwise(filler)).to_series().alias(values.name)
            )
        if self._least:
            # Repeated with a space between, which reads as more of the same.
            times = self._least // 2 + 1
            longer = pl.concat_str([values] * min(times, 64), separator=" ")
            values = pl.select(
                pl.when(values.str.len_chars() >= self._least).then(values).otherwise(longer)
            ).to_series()
            values = values.str.pad_end(self._least, ".")
        limit = self._least if self._most is None else self._most
        cut = values.str.slice(0, limit) if self._most is not None else values
        return cut.alias(values.name)
