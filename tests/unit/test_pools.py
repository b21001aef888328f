from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import anyio

from synthaix.providers import pools
from synthaix.providers.pools import PER_POOL, Pools

if TYPE_CHECKING:
    import ssl


class Sdk:
    """As much of an SDK's client as the pools use."""

    def __init__(self, certificates: ssl.SSLContext, connections: int) -> None:
        self.certificates, self.connections = certificates, connections
        self.thread = threading.current_thread()
        self.closed = False

    async def close(self) -> None:
        self.closed = True


async def borrowed(given: Pools[Sdk], times: int) -> list[Sdk]:
    """The clients of so many requests under way at once."""
    clients: list[Sdk] = []
    done = anyio.Event()

    async def request() -> None:
        async with given.client() as client:
            clients.append(client)
            if len(clients) == times:
                done.set()
            await done.wait()

    async with anyio.create_task_group() as tasks:
        for _ in range(times):
            tasks.start_soon(request)
    return clients


async def test_few_requests_share_one_client_and_more_get_further_ones() -> None:
    given = Pools(Sdk)

    few = await borrowed(given, PER_POOL)
    many = await borrowed(given, 3 * PER_POOL + 1)

    assert len(set(few)) == 1
    assert len(set(many)) == 4
    assert max(many.count(client) for client in many) == PER_POOL
    assert len(set(await borrowed(given, 1)) | set(few)) == 1  # the first is used first


async def test_the_first_client_is_made_in_a_thread_and_the_certificates_are_read_once() -> None:
    clients = await borrowed(Pools(Sdk), 2 * PER_POOL)

    first, second = dict.fromkeys(clients)
    assert first.thread is not threading.current_thread()
    assert second.thread is threading.current_thread()
    assert first.certificates is second.certificates
    assert first.connections > PER_POOL


async def test_a_place_is_free_again_after_a_failure_and_after_a_cancellation() -> None:
    given = Pools(Sdk)
    for _ in range(pools.PER_POOL + 1):
        try:
            async with given.client():
                raise ValueError("as a request may")
        except ValueError:
            pass
        with anyio.move_on_after(0):
            async with given.client():
                await anyio.sleep_forever()

    assert len(set(await borrowed(given, PER_POOL))) == 1


async def test_all_clients_are_closed_at_the_end() -> None:
    given = Pools(Sdk)
    clients = await borrowed(given, 2 * PER_POOL)

    await given.aclose()

    assert all(client.closed for client in clients)
    assert not set(await borrowed(given, 1)) & set(clients)
