"""The vector index: which accepted rows are near enough to a new one to be compared with it.

The search is exact: every vector is compared with every other of its kind. An approximate index is not
reproducible (built twice from the same calls, ChromaDB's answers differ), and up to millions of rows not
faster. Vectors are stored as integers of at most ±127, so that a product is a whole number and
does not depend on how a multiplication was cut into blocks.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from synthaix.dedup.kinds import ANY, KindTable
from synthaix.dedup.product import OFFSET, products

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

SCALE = 127
"""Length of a stored vector: components fit int8, and squares sum to SCALE**2."""

_ROWS = 1_024  # index rows a product ...
_QUERIES = 1_024  # ... and queries: 4 MB of results, which stay in the processor's cache
_CROWD = 64  # hits a query from which a product is looked at in halves
_SMALL = 4_096  # pairs up to which a kind's products are made together with those of other kinds


class Hits(NamedTuple):
    """Proposed pairs: query row, number of the indexed row, cosine x SCALE**2."""

    query: NDArray[np.int64]
    row: NDArray[np.int64]
    dot: NDArray[np.int32]


def quantised(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Unit vectors as integers."""
    return np.rint(vectors * SCALE).astype(np.int8)


def least_product(cutoff: float) -> int:
    """The smallest product of two vectors whose cosine is `cutoff` or more."""
    return math.ceil(cutoff * SCALE * SCALE)


class VectorIndex:
    """Numbered vectors of rows, searched by cosine among rows of the same kind."""

    def __init__(self, dimensions: int) -> None:
        self._vectors = np.empty((_ROWS, dimensions), dtype=np.uint8)
        self._kinds = KindTable()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, vectors: NDArray[np.int8], kinds: NDArray[np.uint64]) -> None:
        """Append vectors; they are numbered in the order they come."""
        needed = self._count + len(vectors)
        if needed > len(self._vectors):
            grown = np.empty((max(needed, 2 * len(self._vectors)), self._vectors.shape[1]), dtype=np.uint8)
            grown[: self._count] = self._vectors[: self._count]
            self._vectors = grown
        self._vectors[self._count : needed] = vectors.view(np.uint8) ^ np.uint8(OFFSET)
        self._kinds.add(kinds, self._count)
        self._count = needed

    def search(
        self, vectors: NDArray[np.int8], kinds: NDArray[np.uint64], top: int, cutoff: float, earlier: bool = False
    ) -> Hits:
        """For each vector at most `top` rows whose cosine is `cutoff` or more, nearest first, earliest first.

        `earlier`: the vectors are the indexed ones themselves, and each is compared with those before it.
        """
        search = _Search(vectors, top, cutoff, earlier)
        small: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        for queries, rows in self._groups(kinds):
            count = self._count if rows is None else len(rows)
            if rows is not None and count * len(queries) <= _SMALL:
                small.append((np.repeat(queries, count), np.tile(rows, len(queries))))
                continue
            for first in range(0, len(queries), _QUERIES):
                part = queries[first : first + _QUERIES]
                for start in range(0, count, _ROWS):
                    stop = min(start + _ROWS, count)
                    here = np.arange(start, stop) if rows is None else rows[start:stop]
                    block = self._vectors[start:stop] if rows is None else self._vectors[here]
                    search.look(products(block, vectors[part]), here, part)
        if small:
            query, row = (np.concatenate(side) for side in zip(*small, strict=True))
            search.keep(query, row, self._dots(vectors, query, row))
        return search.hits()

    def rows(self, start: int, stop: int) -> NDArray[np.int8]:
        """The vectors from `start` to before `stop`."""
        return (self._vectors[start : min(stop, self._count)] ^ np.uint8(OFFSET)).view(np.int8)

    def _groups(self, kinds: NDArray[np.uint64]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64] | None]]:
        """Queries of one kind and the rows they may agree with; None for all rows."""
        order = np.argsort(kinds, kind="stable")
        distinct, starts = np.unique(kinds[order], return_index=True)
        groups = np.split(order, starts)[1:]
        (everywhere,) = self._kinds.rows(np.array([ANY]))
        for kind, queries, rows in zip(distinct, groups, self._kinds.rows(distinct), strict=True):
            if kind == ANY:
                yield queries, None
            elif len(everywhere):
                yield queries, np.sort(np.concatenate([rows, everywhere]))
            elif len(rows):
                yield queries, rows

    def _dots(self, vectors: NDArray[np.int8], query: NDArray[np.int64], row: NDArray[np.int64]) -> NDArray[np.int32]:
        left = vectors[query].astype(np.int32)
        return np.asarray(np.einsum("ij,ij->i", left, (self._vectors[row] ^ np.uint8(OFFSET)).view(np.int8)))


class _Search:
    """The nearest rows of some queries, while more and more rows are looked at in ascending order."""

    def __init__(self, queries: NDArray[np.int8], top: int, cutoff: float, earlier: bool) -> None:
        self._top = top
        self._earlier = earlier
        self._least = np.full(len(queries), least_product(cutoff), dtype=np.int32)
        self._found: list[Hits] = []
        self._waiting = 0
        self._full = 4 * top * max(_CROWD, len(queries))

    def look(self, dots: NDArray[np.int32], rows: NDArray[np.int64], queries: NDArray[np.int64]) -> None:
        """`dots`: (rows, queries) products."""
        reach = dots >= self._least[queries]
        if len(rows) > _CROWD and np.count_nonzero(reach) > _CROWD * len(queries):
            half = len(rows) // 2
            self.look(dots[:half], rows[:half], queries)
            self.look(dots[half:], rows[half:], queries)
            return
        flat = np.flatnonzero(reach)
        row, query = np.divmod(flat, dots.shape[1])
        self.keep(queries[query], rows[row], dots.ravel()[flat])

    def keep(self, query: NDArray[np.int64], row: NDArray[np.int64], dot: NDArray[np.int32]) -> None:
        """Pairs whose rows come after all rows that their queries have met."""
        near = (dot >= self._least[query]) & ((row < query) | (not self._earlier))
        self._found.append(Hits(query[near], row[near], dot[near]))
        self._waiting += len(self._found[-1].query)
        if self._waiting > self._full:
            self._settle()

    def hits(self) -> Hits:
        """What was found."""
        return best(self._found, self._top)

    def _settle(self) -> None:
        hits = best(self._found, self._top)
        self._found, self._waiting = [hits], 0
        last = np.flatnonzero(np.diff(hits.query, append=-1))
        full = last[np.bincount(hits.query, minlength=1)[hits.query[last]] == self._top]
        # A later row as near as the last of a full list would lose the tie.
        self._least[hits.query[full]] = hits.dot[full] + 1


def best(found: list[Hits], top: int) -> Hits:
    """The `top` nearest of each query over several searches, nearest first, ties to the earlier row."""
    if not found:
        return Hits(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int32))
    query, row, dot = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.lexsort((row, -dot, query))
    query, row, dot = query[order], row[order], dot[order]
    place = np.arange(len(query)) - np.searchsorted(query, query)
    return Hits(query[place < top], row[place < top], dot[place < top])
