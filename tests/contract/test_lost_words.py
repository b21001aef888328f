"""A commit whose acknowledgement is lost is tried again, and that changes nothing, on both databases."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from synthaix.errors import LeaseLost
from synthaix.generate.answer import Answer
from synthaix.generate.window import Usage
from synthaix.jobs import migrations
from synthaix.jobs.answers import JobAnswers
from synthaix.jobs.database import Database, patiently, server_url, sqlite_url
from synthaix.jobs.lease import Leases
from synthaix.jobs.store import Ending, JobStore
from synthaix.jobs.tables import answers, chunks, jobs
from tests.contract.test_engine import all_rows, ended, engine_at
from tests.support.jobs import REVIEWS, chunk_of, draft_of, progress_of, record_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from synthaix.jobs.lease import Lease


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthaix.jobs.database.WAITS", (0.01, 0.01, 0.01))
    monkeypatch.setattr("synthaix.jobs.scheduler.POLL_SECONDS", 0.05)


@pytest.fixture
def store(database_url: str | None, tmp_path: Path) -> Iterator[JobStore]:
    database = Database(sqlite_url(tmp_path / "jobs.db") if database_url is None else server_url(database_url))
    migrations.upgrade(database)
    yield JobStore(database)
    database.close()


@contextlib.contextmanager
def losing(database: Database, is_lost: Callable[[int], bool]) -> Iterator[list[int]]:
    """The commits numbered so are durable, and whoever asked for them is told that the connection is gone."""
    lost: list[int] = []
    number = 0

    def commit(connection: sa.Connection) -> None:
        nonlocal number
        number += 1
        if is_lost(number):
            lost.append(number)
            connection.connection.commit()
            raise OperationalError("COMMIT", {}, Exception("the connection is lost"))

    sa.event.listen(database._writer_engine, "commit", commit)
    try:
        yield lost
    finally:
        sa.event.remove(database._writer_engine, "commit", commit)


async def started(store: JobStore, directory: Path) -> Lease:
    leases = Leases(store.database, directory / "servers")
    _, lease = await store.create(record_of(), 100, leases.claim_in)
    assert lease is not None
    return lease


def answer_of(positions: range) -> Answer:
    return Answer(tuple(positions), 0, "scripted", "m", "{}", "stop", Usage(1, 10, 20, 0.5))


async def count(store: JobStore, table: sa.Table) -> int:
    query = sa.select(sa.func.count()).select_from(table)
    return await store.database.read(lambda connection: connection.execute(query).scalar_one())


@pytest.mark.parametrize("times", [1, 3])
async def test_an_answer_is_recorded_and_counted_once(times: int, store: JobStore, tmp_path: Path) -> None:
    lease = await started(store, tmp_path)
    log = await JobAnswers.open(store.database, lease)

    with losing(store.database, lambda number: number <= times) as lost:
        await log.record(answer_of(range(20)))

    assert len(lost) == times
    assert await count(store, answers) == 1
    assert (await JobAnswers.open(store.database, lease)).used == Usage(1, 10, 20, 0.5)


async def test_an_answer_that_did_not_become_durable_is_recorded_by_the_next_attempt(
    store: JobStore, tmp_path: Path
) -> None:
    def refuse(_connection: sa.Connection) -> None:
        refused.append(1)
        if len(refused) < 3:
            raise OperationalError("COMMIT", {}, Exception("the connection is lost"))

    refused: list[int] = []
    lease = await started(store, tmp_path)
    log = await JobAnswers.open(store.database, lease)
    sa.event.listen(store.database._writer_engine, "commit", refuse)
    await log.record(answer_of(range(20)))

    assert len(refused) == 3
    assert await count(store, answers) == 1


async def test_the_same_answer_twice_is_two_answers(store: JobStore, tmp_path: Path) -> None:
    log = await JobAnswers.open(store.database, await started(store, tmp_path))

    with losing(store.database, lambda number: number % 2 == 1) as lost:
        await log.record(answer_of(range(20)))
        await log.record(answer_of(range(20)))

    assert len(lost) == 2
    assert await count(store, answers) == 2


async def test_chunks_are_accepted_once(store: JobStore, tmp_path: Path) -> None:
    lease = await started(store, tmp_path)

    with losing(store.database, lambda number: number == 1) as lost:
        await patiently(lambda: store.commit(lease, [chunk_of(0)], progress_of(100, 1), b"roles"))

    assert lost
    assert await count(store, chunks) == 1
    assert (await store.get(lease.job_id)).rows_generated == 100


@pytest.mark.parametrize("status", ["completed", "cancelled"])
async def test_an_end_that_stands_is_not_taken_for_another_servers(
    status: Any, store: JobStore, tmp_path: Path
) -> None:
    lease = await started(store, tmp_path)

    with losing(store.database, lambda number: number <= 2) as lost:
        await patiently(
            lambda: store.finish(lease, [chunk_of(0)], progress_of(100, 1), None, Ending(status, message="So it is."))
        )

    record = await store.get(lease.job_id)
    assert len(lost) == 2
    assert (record.status, record.message, record.rows_generated) == (status, "So it is.", 100)
    assert await count(store, chunks) == 1


async def test_a_job_that_was_taken_over_meanwhile_stays_with_its_new_server(store: JobStore, tmp_path: Path) -> None:
    lease = await started(store, tmp_path)
    taken = sa.update(jobs).values(fence=lease.fence + 1, status="completed", rows_generated=100, lease_owner=None)
    await store.database.write(lambda connection: connection.execute(taken))

    with pytest.raises(LeaseLost):
        await store.finish(lease, [chunk_of(0)], progress_of(100, 1), None, Ending("completed"))


async def test_a_job_whose_every_other_commit_goes_unheard_ends_with_exactly_its_rows_and_requests(
    database_url: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthaix.jobs.database.WAITS", (0.01,) * 50)  # two writers may take turns at being unheard
    async with engine_at(tmp_path, database_url=database_url) as engine:
        await engine.open()
        draft = draft_of(REVIEWS, 200, mode="auto", chunk_size=30, max_workers=2, threshold=0.97)
        started = await engine.start(draft)
        assert engine._services is not None
        store = engine._services.store
        with losing(store.database, lambda number: number % 2 == 1) as lost:
            status = await ended(engine, started.job_id)
        rows = await all_rows(engine, started.job_id)
        recorded = await store.database.read(
            lambda connection: connection.execute(sa.select(sa.func.sum(answers.c.requests))).scalar_one()
        )

    assert lost
    assert (status.status, status.rows_generated, len(rows)) == ("completed", 200, 200)
    assert recorded == status.usage.requests
