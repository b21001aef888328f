"""The thread in which models are spoken with, beside the event loop on which people's calls are answered.

An SDK takes milliseconds of processor time for a request and its answer, and answers come many at once: on one loop a
call would wait for all of them. This thread stands still while a call is being answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import anyio.to_thread

from synthaix.errors import ProviderDown

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from synthaix.precedence import Precedence
    from synthaix.providers.base import Dialect, ModelRequest, Provider, Reply, Rung

T = TypeVar("T")

END_SECONDS = 5.0
"""How long the thread's end is waited for. A name that is being looked up cannot be cancelled."""


class Courier:
    """An event loop in a daemon thread, started when it is first needed and after it was closed.

    `clock` tells seconds.
    """

    def __init__(self, precedence: Precedence, clock: Callable[[], float] = time.monotonic) -> None:
        self._precedence = precedence
        self._clock = clock
        self._life: _Life | None = None
        self._holding = False  # whether the loop is about to stand still
        self._runs_until = 0.0
        precedence.on_call(self._hold)

    async def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """The coroutine's result; it runs in the thread, and is cancelled there when this is.

        Raises ProviderDown where the thread ended first.
        """
        try:
            life = self._started()
        except RuntimeError:
            coroutine.close()
            raise
        try:
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, life.loop))
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise ProviderDown("The server stopped before the model answered.") from None

    def carried(self, provider: Provider) -> Provider:
        """The provider, spoken with in the thread."""
        return _Carried(provider, self)

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._life is not None and self._life.thread.is_alive()

    async def aclose(self) -> None:
        """Cancel what is under way and end the thread, or leave it to the process's end after END_SECONDS."""
        life, self._life = self._life, None
        if life is None:
            return
        with contextlib.suppress(RuntimeError):  # its loop has ended
            life.loop.call_soon_threadsafe(life.closing.set_result, None)
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(life.thread.join, END_SECONDS)

    def _started(self) -> _Life:
        if self._life is None or not self._life.thread.is_alive():
            loop = asyncio.new_event_loop()
            closing = loop.create_future()
            thread = threading.Thread(target=_live, args=(loop, closing), name="synthaix-courier", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                loop.close()
                raise
            self._life, self._holding = _Life(loop, closing, thread), False
        return self._life

    def _hold(self) -> None:
        if self._life is None or self._holding:
            return
        self._holding = True
        with contextlib.suppress(RuntimeError):  # its loop has ended
            self._life.loop.call_soon_threadsafe(self._stand_still)

    def _stand_still(self) -> None:
        """In the thread: wait while a call is urgent, once enough was done since the last time."""
        now = self._clock()
        if now < self._runs_until:
            asyncio.get_running_loop().call_later(self._runs_until - now, self._stand_still)
            return
        self._holding = False
        self._runs_until = self._precedence.stand_still()


@dataclass(frozen=True, slots=True)
class _Life:
    loop: asyncio.AbstractEventLoop
    closing: asyncio.Future[None]
    thread: threading.Thread


def _live(loop: asyncio.AbstractEventLoop, closing: asyncio.Future[None]) -> None:
    async def wait() -> None:
        await closing

    with asyncio.Runner(loop_factory=lambda: loop) as runner:  # its end cancels what is still under way
        runner.run(wait())


class _Carried:
    """Another provider, spoken with in the courier's thread."""

    def __init__(self, provider: Provider, courier: Courier) -> None:
        self._provider = provider
        self._courier = courier
        self.name = provider.name
        self.label = provider.label
        self.base_url = provider.base_url
        self.dialect: Dialect = provider.dialect
        self.rungs = provider.rungs

    async def send(
        self, model: str, request: ModelRequest, rung: Rung, seconds: float, sent: Callable[[], None]
    ) -> Reply:
        """As the other has it; `sent` is called on the loop of whoever waits."""
        here = asyncio.get_running_loop()

        def tell() -> None:
            with contextlib.suppress(RuntimeError):  # a loop that is closed has nobody left who waits
                here.call_soon_threadsafe(sent)

        return await self._courier.run(self._provider.send(model, request, rung, seconds, tell))

    async def aclose(self) -> None:
        """Close the other's connections; those of a thread that has ended are closed."""
        if self._courier.alive:
            await self._courier.run(self._provider.aclose())
