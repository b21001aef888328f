"""Who may write for a job: a lease with an owner, an expiry by the database's clock, and a fence.

The fence grows with every take-over, and every write of a job checks it: a server that was suspended
and overtaken cannot write with an old fence, whatever it believes.
"""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from filelock import FileLock, Timeout

from synthaix.errors import LeaseLost, StoreError
from synthaix.jobs.database import Database, clock
from synthaix.jobs.faults import Faults, no_faults
from synthaix.jobs.job import UNFINISHED
from synthaix.jobs.tables import jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

LEASE_SECONDS = 30.0
"""A lease outlives this many seconds without a heartbeat: longer than a garbage-collected, swapping laptop stalls."""

HEARTBEAT_SECONDS = 5.0
"""Six chances to renew before the lease expires."""

_HELD = (
    sa.select(jobs.c.fence)
    .where(
        jobs.c.job_id == sa.bindparam("job"),
        jobs.c.lease_owner == sa.bindparam("owner"),
        jobs.c.fence == sa.bindparam("held"),
    )
    .with_for_update(read=True)
)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write for one job until it expires or is released."""

    job_id: str
    owner: str
    fence: int

    def check(self, connection: sa.Connection, values: dict[str, Any]) -> None:
        """Set the job's columns if the lease still holds. Raises LeaseLost otherwise, before anything is written."""
        held = sa.and_(jobs.c.job_id == self.job_id, jobs.c.lease_owner == self.owner, jobs.c.fence == self.fence)
        if connection.execute(sa.update(jobs).where(held).values(**values)).rowcount != 1:
            raise self._lost()

    def confirm(self, connection: sa.Connection) -> None:
        """Raise LeaseLost unless the lease holds, and keep others from taking it until the transaction's end."""
        mine = {"job": self.job_id, "owner": self.owner, "held": self.fence}
        if connection.execute(_HELD, mine).scalar() is None:
            raise self._lost()

    def _lost(self) -> LeaseLost:
        return LeaseLost(f"Job {self.job_id} was taken over by another server, which goes on with it.")


class Leases:
    """The leases this server takes, renews and gives back, and which other servers are gone."""

    def __init__(self, database: Database, directory: Path, faults: Faults = no_faults) -> None:
        self.owner = uuid.uuid4().hex
        self._database = database
        self._directory = directory
        self._faults = faults
        self._alive: FileLock | None = None

    def open(self) -> None:
        """Show the servers on this machine that this one lives: a lock the system drops if the process dies."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._alive = FileLock(self._directory / f"{self.owner}.lock")
            self._alive.acquire(timeout=0)
        except OSError as exc:
            raise StoreError(f"{self._directory} cannot be written ({exc.strerror}); make it writable.") from exc

    def close(self) -> None:
        """Give back what is still held, then stop showing that this server lives."""
        if self._alive is not None:
            held = sa.and_(jobs.c.lease_owner == self.owner, jobs.c.status.in_(UNFINISHED))
            free = sa.update(jobs).where(held).values(status="queued", lease_owner=None, lease_until=None)
            with contextlib.suppress(StoreError):  # then they expire
                self._database.write_now(lambda connection: connection.execute(free))
            self._alive.release()
            (self._directory / f"{self.owner}.lock").unlink(missing_ok=True)
            self._alive = None

    async def claim(self, only: Collection[str] | None = None) -> Lease | None:
        """The oldest unfinished job that nobody holds, now held by this server; None if there is none.

        `only` restricts the choice to these jobs.
        """
        self._faults("claim.before")
        owners = await self._database.read(_owners)
        dead = [owner for owner in owners if owner != self.owner and self._is_gone(owner)]
        lease = await self._database.write(lambda connection: self._claim(connection, dead, only))
        self._faults("claim.after")
        return lease

    def claim_in(self, connection: sa.Connection, job_id: str) -> Lease | None:
        """The lease of a job that was created in this very transaction."""
        return self._claim(connection, [], [job_id])

    async def renew(self, leases: Collection[Lease]) -> tuple[set[str], set[str]]:
        """(ids that are still held, ids of those whose cancellation somebody asked for)."""
        return await self._database.write(lambda connection: self._renew(connection, leases))

    async def release(self, lease: Lease, elapsed: float) -> None:
        """Give an unfinished job back; it waits in the queue. A lost lease is nothing to give back."""
        self._faults("release.before")
        values = {"status": "queued", "lease_owner": None, "lease_until": None, "elapsed_seconds": elapsed}
        await self._database.write(_quietly(lambda connection: lease.check(connection, values)))
        self._faults("release.after")

    def _claim(self, connection: sa.Connection, dead: list[str], only: Collection[str] | None) -> Lease | None:
        now = clock(connection)
        free = sa.and_(
            jobs.c.status.in_(UNFINISHED),
            sa.or_(jobs.c.lease_owner.is_(None), jobs.c.lease_until < now, jobs.c.lease_owner.in_(dead)),
        )
        if only is not None:
            free = sa.and_(free, jobs.c.job_id.in_(list(only)))
        oldest = sa.select(jobs.c.job_id).where(free).order_by(jobs.c.created_at, jobs.c.job_id).limit(1)
        if connection.dialect.name == "postgresql":
            oldest = oldest.with_for_update(skip_locked=True)
        job_id = connection.execute(oldest).scalar()
        if job_id is None:
            return None
        values = {"lease_owner": self.owner, "lease_until": now + LEASE_SECONDS, "fence": jobs.c.fence + 1}
        # The condition is repeated: the update alone decides who has the job.
        taken = sa.update(jobs).where(jobs.c.job_id == job_id, free).values(status="processing", **values)
        if connection.execute(taken).rowcount != 1:
            return None
        fence = connection.execute(sa.select(jobs.c.fence).where(jobs.c.job_id == job_id)).scalar_one()
        return Lease(job_id, self.owner, fence)

    def _renew(self, connection: sa.Connection, leases: Collection[Lease]) -> tuple[set[str], set[str]]:
        until = clock(connection) + LEASE_SECONDS
        held: set[str] = set()
        for lease in sorted(leases, key=lambda lease: lease.job_id):  # one order everywhere: no deadlock
            try:
                lease.check(connection, {"lease_until": until})
            except LeaseLost:
                continue
            held.add(lease.job_id)
        stop = sa.select(jobs.c.job_id).where(jobs.c.job_id.in_(list(held)), jobs.c.cancel_requested)
        return held, set(connection.execute(stop).scalars())

    def _is_gone(self, owner: str) -> bool:
        # Only a server on this machine has its lock here; one elsewhere is gone when its leases expire.
        path = self._directory / f"{owner}.lock"
        if not path.exists():
            return False
        try:
            with FileLock(path, timeout=0):
                pass
        except (Timeout, OSError):
            return False
        return True


def _owners(connection: sa.Connection) -> list[str]:
    held = sa.select(jobs.c.lease_owner).where(jobs.c.status.in_(UNFINISHED), jobs.c.lease_owner.is_not(None))
    return [owner for owner in connection.execute(held.distinct()).scalars() if owner]


def _quietly(work: Callable[[sa.Connection], None]) -> Callable[[sa.Connection], None]:
    def run(connection: sa.Connection) -> None:
        try:
            work(connection)
        except LeaseLost:
            return

    return run
