"""The same jobs on PostgreSQL, with several servers on it that share no directory."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import anyio
import pytest
import sqlalchemy as sa

from synthaix.jobs.database import Database, server_url
from tests.contract.test_engine import PATIENCE, all_rows, completed, ended, engine_at
from tests.support.jobs import PAYMENTS, REVIEWS, draft_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.postgres import Postgres


async def test_both_databases_hold_the_same_rows(tmp_path: Path, postgres: Postgres) -> None:
    draft = draft_of(PAYMENTS, 5_000, chunk_size=300)
    async with engine_at(tmp_path / "sqlite") as engine:
        expected = await all_rows(engine, (await completed(engine, draft)).job_id)
    async with engine_at(tmp_path / "postgresql", database_url=postgres.fresh()) as engine:
        rows = await all_rows(engine, (await completed(engine, draft)).job_id)

    assert rows == expected


async def test_a_model_written_job_is_recorded_and_completed(tmp_path: Path, postgres: Postgres) -> None:
    async with engine_at(tmp_path, database_url=postgres.fresh()) as engine:
        status = await completed(engine, draft_of(REVIEWS, 200, mode="auto", chunk_size=60))

    assert status.rows_generated == 200
    assert status.usage.requests >= 10


async def test_two_servers_share_the_jobs_of_one_database(tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.fresh()
    async with (
        engine_at(tmp_path / "one", database_url=url) as one,
        engine_at(tmp_path / "two", database_url=url) as two,
    ):
        started = [
            (await (one, two)[number % 2].start(draft_of(PAYMENTS, 10_000, seed=number))).job_id for number in range(6)
        ]
        seen = [await ended(one, job_id) for job_id in started]

    assert [status.rows_generated for status in seen] == [10_000] * 6


async def test_a_server_elsewhere_goes_on_with_what_a_stopped_one_left(tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.fresh()
    async with engine_at(tmp_path / "one", database_url=url) as one:
        started = await one.start(draft_of(PAYMENTS, 600_000))
        async for status in one.watch(started.job_id, PATIENCE):
            if status.rows_generated:
                break
    async with engine_at(tmp_path / "two", database_url=url) as two:
        await two.open()
        finished = await ended(two, started.job_id)

    assert (finished.status, finished.rows_generated) == ("completed", 600_000)


async def test_a_server_whose_lease_expired_stops_and_the_other_finishes(
    tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthaix.jobs.lease.LEASE_SECONDS", 0.0)
    monkeypatch.setattr("synthaix.jobs.lease.GRACE_SECONDS", 0.0)
    monkeypatch.setattr("synthaix.jobs.scheduler.POLL_SECONDS", 0.05)
    url = postgres.fresh()
    async with engine_at(tmp_path / "one", database_url=url) as one:
        started = await one.start(draft_of(PAYMENTS, 400_000, chunk_size=1_000))
        async with engine_at(tmp_path / "two", database_url=url) as two:
            await two.open()
            monkeypatch.setattr("synthaix.jobs.lease.LEASE_SECONDS", 30.0)
            finished = await ended(two, started.job_id)
            rows = (await two.export(started.job_id, "parquet")).rows

    assert (finished.status, finished.rows_generated, rows) == ("completed", 400_000, 400_000)


async def test_a_server_that_stalls_within_a_transaction_does_not_hold_up_the_others(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthaix.jobs.database.STALL_SECONDS", 0.5)
    url = server_url(postgres.fresh())
    stalled, other = Database(url), Database(url)
    stalled.write_now(lambda connection: connection.execute(sa.text("CREATE TABLE held AS SELECT 0 AS n")))
    count = sa.text("UPDATE held SET n = n + 1 RETURNING n")

    with contextlib.closing(stalled), contextlib.closing(other), stalled._writer_engine.connect() as connection:
        connection.execute(count)
        with anyio.fail_after(PATIENCE):
            found = await other.write(lambda connection: connection.execute(count).scalar_one())
        with pytest.raises(sa.exc.DBAPIError, match="idle-in-transaction timeout"):
            connection.execute(count)

    assert found == 1
