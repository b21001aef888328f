"""A job that is stopped and resumed in quick succession: the last order counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import anyio.lowlevel

from tests.contract.test_engine import PATIENCE, engine_at
from tests.support.jobs import REVIEWS, draft_of

if TYPE_CHECKING:
    from pathlib import Path

    from synthaix.jobs.engine import Engine
    from synthaix.jobs.job import JobStatus

LONG = draft_of(REVIEWS, 100_000, mode="auto", threshold=0.97)


async def seen(engine: Engine, job_id: str, rows: int) -> JobStatus:
    """The status once the job has more than so many rows, or has ended."""
    with anyio.fail_after(PATIENCE):
        async for status in engine.watch(job_id, PATIENCE):
            if status.rows_generated > rows:
                break
    return status


async def test_with_resume_off_a_job_resumed_right_after_its_cancellation_goes_on(tmp_path: Path) -> None:
    async with engine_at(tmp_path, resume="off") as engine:
        started = await engine.start(LONG)
        await seen(engine, started.job_id, 0)
        cancelled = await engine.cancel(started.job_id)
        await engine.resume(started.job_id)  # while the stopped run is still being tidied up
        status = await seen(engine, started.job_id, cancelled.rows_generated)
        await engine.cancel(started.job_id)

    assert cancelled.status == "cancelled"
    assert (status.status, status.message) == ("processing", None)


async def test_a_job_resumed_while_it_is_being_cancelled_is_queued_once_it_has_stopped(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        started = await engine.start(LONG)
        await seen(engine, started.job_id, 0)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(engine.cancel, started.job_id)
            await anyio.lowlevel.checkpoint()  # the cancellation is under way
            resumed = await engine.resume(started.job_id)
            tasks.cancel_scope.cancel()
        await engine.cancel(started.job_id)

    assert resumed.status == "queued"
