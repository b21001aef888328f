"""A process that runs one job and may be told to die: `python -m tests.support.job_process DIRECTORY KIND [POINT NTH]`.

It starts the job under a fixed key, so that running it again goes on with the same job; at the NTH time
POINT is reached it kills itself as the system would (SIGKILL). At the job's end it prints what became of it.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from synthaix.jobs.engine import Engine
from synthaix.settings import Settings
from tests.support.jobs import PAYMENTS, REVIEWS, draft_of

if TYPE_CHECKING:
    from synthaix.jobs.faults import FaultPoint

DRAFTS = {
    "local": draft_of(PAYMENTS, 400_000, chunk_size=1_370),
    "auto": draft_of(REVIEWS, 300, chunk_size=31, mode="auto", max_workers=3),
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
    """Run the job to its end and print its status and the checksum of its rows."""
    async with Engine(Settings(data_dir=directory, _env_file=None), faults=faults) as engine:
        started = await engine.start(DRAFTS[kind], "the-job")
        status = [status async for status in engine.watch(started.job_id, 120)][-1]
        exported = await engine.export(started.job_id, "parquet")
        jobs, _ = await engine.list_jobs()
    outcome = {
        "status": status.status,
        "message": status.message,
        "rows": exported.rows,
        "sha256": exported.sha256,
        "requests": status.usage.requests,
        "jobs": len(jobs),
    }
    sys.stdout.write(json.dumps(outcome))


if __name__ == "__main__":
    directory, kind, *deadly = sys.argv[1:]
    point, nth = deadly or ("", "0")
    asyncio.run(run(Path(directory), kind, Deadly(point, int(nth))))
