"""Several calls at once, with one error at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence


async def all_of(calls: Sequence[Callable[[], Coroutine[Any, Any, None]]]) -> None:
    """Make the calls at once; the first error stops the others and is raised as it is."""
    if len(calls) == 1:
        return await calls[0]()
    try:
        async with anyio.create_task_group() as tasks:
            for call in calls:
                tasks.start_soon(call)
    except ExceptionGroup as group:
        error: Exception = group
        while isinstance(error, ExceptionGroup):
            error = error.exceptions[0]
        raise error from None
