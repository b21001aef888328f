"""An SDK's clients of one address: as many as its requests need, each with a pool of a few connections."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import anyio
import anyio.to_thread

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable

PER_POOL = 4
"""Requests under way in one pool. With every request and every answer a pool asks the system about each connection
that is idle, so when many answers come at once one pool for all of them holds the event loop for long."""

_SPARE = 2  # connections that are being closed while others are opened


class _Closable(Protocol):
    async def close(self) -> None: ...


Client = TypeVar("Client", bound=_Closable)


@dataclass(slots=True)
class _Pool(Generic[Client]):
    client: Client
    under_way: int = 0


class Pools(Generic[Client]):
    """The clients, made when they are first needed by `build`, from the certificates and a number of connections.

    The first pools are filled first, so that few workers keep few connections.
    """

    def __init__(self, build: Callable[[ssl.SSLContext, int], Client]) -> None:
        self._build = build
        self._pools: list[_Pool[Client]] = []
        self._certificates: ssl.SSLContext | None = None
        self._opening: anyio.Lock | None = None  # made on the event loop that sends

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        """A client with a free connection, for one request."""
        pool = self._free() or await self._open()
        pool.under_way += 1
        try:
            yield pool.client
        finally:
            pool.under_way -= 1

    async def aclose(self) -> None:
        """Close all connections."""
        pools, self._pools = self._pools, []
        for pool in pools:
            await pool.client.close()

    def _free(self) -> _Pool[Client] | None:
        return next((pool for pool in self._pools if pool.under_way < PER_POOL), None)

    async def _open(self) -> _Pool[Client]:
        if self._certificates is not None:
            return self._add(self._certificates)
        self._opening = self._opening or anyio.Lock()
        async with self._opening:
            if self._certificates is None:
                # Importing an SDK and reading certificates takes more than a second of processor time.
                await anyio.to_thread.run_sync(self._open_first)
        return self._free() or await self._open()

    def _open_first(self) -> None:
        import httpx2

        certificates = httpx2.create_ssl_context()
        self._add(certificates)
        self._certificates = certificates

    def _add(self, certificates: ssl.SSLContext) -> _Pool[Client]:
        pool = _Pool(self._build(certificates, PER_POOL + _SPARE))
        self._pools.append(pool)
        return pool
