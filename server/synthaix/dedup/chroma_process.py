"""ChromaDB in a process of its own: its calls hold the interpreter's lock, disk writes included.

One child serves all stores of this process; it starts with the first call and ends with the last store, or with its
parent. Messages are pickles behind their length, over the child's standard input and output.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING, Any

from synthaix.dedup.chroma import ChromaIndex, server_address
from synthaix.errors import StoreError, SynthaixError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

_LENGTH = 8  # bytes before a message
_PATIENCE = 10.0  # seconds a child gets to end by itself
_NICENESS = 10  # jobs go first: vectors can wait


class ChromaStore:
    """A ChromaIndex in the child. Every failure is a StoreError; the next call starts again."""

    def __init__(self, directory: Path | None, url: str | None, collection: str, embedding: str) -> None:
        if url is not None:
            server_address(url)
        self._about = (directory, url, collection)
        self.embedding = embedding
        self._child: _Child | None = None

    def upsert(self, positions: NDArray[np.int64], vectors: NDArray[np.int8]) -> None:
        """Write vectors under their positions."""
        self._call("upsert", positions, vectors)

    def count(self) -> int:
        """Vectors stored."""
        return int(self._call("count"))

    def positions(self) -> NDArray[np.int64]:
        """The positions of all stored vectors, ascending."""
        found: NDArray[np.int64] = self._call("positions")
        return found

    def delete(self, positions: NDArray[np.int64]) -> None:
        """Remove vectors."""
        self._call("delete", positions)

    @property
    def embedded(self) -> bool:
        """Whether the vectors are files of ours, not a server's."""
        return self._about[1] is None

    def erase(self) -> None:
        """Remove the collection with its vectors; nothing happens where there is none."""
        self._call("erase")

    def close(self) -> None:
        """Release the directory, so that it can be deleted or opened by another process."""
        if self._child is None:
            return
        try:
            self._call("close")
        except StoreError:
            pass  # a child that has ended holds nothing
        finally:
            self._child = None
            _Child.give_back()

    def _call(self, method: str, *arguments: Any) -> Any:
        if self._child is None:
            self._child = _Child.borrow()
        return self._child.call((*self._about, self.embedding), method, arguments)


class _Child:
    """The process, shared by everyone who has borrowed it."""

    _shared: _Child | None = None
    _borrowers = 0
    _borrowing = threading.Lock()

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._talking = threading.Lock()

    @classmethod
    def borrow(cls) -> _Child:
        with cls._borrowing:
            cls._borrowers += 1
            cls._shared = cls._shared or cls()
            return cls._shared

    @classmethod
    def give_back(cls) -> None:
        with cls._borrowing:
            cls._borrowers -= 1
            if cls._borrowers or cls._shared is None:
                return
            child, cls._shared = cls._shared, None
        child.end()

    def call(self, about: tuple[Any, ...], method: str, arguments: tuple[Any, ...]) -> Any:
        with self._talking:
            try:
                process = self._process = self._process or _started()
                assert process.stdin is not None
                assert process.stdout is not None
                _send(process.stdin, (about, method, arguments))
                fine, answer = _receive(process.stdout)
            except (OSError, EOFError) as exc:
                self.end()
                raise StoreError("The process that holds the vectors has ended; it is started again.") from exc
        if not fine:
            raise StoreError(answer)
        return answer

    def end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(OSError):
            process.stdin.close()  # the end of its input is the end of the child
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _started() -> subprocess.Popen[bytes]:
    # A session of its own: an interrupt at the terminal is the parent's to handle.
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "synthaix.dedup.chroma_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        start_new_session=True,
    )


def _send(pipe: IO[bytes], message: Any) -> None:
    content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    pipe.write(len(content).to_bytes(_LENGTH, "little") + content)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    """The next message. Raises EOFError where there is none."""
    head = pipe.read(_LENGTH)
    content = pipe.read(int.from_bytes(head, "little")) if len(head) == _LENGTH else b""
    if not content:
        raise EOFError
    return pickle.loads(content)


def _serve() -> None:
    """The child's side, until its input ends."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get between the replies
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    indexes: dict[tuple[Any, ...], ChromaIndex] = {}
    while True:
        try:
            about, method, arguments = _receive(sys.stdin.buffer)
        except EOFError:
            break
        index = indexes.setdefault(about, ChromaIndex(*about))
        try:
            answer = True, getattr(index, method)(*arguments)
        except SynthaixError as exc:
            answer = False, str(exc)
        if method == "close":
            del indexes[about]
        _send(replies, answer)
    for index in indexes.values():
        index.close()


if __name__ == "__main__":
    _serve()
