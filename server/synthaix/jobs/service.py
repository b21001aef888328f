"""The life of jobs as callers see it: started, found again, watched, cancelled, resumed, listed."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import anyio
import orjson
import sqlalchemy as sa

from synthaix.errors import ArgumentError
from synthaix.jobs.draft import Draft, whole
from synthaix.jobs.job import JOB_STATES, JobRecord, JobStatus, check_job_id, new_job_id, status_of
from synthaix.jobs.outcomes import Totals
from synthaix.jobs.tables import jobs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from anyio.abc import TaskGroup

    from synthaix.jobs.board import Board
    from synthaix.jobs.lease import Leases
    from synthaix.jobs.quota import Quota
    from synthaix.jobs.scheduler import Scheduler
    from synthaix.jobs.spec import Budget
    from synthaix.jobs.store import JobStore

MAX_LIST = 200
MAX_KEY = 200

WATCH_SECONDS = 0.25
"""Shortest time between two statuses of a watcher; a person sees no more, and a host logs every one."""

POLL_SECONDS = 0.5
"""How often a watcher looks at a job that another server runs."""

STOP_SECONDS = 30.0
"""How long a call waits for a run that was told to stop: for its last transaction, that is."""

STOPPING = "It is being cancelled: the server that runs it stops it within a few seconds."
"""What is told of a job between its cancellation and its holder's next heartbeat."""


