"""Every schema there has been, up and down with data in place, on both databases; and an empty one on request."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from synthaix.errors import StoreError
from synthaix.jobs import migrations
from synthaix.jobs.database import Database
from synthaix.jobs.lease import Leases
from synthaix.jobs.migrations import __main__ as commands
from synthaix.jobs.store import JobStore
from synthaix.settings import Settings
from tests.support.jobs import chunk_of, record_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.postgres import Postgres

REVISIONS = ("0001", "0002")

FIRST_DATA: dict[str, dict[str, Any]] = {
    "jobs": {
        "job_id": "a" * 32, "owner": "ann", "idempotency_key": "once", "fingerprint": "f" * 64, "kind": "generation",
        "status": "failed", "stop_reason": "budget", "message": "größer", "resumable": True, "cancel_requested": False,
        "spec": "{}", "plan": "{}", "budget": '{"usd": 1.0}', "mode": "auto", "seed": 2**53, "total_rows": 10**10,
        "chunk_size": 200, "rows_generated": 200, "rows_deduplicated": 3, "completed_chunks": 1, "next_candidate": 203,
        "requests": 10, "input_tokens": 1, "output_tokens": 2, "cost_usd": 0.25, "elapsed_seconds": 1.5,
        "dedup_state": b"\x00\xff", "created_at": "2026-01-01 12:00:00+00:00", "ended_at": "2026-01-01 12:01:00+00:00",
        "lease_owner": None, "lease_until": None, "fence": 7,
    },
    "chunks": {
        "job_id": "a" * 32, "chunk_index": 0, "rows": 200, "next_candidate": 203, "rows_deduplicated": 3,
        "data": b"rows\x00", "positions": b"\x01",
    },
    "answers": {
        "answer_id": 5, "job_id": "a" * 32, "first": 0, "last": 19, "positions": b"p", "attempt": 0,
        "provider": "openai", "model": "m", "finish": "stop", "text": b"t", "requests": 1, "input_tokens": 2,
        "output_tokens": 3, "cost_usd": None, "recorded_at": "2026-01-01 12:00:30+00:00",
    },
    "duplicates": {
        "job_id": "a" * 32, "ordinal": 0, "row_index": 4, "duplicate_of": 1, "against_job_id": "b" * 32,
        "similarity": 0.97, "columns": '["name"]',
    },
    "exports": {
        "export_id": 9, "job_id": "a" * 32, "format": "csv", "path": "/x.csv", "rows": 200, "bytes": 99,
        "sha256": "0" * 64, "created_at": "2026-01-01 12:02:00+00:00",
    },
}  # fmt: skip
"""A row of every table, as the first schema had it."""


@pytest.fixture
def settings(database_url: str | None, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url=database_url, _env_file=None)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = Database.from_settings(settings)
    yield database
    database.close()


def contents(connection: sa.Connection) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, as the database itself has it."""
    tables = [name for name in sa.inspect(connection).get_table_names() if name != "alembic_version"]
    found = {name: connection.execute(sa.text(f"SELECT * FROM {name}")).mappings() for name in tables}
    return {name: [dict(row) for row in rows] for name, rows in found.items()}


def test_the_newest_schema_is_the_last_of_the_versions_and_they_are_all_tested() -> None:
    found = sorted(path.name[:4] for path in (Path(migrations.__file__).parent / "versions").glob("0*.py"))

    assert found == list(REVISIONS)
    assert REVISIONS[-1] == migrations.HEAD


def test_every_schema_goes_up_and_down_with_the_data_of_the_first_in_place(database: Database) -> None:
    migrations.migrate(database, REVISIONS[0])

    def fill(connection: sa.Connection) -> None:
        for table, row in FIRST_DATA.items():
            names = ", ".join(f'"{name}"' for name in row)
            places = ", ".join(f":{name}" for name in row)
            connection.execute(sa.text(f'INSERT INTO "{table}" ({names}) VALUES ({places})'), row)

    database.write_now(fill)
    first = database.read_now(contents)
    seen: dict[str, Any] = {}
    for revision in (*REVISIONS[1:], *REVISIONS[-2::-1], *REVISIONS[1:], REVISIONS[0]):
        migrations.migrate(database, revision)
        assert database.read_now(migrations.revision_of) == revision
        found = database.read_now(contents)
        assert seen.setdefault(revision, found) == found
    assert database.read_now(contents) == first
    assert {name: len(rows) for name, rows in first.items()} == dict.fromkeys(FIRST_DATA, 1)


