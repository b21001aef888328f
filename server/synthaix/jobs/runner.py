"""Runs one leased job from where it stood to its end, or until it is stopped."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from synthaix import meters
from synthaix.errors import (
    AnswerUnusable,
    BudgetReached,
    CallerError,
    LeaseLost,
    ProviderError,
    StoreError,
)
from synthaix.jobs.authors import signed
from synthaix.jobs.committer import Committer
from synthaix.jobs.current import CURRENT_JOB
from synthaix.jobs.database import patiently
from synthaix.jobs.spec import read_budget
from synthaix.jobs.store import Chunk, Ending, JobStore
from synthaix.jobs.windows import Windows, joined
from synthaix.precedence import GiveWay, at_once
from synthaix.spans import span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthaix.generate.window import Candidates, Usage
    from synthaix.jobs.acceptor import Acceptor
    from synthaix.jobs.board import LiveJob
    from synthaix.jobs.executor import Executor
    from synthaix.jobs.lease import Leases
    from synthaix.jobs.preparation import Parts, Preparation
    from synthaix.jobs.vectors import VectorKeeper

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
"""How often a run looks whether its provider is in trouble."""

WAITING = "The job goes on by itself once it answers; cancel_job stops it."

PROVIDER_WAITS = (5.0, 15.0, 45.0, 120.0)
"""Seconds to wait for a provider that answered before and is away now; after the last the job stops, resumable."""

BATCH_ROWS = 1_000
"""Candidates of finished windows decided together: twenty rows take the acceptor nearly as long as a thousand."""

REST_FACTOR = 15.0
"""How many times as long as a decision took small windows may gather for the next one, so that the short decisions of a
job take a sixteenth of a core."""

REST_SECONDS = 0.2
"""The longest of these rests."""

FAREWELL_SECONDS = 10.0
"""How long giving a job back, or writing that jobs stopped, may take when the server stops."""

CANCELLED = Ending("cancelled", "cancelled", "Cancelled; the rows so far are kept.", resumable=True)


class Runner:
    """Runs jobs; everything that can stop one becomes an `Ending` here.

    A run that is not done after `hours` stops, resumable: what goes on forever is no use to anybody.
    """

    def __init__(
        self,
        store: JobStore,
        leases: Leases,
        preparation: Preparation,
        work: anyio.CapacityLimiter,
        hours: float,
        give_way: GiveWay = at_once,
    ) -> None:
        self._store = store
        self._leases = leases
        self._preparation = preparation
        self._work = work
        self._hours = hours
        self._give_way = give_way

    async def run(self, live: LiveJob) -> None:
        """Run the job until it has ended, was given back because the server stops, or was taken over.

        Raises what kept its end from being written. The lease stays: given back, the job would be claimed and fail
        again and again.
        """
        CURRENT_JOB.set(live.lease.job_id)  # the task is the job's own
        committer = Committer(self._store, live)
        try:
            with live.scope, span("job", job_id=live.lease.job_id, mode=live.record.mode, rows=live.record.total_rows):
                ending = CANCELLED if live.record.cancel_requested else await self._to_the_end(live, committer)
            if live.scope.cancelled_caught and live.cancelled:
                ending = CANCELLED
            elif live.scope.cancelled_caught:
                return
            if not live.record.ended:
                await self._finish(live, committer, ending)
        except LeaseLost:
            live.lost = True
        except anyio.get_cancelled_exc_class():
            if not live.record.ended and not live.lost:
                await self._give_back(live)
            raise

    async def _to_the_end(self, live: LiveJob, committer: Committer) -> Ending:
        try:
            async with self._preparation.parts(live.lease, live.record, live.wait_for) as parts:
                live.spending = lambda budget: parts.executor.allow(read_budget(budget))
                live.spending(live.record.budget)  # it may have changed while the parts were made
                try:
                    ending = await self._generate(live, parts, committer, parts.vectors)
                except anyio.get_cancelled_exc_class():
                    if live.cancelled:  # whoever asked need not wait until everything is closed
                        await self._finish(live, committer, CANCELLED)
                    raise
                if ending.status == "completed":
                    # Nobody opens the vectors of a completed job again, so the last of them may come after its end.
                    parts.vectors.announce()
                    await self._finish(live, committer, ending)
                    await parts.vectors.complete(live.record.next_candidate)
                return ending
        except LeaseLost:
            raise
        except Exception as exc:
            return _ending_for(exc, live.lease.job_id)
        finally:
            # It leads to the parts, which lead back here: set aside meanwhile (synthaix.heap) they would stay for ever.
            live.spending = None

    async def _generate(self, live: LiveJob, parts: Parts, committer: Committer, vectors: VectorKeeper) -> Ending:
        """Accept windows until the job is done. Survivors of an unfinished chunk are handed over however it stops."""
        committer.frozen = parts.deduplicator.frozen()
        outcome: Ending | Exception
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(committer.run)
                tasks.start_soon(vectors.run)
                tasks.start_soon(_tell_trouble, live, parts.executor)
                try:
                    outcome = await self._accept(live, parts, committer, vectors)
                    await committer.flush()
                except Exception as exc:  # carried around the task group, which would wrap it
                    outcome = exc
                tasks.cancel_scope.cancel()
        finally:
            committer.usage, committer.authors = parts.executor.usage, parts.executor.authors
            committer.leave(parts.acceptor.rest())
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def _accept(self, live: LiveJob, parts: Parts, committer: Committer, vectors: VectorKeeper) -> Ending:
        waits, until = iter(PROVIDER_WAITS), anyio.current_time() + 3600 * self._hours
        while True:
            before = parts.acceptor.decided
            try:
                await self._accept_windows(live, parts, committer, vectors, until)
                return _completed(parts) if parts.acceptor.done else _overdue(parts, self._hours)
            except BudgetReached as exc:
                return Ending("failed", "budget", f"{exc} The rows so far are kept.", resumable=True)
            except ProviderError as exc:
                if parts.acceptor.decided > before:
                    waits = iter(PROVIDER_WAITS)
                answered = parts.executor.usage.output_tokens > 0
                wait = next(waits, None) if exc.retryable and answered and not isinstance(exc, AnswerUnusable) else None
                if wait is None:
                    return _ending_for(exc, live.lease.job_id)
                live.update(message=f"Waiting {wait:g} s for the provider: {exc} {WAITING}")
                await anyio.sleep(wait)

    async def _accept_windows(
        self, live: LiveJob, parts: Parts, committer: Committer, vectors: VectorKeeper, until: float
    ) -> None:
        acceptor, executor = parts.acceptor, parts.executor
        windows = Windows(executor, acceptor.decided, lambda: acceptor.wanted(executor.overdraw))
        failure: Exception | None = None
        rested = anyio.current_time()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(windows.dispatch)
            try:
                while not acceptor.done:
                    taken = await windows.take_some(BATCH_ROWS, rested)
                    await self._give_way()
                    began = anyio.current_time()
                    acceptor.mark()
                    # A cancellation is answered before the rows at hand are compared; they come again on a resume.
                    ready = await anyio.to_thread.run_sync(
                        _decide, acceptor, taken, limiter=self._work, abandon_on_cancel=True
                    )
                    acceptor.unmark()
                    ended = anyio.current_time()
                    rested = ended + min(REST_SECONDS, REST_FACTOR * (ended - began))
                    windows.decided(acceptor.decided)
                    await committer.put(ready, executor.usage)
                    _show_usage(live, executor.usage)
                    if executor.notice is not None and executor.notice != live.record.message:
                        live.update(message=executor.notice)
                    if not committer.unwritten:
                        vectors.wake(live.record.next_candidate)
                    if anyio.current_time() > until and not acceptor.done:
                        await windows.wind_up()
                        break
            except Exception as exc:  # carried around the task group, which would wrap it
                failure = exc
            tasks.cancel_scope.cancel()
        if failure is not None:
            raise failure

    async def _finish(self, live: LiveJob, committer: Committer, ending: Ending) -> None:
        """Write how the job stops. A cancellation lets the transaction that is under way finish."""
        ready = committer.unwritten
        progress = committer.progress(ready)
        if progress.usage.requests and (committer.authors is None or committer.authors > 1):
            with anyio.CancelScope(shield=True):
                ending = await signed(self._store.database, live.lease.job_id, ready, ending)

        async def attempt() -> None:
            with anyio.CancelScope(shield=True):
                await self._store.finish(live.lease, ready, progress, committer.frozen, ending)
                committer.show(progress)
                logger.info("the job is %s with %d rows", ending.status, progress.rows_generated)
                live.update(
                    status=ending.status,
                    stop_reason=ending.stop_reason,
                    message=ending.message,
                    resumable=ending.resumable,
                )

        await patiently(attempt, live.wait_for)

    async def _give_back(self, live: LiveJob) -> None:
        try:
            with anyio.CancelScope(shield=True), anyio.move_on_after(FAREWELL_SECONDS):
                await self._leases.release(live.lease, live.elapsed)
        except Exception as exc:
            # The lease expires by itself; an error here must not hide why the run ended.
            logger.warning("job %s was not given back: %s", live.lease.job_id, exc)


async def _tell_trouble(live: LiveJob, executor: Executor) -> None:
    """Say in the job's message that its provider fails, for as long as it does."""
    told: str | None = None
    while True:
        trouble = executor.trouble
        if trouble != told:
            live.update(message=None if trouble is None else f"Waiting for the provider: {trouble} {WAITING}")
            told = trouble
        await anyio.sleep(LOOK_SECONDS)


