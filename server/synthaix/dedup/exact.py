"""Exact equality: 128-bit hashes of canonical values, and the tables of those already accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_SEED = 0x53594E5448
_NOT_FOUND = np.int64(-1)


def row_hashes(columns: list[pl.Series]) -> NDArray[np.uint64]:
    """(rows, 2) hashes; equal rows have equal hashes, nulls included.

    Two independent 64-bit hashes make a false match a matter of 2^-128 for each pair of rows.
    """
    frame = pl.DataFrame([series.alias(str(place)) for place, series in enumerate(columns)])
    first = frame.hash_rows(_SEED).to_numpy()
    second = frame.hash_rows(_SEED + 1).to_numpy()
    return np.stack([first, second], axis=1)


class HashTable:
    """Hash -> number of the row accepted with it, for millions of rows at 24 bytes each.

    Sorted runs of doubling size, merged like a log-structured tree: an insert costs amortised
    O(log n), a look-up one binary search for each run.
    """

    def __init__(self) -> None:
        self._runs: list[tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.int64]]] = []

    def __len__(self) -> int:
        return sum(len(run[0]) for run in self._runs)

    def find(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The number stored with each hash, or -1."""
        found = np.full(len(hashes), _NOT_FOUND)
        for first, second, numbers in self._runs:
            place = np.searchsorted(first, hashes[:, 0])
            # Two entries may share the first half of their hash; three never will.
            for step in (0, 1):
                at = np.minimum(place + step, len(first) - 1)
                hit = (first[at] == hashes[:, 0]) & (second[at] == hashes[:, 1])
                found[hit] = numbers[at[hit]]
        return found

    def add(self, hashes: NDArray[np.uint64], numbers: NDArray[np.int64]) -> None:
        """Store new hashes; the caller has made sure that none is known."""
        if not len(hashes):
            return
        order = np.argsort(hashes[:, 0], kind="stable")
        self._runs.append((hashes[order, 0], hashes[order, 1], numbers[order]))
        while len(self._runs) > 1 and len(self._runs[-2][0]) <= 2 * len(self._runs[-1][0]):
            newer, older = self._runs.pop(), self._runs.pop()
            first = np.concatenate([older[0], newer[0]])
            order = np.argsort(first, kind="stable")
            second = np.concatenate([older[1], newer[1]])[order]
            self._runs.append((first[order], second, np.concatenate([older[2], newer[2]])[order]))


@dataclass(frozen=True, slots=True)
class KeyedRows:
    """Rows by their keys: a (rows, 2) hash array for each key, and which rows have that key at all."""

    hashes: tuple[NDArray[np.uint64], ...]
    present: tuple[NDArray[np.bool_], ...]

    def take(self, rows: NDArray[np.int64]) -> KeyedRows:
        """Some of the rows."""
        return KeyedRows(tuple(h[rows] for h in self.hashes), tuple(p[rows] for p in self.present))

    def first_alike(self) -> NDArray[np.int64]:
        """For each row the first that agrees with it in every key; itself where there is none."""
        if not self.hashes:
            return np.empty(0, dtype=np.int64)
        frame = self._halves()
        first = frame.with_row_index("row").select(pl.col("row").first().over(frame.columns).cast(pl.Int64))
        return first.to_series().to_numpy()

    def together(self) -> NDArray[np.uint64]:
        """(rows, 2) hashes of all the keys of a row."""
        return row_hashes(self._halves().get_columns())

    def first_present(self, row: int) -> int:
        """The first key that the row has."""
        return next(k for k, present in enumerate(self.present) if present[row])

    def shared(self) -> NDArray[np.bool_]:
        """The rows of which some key occurs twice among these rows."""
        rows = np.zeros(len(self.hashes[0]) if self.hashes else 0, dtype=np.bool_)
        for hashes, present in zip(self.hashes, self.present, strict=True):
            rows |= pl.Series(hashes[:, 0]).is_duplicated().to_numpy() & present
        return rows

    def _halves(self) -> pl.DataFrame:
        return pl.DataFrame({f"{k}.{half}": h[:, half] for k, h in enumerate(self.hashes) for half in (0, 1)})


class ExactKeys:
    """The keys no two accepted rows may share: `unique` ones, of one column or several, and all compared columns."""

    def __init__(self, unique: Sequence[tuple[str, ...]], compared: Sequence[str]) -> None:
        self.unique = frozenset(unique)
        self._uniques = len(unique)
        self.columns = (*unique, *((tuple(compared),) if compared else ()))
        self.whole_row = bool(compared)
        self._tables = tuple(HashTable() for _ in self.columns)

    def keyed(self, canonical: Mapping[str, pl.Series]) -> KeyedRows:
        """The rows' keys. A null is equal to nothing in a unique key, as in SQL, and to a null in a whole row."""
        rows = len(next(iter(canonical.values())))
        hashes, present = [], []
        for place, names in enumerate(self.columns):
            hashes.append(row_hashes([canonical[name] for name in names]))
            known = np.ones(rows, dtype=np.bool_)
            for name in names if place < self._uniques else ():
                known &= canonical[name].is_not_null().to_numpy()
            present.append(known)
        return KeyedRows(tuple(hashes), tuple(present))

    def find(self, rows: KeyedRows, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each row the first accepted row that shares a key, as that key and the row's number; else -1 and -1.

        The first row, not the first key: rows that are accepted later then change nothing.
        """
        key, number = np.full(count, -1), np.full(count, -1)
        for place, table in enumerate(self._tables):
            found = table.find(rows.hashes[place])
            first = (found >= 0) & rows.present[place] & ((number < 0) | (found < number))
            key[first], number[first] = place, found[first]
        return key, number

    def add(self, rows: KeyedRows, first_number: int) -> None:
        """The rows are accepted and numbered on from `first_number`. A key that is known keeps its first row."""
        for table, hashes, present in zip(self._tables, rows.hashes, rows.present, strict=True):
            numbers = np.arange(first_number, first_number + len(hashes))
            new = present & (table.find(hashes) < 0) & pl.Series(hashes[:, 0]).is_first_distinct().to_numpy()
            table.add(hashes[new], numbers[new])
