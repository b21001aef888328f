"""Finished jobs are removed by age and by size, on both databases; nothing that runs ever is."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import anyio
import pytest
import sqlalchemy as sa

from synthaix.errors import NotFoundError
from synthaix.jobs import migrations
from synthaix.jobs.database import Database, server_url, sqlite_url
from synthaix.jobs.engine import Engine
from synthaix.jobs.lease import Leases
from synthaix.jobs.retention import Retention
from synthaix.jobs.spec import DedupRequest, GenerationRequest
from synthaix.jobs.store import JobStore
from synthaix.jobs.tables import chunks, jobs
from synthaix.schema.table import parse_schema
from synthaix.settings import Settings
from tests.contract.test_engine import completed, engine_at
from tests.support.jobs import PAYMENTS, chunk_of, draft_of, record_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHUNK_BYTES = sum(len(part) for part in (chunk_of(0).data, chunk_of(0).positions))


@pytest.fixture
def store(database_url: str | None, tmp_path: Path) -> Iterator[JobStore]:
    database = Database(sqlite_url(tmp_path / "jobs.db") if database_url is None else server_url(database_url))
    migrations.upgrade(database)
    yield JobStore(database)
    database.close()


def retention(store: JobStore, directory: Path, owner: str = "me", **values: Any) -> Retention:
    return Retention(Settings(data_dir=directory, _env_file=None, **values), store.database, owner)


async def kept(store: JobStore, days: float, **values: Any) -> str:
    """A job of one chunk that ended so many days ago."""
    ended = datetime.now(UTC) - timedelta(days=days)
    about: dict[str, Any] = {"status": "completed", "rows_generated": 100, "ended_at": ended} | values
    record = record_of(**about)
    await store.keep(record, [chunk_of(0)], [])
    return record.job_id


async def left(store: JobStore) -> set[str]:
    return {record.job_id for record in await store.list("", None, None, 100)}


async def test_without_a_setting_nothing_is_ever_removed(store: JobStore, tmp_path: Path) -> None:
    old = await kept(store, 10_000)

    await retention(store, tmp_path).run()

    assert await left(store) == {old}


async def test_what_ended_long_ago_goes_with_its_rows_and_vectors(store: JobStore, tmp_path: Path) -> None:
    gone, young = await kept(store, 31), await kept(store, 29)
    stopped = await kept(store, 40, status="failed", resumable=True)
    running = await kept(store, 40, status="processing")
    for job_id in (gone, young):
        (tmp_path / "vectors" / job_id).mkdir(parents=True)
        (tmp_path / "vectors" / job_id / "chroma.sqlite3").touch()

    removed = await retention(store, tmp_path, retention_days=30).sweep()

    assert removed == 2
    assert await left(store) == {young, running}
    assert [path.name for path in (tmp_path / "vectors").iterdir()] == [young]
    assert await store.database.read(lambda c: set(c.execute(sa.select(chunks.c.job_id)).scalars())) == {young, running}
    for job_id in (gone, stopped):
        with pytest.raises(NotFoundError, match="or it was removed as old"):
            await store.requeue(job_id, "", None, 100)


async def test_past_the_size_the_jobs_that_ended_first_go(store: JobStore, tmp_path: Path) -> None:
    running = await kept(store, 9, status="queued")
    ids = [await kept(store, days) for days in (4, 3, 2, 1)]
    fresh = await kept(store, 0)

    await retention(store, tmp_path, retention_bytes=4 * CHUNK_BYTES).sweep()
    assert await left(store) == {running, *ids[2:], fresh}
    await retention(store, tmp_path, retention_bytes=1).sweep()
    assert await left(store) == {running, fresh}


async def test_two_servers_may_sweep_at_once(store: JobStore, tmp_path: Path) -> None:
    for _ in range(20):
        await kept(store, 31)
    counts: list[int] = []

    async def sweep(owner: str) -> None:
        counts.append(await retention(store, tmp_path, owner, retention_days=30).sweep())

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(sweep, "one")
        tasks.start_soon(sweep, "two")

    assert sum(counts) == 20
    assert await left(store) == set()


async def test_a_job_that_is_resumed_while_it_is_being_removed_goes_on(store: JobStore, tmp_path: Path) -> None:
    job_id = await kept(store, 31, status="failed", resumable=True)
    sweeper = retention(store, tmp_path, retention_days=30)
    leases = Leases(store.database, tmp_path / "servers")
    claim = sweeper._claim

    def resumed_after(connection: sa.Connection, name: str) -> Any:
        lease = claim(connection, name)
        connection.execute(sa.update(jobs).where(jobs.c.job_id == name).values(status="queued"))
        return lease

    sweeper._claim = resumed_after  # type: ignore[method-assign, assignment]
    removed = await sweeper.sweep()
    lease = await leases.claim()

    assert removed == 0
    assert lease is not None
    assert lease.job_id == job_id
    assert store.frame(job_id, 0).height == 100


async def test_a_job_that_is_resumed_while_its_vectors_are_erased_is_run_afterwards(
    store: JobStore, tmp_path: Path
) -> None:
    def resumed(point: str) -> None:
        if point == "erase.before":
            again = sa.update(jobs).values(status="queued", ended_at=None)
            store.database.write_now(lambda connection: connection.execute(again))
            claimed.append(store.database.write_now(lambda c: leases._take(c, leases._free(c, None))))

    job_id = await kept(store, 31, status="failed", resumable=True)
    leases = Leases(store.database, tmp_path / "servers")
    leases.open()
    claimed: list[Any] = []
    due = Settings(data_dir=tmp_path, retention_days=30, _env_file=None)
    removed = await Retention(due, store.database, leases.owner, resumed).sweep()
    lease = await leases.claim()
    leases.close()

    assert (removed, claimed) == (0, [None])
    assert lease is not None
    assert lease.job_id == job_id


async def test_a_job_that_is_resumed_after_its_removal_died_with_its_server_is_run_at_once(
    store: JobStore, tmp_path: Path
) -> None:
    def die(point: str) -> None:
        if point == "erase.after":
            raise RuntimeError("it died")

    job_id = await kept(store, 31, status="failed", resumable=True)
    dead, living = (Leases(store.database, tmp_path / "servers") for _ in range(2))
    dead.open()
    due = Settings(data_dir=tmp_path, retention_days=30, _env_file=None)
    with pytest.raises(RuntimeError, match="it died"):
        await Retention(due, store.database, dead.owner, die).sweep()
    assert dead._alive is not None
    dead._alive.release()
    await store.requeue(job_id, "", None, 100)
    living.open()  # which keeps the file of a server that still has a job
    lease = await living.claim()
    living.close()

    assert lease is not None
    assert lease.job_id == job_id


async def test_a_clock_that_was_set_removes_nothing(
    store: JobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = await kept(store, 29)
    sweeper = retention(store, tmp_path, retention_days=30)
    await sweeper.sweep()
    now, later = time.time(), datetime.now(UTC) + timedelta(days=400)
    monkeypatch.setattr("synthaix.jobs.retention.time.time", lambda: now + 400 * 86_400)
    monkeypatch.setattr("synthaix.jobs.retention.datetime", type("Set", (), {"now": staticmethod(lambda zone: later)}))

    assert await sweeper.sweep() == 0
    assert await left(store) == {job_id}


async def test_vectors_without_a_job_are_tidied_up_after_a_day(store: JobStore, tmp_path: Path) -> None:
    job_id = await kept(store, 1)
    stray, young, foreign = ("0" * 32, "1" * 32, "somebody's")
    for name in (job_id, stray, young, foreign):
        (tmp_path / "vectors" / name).mkdir(parents=True)
        os.utime(tmp_path / "vectors" / name, (0, 0) if name != young else None)

    await retention(store, tmp_path, retention_days=30).sweep()

    assert {path.name for path in (tmp_path / "vectors").iterdir()} == {job_id, young, foreign}


async def test_days_beyond_every_calendar_keep_everything(store: JobStore, tmp_path: Path) -> None:
    old = await kept(store, 10_000)

    assert await retention(store, tmp_path, retention_days=1e9).sweep() == 0
    assert await left(store) == {old}


async def test_vectors_that_another_server_removes_meanwhile_are_nothing_to_tidy_up(
    store: JobStore, tmp_path: Path
) -> None:
    (tmp_path / "vectors").mkdir()
    (tmp_path / "vectors" / ("0" * 32)).symlink_to(tmp_path / "gone")  # listed, and no longer there

    assert await retention(store, tmp_path, retention_days=30).sweep() == 0


@pytest.mark.parametrize("point", ["delete.before", "delete.after"])
async def test_a_removal_that_fails_leaves_the_server_running(point: str, tmp_path: Path) -> None:
    def fault(reached: str) -> None:
        if reached == point:
            failed.set()
            raise RuntimeError(f"fault at {point}")

    failed = anyio.Event()
    async with engine_at(tmp_path) as engine:
        await completed(engine, draft_of(PAYMENTS, 50))
    async with Engine(Settings(data_dir=tmp_path, retention_days=1e-9, _env_file=None), faults=fault) as engine:
        await engine.open()
        with anyio.fail_after(20):
            await failed.wait()
        status = await completed(engine, draft_of(PAYMENTS, 60))

    assert status.rows_generated == 60


async def test_a_server_removes_at_its_start_and_references_then_say_what_happened(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        gone = (await completed(engine, draft_of(PAYMENTS, 200))).job_id
        exported = (await engine.export(gone, "csv")).path
    database = Database(sqlite_url(tmp_path / "synthaix.db"))
    past = sa.update(jobs).values(ended_at=datetime.now(UTC) - timedelta(days=2))
    database.write_now(lambda c: c.execute(past))
    database.close()

    async with engine_at(tmp_path, retention_days=1) as engine:
        await engine.open()
        with anyio.fail_after(20):
            while (await engine.list_jobs())[0]:
                await anyio.sleep(0.01)
        for call in (engine.status(gone), engine.resume(gone), engine.rows(gone)):
            with pytest.raises(NotFoundError, match="removed as old; list_jobs shows"):
                await call
        with pytest.raises(NotFoundError, match="removed as old"):
            await engine.deduplicate(DedupRequest(rows=[{"user_id": "USR-00001"}], against=gone))
        reference = {"kind": "reference", "job_id": gone, "column": "user_id"}
        table = parse_schema({"columns": [{"name": "user", "type": "string", "generator": reference}]})
        with pytest.raises(NotFoundError, match=r"'user' refers to job .* removed as old"):
            await engine.draft(GenerationRequest(table=table, total_rows=10, mode="local"))

    assert exported.exists()
