from __future__ import annotations

import anyio
import pytest

from synthaix.errors import ProviderDown
from synthaix.providers.hedge import hedged


class Scripted:
    """Each call takes so many seconds, then answers with its number or raises."""

    def __init__(self, *steps: float | Exception) -> None:
        self.steps = list(steps)
        self.calls = self.cancelled = 0

    async def __call__(self) -> int:
        number, self.calls = self.calls, self.calls + 1
        step = self.steps[number]
        if isinstance(step, Exception):
            raise step
        try:
            await anyio.sleep(step)
        except anyio.get_cancelled_exc_class():
            self.cancelled += 1
            raise
        return number


async def test_a_quick_answer_is_not_asked_for_twice() -> None:
    ask = Scripted(0.0)
    assert await hedged(ask, 5) == 0
    assert ask.calls == 1


async def test_a_slow_answer_is_overtaken_and_cancelled() -> None:
    ask = Scripted(3_600, 0.0)
    assert await hedged(ask, 0.01) == 1
    assert (ask.calls, ask.cancelled) == (2, 1)


async def test_a_failure_before_the_time_is_raised_as_it_is() -> None:
    ask = Scripted(ProviderDown("away"))
    with pytest.raises(ProviderDown, match="away"):
        await hedged(ask, 5)
    assert ask.calls == 1


async def test_one_failure_leaves_the_other_its_chance() -> None:
    ask = Scripted(0.05, ProviderDown("away"))
    assert await hedged(ask, 0.01) == 0
