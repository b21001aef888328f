from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import anyio
import pytest

from synthaix import precedence
from synthaix.errors import ProviderDown
from synthaix.precedence import Precedence
from synthaix.providers.base import Dialect, ModelRequest, Reply, Rung
from synthaix.providers.courier import Courier

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

REQUEST = ModelRequest("system", "user", {}, 100, 50)


class Recorded:
    """A provider that notes in which threads it is spoken with; it answers when the test says so."""

    name = label = "recorded"
    base_url = "http://localhost"
    dialect: Dialect = "openai"
    rungs: tuple[Rung, ...] = ("prompt",)

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.cancelled = threading.Event()
        self.begun = threading.Event()
        self.slow = False
        self.failure: Exception | None = None

    async def send(
        self, model: str, request: ModelRequest, rung: Rung, seconds: float, sent: Callable[[], None]
    ) -> Reply:
        self.threads.append(threading.current_thread())
        sent()
        self.begun.set()
        try:
            await anyio.sleep(60 if self.slow else 0)
        except anyio.get_cancelled_exc_class():
            self.cancelled.set()
            raise
        if self.failure is not None:
            raise self.failure
        return Reply("text", "stop")

    async def aclose(self) -> None:
        self.threads.append(threading.current_thread())


@pytest.fixture
async def courier(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Courier]:
    monkeypatch.setattr(precedence, "LONGEST_SECONDS", 30)
    monkeypatch.setattr(precedence, "URGENT_SECONDS", 30)
    courier = Courier(Precedence())
    yield courier
    await courier.aclose()


async def ask(courier: Courier, provider: Recorded, sent: Callable[[], None] = lambda: None) -> Reply:
    return await courier.carried(provider).send("model", REQUEST, "prompt", 5, sent)


async def test_a_provider_is_spoken_with_in_one_other_thread_and_word_of_it_comes_back_here(courier: Courier) -> None:
    provider, told = Recorded(), list[threading.Thread]()

    replies = [await ask(courier, provider, lambda: told.append(threading.current_thread())) for _ in range(2)]
    await courier.carried(provider).aclose()

    assert [reply.text for reply in replies] == ["text", "text"]
    assert told == [threading.current_thread()] * 2
    assert len(set(provider.threads)) == 1
    assert threading.current_thread() not in provider.threads


async def test_a_failure_comes_back_as_it_is(courier: Courier) -> None:
    provider = Recorded()
    provider.failure = ProviderDown("It is away.")

    with pytest.raises(ProviderDown, match="It is away"):
        await ask(courier, provider)


async def test_who_gives_up_waiting_cancels_the_request(courier: Courier) -> None:
    provider = Recorded()
    provider.slow = True

    with anyio.move_on_after(0.2) as scope:
        await ask(courier, provider)

    assert scope.cancelled_caught
    assert await anyio.to_thread.run_sync(provider.cancelled.wait, 10)


async def test_while_a_call_is_answered_nothing_is_sent(courier: Courier) -> None:
    provider = Recorded()
    await ask(courier, provider)
    provider.begun.clear()

    async with anyio.create_task_group() as tasks:
        with courier._precedence.answering():
            tasks.start_soon(ask, courier, provider)
            held = not await anyio.to_thread.run_sync(provider.begun.wait, 0.2)
        assert await anyio.to_thread.run_sync(provider.begun.wait, 10)

    assert held


async def test_a_call_that_goes_on_and_on_holds_nothing(courier: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precedence, "URGENT_SECONDS", 0)
    provider = Recorded()
    await ask(courier, provider)

    with courier._precedence.answering(), anyio.fail_after(20):
        await ask(courier, provider)


async def test_its_end_cancels_what_is_under_way_and_it_can_begin_anew(courier: Courier) -> None:
    provider = Recorded()
    provider.slow = True

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ended, courier, provider)
        await anyio.to_thread.run_sync(provider.begun.wait, 10)
        with anyio.fail_after(20):
            await courier.aclose()
        tasks.cancel_scope.cancel()
    assert provider.cancelled.is_set()
    assert not provider.threads[0].is_alive()

    provider.slow = False
    assert (await ask(courier, provider)).text == "text"


async def test_what_was_under_way_at_its_end_fails_with_a_word(courier: Courier) -> None:
    provider, failures = Recorded(), list[str]()
    provider.slow = True

    async def asking() -> None:
        try:
            await ask(courier, provider)
        except ProviderDown as exc:
            failures.append(str(exc))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(asking)
        await anyio.to_thread.run_sync(provider.begun.wait, 10)
        await courier.aclose()

    assert failures == ["The server stopped before the model answered."]


async def test_closing_a_provider_afterwards_starts_no_thread(courier: Courier) -> None:
    provider = Recorded()
    await ask(courier, provider)
    await courier.aclose()

    await courier.carried(provider).aclose()

    assert not courier.alive


async def test_a_thread_that_cannot_start_is_tried_again(courier: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without:
        without.setattr(threading.Thread, "start", _no_thread)
        with pytest.raises(RuntimeError, match="new thread"):
            await ask(courier, Recorded())

    assert (await ask(courier, Recorded())).text == "text"


async def test_a_thread_that_has_died_disturbs_no_call_and_is_replaced(courier: Courier) -> None:
    provider = Recorded()
    await ask(courier, provider)
    life = courier._life
    assert life is not None
    life.loop.call_soon_threadsafe(life.closing.set_result, None)
    await anyio.to_thread.run_sync(life.thread.join, 10)

    with courier._precedence.answering():
        pass

    assert (await ask(courier, provider)).text == "text"


async def test_between_two_calls_it_runs_half_as_long_as_it_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    stood: list[float] = []

    class Calls(Precedence):
        def wait(self) -> None:
            nonlocal now
            stood.append(now)
            now += 0.02

    courier = Courier(Calls(lambda: now), lambda: now)
    await ask(courier, Recorded())
    for _ in range(3):
        with courier._precedence.answering():
            pass
    await courier.run(anyio.sleep(0))
    now += 0.009  # of ten milliseconds
    with courier._precedence.answering():
        pass
    await courier.run(anyio.sleep(0))
    assert stood == [0.0]

    now += 0.002
    await courier.run(anyio.sleep(0.05))
    assert len(stood) == 2
    await courier.aclose()


def _no_thread(_: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


async def ended(courier: Courier, provider: Recorded) -> None:
    with pytest.raises(ProviderDown):
        await ask(courier, provider)
