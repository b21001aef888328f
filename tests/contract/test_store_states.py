"""What becomes of a job when its disk, its database or its vectors fail: a clear state, nothing lost."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import subprocess
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import pytest
import sqlalchemy as sa

from synthaix.dedup.chroma import ChromaIndex
from synthaix.dedup.embedding import HashedNgrams
from synthaix.errors import StoreError
from synthaix.jobs.database import store_error
from synthaix.jobs.engine import Engine
from synthaix.jobs.tables import jobs
from tests.contract.test_engine import PATIENCE, completed, ended, engine_at, settings, vectors_written
from tests.support.jobs import PAYMENTS, REVIEWS, draft_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from synthaix.jobs.database import Database
    from synthaix.jobs.job import JobStatus

ROWS = 800_000
"""Enough for a job to be seen half-way on a fast machine."""

LONG = draft_of(PAYMENTS, ROWS, chunk_size=1_000)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits of a test's length: leases, looks for jobs, attempts of a write, a locked database."""
    monkeypatch.setattr("synthaix.jobs.lease.LEASE_SECONDS", 0.4)
    monkeypatch.setattr("synthaix.jobs.scheduler.HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr("synthaix.jobs.scheduler.POLL_SECONDS", 0.05)
    monkeypatch.setattr("synthaix.jobs.database.WAITS", (0.05, 0.05))
    monkeypatch.setattr("synthaix.jobs.database.BUSY_SECONDS", 0.05)
    monkeypatch.setattr(logging.getLogger("synthaix"), "disabled", True)


@contextlib.contextmanager
def disk_of(directory: Path, megabytes: int) -> Iterator[Callable[[str], None]]:
    """A small disk of its own at the directory; what is yielded mounts it again with other options."""
    directory.mkdir()

    def mount(options: str) -> bool:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(directory)]
        return os.geteuid() == 0 and subprocess.run(command, check=False, capture_output=True).returncode == 0

    if not mount(f"size={megabytes}m"):
        pytest.skip("a disk of its own needs root and the right to mount")

    def remount(options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", str(directory)], check=True)

    try:
        yield remount
    finally:
        subprocess.run(["umount", "--lazy", str(directory)], check=True)


def database_of(engine: Engine) -> Database:
    assert engine._services is not None
    return engine._services.store.database


async def pragma(engine: Engine, text: str) -> None:
    """Set on the connection that writes, outside of any transaction."""

    def work() -> None:
        with contextlib.closing(database_of(engine)._writer_engine.raw_connection()) as connection:
            connection.cursor().execute(f"PRAGMA {text}")

    await anyio.to_thread.run_sync(work)


async def under_way(engine: Engine, draft: Any = LONG) -> str:
    """The id of a job that has committed rows and still runs."""
    started = await engine.start(draft)
    async for status in engine.watch(started.job_id, PATIENCE):
        if status.rows_generated:
            assert not status.ended
            break
    return started.job_id


async def resumed(engine: Engine, job_id: str) -> JobStatus:
    """The job's end, after it was resumed; the server's lease of the stopped run expires first."""
    await engine.resume(job_id)
    with anyio.fail_after(PATIENCE):
        while (status := await ended(engine, job_id)).status != "completed":
            await anyio.sleep(0.05)
            await engine.resume(job_id)
    return status


async def undisturbed(directory: Path) -> str:
    """The checksum of the job's rows where nothing fails."""
    async with engine_at(directory) as engine:
        return (await engine.export((await completed(engine, LONG)).job_id, "parquet")).sha256


async def test_a_full_disk_stops_the_job_which_goes_on_once_there_is_room(tmp_path: Path) -> None:
    with disk_of(tmp_path / "disk", 2) as remount:
        async with engine_at(tmp_path / "disk", export_dir=tmp_path / "exports") as engine:
            stopped = await ended(engine, (await engine.start(LONG)).job_id)
            remount("size=200m")
            finished = await resumed(engine, stopped.job_id)
            exported = await engine.export(stopped.job_id, "parquet")

    assert (stopped.status, stopped.stop_reason, stopped.resumable) == ("failed", "error", True)
    assert "is full; free space, then call resume_job." in (stopped.message or "")
    assert finished.rows_generated == ROWS
    assert exported.sha256 == await undisturbed(tmp_path / "other")


async def test_a_full_database_is_told_and_the_job_goes_on_once_there_is_room(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        await engine.open()
        await pragma(engine, "max_page_count=200")
        stopped = await ended(engine, (await engine.start(LONG)).job_id)
        await pragma(engine, "max_page_count=1000000")
        finished = await resumed(engine, stopped.job_id)

    assert stopped.resumable
    assert "is full; free space, then call resume_job." in (stopped.message or "")
    assert finished.rows_generated == ROWS


async def test_an_export_to_a_full_disk_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    with disk_of(tmp_path / "disk", 1):
        async with engine_at(tmp_path / "data", export_dir=tmp_path / "disk") as engine:
            job_id = (await completed(engine, LONG)).job_id
            for format in ("csv", "jsonl", "parquet", "sql"):
                with pytest.raises(StoreError, match=r"could not be written to .*: No space left on device"):
                    await engine.export(job_id, format)
            left = list((tmp_path / "disk").iterdir())

    assert left == []


async def test_a_read_only_directory_is_told_at_the_start(tmp_path: Path) -> None:
    with disk_of(tmp_path / "disk", 2) as remount:
        async with engine_at(tmp_path / "disk") as engine:
            await engine.open()
        remount("ro")
        async with engine_at(tmp_path / "disk") as engine:
            with pytest.raises(StoreError, match=r"(read-only|cannot be opened|cannot be written).*make .*writable"):
                await engine.open()


async def test_a_database_that_becomes_read_only_stops_the_job_which_goes_on_later(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        job_id = await under_way(engine)
        await pragma(engine, "query_only=ON")
        stopped = await ended(engine, job_id)
        await pragma(engine, "query_only=OFF")
        finished = await resumed(engine, job_id)
        exported = await engine.export(job_id, "parquet")

    assert stopped.resumable
    assert "is read-only; make it and its directory writable." in (stopped.message or "")
    assert finished.rows_generated == ROWS
    assert exported.sha256 == await undisturbed(tmp_path / "other")


async def test_a_locked_database_is_waited_for_and_the_state_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthaix.jobs.database.WAITS", (0.05,) * 200)
    async with engine_at(tmp_path) as engine:
        job_id = await under_way(engine)
        other = sqlite3.connect(tmp_path / "synthaix.db", isolation_level=None, timeout=10)
        other.execute("BEGIN IMMEDIATE")
        said = None
        async for status in engine.watch(job_id, PATIENCE):
            said = status.message
            if said is not None:
                break
        other.execute("ROLLBACK")
        other.close()
        finished = await ended(engine, job_id)

    assert "is locked by another program; close that program" in (said or "")
    assert (finished.status, finished.rows_generated, finished.message) == ("completed", ROWS, None)


@pytest.mark.parametrize("ending", ["completed", "cancelled"])
async def test_an_end_that_the_database_does_not_take_at_once_is_written_a_moment_later(
    ending: str, tmp_path: Path
) -> None:
    def once_locked(point: str) -> None:
        if point == "finish.before" and not refused:
            refused.append(point)
            raise store_error(sqlite3.OperationalError("database is locked"), "synthaix.db")

    refused: list[str] = []
    async with Engine(settings(tmp_path), faults=once_locked) as engine:
        started = await engine.start(draft_of(PAYMENTS, 3_000 if ending == "completed" else ROWS))
        if ending == "cancelled":
            await engine.cancel(started.job_id)
        status = await ended(engine, started.job_id)

    assert refused
    assert (status.status, status.message) == (
        ending,
        None if ending == "completed" else "Cancelled; the rows so far are kept.",
    )


async def test_a_database_locked_for_long_stops_the_job_which_goes_on_later(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        job_id = await under_way(engine)
        other = sqlite3.connect(tmp_path / "synthaix.db", isolation_level=None, timeout=10)
        other.execute("BEGIN IMMEDIATE")
        stopped = await ended(engine, job_id)
        other.execute("ROLLBACK")
        other.close()
        finished = await resumed(engine, job_id)

    assert (stopped.status, stopped.resumable) == ("failed", True)
    assert "is locked by another program" in (stopped.message or "")
    assert finished.rows_generated == ROWS


@pytest.mark.parametrize("where", ["header", "middle"])
async def test_a_damaged_database_is_told_with_a_remedy(where: str, tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        job_id = (await completed(engine, draft_of(PAYMENTS, 20_000))).job_id
    path = tmp_path / "synthaix.db"
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(0 if where == "header" else size // 3)
        file.write(b"\xa5" * (100 if where == "header" else size // 3))

    async with engine_at(tmp_path) as engine:
        with pytest.raises(StoreError, match=r"is damaged; restore|is not a job database; move it away|is damaged"):
            await engine.export(job_id, "csv")
        with pytest.raises(StoreError, match=r"damaged|not a job database"):
            await engine.export(job_id, "csv")


@pytest.mark.parametrize("part", ["chroma.sqlite3", "data_level0.bin"])
async def test_damaged_vectors_are_written_again_from_the_rows(part: str, tmp_path: Path) -> None:
    draft = draft_of(REVIEWS, 3_000, mode="auto", threshold=0.95, chunk_size=100)
    async with engine_at(tmp_path) as engine:
        job_id = await under_way(engine, draft)
        vectors = tmp_path / "vectors" / job_id
        with anyio.fail_after(PATIENCE):
            while not (vectors / "chroma.sqlite3").exists():
                await anyio.sleep(0.01)
        stopped = await engine.cancel(job_id)
    assert stopped.status == "cancelled"
    for path in vectors.rglob(part):
        path.write_bytes(b"no vectors" * 500)

    async with engine_at(tmp_path) as engine:
        await engine.resume(job_id)
        finished = await ended(engine, job_id)
        await vectors_written(tmp_path)
    index = ChromaIndex(vectors, None, job_id, HashedNgrams().name)
    stored = index.count()
    index.close()

    assert finished.status == "completed"
    assert stored == finished.rows_generated


@pytest.mark.parametrize("lease_until", [0.0, 1e11])
async def test_a_clock_that_jumps_neither_stops_nor_doubles_a_job(lease_until: float, tmp_path: Path) -> None:
    """By the database's clock the lease has run out, or lasts for ages; whoever holds it goes on, by its fence."""
    jump = sa.update(jobs).values(lease_until=lease_until)
    async with engine_at(tmp_path) as engine, engine_at(tmp_path) as other:
        await other.open()
        job_id = await under_way(engine)
        await database_of(engine).write(lambda connection: connection.execute(jump))
        finished = await ended(other, job_id)
        exported = await other.export(job_id, "parquet")

    assert (finished.status, finished.rows_generated) == ("completed", ROWS)
    assert exported.sha256 == await undisturbed(tmp_path / "third")


async def test_a_database_of_newer_code_is_left_as_it_is(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        await completed(engine, draft_of(PAYMENTS, 100))
    with contextlib.closing(sqlite3.connect(tmp_path / "synthaix.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    async with engine_at(tmp_path) as engine:
        with pytest.raises(StoreError, match=r"newer SynthAIx \(schema 9999\); upgrade SynthAIx"):
            await engine.start(draft_of(PAYMENTS, 100))
    with contextlib.closing(sqlite3.connect(tmp_path / "synthaix.db")) as connection:
        assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (1,)
