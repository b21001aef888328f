"""Telling a client that a job's status has changed, where it asked to be told; on both protocol eras.

Protocol 2025-11-25 and older: `resources/subscribe` names a URI, and notifications come on the connection.
Protocol 2026-07-28: `subscriptions/listen` names URIs, and notifications come as that request's own stream.
A job is followed while somebody listens and until it ends. Another caller's job looks like no job at all: the
subscription is accepted and nothing ever comes.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import TYPE_CHECKING, Any

import anyio
from mcp.server.subscriptions import (
    InMemorySubscriptionBus,
    ListenHandler,
    ResourceUpdated,
    ServerEvent,
    SubscriptionBus,
)
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    EmptyResult,
    SubscribeRequestParams,
    SubscriptionsListenRequestParams,
    SubscriptionsListenResult,
    UnsubscribeRequestParams,
)

from synthaix.errors import SynthaixError
from synthaix.protocol.caller import caller

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from fastmcp import FastMCP
    from mcp.server.context import ServerRequestContext

    from synthaix.jobs.engine import Engine

_JOB = re.compile(r"synthaix://jobs/([0-9a-f]{32})")
_FOLLOW_SECONDS = 3600.0
"""How long one look at a job may wait; a longer job is looked at again."""

MAX_SUBSCRIPTIONS = 1024
"""Streams, and over the older revisions jobs, followed at once."""

MAX_OF_ONE = MAX_SUBSCRIPTIONS // 2
"""Streams of one caller with a token: others must find some free."""

MAX_URIS = 100
"""Addresses of one stream: each is looked up in the database and followed by a task of its own."""

_BUS = "_synthaix_bus"


class Subscriptions:
    """Who listens to which job of one server. `bus` carries what concerns every listener alike."""

    def __init__(self, engine: Engine) -> None:
        self.bus: SubscriptionBus = InMemorySubscriptionBus()
        self._engine = engine
        self._streams: dict[ListenHandler, str | None] = {}
        self._followers: dict[tuple[str | None, str], asyncio.Task[None]] = {}

    def add_to(self, server: FastMCP[Any]) -> None:
        """Answer the subscription requests of both eras on this server."""
        low_level = server._mcp_server  # FastMCP has no face of its own for these requests
        low_level.add_request_handler("subscriptions/listen", SubscriptionsListenRequestParams, self.listen)
        low_level.add_request_handler("resources/subscribe", SubscribeRequestParams, self.subscribe)
        low_level.add_request_handler("resources/unsubscribe", UnsubscribeRequestParams, self.unsubscribe)
        setattr(server, _BUS, self.bus)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Within this block jobs may be followed; no stream and no follower outlives it."""
        try:
            yield
        finally:
            for stream in self._streams:
                stream.close()
            for task in self._followers.values():
                task.cancel()

    async def listen(
        self, ctx: ServerRequestContext[Any, Any], params: SubscriptionsListenRequestParams
    ) -> SubscriptionsListenResult:
        """One stream of notifications; it ends with the client's interest or the server's life.

        Raises MCPError for more addresses than one stream may have, or more streams than one caller may.
        """
        uris = dict.fromkeys(str(uri) for uri in params.notifications.resource_subscriptions or ())
        if len(uris) > MAX_URIS:
            raise MCPError(INVALID_PARAMS, f"{len(uris):,} resources are too many for a stream; listen to {MAX_URIS}.")
        bus, owner = _StreamBus(self.bus), caller()
        if owner is not None and sum(other == owner for other in self._streams.values()) >= MAX_OF_ONE:
            raise MCPError(
                INVALID_PARAMS, f"You have {MAX_OF_ONE:,} streams open; close one, or listen to more in one."
            )
        stream = ListenHandler(bus, max_subscriptions=MAX_SUBSCRIPTIONS - len(self._streams))
        self._streams[stream] = owner
        try:
            async with anyio.create_task_group() as tasks:
                for uri in uris:
                    tasks.start_soon(self._publish, bus, uri, owner)
                result = await stream(ctx, params)
                tasks.cancel_scope.cancel()
        finally:
            del self._streams[stream]
        return result

    async def subscribe(self, ctx: ServerRequestContext[Any, Any], params: SubscribeRequestParams) -> EmptyResult:
        """Notify this connection whenever the job behind the URI has changed."""
        key = (_session_of(ctx), str(params.uri))
        if key not in self._followers and len(self._followers) < MAX_SUBSCRIPTIONS:
            task = asyncio.create_task(self._notify(ctx.session, str(params.uri), caller()))
            self._followers[key] = task
            task.add_done_callback(lambda done: self._forget(key, done))
        return EmptyResult()

    async def unsubscribe(self, ctx: ServerRequestContext[Any, Any], params: UnsubscribeRequestParams) -> EmptyResult:
        """Stop notifying; a URI that was never subscribed to is no error."""
        task = self._followers.pop((_session_of(ctx), str(params.uri)), None)
        if task is not None:
            task.cancel()
        return EmptyResult()

    def _forget(self, key: tuple[str | None, str], done: asyncio.Task[None]) -> None:
        if self._followers.get(key) is done:
            del self._followers[key]

    async def _publish(self, bus: _StreamBus, uri: str, owner: str | None) -> None:
        async for _ in self._changes(uri, owner):
            await bus.publish(ResourceUpdated(uri))

    async def _notify(self, session: Any, uri: str, owner: str | None) -> None:
        async for _ in self._changes(uri, owner):
            await session.send_resource_updated(uri)

    async def _changes(self, uri: str, owner: str | None) -> AsyncIterator[None]:
        """Once for every change of the job's status from now on."""
        job = _JOB.fullmatch(uri)
        if job is None:
            return
        known = None
        with contextlib.suppress(SynthaixError):  # no such job, for this caller
            while True:
                async for status in self._engine.watch(job[1], _FOLLOW_SECONDS, owner):
                    news = (status.status, status.rows_generated, status.message)
                    if known is not None and news != known:
                        yield
                    known = news
                    if status.ended:
                        return


class _StreamBus:
    """What one stream hears: everything on the server's bus, and the changes of the jobs it asked for."""

    def __init__(self, shared: SubscriptionBus) -> None:
        self._shared = shared
        self._own = InMemorySubscriptionBus()

    async def publish(self, event: ServerEvent) -> None:
        """Tell this stream only."""
        await self._own.publish(event)

    def subscribe(self, listener: Callable[[ServerEvent], None]) -> Callable[[], None]:
        """Hear both; the answer stops both."""
        leave = (self._shared.subscribe(listener), self._own.subscribe(listener))

        def unsubscribe() -> None:
            for step in leave:
                step()

        return unsubscribe


def bus_of(server: FastMCP[Any]) -> SubscriptionBus:
    """The bus on which the listeners of a server built by `synthaix.app.build_server` hear of changes."""
    bus: SubscriptionBus = getattr(server, _BUS)
    return bus


def _session_of(ctx: ServerRequestContext[Any, Any]) -> str | None:
    """The session of an older revision; over stdio there is one connection and no name for it."""
    headers = getattr(ctx.request, "headers", None)
    return None if headers is None else headers.get("mcp-session-id")
