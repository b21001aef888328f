"""A real `synthaix` process over stdio, as a host starts it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client

from tests.support.server import ERAS, TRANSACTIONS, call, environment_for, finished, refusal, stdio

HEAVY = ("chromadb", "openai", "anthropic", "numpy", "polars", "sqlalchemy", "alembic")


@pytest.mark.parametrize("era", ERAS)
async def test_ten_thousand_local_rows_through_a_subprocess(tmp_path: Path, era: str) -> None:
    async with Client(stdio(tmp_path), mode=era) as client:
        started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=10_000)
        status = await finished(client, started["job_id"])
        export = await call(client, "export_job", job_id=started["job_id"], format="csv")

    assert status["status"] == "completed"
    assert status["rows_generated"] == 10_000
    assert status["total_chunks"] == status["completed_chunks"] == 20
    assert len(Path(export["path"]).read_text().splitlines()) == 10_001


async def test_progress_is_told_while_job_status_waits(tmp_path: Path) -> None:
    told: list[tuple[float, float | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total))

    async with Client(stdio(tmp_path), progress_handler=hear) as client:
        started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=200_000)
        status = await finished(client, started["job_id"])

    assert status["rows_generated"] == 200_000
    assert told
    assert told[-1] == (200_000, 200_000)
    assert [progress for progress, _ in told] == sorted(progress for progress, _ in told)


async def test_a_job_outlives_the_server_that_started_it(tmp_path: Path) -> None:
    async with Client(stdio(tmp_path)) as client:
        started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=1_000, seed=5)
        await finished(client, started["job_id"])
        first = await call(client, "get_rows", job_id=started["job_id"], limit=20)
    async with Client(stdio(tmp_path)) as client:
        again = await call(client, "get_rows", job_id=started["job_id"], limit=20)

    assert first == again


def test_standard_output_carries_the_protocol_and_nothing_else(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "synthaix"],
        env=environment_for(tmp_path, LOG_LEVEL="DEBUG"),
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    answers: dict[int, dict[str, Any]] = {}
    for request in _conversation():
        process.stdin.write(json.dumps(request) + "\n")
    process.stdin.write("this is not JSON\n")
    process.stdin.flush()
    while set(answers) < {1, 2, 3, 4, 5}:
        line = json.loads(process.stdout.readline())
        assert line["jsonrpc"] == "2.0"
        if "id" in line and line["id"] is not None:
            answers[line["id"]] = line
    process.stdin.close()
    rest = process.stdout.read()
    process.stdout.close()
    process.wait(30)

    assert "result" in answers[1]
    assert "result" in answers[2]
    assert answers[3]["result"]["isError"] is True
    assert answers[4]["result"]["structuredContent"]["status"] == "processing"
    assert "error" in answers[5]
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in rest.splitlines())


def _conversation() -> list[dict[str, Any]]:
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    bad = {"schema": {"columns": []}, "total_rows": 5}
    good = {"schema": TRANSACTIONS, "total_rows": 50}
    return [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
        {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "start_generation", "arguments": bad}},
        {"jsonrpc": "2.0", "id": 4, "method": "tools/call", "params": {"name": "start_generation", "arguments": good}},
        {"jsonrpc": "2.0", "id": 5, "method": "no/such/method"},
    ]


def test_listing_the_tools_imports_nothing_heavy(tmp_path: Path) -> None:
    script = (
        "import anyio, sys\n"
        "from fastmcp import Client\n"
        "from synthaix.app import build_server\n"
        "async def main():\n"
        "    async with Client(build_server()) as client:\n"
        "        assert len(await client.list_tools()) == 9\n"
        "        await client.list_resource_templates()\n"
        "    print(' '.join(sorted(set(sys.modules) & set(sys.argv[1:]))))\n"
        "anyio.run(main)\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", script, *HEAVY],
        env=environment_for(tmp_path),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert process.returncode == 0, process.stderr
    assert process.stdout.strip() == ""


async def test_an_error_leaves_the_server_answering(tmp_path: Path) -> None:
    async with Client(stdio(tmp_path)) as client:
        await refusal(client, "start_generation", schema={"columns": []}, total_rows=5)
        jobs = await call(client, "list_jobs")

    assert jobs == {"jobs": [], "next_cursor": None}
