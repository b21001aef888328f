from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest
import sqlalchemy as sa

from synthaix.errors import LimitError
from synthaix.jobs.database import Database
from synthaix.jobs.engine import Engine
from synthaix.jobs.quota import Quota
from synthaix.jobs.records import load
from synthaix.jobs.spec import GenerationRequest
from synthaix.jobs.tables import jobs
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


async def test_an_old_job_that_goes_on_counts_and_what_costs_nothing_passes(
    tmp_path: Path, database_url: str | None
) -> None:
    settings = settings_for(tmp_path, database_url=database_url)
    quota = Quota(usd=5.0)

    async with Engine(settings) as engine:
        draft = await engine.draft(GenerationRequest(table=TRANSACTIONS, total_rows=10))
        job_id = (await engine.start(draft)).job_id
    database = Database.from_settings(settings)
    try:

        def judge(connection: sa.Connection) -> None:
            old = datetime.now(UTC) - timedelta(days=2)
            here = sa.update(jobs).where(jobs.c.job_id == job_id)
            connection.execute(here.values(created_at=old, status="queued", budget='{"usd": 4.0}', cost_usd=1.0))
            free = replace(load(connection, job_id, None), job_id="another", budget=None)
            quota.admit_new(connection, replace(free, budget='{"usd": 2.0}'))
            with pytest.raises(LimitError, match=r"may spend \$3.00 and \$2.00 are left"):
                quota.admit_new(connection, replace(free, budget='{"usd": 3.0}'))
            connection.execute(here.values(created_at=datetime.now(UTC), cost_usd=5.01))
            quota.admit_new(connection, free)

        await database.write(judge)
    finally:
        database.close()
