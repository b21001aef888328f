"""Writes accepted chunks behind the acceptor's back: several that are ready share one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

from synthaix import meters
from synthaix.jobs.database import patiently
from synthaix.jobs.store import Chunk, JobStore, Progress
from synthaix.spans import span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthaix.generate.window import Usage
    from synthaix.jobs.board import LiveJob

MAX_WAITING = 256
"""Encoded chunks that may wait for the database before the acceptor waits for it too."""


class Committer:
    """Commits a job's chunks in order, off the acceptor's path. `put` raises what a commit raised."""

    def __init__(self, store: JobStore, live: LiveJob) -> None:
        self._store = store
        self._live = live
        self._waiting: list[Chunk] = []
        self._error: Exception | None = None
        self._moved = anyio.Event()
        self.usage = live.record.usage
        self.authors: int | None = None  # models that answered, once the run knows
        self.frozen: bytes | None = None  # goes with the first commit

    async def run(self) -> None:
        """Commit until cancelled or failed. A cancellation lets the transaction that is under way finish."""
        while self._error is None:
            while not self._waiting:
                await self._moved.wait()
            try:
                await self._commit(list(self._waiting))
            except Exception as exc:
                self._error = exc
            self._wake()

    async def put(self, ready: Sequence[Chunk], usage: Usage) -> None:
        """Hand the chunks over; waits only while too many are waiting already."""
        self.usage = usage
        self._waiting.extend(ready)
        self._wake()
        while len(self._waiting) > MAX_WAITING and self._error is None:
            await self._moved.wait()
        if self._error is not None:
            raise self._error

    async def flush(self) -> None:
        """Wait until everything handed over is durable."""
        while self._waiting and self._error is None:
            await self._moved.wait()
        if self._error is not None:
            raise self._error

    def progress(self, ready: Sequence[Chunk]) -> Progress:
        """The counters once `ready` follows what is committed."""
        record = self._live.record
        rows, full = record.rows_generated, record.completed_chunks
        for chunk in ready:
            start = chunk.index * record.chunk_size
            rows = start + chunk.rows
            complete = chunk.rows == record.chunk_size or rows == record.total_rows
            full = chunk.index + 1 if complete else chunk.index
        return Progress(
            rows_generated=rows,
            rows_deduplicated=ready[-1].rows_deduplicated if ready else record.rows_deduplicated,
            completed_chunks=full,
            next_candidate=ready[-1].next_candidate if ready else record.next_candidate,
            usage=self.usage,
            elapsed_seconds=self._live.elapsed,
        )

    def leave(self, rest: Sequence[Chunk]) -> None:
        """Keep a partial chunk for the job's last transaction; `run` is over."""
        self._waiting.extend(rest)

    @property
    def unwritten(self) -> list[Chunk]:
        """Chunks that wait still; for the last transaction of a job that stops."""
        return self._waiting

    async def _commit(self, ready: list[Chunk]) -> None:
        progress = self.progress(ready)

        async def attempt() -> None:
            with anyio.CancelScope(shield=True), span("commit", job_id=self._live.lease.job_id, chunks=len(ready)):
                await self._store.commit(self._live.lease, ready, progress, self.frozen)
                del self._waiting[: len(ready)]
                self.frozen = None
                self.show(progress)

        await patiently(attempt, self._live.wait_for)

    def show(self, progress: Progress) -> None:
        """Let readers see the committed counters."""
        record = self._live.record
        meters.rows.inc(max(0, progress.rows_generated - record.rows_generated))
        meters.chunks.inc(max(0, progress.completed_chunks - record.completed_chunks))
        values = progress.values()
        values.pop("elapsed_seconds")  # the live job adds the present run itself
        self._live.update(**values, message=None)

    def _wake(self) -> None:
        moved, self._moved = self._moved, anyio.Event()
        moved.set()
