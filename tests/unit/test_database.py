from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import pytest
import sqlalchemy as sa

from synthaix.errors import SettingsError, StoreError
from synthaix.jobs import migrations
from synthaix.jobs.database import Database, patiently, server_url, sqlite_url
from synthaix.jobs.tables import exports, jobs
from tests.support.jobs import record_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from anyio.abc import TaskGroup


NOTES = sa.Table("notes", sa.MetaData(), sa.Column("number", sa.Integer))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(sqlite_url(tmp_path / "jobs.db"))
    migrations.upgrade(database)
    yield database
    database.close()


class Gate:
    """Keeps the writer thread busy with a write of its own until it is opened."""

    def __init__(self, database: Database, tasks: TaskGroup) -> None:
        self._begun, self._opened = threading.Event(), threading.Event()
        tasks.start_soon(database.write, self._hold)

    def _hold(self, connection: sa.Connection) -> None:
        self._begun.set()
        self._opened.wait(10)

    async def closed(self) -> None:
        await anyio.to_thread.run_sync(self._begun.wait, 10)

    def open(self) -> None:
        self._opened.set()


def pragma(connection: sa.Connection, name: str) -> Any:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


async def test_a_commit_survives_a_power_cut_and_readers_do_not_block(database: Database) -> None:
    seen = await database.write(
        lambda c: (pragma(c, "journal_mode"), pragma(c, "synchronous"), pragma(c, "foreign_keys"))
    )

    assert seen == ("wal", 2, 1)


async def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError):
        await database.read(lambda c: c.execute(sa.delete(jobs)))


async def test_writes_that_wait_together_share_one_commit(database: Database) -> None:
    commits: list[str] = []
    sa.event.listen(database._writer_engine, "commit", lambda connection: commits.append("commit"))
    done: list[int] = []

    async def write(number: int) -> None:
        done.append(await database.write(lambda c: number))

    async with anyio.create_task_group() as tasks:
        gate = Gate(database, tasks)
        await gate.closed()
        for number in range(20):
            tasks.start_soon(write, number)
        await anyio.wait_all_tasks_blocked()
        gate.open()

    assert sorted(done) == list(range(20))
    assert len(commits) == 2


async def handed_in(database: Database, numbers: range, faulty: int | None = None) -> tuple[list[list[int]], list[int]]:
    """Items written behind a busy writer: the groups in which that was tried, and those whose caller saw an error."""
    groups, failed = list[list[int]](), list[int]()

    def many(connection: sa.Connection, items: Sequence[int]) -> None:
        groups.append(list(items))
        connection.execute(sa.insert(NOTES), [{"number": item} for item in items])
        if faulty in items:
            raise ValueError("not this one")

    async def one(number: int) -> None:
        try:
            await database.write_one(many, number)
        except (ValueError, StoreError):
            failed.append(number)

    await database.write(NOTES.create)
    async with anyio.create_task_group() as tasks:
        gate = Gate(database, tasks)
        await gate.closed()
        for number in numbers:
            tasks.start_soon(one, number)
        await anyio.wait_all_tasks_blocked()
        gate.open()
    return groups, failed


async def test_items_of_a_kind_that_wait_together_are_written_together(database: Database) -> None:
    groups, failed = await handed_in(database, range(20))

    assert (groups, failed) == ([list(range(20))], [])
    assert await database.read(lambda c: c.execute(sa.select(NOTES.c.number)).scalars().all()) == list(range(20))


async def test_an_item_that_cannot_be_written_costs_no_other_one(database: Database) -> None:
    groups, failed = await handed_in(database, range(20), faulty=11)

    assert failed == [11]
    assert len(groups) <= 12  # halves of halves, not one by one
    written = await database.read(lambda c: c.execute(sa.select(NOTES.c.number)).scalars().all())
    assert sorted(written) == [number for number in range(20) if number != 11]


async def test_a_database_that_is_away_is_waited_for_once_and_not_by_each_item(database: Database) -> None:
    tries = []

    def away(connection: sa.Connection) -> None:
        tries.append(connection)
        if len(tries) > 2:  # the table, then the write that keeps the writer busy
            raise sa.exc.OperationalError("BEGIN", {}, Exception("database is locked"))

    sa.event.listen(database._writer_engine, "begin", away)
    groups, failed = await handed_in(database, range(20), faulty=11)

    assert (groups, sorted(failed)) == ([], list(range(20)))
    assert len(tries) == 3