async def test_the_code_reads_what_the_first_schema_held(database: Database) -> None:
    test_every_schema_goes_up_and_down_with_the_data_of_the_first_in_place(database)
    migrations.upgrade(database)

    record = await JobStore(database).get("a" * 32, "ann")

    assert (record.message, record.seed, record.total_rows, record.fence) == ("größer", 2**53, 10**10, 7)
    assert str(record.ended_at) == "2026-01-01 12:01:00+00:00"


def test_migrating_by_hand_goes_both_ways_and_never_to_nothing(settings: Settings) -> None:
    assert "has schema 0002; it had none" in commands.migrate(settings, "head")
    assert "has schema 0001; it had 0002" in commands.migrate(settings, "0001")
    with pytest.raises(StoreError, match="every job would be lost; use reset"):
        commands.migrate(settings, "base")
    with pytest.raises(StoreError, match="no schema '0815'; use one of 0001, 0002"):
        commands.migrate(settings, "0815")


async def test_a_reset_empties_the_database_and_keeps_the_old_file(settings: Settings, database: Database) -> None:
    migrations.upgrade(database)
    record = record_of(status="completed")
    await JobStore(database).keep(record, [chunk_of(0)], [])
    database.close()

    said = commands.reset(settings)

    fresh = Database.from_settings(settings)
    migrations.upgrade(fresh)
    assert await JobStore(fresh).list("", None, None, 10) == []
    fresh.close()
    assert "is empty." in said
    if database.is_sqlite:
        old = Database(database.url.set(database=said.split("The old one is ")[1].split(";")[0]))
        assert (await JobStore(old).get(record.job_id)).total_rows == record.total_rows
        old.close()


def test_a_database_in_use_is_not_reset(settings: Settings, database: Database, tmp_path: Path) -> None:
    migrations.upgrade(database)
    leases = Leases(database, tmp_path / "servers")
    leases.open()
    try:
        with pytest.raises(StoreError, match="stop it, then reset"):
            commands.reset(settings)
    finally:
        leases.close()


async def test_jobs_that_run_elsewhere_keep_the_database_from_a_reset(postgres: Postgres, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=postgres.fresh(), _env_file=None)
    database = Database.from_settings(settings)
    migrations.upgrade(database)
    elsewhere = Leases(database, tmp_path / "elsewhere")
    await JobStore(database).create(record_of(), 10, elsewhere.claim_in)

    with pytest.raises(StoreError, match="1 jobs of this database are running; stop the servers"):
        commands.reset(settings)
    database.close()


def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "synthaix.db").write_bytes(b"no database" * 1_000)

    said = commands.reset(Settings(data_dir=tmp_path, _env_file=None))

    kept = Path(said.split("The old one is ")[1].split(";")[0])
    assert kept.read_bytes().startswith(b"no database")


def test_a_file_that_another_program_writes_is_not_reset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=tmp_path, _env_file=None)
    commands.migrate(settings, "head")
    monkeypatch.setattr("synthaix.jobs.migrations.__main__.BUSY_SECONDS", 0.05)
    with contextlib.closing(sqlite3.connect(tmp_path / "synthaix.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"Another program uses the job database .*; close it, then reset"):
            commands.reset(settings)

    assert list(tmp_path.glob("synthaix.db.2*")) == []


def test_nothing_is_reset_without_a_yes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SYNTHAIX_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert commands.main(["migrate"]) == 0
    before = (tmp_path / "synthaix.db").stat().st_mtime_ns

    assert commands.main(["reset"]) == 1
    assert "CONFIRM=yes" in capsys.readouterr().err
    assert (tmp_path / "synthaix.db").stat().st_mtime_ns == before
    assert commands.main(["reset", "--yes"]) == 0
    assert len(list(tmp_path.glob("synthaix.db.2*"))) >= 1
