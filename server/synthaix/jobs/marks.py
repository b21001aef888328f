"""What a server has under way outside the database: a locked file each, which outlives the server if it dies.

The lock is the system's, so it ends with the process; the file stays and tells the next server what is
half done. That one holds it while it mends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from filelock import FileLock, Timeout

from synthaix.errors import StoreError
from synthaix.jobs.faults import Faults, no_faults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Kind = Literal["draft", "vectors"]
"""`draft`: a file that is being exported, named in the mark; `vectors`: a job's vectors, not all written yet."""


class Mark:
    """One thing under way, held by this process."""

    def __init__(self, path: Path, lock: FileLock, faults: Faults) -> None:
        self.name = path.stem
        self._path = path
        self._lock = lock
        self._faults = faults

    @property
    def about(self) -> str:
        """What was said when it was set."""
        return self._path.read_text(encoding="utf-8")

    def clear(self) -> None:
        """It is done."""
        self._lock.release()  # Windows removes no open file
        self._faults("clear.before")
        self._path.unlink(missing_ok=True)
        self._faults("clear.after")

    def leave(self) -> None:
        """This process does no more about it; where it is not cleared, the next server does."""
        self._lock.release()


class Marks:
    """The marks of every server on one data directory."""

    def __init__(self, directory: Path, faults: Faults = no_faults) -> None:
        self._directory = directory
        self._faults = faults

    def set(self, kind: Kind, name: str, about: str = "") -> Mark | None:
        """The mark of that name, held from now on; None while another process holds it. Raises StoreError."""
        path = self._directory / f"{name}.{kind}"
        self._faults("mark.before")
        mark: Mark | None = None
        try:
            mark = self._held(path)
            if mark is not None:
                path.write_text(about, encoding="utf-8")
            self._faults("mark.after")
        except BaseException as exc:
            if mark is not None:
                mark.leave()  # nobody else would
            if not isinstance(exc, OSError):
                raise
            raise StoreError(f"{self._directory} cannot be written ({exc.strerror}); mend that and retry.") from exc
        return mark

    def left(self, kind: Kind) -> Iterator[Mark]:
        """What servers that are gone have left half done, each held from now on."""
        for path in sorted(self._directory.glob(f"*.{kind}")):
            mark = self._held(path)
            if mark is not None:
                yield mark

    def _held(self, path: Path) -> Mark | None:
        lock = FileLock(path, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return None
        return Mark(path, lock, self._faults)
