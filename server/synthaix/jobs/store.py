"""Jobs and their chunks in the database: created once, accepted exactly once, read by anybody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from synthaix.errors import LeaseLost
from synthaix.jobs.blob import decode_frame, decode_positions
from synthaix.jobs.database import Database, clock, insert_or_ignore
from synthaix.jobs.faults import Faults, no_faults
from synthaix.jobs.job import UNFINISHED, JobRecord, JobState, StopReason, no_such_job
from synthaix.jobs.lease import Lease
from synthaix.jobs.records import RECORD, by_key, check_room, create, load, record_of, values_of
from synthaix.jobs.tables import chunks, duplicates, jobs

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from synthaix.generate.window import Usage
    from synthaix.jobs.quota import Admit

Claim = Callable[[sa.Connection, str], Lease | None]
"""Takes the lease of a job inside a transaction."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows [index x chunk_size, + rows) of a job, encoded, and where the candidate stream stood after the last one."""

    index: int
    rows: int
    next_candidate: int
    rows_deduplicated: int
    data: bytes
    positions: bytes


@dataclass(frozen=True, slots=True)
class Progress:
    """A job's counters after a commit; absolute, so that writing them twice changes nothing."""

    rows_generated: int
    rows_deduplicated: int
    completed_chunks: int
    next_candidate: int
    usage: Usage
    elapsed_seconds: float

    def values(self) -> dict[str, Any]:
        """The columns of the jobs table."""
        return {
            "rows_generated": self.rows_generated,
            "rows_deduplicated": self.rows_deduplicated,
            "completed_chunks": self.completed_chunks,
            "next_candidate": self.next_candidate,
            "requests": self.usage.requests,
            "input_tokens": self.usage.input_tokens,
            "output_tokens": self.usage.output_tokens,
            "cost_usd": self.usage.cost_usd,
            "elapsed_seconds": self.elapsed_seconds,
        }


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job stops."""

    status: JobState
    stop_reason: StopReason | None = None
    message: str | None = None
    resumable: bool = False


class JobStore:
    """The jobs table and the chunks table."""

    def __init__(self, database: Database, faults: Faults = no_faults) -> None:
        self.database = database
        self._faults = faults

    async def create(
        self, record: JobRecord, limit: int, claim: Claim | None = None, admit: Admit | None = None
    ) -> tuple[JobRecord, Lease | None]:
        """The new job, claimed in the same transaction by `claim`, or the earlier one with the same key.

        Raises ConflictError for the same key with other arguments, LimitError past `limit` unfinished jobs or where
        `admit` does.
        """

        def work(connection: sa.Connection) -> tuple[JobRecord, Lease | None]:
            created = create(connection, record, limit, admit)
            if created.job_id != record.job_id or claim is None:
                return created, None
            lease = claim(connection, created.job_id)
            return load(connection, created.job_id, None), lease

        self._faults("create.before")
        created = await self.database.write(work)
        self._faults("create.after")
        return created

    async def keep(
        self,
        record: JobRecord,
        ready: Sequence[Chunk],
        removed: Sequence[dict[str, Any]],
        frozen: bytes | None = None,
    ) -> None:
        """Store a job that is finished already: its record, rows, duplicates and roles, all or nothing."""

        def work(connection: sa.Connection) -> None:
            connection.execute(sa.insert(jobs), [{**values_of(record), "dedup_state": frozen}])
            _insert(connection, record.job_id, ready)
            numbered = [{"job_id": record.job_id, "ordinal": k, **item} for k, item in enumerate(removed)]
            if numbered:
                connection.execute(sa.insert(duplicates), numbered)

        self._faults("keep.before")
        await self.database.write(work)
        self._faults("keep.after")

    async def find(self, owner: str, key: str, fingerprint: str) -> JobRecord | None:
        """The owner's job with that key. Raises ConflictError if its arguments were others."""
        return await self.database.read(lambda connection: by_key(connection, owner, key, fingerprint))

    async def get(self, job_id: str, owner: str | None = None) -> JobRecord:
        """The job. Raises NotFoundError if there is none, or none of that owner; None reads every owner's."""
        return await self.database.read(lambda connection: load(connection, job_id, owner))

    async def list(
        self, owner: str, status: str | None, before: tuple[datetime, str] | None, limit: int
    ) -> list[JobRecord]:
        """The owner's jobs, newest first, older than `before` (created_at, job_id)."""
        query = sa.select(*RECORD).where(jobs.c.owner == owner)
        if status is not None:
            query = query.where(jobs.c.status == status)
        if before is not None:
            older = sa.and_(jobs.c.created_at == before[0], jobs.c.job_id < before[1])
            query = query.where(sa.or_(jobs.c.created_at < before[0], older))
        query = query.order_by(jobs.c.created_at.desc(), jobs.c.job_id.desc()).limit(limit)
        return await self.database.read(lambda connection: [record_of(row) for row in connection.execute(query)])

    async def commit(self, lease: Lease, ready: Sequence[Chunk], progress: Progress, frozen: bytes | None) -> None:
        """Accept the chunks and move the counters, in one transaction. Raises LeaseLost if the job was taken over.

        A chunk that stands already is left as it is, unless it was a partial one that has grown since.
        """
        self._faults("commit.before")
        await self.database.write(lambda connection: _commit(connection, lease, ready, progress, frozen))
        self._faults("commit.after")

    async def finish(
        self, lease: Lease, ready: Sequence[Chunk], progress: Progress, frozen: bytes | None, ending: Ending
    ) -> None:
        """As `commit`, and the job stops and its lease ends in the same transaction.

        Doing it again, after a connection that died before the end was known to be durable, changes nothing.
        """

        def work(connection: sa.Connection) -> None:
            try:
                _commit(connection, lease, ready, progress, frozen)
            except LeaseLost:
                if not _stands(connection, lease, progress, ending):
                    raise
                return
            lease.check(connection, _ended(ending) | {"lease_owner": None, "lease_until": None})

        self._faults("finish.before")
        await self.database.write(work)
        self._faults("finish.after")

    async def fail(self, lease: Lease, ending: Ending) -> None:
        """Stop the job and leave its rows and counters as they were last committed."""
        values = _ended(ending) | {"lease_owner": None, "lease_until": None}
        self._faults("fail.before")
        await self.database.write(lambda connection: lease.check(connection, values))
        self._faults("fail.after")

    async def request_cancel(
        self, job_id: str, owner: str | None, is_gone: Callable[[str], bool] = lambda server: False
    ) -> JobRecord:
        """Stop the job at once if nobody runs it, else ask whoever does. A job that has ended stays as it is.

        `is_gone` tells whether a server that has a lease is known to be dead.
        """

        def work(connection: sa.Connection) -> JobRecord:
            record = load(connection, job_id, owner)
            ending = Ending("cancelled", "cancelled", "Cancelled; resume_job goes on with it.", resumable=True)
            unheld = sa.or_(jobs.c.lease_owner.is_(None), jobs.c.lease_until < clock(connection))
            if record.lease_owner is not None and is_gone(record.lease_owner):
                unheld = sa.or_(unheld, jobs.c.lease_owner == record.lease_owner)
            idle = sa.update(jobs).where(jobs.c.job_id == job_id, jobs.c.status.in_(UNFINISHED), unheld)
            if (
                connection.execute(idle.values(**_ended(ending), lease_owner=None, lease_until=None)).rowcount == 0
                and not record.ended
            ):
                connection.execute(sa.update(jobs).where(jobs.c.job_id == job_id).values(cancel_requested=True))
            return load(connection, job_id, owner)

        self._faults("cancel.before")
        record = await self.database.write(work)
        self._faults("cancel.after")
        return record

    async def requeue(
        self, job_id: str, owner: str | None, budget: str | None, limit: int, admit: Admit | None = None
    ) -> JobRecord:
        """Put a stopped, resumable job back into the queue, with a new budget if one is given.

        Whoever runs the job learns of the budget with its next heartbeat. Raises NotFoundError, or LimitError past
        `limit` unfinished jobs or where `admit` does.
        """

        def work(connection: sa.Connection) -> JobRecord:
            record = load(connection, job_id, owner)
            values: dict[str, Any] = {} if budget is None else {"budget": budget}
            if record.cancel_requested:
                values["cancel_requested"] = False  # the last order counts, where nobody has followed the first yet
            if record.ended and record.resumable:
                check_room(connection, limit)
                values |= {"status": "queued", "stop_reason": None, "message": None, "resumable": False}
                values |= {"ended_at": None}
            if admit is not None and values and (record.resumable or not record.ended):
                admit(connection, replace(record, budget=values.get("budget", record.budget)))
            if values:
                connection.execute(sa.update(jobs).where(jobs.c.job_id == job_id).values(**values))
            return load(connection, job_id, owner)

        self._faults("requeue.before")
        record = await self.database.write(work)
        self._faults("requeue.after")
        return record

    async def frozen(self, job_id: str) -> bytes | None:
        """What the deduplicator decided at its start, for the job's next run."""
        query = sa.select(jobs.c.dedup_state).where(jobs.c.job_id == job_id)
        return await self.database.read(lambda connection: connection.execute(query).scalar())

    def frame(self, job_id: str, index: int) -> pl.DataFrame:
        """The rows of one chunk; in this thread, for readers that run in a worker thread."""
        query = sa.select(chunks.c.data).where(chunks.c.job_id == job_id, chunks.c.chunk_index == index)
        data = self.database.read_now(lambda connection: connection.execute(query).scalar())
        if data is None:
            raise no_such_job(job_id)
        return decode_frame(data)

    def frames(self, job_id: str, start: int, stop: int) -> Sequence[pl.DataFrame]:
        """The rows of chunks [start, stop), a frame each, read at once; in this thread."""
        query = sa.select(chunks.c.data).where(
            chunks.c.job_id == job_id, chunks.c.chunk_index >= start, chunks.c.chunk_index < stop
        )
        found = self.database.read_now(
            lambda connection: connection.execute(query.order_by(chunks.c.chunk_index)).scalars().all()
        )
        if len(found) != stop - start:
            raise no_such_job(job_id)
        return [decode_frame(data) for data in found]

    def accepted(self, job_id: str, index: int) -> tuple[pl.DataFrame, NDArray[np.int64]]:
        """The rows of one chunk and the candidates they came from; in this thread."""
        query = sa.select(chunks.c.data, chunks.c.positions)
        query = query.where(chunks.c.job_id == job_id, chunks.c.chunk_index == index)
        row = self.database.read_now(lambda connection: connection.execute(query).one())
        return decode_frame(row.data), decode_positions(row.positions)


