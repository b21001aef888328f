"""Rows that were turned away: what equals one of them repeats what it repeated, whatever was kept since."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.dedup.exact import HashTable

if TYPE_CHECKING:
    from synthaix.dedup.exact import KeyedRows


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that was not kept: the kept row it repeats, how similar they are, and the columns that decided.

    Both positions are the caller's (`admit`, `admit_known`); `source` is what `admit_known` was given for
    the kept row.
    """

    position: int
    duplicate_of: int
    similarity: float
    columns: tuple[str, ...]
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """Rejected rows by all of their keys.

    Without this memory an equal row would be compared anew, and might be told to repeat a row that was kept in the
    meantime: what a duplicate repeats would depend on how the stream was cut into blocks.
    """

    _table: HashTable = field(default_factory=HashTable)
    _duplicates: list[Duplicate] = field(default_factory=list)

    def find(self, rows: KeyedRows) -> dict[int, Duplicate]:
        """The rows to which an equal one was rejected before, and what that one repeated."""
        numbers = self._table.find(rows.together())
        return {row: self._duplicates[numbers[row]] for row in np.flatnonzero(numbers >= 0).tolist()}

    def add(self, rows: KeyedRows, duplicates: list[Duplicate]) -> None:
        """Remember rows that `find` did not know; of equal ones the first."""
        hashes = rows.together()
        first = pl.Series(hashes[:, 0]).is_first_distinct().to_numpy()
        self._table.add(hashes[first], np.arange(first.sum(), dtype=np.int64) + len(self._duplicates))
        self._duplicates.extend(duplicate for duplicate, new in zip(duplicates, first.tolist(), strict=True) if new)
