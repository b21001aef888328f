from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
import pytest

from synthaix import precedence
from synthaix.precedence import Precedence
from synthaix.protocol.calls import PostsFirst

if TYPE_CHECKING:
    from collections.abc import Iterator


async def test_where_nobody_is_answered_a_job_does_not_wait() -> None:
    calls, went_on = Precedence(), list[bool]()
    with calls.answering():
        pass

    with anyio.CancelScope() as scope:
        scope.cancel()  # whatever waits would end here
        await calls.give_way()
        went_on.append(True)

    assert went_on


async def test_a_job_waits_until_the_last_of_several_calls_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precedence, "LONGEST_SECONDS", 30)
    monkeypatch.setattr(precedence, "URGENT_SECONDS", 30)
    calls, seen = Precedence(), list[str]()

    async def job() -> None:
        await calls.give_way()
        seen.append("job")

    async with anyio.create_task_group() as tasks:
        with calls.answering():
            with calls.answering():
                tasks.start_soon(job)
                await anyio.wait_all_tasks_blocked()
            seen.append("first")
            await anyio.wait_all_tasks_blocked()
        seen.append("second")

    assert seen == ["first", "second", "job"]


async def test_a_long_call_beside_it_does_not_make_a_short_one_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precedence, "LONGEST_SECONDS", 60)
    now = 0.0
    calls = Precedence(lambda: now)

    with calls.answering():  # it watches a job, and has done so for a minute
        now = 60.0
        with anyio.fail_after(30):
            async with anyio.create_task_group() as tasks:
                with calls.answering():
                    tasks.start_soon(calls.give_way)
                    await anyio.wait_all_tasks_blocked()
                    waiting = calls._answered

    assert waiting is not None
    assert waiting.is_set()


@pytest.mark.parametrize("bound", ["LONGEST_SECONDS", "URGENT_SECONDS"])
async def test_a_call_that_goes_on_and_on_stops_no_job(monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    monkeypatch.setattr(precedence, "LONGEST_SECONDS", 30)
    monkeypatch.setattr(precedence, "URGENT_SECONDS", 30)
    monkeypatch.setattr(precedence, bound, 0)
    calls = Precedence()

    with calls.answering(), anyio.fail_after(20):
        await calls.give_way()


class Stepped:
    """A clock that only goes on when work is done or a thread stands still for a call without an end."""

    def __init__(self) -> None:
        self.now = 0.0
        self.stood: list[float] = []
        self.calls = Precedence(lambda: self.now)
        self.calls.wait = self.stand_still  # type: ignore[method-assign]

    def stand_still(self) -> None:
        self.stood.append(self.now)
        self.now += 0.05

    def items(self, count: int) -> Iterator[int]:
        for number in range(count):
            yield number
            self.now += 0.01


def test_a_thread_stands_still_after_its_start_and_never_for_more_than_its_share() -> None:
    stepped = Stepped()

    made = list(stepped.calls.in_turn(stepped.items(100)))

    assert made == list(range(100))
    assert min(stepped.stood) >= precedence.URGENT_SECONDS
    stood = 0.05 * len(stepped.stood)
    assert stepped.now == pytest.approx(1.0 + stood)
    assert 0 < stood <= (1.0 - precedence.URGENT_SECONDS) / precedence.LEAST_SHARE


async def test_a_thread_goes_on_when_the_call_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    calls, seen = Precedence(lambda: now), list[str]()
    items = calls.in_turn(["first", "second"])
    seen.append(next(items))
    now = 10.0
    monkeypatch.setattr(precedence, "LONGEST_SECONDS", 30)
    monkeypatch.setattr(precedence, "URGENT_SECONDS", 30)

    async def step() -> None:
        seen.append(await anyio.to_thread.run_sync(next, items))

    async with anyio.create_task_group() as tasks:
        with calls.answering():
            tasks.start_soon(step)
            await anyio.sleep(0.1)
            seen.append("answered")

    assert seen == ["first", "answered", "second"]


@pytest.mark.parametrize(("kind", "method", "urgent"), [("http", "POST", 1), ("http", "GET", 0), ("websocket", "", 0)])
async def test_a_posted_request_goes_first_from_its_first_byte_to_its_last(kind: str, method: str, urgent: int) -> None:
    calls, during = Precedence(), list[int]()

    async def app(scope: object, receive: object, send: object) -> None:
        during.append(len(calls._calls))
        raise ValueError("as an application may")

    with pytest.raises(ValueError, match="as an application may"):
        await PostsFirst(app, calls)({"type": kind, "method": method}, None, None)  # type: ignore[arg-type]

    assert during == [urgent]
    assert not calls._calls
