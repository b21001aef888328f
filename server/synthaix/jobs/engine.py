"""The only door to jobs for tools and resources: cheap to make, and heavy only once a job is asked for."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread

from synthaix.errors import BugError
from synthaix.jobs.faults import Faults, no_faults
from synthaix.jobs.outcomes import Check, DedupResult, RowsPage, Totals, Translated
from synthaix.jobs.spec import Budget, DedupRequest, GenerationRequest, references_of
from synthaix.precedence import Precedence
from synthaix.providers.courier import Courier

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from types import TracebackType

    from anyio.abc import TaskGroup, TaskStatus

    from synthaix.jobs.assembly import Foundation, Services
    from synthaix.jobs.draft import Draft
    from synthaix.jobs.job import JobStatus
    from synthaix.results.export import Exported
    from synthaix.schema.table import TableSchema
    from synthaix.settings import Settings

__all__ = ["Check", "DedupResult", "Engine", "RowsPage", "Totals", "Translated"]


class Engine:
    """Translates sentences, runs durable jobs, reads their results. Use as `async with Engine(settings)`.

    Leaving it parks the running jobs: what they accepted is durable, their leases are given back, and the
    next server goes on with them. Every method raises classes of `synthaix.errors` only.
    """

    def __init__(self, settings: Settings, *, faults: Faults = no_faults, precedence: Precedence | None = None) -> None:
        self.settings = settings
        self._precedence = precedence or Precedence()
        self._courier = Courier(self._precedence)
        self._faults = faults
        self._exit = contextlib.AsyncExitStack()
        self._tasks: TaskGroup | None = None
        self._opening: anyio.Lock | None = None
        self._services: Services | None = None

    async def __aenter__(self) -> Engine:
        self._opening = anyio.Lock()
        self._tasks = await self._exit.enter_async_context(anyio.create_task_group())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._tasks is not None:
            self._tasks.cancel_scope.cancel()
        await self._exit.__aexit__(None, None, None)
        self._services = self._tasks = self._opening = None

    async def open(self) -> None:
        """Import what is heavy, bring the database up to date, go on with unfinished jobs. Idempotent.

        Raises StoreError where the database cannot be used; a later call tries again.
        """
        await self._open()

    async def _open(self) -> Services:
        if self._services is not None:
            return self._services
        if self._opening is None or self._tasks is None:
            raise BugError("the engine is used outside of its async with block")
        async with self._opening:
            if self._services is None:
                # A caller who gives up must not leave half of it behind.
                with anyio.CancelScope(shield=True):
                    await self._lay()
        return await self._open()

    async def _lay(self) -> None:
        from synthaix.jobs.assembly import Foundation

        assert self._tasks is not None
        foundation = await anyio.to_thread.run_sync(Foundation.lay, self.settings, self._faults)
        await self._tasks.start(self._serve, foundation)

    async def _serve(self, foundation: Foundation, *, task_status: TaskStatus[None]) -> None:
        """The life of the heavy half: schedule until cancelled, close after the last write."""
        from synthaix.jobs.assembly import Services
        from synthaix.jobs.runner import FAREWELL_SECONDS

        try:
            async with anyio.create_task_group() as tasks:
                self._services = Services.build(
                    self.settings, foundation, tasks, self._faults, self._precedence, self._courier
                )
                task_status.started()
                tasks.start_soon(self._services.mending.run)
                await self._services.scheduler.run(tasks)
        finally:
            services, self._services = self._services, None
            with anyio.CancelScope(shield=True):
                if services is not None:
                    # Else the next server would run what was told to have stopped.
                    with anyio.move_on_after(FAREWELL_SECONDS):
                        await services.scheduler.settle_all()
                try:
                    await anyio.to_thread.run_sync(foundation.close)
                finally:
                    await self._courier.aclose()

    async def translate(self, prompt: str, max_columns: int | None = None) -> Translated:
        """The sentence as a schema, with five rows really generated from it. Needs no database."""
        from synthaix.jobs.translating import translated

        return await translated(self.settings, prompt, max_columns)

    async def draft(self, request: GenerationRequest, owner: str | None = None) -> Draft:
        """Judge every argument, fill in the defaults, make the plan; nothing is changed anywhere."""
        from synthaix.jobs.draft import make_draft

        draft = await anyio.to_thread.run_sync(make_draft, request, self.settings)
        if references_of(draft.plan.columns):
            services = await self._open()
            await services.reading.check_references(draft.plan.columns, owner)
        return draft

    async def find(self, idempotency_key: str, fingerprint: str, owner: str | None = None) -> JobStatus | None:
        """The job started before with that key. Raises ConflictError if its arguments were others."""
        return await (await self._open()).jobs.find(idempotency_key, fingerprint, owner)

    async def start(self, draft: Draft, idempotency_key: str | None = None, owner: str | None = None) -> JobStatus:
        """Start the job, or answer with the earlier one of that key. Raises ConflictError or LimitError."""
        return await (await self._open()).jobs.start(draft, idempotency_key, owner)

    async def status(self, job_id: str, owner: str | None = None) -> JobStatus:
        """The job's status now. Raises NotFoundError."""
        return await (await self._open()).jobs.status(job_id, owner)

    async def watch(self, job_id: str, seconds: float, owner: str | None = None) -> AsyncIterator[JobStatus]:
        """The status on every change, until the job has ended or `seconds` are over; the last item is the newest."""
        services = await self._open()
        async for status in services.jobs.watch(job_id, seconds, owner):
            yield status

    async def cancel(self, job_id: str, owner: str | None = None) -> JobStatus:
        """Stop the job: no new request, requests under way dropped, accepted rows kept. Resumable."""
        return await (await self._open()).jobs.cancel(job_id, owner)

    async def resume(self, job_id: str, budget: Budget | None = None, owner: str | None = None) -> JobStatus:
        """Go on with a stopped job, under a new budget if one is given."""
        return await (await self._open()).jobs.resume(job_id, budget, owner)

    async def list_jobs(
        self, status: str | None = None, cursor: str | None = None, limit: int = 50, owner: str | None = None
    ) -> tuple[list[JobStatus], str | None]:
        """Jobs, newest first, and the cursor of the next page."""
        return await (await self._open()).jobs.list(status, cursor, limit, owner)

    async def totals(self) -> Totals:
        """Sums over every job of the database."""
        return await (await self._open()).jobs.totals()

    async def rows(
        self,
        job_id: str,
        cursor: str | None = None,
        limit: int = 50,
        columns: Sequence[str] | None = None,
        max_bytes: int = 24_000,
        owner: str | None = None,
    ) -> RowsPage:
        """A page of accepted rows, while the job runs too."""
        services = await self._open()
        return await services.reading.rows(await services.jobs.record(job_id, owner), cursor, limit, columns, max_bytes)

    async def export(self, job_id: str, format: str, path: str | None = None, owner: str | None = None) -> Exported:
        """The accepted rows in a file under the export directory."""
        services = await self._open()
        return await services.reading.export(await services.jobs.record(job_id, owner), format, path)

    async def whole(self, job_id: str, format: str, owner: str | None = None) -> bytes:
        """An ended job's rows in one piece. Raises LimitError past SYNTHAIX_LIMIT_BYTES."""
        services = await self._open()
        return await services.reading.whole(await services.jobs.record(job_id, owner), format)

    async def report(self, job_id: str, owner: str | None = None) -> dict[str, Any]:
        """What the accepted rows are like, column by column, while the job runs too."""
        services = await self._open()
        return await services.reading.report(await services.jobs.record(job_id, owner))

    async def deduplicate(self, request: DedupRequest, owner: str | None = None) -> DedupResult:
        """Find the rows that repeat earlier ones; the result is kept as a finished job."""
        return await (await self._open()).deduplication.run(request, owner)

    async def duplicates(
        self, job_id: str, cursor: str | None = None, limit: int = 100, owner: str | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """A page of what a deduplication removed."""
        services = await self._open()
        return await services.reading.duplicates(await services.jobs.record(job_id, owner), cursor, limit)

    async def table(self, job_id: str, owner: str | None = None) -> TableSchema:
        """The schema of the job's rows."""
        from synthaix.jobs.preparation import table_of

        return table_of(await (await self._open()).jobs.record(job_id, owner))

    async def doctor(self) -> list[Check]:
        """What works and what does not, with remedies; changes nothing but creates missing directories."""
        from synthaix.jobs.doctor import examine

        return await examine(self)
