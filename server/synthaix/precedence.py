"""Calls of people before the work of jobs: what a job may put off waits while a call is being answered."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator

import anyio

GiveWay = Callable[[], Awaitable[None]]

URGENT_SECONDS = 0.1
"""A call that takes longer waits for something itself, and a job need not wait for it."""

LONGEST_SECONDS = 0.05
"""How long one step of a job gives way at most, so that no number of calls stops a job."""


class Precedence:
    """Who is being answered in this server. One event loop answers calls and drives the requests of all jobs.

    `clock` tells seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._calls: dict[object, float] = {}
        self._answered: anyio.Event | None = None

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        """Within this block a call is being answered."""
        call = object()
        self._calls[call] = self._clock()
        try:
            yield
        finally:
            del self._calls[call]
            if self._answered is not None and not self._urgent:
                self._answered.set()
                self._answered = None

    async def give_way(self) -> None:
        """Return once no call is urgent, or after LONGEST_SECONDS; at once where none is."""
        if not self._urgent:
            return
        if self._answered is None:
            self._answered = anyio.Event()
        with anyio.move_on_after(LONGEST_SECONDS):
            await self._answered.wait()

    @property
    def _urgent(self) -> bool:
        newest = next(reversed(self._calls.values()), None)
        return newest is not None and self._clock() - newest < URGENT_SECONDS


async def at_once() -> None:
    """Gives way to nobody."""
