"""Jobs as records of the database: read, created once for a key, and only as many unfinished as may be."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from synthaix.errors import ConflictError, LimitError
from synthaix.jobs.database import insert_or_ignore
from synthaix.jobs.job import UNFINISHED, JobRecord, no_such_job
from synthaix.jobs.tables import jobs

if TYPE_CHECKING:
    from synthaix.jobs.quota import Admit

_QUEUE_LOCK = 0x53594E59
"""The key of the advisory lock under which PostgreSQL counts unfinished jobs ("SYNY")."""

RECORD = [jobs.c[field.name] for field in fields(JobRecord)]


def load(connection: sa.Connection, job_id: str, owner: str | None) -> JobRecord:
    """The job's record. Raises NotFoundError."""
    query = sa.select(*RECORD).where(jobs.c.job_id == job_id)
    if owner is not None:
        query = query.where(jobs.c.owner == owner)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise no_such_job(job_id)
    return record_of(row)


def record_of(row: sa.Row[Any]) -> JobRecord:
    """The record in a row of the columns `RECORD`."""
    return JobRecord(**row._mapping)


def values_of(record: JobRecord) -> dict[str, Any]:
    """The columns of the jobs table."""
    return {field.name: getattr(record, field.name) for field in fields(JobRecord)}


def by_key(connection: sa.Connection, owner: str, key: str, fingerprint: str) -> JobRecord | None:
    """The owner's job with that key. Raises ConflictError if its arguments were others."""
    query = sa.select(*RECORD).where(jobs.c.owner == owner, jobs.c.idempotency_key == key)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    record = record_of(row)
    if record.fingerprint != fingerprint:
        raise ConflictError(
            f"idempotency_key {key[:80]!r} was used before with other arguments, for job {record.job_id}; "
            "send the same arguments again, or another key."
        )
    return record


def create(connection: sa.Connection, record: JobRecord, limit: int, admit: Admit | None = None) -> JobRecord:
    """The new job, or the earlier one with the same key.

    Raises ConflictError, or LimitError past `limit` or where `admit` does.
    """
    if not record.ended:
        # Before the look-up: a call of the same key that is just starting its job is waited for.
        _count_alone(connection)
    if record.idempotency_key is not None:
        earlier = by_key(connection, record.owner, record.idempotency_key, record.fingerprint)
        if earlier is not None:
            return earlier
    if not record.ended:
        check_room(connection, limit)
    if admit is not None:
        admit(connection, record)
    if insert_or_ignore(connection, jobs, [values_of(record)]) == 1 or record.idempotency_key is None:
        return record
    # Another server used the key between the look-up and here.
    earlier = by_key(connection, record.owner, record.idempotency_key, record.fingerprint)
    return earlier if earlier is not None else record


def check_room(connection: sa.Connection, limit: int) -> None:
    """Raise LimitError unless one more job may be unfinished, and let no other server count meanwhile."""
    _count_alone(connection)
    open_jobs = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.status.in_(UNFINISHED))
    unfinished = connection.execute(open_jobs).scalar_one()
    if unfinished >= limit:
        raise LimitError(
            f"{unfinished} jobs are unfinished, and SYNTHAIX_LIMIT_JOBS is {limit}; "
            "wait for one to end, or cancel one with cancel_job."
        )


def _count_alone(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Until this transaction's end no other server counts; on SQLite there is one writer anyway.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_QUEUE_LOCK)))
