"""Hedging: a second request for what the first is slow to answer (Dean and Barroso, The Tail at Scale, 2013)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import anyio

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

Answer = TypeVar("Answer")


async def hedged(ask: Callable[[], Awaitable[Answer]], seconds: float) -> Answer:
    """The first of up to two answers; the second is asked for once the first took longer than `seconds`.

    Whoever is late is cancelled. Raises what the first asking raised, if both do.
    """
    answers: list[Answer] = []
    errors: list[Exception] = []
    async with anyio.create_task_group() as tasks:
        asked = 1

        async def one() -> None:
            try:
                answers.append(await ask())
            except Exception as exc:  # carried around the task group, which would wrap it
                errors.append(exc)
            if answers or len(errors) == asked:
                tasks.cancel_scope.cancel()

        tasks.start_soon(one)
        await anyio.sleep(seconds)
        asked = 2
        tasks.start_soon(one)
    if answers:
        return answers[0]
    raise errors[0]
