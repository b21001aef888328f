"""Several calls at once, with one error at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence


async def all_of(calls: Sequence[Callable[[], Coroutine[Any, Any, None]]]) -> None:
    """Make the calls at once; the first error is raised as it is, after the others have ended: they may be paid for."""
    if len(calls) == 1:
        return await calls[0]()
    errors: list[Exception] = []

    async def one(call: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await call()
        except Exception as exc:  # carried around the task group, which would cancel the others
            errors.append(exc)

    async with anyio.create_task_group() as tasks:
        for call in calls:
            tasks.start_soon(one, call)
    if errors:
        raise errors[0]
