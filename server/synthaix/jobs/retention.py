"""Finished jobs do not stay for ever where the settings say so: the old ones go, and the oldest of too many bytes.

A job is removed under a lease of its own: its vectors first, then its record and rows in one transaction, and
only if it is still finished. So two servers may sweep at once, a job that is resumed meanwhile goes on once its
vectors are erased, and what a dead server began the next sweep ends. Exported files belong to the caller and stay.
"""

from __future__ import annotations

import logging
import re
import shutil
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
import sqlalchemy as sa

from synthaix.dedup.chroma import ChromaIndex
from synthaix.errors import LeaseLost, StoreError
from synthaix.jobs.database import clock
from synthaix.jobs.faults import Faults, no_faults
from synthaix.jobs.job import UNFINISHED
from synthaix.jobs.lease import LEASE_SECONDS, Lease, removing
from synthaix.jobs.tables import answers, chunks, jobs

if TYPE_CHECKING:
    from pathlib import Path

    from synthaix.jobs.database import Database
    from synthaix.settings import Settings

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 3_600.0
"""Between two looks; ages are counted in days."""

CLOCK_SECONDS = 600.0
"""How far the clock may have moved against the time that passed, before it is believed to have been set."""

GRACE_SECONDS = 3_600.0
"""A result stays this long whatever the sizes, so that whoever waited for it can read it."""

STRAY_SECONDS = 86_400.0
"""A directory of vectors without a job is removed once nobody has touched it for that long."""

_LONGEST_DAYS = 365_000.0
"""A thousand years, which is for ever; calendars end before some numbers do."""

_JOB_DIRECTORY = re.compile(r"[0-9a-f]{32}")
_FINISHED = jobs.c.status.not_in(UNFINISHED)


