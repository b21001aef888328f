"""How many requests may be under way, learnt from what the provider answers.

The limit starts at the ceiling. A refusal (429, 529) comes at once, so the requests that left before
the refused one and are still in flight were admitted: their number becomes the limit. Where more
than that were admitted a moment ago the refusal is noise and costs one place only. Answers raise the
limit again: fast below the wall where refusals began, and by one careful probe, ever rarer, at
the wall itself. Failures (5xx, timeouts) in a row open a circuit breaker; one request then tries
whether the provider is back.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from synthaix.providers.base import RateLimits

REFUSALS_IN_A_ROW = 4
"""So many refusals of requests that left one after the other hold everybody back; fewer only those refused. At 10%
random refusals that happens once in ten thousand requests."""

FAILURES_IN_A_ROW = 8
"""So many failures without an answer between them open the breaker: at 10% random failures once in 10^8 requests."""

_FIRST_PROBE = 3
"""Answers to wait for before the first probe beyond the wall, in units of the limit."""

_GROW_AFTER = 2
"""Answers before one step up below the wall: twice as quick as 10% of random refusals pull down."""

_RAREST_PROBE = 4_000
"""Answers between two probes at most, so that a raised limit is found within minutes."""

_BREAK = (1.0, 30.0)
"""Seconds the breaker stays open: the first time, and at most."""

_LONGEST_HOLD = 60.0
"""Seconds a Retry-After or a reset may hold everybody back; rate windows are a minute long."""


class CircuitOpen(Exception):
    """The breaker is open, and the asker has somewhere else to go."""


@dataclass
class Permit:
    """The right to have one request under way."""

    serial: int


class Pacer:
    """The adaptive limit of one model at one address, shared by every job in the process.

    Everything runs on one event loop; times are seconds of `clock`.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    ) -> None:
        self.refusals = 0
        self._flying: dict[int, Permit] = {}  # by serial number, in the order they left
        self._serial = 0
        self._last_refused = -1
        self._last_answered = -1
        self._clock, self._sleep = clock, sleep
        self._ceiling = 0
        self._limit = 0
        self._wall: int | None = None  # the level at which refusals began
        self._proven = 0  # the most that are known to have been admitted together since the last cut
        self._answers = 0  # since the limit last changed
        self._probe_after = 0
        self._probing = False  # the last step up went beyond the wall
        self._refused_in_a_row = 0
        self._failed_in_a_row = 0
        self._held_until = 0.0
        self._break_for = _BREAK[0]
        self._waiters: deque[anyio.Event] = deque()

    @property
    def in_flight(self) -> int:
        """How many requests are under way."""
        return len(self._flying)

    @property
    def limit(self) -> int:
        """How many requests may be under way now."""
        return self._limit

    @property
    def broken(self) -> bool:
        """Whether the circuit breaker is open."""
        return self._failed_in_a_row >= FAILURES_IN_A_ROW

    def raise_ceiling(self, workers: int) -> None:
        """Allow that many requests under way, if a job wants more than any before it."""
        if workers > self._ceiling:
            if self._limit == self._ceiling:
                self._limit = workers
            self._ceiling = workers
            self._wake()

    async def acquire(self, patient: bool = True) -> Permit:
        """Wait for a place. Who is not patient gets CircuitOpen where only a trial may leave and is not due."""
        while True:
            held = self._held_until - self._clock()
            if not patient and self.broken and (held > 0 or self.in_flight):
                raise CircuitOpen
            if held > 0:
                await self._sleep(held)
            elif self.in_flight < (1 if self.broken else max(1, self._limit)):
                permit = Permit(self._serial)
                self._flying[self._serial] = permit
                self._serial += 1
                return permit
            else:
                await self._wait()

    def answered(self, permit: Permit, limits: RateLimits | None = None, expected_tokens: int = 0) -> None:
        """The request was answered; `limits` are what its headers said, `expected_tokens` what one request takes."""
        level = self.in_flight
        self._release(permit)
        self._failed_in_a_row = 0
        self._break_for = _BREAK[0]
        self._last_answered = max(self._last_answered, permit.serial)
        self._proven = max(self._proven, level)
        self._answers += 1
        self._grow()
        if limits is not None:
            self._obey(limits, expected_tokens)
        self._wake()

    def refused(self, permit: Permit, retry_after: float | None) -> None:
        """The request got a 429 or 529."""
        self._release(permit)
        self.refusals += 1
        self._failed_in_a_row = 0
        admitted = sum(1 for serial in self._flying if serial < permit.serial)
        self._refused_in_a_row = 1 if self._admitted_since_refusal(permit) else self._refused_in_a_row + 1
        self._last_refused = max(self._last_refused, permit.serial)
        if self._refused_in_a_row >= REFUSALS_IN_A_ROW:
            self._cut(max(1, admitted))
            self._hold(retry_after if retry_after is not None else 0.25)
        elif admitted + 1 > self._proven:
            self._cut(max(1, admitted))
        else:
            self._limit, self._answers = max(1, self._limit - 1), 0
        self._wake()

    def _admitted_since_refusal(self, permit: Permit) -> bool:
        """Whether a request that left after the last refused one, and before this, was not refused."""
        if self._last_answered > self._last_refused:
            return True
        return any(self._last_refused < serial < permit.serial for serial in self._flying)

    def failed(self, permit: Permit) -> None:
        """The request got a 5xx, or no answer in time."""
        self._release(permit)
        self._failed_in_a_row += 1
        if self.broken:
            self._open()
        self._wake()

    def given_up(self) -> None:
        """Somebody's patience is over, so the provider counts as down: the breaker opens."""
        if not self.broken:
            self._failed_in_a_row = FAILURES_IN_A_ROW
            self._open()

    def _open(self) -> None:
        self._hold(self._break_for)
        self._break_for = min(_BREAK[1], self._break_for * 2)
        while self._waiters:  # the impatient leave, the others wait again
            self._waiters.popleft().set()

    def dropped(self, permit: Permit) -> None:
        """The request ended in a way that says nothing about the load: refused for good, or cancelled."""
        self._release(permit)
        self._wake()

    def _release(self, permit: Permit) -> None:
        self._flying.pop(permit.serial, None)

    def _cut(self, limit: int) -> None:
        """No more than `limit` are admitted."""
        # A failed probe at a wall that still stands makes the next one rarer.
        self._probe_after = min(_RAREST_PROBE, self._probe_after * 2) if self._probing else _FIRST_PROBE * limit
        self._limit, self._wall, self._proven, self._answers = limit, limit + 1, limit, 0
        self._probing = False

    def _grow(self) -> None:
        if self._wall is not None and self._proven >= self._wall:
            self._wall, self._probing = None, False  # the wall has moved
        if self._limit >= self._ceiling:
            return
        at_wall = self._wall is not None and self._limit + 1 >= self._wall
        if self._answers >= (self._probe_after if at_wall else _GROW_AFTER):
            self._limit += 1
            self._answers = 0
            self._probing = at_wall

    def _obey(self, limits: RateLimits, expected_tokens: int) -> None:
        if limits.requests_left is not None and limits.requests_left <= self.in_flight:
            self._hold(limits.requests_reset or 0.0)
        if limits.tokens_left is not None and limits.tokens_left <= (self.in_flight + 1) * expected_tokens:
            self._hold(limits.tokens_reset or 0.0)

    def _hold(self, seconds: float) -> None:
        self._held_until = max(self._held_until, self._clock() + min(seconds, _LONGEST_HOLD))

    async def _wait(self) -> None:
        event = anyio.Event()
        self._waiters.append(event)
        try:
            await event.wait()
        except BaseException:
            if event.is_set():
                self._wake()  # the place was offered to somebody who is gone: pass it on
            else:
                self._waiters.remove(event)
            raise

    def _wake(self) -> None:
        free = (1 if self.broken else self._limit) - self.in_flight
        while free > 0 and self._waiters:
            self._waiters.popleft().set()
            free -= 1