async def test_a_failing_write_undoes_itself_and_nothing_else_of_its_group(database: Database) -> None:
    failures: list[str] = []

    def insert(connection: sa.Connection, job_id: str) -> None:
        values = {"job_id": job_id, "format": "csv", "path": "p", "rows": 1, "bytes": 1, "sha256": ""}
        connection.execute(sa.insert(exports).values(**values, created_at=record_of().created_at))

    async def fail(error: Exception | None) -> None:
        def work(connection: sa.Connection) -> None:
            connection.execute(sa.update(jobs).values(message="half done"))
            if error is not None:
                raise error
            insert(connection, "no such job")

        try:
            await database.write(work)
        except (StoreError, ValueError) as exc:
            failures.append(type(exc).__name__)

    record = record_of()
    columns = {name: getattr(record, name) for name in ("job_id", "kind", "status", "spec", "plan", "mode")}
    columns |= {"fingerprint": "", "total_rows": 1, "chunk_size": 1, "created_at": record.created_at}
    async with anyio.create_task_group() as tasks:
        gate = Gate(database, tasks)
        await gate.closed()
        tasks.start_soon(lambda: database.write(lambda c: c.execute(sa.insert(jobs).values(**columns))))
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(fail, ValueError("ours"))
        tasks.start_soon(fail, None)
        await anyio.wait_all_tasks_blocked()
        gate.open()

    assert sorted(failures) == ["StoreError", "ValueError"]
    message = sa.select(jobs.c.message).where(jobs.c.job_id == record.job_id)
    assert await database.read(lambda c: c.execute(message).one()[0]) is None


async def test_a_write_whose_caller_gave_up_before_it_began_is_not_done(database: Database) -> None:
    done: list[str] = []
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as tasks:
            gate = Gate(database, tasks)
            await gate.closed()
            tasks.start_soon(lambda: database.write(lambda c: done.append("done")))
            await anyio.wait_all_tasks_blocked()
            scope.cancel()
    gate.open()
    await database.write(lambda c: None)

    assert done == []


async def test_a_closed_database_says_so(database: Database) -> None:
    database.close()

    with pytest.raises(StoreError, match="is closed"):
        await database.write(lambda c: None)


async def test_a_database_of_newer_code_is_refused_with_a_remedy(database: Database) -> None:
    await database.write(lambda c: c.execute(sa.text("UPDATE alembic_version SET version_num = '9999'")))

    with pytest.raises(StoreError, match=r"newer SynthAIx \(schema 9999\); upgrade"):
        migrations.upgrade(database)


def test_a_file_that_is_no_database_is_refused_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "jobs.db"
    path.write_bytes(b"this is a letter to my aunt, not a database at all" * 100)
    database = Database(sqlite_url(path))

    with pytest.raises(StoreError, match="is not a job database; move it away"):
        migrations.upgrade(database)
    database.close()


def test_a_directory_that_is_missing_is_named(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "nowhere" / "jobs.db"))

    with pytest.raises(StoreError, match="cannot be opened; make its directory writable"):
        migrations.upgrade(database)
    database.close()


async def test_a_database_locked_by_another_program_is_a_clear_error(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthaix.jobs.database.BUSY_SECONDS", 0.05)
    impatient = Database(sqlite_url(tmp_path / "jobs.db"))
    other = sqlite3.connect(tmp_path / "jobs.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreError, match="is locked by another program"):
            await impatient.write(lambda c: None)
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert await impatient.write(lambda c: "again") == "again"
    impatient.close()


@pytest.mark.parametrize("url", ["mysql://u:secret@h/db", "not a url", "postgresql://u:secret@h"])
def test_an_unusable_database_url_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL") as caught:
        server_url(url)

    assert "secret" not in str(caught.value)


def test_a_postgresql_url_uses_the_driver_that_ships() -> None:
    assert (
        server_url("postgres://u@h/db").drivername
        == server_url("postgresql://u@h/db").drivername
        == "postgresql+psycopg"
    )


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    database = Database(server_url("postgresql://ann:secret@127.0.0.1:1/jobs"))

    with pytest.raises(StoreError, match=r"127\.0\.0\.1/jobs cannot be reached") as caught:
        migrations.upgrade(database)
    assert "secret" not in str(caught.value)
    database.close()


async def test_who_waits_is_told_for_what_and_when_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    async def attempt() -> str:
        attempts.append(len(attempts))
        if len(attempts) < 3:
            raise StoreError("It is locked.")
        return "done"

    monkeypatch.setattr("synthaix.jobs.database.WAITS", (0.001, 0.002))
    attempts: list[int] = []
    told: list[str | None] = []

    assert await patiently(attempt, told.append) == "done"
    assert told == ["Waiting 0.001 s: It is locked.", "Waiting 0.002 s: It is locked.", None]


def test_a_new_file_that_another_server_is_opening_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite3.connect(tmp_path / "jobs.db", isolation_level=None)
    other.execute("CREATE TABLE made_first (number INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    waited = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        other.execute("COMMIT")

    monkeypatch.setattr("synthaix.jobs.database.time.sleep", wait)
    database = Database(sqlite_url(tmp_path / "jobs.db"))
    mode = database.read_now(lambda connection: connection.exec_driver_sql("PRAGMA journal_mode").scalar())
    database.close()
    other.close()

    assert mode == "wal"
    assert len(waited) == 1
