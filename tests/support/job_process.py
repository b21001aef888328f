"""A process that runs one job and may be told to die: `python -m tests.support.job_process DIRECTORY KIND [POINT NTH]`.

It starts the job under a fixed key, so that running it again goes on with the same job; at the NTH time
POINT is reached it kills itself as the system would (SIGKILL). At the end it prints what became of it.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import synthaix.jobs.scheduler
from synthaix.jobs.engine import Engine
from synthaix.jobs.spec import DedupRequest
from synthaix.settings import Settings
from tests.support.jobs import PAYMENTS, REVIEWS, draft_of

if TYPE_CHECKING:
    from synthaix.jobs.faults import FaultPoint
    from synthaix.jobs.job import JobStatus

DRAFTS = {
    "local": draft_of(PAYMENTS, 400_000, chunk_size=1_370),
    "auto": draft_of(REVIEWS, 600, chunk_size=31, mode="auto", max_workers=3, threshold=0.97),
    "small": draft_of(REVIEWS, 60, chunk_size=31, mode="auto", max_workers=3, threshold=0.97),
}


class Deadly:
    """Kills this process the nth time the point is reached."""

    def __init__(self, point: str, nth: int) -> None:
        self.point, self.left = point, nth

    def __call__(self, point: FaultPoint) -> None:
        if point == self.point:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


async def run(directory: Path, kind: str, faults: Deadly) -> None:
    """Run the job to its end, deduplicate it, export it, and print what came of it."""
    vars(synthaix.jobs.scheduler)["HEARTBEAT_SECONDS"] = 0.05
    step = faults.point.partition(".")[0]
    if step == "delete":
        async with Engine(_settings(directory, retention_days=1e-9), faults=faults) as engine:
            await engine.open()  # which sweeps
            await asyncio.sleep(60)
    async with Engine(_settings(directory), faults=faults) as engine:
        status = await engine.start(DRAFTS[kind], "the-job")
        if step == "release":
            return  # leaving gives the job back
        if step in ("cancel", "requeue"):  # through another server: what this one runs it stops without a note
            async with Engine(_settings(directory, resume="off"), faults=faults) as other:
                await other.cancel(status.job_id)
        status = await _ended(engine, status.job_id)
        if step == "keep" or (kind == "small" and not step):
            await engine.deduplicate(DedupRequest(job_id=status.job_id))
        exported = await engine.export(status.job_id, "parquet")
        jobs, _ = await engine.list_jobs()
        await _mended(directory)
    _tell(
        status=status.status,
        message=status.message,
        rows=exported.rows,
        sha256=exported.sha256,
        requests=status.usage.requests,
        generations=sum(job.kind == "generation" for job in jobs),
        deduplicated={job.rows_generated for job in jobs if job.kind == "deduplication"},
        left=[path.name for path in (directory / "exports").iterdir() if path.name.endswith(".part")],
        half_done=_half_done(directory),
    )


def _settings(directory: Path, **values: Any) -> Settings:
    return Settings(**{"data_dir": directory, "_env_file": None} | values)


def _half_done(directory: Path) -> list[str]:
    return [path.name for path in (directory / "servers").iterdir() if path.suffix in (".draft", ".vectors")]


async def _mended(directory: Path) -> None:
    """Wait a while for what earlier processes left half done: a server mends it beside its work."""
    for _ in range(600):
        if not _half_done(directory):
            return
        await asyncio.sleep(0.05)


async def _ended(engine: Engine, job_id: str) -> JobStatus:
    while True:
        status = [status async for status in engine.watch(job_id, 120)][-1]
        if status.status != "cancelled":
            return status
        await engine.resume(job_id)


def _tell(**outcome: Any) -> None:
    sys.stdout.write(json.dumps(outcome, default=sorted))


if __name__ == "__main__":
    directory, kind, *deadly = sys.argv[1:]
    point, nth = deadly or ("", "0")
    asyncio.run(run(Path(directory), kind, Deadly(point, int(nth))))
