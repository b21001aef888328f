from __future__ import annotations

from pathlib import Path

import anyio

from synthaix.errors import LimitError
from synthaix.jobs.engine import Engine
from synthaix.jobs.spec import GenerationRequest
from tests.support.server import TRANSACTIONS, settings_for


async def test_calls_at_the_same_moment_pass_no_quota(tmp_path: Path, database_url: str | None) -> None:
    settings = settings_for(tmp_path, quota_jobs=3, database_url=database_url)
    refused = []

    async def start(engine: Engine, rows: int) -> None:
        try:
            await engine.start(await engine.draft(GenerationRequest(table=TRANSACTIONS, total_rows=rows)))
        except LimitError as error:
            refused.append(str(error))

    async with Engine(settings) as one, Engine(settings) as other, anyio.create_task_group() as tasks:
        for rows in range(10, 16):
            tasks.start_soon(start, one, rows)
            tasks.start_soon(start, other, rows)

    assert len(refused) == 9
    assert set(refused) == {"You have started 3 jobs in 24 hours, which is the quota; try again later."}
