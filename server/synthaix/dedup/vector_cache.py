"""Vectors that were paid for, by text: a restart, a replay or another job with the same texts asks for none again."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import numpy as np

from synthaix.dedup.embedding import unit
from synthaix.dedup.index import quantised
from synthaix.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

Faults = Callable[[Literal["embed.before", "embed.after"]], None]
"""Called around each durable step, where a test may let the process fail."""

KEPT = 1_000_000
"""Vectors kept; the oldest go first. At 512 numbers they take half a gigabyte."""

_ASKED = 500  # keys a statement: old builds of SQLite take 999 variables
_BUSY_SECONDS = 30.0


class VectorCache:
    """One SQLite file for one model at one address, shared by threads and servers; deleting it costs money only.

    Vectors are kept as the index has them, with 8 bits a number. Every method raises StoreError.
    """

    def __init__(self, path: Path, kept: int = KEPT, faults: Faults = lambda point: None) -> None:
        self._path = path
        self._kept = kept
        self._faults = faults

    def find(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The unit vectors of those texts that are here."""
        keys = {_key(text): text for text in texts}
        found: dict[str, NDArray[np.float32]] = {}
        every = list(keys)
        with self._opened() as connection:
            for start in range(0, len(every), _ASKED):
                some = every[start : start + _ASKED]
                marks = ",".join("?" * len(some))
                for key, vector in connection.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", some):
                    found[keys[key]] = unit(np.frombuffer(vector, dtype=np.int8)[None, :])[0]
        return found

    def put(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Keep unit vectors; of a text that is here already the first one stays."""
        rows = [(_key(text), vector.tobytes()) for text, vector in zip(texts, quantised(vectors), strict=True)]
        self._faults("embed.before")
        with self._opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT OR IGNORE INTO vectors (key, vector) VALUES (?, ?)", rows)
            newest = "(SELECT max(number) FROM vectors)"
            connection.execute(f"DELETE FROM vectors WHERE number <= {newest} - ?", (self._kept,))
            connection.execute("COMMIT")
        self._faults("embed.after")

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        connection: sqlite3.Connection | None = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vectors (number INTEGER PRIMARY KEY, key BLOB UNIQUE, vector BLOB)"
            )
            yield connection
        except (sqlite3.Error, OSError) as exc:
            raise StoreError(
                f"The vectors in {self._path} cannot be used ({exc}); mend that, or delete the file: "
                "its vectors are then asked for again."
            ) from exc
        finally:
            if connection is not None:
                connection.close()


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
