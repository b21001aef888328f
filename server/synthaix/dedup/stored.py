"""An index in memory whose vectors also live in ChromaDB, which proposes candidates once there are many."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import numpy as np

from synthaix.dedup.index import EXACT_ROWS, SCALE, BruteForce, Hits, best
from synthaix.errors import StoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from synthaix.dedup.accepted import Accepted
    from synthaix.dedup.chroma import ChromaIndex

logger = logging.getLogger(__name__)


class StoredIndex:
    """Exact search over the newest rows; ChromaDB's proposals for the older ones, measured again exactly.

    Every vector is written to ChromaDB by `flush`, which may run in another thread than the searches.
    """

    def __init__(self, store: ChromaIndex, accepted: Accepted, dimensions: int, exact_rows: int = EXACT_ROWS) -> None:
        self._store = store
        self._accepted = accepted
        self._memory = BruteForce(dimensions)
        self._exact_rows = exact_rows
        self._written = 0
        self._found: NDArray[np.int64] | None = None  # the positions ChromaDB held when it was opened
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._memory)

    def add(self, vectors: NDArray[np.int8]) -> None:
        """Append vectors; they reach ChromaDB with the next flush."""
        self._memory.add(vectors)

    def search(self, vectors: NDArray[np.int8], top: int, cutoff: float) -> Hits:
        """Exact over the newest rows; the older ones only as far as ChromaDB proposes them."""
        old = min(self._written, max(0, len(self) - self._exact_rows))
        if not old:
            return self._memory.search(vectors, top, cutoff)
        try:
            query, position = self._store.search(vectors, top)
        except StoreError:
            return self._memory.search(vectors, top, cutoff)  # slower, and right
        row = self._accepted.numbers(position)
        dot = self._memory.dots(vectors, query, row)
        near = (row >= 0) & (row < old) & (dot >= cutoff * SCALE * SCALE)
        recent = self._memory.search(vectors, top, cutoff, since=old)
        return best([Hits(query[near], row[near], dot[near]), recent], top)

    def flush(self, limit: int | None = None) -> bool:
        """Write what is not written yet, at most `limit` rows; whether rows are left.

        At the first call what is stored already is compared, not written again.
        """
        with self._lock:
            total = len(self._memory)
            if self._found is None:
                everything = np.arange(total)
                everything = everything[self._accepted.own(everything)]
                self._found = self._compared(self._accepted.positions_of(everything))
            start = self._written
            stop = total if limit is None else min(total, start + limit)
            numbers = np.arange(start, stop)
            own = self._accepted.own(numbers)
            positions = self._accepted.positions_of(numbers[own])
            missing = ~np.isin(positions, self._found)
            self._store.upsert(positions[missing], self._memory.rows(start)[: stop - start][own][missing])
            self._written = stop
            return stop < total

    def _compared(self, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        """The positions ChromaDB holds, after what is not wanted was removed; none where its files are damaged."""
        try:
            found = self._store.positions()
            self._store.delete(np.setdiff1d(found, wanted))
        except StoreError as exc:
            if not self._store.embedded:
                raise
            logger.warning("%s They are written again from the rows.", exc)
            self._store.erase()
            return np.empty(0, dtype=np.int64)
        return found

    def count(self) -> int:
        """Vectors in ChromaDB."""
        return self._store.count()

    def close(self) -> None:
        """Release ChromaDB's directory."""
        with self._lock:
            self._store.close()
