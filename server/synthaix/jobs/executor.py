"""Who turns windows of candidates into rows: the samplers in a worker thread, or a model.

This is the seam along which work can leave the process: a window is a value, its rows depend on nothing
but the job, and running it twice does no harm, because only acceptance counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import anyio
import anyio.to_thread
import numpy as np

from synthaix.generate.window import Candidates, Usage, Window
from synthaix.precedence import GiveWay, at_once

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from synthaix.generate.sampler import TableSampler
    from synthaix.generate.writer import ModelWriter
    from synthaix.jobs.answers import JobAnswers
    from synthaix.jobs.spec import Budget
    from synthaix.providers.fallback import Client
    from synthaix.providers.spend import Spend

CELLS = 400_000
"""Cells of a sampled window: large enough that Python's share vanishes, small enough to hold several in memory."""

MAX_WINDOW = 65_536
MIN_WINDOW = 2_048

HELD_ROWS = 50_000
"""Model-written rows that may wait for a straggler in memory; later ones are read again from the answer log."""


class Executor(Protocol):
    """Runs windows. `run` may be called up to `concurrency` times at once."""

    concurrency: int
    width: int
    """Windows that make progress at once; those beyond it only stand ready. 0 where that is of no account."""
    least_rows: int
    """Candidates a window holds at least where some are likely to be rejected."""
    aligned: bool
    ahead: int | None
    """Windows that may be finished or under way beyond the one that is awaited; None for no bound."""
    held_rows: int | None
    """Rows that may wait in memory; past that a finished window is dropped and run again when its turn comes."""
    overdraw: float
    """How many candidates may be asked for, as a multiple of the rows still needed, where many are rejected."""

    @property
    def window_rows(self) -> int:
        """Candidates a window holds at most; a window never crosses a multiple of it where `aligned`."""
        ...

    async def run(self, window: Window) -> Candidates:
        """The valid rows of the window."""
        ...

    def allow(self, budget: Budget) -> None:
        """Spend no more than that from now on."""
        ...

    @property
    def trouble(self) -> str | None:
        """Why nothing comes at the moment, where what is asked does not answer."""
        ...

    @property
    def usage(self) -> Usage:
        """What all windows of the job have consumed, earlier runs included."""
        ...

    @property
    def authors(self) -> int:
        """How many models have answered for the job, in earlier runs too."""
        ...

    @property
    def notice(self) -> str | None:
        """What a reader of the job's status should know at present."""
        ...


class LocalExecutor:
    """Samples windows in worker threads that all jobs of the server share, first come first served."""

    aligned = False
    width = 0
    least_rows = 1
    authors = 0
    notice: str | None = None
    held_rows: int | None = None
    overdraw = 32.0

    def __init__(
        self,
        sampler: TableSampler,
        columns: int,
        limiter: anyio.CapacityLimiter,
        compared: bool = False,
        give_way: GiveWay = at_once,
    ) -> None:
        self._sampler = sampler
        self._limiter = limiter
        self._give_way = give_way
        self.concurrency = int(limiter.total_tokens)
        # A window is decided and committed in one go. Comparing its rows takes longer than sampling them, so where
        # they are compared small windows keep progress visible, a cancellation quick and a restart cheap.
        self._window_rows = MIN_WINDOW if compared else min(MAX_WINDOW, max(MIN_WINDOW, CELLS // max(columns, 1)))
        self.ahead: int | None = self.concurrency + 1

    @property
    def window_rows(self) -> int:
        """The same for the whole job."""
        return self._window_rows

    async def run(self, window: Window) -> Candidates:
        """Every candidate of the window, sampled."""
        await self._give_way()
        frame = await anyio.to_thread.run_sync(
            self._sampler.window, window, limiter=self._limiter, abandon_on_cancel=True
        )
        return Candidates(window, frame, np.arange(window.start, window.stop, dtype=np.int64))

    def allow(self, budget: Budget) -> None:
        """Sampling spends nothing."""

    @property
    def trouble(self) -> str | None:
        """None."""
        return None

    @property
    def usage(self) -> Usage:
        """Nothing."""
        return Usage()


class FetchingExecutor:
    """Another executor's windows, handed over once a remote embedding has given the vectors of their rows.

    So that nothing is half decided when the embedding fails, and no window waits for another's vectors.
    """

    def __init__(
        self, executor: Executor, fetch: Callable[[pl.DataFrame], None], limiter: anyio.CapacityLimiter
    ) -> None:
        self._executor = executor
        self._fetch = fetch
        self._limiter = limiter
        self.concurrency = executor.concurrency
        self.width, self.least_rows = executor.width, executor.least_rows
        self.aligned = executor.aligned
        self.ahead = executor.ahead
        self.held_rows = executor.held_rows
        self.overdraw = executor.overdraw

    @property
    def window_rows(self) -> int:
        """As the other executor has it, now."""
        return self._executor.window_rows

    async def run(self, window: Window) -> Candidates:
        """The rows of the window. Raises ProviderError where the embedding fails, too."""
        candidates = await self._executor.run(window)
        await anyio.to_thread.run_sync(self._fetch, candidates.frame, limiter=self._limiter, abandon_on_cancel=True)
        return candidates

    def allow(self, budget: Budget) -> None:
        """The other executor's budget; the embedding has none."""
        self._executor.allow(budget)

    @property
    def trouble(self) -> str | None:
        """What the other executor is in."""
        return self._executor.trouble

    @property
    def usage(self) -> Usage:
        """What the other executor has consumed."""
        return self._executor.usage

    @property
    def authors(self) -> int:
        """How many models the other executor knows of."""
        return self._executor.authors

    @property
    def notice(self) -> str | None:
        """What the other executor has to say."""
        return self._executor.notice


class ModelExecutor:
    """Has windows written by a model, at most `workers` requests at once."""

    aligned = True
    least_rows = 8  # a request costs much the same for one row as for these
    ahead: int | None = None
    held_rows: int | None = HELD_ROWS
    overdraw = 2.0

    def __init__(self, writer: ModelWriter, client: Client, spend: Spend, log: JobAnswers, workers: int) -> None:
        self._writer = writer
        self._log = log
        self._client = client
        self._spend = spend
        # The client holds the requests to `workers`; as many windows more are prepared, so that when many
        # answers come at once, none of the freed places waits for a prompt to be written.
        self.concurrency, self.width = 2 * workers, workers

    @property
    def window_rows(self) -> int:
        """As many as one request may ask for, now."""
        return self._writer.rows_per_request

    async def run(self, window: Window) -> Candidates:
        """The rows of the window; answers in the log are not asked for again."""
        return await self._writer.write(window)

    def allow(self, budget: Budget) -> None:
        """Requests under way are reserved already; the next one is judged by the new limits."""
        self._spend.limit(budget.usd, budget.tokens, budget.requests)

    @property
    def trouble(self) -> str | None:
        """What the provider's failure is, while it lasts."""
        return self._client.trouble

    @property
    def usage(self) -> Usage:
        """What the job has consumed of the provider."""
        return self._spend.used

    @property
    def authors(self) -> int:
        """How many models' answers are in the log."""
        return len(self._log.authors)

    @property
    def notice(self) -> str | None:
        """That a fallback writes, while it does."""
        return self._writer.notice
