"""Keeps a job's vector store in step with its accepted rows, off the path of everything else."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from synthaix.errors import StoreError

if TYPE_CHECKING:
    from synthaix.dedup.engine import Deduplicator

logger = logging.getLogger(__name__)

SLICE = 100
"""Rows a flush: a fortieth of a second, spent waiting for ChromaDB's process; a cancellation waits for it."""

FAREWELL_SECONDS = 5.0
"""How long a server that stops waits for the last vectors of a completed job: 20,000 rows."""


class VectorKeeper:
    """Flushes a deduplicator's vectors whenever rows have become durable.

    The rows are the truth and the vectors follow from them, so a failing vector store never fails a job:
    what is missing is written by a later flush, or by the next run.
    """

    def __init__(self, deduplicator: Deduplicator, limiter: anyio.CapacityLimiter) -> None:
        self._deduplicator = deduplicator
        self._limiter = limiter
        self._moved = anyio.Event()

    def wake(self) -> None:
        """Rows have become durable."""
        self._moved.set()

    async def run(self) -> None:
        """Flush after every `wake`, until cancelled."""
        while True:
            await self._moved.wait()
            self._moved = anyio.Event()
            await self.flush()

    async def flush(self) -> None:
        """Write what is missing, a slice at a time, so that a cancelled caller is soon free."""
        try:
            while await anyio.to_thread.run_sync(self._deduplicator.flush, SLICE, limiter=self._limiter):
                pass
        except StoreError as exc:
            logger.warning("vectors were not written and are written later: %s", exc)

    async def complete(self) -> None:
        """Write the last ones after the job's end; a server that stops meanwhile waits a few seconds for it."""
        with anyio.CancelScope(shield=True), anyio.move_on_after(FAREWELL_SECONDS):
            await self.flush()
            return
        await self.flush()