class JobService:
    """Jobs by id, for one owner each; an owner of None stands for everybody without authentication."""

    def __init__(
        self,
        store: JobStore,
        leases: Leases,
        board: Board,
        scheduler: Scheduler,
        tasks: TaskGroup,
        limit: int,
        quota: Quota,
    ) -> None:
        self._store = store
        self._leases = leases
        self._board = board
        self._scheduler = scheduler
        self._tasks = tasks
        self._limit = limit
        self._quota = quota

    async def find(self, key: str, fingerprint: str, owner: str | None) -> JobStatus | None:
        """The job started before with that key. Raises ConflictError if its arguments were others."""
        record = await self._store.find(owner or "", check_key(key), fingerprint)
        return None if record is None else self._status(record)

    async def start(self, draft: Draft, key: str | None, owner: str | None) -> JobStatus:
        """Create the job and run it, at once where there is room. Raises ConflictError or LimitError."""
        spec = draft.spec
        record = JobRecord(
            job_id=new_job_id(),
            owner=owner or "",
            kind="generation",
            status="queued",
            spec=spec.model_dump_json(exclude_none=True),
            plan=orjson.dumps(draft.plan.as_json()).decode(),
            budget=None if spec.budget is None else spec.budget.model_dump_json(exclude_none=True),
            fingerprint=draft.fingerprint,
            mode=spec.mode,
            total_rows=spec.total_rows,
            chunk_size=spec.chunk_size,
            created_at=datetime.now(UTC),
            idempotency_key=None if key is None else check_key(key),
            seed=spec.seed,
        )
        claim = self._leases.claim_in if self._scheduler.free else None
        # A caller who gives up meanwhile must not leave a job that is leased and run by nobody.
        with anyio.CancelScope(shield=True), self._board.starting(record.job_id):
            created, lease = await self._store.create(record, self._limit, claim, self._quota.admit_new)
            if lease is not None:
                return self._scheduler.adopt(self._tasks, lease, created).status
        if created.job_id == record.job_id:
            self._scheduler.wanted(created.job_id)
        return self._status(created)

    async def record(self, job_id: Any, owner: str | None) -> JobRecord:
        """The job's newest record. Raises NotFoundError."""
        live = self._board.get(check_job_id(job_id))
        if live is not None and live.record.owner == (owner or ""):
            return live.record  # no read: a page must not wait for two
        return await self._store.get(job_id, owner or "")

    async def status(self, job_id: Any, owner: str | None) -> JobStatus:
        """The job's status. Raises NotFoundError."""
        check_job_id(job_id)
        live = self._board.get(job_id)
        if live is not None and live.record.owner == (owner or ""):
            return live.status  # no read: status must answer while the database is busy
        return self._status(await self._store.get(job_id, owner or ""))

    async def watch(self, job_id: Any, seconds: float, owner: str | None) -> AsyncIterator[JobStatus]:
        """The status whenever it has changed, until the job has ended or the time is up; the last one is the newest."""
        deadline = anyio.current_time() + seconds
        while True:
            live = self._board.get(job_id)
            changed = live.changed if live is not None else None
            status = await self.status(job_id, owner)
            yield status
            left = deadline - anyio.current_time()
            if status.ended or left <= 0:
                return
            if live is None or changed is None:
                await anyio.sleep(min(left, POLL_SECONDS))
                continue
            with anyio.move_on_after(left):
                await changed.wait()
            with anyio.move_on_after(min(left, WATCH_SECONDS)):
                await live.over.wait()

    async def cancel(self, job_id: Any, owner: str | None) -> JobStatus:
        """Stop the job; its rows are kept. A job that has ended stays as it is."""
        live = self._board.get(check_job_id(job_id))
        if live is not None and live.record.owner == (owner or ""):
            live.cancel()  # its last transaction says so; a note in the database before it would only cost time
            with anyio.move_on_after(STOP_SECONDS):
                await live.over.wait()
            # Where the stop could not be written the order is, which takes no room: the next server must find one.
            if self._board.stop(job_id) is not live:
                status = live.status if live.record.ended else await self.status(job_id, owner)
                if status.ended:
                    return status
        return self._status(await self._store.request_cancel(job_id, owner or "", self._leases.is_gone))

    async def resume(self, job_id: Any, budget: Budget | None, owner: str | None) -> JobStatus:
        """Go on with a stopped job where it stands. A job that runs, or is complete, stays as it is."""
        limits = None if budget is None else budget.model_dump_json(exclude_none=True)
        live = self._board.get(check_job_id(job_id))
        if live is not None and live.cancelled and live.record.owner == (owner or ""):
            with anyio.move_on_after(STOP_SECONDS):  # it can be resumed once it has stopped
                await live.over.wait()
        if self._board.stop(job_id) is not None:
            await self._store.get(job_id, owner or "")  # nobody learns of another caller's job
            await self._scheduler.settle(job_id)
        record = await self._store.requeue(job_id, owner or "", limits, self._limit, self._quota.admit_again)
        live = self._board.get(record.job_id)
        if live is not None:
            live.allow(record.budget)
        elif not record.ended:
            self._scheduler.wanted(record.job_id)
        return self._status(record)

    async def list(
        self, status: str | None, cursor: str | None, limit: int, owner: str | None
    ) -> tuple[list[JobStatus], str | None]:
        """Jobs, newest first, and the cursor of the next page."""
        if status is not None and status not in JOB_STATES:
            raise ArgumentError(f"status is {str(status)[:40]!r}; send one of {', '.join(JOB_STATES)}.")
        limit = whole("limit", limit, 1, MAX_LIST)
        before = None if cursor is None else _read_cursor(cursor)
        records = await self._store.list(owner or "", status, before, limit + 1)
        page = [self._status(record) for record in records[:limit]]
        more = len(records) > limit
        return page, _cursor(records[limit - 1]) if more else None

    async def totals(self) -> Totals:
        """Sums over every job of the database."""
        query = sa.select(
            jobs.c.status,
            sa.func.count(),
            sa.func.sum(jobs.c.rows_generated),
            sa.func.sum(jobs.c.rows_deduplicated),
        ).group_by(jobs.c.status)
        rows = await self._store.database.read(lambda connection: connection.execute(query).all())
        counts = dict.fromkeys(JOB_STATES, 0) | {row[0]: row[1] for row in rows}
        return Totals(
            {str(name): count for name, count in counts.items()}, *(int(sum(r[k] for r in rows)) for k in (2, 3))
        )

    def _status(self, record: JobRecord) -> JobStatus:
        live = self._board.get(record.job_id)
        if live is not None:
            return live.status
        return self._board.unwritten(record) or status_of(self._waiting(record))

    def _waiting(self, record: JobRecord) -> JobRecord:
        """The record with why the job waits, if nobody runs it, or that it is about to stop."""
        abandoned = record.lease_owner is not None and self._leases.is_gone(record.lease_owner)
        if record.ended:
            return record
        if record.lease_owner is not None and not abandoned:
            return replace(record, message=STOPPING) if record.cancel_requested else record
        return replace(record, status="queued", message=self._scheduler.why_waiting(record.job_id))


def check_key(key: Any) -> str:
    """The idempotency key. Raises ArgumentError."""
    if not isinstance(key, str) or not key.strip() or len(key) > MAX_KEY:
        raise ArgumentError(f"idempotency_key is {repr(key)[:60]}; send a text of 1 to {MAX_KEY} characters.")
    return key


def _cursor(record: JobRecord) -> str:
    return base64.urlsafe_b64encode(f"{record.created_at.isoformat()} {record.job_id}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        moment, job_id = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True).decode().split(" ")
        created = datetime.fromisoformat(moment)
        if created.tzinfo is None or len(job_id) != 32:
            raise ValueError(cursor)
    except (ValueError, binascii.Error, UnicodeError):
        raise ArgumentError(
            f"cursor {str(cursor)[:60]!r} is not one of list_jobs; send next_cursor of the page before."
        ) from None
    return created, job_id
