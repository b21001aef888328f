"""Vector indexes: which accepted rows are near enough to a new one to be compared with it.

Vectors are stored as integers of at most ±127: their dot products are whole numbers below 2^24, which
float32 holds exactly, so a product does not depend on how a matrix multiplication was cut into blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SCALE = 127
"""Length of a stored vector: components fit int8, and squares sum to SCALE**2."""

EXACT_ROWS = 100_000
"""Rows up to which every vector is compared with every other: a search of that many in memory costs 0.13 ms in a
block of searches, about what ChromaDB's costs, and its answer is exact and reproducible."""

_BLOCK = 8_192  # index rows a product: with 2,048 queries 64 MB of float32
_QUERIES = 1_024
_CROWD = 64  # hits a query from which sorting them all costs more than selecting


class Hits(NamedTuple):
    """Proposed pairs: query row, number of the indexed row, cosine x SCALE**2."""

    query: NDArray[np.int64]
    row: NDArray[np.int64]
    dot: NDArray[np.float32]


class VectorIndex(Protocol):
    """Numbered vectors, searched by cosine."""

    def __len__(self) -> int: ...

    def add(self, vectors: NDArray[np.int8]) -> None:
        """Append vectors; they are numbered in the order they come."""
        ...

    def search(self, vectors: NDArray[np.int8], top: int, cutoff: float) -> Hits:
        """For each vector at most `top` rows whose cosine is `cutoff` or more, nearest first, earliest first."""
        ...


def quantised(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Unit vectors as integers."""
    return np.rint(vectors * SCALE).astype(np.int8)


class BruteForce:
    """Exact search by matrix multiplication in blocks."""

    def __init__(self, dimensions: int) -> None:
        self._vectors = np.empty((_BLOCK, dimensions), dtype=np.int8)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, vectors: NDArray[np.int8]) -> None:
        """Append vectors."""
        needed = self._count + len(vectors)
        if needed > len(self._vectors):
            grown = np.empty((max(needed, 2 * len(self._vectors)), self._vectors.shape[1]), dtype=np.int8)
            grown[: self._count] = self._vectors[: self._count]
            self._vectors = grown
        self._vectors[self._count : needed] = vectors
        self._count = needed

    def search(self, vectors: NDArray[np.int8], top: int, cutoff: float, since: int = 0) -> Hits:
        """`since`: only rows from this number on."""
        found = []
        for first in range(0, len(vectors), _QUERIES):
            queries = vectors[first : first + _QUERIES].astype(np.float32)
            for start in range(since, self._count, _BLOCK):
                block = self._vectors[start : min(start + _BLOCK, self._count)].astype(np.float32)
                hits = nearest(queries @ block.T, top, cutoff)
                found.append(Hits(hits.query + first, hits.row + start, hits.dot))
        return best(found, top)

    def dots(self, vectors: NDArray[np.int8], query: NDArray[np.int64], row: NDArray[np.int64]) -> NDArray[np.float32]:
        """The exact products of given pairs."""
        left, right = vectors[query].astype(np.float32), self._vectors[row].astype(np.float32)
        return np.asarray(np.einsum("ij,ij->i", left, right), dtype=np.float32)

    def rows(self, start: int) -> NDArray[np.int8]:
        """The vectors from `start` on."""
        return self._vectors[start : self._count]


def nearest(dots: NDArray[np.float32], top: int, cutoff: float) -> Hits:
    """The `top` columns of each row that reach the cut-off; ties go to the lower column."""
    reach = dots >= cutoff * SCALE * SCALE
    width = dots.shape[1]
    if np.count_nonzero(reach) > _CROWD * len(dots):
        crowded = np.flatnonzero(np.count_nonzero(reach, axis=1) > top)
        order = dots[crowded].astype(np.int64) * width - np.arange(width)
        kept = np.argpartition(order, width - top, axis=1)[:, width - top :]
        reach[crowded] = False
        reach[crowded[:, None], kept] = True
    flat = np.flatnonzero(reach)
    query, row = np.divmod(flat, width)
    hits = Hits(query, row, dots.ravel()[flat])
    return best([hits], top) if len(flat) > top else hits


def best(found: list[Hits], top: int) -> Hits:
    """The `top` nearest of each query over several searches, nearest first, ties to the earlier row."""
    if not found:
        return Hits(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))
    query, row, dot = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.lexsort((row, -dot, query))
    query, row, dot = query[order], row[order], dot[order]
    place = np.arange(len(query)) - np.searchsorted(query, query)
    return Hits(query[place < top], row[place < top], dot[place < top])
