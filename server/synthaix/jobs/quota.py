"""What one caller may start in a day, so that none uses up what all share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

from synthaix.errors import LimitError
from synthaix.jobs.job import UNFINISHED, JobRecord
from synthaix.jobs.spec import read_budget
from synthaix.jobs.tables import jobs

if TYPE_CHECKING:
    from synthaix.settings import Settings

PERIOD = timedelta(days=1)
"""A quota is for the last 24 hours, at every moment: no rush at midnight."""


Admit = Callable[[sa.Connection, JobRecord], None]
"""Looks at a job inside the transaction that stores it, and raises LimitError where it may not be."""


@dataclass(frozen=True, slots=True)
class Used:
    """What a caller has started in the period: `cells` are rows x columns, `usd` what was spent or may still be."""

    jobs: int = 0
    cells: int = 0
    usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Quota:
    """The most of each that one caller may start in the period; None does not bind."""

    jobs: int | None = None
    cells: int | None = None
    usd: float | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> Quota:
        """The quotas as configured."""
        return cls(settings.quota_jobs, settings.quota_cells, settings.quota_spend)

    def admit_new(self, connection: sa.Connection, record: JobRecord) -> None:
        """Raise LimitError where a new job would pass one of its owner's quotas.

        Belongs in the transaction that creates the job, under the lock that counts jobs: of two calls at the same
        moment the second sees the first.
        """
        if self.jobs is self.cells is self.usd is None:
            return
        used = _used(connection, record)
        if self.jobs is not None and used.jobs >= self.jobs:
            raise LimitError(f"You have started {used.jobs:,} jobs in 24 hours, which is the quota; try again later.")
        cells = _cells(record.total_rows, record.spec)
        if self.cells is not None and used.cells + cells > self.cells:
            raise LimitError(
                f"This job has {cells:,} cells (rows x columns) and {max(0, self.cells - used.cells):,} are left of "
                "your quota for 24 hours; ask for fewer rows or columns, or try again later."
            )
        self._check_spending(used, record)

    def admit_again(self, connection: sa.Connection, record: JobRecord) -> None:
        """Raise LimitError where a job that goes on, or has a new budget, might spend more than its owner may."""
        if self.usd is not None:
            self._check_spending(_used(connection, record), record)

    def _check_spending(self, used: Used, record: JobRecord) -> None:
        usd = _reserved(record.budget, record.plan)
        # What costs nothing passes, also where the last answers of a job went beyond its budget.
        if self.usd is not None and usd > 0 and used.usd + usd > self.usd:
            raise LimitError(
                f"This job may spend ${usd:,.2f} and ${max(0.0, self.usd - used.usd):,.2f} are left of your quota for "
                "24 hours; send a smaller budget, or try again later."
            )


def _used(connection: sa.Connection, but: JobRecord) -> Used:
    """What the owner of a job has started besides it."""
    since = datetime.now(UTC) - PERIOD
    wanted = (
        jobs.c.status,
        jobs.c.created_at,
        jobs.c.total_rows,
        jobs.c.spec,
        jobs.c.plan,
        jobs.c.budget,
        jobs.c.cost_usd,
    )
    query = sa.select(*wanted).where(
        jobs.c.owner == but.owner,
        sa.or_(jobs.c.created_at >= since, jobs.c.status.in_(UNFINISHED)),
        jobs.c.kind == "generation",
        jobs.c.job_id != but.job_id,
    )
    used = Used()
    for job in connection.execute(query):
        spent = job.cost_usd or 0.0
        if job.created_at < since:  # it was resumed, or takes long: what it may still spend is spent today
            used = replace(used, usd=used.usd + max(0.0, _reserved(job.budget, job.plan) - spent))
            continue
        usd = max(spent, _reserved(job.budget, job.plan)) if job.status in UNFINISHED else spent
        used = Used(used.jobs + 1, used.cells + _cells(job.total_rows, job.spec), used.usd + usd)
    return used


def _cells(total_rows: int, spec: str) -> int:
    return total_rows * len(orjson.loads(spec)["table"]["columns"])


def _reserved(budget: str | None, plan: str) -> float:
    """What a job may spend: its budget, and without one what was planned."""
    limit = read_budget(budget).usd
    return limit if limit is not None else float(orjson.loads(plan).get("cost_usd") or 0.0)