def _commit(
    connection: sa.Connection, lease: Lease, ready: Sequence[Chunk], progress: Progress, frozen: bytes | None
) -> None:
    values = progress.values()
    if frozen is not None:
        values["dedup_state"] = frozen
    lease.check(connection, values)
    if not ready:
        return
    # Only the first of them can have been committed as a partial chunk when the job stopped before.
    outgrown = sa.delete(chunks).where(
        chunks.c.job_id == lease.job_id, chunks.c.chunk_index == ready[0].index, chunks.c.rows < ready[0].rows
    )
    connection.execute(outgrown)
    _insert(connection, lease.job_id, ready)


def _stands(connection: sa.Connection, lease: Lease, progress: Progress, ending: Ending) -> bool:
    """Whether the job has ended under this very lease, with these rows: whoever takes a job over raises its fence."""
    ended = sa.select(jobs.c.job_id).where(
        jobs.c.job_id == lease.job_id,
        jobs.c.fence == lease.fence,
        jobs.c.lease_owner.is_(None),
        jobs.c.status == ending.status,
        jobs.c.rows_generated == progress.rows_generated,
        jobs.c.next_candidate == progress.next_candidate,
    )
    return connection.execute(ended).first() is not None


def _insert(connection: sa.Connection, job_id: str, ready: Sequence[Chunk]) -> None:
    rows = [
        {
            "job_id": job_id,
            "chunk_index": chunk.index,
            "rows": chunk.rows,
            "next_candidate": chunk.next_candidate,
            "rows_deduplicated": chunk.rows_deduplicated,
            "data": chunk.data,
            "positions": chunk.positions,
        }
        for chunk in ready
    ]
    if rows:
        insert_or_ignore(connection, chunks, rows)


def _ended(ending: Ending) -> dict[str, Any]:
    return {
        "status": ending.status,
        "stop_reason": ending.stop_reason,
        "message": ending.message,
        "resumable": ending.resumable,
        "ended_at": datetime.now(UTC),
        "cancel_requested": False,
    }
