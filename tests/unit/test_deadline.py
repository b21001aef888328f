from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import pytest

from synthaix.errors import ProviderDown
from synthaix.providers.base import ModelRequest, Reply, Rung
from synthaix.providers.deadline import Deadlines
from synthaix.providers.patience import Patience
from synthaix.providers.scripted import Scripted
from synthaix.providers.spend import Spend
from tests.support.writing import client_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from synthaix.providers.client import ModelClient

BRIEF = Patience(shortest_deadline=0.05, longest_deadline=30.0, first_backoff=0.01, down=0.01)


class Stuck(Scripted):
    """Says half of an answer and nothing more; hands that over when the time it was given is up."""

    async def send(
        self, model: str, request: ModelRequest, rung: Rung, seconds: float, sent: Callable[[], None]
    ) -> Reply:
        sent()
        with anyio.move_on_after(seconds):
            await anyio.sleep_forever()
        return Reply("half", "cut", 1, 1)


def stuck_client() -> ModelClient:
    """Its model has answered within a millisecond so far."""
    client = client_of(Stuck(), patience=BRIEF)
    for _ in range(10):
        client._deadlines.answered(0.001)
    return client


def request(expected_tokens: int) -> ModelRequest:
    return ModelRequest("", "", {}, max_tokens=10_000, expected_tokens=expected_tokens)


async def test_of_a_stream_that_stops_what_came_in_time_is_kept() -> None:
    client = stuck_client()
    reply = await client.ask(request(5_000), Spend())
    assert (reply.text, reply.finish) == ("half", "cut")


async def test_an_answer_far_later_than_usual_is_not_waited_for() -> None:
    client = stuck_client()
    with anyio.fail_after(20), pytest.raises(ProviderDown, match="ten times sooner"):
        await client.ask(request(100), Spend())


async def test_a_request_that_left_before_anything_was_known_is_given_up_once_others_are_answered() -> None:
    deadlines = Deadlines(BRIEF)

    async def others() -> None:
        for _ in range(10):
            deadlines.answered(0.001)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(others)
        with pytest.raises(TimeoutError), deadlines.kept():
            await anyio.sleep_forever()
    assert deadlines.seconds < BRIEF.longest_deadline
