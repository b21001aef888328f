"""Kinds: rows that an exact column tells apart are of different kinds, and never compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

ANY = np.uint64(0)
"""The kind of a row with an exact value missing: it may agree with rows of every kind."""


def kinds_of(exact: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One kind for each row of hashes of exact values, of which 0 stands for a missing one."""
    if not exact.shape[1]:
        return np.zeros(len(exact), dtype=np.uint64)
    kinds = pl.DataFrame(exact).hash_rows(29).to_numpy() | np.uint64(1)
    return np.where((exact == 0).any(axis=1), ANY, kinds)


def agree(kinds: NDArray[np.uint64], kind: np.uint64) -> NDArray[np.bool_]:
    """Which of the kinds may agree with one."""
    return np.asarray((kinds == kind) | (kinds == ANY) | (kind == ANY))


class KindTable:
    """Kind -> numbers of its rows, at 16 bytes a row: sorted runs of doubling size, merged as they grow."""

    def __init__(self) -> None:
        self._runs: list[tuple[NDArray[np.uint64], NDArray[np.int64]]] = []

    def add(self, kinds: NDArray[np.uint64], first: int) -> None:
        """Rows numbered on from `first`, above all numbers before."""
        order = np.argsort(kinds, kind="stable")
        self._runs.append((kinds[order], order + first))
        while len(self._runs) > 1 and len(self._runs[-2][0]) <= 2 * len(self._runs[-1][0]):
            newer, older = self._runs.pop(), self._runs.pop()
            merged = np.concatenate([older[0], newer[0]])
            order = np.argsort(merged, kind="stable")
            self._runs.append((merged[order], np.concatenate([older[1], newer[1]])[order]))

    def rows(self, kinds: NDArray[np.uint64]) -> list[NDArray[np.int64]]:
        """The rows of each kind, ascending."""
        spans = [
            (np.searchsorted(held, kinds), np.searchsorted(held, kinds, side="right"), rows)
            for held, rows in self._runs
        ]
        none = np.empty(0, dtype=np.int64)
        return [np.concatenate([none, *(rows[a[k] : b[k]] for a, b, rows in spans)]) for k in range(len(kinds))]
