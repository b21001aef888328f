"""The deduplicate tool's engine side: rows in, a finished job of the unique ones out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import numpy as np
import orjson
import polars as pl

from synthaix.dedup.catalog import embedding_of
from synthaix.dedup.engine import Deduplicator
from synthaix.dedup.roles import SAMPLE_ROWS
from synthaix.errors import ArgumentError, ConflictError, LimitError
from synthaix.jobs.blob import encode_frame, encode_positions
from synthaix.jobs.draft import ratio
from synthaix.jobs.faults import Faults, no_faults
from synthaix.jobs.intake import Intake, from_file, from_rows
from synthaix.jobs.job import JobRecord, check_job_id, new_job_id
from synthaix.jobs.outcomes import DedupResult
from synthaix.jobs.preparation import read_plan, table_of
from synthaix.jobs.reading import JobChunks
from synthaix.jobs.spec import DedupRequest, fingerprint
from synthaix.jobs.store import Chunk, JobStore
from synthaix.results.paths import directory_of
from synthaix.schema.physical import json_rows
from synthaix.schema.table import TableSchema, parse_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from synthaix.dedup.embedding import Embedding
    from synthaix.dedup.rejected import Duplicate
    from synthaix.settings import Settings

CHUNK_ROWS = 5_000
FIRST_ROWS = 50
FIRST_DUPLICATES = 250

REMOTE_CALLS = 4
"""Calls at once that wait for a remote embedding; the threads that compute are not held up by them."""


@dataclass(frozen=True, slots=True)
class _Input:
    """What is compared: the rows, by which columns, and the rows of an earlier job that count as seen.

    `job` is the one the rows come from, if any; `frozen` are the roles it gave its columns.
    """

    intake: Intake
    threshold: float
    columns: tuple[str, ...] | None
    against: JobRecord | None
    job: JobRecord | None
    frozen: bytes | None

    @property
    def table(self) -> TableSchema:
        """The rows' table."""
        return self.intake.table


@dataclass(frozen=True, slots=True)
class _Found:
    rows: int
    unique: pl.DataFrame
    positions: np.ndarray
    duplicates: list[Duplicate]
    frozen: bytes | None  # the roles of the columns, for whoever deduplicates the result


class Deduplication:
    """Runs deduplicate calls, in the worker threads that jobs use."""

    def __init__(
        self, settings: Settings, store: JobStore, work: anyio.CapacityLimiter, faults: Faults = no_faults
    ) -> None:
        self._settings = settings
        self._store = store
        self._work = work
        self._faults = faults
        self._remote = anyio.CapacityLimiter(REMOTE_CALLS)

    async def run(self, request: DedupRequest, owner: str | None) -> DedupResult:
        """The result, stored as a finished job. Raises ArgumentError, SchemaError, NotFoundError or LimitError."""
        job = None if request.job_id is None else await self._job(request.job_id, "job_id", owner)
        against = None if request.against is None else await self._job(request.against, "against", owner)
        # A row of a job is judged as the job judged it.
        frozen = await self._store.frozen(job.job_id) if job is not None and request.columns is None else None
        result_id = new_job_id()
        started = anyio.current_time()

        def work() -> tuple[_Input, _Found, list[Chunk]]:
            try:
                given = self._input(request, job, against, frozen, owner or "")
                found = self._find(given, embedding)
            finally:
                embedding.close()
            return given, found, _chunks(found)

        model = self._settings.embedding_model
        embedding = await anyio.to_thread.run_sync(embedding_of, self._settings, model, self._faults)
        limiter = self._remote if embedding.remote else self._work
        given, found, chunks = await anyio.to_thread.run_sync(work, limiter=limiter)
        seconds = anyio.current_time() - started
        record = _record(result_id, owner or "", given, found, self._settings.embedding_model, seconds)
        removed = [_stored(found_one) for found_one in found.duplicates]
        await self._store.keep(record, chunks, removed, found.frozen)
        json_columns = frozenset(column.name for column in given.table.columns if column.type == "json")
        return DedupResult(
            result_id=result_id,
            input_rows=found.rows,
            unique_count=found.unique.height,
            duplicate_count=len(found.duplicates),
            unique_rows=json_rows(found.unique.head(FIRST_ROWS), json_columns),
            duplicates=[_shown(duplicate) for duplicate in found.duplicates[:FIRST_DUPLICATES]],
            threshold=given.threshold,
            renamed=given.intake.renamed,
            omitted=given.intake.omitted,
        )

    async def _job(self, job_id: Any, argument: str, owner: str | None) -> JobRecord:
        record = await self._store.get(check_job_id(job_id, argument), owner or "")
        if record.rows_generated == 0:
            step = "has no rows yet; wait for it with job_status" if record.ended_at is None else "ended without rows"
            raise ConflictError(f"{argument} {record.job_id} {step}, or send the id of a job that has some.")
        return record

    def _input(
        self, request: DedupRequest, job: JobRecord | None, against: JobRecord | None, frozen: bytes | None, owner: str
    ) -> _Input:
        threshold = ratio("threshold", request.threshold, self._settings.deduplication_threshold)
        if job is not None:
            if request.table is not None and parse_schema(request.table) != table_of(job):
                raise ArgumentError("schema differs from that of job_id; leave it out, the job has its own.")
            intake = Intake(table_of(job), JobChunks(self._store, job).frames())
        elif request.rows is not None:
            intake = from_rows(request.rows, request.table)
        else:
            intake = from_file(directory_of(self._settings, owner), request.path, request.table)
        columns = _columns(request.columns, intake)
        if against is not None:
            _check_comparable(intake.table, table_of(against), columns)
        return _Input(intake, threshold, columns, against, job, frozen)

    def _find(self, given: _Input, embedding: Embedding) -> _Found:
        sample, frames = _sampled(self._bounded(given.intake.frames))
        plan = () if given.job is None else read_plan(given.job.plan).columns
        deduplicator = Deduplicator.open(
            given.table,
            threshold=given.threshold,
            columns=given.columns,
            frozen=given.frozen,
            embedding=embedding,
            sample=sample,
            generators={column.name: column.generator for column in plan},
        )
        try:
            if given.against is not None:
                self._know(deduplicator, given.table, given.against)
            kept, positions, duplicates, rows = [], [], [], 0
            for frame in frames:
                here = np.arange(rows, rows + frame.height, dtype=np.int64)
                verdict = deduplicator.admit(frame, here)
                kept.append(frame.filter(pl.Series(verdict.keep)))
                positions.append(here[verdict.keep])
                duplicates += verdict.duplicates
                rows += frame.height
            roles = deduplicator.frozen() if given.columns is None else None
            return _Found(rows, pl.concat(kept), np.concatenate(positions), duplicates, roles)
        finally:
            deduplicator.close()

    def _know(self, deduplicator: Deduplicator, table: TableSchema, against: JobRecord) -> None:
        chunks = JobChunks(self._store, against)
        missing = [name for name in table.names if name not in table_of(against).names]
        for first, frame in zip(chunks.first_rows, chunks.frames(), strict=False):
            full = frame.with_columns(pl.lit(None).alias(name) for name in missing) if missing else frame
            positions = np.arange(first, first + frame.height, dtype=np.int64)
            deduplicator.admit_known(full.select(table.names), positions, against.job_id)

    def _bounded(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        rows = 0
        for frame in frames:
            rows += frame.height
            if rows > self._settings.limit_rows:
                raise LimitError(
                    f"the input has more than {self._settings.limit_rows:,} rows, which SYNTHAIX_LIMIT_ROWS allows; "
                    "send it in parts."
                )
            yield frame


def _sampled(frames: Iterator[pl.DataFrame]) -> tuple[pl.DataFrame, Iterator[pl.DataFrame]]:
    """The first SAMPLE_ROWS rows, however the frames cut them, and all frames."""
    first, rows = [], 0
    for frame in frames:
        first.append(frame)
        rows += frame.height
        if rows >= SAMPLE_ROWS:
            break
    return pl.concat(first).head(SAMPLE_ROWS), chain(first, frames)


def _columns(value: Any, intake: Intake) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, (list, tuple)) or not value:
        raise ArgumentError(f"columns is {repr(value)[:80]}; send a list of column names, or leave it out.")
    names = intake.table.names
    wanted = [intake.renamed.get(name, name) if isinstance(name, str) else name for name in value]
    for name in wanted:
        if name not in names:
            raise ArgumentError(f"columns names {str(name)[:80]!r}, which does not exist; use {', '.join(names)}.")
    return tuple(dict.fromkeys(wanted))


