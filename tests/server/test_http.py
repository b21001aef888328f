"""A real `synthaix serve` process: the flow over streamable HTTP, and the routes beside it."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

from synthaix.app import serve_http
from synthaix.errors import SettingsError
from tests.support.behaviour import Behaviour
from tests.support.model_server import ModelServer
from tests.support.server import ERAS, TRANSACTIONS, call, finished, http_server, settings_for

TOKEN = "a-token-for-this-test"


def fetch(url: str, **headers: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def connect(base: str, era: str = "auto", token: str | None = None) -> Client[Any]:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return Client(StreamableHttpTransport(f"{base}/mcp", headers=headers), mode=era)


def test_the_flow_works_over_http_and_ends_in_a_download(tmp_path: Path) -> None:
    async def flow(base: str, era: str) -> str:
        async with connect(base, era) as client:
            translated = await call(client, "translate_schema", prompt="300 orders with order id, total and status")
            started = await call(client, "start_generation", schema=translated["schema"], total_rows=300)
            status = await finished(client, started["job_id"])
            assert status["rows_generated"] == 300
            return str(status["results"]["download_url"])

    with http_server(tmp_path) as base:
        for era in ERAS:
            url = anyio.run(flow, base, era)
            code, body = fetch(url)
            altered, _ = fetch(url.replace("signature=", "signature=0"))
            expired, _ = fetch(url.replace("expires=", "expires=1"))

            assert url.startswith(base)
            assert code == 200
            assert len(body.splitlines()) == 301
            assert altered == expired == 403


def test_health_readiness_and_metrics_are_served(tmp_path: Path) -> None:
    with http_server(tmp_path) as base:
        health, ready, metrics = fetch(f"{base}/health"), fetch(f"{base}/ready"), fetch(f"{base}/metrics")

    assert health[0] == ready[0] == metrics[0] == 200
    assert b"synthaix_rows_generated" in metrics[1]


def test_a_name_that_is_no_tools_makes_no_label_of_its_own(tmp_path: Path) -> None:
    async def ask(base: str) -> None:
        async with connect(base) as client:
            for name in ("no_such_tool", "another", "list_jobs"):
                await client.call_tool(name, {"limit": 0}, raise_on_error=False)

    with http_server(tmp_path) as base:
        anyio.run(ask, base)
        told = fetch(f"{base}/metrics")[1].decode()

    assert 'synthaix_tool_seconds_count{outcome="error",tool="unknown"} 2.0' in told
    assert 'synthaix_tool_seconds_count{outcome="error",tool="list_jobs"} 1.0' in told
    assert "no_such_tool" not in told


def test_every_metric_of_the_alert_rules_is_served(tmp_path: Path) -> None:
    import anyio

    async def run_a_job(base: str) -> None:
        async with connect(base) as client:
            started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=700)
            await finished(client, started["job_id"])

    with http_server(tmp_path) as base:
        anyio.run(run_a_job, base)
        told = fetch(f"{base}/metrics")[1].decode()

    rules = (Path(__file__).parents[2] / "docs" / "alerts.yml").read_text()
    names = set(re.findall(r"synthaix_[a-z_]+", rules))
    assert len(names) >= 5
    assert [name for name in sorted(names) if name.removesuffix("_total").removesuffix("_bucket") not in told] == []
    assert "synthaix_rows_committed_total 700.0" in told
    assert 'synthaix_tool_seconds_count{outcome="ok",tool="start_generation"} 1.0' in told


def test_a_foreign_host_or_origin_is_not_answered(tmp_path: Path) -> None:
    with http_server(tmp_path) as base:
        by_host, _ = fetch(f"{base}/mcp", Host="evil.example")
        by_origin, _ = fetch(f"{base}/mcp", Origin="https://evil.example")

    assert by_host in {400, 403, 421}
    assert by_origin == 403


def test_without_the_token_nothing_is_answered(tmp_path: Path) -> None:
    import anyio

    async def listed(base: str) -> dict[str, Any]:
        async with connect(base, token=TOKEN) as client:
            started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=10)
            status = await finished(client, started["job_id"])
            return {**await call(client, "list_jobs"), "url": status["results"]["download_url"]}

    with http_server(tmp_path, SYNTHAIX_AUTH_TOKEN=TOKEN) as base:
        without, _ = fetch(f"{base}/mcp")
        wrong, _ = fetch(f"{base}/mcp", Authorization="Bearer wrong")
        metrics, _ = fetch(f"{base}/metrics")
        with_token, _ = fetch(f"{base}/metrics", Authorization=f"Bearer {TOKEN}")
        jobs = anyio.run(listed, base)
        download, _ = fetch(jobs["url"])

    assert without == wrong == metrics == 401
    assert with_token == download == 200
    assert len(jobs["jobs"]) == 1


def test_binding_off_loopback_needs_a_token(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SYNTHAIX_AUTH_TOKEN"):
        serve_http(settings_for(tmp_path), host="0.0.0.0", port=0)


async def test_an_unfinished_job_goes_on_at_the_next_start_without_a_call(tmp_path: Path) -> None:
    with ModelServer(Behaviour(base_seconds=0.05)) as model:
        reached = {"DEFAULT_LLM_PROVIDER": "openai", "OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": model.openai_url}
        with http_server(tmp_path, **reached) as base:
            async with connect(base) as client:
                await call(
                    client, "start_generation", schema=TRANSACTIONS, total_rows=20_000, mode="llm", max_workers=1
                )
        parked = model.counts.requests
        with contextlib.closing(sqlite3.connect(tmp_path / "synthaix.db")) as database:
            given_back = database.execute("select status, lease_owner from jobs").fetchall()
        with http_server(tmp_path, **reached), anyio.fail_after(60):
            while model.counts.requests <= parked:
                await anyio.sleep(0.05)

    assert given_back == [("queued", None)]
    assert parked < 1_000
