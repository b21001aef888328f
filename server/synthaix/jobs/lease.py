"""Who may write for a job: a lease with an owner, an expiry by the database's clock, and a fence.

The fence grows with every take-over, and every write of a job checks it: a server that was suspended
and overtaken cannot write with an old fence, whatever it believes.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from filelock import FileLock, Timeout

from synthaix.errors import LeaseLost, StoreError
from synthaix.jobs.database import Database, clock
from synthaix.jobs.faults import Faults, no_faults
from synthaix.jobs.job import UNFINISHED
from synthaix.jobs.tables import jobs

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

LEASE_SECONDS = 20.0
"""A lease outlives this many seconds without a heartbeat: longer than a garbage-collected, swapping laptop stalls."""

HEARTBEAT_SECONDS = 5.0
"""Four chances to renew before the lease expires."""

GRACE_SECONDS = 10.0
"""How long an expired lease is watched before it is taken. A clock that was set, or a laptop that slept, makes every
lease expire at once; an owner that lives renews within a heartbeat, and what it has in flight is paid for."""

Clock = Callable[[sa.Connection], sa.ColumnElement[float]]
"""Seconds since 1970 as the database tells them."""

_REMOVING = "-removing"

_HOLDS = sa.select(jobs.c.fence).where(
    jobs.c.job_id == sa.bindparam("job"),
    jobs.c.lease_owner == sa.bindparam("owner"),
    jobs.c.fence == sa.bindparam("held"),
)
_HELD, _HELD_ALONE = _HOLDS.with_for_update(read=True), _HOLDS.with_for_update()


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

    def confirm(self, connection: sa.Connection, *, alone: bool = False) -> None:
        """Raise LeaseLost unless the lease holds, and keep others from taking it until the transaction's end.

        `alone` waits for every transaction that has confirmed it and may yet be committed.
        """
        mine = {"job": self.job_id, "owner": self.owner, "held": self.fence}
        if connection.execute(_HELD_ALONE if alone else _HELD, mine).scalar() is None:
            raise self._lost()

    def _lost(self) -> LeaseLost:
        return LeaseLost(f"Job {self.job_id} was taken over by another server, which goes on with it.")


@dataclass(frozen=True, slots=True)
class Orders:
    """What the database tells a server about the jobs it runs."""

    held: frozenset[str]
    cancelled: frozenset[str]
    budgets: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class _Standing:
    """An unfinished job's lease, as one look into the database found it."""

    job_id: str
    owner: str | None
    fence: int
    until: float | None
    now: float

    @property
    def expired(self) -> bool:
        # An expiry further away than any renewal sets it was written before the clock was set back.
        return self.until is None or not self.now <= self.until <= self.now + 2 * LEASE_SECONDS


