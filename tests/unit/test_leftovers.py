from __future__ import annotations

from collections.abc import Sequence

import anyio
import pytest

from synthaix.errors import ProviderDown
from synthaix.generate.leftovers import Leftovers, Share


class Asker:
    """Notes which owners were asked for together."""

    def __init__(self, error: Exception | None = None) -> None:
        self.together: list[list[str]] = []
        self.error = error

    async def __call__(self, shares: Sequence[Share[str]]) -> None:
        self.together.append([share.owner for share in shares])
        await anyio.sleep(0)
        if self.error is not None:
            raise self.error


async def fill_all(leftovers: Leftovers[str], shares: dict[str, int], rows: int, patience: float) -> None:
    async with anyio.create_task_group() as tasks:
        for owner, count in shares.items():
            tasks.start_soon(leftovers.fill, owner, list(range(count)), rows, patience)


async def test_shares_of_several_windows_fill_one_request() -> None:
    asker = Asker()
    await fill_all(Leftovers(asker, lambda: False), {"a": 4, "b": 3, "c": 3}, 10, 30)
    assert asker.together == [["a", "b", "c"]]


async def test_a_request_takes_no_more_than_it_holds() -> None:
    asker = Asker()
    await fill_all(Leftovers(asker, lambda: False), {"a": 6, "b": 6, "c": 4}, 10, 0.2)
    assert sorted(owner for owners in asker.together for owner in owners) == ["a", "b", "c"]
    assert all(len(owners) <= 2 for owners in asker.together)


async def test_nobody_waits_while_a_worker_is_idle() -> None:
    asker = Asker()
    with anyio.fail_after(5):
        await Leftovers(asker, lambda: True).fill("a", [1], 10, 3_600)
    assert asker.together == [["a"]]


async def test_patience_ends_the_wait() -> None:
    asker = Asker()
    with anyio.fail_after(5):
        await Leftovers(asker, lambda: False).fill("a", [1], 10, 0.01)
    assert asker.together == [["a"]]


async def test_an_error_reaches_every_window_that_shared_the_request() -> None:
    leftovers = Leftovers(Asker(ProviderDown("away")), lambda: False)
    errors: list[ProviderDown] = []

    async def one(owner: str) -> None:
        try:
            await leftovers.fill(owner, [1, 2], 4, 30)
        except ProviderDown as exc:
            errors.append(exc)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(one, "a")
        tasks.start_soon(one, "b")
    assert [str(error) for error in errors] == ["away", "away"]


async def test_a_window_that_is_cancelled_leaves_the_others_their_request() -> None:
    asker = Asker()
    leftovers = Leftovers(asker, lambda: False)
    with anyio.move_on_after(0.05):
        await leftovers.fill("gone", [1], 4, 30)
    await leftovers.fill("here", [2], 4, 0.01)
    assert asker.together == [["here"]]


@pytest.mark.parametrize("patience", [0.0, 0.05])
async def test_every_share_is_asked_for_once(patience: float) -> None:
    asker = Asker()
    shares = {f"window {number}": 3 for number in range(40)}
    await fill_all(Leftovers(asker, lambda: False), shares, 10, patience)
    assert sorted(owner for owners in asker.together for owner in owners) == sorted(shares)


async def test_a_request_whose_asker_is_cancelled_is_made_by_another_that_shared_it() -> None:
    asked: list[list[str]] = []
    under_way = anyio.Event()

    async def ask(shares: Sequence[Share[str]]) -> None:
        asked.append([share.owner for share in shares])
        if len(asked) == 1:
            under_way.set()
            await anyio.sleep_forever()

    leftovers = Leftovers(ask, lambda: False)
    leader = anyio.CancelScope()

    async def lead() -> None:
        with leader:
            await leftovers.fill("leader", [1], 2, 30)

    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(leftovers.fill, "other", [2], 2, 0.5)
            await anyio.sleep(0)
            tasks.start_soon(lead)
            await under_way.wait()
            await anyio.sleep(0.6)  # the other's own patience is over, and its rows are being asked for
            leader.cancel()
    assert sorted(asked[0]) == ["leader", "other"]
    assert asked[1:] == [["other"]]
