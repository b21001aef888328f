"""What a job is to its readers: its states, its record, its status."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from synthaix.errors import NotFoundError
from synthaix.generate.window import Usage

JobState = Literal["queued", "processing", "completed", "failed", "cancelled"]
JOB_STATES: tuple[JobState, ...] = get_args(JobState)
UNFINISHED: tuple[JobState, ...] = ("queued", "processing")

StopReason = Literal["budget", "provider", "cancelled", "exhausted", "error"]
JobKind = Literal["generation", "deduplication"]

_JOB_ID = re.compile(r"[0-9a-f]{32}")


def new_job_id() -> str:
    """32 hex digits; it is a bearer of no meaning."""
    return uuid.uuid4().hex


def check_job_id(job_id: Any, argument: str = "job_id") -> str:
    """The id, if it has an id's form. Raises NotFoundError, since nothing else can be a job."""
    if not isinstance(job_id, str) or not _JOB_ID.fullmatch(job_id):
        raise NotFoundError(f"{argument} {str(job_id)[:80]!r} is not a job's id (32 hex digits); list_jobs shows them.")
    return job_id


def no_such_job(job_id: str) -> NotFoundError:
    """The error for an id that is well-formed and belongs to no job of this caller."""
    return NotFoundError(f"No job has id {job_id}, or it was removed as old; list_jobs shows the jobs there are.")


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A row of the jobs table. Times are UTC; `elapsed_seconds` is time spent processing, over all runs."""

    job_id: str
    owner: str
    kind: JobKind
    status: JobState
    spec: str
    plan: str
    fingerprint: str
    mode: str
    total_rows: int
    chunk_size: int
    created_at: datetime
    idempotency_key: str | None = None
    seed: int | None = None
    stop_reason: StopReason | None = None
    message: str | None = None
    resumable: bool = False
    budget: str | None = None
    rows_generated: int = 0
    rows_deduplicated: int = 0
    completed_chunks: int = 0
    next_candidate: int = 0
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0
    elapsed_seconds: float = 0.0
    ended_at: datetime | None = None
    cancel_requested: bool = False
    lease_owner: str | None = None
    fence: int = 0

    @property
    def total_chunks(self) -> int:
        """ceil(total_rows / chunk_size); it never changes."""
        return -(-self.total_rows // self.chunk_size)

    @property
    def ended(self) -> bool:
        """Whether the job has stopped, for good or until it is resumed."""
        return self.status not in UNFINISHED

    @property
    def usage(self) -> Usage:
        """What the job has consumed of models."""
        return Usage(self.requests, self.input_tokens, self.output_tokens, self.cost_usd)


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job at one moment, as callers see it. Percentages are 0..100; only accepted rows are counted."""

    job_id: str
    kind: JobKind
    status: JobState
    total_rows: int
    total_chunks: int
    completed_chunks: int
    progress_percentage: float
    rows_generated: int
    rows_deduplicated: int
    estimated_completion: datetime | None
    elapsed_seconds: float
    rows_per_second: float
    usage: Usage
    resumable: bool
    stop_reason: StopReason | None
    message: str | None
    seed: int | None
    created_at: datetime
    mode: str
    plan: dict[str, Any] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether the job has stopped, for good or until it is resumed."""
        return self.status not in UNFINISHED


def status_of(record: JobRecord, running: float = 0.0) -> JobStatus:
    """The status of a job whose present run began `running` seconds before now."""
    import json

    elapsed = record.elapsed_seconds + running
    rate = record.rows_generated / elapsed if elapsed > 0 else 0.0
    finish = None
    if record.status == "processing" and rate > 0:
        finish = datetime.now(UTC) + timedelta(seconds=min((record.total_rows - record.rows_generated) / rate, 1e9))
    progress = 100.0 * record.rows_generated / record.total_rows if record.total_rows else 100.0
    return JobStatus(
        job_id=record.job_id,
        kind=record.kind,
        status=record.status,
        total_rows=record.total_rows,
        total_chunks=record.total_chunks,
        # A completed job's chunks are all settled, also those for which no value was left.
        completed_chunks=record.total_chunks if record.status == "completed" else record.completed_chunks,
        progress_percentage=100.0 if record.status == "completed" else progress,
        rows_generated=record.rows_generated,
        rows_deduplicated=record.rows_deduplicated,
        estimated_completion=finish,
        elapsed_seconds=elapsed,
        rows_per_second=rate,
        usage=record.usage,
        resumable=record.resumable,
        stop_reason=record.stop_reason,
        message=record.message,
        seed=record.seed,
        created_at=record.created_at,
        mode=record.mode,
        plan=json.loads(record.plan),
    )
