"""From a job's record to the parts that run it: its executor, its deduplicator, its acceptor."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import anyio
import anyio.to_thread
import polars as pl
from pydantic import TypeAdapter

from synthaix.dedup.catalog import embedding_of
from synthaix.dedup.engine import Deduplicator
from synthaix.dedup.roles import SAMPLE_ROWS
from synthaix.errors import ConflictError, NotFoundError
from synthaix.generate.plan import ColumnPlan, Plan
from synthaix.generate.sampler import TableSampler
from synthaix.generate.window import Window
from synthaix.jobs.acceptor import Acceptor, Standing, sampled_patience, written_patience
from synthaix.jobs.answers import JobAnswers
from synthaix.jobs.database import Waiting, patiently, untold
from synthaix.jobs.executor import Executor, FetchingExecutor, LocalExecutor, ModelExecutor
from synthaix.jobs.faults import Faults, no_faults
from synthaix.jobs.records import load
from synthaix.jobs.spec import GenerationSpec, read_budget, references_of
from synthaix.jobs.vectors import VectorKeeper
from synthaix.precedence import GiveWay, at_once
from synthaix.providers.base import Carry, by_oneself
from synthaix.schema.generator import Generator, Reference
from synthaix.schema.table import TableSchema

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from synthaix.dedup.embedding import Embedding
    from synthaix.jobs.job import JobRecord
    from synthaix.jobs.lease import Lease
    from synthaix.jobs.marks import Marks
    from synthaix.jobs.store import JobStore
    from synthaix.providers.fallback import Client
    from synthaix.settings import Settings

REMOTE_THREADS = 8
"""Threads that may wait for a remote embedding, over all jobs: those that compute are not held up by them."""

T = TypeVar("T")

_GENERATOR: TypeAdapter[Generator] = TypeAdapter(Generator)


@dataclass(frozen=True, slots=True)
class Parts:
    """What runs one job."""

    spec: GenerationSpec
    executor: Executor
    acceptor: Acceptor
    deduplicator: Deduplicator
    vectors: VectorKeeper


class Preparation:
    """Builds the parts of a job. `work` limits the threads that all jobs of the server share."""

    def __init__(
        self,
        settings: Settings,
        store: JobStore,
        marks: Marks,
        work: anyio.CapacityLimiter,
        faults: Faults = no_faults,
        give_way: GiveWay = at_once,
        carry: Carry = by_oneself,
    ) -> None:
        self._settings = settings
        self._give_way = give_way
        self._carry = carry
        self._store = store
        self._marks = marks
        self._work = work
        self._remote = anyio.CapacityLimiter(REMOTE_THREADS)
        self._flushes = anyio.CapacityLimiter(1)  # they hold the interpreter's lock for most of their time
        self._faults = faults

    @contextlib.asynccontextmanager
    async def parts(self, lease: Lease, record: JobRecord, waiting: Waiting = untold) -> AsyncIterator[Parts]:
        """The parts of the job, with everything it accepted so far taken into account; closed on the way out.

        A database that is away is waited for as a write waits for it, and `waiting` told.
        """
        spec = GenerationSpec.model_validate_json(record.spec)
        plan = read_plan(record.plan)
        frozen = await patiently(lambda: self._store.frozen(record.job_id), waiting)
        sampler = await self._reading(partial(self._sampler, spec, plan, record.owner), self._work, waiting)
        deduplicator = await self._opened(record, spec, plan, sampler, frozen, waiting)
        vectors = self._vectors(record.job_id, deduplicator)
        acceptor: Acceptor | None = None
        try:
            acceptor = await self._reading(
                partial(self._acceptor, record, spec, plan, deduplicator), self._work, waiting, abandon=False
            )
            async with self._executor(lease, record, spec, plan, sampler, deduplicator.compares, waiting) as executor:
                if deduplicator.remote:
                    executor = FetchingExecutor(executor, deduplicator.fetch, self._remote)
                yield Parts(spec, executor, acceptor, deduplicator, vectors)
        finally:
            if acceptor is not None:
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(acceptor.settled, limiter=self._work)
            await vectors.close()

    @contextlib.asynccontextmanager
    async def kept(self, record: JobRecord) -> AsyncIterator[VectorKeeper]:
        """The vectors of a job that needs nothing else any more, with every row it accepted."""
        spec, plan = GenerationSpec.model_validate_json(record.spec), read_plan(record.plan)
        frozen = await self._store.frozen(record.job_id)
        deduplicator = await self._opened(record, spec, plan, None, frozen, untold)
        vectors = self._vectors(record.job_id, deduplicator)
        try:
            yield vectors
        finally:
            await vectors.close()

    @contextlib.asynccontextmanager
    async def _executor(
        self,
        lease: Lease,
        record: JobRecord,
        spec: GenerationSpec,
        plan: Plan,
        sampler: TableSampler,
        compared: bool,
        waiting: Waiting,
    ) -> AsyncIterator[Executor]:
        if not plan.written:
            yield LocalExecutor(sampler, len(spec.table.columns), self._work, compared, self._give_way)
            return
        from synthaix.generate.writer import ModelWriter
        from synthaix.providers.spend import Spend

        log = await JobAnswers.open(self._store.database, lease, self._faults, waiting)
        budget = read_budget(record.budget)
        spend = Spend(budget.usd, budget.tokens, budget.requests, log.used.at_least(record.usage))
        client = await anyio.to_thread.run_sync(self._client, spec, plan)
        try:
            writer = ModelWriter(
                spec.table,
                plan,
                spec.seed,
                client=client,
                sampler=sampler if len(plan.written) < len(plan.columns) else None,
                log=log,
                spend=spend,
                give_way=self._give_way,
                instructions=spec.instructions,
                examples=spec.examples,
            )
            yield ModelExecutor(writer, client, spend, log, spec.max_workers)
        finally:
            with anyio.CancelScope(shield=True):
                await client.aclose()

    async def _opened(
        self,
        record: JobRecord,
        spec: GenerationSpec,
        plan: Plan,
        sampler: TableSampler | None,
        frozen: bytes | None,
        waiting: Waiting,
    ) -> Deduplicator:
        """The job's deduplicator with its accepted rows; whoever waits for it can be cancelled."""
        model = spec.embedding if spec.deduplicate else None
        embedding = await anyio.to_thread.run_sync(
            embedding_of, self._settings, model, self._faults, limiter=self._work
        )
        limiter = self._remote if embedding.remote else self._work
        try:
            opened = partial(self._deduplicator, record, spec, plan, sampler, frozen, embedding)
            return await self._reading(opened, limiter, waiting)
        except BaseException:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(embedding.close, limiter=self._remote)
            raise

    async def _reading(
        self, work: Callable[[], T], limiter: anyio.CapacityLimiter, waiting: Waiting, *, abandon: bool = True
    ) -> T:
        """What the work makes of the database in a worker thread, begun anew where the database is away."""

        async def attempt() -> T:
            return await anyio.to_thread.run_sync(work, limiter=limiter, abandon_on_cancel=abandon)

        return await patiently(attempt, waiting)

    def _vectors(self, job_id: str, deduplicator: Deduplicator) -> VectorKeeper:
        return VectorKeeper(job_id, deduplicator, self._marks, self._flushes, self._faults)

    def _client(self, spec: GenerationSpec, plan: Plan) -> Client:
        from synthaix.providers.catalog import job_client

        return job_client(
            self._settings,
            plan.provider,
            plan.model,
            max_workers=spec.max_workers,
            give_way=self._give_way,
            carry=self._carry,
        )

    def _sampler(self, spec: GenerationSpec, plan: Plan, owner: str) -> TableSampler:
        values = {
            name: column_of(self._store, referred_job(self._store, name, reference, owner), reference.column)
            for name, reference in references_of(plan.columns).items()
        }
        return TableSampler(spec.table, plan.columns, spec.seed, values)

    def _deduplicator(
        self,
        record: JobRecord,
        spec: GenerationSpec,
        plan: Plan,
        sampler: TableSampler | None,
        frozen: bytes | None,
        embedding: Embedding,
    ) -> Deduplicator:
        settings = self._settings
        deduplicator = Deduplicator.open(
            spec.table,
            threshold=spec.threshold,
            deduplicate=spec.deduplicate,
            directory=settings.vectors / record.job_id,
            chromadb_url=settings.chromadb_url,
            collection=record.job_id,
            frozen=frozen,
            embedding=embedding,
            sample=sampler.window(Window(0, SAMPLE_ROWS)) if frozen is None and sampler is not None else None,
            generators={column.name: column.generator for column in plan.columns},
            wanted=spec.total_rows,
        )
        for index in range(-(-record.rows_generated // record.chunk_size)):
            deduplicator.admit_known(*self._store.accepted(record.job_id, index))
        return deduplicator

    def _acceptor(self, record: JobRecord, spec: GenerationSpec, plan: Plan, deduplicator: Deduplicator) -> Acceptor:
        full, over = divmod(record.rows_generated, record.chunk_size)
        return Acceptor(
            spec.table,
            deduplicator,
            total_rows=record.total_rows,
            chunk_size=record.chunk_size,
            patience=written_patience if plan.written else sampled_patience,
            standing=Standing(record.rows_generated, record.rows_deduplicated, record.next_candidate),
            partial=self._store.accepted(record.job_id, full) if over else None,
        )


def read_plan(text: str) -> Plan:
    """The plan as a job's record keeps it."""
    data = json.loads(text)
    columns = tuple(
        ColumnPlan(item["name"], _GENERATOR.validate_python(item["generator"]), item["why"]) for item in data["columns"]
    )
    return Plan(**{**data, "columns": columns})


def referred_job(store: JobStore, column: str, reference: Reference, owner: str) -> JobRecord:
    """The job a column refers to, if it can be drawn from; in this thread.

    Raises NotFoundError or ConflictError naming the column.
    """
    try:
        referred = store.database.read_now(lambda connection: load(connection, reference.job_id, owner))
    except NotFoundError:
        raise NotFoundError(
            f"column {column!r} refers to job {reference.job_id}, which does not exist or was removed as old; "
            "name another of list_jobs."
        ) from None
    if not referred.ended:
        raise ConflictError(
            f"column {column!r} refers to job {reference.job_id}, which is still {referred.status}; "
            "wait for its end with job_status."
        )
    if referred.rows_generated == 0:
        raise ConflictError(f"column {column!r} refers to job {reference.job_id}, which has no rows; name another job.")
    table = table_of(referred)
    if reference.column not in table.names:
        raise NotFoundError(
            f"column {column!r} refers to {reference.column!r}, which job {reference.job_id} does not have; "
            f"use one of {', '.join(table.names)}."
        )
    return referred


def table_of(record: JobRecord) -> TableSchema:
    """The schema of the job's rows."""
    return TableSchema.model_validate(json.loads(record.spec)["table"])


def column_of(store: JobStore, record: JobRecord, column: str) -> pl.Series:
    """Every accepted value of one column, in row order; in this thread."""
    chunks = range(-(-record.rows_generated // record.chunk_size))
    return pl.concat([store.frame(record.job_id, index)[column] for index in chunks])
