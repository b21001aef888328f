"""Who may take a job from whom, when: owners that died, stalled, slept, or live behind a clock that was set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from synthaix.jobs import migrations
from synthaix.jobs.database import Database, clock, server_url, sqlite_url
from synthaix.jobs.lease import GRACE_SECONDS, LEASE_SECONDS, Lease, Leases
from synthaix.jobs.records import create
from synthaix.jobs.store import JobStore
from tests.support.jobs import record_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Clocks:
    """The database's clock, which can be set, and one that only goes on."""

    def __init__(self) -> None:
        self.shift = 0.0
        self.seconds = 0.0

    def now(self, connection: sa.Connection) -> sa.ColumnElement[float]:
        return clock(connection) + self.shift

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def database(database_url: str | None, tmp_path: Path) -> Iterator[Database]:
    database = Database(sqlite_url(tmp_path / "jobs.db") if database_url is None else server_url(database_url))
    migrations.upgrade(database)
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> JobStore:
    return JobStore(database)


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def servers(database: Database, tmp_path: Path, clocks: Clocks) -> Iterator[tuple[Leases, Leases]]:
    """Two servers on one machine."""
    pair = [
        Leases(database, tmp_path / "servers", now=clocks.now, monotonic=clocks.monotonic),
        Leases(database, tmp_path / "servers", now=clocks.now, monotonic=clocks.monotonic),
    ]
    for one in pair:
        one.open()
    yield pair[0], pair[1]
    for one in pair:
        one.close()


async def started(store: JobStore, leases: Leases) -> Lease:
    _, lease = await store.create(record_of(), 100, leases.claim_in)
    assert lease is not None
    return lease


async def test_a_laptop_that_slept_takes_no_job_from_a_server_that_wakes_up_too(
    store: JobStore, servers: tuple[Leases, Leases], clocks: Clocks
) -> None:
    one, two = servers
    lease = await started(store, one)
    clocks.shift = 7200.0  # the wall clock went on, the other one stood still

    assert await two.claim() is None
    orders = await one.renew([lease])
    clocks.seconds += GRACE_SECONDS
    assert await two.claim() is None
    assert orders.held == {lease.job_id}


async def test_a_server_that_stalls_past_its_lease_is_overtaken_after_a_second_look(
    store: JobStore, servers: tuple[Leases, Leases], clocks: Clocks
) -> None:
    one, two = servers
    lease = await started(store, one)
    clocks.shift = LEASE_SECONDS + 1

    assert await two.claim() is None
    clocks.seconds += GRACE_SECONDS
    taken = await two.claim()

    assert taken is not None
    assert (taken.job_id, taken.fence) == (lease.job_id, lease.fence + 1)
    assert (await one.renew([lease])).held == set()


async def test_a_clock_set_back_keeps_no_job_from_being_taken_over(
    store: JobStore, servers: tuple[Leases, Leases], clocks: Clocks
) -> None:
    one, two = servers
    lease = await started(store, one)
    clocks.shift = -7200.0

    assert await two.claim() is None
    clocks.seconds += GRACE_SECONDS
    taken = await two.claim()

    assert taken is not None
    assert taken.job_id == lease.job_id


async def test_a_live_server_behind_a_clock_set_back_keeps_its_job(
    store: JobStore, servers: tuple[Leases, Leases], clocks: Clocks
) -> None:
    one, two = servers
    lease = await started(store, one)
    clocks.shift = -7200.0

    for _ in range(3):
        assert await two.claim() is None
        await one.renew([lease])
        clocks.seconds += GRACE_SECONDS
    assert await two.claim() is None


async def test_a_server_claims_no_job_that_it_runs_and_every_one_it_lost_on_the_way(
    store: JobStore, servers: tuple[Leases, Leases], clocks: Clocks
) -> None:
    one, _ = servers
    lease = await started(store, one)
    clocks.shift, clocks.seconds = 7200.0, 7200.0

    assert await one.claim(busy=lambda: {lease.job_id}) is None
    again = await one.claim()

    assert again is not None
    assert (again.job_id, again.fence) == (lease.job_id, lease.fence + 1)


async def test_a_job_that_is_started_while_its_server_looks_for_others_is_not_claimed_again(
    store: JobStore, database: Database, tmp_path: Path
) -> None:
    running: set[str] = set()
    jobs = iter([record_of()])

    def now(connection: sa.Connection) -> sa.ColumnElement[float]:
        """The clock is read at the beginning of a look; the job is leased just then."""
        if (job := next(jobs, None)) is not None:
            running.add(job.job_id)
            database.write_now(lambda writing: (create(writing, job, 100), leases.claim_in(writing, job.job_id)))
        return clock(connection)

    leases = Leases(database, tmp_path / "servers", now=now)
    leases.open()
    claimed = await leases.claim(busy=lambda: set(running))
    kept = await store.get(next(iter(running)))
    leases.close()

    assert claimed is None
    assert (kept.lease_owner, kept.fence) == (leases.owner, 1)


async def test_all_jobs_of_a_server_that_died_are_free_at_once_and_its_lock_goes(
    store: JobStore, database: Database, servers: tuple[Leases, Leases], tmp_path: Path
) -> None:
    one, two = servers
    jobs = {(await started(store, one)).job_id for _ in range(3)}
    assert one._alive is not None
    one._alive.release(force=True)  # what the system does when a process dies

    taken: set[str] = set()
    while (lease := await two.claim(busy=lambda: taken)) is not None:
        taken.add(lease.job_id)
    third = Leases(database, tmp_path / "servers")
    third.open()
    locks = {path.stem for path in (tmp_path / "servers").glob("*.lock")}
    third.close()

    assert taken == jobs
    assert locks == {two.owner, third.owner}


async def test_the_job_of_a_dead_server_is_cancelled_at_once_though_nobody_runs_it(
    store: JobStore, servers: tuple[Leases, Leases]
) -> None:
    one, two = servers
    lease = await started(store, one)
    assert one._alive is not None
    one._alive.release(force=True)

    record = await store.request_cancel(lease.job_id, "", two.is_gone)

    assert (record.status, record.lease_owner, record.resumable) == ("cancelled", None, True)
