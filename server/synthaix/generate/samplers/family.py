"""Columns of the vocabularies: people, places, companies and what they deal in, and check-summed identifiers."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.errors import SchemaError
from synthaix.generate.draws import Draws, Integers
from synthaix.generate.entities import Part
from synthaix.generate.families import FAMILIES, Family
from synthaix.generate.samplers.distinct import Shuffle
from synthaix.schema.physical import dtype_of
from synthaix.schema.table import NUMERIC_TYPES, TEXTUAL_TYPES, Column

if TYPE_CHECKING:
    from synthaix.generate.samplers.base import Context, Row
    from synthaix.schema import generator as kinds

_BLOCK = 4096
"""Values collected at a time for a column whose family cannot number its values."""

_PATIENCE = 30
"""Blocks without a new value after which a vocabulary counts as used up."""


class FamilyField:
    """One field of a family, agreeing with the other columns of its entity."""

    def __init__(self, column: Column, generator: kinds.Generator, context: Context) -> None:
        self._column = column
        self._family = family_of(column, generator)
        self._field = _field(generator)
        self._locale = getattr(generator, "locale", None) or ""
        self._part = context.parts.get(column.name, Part("", {}))
        try:
            self.size = self._family.space(self._field, self._locale)
        except SchemaError as exc:
            raise SchemaError(f"column {column.name!r}: {_lowered(str(exc))}") from None
        self.numbered = bool(column.unique) and self._field in self._family.unique_fields
        key = Draws(context.seed, f"unique:{column.name}", 0, 0)
        self._shuffle = Shuffle(self.size or 10**12, key) if self.numbered else None
        collects = bool(column.unique) and not self.numbered
        self._collected = _Collected(self, Draws(context.seed, f"collected:{column.name}", 0, 0)) if collects else None

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """The field of each row's entity."""
        if self._collected is not None:
            return self._collected.at(draws.start, draws.count)
        known = {field: row[name] for field, name in self._part.known.items() if name in row}
        if self._shuffle is not None:
            places = self._shuffle(np.arange(draws.start, draws.start + draws.count, dtype=np.int64))
            made = self._family.sample_at(self._field, self._locale, places, draws, known)
        else:
            made = self._family.sample(self._field, self._locale, draws, known)
        return self._typed(made)

    def drawn(self, draws: Draws) -> pl.Series:
        """Values that belong to no row."""
        return self._typed(self._family.sample(self._field, self._locale, draws, {}))

    def _typed(self, made: pl.Series) -> pl.Series:
        column = self._column
        dtype = dtype_of(column)
        if made.dtype == dtype:
            return made.alias(column.name)
        try:
            return made.cast(dtype).alias(column.name)
        except pl.exceptions.PolarsError:
            raise SchemaError(
                f"column {column.name!r}: field {self._field!r} of {self._family.name} makes {made.dtype}, which does "
                f"not fit type {column.type}; use type {'string' if made.dtype == pl.String else 'integer or float'}."
            ) from None


class _Collected:
    """Distinct values in the order in which they turn up in one endless drawing; the i-th belongs to candidate i."""

    def __init__(self, source: FamilyField, draws: Draws) -> None:
        self._source, self._draws = source, draws
        self._values: pl.Series | None = None
        self._drawn = 0
        self._idle = 0
        self._lock = Lock()

    def at(self, start: int, count: int) -> pl.Series:
        """The values of candidates [start, start + count); when the vocabulary is used up they begin again."""
        with self._lock:
            while (self._values is None or len(self._values) < start + count) and self._idle < _PATIENCE:
                self._grow(start + count)
            values = self._values
        assert values is not None
        places: Integers = np.arange(start, start + count, dtype=np.int64) % len(values)
        return values.gather(pl.Series(places.astype(np.uint32)))

    def _grow(self, wanted: int) -> None:
        # Whole multiples of the block, so that the order of values does not depend on how they were asked for.
        have = 0 if self._values is None else len(self._values)
        size = max(1, -(-(wanted - have) // _BLOCK)) * _BLOCK
        more = self._source.drawn(self._draws.across(self._drawn, size)).drop_nulls()
        self._drawn += size
        joined = more if self._values is None else pl.concat([self._values, more])
        self._values = joined.unique(maintain_order=True)
        self._idle = self._idle + 1 if len(self._values) - have < size // 1000 + 1 else 0


def family_of(column: Column, generator: kinds.Generator) -> Family:
    """The family that makes the column. Raises SchemaError for a field or locale it does not have."""
    family = FAMILIES.get(generator.kind)
    if family is None:
        raise SchemaError(
            f"column {column.name!r}: no vocabulary of kind {generator.kind!r}; use one of {', '.join(FAMILIES)}."
        )
    field = _field(generator)
    if field not in family.fields:
        raise SchemaError(
            f"column {column.name!r}: {generator.kind} has no field {field!r}; use one of {', '.join(family.fields)}."
        )
    if column.type not in TEXTUAL_TYPES | NUMERIC_TYPES | {"date", "datetime", "boolean"}:
        raise SchemaError(
            f"column {column.name!r}: generator {generator.kind} makes text, but the type is {column.type}; "
            f"use type string."
        )
    return family


def _field(generator: kinds.Generator) -> str:
    return str(getattr(generator, "scheme", None) or getattr(generator, "field", None) or "")


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
