"""ChromaDB: the vectors of accepted rows, kept on disk or on a server.

One directory belongs to one job and is opened by one process at a time; a server holds one collection
for each job. Ids are the rows' positions, so that writing a row again changes nothing.
"""

from __future__ import annotations

import contextlib
import shutil
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import numpy as np
from filelock import FileLock

from synthaix.errors import SettingsError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

BATCH = 500
"""Rows an add call; ChromaDB takes 5,461 at most."""

_IDS = 10_000  # ids read or deleted at once
_LOCK_SECONDS = 10.0  # a process whose parent was killed ends within one call
# Nothing is decided by its answers, so the graph is built for less: 1.6 times faster, at a recall above 0.98.
_GRAPH = {"space": "cosine", "ef_construction": 50, "ef_search": 50, "max_neighbors": 12}

T = TypeVar("T")


class ChromaIndex:
    """A collection of vectors by position. Opened at the first use; every failure is a StoreError."""

    def __init__(self, directory: Path | None, url: str | None, collection: str, embedding: str) -> None:
        self._directory = directory
        self._url = None if url is None else server_address(url)
        self._name = collection
        self.embedding = embedding
        self._client: Any = None
        self._collection: Any = None
        self._lock = None if directory is None or url is not None else FileLock(directory / "lock", _LOCK_SECONDS)

    @property
    def embedded(self) -> bool:
        """Whether the vectors are files of ours, not a server's."""
        return self._url is None

    def upsert(self, positions: NDArray[np.int64], vectors: NDArray[np.int8]) -> None:
        """Write vectors under their positions."""
        for start in range(0, len(positions), BATCH):
            ids = [str(position) for position in positions[start : start + BATCH].tolist()]
            floats = vectors[start : start + BATCH].astype(np.float32)
            self._try(lambda ids=ids, floats=floats: self._opened().upsert(ids=ids, embeddings=floats))  # type: ignore[misc]

    def count(self) -> int:
        """Vectors stored."""
        return int(self._try(lambda: self._opened().count()))

    def positions(self) -> NDArray[np.int64]:
        """The positions of all stored vectors, ascending."""
        found: list[str] = []
        for start in range(0, self.count(), _IDS):
            found += self._try(partial(self._page, start))
        return np.sort(np.array(found, dtype=np.int64))

    def _page(self, start: int) -> list[str]:
        return list(self._opened().get(limit=_IDS, offset=start, include=[])["ids"])

    def delete(self, positions: NDArray[np.int64]) -> None:
        """Remove vectors."""
        for start in range(0, len(positions), _IDS // 10):
            ids = [str(position) for position in positions[start : start + _IDS // 10].tolist()]
            self._try(lambda ids=ids: self._opened().delete(ids=ids))  # type: ignore[misc]

    def erase(self) -> None:
        """Remove the collection with its vectors; nothing happens where there is none."""
        if self.embedded:
            self.close()
            self._try(self._remove_directory)
            return
        try:
            self._try(self._remove_collection)
        finally:
            self.close()

    def _remove_directory(self) -> None:
        if self._directory is not None and self._directory.exists():
            shutil.rmtree(self._directory)

    def _remove_collection(self) -> None:
        from chromadb.errors import NotFoundError

        self._client = self._connect()
        with contextlib.suppress(NotFoundError):
            self._client.delete_collection(self._name)

    def close(self) -> None:
        """Release the directory, so that it can be deleted or opened by another process."""
        client, self._client, self._collection = self._client, None, None
        if client is not None:
            _hang_up(client)
            client.close()
        if self._lock is not None:
            self._lock.release()

    def _opened(self) -> Any:
        if self._collection is None:
            self._client = self._connect()
            about = {"embedding": self.embedding}
            collection = self._create(about)
            if (collection.metadata or {}).get("embedding") != self.embedding:
                # Vectors of another embedding are of no use; the rows are written again.
                self._client.delete_collection(self._name)
                collection = self._create(about)
            self._collection = collection
        return self._collection

    def _create(self, about: dict[str, str]) -> Any:
        return self._client.get_or_create_collection(
            self._name, metadata=about, configuration={"hnsw": _GRAPH}, embedding_function=None
        )

    def _connect(self) -> Any:
        import chromadb  # costs 0.7 s of CPU: not before a vector is stored
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        if self._url is not None:
            host, port, tls = self._url
            return chromadb.HttpClient(host=host, port=port, ssl=tls, settings=settings)
        assert self._directory is not None
        assert self._lock is not None
        self._directory.mkdir(parents=True, exist_ok=True)
        self._lock.acquire()
        try:
            return chromadb.PersistentClient(path=str(self._directory), settings=settings)
        except Exception:
            _forget(str(self._directory))
            self._lock.release()
            raise

    def _try(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except Exception as exc:  # ChromaDB raises its own errors, ValueError, httpx's and the bindings'
            where = self._directory if self._url is None else "the ChromaDB server at CHROMADB_URL"
            raise StoreError(
                f"The vectors in {where} cannot be used ({type(exc).__name__}: {str(exc)[:200]})."
            ) from exc


def _forget(path: str) -> None:
    # ChromaDB 1.5 goes on offering a directory's system when its start has failed, also once the files are mended.
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient._identifier_to_system.pop(path, None)


def _hang_up(client: Any) -> None:
    # ChromaDB 1.5 leaves the connections of an HTTP client open when it is closed.
    for part in (client, getattr(client, "_admin_client", None)):
        session = getattr(getattr(part, "_server", None), "_session", None)
        if session is not None:
            session.close()


def server_address(url: str) -> tuple[str, int, bool]:
    """(host, port, TLS). Raises SettingsError."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("http", "https") or not parts.hostname or port == -1:
        raise SettingsError(f"CHROMADB_URL is {url[:200]!r}; set it to an address such as http://localhost:8000.")
    return parts.hostname, port or (443 if parts.scheme == "https" else 8000), parts.scheme == "https"
