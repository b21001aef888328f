"""Several servers on one database: one is killed or stalls, the others go on with its jobs."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import anyio
import numpy as np
import pytest

from tests.support.chaos import Kept, Server, ended, kept, model_process, requests_of, server_on, settled, vectors_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.postgres import Postgres

WORKERS = 3
ROWS = 300
_NAME = {"name": "name", "type": "string", "generator": {"kind": "person", "field": "full_name"}}
_REVIEW = {"name": "review", "type": "text", "description": "A short review", "generator": "llm"}
LOCAL = {"schema": {"columns": [_NAME]}, "mode": "local", "total_rows": 4_000, "chunk_size": 150}
AUTO = {
    "schema": {"columns": [_REVIEW]}, "mode": "auto", "total_rows": ROWS, "chunk_size": 23, "max_workers": WORKERS,
    "provider": "openai", "model": "loopback", "deduplication_threshold": 0.97,
}  # fmt: skip


async def start(server: Server, job: dict[str, Any]) -> str:
    return str((await server.call("start_generation", **job, seed=7, confirm="skip"))["job_id"])


async def until(condition: Any) -> None:
    with anyio.fail_after(60):
        while not condition():
            await anyio.sleep(0.02)  # it happens in another process


@pytest.mark.slow
@pytest.mark.parametrize(("count", "database"), [(2, "sqlite"), (4, "sqlite"), (2, "postgresql"), (4, "postgresql")])
async def test_the_jobs_of_a_killed_server_are_finished_by_the_others(
    count: int, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    where: Path | str = tmp_path
    directories, variables = [tmp_path] * count, {"LOG_LEVEL": "WARNING"}
    if database == "postgresql":  # as on several machines: they share the database and nothing else
        server: Postgres = request.getfixturevalue("postgres")
        where = variables["DATABASE_URL"] = server.fresh()
        directories = [tmp_path / str(number) for number in range(count)]
        for directory in directories:
            directory.mkdir()
    async with contextlib.AsyncExitStack() as stack:
        model = stack.enter_context(model_process('{"base_seconds": 0.5}'))
        variables["OPENAI_BASE_URL"] = f"{model}/v1"
        servers = [
            await stack.enter_async_context(server_on(directory, "tests.support.quick_server", **variables))
            for directory in directories
        ]
        ids = [[await start(server, job) for job in (AUTO, LOCAL)] for server in servers]
        orphan = ids[-1][0]
        await until(lambda: kept(where, orphan).record["rows_generated"] > 0)
        servers[-1].kill()
        assert kept(where, orphan).record["status"] == "processing"
        statuses = [[await ended(servers[0], job_id) for job_id in pair] for pair in ids]
        jobs = await servers[0].call("list_jobs", limit=200)
        files = [
            {(await servers[0].call("export_job", job_id=pair[k], format="jsonl"))["sha256"] for pair in ids}
            for k in range(2)
        ]
        requests = requests_of(model)

    assert len(jobs["jobs"]) == 2 * count
    assert [len(one) for one in files] == [1, 1]  # the same seed gives the same rows, whoever died
    for pair, told in zip(ids, statuses, strict=True):
        assert {status["status"] for status in told} == {"completed"}
        kept(where, pair[0]).check(ROWS)
        kept(where, pair[1]).check(LOCAL["total_rows"])  # type: ignore[arg-type]
    taken = kept(where, orphan).record
    assert taken["fence"] >= 2
    needed = statuses[0][0]["usage"]["requests"]
    assert requests <= count * needed + WORKERS * (taken["fence"] - 1)


@pytest.mark.slow
async def test_a_stalled_server_that_was_overtaken_writes_nothing_more(tmp_path: Path) -> None:
    quick = "tests.support.quick_server"
    with model_process('{"base_seconds": 0.15}') as model:
        variables = {"OPENAI_BASE_URL": f"{model}/v1", "LOG_LEVEL": "WARNING"}
        async with (
            server_on(tmp_path, quick, **variables) as one,
            server_on(tmp_path, quick, **variables) as two,
        ):
            await two.call("list_jobs")
            first, second = await start(one, AUTO), await start(one, AUTO | {"total_rows": 2 * ROWS})
            await until(lambda: all(kept(tmp_path, job_id).record["rows_generated"] for job_id in (first, second)))
            await one.stall(tmp_path)
            owner = kept(tmp_path, second).record["lease_owner"]
            done = await ended(two, first)
            before = kept(tmp_path, first)
            one.go_on()  # `second` may be under way still
            other = await ended(two, second)
            seen = [await ended(one, job_id) for job_id in (first, second)]  # it learns with its next heartbeat
            after = [kept(tmp_path, job_id) for job_id in (first, second)]
            exported = await one.call("export_job", job_id=second, format="csv")
        async with server_on(tmp_path, quick, **variables) as three:
            await three.call("list_jobs")
            await settled(tmp_path)

    assert (done["status"], other["status"]) == ("completed", "completed")
    assert [status["rows_generated"] for status in seen] == [ROWS, 2 * ROWS]
    assert same(before, after[0])
    assert after[1].record["fence"] >= 2
    assert after[1].record["lease_owner"] != owner
    assert exported["rows"] == 2 * ROWS
    for job_id, job, rows in ((first, after[0], ROWS), (second, after[1], 2 * ROWS)):
        job.check(rows)
        assert np.array_equal(vectors_of(tmp_path, job_id), job.positions)


def same(one: Kept, other: Kept) -> bool:
    return one.record == other.record and one.chunks == other.chunks and np.array_equal(one.positions, other.positions)