class Retention:
    """Removes finished jobs by age (`SYNTHAIX_RETENTION_DAYS`) and by size (`SYNTHAIX_RETENTION_BYTES`)."""

    def __init__(self, settings: Settings, database: Database, server: str, faults: Faults = no_faults) -> None:
        self._settings = settings
        self._database = database
        self._owner = removing(server)
        self._faults = faults
        self._clocks = time.time() - time.monotonic()

    async def run(self) -> None:
        """Sweep now and every hour, until cancelled; does nothing where no setting asks for it."""
        while self._settings.retention_days is not None or self._settings.retention_bytes is not None:
            try:
                removed = await self.sweep()
            except Exception as exc:
                # Whatever it was, it must not end the server, whose jobs run beside this.
                logger.warning("looking for jobs to remove failed and is tried again: %s", exc)
            else:
                if removed:
                    logger.info("%d finished jobs were removed, as the retention settings ask", removed)
            await anyio.sleep(SWEEP_SECONDS)

    async def sweep(self) -> int:
        """Remove what is due; how many jobs were."""
        due = await self._database.read(self._due)
        removed = 0
        for job_id in due:
            # A removal that has begun is ended, also when the server stops just then.
            with anyio.CancelScope(shield=True):
                removed += await self._remove(job_id)
        await anyio.to_thread.run_sync(self._remove_strays)
        return removed

    def _remove_strays(self) -> None:
        """Vectors on this machine of jobs that another machine removed, or whose server died with them."""
        directory = self._settings.vectors
        found = directory.iterdir() if directory.is_dir() else ()
        vectors = [path for path in found if _JOB_DIRECTORY.fullmatch(path.name)]
        old = {path.name: path for path in vectors if time.time() - _touched(path) > STRAY_SECONDS}
        known = self._database.read_now(lambda connection: set(connection.execute(sa.select(jobs.c.job_id)).scalars()))
        for name in old.keys() - known:
            self._faults("tidy.before")
            shutil.rmtree(old[name], ignore_errors=True)
            self._faults("tidy.after")

    def _due(self, connection: sa.Connection) -> list[str]:
        """Finished jobs past the age, then the longest finished until the others fit the size."""
        due: list[str] = []
        now = datetime.now(UTC)
        if self._settings.retention_days is not None and self._clock_is_sound():
            oldest = now - timedelta(days=min(self._settings.retention_days, _LONGEST_DAYS))
            query = sa.select(jobs.c.job_id).where(_FINISHED, jobs.c.ended_at < oldest).order_by(jobs.c.ended_at)
            due += connection.execute(query).scalars()
        if self._settings.retention_bytes is not None:
            sizes = _sizes(connection)
            total = sum(sizes.values()) - sum(sizes.get(job_id, 0) for job_id in due)
            seen = now - timedelta(seconds=GRACE_SECONDS)
            query = sa.select(jobs.c.job_id).where(_FINISHED, jobs.c.ended_at < seen).order_by(jobs.c.ended_at)
            for job_id in connection.execute(query).scalars():
                if total <= self._settings.retention_bytes:
                    break
                if job_id not in due:
                    due.append(job_id)
                    total -= sizes.get(job_id, 0)
        return due

    def _clock_is_sound(self) -> bool:
        """Whether the clock has only gone on since the last look: one that was set makes every job look old."""
        clocks = time.time() - time.monotonic()
        moved, self._clocks = abs(clocks - self._clocks), clocks
        if moved > CLOCK_SECONDS:
            logger.warning("the clock was set by %.0f s; jobs are removed by age at the next look only", moved)
        return moved <= CLOCK_SECONDS

    async def _remove(self, job_id: str) -> bool:
        self._faults("removal.before")
        lease = await self._database.write(lambda connection: self._claim(connection, job_id))
        self._faults("removal.after")
        if lease is None:
            return False
        settings = self._settings
        index = ChromaIndex(settings.vectors / job_id, settings.chromadb_url, job_id, "")
        try:
            self._faults("erase.before")
            await anyio.to_thread.run_sync(index.erase)
            self._faults("erase.after")
            self._faults("delete.before")
            removed = await self._database.write(lambda connection: _delete(connection, lease))
            self._faults("delete.after")
            return removed
        except LeaseLost:
            return False
        except StoreError as exc:
            logger.warning("job %s could not be removed and is tried again: %s", job_id, exc)
            return False

    def _claim(self, connection: sa.Connection, job_id: str) -> Lease | None:
        now = clock(connection)
        free = sa.or_(jobs.c.lease_owner.is_(None), jobs.c.lease_until < now)
        values = {"lease_owner": self._owner, "lease_until": now + LEASE_SECONDS, "fence": jobs.c.fence + 1}
        taken = sa.update(jobs).where(jobs.c.job_id == job_id, _FINISHED, free).values(**values)
        if connection.execute(taken).rowcount != 1:
            return None
        fence = connection.execute(sa.select(jobs.c.fence).where(jobs.c.job_id == job_id)).scalar_one()
        return Lease(job_id, self._owner, fence)


def _touched(path: Path) -> float:
    """When the directory was written last; now, where another server has just removed it."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _sizes(connection: sa.Connection) -> dict[str, int]:
    """Bytes of rows and answers, by job."""
    parts = (
        sa.select(chunks.c.job_id, sa.func.length(chunks.c.data) + sa.func.length(chunks.c.positions)),
        sa.select(answers.c.job_id, sa.func.length(answers.c.text)),
    )
    held = sa.union_all(*parts).subquery("held")
    job_id, size = held.c
    found = connection.execute(sa.select(job_id, sa.func.sum(size)).group_by(job_id))
    return {row[0]: int(row[1]) for row in found}


def _delete(connection: sa.Connection, lease: Lease) -> bool:
    """Remove the record with everything that refers to it; a job that was resumed meanwhile is only given back."""
    lease.check(connection, {"lease_owner": None, "lease_until": None})
    return connection.execute(sa.delete(jobs).where(jobs.c.job_id == lease.job_id, _FINISHED)).rowcount == 1
