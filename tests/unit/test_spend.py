from __future__ import annotations

import anyio
import pytest

from synthaix.errors import BudgetReached, LeaseLost, StoreError
from synthaix.providers.spend import Reservation, Spend
from synthaix.providers.usage import Usage


def one(tokens: int = 100, cost: float | None = 0.01) -> Usage:
    return Usage(1, tokens // 2, tokens // 2, cost)


@pytest.mark.parametrize(
    ("budget", "words"),
    [({"requests": 2}, "2 requests"), ({"tokens": 250}, "250 tokens"), ({"usd": 0.025}, "0.025 USD")],
)
def test_no_request_starts_that_could_pass_the_budget(budget: dict[str, float], words: str) -> None:
    spend = Spend(**budget)  # type: ignore[arg-type]
    spend.settle(spend.reserve(one()), one())
    spend.reserve(one())

    with pytest.raises(BudgetReached, match=words):
        spend.reserve(one())


def test_what_a_request_did_not_use_is_free_again() -> None:
    spend = Spend(tokens=150)
    spend.settle(spend.reserve(one(100)), one(20))

    spend.reserve(one(100))

    assert spend.used.tokens == 20
    assert spend.reserved.tokens == 100


def test_a_reservation_is_settled_once() -> None:
    spend = Spend()
    reservation = spend.reserve(one())

    spend.settle(reservation, one())
    spend.settle(reservation, one())

    assert spend.used == one()


def test_earlier_consumption_counts() -> None:
    spend = Spend(requests=3, used=Usage(3, 10, 10, 0.0))

    with pytest.raises(BudgetReached):
        spend.reserve(one())


def test_a_budget_in_usd_needs_a_known_price() -> None:
    spend = Spend(usd=5.0)

    with pytest.raises(BudgetReached, match="price is unknown"):
        spend.reserve(one(cost=None))


async def test_a_request_waits_for_those_in_flight_that_may_leave_enough_over() -> None:
    spend = Spend(tokens=150)
    first = spend.reserve(one(100))
    granted: list[Reservation] = []

    async def second() -> None:
        granted.append(await spend.acquire(one(100)))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(second)
        await anyio.wait_all_tasks_blocked()
        assert not granted
        spend.settle(first, one(20))

    assert len(granted) == 1


async def test_a_request_does_not_wait_for_what_cannot_come() -> None:
    spend = Spend(tokens=150, used=Usage(1, 50, 50, 0.0))

    with pytest.raises(BudgetReached):
        await spend.acquire(one(100))


def test_of_two_counts_of_the_same_requests_the_larger_numbers_hold() -> None:
    assert Usage(3, 30, 5, 0.2).at_least(Usage(2, 40, 5, 0.1)) == Usage(3, 40, 5, 0.2)
    assert Usage(1, 1, 1, None).at_least(Usage(2, 2, 2, 0.1)).cost_usd is None


async def test_whoever_waits_for_room_is_told_when_nothing_more_may_be_sent() -> None:
    spend, told = Spend(requests=1), list[str]()
    open_still = spend.reserve(one())

    async def wait() -> None:
        try:
            await spend.acquire(one())
        except LeaseLost as exc:
            told.append(str(exc))

    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(wait)
        await anyio.wait_all_tasks_blocked()
        spend.stop(LeaseLost("first"))
        spend.stop(StoreError("second"))
    spend.settle(open_still, one())

    assert told == ["first"] * 5
    assert spend.used == one()
