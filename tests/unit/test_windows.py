from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING

import anyio
import numpy as np
import polars as pl
import pytest

from synthaix.errors import ProviderDown
from synthaix.generate.window import Candidates, Usage, Window
from synthaix.jobs.windows import Windows, joined

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from synthaix.jobs.spec import Budget


class Scripted:
    """An executor whose windows finish when the test says so; it runs them at once otherwise."""

    overdraw = 1.0
    authors = 0
    notice: str | None = None

    def __init__(
        self,
        *,
        concurrency: int = 4,
        window_rows: int = 10,
        ahead: int | None = None,
        width: int = 0,
        least_rows: int = 1,
    ) -> None:
        self.concurrency = concurrency
        self.window_rows = window_rows
        self.width, self.least_rows = width, least_rows
        self.ahead = ahead
        self.aligned = False
        self.held_rows: int | None = None
        self.usage = Usage()
        self.notice: str | None = None
        self.trouble: str | None = None
        self.started: list[Window] = []
        self.gates: dict[int, anyio.Event] = {}
        self.failures: dict[int, Exception] = {}

    def hold(self, start: int) -> anyio.Event:
        return self.gates.setdefault(start, anyio.Event())

    def allow(self, budget: Budget) -> None:
        raise NotImplementedError

    async def run(self, window: Window) -> Candidates:
        self.started.append(window)
        if window.start in self.gates:
            await self.gates[window.start].wait()
        if window.start in self.failures:
            raise self.failures[window.start]
        positions = np.arange(window.start, window.stop, dtype=np.int64)
        return Candidates(window, pl.DataFrame({"n": positions}), positions)


