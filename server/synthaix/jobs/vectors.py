"""Keeps a job's vector store in step with its accepted rows, off the path of everything else."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from synthaix.jobs.faults import Faults, no_faults

if TYPE_CHECKING:
    from synthaix.dedup.engine import Deduplicator
    from synthaix.jobs.marks import Mark, Marks

logger = logging.getLogger(__name__)

SLICE = 100
"""Rows a flush: a fortieth of a second, spent waiting for ChromaDB's process; a cancellation waits for it."""

FAREWELL_SECONDS = 5.0
"""How long a server that stops waits for the last vectors of a completed job: 20,000 rows."""


class VectorKeeper:
    """Flushes a deduplicator's vectors whenever rows have become durable.

    The rows are the truth and the vectors follow from them, so a failing vector store never fails a job:
    what is missing is written by a later flush, or by the next run. Two processes that write into one
    directory lose vectors, so a flush does nothing while another process, stalled perhaps, holds the mark.
    """

    def __init__(
        self,
        job_id: str,
        deduplicator: Deduplicator,
        marks: Marks,
        limiter: anyio.CapacityLimiter,
        faults: Faults = no_faults,
    ) -> None:
        self._job_id = job_id
        self._deduplicator = deduplicator
        self._marks = marks
        self._mark: Mark | None = None
        self._limiter = limiter
        self._faults = faults
        self._durable = 0
        self._moved = anyio.Event()

    def wake(self, durable: int) -> None:
        """The rows of candidates before that position are durable."""
        self._durable = durable
        self._moved.set()

    async def run(self) -> None:
        """Flush after every `wake`, until cancelled."""
        while True:
            await self._moved.wait()
            self._moved = anyio.Event()
            await self.flush()

    def announce(self) -> None:
        """Leave the mark before the job's end is durable: after it only who finds the mark opens these vectors."""
        if self._deduplicator.compares and self._mark is None:
            try:
                self._mark = self._marks.set("vectors", self._job_id)
            except Exception as exc:
                logger.warning("vectors may be left unwritten if the server dies now: %s", exc)

    async def flush(self) -> bool:
        """Write what is missing, a slice at a time, so that a cancelled caller is soon free; whether all is written."""
        if not self._deduplicator.compares:
            return True
        try:
            self._faults("vectors.before")
            if self._mark is None:
                self._mark = self._marks.set("vectors", self._job_id)
            if self._mark is None:
                return False
            while await anyio.to_thread.run_sync(self._deduplicator.flush, SLICE, self._durable, limiter=self._limiter):
                pass
            self._faults("vectors.after")
        except Exception as exc:
            logger.warning("vectors were not written and are written later: %s", exc)
            return False
        return True

    async def complete(self, durable: int) -> None:
        """Write the last ones after the job's end; a server that stops meanwhile waits a few seconds for it."""
        self._durable = durable
        done: bool | None = None
        with anyio.CancelScope(shield=True), anyio.move_on_after(FAREWELL_SECONDS):
            done = await self.flush()
        if done is None:
            done = await self.flush()
        if done and self._mark is not None:
            self._mark.clear()
            self._mark = None

    async def close(self) -> None:
        """Close the vector store, then let another process write."""
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self._deduplicator.close)
        if self._mark is not None:
            with contextlib.suppress(OSError):
                self._mark.leave()
            self._mark = None
