"""Which jobs this server runs: claims what is free, keeps the leases alive, runs a bounded number at once."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING

import anyio
import anyio.lowlevel

from synthaix.errors import LeaseLost, SynthaixError
from synthaix.jobs.board import Board, LiveJob
from synthaix.jobs.lease import HEARTBEAT_SECONDS, Lease, Leases
from synthaix.jobs.store import Ending

if TYPE_CHECKING:
    from anyio.abc import TaskGroup

    from synthaix.jobs.job import JobRecord
    from synthaix.jobs.runner import Runner
    from synthaix.jobs.store import JobStore

logger = logging.getLogger(__name__)

SLOTS = 16
"""Jobs that run at once. Windows queue first come first served, so each gets its share; more would only hold memory."""

POLL_SECONDS = 1.0
"""How often a server looks for jobs that another one has left behind."""


class Scheduler:
    """One loop that claims and one that renews; each running job is a task beside them.

    With `resume` off only jobs that were started or resumed through this server are claimed.
    """

    def __init__(
        self, store: JobStore, leases: Leases, board: Board, runner: Runner, *, resume: bool, slots: int = SLOTS
    ) -> None:
        self._store = store
        self._leases = leases
        self._board = board
        self._runner = runner
        self._resume = resume
        self._slots = slots
        # Jobs asked for through this server, with the run that serves them; None where it has yet to begin.
        self._own: dict[str, LiveJob | None] = {}
        self._claiming = 0
        self._wake = anyio.Event()

    @property
    def free(self) -> bool:
        """Whether one more job could run at once."""
        return len(self._board) + self._claiming < self._slots

    def wanted(self, job_id: str) -> None:
        """The job was queued through this server; look for it now."""
        self._own[job_id] = None
        self._wake.set()

    def why_waiting(self, job_id: str) -> str | None:
        """Why this server does not run a job that nobody runs; None where it is about to."""
        if not self._resume and job_id not in self._own:
            return "Its server ended, and SYNTHAIX_RESUME is off: call resume_job to go on with it."
        if not self.free:
            return f"{self._slots} jobs run already; this one begins when one of them ends."
        return None

    async def run(self, tasks: TaskGroup) -> None:
        """Claim and run jobs as tasks of the group, until cancelled."""
        tasks.start_soon(self._heartbeat)
        while True:
            self._wake = anyio.Event()  # before the look: what is wanted meanwhile is looked for at once
            await self._fill(tasks)
            with anyio.move_on_after(POLL_SECONDS):
                await self._wake.wait()

    def adopt(self, tasks: TaskGroup, lease: Lease, record: JobRecord) -> LiveJob:
        """Run a job whose lease this server has."""
        live = LiveJob(lease, record)
        self._own[lease.job_id] = live
        self._board.add(live)
        tasks.start_soon(self._run, live)
        return live

    async def _fill(self, tasks: TaskGroup) -> None:
        try:
            while self.free and (self._resume or self._own):
                # The shield below hides a stop, and a job claimed while stopping would be given back and claimed again.
                await anyio.lowlevel.checkpoint_if_cancelled()
                # A job is claimed and adopted, or neither, also when the server stops just then.
                with anyio.CancelScope(shield=True):
                    if not await self._claim(tasks):
                        return
        except Exception as exc:
            # Whatever it was, the other jobs go on; a lease that was taken is found again at the next look.
            logger.warning("looking for jobs failed and is tried again: %s", exc)

    async def _claim(self, tasks: TaskGroup) -> bool:
        self._claiming = 1  # a job that is started meanwhile must not take the same place
        try:
            lease = await self._leases.claim(None if self._resume else self._own, self._board.busy)
            if lease is None:
                return False
            self.adopt(tasks, lease, await self._store.get(lease.job_id))
            return True
        finally:
            self._claiming = 0

    async def _run(self, live: LiveJob) -> None:
        try:
            await self._runner.run(live)
            if live.record.ended:
                self._served(live)
        except Exception as exc:
            logger.exception("job %s: its state could not be written", live.lease.job_id)
            message = str(exc) if isinstance(exc, SynthaixError) else "An internal error stopped the job."
            if live.cancelled:  # whoever asked for it is told so
                message = f"Cancelled. {message}"
                live.update(status="cancelled", stop_reason="cancelled", message=message, resumable=True)
            else:
                live.update(status="failed", stop_reason="error", message=message, resumable=True)
            self._board.remember(live)
            self._served(live)
            await self._try_settling(live)  # its last rows found no room; that it stopped takes none
        finally:
            self._board.remove(live)
            self._wake.set()

    async def settle(self, job_id: str) -> None:
        """Write that a job stopped, where the database did not take it at the time. Raises StoreError."""
        live = self._board.stop(job_id)
        if live is None:
            return
        stopped = live.record
        ending = Ending(stopped.status, stopped.stop_reason, stopped.message, stopped.resumable)
        with contextlib.suppress(LeaseLost):  # what seemed to fail was written, or another server has the job
            await self._store.fail(live.lease, ending)
        if self._board.stop(job_id) is live:  # not that of a later run
            self._board.forget(job_id)

    async def settle_all(self) -> None:
        """Try to write every such stop; what fails is logged."""
        for live in self._board.stops():
            await self._try_settling(live)

    async def _try_settling(self, live: LiveJob) -> None:
        try:
            await self.settle(live.lease.job_id)
        except Exception as exc:
            logger.warning("job %s: that it stopped is told from memory: %s", live.lease.job_id, exc)

    def _served(self, live: LiveJob) -> None:
        # A job that was resumed while its last run was still being tidied up waits for another.
        if self._own.get(live.lease.job_id) is live:
            del self._own[live.lease.job_id]

    async def _heartbeat(self) -> None:
        while True:
            await anyio.sleep(HEARTBEAT_SECONDS)
            await self._renew()
            await self.settle_all()

    async def _renew(self) -> None:
        live = {job.lease.job_id: job for job in self._board.all() if not job.record.ended}
        if not live:
            return
        try:
            orders = await self._leases.renew([job.lease for job in live.values()])
        except Exception as exc:
            logger.warning("renewing leases failed and is tried again: %s", exc)
            return
        for job_id, job in live.items():
            if job_id in orders.cancelled:
                job.cancel()
            elif job_id not in orders.held and not job.record.ended:
                job.lose()
            elif job_id in orders.held:
                job.allow(orders.budgets[job_id])
