from __future__ import annotations

import anyio
import pytest

from synthaix.providers.base import RateLimits
from synthaix.providers.pacing import FAILURES_IN_A_ROW, REFUSALS_IN_A_ROW, CircuitOpen, Pacer, Permit


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def pacer_for(workers: int, clock: Clock | None = None, asleep: bool = False) -> Pacer:
    """With `asleep` nobody waits in real time: the clock jumps instead."""
    clock = clock or Clock()
    pacer = Pacer(clock, clock.sleep) if asleep else Pacer(clock)
    pacer.raise_ceiling(workers)
    return pacer


async def take(pacer: Pacer, count: int) -> list[Permit]:
    return [await pacer.acquire() for _ in range(count)]


async def test_it_starts_at_the_ceiling_and_never_passes_it() -> None:
    pacer = pacer_for(50)
    permits = await take(pacer, 50)

    with anyio.move_on_after(0) as scope:
        await pacer.acquire()

    assert scope.cancelled_caught
    for permit in permits:
        pacer.answered(permit)
    assert pacer.limit == 50


async def test_refusals_bring_the_limit_to_what_the_server_admitted() -> None:
    pacer = pacer_for(50)
    permits = await take(pacer, 50)

    for permit in permits[20:]:
        pacer.refused(permit, None)

    assert pacer.limit == 20


async def test_a_server_that_admits_twenty_of_fifty_refuses_few_requests() -> None:
    clock = Clock()
    pacer = pacer_for(50, clock, asleep=True)
    flying: list[Permit] = []
    sent = refused = answered = 0

    while answered < 5_000:
        clock.now += 1.0
        while pacer.in_flight < pacer.limit:
            permit = await pacer.acquire()
            sent += 1
            if len(flying) < 20:
                flying.append(permit)
            else:
                refused += 1
                pacer.refused(permit, None)
        answered += 1
        pacer.answered(flying.pop(0))

    assert refused / sent <= 0.03
    assert pacer.limit >= 19


async def test_random_refusals_do_not_bring_the_limit_down() -> None:
    clock = Clock()
    pacer = pacer_for(50, clock, asleep=True)
    flying: list[Permit] = []

    for number in range(2_000):
        clock.now += 1.0
        while pacer.in_flight < pacer.limit:
            flying.append(await pacer.acquire())
        if number % 10 == 3:
            pacer.refused(flying.pop(), 1.0)
        else:
            pacer.answered(flying.pop(0))

    assert pacer.limit >= 40


async def test_the_limit_grows_back_when_the_server_admits_more_again() -> None:
    clock = Clock()
    pacer = pacer_for(50, clock, asleep=True)
    permits = await take(pacer, 50)
    for permit in permits[5:]:
        pacer.refused(permit, None)
    assert pacer.limit == 5
    flying = permits[:5]

    for _ in range(1_000):
        clock.now += 1.0
        pacer.answered(flying.pop(0))
        while pacer.in_flight < pacer.limit:
            flying.append(await pacer.acquire())

    assert pacer.limit == 50


async def test_refusals_one_after_the_other_hold_everybody_back_for_as_long_as_the_server_says() -> None:
    clock = Clock()
    pacer = pacer_for(10, clock)
    permits = await take(pacer, REFUSALS_IN_A_ROW)
    for permit in permits:
        pacer.refused(permit, 7.0)

    with anyio.move_on_after(0) as scope:
        await pacer.acquire()
    assert scope.cancelled_caught

    clock.now += 7.0
    await pacer.acquire()


async def test_a_single_refusal_holds_nobody_else_back() -> None:
    pacer = pacer_for(10)
    for permit in await take(pacer, 10):
        pacer.answered(permit)
    permits = await take(pacer, 10)

    pacer.refused(permits[4], 30.0)
    pacer.answered(permits[0])

    assert pacer.limit == 9
    assert (await pacer.acquire()).serial > permits[-1].serial


async def test_the_breaker_opens_after_failures_in_a_row_and_closes_with_the_first_answer() -> None:
    clock = Clock()
    pacer = pacer_for(20, clock)
    for permit in await take(pacer, FAILURES_IN_A_ROW):
        pacer.failed(permit)
    assert pacer.broken

    clock.now += 60.0
    probe = await pacer.acquire()
    with anyio.move_on_after(0) as scope:
        await pacer.acquire()
    assert scope.cancelled_caught

    pacer.answered(probe)
    assert not pacer.broken
    assert len(await take(pacer, 20)) == 20


@pytest.mark.parametrize(
    "limits",
    [RateLimits(requests_left=0, requests_reset=3.0), RateLimits(tokens_left=100, tokens_reset=3.0)],
)
async def test_headers_that_say_nothing_is_left_hold_requests_back_until_the_reset(limits: RateLimits) -> None:
    clock = Clock()
    pacer = pacer_for(5, clock)

    pacer.answered(await pacer.acquire(), limits, expected_tokens=400)

    with anyio.move_on_after(0) as scope:
        await pacer.acquire()
    assert scope.cancelled_caught
    clock.now += 3.0
    await pacer.acquire()


async def test_a_place_offered_to_somebody_who_left_goes_to_the_next() -> None:
    pacer = pacer_for(1)
    permit = await pacer.acquire()
    served: list[str] = []

    async def wait(name: str, scope: anyio.CancelScope) -> None:
        with scope:
            pacer.dropped(await pacer.acquire())
            served.append(name)

    async with anyio.create_task_group() as tasks:
        first, second = anyio.CancelScope(), anyio.CancelScope()
        tasks.start_soon(wait, "first", first)
        tasks.start_soon(wait, "second", second)
        await anyio.wait_all_tasks_blocked()
        pacer.answered(permit)
        first.cancel()

    assert "second" in served
    assert pacer.in_flight == 0


async def test_who_can_go_elsewhere_does_not_wait_while_the_breaker_is_open() -> None:
    clock = Clock()
    pacer = pacer_for(1, clock)
    permit = await pacer.acquire()
    left: list[str] = []

    async def impatient() -> None:
        with pytest.raises(CircuitOpen):
            await pacer.acquire(patient=False)
        left.append("went elsewhere")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(impatient)
        await anyio.wait_all_tasks_blocked()
        assert not left
        pacer.failed(permit)
        pacer.given_up()

    assert left
    clock.now += 60
    trial = await pacer.acquire(patient=False)
    with pytest.raises(CircuitOpen):
        await pacer.acquire(patient=False)
    pacer.answered(trial)
    assert await pacer.acquire(patient=False)
