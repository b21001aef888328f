"""Being told of a job's changes, on both protocol eras."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastmcp import Client
from mcp.client.subscriptions import listen
from mcp.shared.exceptions import MCPDeprecationWarning, MCPError

from synthaix.protocol import subscriptions
from tests.support.server import TRANSACTIONS, call, client_of, finished, settings_for, stdio

OLDER = pytest.mark.filterwarnings(f"ignore::{MCPDeprecationWarning.__module__}.{MCPDeprecationWarning.__name__}")
"""The older revisions' own requests, which the client package discourages."""

ROWS = 600_000
"""Enough for a job to be running when somebody starts to listen."""


class Heard:
    """The notifications that a client of the older revisions got."""

    def __init__(self) -> None:
        self.uris: list[str] = []

    async def __call__(self, message: Any) -> None:
        if getattr(message, "method", None) == "notifications/resources/updated":
            self.uris.append(str(message.params.uri))


async def start(client: Client[Any]) -> tuple[str, str]:
    """A running job's id and its status resource."""
    started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=ROWS)
    return started["job_id"], f"synthaix://jobs/{started['job_id']}"


async def test_a_listener_hears_of_its_job_until_the_job_has_ended(tmp_path: Path) -> None:
    heard = []
    async with Client(stdio(tmp_path)) as client:
        job_id, uri = await start(client)
        async with listen(client.session, resource_subscriptions=[uri]) as stream:
            with anyio.move_on_after(30):
                async for event in stream:
                    heard.append(event)
                    status = await call(client, "job_status", job_id=job_id)
                    if status["status"] == "completed":
                        break
    assert heard
    assert {getattr(event, "uri", None) for event in heard} == {uri}
    assert status["rows_generated"] == ROWS


@OLDER
async def test_a_subscriber_of_the_older_revisions_hears_until_it_unsubscribes(tmp_path: Path) -> None:
    heard = Heard()
    async with Client(stdio(tmp_path), mode="legacy", message_handler=heard) as client:
        job_id, uri = await start(client)
        await client.session.subscribe_resource(uri)
        await finished(client, job_id)
        with anyio.move_on_after(5):
            while not heard.uris:
                await anyio.sleep(0.05)
        await client.session.unsubscribe_resource(uri)
        await client.session.unsubscribe_resource(uri)  # no error the second time

        known = len(heard.uris)
        other, _ = await start(client)
        await finished(client, other)

    assert known > 0
    assert set(heard.uris) == {uri}
    assert len(heard.uris) == known


@OLDER
@pytest.mark.parametrize("uri", ["synthaix://jobs/" + "0" * 32, "synthaix://jobs/../..", "test://nothing"])
async def test_listening_to_what_is_no_job_is_accepted_and_silent(tmp_path: Path, uri: str) -> None:
    heard = Heard()
    async with client_of(settings_for(tmp_path), "legacy", message_handler=heard) as client:
        await client.session.subscribe_resource(uri)
        job_id, _ = await start(client)
        with contextlib.suppress(TimeoutError):
            await finished(client, job_id)
    assert heard.uris == []


async def test_a_stream_of_more_addresses_than_a_client_can_mean_is_refused(tmp_path: Path) -> None:
    uris = [f"synthaix://jobs/{number:032x}" for number in range(2_000)]
    async with Client(stdio(tmp_path)) as client:
        with pytest.raises(MCPError, match="2,000 resources are too many"):
            async with listen(client.session, resource_subscriptions=uris):
                pass
        _, uri = await start(client)
        async with listen(client.session, resource_subscriptions=[uri] * 2_000) as stream:
            with anyio.fail_after(30):
                first = await anext(aiter(stream))
    assert getattr(first, "uri", None) == uri


async def test_one_caller_leaves_streams_for_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    callers = iter(["ann", "ann", "bob"])
    monkeypatch.setattr(subscriptions, "caller", lambda: next(callers))
    monkeypatch.setattr(subscriptions, "MAX_OF_ONE", 1)
    uri = "synthaix://jobs/" + "0" * 32
    async with client_of(settings_for(tmp_path)) as client, listen(client.session, resource_subscriptions=[uri]):
        with pytest.raises(MCPError, match="You have 1 streams open"):
            async with listen(client.session, resource_subscriptions=[uri]):
                pass
        async with listen(client.session, resource_subscriptions=[uri]):
            pass


async def test_a_jobs_id_is_completed_while_it_is_typed(tmp_path: Path) -> None:
    from mcp_types import ResourceTemplateReference

    async with client_of(settings_for(tmp_path)) as client:
        started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=10)
        template = ResourceTemplateReference(type="ref/resource", uri="synthaix://jobs/{job_id}")
        found = await client.complete(template, {"name": "job_id", "value": started["job_id"][:4]})
        nothing = await client.complete(template, {"name": "job_id", "value": "zzz"})
        other = await client.complete(template, {"name": "limit", "value": "1"})

    assert found.values == [started["job_id"]]
    assert nothing.values == other.values == []
