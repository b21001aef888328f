"""Puts the engine's heavy half together: database, leases, scheduler, readers. Imported when first needed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio

from synthaix.errors import StoreError
from synthaix.jobs import migrations
from synthaix.jobs.board import Board
from synthaix.jobs.database import Database
from synthaix.jobs.deduplication import Deduplication
from synthaix.jobs.lease import Leases
from synthaix.jobs.marks import Marks
from synthaix.jobs.mending import Mending
from synthaix.jobs.preparation import Preparation
from synthaix.jobs.quota import Quota
from synthaix.jobs.reading import Reading
from synthaix.jobs.retention import Retention
from synthaix.jobs.runner import Runner
from synthaix.jobs.scheduler import Scheduler
from synthaix.jobs.service import JobService
from synthaix.jobs.store import JobStore

if TYPE_CHECKING:
    from anyio.abc import TaskGroup

    from synthaix.jobs.faults import Faults
    from synthaix.precedence import Precedence
    from synthaix.providers.courier import Courier
    from synthaix.settings import Settings


@dataclass(frozen=True, slots=True)
class Foundation:
    """What can be made in a worker thread: the database, up to date, and this server's sign of life."""

    database: Database
    leases: Leases

    @classmethod
    def lay(cls, settings: Settings, faults: Faults) -> Foundation:
        """Open the database, bring its schema up to date. Raises StoreError or SettingsError."""
        make_private(settings)
        database = Database.from_settings(settings)
        try:
            migrations.upgrade(database, faults)
            leases = Leases(database, settings.data_dir / "servers", faults)
            leases.open()
        except BaseException:
            database.close()
            raise
        return cls(database, leases)

    def close(self) -> None:
        """Give the leases back and close the database after the last write."""
        try:
            self.leases.close()
        finally:
            self.database.close()


@dataclass(frozen=True, slots=True)
class Services:
    """The engine's parts, in one place."""

    jobs: JobService
    store: JobStore
    scheduler: Scheduler
    reading: Reading
    deduplication: Deduplication
    mending: Mending

    @classmethod
    def build(
        cls,
        settings: Settings,
        foundation: Foundation,
        tasks: TaskGroup,
        faults: Faults,
        precedence: Precedence,
        courier: Courier,
    ) -> Services:
        """The parts on top of an open database; belongs on the event loop."""
        work = anyio.CapacityLimiter(max(2, os.cpu_count() or 2))
        board = Board()
        store = JobStore(foundation.database, faults)
        marks = Marks(settings.data_dir / "servers", faults)
        preparation = Preparation(settings, store, marks, work, faults, precedence.give_way, courier.carried)
        runner = Runner(store, foundation.leases, preparation, work, settings.limit_hours, precedence.give_way)
        tasks.start_soon(Retention(settings, foundation.database, foundation.leases.owner, faults).run)
        scheduler = Scheduler(store, foundation.leases, board, runner, resume=settings.resume == "on")
        return cls(
            JobService(
                store, foundation.leases, board, scheduler, tasks, settings.limit_jobs, Quota.from_settings(settings)
            ),
            store,
            scheduler,
            Reading(settings, store, marks, precedence, faults),
            Deduplication(settings, store, work, faults),
            Mending(settings, store, preparation, marks, faults),
        )


def make_private(settings: Settings) -> None:
    """Create the data directory, readable by this user only. Raises StoreError."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as exc:
        raise StoreError(
            f"SYNTHAIX_DATA_DIR {settings.data_dir} cannot be created ({exc.strerror}); name a writable directory."
        ) from exc
