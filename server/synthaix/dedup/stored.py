"""The vectors of accepted rows, written to ChromaDB behind the index that searches them."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import numpy as np

from synthaix.errors import StoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from synthaix.dedup.accepted import Accepted
    from synthaix.dedup.chroma_process import ChromaStore
    from synthaix.dedup.index import VectorIndex

logger = logging.getLogger(__name__)


class StoredVectors:
    """Brings ChromaDB in step with an index. `flush` may run in another thread than the index's searches."""

    def __init__(self, store: ChromaStore, accepted: Accepted, index: VectorIndex) -> None:
        self._store = store
        self._accepted = accepted
        self._index = index
        self._written = 0
        self._found: NDArray[np.int64] | None = None  # the positions ChromaDB held when it was opened
        self._lock = threading.Lock()

    def flush(self, limit: int | None = None, before: int | None = None) -> bool:
        """Write what is not written yet, at most `limit` rows, and only positions `before` that; whether rows are left.

        At the first call what is stored already is compared, not written again.
        """
        with self._lock:
            start = self._written
            total = len(self._index)
            if before is not None:
                total = start + int(np.searchsorted(self._accepted.positions_of(np.arange(start, total)), before))
            if self._found is None:
                everything = np.arange(total)
                everything = everything[self._accepted.own(everything)]
                self._found = self._compared(self._accepted.positions_of(everything))
            stop = total if limit is None else min(total, start + limit)
            numbers = np.arange(start, stop)
            own = self._accepted.own(numbers)
            positions = self._accepted.positions_of(numbers[own])
            missing = ~np.isin(positions, self._found)
            if missing.any():
                self._store.upsert(positions[missing], self._index.rows(start, stop)[own][missing])
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
