"""Whole results: written to a file that appears complete or not at all, or rendered in memory."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import re
import secrets
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from synthaix.errors import ArgumentError, LimitError, StoreError
from synthaix.results.formats import format_named
from synthaix.schema.physical import dtypes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from synthaix.schema.table import TableSchema

_BATCH_ROWS = 32_768
_BATCH_BYTES = 64_000_000
"""What a format is handed at a time, whichever is reached first: chunks are small, and a write has a fixed cost."""

_OWN_NAME = re.compile(r"[0-9a-f]{32}\.[a-z]+")
"""Default export names; whatever stands under one is an earlier export of that job."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished file: its absolute path, rows, size in bytes and SHA-256 in hexadecimal."""

    path: Path
    rows: int
    bytes: int
    sha256: str


def draft_of(path: Path) -> Path:
    """A new name beside `path`, for a file that is being written."""
    return path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")


def export_frames(
    frames: Iterable[pl.DataFrame],
    table: TableSchema,
    format: str,
    path: Path,
    draft: Path | None = None,
    written: Callable[[], None] = lambda: None,
) -> Exported:
    """Write the frames to `path`: streamed into a temporary file beside it, synced, and renamed.

    The temporary file is `draft`, where one is given; `written` is called when it is complete.
    A file that stands there already is replaced if it carries a job's default name or holds the
    same bytes; any other is somebody's own and refused with ArgumentError. Raises StoreError where
    the disk fails. Nothing is left behind by a failure.
    """
    writer = format_named(format)
    counted = _Counted(frames)
    draft = draft or draft_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(draft, "xb") as file:
            with _Syncing(file.fileno()) as syncing:
                writer.write(syncing.along(_batched(counted, table)), table, file)
            file.flush()
            os.fsync(file.fileno())
        size, digest = draft.stat().st_size, _sha256(draft)
        written()
        _put(draft, path, size, digest)
        _sync_directory(path.parent)
    except OSError as exc:
        raise StoreError(
            f"The export could not be written to {path}: {exc.strerror or exc}; mend that and retry."
        ) from exc
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
    return Exported(path.absolute(), counted.rows, size, digest)


def render(frames: Iterable[pl.DataFrame], table: TableSchema, format: str, max_bytes: int) -> bytes:
    """The whole result in memory. Raises LimitError as soon as it passes `max_bytes`."""
    stream = _Bounded(max_bytes)
    try:
        format_named(format).write(_batched(frames, table), table, stream)
    except (OSError, pl.exceptions.PolarsError):
        # Polars rewords what a stream raises, so the stream says itself whether it was full.
        if not stream.full:
            raise
    if stream.full:
        raise LimitError(f"The {format} result is larger than {max_bytes:,} bytes; use export_job for a file.")
    return stream.getvalue()


class _Syncing:
    """Sends a file to the disk while it is written, in a thread of its own.

    Left for the end, a hundred megabytes keep the disk for a tenth of a second, and whoever commits waits for that.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="sync")
        self._under_way: Future[None] | None = None

    def __enter__(self) -> _Syncing:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def along(self, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """The frames. Before each, what is written so far is on its way. Raises OSError where the disk has failed."""
        for frame in frames:
            if self._under_way is None or self._under_way.done():
                if self._under_way is not None:
                    self._under_way.result()
                with contextlib.suppress(RuntimeError):  # no thread to be had: all is synced at the end
                    self._under_way = self._pool.submit(os.fsync, self._descriptor)
            yield frame
        if self._under_way is not None:
            self._under_way.result()


class _Counted:
    """Frames that remember how many rows went by."""

    def __init__(self, frames: Iterable[pl.DataFrame]) -> None:
        self.frames = frames
        self.rows = 0

    def __iter__(self) -> Iterator[pl.DataFrame]:
        for frame in self.frames:
            self.rows += frame.height
            yield frame


class _Bounded(io.BytesIO):
    def __init__(self, max_bytes: int) -> None:
        super().__init__()
        self.max_bytes, self.full = max_bytes, False

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self.max_bytes:
            self.full = True
            raise OSError(errno.EFBIG, "the result is too large")
        return super().write(data)


def _batched(frames: Iterable[pl.DataFrame], table: TableSchema) -> Iterator[pl.DataFrame]:
    names = list(dtypes_of(table))
    held: list[pl.DataFrame] = []
    rows = size = 0
    for frame in frames:
        if frame.height:
            held.append(frame if frame.columns == names else frame.select(names))
            rows += frame.height
            size += int(frame.estimated_size())
        if rows >= _BATCH_ROWS or size >= _BATCH_BYTES:
            yield pl.concat(held)
            held, rows, size = [], 0, 0
    if held:
        yield pl.concat(held)


def _put(draft: Path, path: Path, size: int, digest: str) -> None:
    """Give the file its name. Raises ArgumentError where another has it, also since a moment ago."""
    if not _OWN_NAME.fullmatch(path.name):
        # A link is made only where nothing stands: of two exports that look for a name at once, one gets it.
        with contextlib.suppress(OSError):  # something stands there, or the file system has no links
            os.link(draft, path)
            return
    _check_replaceable(path, size, digest)
    os.replace(draft, path)


def _check_replaceable(path: Path, size: int, digest: str) -> None:
    if not path.exists() or _OWN_NAME.fullmatch(path.name):
        return
    if path.stat().st_size != size or _sha256(path) != digest:
        raise ArgumentError(f"path {path.name!r} is taken by another file; send another path or remove {path} first.")


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_directory(directory: Path) -> None:
    """Make the rename itself survive a power cut, where directories can be opened (not on Windows)."""
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
