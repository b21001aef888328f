"""kill -9 of a real server at random moments of its jobs' lives: nothing lost, nothing doubled, nothing paid twice.

`make test` kills ten times, `make chaos` a hundred; CHAOS_SEED repeats a run.
"""

from __future__ import annotations

import contextlib
import os
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import numpy as np
import polars as pl
import pytest

from tests.support.chaos import (
    Server,
    ended,
    kept,
    model_process,
    progress,
    requests_of,
    server_on,
    settled,
    vectors_of,
)

KILLS = int(os.environ.get("CHAOS_KILLS", "10"))
SEED = int(os.environ.get("CHAOS_SEED", random.SystemRandom().randrange(10**6)))

WORKERS = 4
LIVES = 3.0
"""The jobs need so many times as long as a server lives at most, once it has moved one of them on."""

_NAME = {"name": "name", "type": "string", "generator": {"kind": "person", "field": "full_name"}}
_CITY = {"name": "city", "type": "string", "generator": {"kind": "address", "field": "city"}}
_STARS = {"name": "stars", "type": "integer", "minimum": 1, "maximum": 5, "generator": "uniform"}
_REVIEW = {"name": "review", "type": "text", "description": "A short review", "generator": "llm"}
_PRODUCT = {"name": "product", "type": "string", "description": "What was bought"}

JOBS: dict[str, dict[str, Any]] = {
    "local": {
        "schema": {"columns": [_NAME, _CITY]}, "mode": "local", "total_rows": 9_000, "chunk_size": 250,
        "deduplication_threshold": 0.9,
    },
    "llm": {
        "schema": {"columns": [_PRODUCT, _REVIEW]}, "mode": "llm", "total_rows": 500, "chunk_size": 32,
        "deduplication_threshold": 0.97, "provider": "openai", "model": "loopback", "max_workers": WORKERS,
    },
    "auto": {
        "schema": {"columns": [_STARS, _REVIEW]}, "mode": "auto", "total_rows": 500, "chunk_size": 27,
        "deduplication_threshold": 0.97, "provider": "openai", "model": "loopback", "max_workers": WORKERS,
    },
}  # fmt: skip


@dataclass
class Round:
    """The three jobs, started once under a key each, however often their server dies."""

    number: int
    ids: dict[str, str] = field(default_factory=dict)

    async def start(self, server: Server) -> None:
        for mode, job in JOBS.items():
            key = f"{mode}-{self.number}"
            started = await server.call("start_generation", **job, seed=7, confirm="skip", idempotency_key=key)
            self.ids[mode] = started["job_id"]

    async def finish(self, server: Server) -> dict[str, Any]:
        return {mode: await ended(server, job_id) for mode, job_id in self.ids.items()}

    async def files(self, server: Server) -> dict[str, str]:
        return {
            mode: (await server.call("export_job", job_id=job_id, format="parquet"))["sha256"]
            for mode, job_id in self.ids.items()
        }


async def life(
    directory: Path, current: Round, chance: random.Random, longest: float, environment: dict[str, str]
) -> bool:
    """One server, killed at a random moment; whether a job was unfinished then."""
    before = progress(directory)
    async with server_on(directory, **environment) as server, anyio.create_task_group() as tasks:
        begun = anyio.Event()

        async def work() -> None:
            begun.set()
            with contextlib.suppress(Exception):  # the server dies under it
                await current.start(server)

        early = chance.random() < 0.3  # while it opens its database, migrates, recovers, starts
        tasks.start_soon(work)
        await begun.wait()
        if early:
            await anyio.sleep(chance.uniform(0, 2.5))
        else:
            while len(current.ids) < len(JOBS):
                await anyio.sleep(0.01)
            while progress(directory) == before and unfinished(directory, current):
                await anyio.sleep(0.02)  # each life moves its jobs on, or a busy machine would never finish them
            await anyio.sleep(chance.uniform(0, longest))
        server.kill()
    return not current.ids or unfinished(directory, current)


def unfinished(directory: Path, current: Round) -> bool:
    states = {kept(directory, job_id).record["status"] for job_id in current.ids.values()}
    return not states.isdisjoint({"queued", "processing"})


@pytest.mark.slow
async def test_jobs_survive_a_server_that_is_killed_again_and_again(tmp_path: Path) -> None:
    print(f"seed {SEED}: CHAOS_SEED={SEED} repeats this")  # noqa: T201 - a failure must be repeatable
    chance = random.Random(SEED)
    with model_process('{"base_seconds": 0.2, "jitter_seconds": 0.15}') as model:
        environment = {"OPENAI_BASE_URL": f"{model}/v1", "LOG_LEVEL": "WARNING"}
        (tmp_path / "whole").mkdir()
        async with server_on(tmp_path / "whole", **environment) as server:
            whole = Round(0)
            await whole.start(server)
            begun = anyio.current_time()
            await whole.finish(server)
            longest = (anyio.current_time() - begun) / LIVES
            expected = await whole.files(server)
        needed = requests_of(model)

        directory = tmp_path / "killed"
        directory.mkdir()
        kills = rounds = again = 0
        while kills < KILLS:
            rounds += 1
            current, here, sent = Round(rounds), 0, requests_of(model)
            while kills < KILLS and await life(directory, current, chance, longest, environment):
                kills, here = kills + 1, here + 1
            async with server_on(directory, **environment) as server:
                await current.start(server)
                statuses = await current.finish(server)
                files = await current.files(server)
                jobs = await server.call("list_jobs", limit=200)
                await settled(directory)
            check(directory, current, statuses, jobs)
            assert files == expected
            more = requests_of(model) - sent - needed
            assert more <= (here + 1) * 2 * WORKERS  # a life that outlived the jobs is no kill, but was one to them
            again += max(0, more)
            print(f"round {rounds}: {here} kills, {max(0, more)} of {needed} requests sent again")  # noqa: T201
    print(f"{kills} kills in {rounds} rounds, {again} of {rounds * needed} requests sent again")  # noqa: T201


def check(directory: Path, current: Round, statuses: dict[str, Any], jobs: dict[str, Any]) -> None:
    assert len(jobs["jobs"]) == current.number * len(JOBS)
    for mode, job_id in current.ids.items():
        status, job = statuses[mode], kept(directory, job_id)
        assert (status["status"], status["rows_generated"]) == ("completed", JOBS[mode]["total_rows"]), status
        assert status["completed_chunks"] == status["total_chunks"]
        job.check(JOBS[mode]["total_rows"])
        rows = pl.read_parquet(directory / "exports" / f"{job_id}.parquet")
        assert rows.is_unique().all()
        assert np.array_equal(vectors_of(directory, job_id), job.positions)
