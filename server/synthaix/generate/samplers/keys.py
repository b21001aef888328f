"""Identifiers that count: sequences and UUIDs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.errors import SchemaError
from synthaix.generate.samplers.strings import HEX, digits, literal, to_strings
from synthaix.schema.physical import dtype_of
from synthaix.schema.table import MAX_SAFE_INTEGER, NUMERIC_TYPES, TEXTUAL_TYPES, Column

if TYPE_CHECKING:
    from synthaix.generate.draws import Draws, Integers
    from synthaix.generate.samplers.base import Context, Row
    from synthaix.schema import generator as kinds

UUID_TYPES = TEXTUAL_TYPES | {"uuid"}

_UNBOUNDED = 1 << 62

_HYPHENS = (8, 13, 18, 23)
_HEX_PLACES = np.array([place for place in range(36) if place not in _HYPHENS])

_PAIRS = np.stack([np.repeat(HEX, 16), np.tile(HEX, 16)], axis=1)
"""The two hexadecimal digits of each byte."""


class Sequence:
    """start, start + step, … by the candidate's place in the stream."""

    def __init__(self, column: Column, generator: kinds.Sequence, context: Context) -> None:
        if column.type not in NUMERIC_TYPES | TEXTUAL_TYPES:
            raise SchemaError(
                f"column {column.name!r}: generator sequence counts, but the type is {column.type}; "
                f"use type integer or string."
            )
        if column.type in NUMERIC_TYPES and (generator.prefix or generator.suffix):
            raise SchemaError(
                f"column {column.name!r}: a sequence with a prefix or suffix is text, but the type is {column.type}; "
                f"use type string or leave the prefix out."
            )
        if generator.step == 0:
            raise SchemaError(f"column {column.name!r}: a sequence with step 0 never advances; use step 1.")
        self._column, self._made = column, generator
        self.space = _places(column, generator)

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """The terms of these candidates; past the column's bounds the sequence begins again."""
        return self.at(np.arange(draws.start, draws.start + draws.count, dtype=np.int64) % self.space)

    def at(self, index: Integers) -> pl.Series:
        """The index-th terms."""
        made, name = self._made, self._column.name
        terms = index * made.step + made.start
        if self._column.type in NUMERIC_TYPES:
            return pl.Series(name, terms).cast(dtype_of(self._column))
        if not len(terms):
            return pl.Series(name, [], dtype=pl.String)
        low, high = int(terms.min()), int(terms.max())
        if low >= 0 and high < 10 ** (made.width or 1):
            rows = len(terms)
            parts = [literal(made.prefix, rows), digits(terms, made.width or 1), literal(made.suffix, rows)]
            return to_strings(np.concatenate(parts, axis=1), name)
        numbers = pl.Series(name, terms).cast(pl.String).str.zfill(made.width)
        return (made.prefix + numbers + made.suffix).alias(name)


def _places(column: Column, made: kinds.Sequence) -> int:
    """Terms before a bound is passed."""
    if column.type not in NUMERIC_TYPES:
        if column.max_length is None:
            return _UNBOUNDED // abs(made.step)
        room = column.max_length - len(made.prefix) - len(made.suffix) - (1 if made.step < 0 else 0)
        last = 10 ** min(room, 18) - 1 if room > 0 else -1
        bounds = (-last, last)
        if max(made.width, len(str(abs(made.start)))) > room:
            raise SchemaError(
                f"column {column.name!r}: the sequence does not fit max_length {column.max_length}; "
                f"shorten prefix or width, or raise max_length."
            )
    else:
        low, high = column.bound("minimum"), column.bound("maximum")
        bounds = (-MAX_SAFE_INTEGER if low is None else low, MAX_SAFE_INTEGER if high is None else high)
    if not bounds[0] <= made.start <= bounds[1]:
        raise SchemaError(
            f"column {column.name!r}: the sequence starts at {made.start}, outside {column.minimum} to "
            f"{column.maximum}; change start or the bounds."
        )
    room = bounds[1] - made.start if made.step > 0 else made.start - bounds[0]
    return int(room // abs(made.step)) + 1


class Uuid:
    """Version 4 UUIDs (RFC 9562): 122 random bits."""

    space = _UNBOUNDED

    def __init__(self, column: Column, generator: kinds.Uuid, context: Context) -> None:
        if column.type not in UUID_TYPES:
            raise SchemaError(
                f"column {column.name!r}: generator uuid makes text, but the type is {column.type}; use type uuid."
            )
        if column.max_length is not None and column.max_length < 36:
            raise SchemaError(
                f"column {column.name!r}: a UUID has 36 characters, but max_length is {column.max_length}; "
                f"raise max_length or use a pattern."
            )
        self._name = column.name

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """Random UUIDs; 122 bits keep even 10^9 of them distinct."""
        return self._write(draws.bits("value", 2))

    def at(self, index: Integers) -> pl.Series:
        """UUIDs whose last 62 free bits are the index; the others are a mix of it."""
        words = np.empty((len(index), 2), dtype=np.uint64)
        low = index.astype(np.uint64)
        words[:, 0] = low * np.uint64(0x9E3779B97F4A7C15) ^ (low << np.uint64(7))
        words[:, 1] = low
        return self._write(words)

    def _write(self, words: np.ndarray) -> pl.Series:
        raw = words.astype(">u8").view(np.uint8).reshape(len(words), 16)
        raw[:, 6] = (raw[:, 6] & 0x0F) | 0x40
        raw[:, 8] = (raw[:, 8] & 0x3F) | 0x80
        out = np.empty((len(words), 36), dtype=np.uint8)
        out[:, _HYPHENS] = ord("-")
        out[:, _HEX_PLACES] = _PAIRS[raw].reshape(len(words), 32)
        return to_strings(out, self._name)