class Need:
    """So many candidates are needed in all; `decided` is told to the windows after each take."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.decided = 0

    def __call__(self) -> int:
        return self.total - self.decided


@contextlib.asynccontextmanager
async def stream(executor: Scripted, need: Need) -> AsyncIterator[Windows]:
    windows = Windows(executor, 0, need)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(windows.dispatch)
        yield windows
        tasks.cancel_scope.cancel()


async def take(windows: Windows, need: Need) -> Window:
    candidates = await windows.take()
    need.decided = candidates.window.stop
    windows.decided(need.decided)
    return candidates.window


async def test_windows_come_back_in_candidate_order_whatever_finishes_first() -> None:
    executor, need = Scripted(), Need(40)
    slow = executor.hold(0)
    async with stream(executor, need) as windows:
        await anyio.wait_all_tasks_blocked()
        slow.set()
        got = [await take(windows, need) for _ in range(4)]

    assert [window.start for window in got] == [0, 10, 20, 30]


async def test_a_straggler_does_not_keep_the_other_workers_idle() -> None:
    executor, need = Scripted(concurrency=2), Need(200)
    straggler = executor.hold(0)
    async with stream(executor, need):
        await anyio.wait_all_tasks_blocked()
        assert len(executor.started) == 20
        straggler.set()


async def test_no_more_runs_at_once_than_there_are_workers() -> None:
    executor, need = Scripted(concurrency=3), Need(1_000)
    for start in range(0, 1_000, 10):
        executor.hold(start)
    async with stream(executor, need):
        await anyio.wait_all_tasks_blocked()

    assert len(executor.started) == 3


async def test_sampled_windows_wait_for_their_reader_when_enough_are_ready() -> None:
    executor, need = Scripted(concurrency=2, ahead=3), Need(1_000)
    async with stream(executor, need) as windows:
        await anyio.wait_all_tasks_blocked()
        assert len(executor.started) == 3
        await take(windows, need)
        await anyio.wait_all_tasks_blocked()

    assert len(executor.started) == 4


async def test_no_candidate_is_asked_for_beyond_what_is_wanted() -> None:
    executor, need = Scripted(), Need(25)
    async with stream(executor, need) as windows:
        await anyio.wait_all_tasks_blocked()
        assert [(w.start, w.count) for w in executor.started] == [(0, 10), (10, 10), (20, 5)]
        for _ in range(3):
            await take(windows, need)
        need.total = 28
        windows.decided(25)
        assert await take(windows, need) == Window(25, 3)


async def test_model_windows_end_on_a_fixed_grid() -> None:
    executor, need = Scripted(), Need(24)
    executor.aligned = True
    windows = Windows(executor, 7, need)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(windows.dispatch)
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()

    assert [(w.start, w.stop) for w in executor.started] == [(7, 10), (10, 20), (20, 30), (30, 31)]


async def test_what_does_not_fit_in_memory_is_run_again_when_its_turn_comes() -> None:
    executor, need = Scripted(), Need(60)
    executor.held_rows = 20
    straggler = executor.hold(0)
    async with stream(executor, need) as windows:
        await anyio.wait_all_tasks_blocked()
        straggler.set()
        got = [await take(windows, need) for _ in range(6)]

    assert [window.start for window in got] == [0, 10, 20, 30, 40, 50]
    again = [window.start for window in executor.started[6:]]
    assert again == [30, 40, 50]


async def test_a_failure_comes_in_its_turn_after_the_windows_before_it() -> None:
    executor, need = Scripted(), Need(40)
    executor.failures[20] = ProviderDown("gone")
    async with stream(executor, need) as windows:
        assert [(await take(windows, need)).start for _ in range(2)] == [0, 10]
        with pytest.raises(ProviderDown):
            await windows.take()


async def test_a_failure_waits_for_what_is_under_way_and_starts_nothing_new() -> None:
    executor, need = Scripted(concurrency=2), Need(400)
    executor.failures[0] = ProviderDown("gone")
    late = executor.hold(10)
    outcome: list[str] = []

    async def reader(windows: Windows) -> None:
        try:
            await windows.take()
        except ProviderDown:
            outcome.append("raised")

    async with stream(executor, need) as windows, anyio.create_task_group() as tasks:
        tasks.start_soon(reader, windows)
        await anyio.wait_all_tasks_blocked()
        assert outcome == []
        late.set()

    assert outcome == ["raised"]
    assert len(executor.started) == 2


async def test_finished_windows_that_follow_are_handed_over_together() -> None:
    executor, need = Scripted(concurrency=8), Need(80)
    late = executor.hold(50)
    async with stream(executor, need) as windows:
        await anyio.wait_all_tasks_blocked()
        parts = joined(await windows.take_some(35, -math.inf))
        rest = await windows.take_some(1_000, -math.inf)
        late.set()

    assert parts.window == Window(0, 30)
    assert parts.positions.tolist() == parts.frame["n"].to_list() == list(range(30))
    assert [part.window.start for part in rest] == [30, 40]


async def test_windows_gather_for_a_while_only_where_more_are_under_way() -> None:
    executor, need = Scripted(concurrency=8), Need(30)
    late = executor.hold(10)
    async with stream(executor, need) as windows, anyio.create_task_group() as tasks:
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(release, late)
        gathered = await windows.take_some(1_000, anyio.current_time() + 0.05)
    assert [part.window.start for part in gathered] == [0, 10, 20]

    executor, need = Scripted(concurrency=8), Need(30)
    async with stream(executor, need) as windows:
        await anyio.wait_all_tasks_blocked()
        with anyio.fail_after(5):  # nothing is under way that could be waited for
            gathered = await windows.take_some(1_000, anyio.current_time() + 3_600)
    assert len(gathered) == 3

    executor, need = Scripted(concurrency=2, ahead=2), Need(100)
    executor.hold(10)
    async with stream(executor, need) as windows:
        await anyio.wait_all_tasks_blocked()
        with anyio.fail_after(5):  # a window that is large enough by itself is not kept waiting
            assert len(await windows.take_some(10, anyio.current_time() + 3_600)) == 1

    executor, need = Scripted(concurrency=8), Need(80)
    executor.hold(50)
    async with stream(executor, need) as windows:
        await anyio.wait_all_tasks_blocked()
        with anyio.fail_after(5):  # nor are several that are enough together
            assert len(await windows.take_some(35, anyio.current_time() + 3_600)) == 3


async def release(gate: anyio.Event) -> None:
    gate.set()


async def test_the_last_rows_are_spread_over_the_workers_that_would_stand_idle() -> None:
    executor, need = Scripted(concurrency=4, width=4), Need(52)
    async with stream(executor, need) as windows:
        for _ in range(4):
            executor.hold(10 * _)
        await anyio.wait_all_tasks_blocked()
        for gate in executor.gates.values():
            gate.set()
        while need.decided < 52:
            await take(windows, need)
    sizes = [window.count for window in executor.started]
    assert sum(sizes) == 52
    assert sizes[:4] == [10] * 4
    assert max(sizes[4:]) < 10


async def test_a_top_up_asks_for_a_few_more_rows_than_are_missing() -> None:
    executor, need = Scripted(least_rows=8), Need(20)
    async with stream(executor, need) as windows:
        await take(windows, need)
        await take(windows, need)
        need.total = 21  # one of them was a duplicate
        windows.decided(20)
        await take(windows, need)
    assert [window.count for window in executor.started] == [10, 10, 8]
