"""What the job database promises, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import pytest
import sqlalchemy as sa

from synthaix.errors import ConflictError, LeaseLost, LimitError, NotFoundError
from synthaix.generate.answer import Answer
from synthaix.generate.window import Usage, Window
from synthaix.jobs import migrations
from synthaix.jobs.answers import JobAnswers
from synthaix.jobs.database import Database, server_url, sqlite_url
from synthaix.jobs.lease import Lease, Leases
from synthaix.jobs.store import Ending, JobStore
from synthaix.jobs.tables import answers, chunks, jobs, metadata
from tests.support.jobs import chunk_of, progress_of, record_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def database(database_url: str | None, tmp_path: Path) -> Iterator[Database]:
    url = sqlite_url(tmp_path / "jobs.db") if database_url is None else server_url(database_url)
    database = Database(url)
    migrations.upgrade(database)
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> JobStore:
    return JobStore(database)


@pytest.fixture
def leases(database: Database, tmp_path: Path) -> Iterator[Leases]:
    leases = Leases(database, tmp_path / "servers")
    leases.open()
    yield leases
    leases.close()


@pytest.fixture
def others(database: Database, tmp_path: Path) -> Iterator[Leases]:
    """Another server on the same machine."""
    others = Leases(database, tmp_path / "servers")
    others.open()
    yield others
    others.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """An expired lease is free at once."""
    monkeypatch.setattr("synthaix.jobs.lease.GRACE_SECONDS", 0.0)


async def started(store: JobStore, leases: Leases, **values: object) -> Lease:
    _, lease = await store.create(record_of(**values), 100, leases.claim_in)  # type: ignore[arg-type]
    assert lease is not None
    return lease


async def expire(database: Database, lease: Lease) -> None:
    past = sa.update(jobs).where(jobs.c.job_id == lease.job_id).values(lease_until=0.0)
    await database.write(lambda connection: connection.execute(past))


async def chunk_rows(database: Database, job_id: str) -> list[int]:
    query = sa.select(chunks.c.rows).where(chunks.c.job_id == job_id).order_by(chunks.c.chunk_index)
    return await database.read(lambda connection: list(connection.execute(query).scalars()))


async def test_a_created_job_is_read_back_as_it_was(store: JobStore) -> None:
    record = record_of(message="größer", seed=2**53)

    created, lease = await store.create(record, 10)

    assert lease is None
    assert created == record
    assert await store.get(record.job_id, "") == record


async def test_an_unknown_job_and_another_owners_job_are_equally_not_found(store: JobStore) -> None:
    record = record_of(owner="ann")
    await store.create(record, 10)

    for job_id, owner in ((record.job_id, "bob"), ("0" * 32, "ann")):
        with pytest.raises(NotFoundError, match=job_id):
            await store.get(job_id, owner)


async def test_a_key_used_again_gives_the_same_job_and_other_arguments_are_refused(store: JobStore) -> None:
    record = record_of(idempotency_key="once")
    await store.create(record, 10)

    again, _ = await store.create(record_of(idempotency_key="once"), 10)
    elsewhere, _ = await store.create(record_of(idempotency_key="once", owner="ann"), 10)

    assert again.job_id == record.job_id
    assert elsewhere.job_id != record.job_id
    with pytest.raises(ConflictError, match="'once' was used before with other arguments"):
        await store.create(record_of(idempotency_key="once", fingerprint="0" * 64), 10)


async def test_past_the_limit_of_unfinished_jobs_a_new_one_is_refused(store: JobStore) -> None:
    for _ in range(3):
        await store.create(record_of(), 3)
    await store.create(record_of(status="failed"), 3)

    with pytest.raises(LimitError, match="SYNTHAIX_LIMIT_JOBS is 3"):
        await store.create(record_of(), 3)


async def test_a_job_resumed_past_the_limit_is_refused_and_stays_stopped(store: JobStore) -> None:
    stopped, _ = await store.create(record_of(status="failed", resumable=True), 1)
    await store.create(record_of(), 1)

    with pytest.raises(LimitError, match="SYNTHAIX_LIMIT_JOBS is 1"):
        await store.requeue(stopped.job_id, "", None, 1)
    assert (await store.get(stopped.job_id)).status == "failed"


async def test_servers_that_start_jobs_at_once_do_not_pass_the_limit_together(store: JobStore) -> None:
    servers = [JobStore(Database(store.database.url)) for _ in range(4)]
    refused: list[str] = []

    async def start(server: JobStore) -> None:
        try:
            await server.create(record_of(), 5)
        except LimitError as exc:
            refused.append(str(exc))

    async with anyio.create_task_group() as tasks:
        for number in range(40):
            tasks.start_soon(start, servers[number % 4])
    for server in servers:
        server.database.close()

    assert len(await store.list("", None, None, 50)) == 5
    assert len(refused) == 35


async def test_chunks_and_counters_are_committed_together(store: JobStore, leases: Leases) -> None:
    lease = await started(store, leases)

    await store.commit(lease, [chunk_of(0), chunk_of(1)], progress_of(200, 2), b"frozen")

    record = await store.get(lease.job_id)
    assert (record.rows_generated, record.completed_chunks, record.next_candidate) == (200, 2, 200)
    assert await store.frozen(lease.job_id) == b"frozen"
    frame, positions = store.accepted(lease.job_id, 1)
    assert frame["number"].to_list() == positions.tolist() == list(range(100, 200))


async def test_several_chunks_are_read_at_once_in_order(store: JobStore, leases: Leases) -> None:
    lease = await started(store, leases)
    await store.commit(lease, [chunk_of(0), chunk_of(1), chunk_of(2)], progress_of(300, 3), None)

    frames = store.frames(lease.job_id, 1, 3)

    assert [frame["number"].to_list() for frame in frames] == [list(range(100, 200)), list(range(200, 300))]
    with pytest.raises(NotFoundError):
        store.frames(lease.job_id, 2, 4)


async def test_a_chunk_accepted_twice_changes_no_row(store: JobStore, leases: Leases) -> None:
    lease = await started(store, leases)
    await store.commit(lease, [chunk_of(0)], progress_of(100, 1), None)

    await store.commit(lease, [chunk_of(0, start=500)], progress_of(100, 1), None)

    assert store.frame(lease.job_id, 0)["number"].to_list() == list(range(100))


async def test_a_partial_chunk_is_replaced_once_it_has_grown(store: JobStore, leases: Leases) -> None:
    lease = await started(store, leases)
    await store.finish(
        lease, [chunk_of(0), chunk_of(1, 30)], progress_of(130, 1), None, Ending("cancelled", "cancelled", None, True)
    )
    await store.requeue(lease.job_id, "", None, 100)
    again = await leases.claim()
    assert again is not None

    await store.commit(again, [chunk_of(1), chunk_of(2)], progress_of(300, 3), None)

    assert await chunk_rows(store.database, lease.job_id) == [100, 100, 100]


async def test_an_overtaken_server_writes_nothing_more(
    store: JobStore, leases: Leases, others: Leases, impatient: None
) -> None:
    lease = await started(store, leases)
    await expire(store.database, lease)
    taken = await others.claim()
    assert taken is not None

    with pytest.raises(LeaseLost):
        await store.commit(lease, [chunk_of(0)], progress_of(100, 1), None)
    with pytest.raises(LeaseLost):
        await store.finish(lease, [chunk_of(0)], progress_of(100, 1), None, Ending("completed"))
    with pytest.raises(LeaseLost):
        await (await JobAnswers.open(store.database, lease)).record(answer_of(range(5)))
    await leases.release(lease, 9.0)

    record = await store.get(lease.job_id)
    assert taken.fence == lease.fence + 1
    assert (record.rows_generated, record.status, record.lease_owner) == (0, "processing", others.owner)
    assert await chunk_rows(store.database, lease.job_id) == []


async def test_a_live_servers_job_cannot_be_claimed(store: JobStore, leases: Leases, others: Leases) -> None:
    await started(store, leases)

    assert await others.claim() is None


async def test_the_job_of_a_server_that_died_is_claimed_at_once(
    store: JobStore, leases: Leases, others: Leases, tmp_path: Path
) -> None:
    lease = await started(store, leases)
    (tmp_path / "servers" / f"{leases.owner}.lock").touch()
    assert leases._alive is not None
    leases._alive.release(force=True)  # what the system does when a process dies
    (tmp_path / "servers" / f"{leases.owner}.lock").touch()

    taken = await others.claim()

    assert taken is not None
    assert taken.job_id == lease.job_id


async def test_many_claimants_never_share_a_job(
    store: JobStore, database: Database, tmp_path: Path, leases: Leases, others: Leases
) -> None:
    more = [Leases(database, tmp_path / "servers") for _ in range(4)]
    for one in more:
        one.open()
    ids = {(await store.create(record_of(), 100))[0].job_id for _ in range(12)}
    got: list[str] = []

    async def claim_all(who: Leases) -> None:
        while (lease := await who.claim(busy=lambda: got)) is not None:
            got.append(lease.job_id)

    async with anyio.create_task_group() as tasks:
        for who in (leases, others, *more):
            tasks.start_soon(claim_all, who)
    for one in more:
        one.close()

    assert len(got) == 12
    assert set(got) == ids


async def test_the_oldest_job_is_claimed_first_and_only_among_those_named(store: JobStore, leases: Leases) -> None:
    first, second = [(await store.create(record_of(), 100))[0].job_id for _ in range(2)]

    named = await leases.claim([second])
    oldest = await leases.claim()

    assert (named and named.job_id, oldest and oldest.job_id) == (second, first)


async def test_renewing_tells_which_leases_hold_who_is_to_stop_and_the_budgets(
    store: JobStore, leases: Leases, others: Leases, impatient: None
) -> None:
    held, lost, stopped = [await started(store, leases) for _ in range(3)]
    await expire(store.database, lost)
    assert await others.claim() is not None
    await store.request_cancel(stopped.job_id, "")
    await store.requeue(held.job_id, "", '{"usd": 2.0}', 100)

    orders = await leases.renew([held, lost, stopped])

    assert orders.held == {held.job_id, stopped.job_id}
    assert orders.cancelled == {stopped.job_id}
    assert orders.budgets == {held.job_id: '{"usd": 2.0}', stopped.job_id: None}


async def test_a_released_job_waits_in_the_queue_with_its_rows(store: JobStore, leases: Leases, others: Leases) -> None:
    lease = await started(store, leases)
    await store.commit(lease, [chunk_of(0)], progress_of(100, 1), None)

    await leases.release(lease, 2.5)

    record = await store.get(lease.job_id)
    assert (record.status, record.rows_generated, record.elapsed_seconds) == ("queued", 100, 2.5)
    assert await others.claim() is not None


async def test_cancelling_a_queued_job_stops_it_and_a_finished_one_stays(store: JobStore, leases: Leases) -> None:
    queued, _ = await store.create(record_of(), 10)
    lease = await started(store, leases)
    await store.finish(lease, [], progress_of(0, 0), None, Ending("completed"))

    stopped = await store.request_cancel(queued.job_id, "")
    finished = await store.request_cancel(lease.job_id, "")

    assert (stopped.status, stopped.stop_reason, stopped.resumable) == ("cancelled", "cancelled", True)
    assert (finished.status, finished.cancel_requested) == ("completed", False)


async def test_a_stopped_job_is_queued_again_with_its_new_budget(store: JobStore, leases: Leases) -> None:
    lease = await started(store, leases)
    await store.finish(lease, [], progress_of(0, 0), None, Ending("failed", "budget", "Spent.", True))

    record = await store.requeue(lease.job_id, "", '{"usd": 2.0}', 100)

    assert (record.status, record.stop_reason, record.message, record.resumable) == ("queued", None, None, False)
    assert (record.budget, record.ended_at) == ('{"usd": 2.0}', None)


async def test_a_job_that_is_resumed_before_its_holder_has_followed_a_cancellation_goes_on(
    store: JobStore, leases: Leases
) -> None:
    lease = await started(store, leases)
    await store.request_cancel(lease.job_id, "")

    record = await store.requeue(lease.job_id, "", None, 100)
    orders = await leases.renew([lease])

    assert (record.status, record.cancel_requested) == ("processing", False)
    assert orders.held == {lease.job_id}
    assert not orders.cancelled


async def test_jobs_are_listed_newest_first_in_pages(store: JobStore) -> None:
    made = [(await store.create(record_of(), 10))[0] for _ in range(5)]
    await store.create(record_of(owner="ann"), 10)

    first = await store.list("", None, None, 3)
    rest = await store.list("", None, (first[-1].created_at, first[-1].job_id), 3)

    assert [record.job_id for record in first + rest] == [record.job_id for record in reversed(made)]
    assert await store.list("", "completed", None, 3) == []


async def test_a_finished_result_is_kept_whole_or_not_at_all(store: JobStore) -> None:
    record = record_of(total_rows=2, status="completed", kind="deduplication", rows_generated=2)
    removed = {"row_index": 2, "duplicate_of": 0, "against_job_id": None, "similarity": 1.0, "columns": "[]"}
    broken = removed | {"similarity": None}

    with pytest.raises(Exception, match="database"):
        await store.keep(record, [chunk_of(0, 2)], [broken])
    with pytest.raises(NotFoundError):
        await store.get(record.job_id)
    await store.keep(record, [chunk_of(0, 2)], [removed])

    assert store.frame(record.job_id, 0).height == 2


def answer_of(positions: range, text: str = "{}", cost: float | None = 0.5) -> Answer:
    return Answer(tuple(positions), 0, "scripted", "m", text, "stop", Usage(1, 10, 20, cost))


async def test_answers_are_found_by_the_candidates_they_concern(store: JobStore, leases: Leases) -> None:
    lease = await started(store, leases)
    log = await JobAnswers.open(store.database, lease)
    first, second = answer_of(range(20), '{"é": "\\ud83d"}'), answer_of(range(20, 40, 3), cost=None)
    await log.record(first)
    await log.record(second)

    assert await log.recorded(Window(10, 5)) == [first]
    assert await log.recorded(Window(15, 10)) == [first, second]
    assert await log.recorded(Window(40, 10)) == []
    assert await log.recorded(Window(39, 10)) == []
    again = await JobAnswers.open(store.database, lease)
    assert again.used == Usage(2, 20, 40, None)
    assert await again.recorded(Window(30, 5)) == [second]


async def test_deleting_a_job_takes_its_rows_and_answers_along(store: JobStore, leases: Leases) -> None:
    lease = await started(store, leases)
    await store.commit(lease, [chunk_of(0)], progress_of(100, 1), None)
    await (await JobAnswers.open(store.database, lease)).record(answer_of(range(3)))

    await store.database.write(lambda c: c.execute(sa.delete(jobs).where(jobs.c.job_id == lease.job_id)))

    left = [sa.select(sa.func.count()).select_from(table) for table in (jobs, chunks, answers)]
    assert await store.database.read(lambda c: [c.execute(query).scalar_one() for query in left]) == [0, 0, 0]


def test_the_migrations_make_the_tables_the_code_expects(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    differences = database.read_now(lambda c: compare_metadata(MigrationContext.configure(c), metadata))

    assert differences == []
    assert database.read_now(migrations.revision_of) == migrations.HEAD


def test_two_servers_that_start_together_migrate_once(database_url: str | None, tmp_path: Path) -> None:
    import threading

    url = sqlite_url(tmp_path / "new.db") if database_url is None else server_url(database_url)
    servers = [Database(url) for _ in range(4)]
    failures: list[BaseException] = []

    def start(server: Database) -> None:
        try:
            migrations.upgrade(server)
        except BaseException as exc:
            failures.append(exc)

    threads = [threading.Thread(target=start, args=(server,)) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    revisions = [server.read_now(migrations.revision_of) for server in servers]
    for server in servers:
        server.close()
    assert failures == []
    assert revisions == [migrations.HEAD] * 4
