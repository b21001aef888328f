"""The engine's life beside a server's: it begins before the first call and ends after the last."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import anyio

from synthaix.protocol.wake import WakeAfterFirstAnswer, open_when_quiet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from synthaix.jobs.engine import Engine


@contextlib.asynccontextmanager
async def alive(engine: Engine, wake: WakeAfterFirstAnswer) -> AsyncIterator[None]:
    """Within this block the engine runs, in a task of its own.

    FastMCP leaves its lifespan from inside a cancel scope that it entered later, and a task group opened in
    the lifespan itself may not cross that.
    """
    ready, over = anyio.Event(), anyio.Event()
    life = asyncio.create_task(_live(engine, wake, ready, over))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({life, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if life.done():
        waiting.cancel()
        await life  # it never became ready: this raises what stopped it
    try:
        yield
    finally:
        over.set()
        await life


async def _live(engine: Engine, wake: WakeAfterFirstAnswer, ready: anyio.Event, over: anyio.Event) -> None:
    async with engine, anyio.create_task_group() as tasks:
        tasks.start_soon(open_when_quiet, engine, wake.arm())
        ready.set()
        await over.wait()
        tasks.cancel_scope.cancel()
