"""Opening the engine early, but never before the first answer.

A host waits for the list of tools; the database, its migrations and the recovery of unfinished jobs
can wait until it has that list. Over HTTP nobody started the server in order to ask it, and perhaps nobody will:
there unfinished jobs go on without a call.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import anyio
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext

if TYPE_CHECKING:
    from synthaix.jobs.engine import Engine

logger = logging.getLogger("synthaix.protocol")

QUIET_SECONDS = 0.5
"""How long after the first answer the engine opens: a host's first calls come in one burst."""


class WakeAfterFirstAnswer(Middleware):
    """Tells a waiting task when the first request has been answered; or `at_once`, where no host waits."""

    def __init__(self, at_once: bool = False) -> None:
        self._at_once = at_once
        self._answered: anyio.Event | None = None

    def arm(self) -> anyio.Event:
        """The event of this run of the server; made inside its event loop."""
        self._answered = anyio.Event()
        if self._at_once:
            self._answered.set()
        return self._answered

    async def on_request(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """Pass the request on, then note that it was answered."""
        try:
            return await call_next(context)
        finally:
            if self._answered is not None:
                self._answered.set()


async def open_when_quiet(engine: Engine, answered: anyio.Event) -> None:
    """Open the engine a moment after the first answer; a failure is logged, and told to whoever asks for a job."""
    await answered.wait()
    await anyio.sleep(QUIET_SECONDS)
    try:
        await engine.open()
    except Exception:
        # A server that cannot open its database still translates, and says what is wrong when a job is asked for.
        logger.exception("the engine could not be opened")
