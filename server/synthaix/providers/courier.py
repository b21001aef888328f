"""The thread in which models are spoken with, beside the event loop on which people's calls are answered.

An SDK takes milliseconds of processor time for a request and its answer, and answers come many at once: on one loop a
call would wait for all of them. This thread stands still while a call is being answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import anyio.to_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from synthaix.precedence import Precedence
    from synthaix.providers.base import Dialect, ModelRequest, Provider, Reply, Rung

T = TypeVar("T")


class Courier:
    """An event loop in a daemon thread, started when it is first needed and after it was closed."""

    def __init__(self, precedence: Precedence) -> None:
        self._precedence = precedence
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing: asyncio.Future[None] | None = None
        precedence.tell(self._stand_still)

    async def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """The coroutine's result; it runs in the thread, and is cancelled there when this is."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, self._started()))

    def carried(self, provider: Provider) -> Provider:
        """The provider, spoken with in the thread."""
        return _Carried(provider, self)

    async def aclose(self) -> None:
        """Cancel what is under way and end the thread."""
        if self._loop is None or self._closing is None or self._thread is None:
            return
        self._loop.call_soon_threadsafe(self._closing.set_result, None)
        self._loop = self._closing = None
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self._thread.join)

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._closing = self._loop.create_future()
            arguments = self._loop, self._closing
            self._thread = threading.Thread(target=_live, args=arguments, name="synthaix-courier", daemon=True)
            self._thread.start()
        return self._loop

    def _stand_still(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._precedence.wait)


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
        """Close the other's connections."""
        await self._courier.run(self._provider.aclose())