def _check_comparable(table: TableSchema, other: TableSchema, columns: tuple[str, ...] | None) -> None:
    for name in columns or table.names:
        if name not in other.names:
            raise ArgumentError(
                f"against has no column {name!r}; send columns with names both have, such as "
                f"{', '.join(name for name in table.names if name in other.names) or 'none here'}."
            )
        if table[name].type != other[name].type:
            raise ArgumentError(
                f"column {name!r} is {table[name].type} here and {other[name].type} in against; "
                "send a schema with the same type."
            )


def _chunks(found: _Found) -> list[Chunk]:
    chunks = []
    for index, start in enumerate(range(0, found.unique.height, CHUNK_ROWS)):
        frame, positions = found.unique.slice(start, CHUNK_ROWS), found.positions[start : start + CHUNK_ROWS]
        chunks.append(
            Chunk(
                index=index,
                rows=frame.height,
                next_candidate=int(positions[-1]) + 1,
                rows_deduplicated=int(positions[-1]) + 1 - (start + frame.height),
                data=encode_frame(frame),
                positions=encode_positions(positions),
            )
        )
    return chunks


def _record(
    result_id: str, owner: str, given: _Input, found: _Found, embedding: str | None, seconds: float
) -> JobRecord:
    spec = {
        "table": given.table.compact(),
        "threshold": given.threshold,
        "embedding": embedding,
        "columns": given.columns,
        "against": given.against.job_id if given.against else None,
        "input_rows": found.rows,
    }
    now = datetime.now(UTC)
    return JobRecord(
        job_id=result_id,
        owner=owner,
        kind="deduplication",
        status="completed",
        spec=orjson.dumps(spec).decode(),
        plan=orjson.dumps({"mode": "local", "columns": []}).decode(),
        fingerprint=fingerprint(spec),
        mode="local",
        total_rows=found.unique.height,
        chunk_size=CHUNK_ROWS,
        created_at=now,
        ended_at=now,
        rows_generated=found.unique.height,
        rows_deduplicated=len(found.duplicates),
        completed_chunks=-(-found.unique.height // CHUNK_ROWS),
        next_candidate=found.rows,
        elapsed_seconds=seconds,
    )


def _shown(duplicate: Duplicate) -> dict[str, Any]:
    shown = asdict(duplicate)
    source = shown.pop("source")
    shown = {"index": shown.pop("position"), **shown, "columns": list(duplicate.columns)}
    return shown if source is None else {**shown, "against_job_id": source}


def _stored(duplicate: Duplicate) -> dict[str, Any]:
    return {
        "row_index": duplicate.position,
        "duplicate_of": duplicate.duplicate_of,
        "against_job_id": duplicate.source,
        "similarity": duplicate.similarity,
        "columns": orjson.dumps(duplicate.columns).decode(),
    }
