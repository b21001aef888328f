"""The durable steps around a job that need no running one: each done by its real part, with what stands at its points.

A step is prepared once, fails at a point, and is done again: `holds` tells what is found after the failure,
`done` what is found once it was done again.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import numpy as np
import sqlalchemy as sa

from synthaix.dedup.vector_cache import VectorCache
from synthaix.jobs import migrations
from synthaix.jobs.database import Database, sqlite_url
from synthaix.jobs.faults import FaultPoint, Faults
from synthaix.jobs.lease import Leases
from synthaix.jobs.marks import Kind, Marks
from synthaix.jobs.mending import Mending
from synthaix.jobs.migrations.__main__ import reset
from synthaix.jobs.preparation import Preparation
from synthaix.jobs.retention import Retention
from synthaix.jobs.store import Ending, JobStore
from synthaix.jobs.tables import jobs
from synthaix.settings import Settings
from tests.support.jobs import record_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator

T = TypeVar("T")
JOB = "a" * 32


@dataclass(frozen=True, slots=True)
class Step:
    """One step in a directory of its own."""

    prepare: Callable[[Path], None]
    act: Callable[[Path, Faults], None]
    found: Callable[[Path], str]
    holds: dict[FaultPoint, str]
    done: str


def settings(directory: Path, **values: Any) -> Settings:
    return Settings(**{"data_dir": directory, "_env_file": None} | values)


@contextlib.contextmanager
def opened(directory: Path) -> Iterator[Database]:
    database = Database(sqlite_url(directory / "synthaix.db"))
    try:
        yield database
    finally:
        database.close()


def with_database(directory: Path, work: Callable[[Database], Awaitable[T]]) -> T:
    async def run() -> T:
        with opened(directory) as database:
            return await work(database)

    return anyio.run(run)


def with_job(directory: Path, **values: Any) -> None:
    """An up-to-date database with one job."""

    async def work(database: Database) -> None:
        migrations.upgrade(database)
        about: dict[str, Any] = {"job_id": JOB} | values
        await JobStore(database).keep(record_of(**about), [], [])

    with_database(directory, work)


def one_of(directory: Path, *columns: sa.Column[Any]) -> sa.Row[Any] | None:
    with opened(directory) as database:
        return database.read_now(lambda connection: connection.execute(sa.select(*columns)).one_or_none())


# Schemas


def old_schema(directory: Path) -> None:
    with_job(directory)
    with opened(directory) as database:
        migrations.migrate(database, "0001")


def migrated(directory: Path, faults: Faults, revision: str) -> None:
    with opened(directory) as database:
        migrations.migrate(database, revision, faults)


def emptied(directory: Path, faults: Faults) -> None:
    with opened(directory) as database:
        migrations.start_anew(database, faults)


def schema(directory: Path) -> str:
    with opened(directory) as database:
        count = sa.select(sa.func.count()).select_from(jobs)
        held = database.read_now(lambda connection: connection.execute(count).scalar_one())
        return f"{database.read_now(migrations.revision_of)}, {held} jobs"


def with_log(directory: Path) -> None:
    """A database whose job is in its log only, as a killed server leaves it."""
    (directory / "live").mkdir()
    with opened(directory / "live") as database:
        migrations.upgrade(database)
        with contextlib.closing(sqlite3.connect(directory / "live" / "synthaix.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with_job(directory / "live")
        for suffix in ("", "-wal"):
            shutil.copy(directory / "live" / f"synthaix.db{suffix}", directory)
    shutil.rmtree(directory / "live")


def databases(directory: Path) -> str:
    found = []
    for path in sorted(directory.glob("synthaix.db*")):
        if not path.name.endswith(("-wal", "-shm")):
            with contextlib.closing(sqlite3.connect(path)) as connection:
                count = connection.execute("SELECT count(*) FROM jobs").fetchone()[0]
            found.append(f"{'here' if path.name == 'synthaix.db' else 'aside'} {count}")
    return ", ".join(found)


# What is under way outside the database


def draft(directory: Path) -> Path:
    return directory / "exports" / ".rows.csv.part"


def half_done(directory: Path, kind: Kind) -> None:
    """A mark of a server that is gone, and what it is about."""
    (directory / "servers").mkdir()
    mark = Marks(directory / "servers").set(kind, JOB, str(draft(directory)) if kind == "draft" else "")
    assert mark is not None
    mark.leave()
    about = draft(directory) if kind == "draft" else directory / "vectors" / JOB / "chroma.sqlite3"
    about.parent.mkdir(parents=True)
    about.touch()


def marked(directory: Path, faults: Faults) -> None:
    (directory / "servers").mkdir(exist_ok=True)
    mark = Marks(directory / "servers", faults).set("draft", JOB, "something")
    assert mark is not None
    mark.clear()


def mended(directory: Path, faults: Faults) -> None:
    async def work(database: Database) -> None:
        migrations.upgrade(database)
        store, marks = JobStore(database), Marks(directory / "servers", faults)
        preparation = Preparation(settings(directory), store, marks, anyio.CapacityLimiter(1))
        await Mending(settings(directory), store, preparation, marks, faults).run()

    with_database(directory, work)


def left(directory: Path) -> str:
    """What is half done, and whether what it is about is there. A mark that somebody holds is not told."""
    found = []
    kinds: tuple[Kind, ...] = ("draft", "vectors")
    for kind in kinds:
        for mark in Marks(directory / "servers").left(kind):
            found.append(f"a {kind} mark")
            mark.leave()
    if draft(directory).exists():
        found.append("a draft")
    if (directory / "vectors" / JOB).exists():
        found.append("vectors")
    return " and ".join(found)


# Finished jobs


def finished_long_ago(directory: Path) -> None:
    with_job(directory, status="completed", ended_at=datetime.now(UTC) - timedelta(days=40))
    (directory / "vectors" / JOB).mkdir(parents=True)


def stray(directory: Path) -> None:
    with opened(directory) as database:
        migrations.upgrade(database)
    (directory / "vectors" / JOB).mkdir(parents=True)
    os.utime(directory / "vectors" / JOB, (0, 0))


def swept(directory: Path, faults: Faults) -> None:
    """A look of retention, long after whatever was before it."""

    async def work(database: Database) -> None:
        await database.write(lambda connection: connection.execute(sa.update(jobs).values(lease_until=0.0)))
        await Retention(settings(directory, retention_days=30), database, "one", faults).sweep()

    with_database(directory, work)


def kept(directory: Path) -> str:
    row = one_of(directory, jobs.c.lease_owner)
    found = [] if row is None else ["a job" if row.lease_owner is None else "a leased job"]
    return " and ".join([*found, *(["vectors"] if (directory / "vectors" / JOB).exists() else [])])


# Leases


def held(directory: Path, faults: Faults, *, fails: bool = False) -> None:
    """A server that takes the job, and ends, perhaps after it has written that the job failed."""

    async def work(database: Database) -> None:
        leases = Leases(database, directory / "servers", faults)
        leases.open()
        try:
            lease = await leases.claim()
            if fails and lease is not None:
                await JobStore(database, faults).fail(lease, Ending("failed", "error", "It broke.", resumable=True))
        finally:
            leases.close()

    with_database(directory, work)


def standing(directory: Path) -> str:
    row = one_of(directory, jobs.c.status, jobs.c.lease_owner)
    assert row is not None
    if row.lease_owner is None:
        return str(row.status)
    with opened(directory) as database:
        gone = Leases(database, directory / "servers").is_gone(row.lease_owner)
    return f"{row.status} by a server that {'is gone' if gone else 'lives'}"


def stopped(directory: Path) -> str:
    row = one_of(directory, jobs.c.status)
    assert row is not None
    return "failed" if row.status == "failed" else "unfinished"


# Vectors that were paid for


def cached(directory: Path, faults: Faults) -> None:
    VectorCache(directory / "v.sqlite3", faults=faults).put(["a", "b"], np.eye(2, dtype=np.float32))


def paid(directory: Path) -> str:
    return f"{len(VectorCache(directory / 'v.sqlite3').find(['a', 'b']))} vectors"


STEPS: dict[str, Step] = {
    "upgrade": Step(
        old_schema,
        lambda directory, faults: migrated(directory, faults, "head"),
        schema,
        {"upgrade.before": "0001, 1 jobs", "upgrade.after": f"{migrations.HEAD}, 1 jobs"},
        f"{migrations.HEAD}, 1 jobs",
    ),
    "downgrade": Step(
        with_job,
        lambda directory, faults: migrated(directory, faults, "0001"),
        schema,
        {"downgrade.before": f"{migrations.HEAD}, 1 jobs", "downgrade.after": "0001, 1 jobs"},
        "0001, 1 jobs",
    ),
    "reset of tables": Step(
        with_job,
        emptied,
        schema,
        {"reset.before": f"{migrations.HEAD}, 1 jobs", "reset.after": f"{migrations.HEAD}, 0 jobs"},
        f"{migrations.HEAD}, 0 jobs",
    ),
    "reset of a file": Step(
        with_log,
        lambda directory, faults: (reset(settings(directory), faults), None)[1],
        databases,
        {"aside.before": "here 1", "aside.after": "aside 1"},
        "here 0, aside 1",
    ),
    "mark": Step(
        lambda directory: None,
        marked,
        left,
        {"mark.before": "", "mark.after": "a draft mark", "clear.before": "a draft mark", "clear.after": ""},
        "",
    ),
    "draft of an export": Step(
        lambda directory: half_done(directory, "draft"),
        mended,
        left,
        {"tidy.before": "a draft mark and a draft", "tidy.after": "a draft mark", "clear.after": ""},
        "",
    ),
    "vectors of no job": Step(
        lambda directory: half_done(directory, "vectors"),
        mended,
        left,
        {"tidy.before": "a vectors mark and vectors", "tidy.after": "a vectors mark", "clear.after": ""},
        "",
    ),
    "vectors nobody touched for long": Step(stray, swept, kept, {"tidy.before": "vectors", "tidy.after": ""}, ""),
    "removal": Step(
        finished_long_ago,
        swept,
        kept,
        {
            "removal.before": "a job and vectors",
            "removal.after": "a leased job and vectors",
            "erase.before": "a leased job and vectors",
            "erase.after": "a leased job",
            "delete.before": "a leased job",
            "delete.after": "",
        },
        "",
    ),
    "end of a server": Step(
        with_job,
        held,
        standing,
        {"close.before": "processing by a server that is gone", "close.after": "queued"},
        "queued",
    ),
    "failure": Step(
        with_job,
        lambda directory, faults: held(directory, faults, fails=True),
        stopped,
        {"fail.before": "unfinished", "fail.after": "failed"},
        "failed",
    ),
    "vectors of a hosted embedding": Step(
        lambda directory: None,
        cached,
        paid,
        {"embed.before": "0 vectors", "embed.after": "2 vectors"},
        "2 vectors",
    ),
}