class Leases:
    """The leases this server takes, renews and gives back, and which other servers are gone.

    `now` is the clock by which leases expire, `monotonic` the one, in seconds, that nobody can set.
    """

    def __init__(
        self,
        database: Database,
        directory: Path,
        faults: Faults = no_faults,
        *,
        now: Clock = clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.owner = uuid.uuid4().hex
        self._database = database
        self._directory = directory
        self._faults = faults
        self._now = now
        self._monotonic = monotonic
        self._alive: FileLock | None = None
        self._expired: dict[_Standing, float] = {}  # since when, by the monotonic clock

    def open(self) -> None:
        """Show the servers on this machine that this one lives: a lock the system drops if the process dies."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._alive = FileLock(self._lock(self.owner), thread_local=False)
            self._alive.acquire(timeout=5)  # another server may be looking at it just now
            self._sweep()
        except OSError as exc:
            raise StoreError(f"{self._directory} cannot be written ({exc.strerror}); make it writable.") from exc

    def close(self) -> None:
        """Give back what is still held, then stop showing that this server lives, whatever failed."""
        if self._alive is None:
            return
        alive, self._alive = self._alive, None
        held = sa.and_(jobs.c.lease_owner == self.owner, jobs.c.status.in_(UNFINISHED))
        free = sa.update(jobs).where(held).values(status="queued", lease_owner=None, lease_until=None)
        given_back = False
        try:
            self._faults("close.before")
            self._database.write_now(lambda connection: connection.execute(free))
            given_back = True
            self._faults("close.after")
        except StoreError:
            pass  # the file that is left behind tells the next server whose leases to take
        finally:
            alive.release()
            if given_back:
                self._lock(self.owner).unlink(missing_ok=True)

    async def claim(
        self, only: Collection[str] | None = None, busy: Callable[[], Collection[str]] = frozenset
    ) -> Lease | None:
        """The oldest unfinished job that nobody runs, now held by this server; None if there is none.

        `only` restricts the choice to these jobs. `busy` tells those that this server runs or starts: a lease of its
        own on any other job is a run that was lost on the way, and free.
        """
        found = await self._database.read(lambda connection: self._free(connection, only))
        # Asked after the look, not before: a job that was started meanwhile would be claimed a second time.
        running = busy()
        free = [standing for standing in found if standing.job_id not in running]
        if not free:
            return None
        self._faults("claim.before")
        lease = await self._database.write(lambda connection: self._take(connection, free))
        self._faults("claim.after")
        return lease

    def claim_in(self, connection: sa.Connection, job_id: str) -> Lease | None:
        """The lease of a job that was created in this very transaction."""
        return self._take(connection, self._look(connection, [job_id]))

    async def renew(self, leases: Collection[Lease]) -> Orders:
        """Keep the leases, and learn what was asked of their jobs meanwhile."""
        self._faults("renew.before")
        orders = await self._database.write(lambda connection: self._renew(connection, leases))
        self._faults("renew.after")
        return orders

    async def release(self, lease: Lease, elapsed: float) -> None:
        """Give an unfinished job back; it waits in the queue. A lost lease is nothing to give back."""
        self._faults("release.before")
        values = {"status": "queued", "lease_owner": None, "lease_until": None, "elapsed_seconds": elapsed}
        await self._database.write(_quietly(lambda connection: lease.check(connection, values)))
        self._faults("release.after")

    def is_gone(self, owner: str) -> bool:
        """Whether that server, of this data directory, is dead: no process holds its lock.

        A process id would not do: the system gives it to others. A server with another directory is gone when its
        leases expire.
        """
        path = self._lock(_server(owner))
        if _server(owner) == self.owner or not path.exists():
            return False
        try:
            with FileLock(path, timeout=0):
                return True
        except (Timeout, OSError):
            return False

    def _lock(self, owner: str) -> Path:
        return self._directory / f"{owner}.lock"

    def _sweep(self) -> None:
        """Remove the locks of dead servers whose jobs have all been taken over."""
        owners = self._database.read_now(lambda connection: connection.execute(_OWNERS).scalars().all())
        holding = {_server(owner) for owner in owners if owner is not None}
        for path in self._directory.glob("*.lock"):
            if path.stem not in holding and self.is_gone(path.stem):
                path.unlink(missing_ok=True)

    def _free(self, connection: sa.Connection, only: Collection[str] | None) -> Sequence[_Standing]:
        found = self._look(connection, only)
        expired = {replace(s, now=0.0) for s in found if s.owner is not None and s.expired}
        seen = self._monotonic()
        self._expired = {standing: self._expired.get(standing, seen) for standing in expired}
        return [standing for standing in found if self._is_free(standing, seen)]

    def _is_free(self, standing: _Standing, seen: float) -> bool:
        if standing.owner is None or standing.owner == self.owner or self.is_gone(standing.owner):
            return True
        since = self._expired.get(replace(standing, now=0.0))
        return since is not None and seen - since >= GRACE_SECONDS

    def _look(self, connection: sa.Connection, only: Collection[str] | None) -> Sequence[_Standing]:
        query = sa.select(
            jobs.c.job_id, jobs.c.lease_owner, jobs.c.fence, jobs.c.lease_until, self._now(connection)
        ).where(jobs.c.status.in_(UNFINISHED))
        if only is not None:
            query = query.where(jobs.c.job_id.in_(list(only)))
        query = query.order_by(jobs.c.created_at, jobs.c.job_id)
        return [_Standing(*row) for row in connection.execute(query)]

    def _take(self, connection: sa.Connection, free: Sequence[_Standing]) -> Lease | None:
        """The lease of the first job that still stands as it was seen; whoever renewed or took it since keeps it."""
        until = self._now(connection) + LEASE_SECONDS
        for seen in free:
            values = {"lease_owner": self.owner, "lease_until": until, "fence": seen.fence + 1, "message": None}
            taken = sa.update(jobs).where(
                jobs.c.job_id == seen.job_id,
                jobs.c.status.in_(UNFINISHED),
                jobs.c.fence == seen.fence,
                jobs.c.lease_until.is_not_distinct_from(seen.until),
            )
            if connection.execute(taken.values(status="processing", **values)).rowcount == 1:
                return Lease(seen.job_id, self.owner, seen.fence + 1)
        return None

    def _renew(self, connection: sa.Connection, leases: Collection[Lease]) -> Orders:
        until = self._now(connection) + LEASE_SECONDS
        held: set[str] = set()
        for lease in sorted(leases, key=lambda lease: lease.job_id):  # one order everywhere: no deadlock
            try:
                lease.check(connection, {"lease_until": until})
            except LeaseLost:
                continue
            held.add(lease.job_id)
        query = sa.select(jobs.c.job_id, jobs.c.cancel_requested, jobs.c.budget).where(jobs.c.job_id.in_(list(held)))
        rows = connection.execute(query).all()
        cancelled = frozenset(row.job_id for row in rows if row.cancel_requested)
        return Orders(frozenset(held), cancelled, {row.job_id: row.budget for row in rows})


_OWNERS = sa.select(jobs.c.lease_owner).where(jobs.c.status.in_(UNFINISHED)).distinct()


def removing(server: str) -> str:
    """The owner under which that server removes a job: not its own name, by which it takes up runs that it lost."""
    return f"{server}{_REMOVING}"


def _server(owner: str) -> str:
    return owner.removesuffix(_REMOVING)


def _quietly(work: Callable[[sa.Connection], None]) -> Callable[[sa.Connection], None]:
    def run(connection: sa.Connection) -> None:
        try:
            work(connection)
        except LeaseLost:
            return

    return run
