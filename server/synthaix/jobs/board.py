"""The jobs this server runs right now: their newest record, and who waits for a change of it."""

from __future__ import annotations

import contextlib
import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import anyio

from synthaix.jobs.job import JobRecord, JobStatus, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from synthaix.jobs.lease import Lease

_REMEMBERED = 100
"""Stops that could not be written to the database and are told from memory."""


@dataclass(slots=True, eq=False)
class LiveJob:
    """One running job. `cancelled`: somebody asked it to stop; `lost`: another server has it."""

    lease: Lease
    record: JobRecord
    started: float = field(default_factory=time.monotonic)
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    cancelled: bool = False
    lost: bool = False
    spending: Callable[[str | None], None] | None = None  # takes a new budget, once the run has begun
    changed: anyio.Event = field(default_factory=anyio.Event)
    over: anyio.Event = field(default_factory=anyio.Event)  # ended, or this server runs it no longer

    @property
    def running(self) -> float:
        """Seconds since this run began."""
        return time.monotonic() - self.started

    @property
    def elapsed(self) -> float:
        """Seconds over all runs."""
        return self.record.elapsed_seconds + self.running

    @property
    def status(self) -> JobStatus:
        """The status as of now."""
        return status_of(self.record, self.running)

    def update(self, **values: Any) -> None:
        """Set fields of the record and wake whoever waits."""
        self.record = replace(self.record, **values)
        changed, self.changed = self.changed, anyio.Event()
        changed.set()
        if self.record.ended:
            self.over.set()

    def wait_for(self, message: str | None) -> None:
        """Say what the run waits for; None once it is there. What was said of its end stays."""
        if not self.record.ended:
            self.update(message=message)

    def allow(self, budget: str | None) -> None:
        """Go on under that budget, as the database keeps one."""
        if budget != self.record.budget:
            self.update(budget=budget)
            if self.spending is not None:
                self.spending(budget)

    def cancel(self) -> None:
        """Stop the run because somebody asked for it."""
        self.cancelled = True
        self.scope.cancel()

    def lose(self) -> None:
        """Stop the run because another server has taken the job over."""
        self.lost = True
        self.scope.cancel()


class Board:
    """The live jobs by id."""

    def __init__(self) -> None:
        self._live: dict[str, LiveJob] = {}
        self._unwritten: OrderedDict[str, LiveJob] = OrderedDict()
        self._starting: set[str] = set()

    def __len__(self) -> int:
        return len(self._live.keys() | self._starting)

    def get(self, job_id: str) -> LiveJob | None:
        """The job, if this server runs it; not one that has ended and is being tidied up."""
        live = self._live.get(job_id)
        return None if live is None or live.record.ended else live

    def all(self) -> list[LiveJob]:
        """Every job this server runs."""
        return list(self._live.values())

    def busy(self) -> set[str]:
        """Jobs that are not to be claimed: their leases are in use here, or their stop has yet to be written."""
        return {*self._live, *self._starting, *self._unwritten}

    @contextlib.contextmanager
    def starting(self, job_id: str) -> Iterator[None]:
        """Within this block the job may be leased already and is not yet live."""
        self._starting.add(job_id)
        try:
            yield
        finally:
            self._starting.discard(job_id)

    def add(self, live: LiveJob) -> None:
        """The job runs from now on."""
        self._live[live.lease.job_id] = live
        self._unwritten.pop(live.lease.job_id, None)

    def remove(self, live: LiveJob) -> None:
        """The job runs no longer; the database has its state."""
        if self._live.get(live.lease.job_id) is live:
            del self._live[live.lease.job_id]
        live.update()
        live.over.set()

    def forget(self, job_id: str) -> None:
        """The stop has been written, or another server has the job."""
        self._unwritten.pop(job_id, None)

    def remember(self, live: LiveJob) -> None:
        """Keep a stop that the database did not take."""
        self._unwritten[live.lease.job_id] = live
        while len(self._unwritten) > _REMEMBERED:
            self._unwritten.popitem(last=False)

    def stop(self, job_id: str) -> LiveJob | None:
        """The job as it stopped, where the database did not take that."""
        return self._unwritten.get(job_id)

    def stops(self) -> list[LiveJob]:
        """Every such job."""
        return list(self._unwritten.values())

    def unwritten(self, record: JobRecord) -> JobStatus | None:
        """The stop the database did not take, while its record still says that this server runs the job."""
        live = self._unwritten.get(record.job_id)
        if live is None or record.ended or (record.lease_owner, record.fence) != (live.lease.owner, live.lease.fence):
            return None
        return status_of(live.record)