def _show_usage(live: LiveJob, usage: Usage) -> None:
    if usage != live.record.usage:
        live.update(
            requests=usage.requests,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cost_usd=usage.cost_usd,
        )


def _decide(acceptor: Acceptor, taken: Sequence[Candidates]) -> list[Chunk]:
    candidates = joined(taken)
    started = time.perf_counter()
    with span("deduplicate", rows=candidates.frame.height):
        ready = acceptor.take(candidates)
    meters.deduplication_seconds.inc(time.perf_counter() - started)
    return ready


def _completed(parts: Parts) -> Ending:
    message = parts.acceptor.exhausted
    return Ending("completed") if message is None else Ending("completed", "exhausted", message)


def _overdue(parts: Parts, hours: float) -> Ending:
    message = f"The job was not done within {hours:g} hours (SYNTHAIX_LIMIT_HOURS). The rows so far are kept."
    return Ending("failed", "provider" if parts.executor.usage.requests else "error", message, resumable=True)


def _ending_for(exc: Exception, job_id: str) -> Ending:
    if isinstance(exc, ProviderError):
        return Ending("failed", "provider", f"{exc} The rows so far are kept.", resumable=True)
    if isinstance(exc, (CallerError, StoreError)):
        return Ending("failed", "error", str(exc), resumable=True)
    logger.error("job %s stopped on an unexpected error", job_id, exc_info=exc)
    return Ending("failed", "error", "An internal error stopped the job; the server's log has it.", resumable=True)
