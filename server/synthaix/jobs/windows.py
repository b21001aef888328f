"""Windows run ahead and handed over in candidate order: a bounded reorder buffer.

A worker that has finished takes its next window at once, whether or not an earlier window is still under
way. What has to wait is held in memory up to a bound; beyond it a finished window is forgotten and run
again when its turn comes, which costs a model nothing, because its answers are in the log.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import anyio
import numpy as np
import polars as pl

from synthaix.generate.window import Candidates, Usage, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from synthaix.jobs.executor import Executor


@dataclass(slots=True)
class _Slot:
    window: Window
    finished: anyio.Event = field(default_factory=anyio.Event)
    candidates: Candidates | None = None
    error: Exception | None = None


class Windows:
    """The candidate stream of one run of a job, from `start` on.

    `wanted()` tells how many candidates are likely needed from the first undecided one on; whoever takes
    windows calls `decided` after each, so that no more is asked for than is needed.
    """

    def __init__(self, executor: Executor, start: int, wanted: Callable[[], int]) -> None:
        self._executor = executor
        self._wanted = wanted
        self._start = start
        self._enough = start + wanted()  # where nothing is rejected, no candidate from here on is needed
        self._first = start  # first candidate that is not decided
        self._next = start  # first candidate that is not handed out
        self._slots: deque[_Slot] = deque()
        self._running = 0
        self._held = 0
        self._stopped = False
        self._moved = anyio.Event()

    async def dispatch(self) -> None:
        """Keep the executor busy until cancelled, wound up, or until a window has failed."""
        async with anyio.create_task_group() as tasks:
            while not self._stopped:
                moved = self._moved
                if self._room() and (window := self._cut()) is not None:
                    slot = _Slot(window)
                    self._slots.append(slot)
                    self._running += 1
                    tasks.start_soon(self._run, slot)
                else:
                    await moved.wait()

    async def take(self) -> Candidates:
        """The next window's rows. Raises what its execution raised, once no window is under way any more."""
        while not self._slots:
            await self._moved.wait()
        slot = self._slots[0]
        await slot.finished.wait()
        if slot.error is not None:
            await self.wind_up()
            raise slot.error
        self._slots.popleft()
        if slot.candidates is None:
            return await self._executor.run(slot.window)
        self._held -= slot.candidates.frame.height
        return slot.candidates

    async def wind_up(self) -> None:
        """Start nothing more, and wait for what is under way: it may be paid for, and must reach the log."""
        self._stopped = True
        while self._running:
            await self._moved.wait()

    async def take_some(self, rows: int, until: float) -> list[Candidates]:
        """The next window, and those after it that are finished, of at most `rows` candidates together.

        Where those are fewer and others are under way, more may gather until that time. Raises as `take` does.
        """
        found = [await self.take()]
        rows -= found[0].window.count
        found += self._ready(rows)
        rows -= sum(candidates.window.count for candidates in found[1:])
        full = rows <= 0 or (self._slots and self._slots[0].candidates is not None)
        if not full and self._running and anyio.current_time() < until:
            await anyio.sleep_until(until)
            found += self._ready(rows)
        return found

    def _ready(self, rows: int) -> list[Candidates]:
        found: list[Candidates] = []
        while self._slots and (candidates := self._slots[0].candidates) is not None:
            rows -= candidates.window.count
            if rows < 0:
                break
            self._slots.popleft()
            self._held -= candidates.frame.height
            found.append(candidates)
        return found

    def decided(self, position: int) -> None:
        """Candidates before `position` are settled; the dispatcher looks at the need again."""
        self._first = position
        self._wake()

    async def _run(self, slot: _Slot) -> None:
        try:
            candidates = await self._executor.run(slot.window)
        except Exception as exc:
            slot.error = exc
            self._stopped = True
        else:
            limit = self._executor.held_rows
            if limit is None or slot is self._slots[0] or self._held + candidates.frame.height <= limit:
                slot.candidates = candidates
                self._held += candidates.frame.height
        finally:
            self._running -= 1
            slot.finished.set()
            self._wake()

    def _room(self) -> bool:
        ahead = self._executor.ahead
        return self._running < self._executor.concurrency and (ahead is None or len(self._slots) < ahead)

    def _cut(self) -> Window | None:
        """The next window, no larger than what is still wanted; None if enough is under way."""
        executor, size = self._executor, self._executor.window_rows
        left = self._wanted() - (self._next - self._first)
        count = min(size, left)
        if executor.aligned:
            count = min(count, size - self._next % size)
        idle = executor.width - self._running
        if idle > 0 and left < idle * size and self._next >= self._start + executor.width * size:
            # The last rows: smaller windows for every worker end sooner than full ones for a few.
            count = min(count, max(-(-left // idle), -(-size // 2)))
        if count > 0 and self._next >= self._enough:
            count = max(count, min(executor.least_rows, size))
        if count <= 0:
            return None
        window = Window(self._next, count)
        self._next = window.stop
        return window

    def _wake(self) -> None:
        moved, self._moved = self._moved, anyio.Event()
        moved.set()


def joined(parts: Sequence[Candidates]) -> Candidates:
    """Adjacent windows as one."""
    if len(parts) == 1:
        return parts[0]
    return Candidates(
        Window(parts[0].window.start, sum(part.window.count for part in parts)),
        pl.concat([part.frame for part in parts], rechunk=True),
        np.concatenate([part.positions for part in parts]),
        sum((part.usage for part in parts), Usage()),
    )
