"""Calls of people before the work of jobs: what a job may put off waits while a call is being answered."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import TypeVar

import anyio

T = TypeVar("T")

GiveWay = Callable[[], Awaitable[None]]

URGENT_SECONDS = 0.1
"""A call that takes longer waits for something itself, and a job need not wait for it."""

LONGEST_SECONDS = 0.05
"""How long one step of a job gives way at most, so that no number of calls stops a job."""

LEAST_SHARE = 0.5
"""How long a thread works, as a multiple of how long it stood still for calls, before it does so again: hosts that ask
without a pause slow jobs down, they do not stop them."""


class Precedence:
    """Who is being answered in this server. One event loop answers calls and drives all jobs.

    `clock` tells seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._calls: dict[object, float] = {}
        self._answered: anyio.Event | None = None
        self._told: list[Callable[[], object]] = []
        self._free = threading.Event()
        self._urgent_until = 0.0

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        """Within this block a call is being answered."""
        call, first = object(), not self._urgent
        self._calls[call] = self._clock()
        self._urgent_until = self._calls[call] + URGENT_SECONDS
        try:
            if first:
                self._free.clear()
                for tell in self._told:
                    tell()
            yield
        finally:
            del self._calls[call]
            if not self._urgent:
                self._free.set()
                if self._answered is not None:
                    self._answered.set()
                    self._answered = None

    def on_call(self, tell: Callable[[], object]) -> None:
        """Have `tell` called whenever a call arrives and no other was urgent."""
        self._told.append(tell)

    def wait(self) -> None:
        """As `give_way`, in a thread that may stand still."""
        self._free.wait(max(0.0, min(LONGEST_SECONDS, self._urgent_until - self._clock())))

    def stand_still(self) -> float:
        """As `wait`; the moment until which the thread works before it does so again, by its LEAST_SHARE."""
        began = self._clock()
        self.wait()
        ended = self._clock()
        return ended + LEAST_SHARE * (ended - began)

    def in_turn(self, items: Iterable[T]) -> Iterator[T]:
        """The items, made in a thread that stands still while a call is urgent, up to its LEAST_SHARE.

        Not at first: whoever asked for them is likely to be a call too.
        """
        works_until = self._clock() + URGENT_SECONDS
        for item in items:
            if self._clock() >= works_until:
                works_until = self.stand_still()
            yield item

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
