"""What one caller may start in a day, so that none uses up what all share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

from synthaix.errors import LimitError
from synthaix.jobs.tables import jobs

if TYPE_CHECKING:
    from synthaix.jobs.database import Database
    from synthaix.jobs.draft import Draft
    from synthaix.settings import Settings

PERIOD = timedelta(days=1)
"""A quota is for the last 24 hours, at every moment: no rush at midnight."""


@dataclass(frozen=True, slots=True)
class Used:
    """What a caller has started in the period. `cells` are rows x columns as asked for; `usd` is what was spent."""

    jobs: int = 0
    cells: int = 0
    usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Quota:
    """The most of each that one caller may start in the period; None does not bind."""

    database: Database
    jobs: int | None
    cells: int | None
    usd: float | None

    @classmethod
    def from_settings(cls, settings: Settings, database: Database) -> Quota:
        """The quotas as configured."""
        return cls(database, settings.quota_jobs, settings.quota_cells, settings.quota_spend)

    async def admit(self, draft: Draft, owner: str | None) -> None:
        """Raise LimitError where this job would pass one of the caller's quotas.

        Two calls of one caller at the same moment may both be admitted: a quota is a fence against use without end, and
        the limits of a single job bind exactly.
        """
        if self.jobs is self.cells is self.usd is None:
            return
        used = await self.database.read(lambda connection: _used(connection, owner or ""))
        spec = draft.spec
        cells = spec.total_rows * len(spec.table.columns)
        budget = spec.budget.usd if spec.budget is not None and spec.budget.usd is not None else None
        usd = budget if budget is not None else draft.plan.cost_usd or 0.0
        if self.jobs is not None and used.jobs >= self.jobs:
            raise LimitError(f"You have started {used.jobs:,} jobs in 24 hours, which is the quota; try again later.")
        if self.cells is not None and used.cells + cells > self.cells:
            raise LimitError(
                f"This job has {cells:,} cells (rows x columns) and {max(0, self.cells - used.cells):,} are left of "
                "your quota for 24 hours; ask for fewer rows or columns, or try again later."
            )
        if self.usd is not None and used.usd + usd > self.usd:
            raise LimitError(
                f"This job may spend ${usd:,.2f} and ${max(0.0, self.usd - used.usd):,.2f} are left of your quota for "
                "24 hours; send a smaller budget, or try again later."
            )


def _used(connection: sa.Connection, owner: str) -> Used:
    since = datetime.now(UTC) - PERIOD
    query = sa.select(jobs.c.total_rows, jobs.c.spec, jobs.c.cost_usd).where(
        jobs.c.owner == owner, jobs.c.created_at >= since, jobs.c.kind == "generation"
    )
    used = Used()
    for total_rows, spec, cost in connection.execute(query):
        columns = len(orjson.loads(spec)["table"]["columns"])
        used = Used(used.jobs + 1, used.cells + total_rows * columns, used.usd + (cost or 0.0))
    return used
