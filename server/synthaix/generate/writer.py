"""Rows by a model: window in, valid rows out, nothing paid for twice.

An answer is recorded durably before it is used; on a restart the recorded ones are read first and
only what they lack is asked for. Complete rows of a cut answer are kept, unreadable and
invalid ones asked for again, in halves where the answer was too long.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import numpy as np
import polars as pl

from synthaix.errors import AnswerUnusable, LeaseLost, ProviderError, StoreError
from synthaix.generate.answer import Answer, AnswerLog
from synthaix.generate.calls import all_of
from synthaix.generate.encoding import Encoding, compact, given, keyed
from synthaix.generate.estimate import split_columns, tokens_per_row
from synthaix.generate.intake import Intake
from synthaix.generate.leftovers import Leftovers, Share
from synthaix.generate.prompt import Brief, Repeats, hint, llm_prompts, system_text, user_text, wants_hints
from synthaix.generate.sizing import STRIKES, RequestSize
from synthaix.generate.window import Candidates, Usage, Window
from synthaix.precedence import GiveWay, at_once
from synthaix.providers.base import ModelRequest
from synthaix.schema.physical import dtypes_of, json_rows

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from synthaix.generate.plan import Plan
    from synthaix.generate.sampler import TableSampler
    from synthaix.providers.client import ModelReply
    from synthaix.providers.fallback import Client
    from synthaix.providers.spend import Spend
    from synthaix.schema.table import TableSchema

ATTEMPTS = 6
"""Questions a row is worth: at 20% bad answers one in 15,000 is then missing, and another candidate takes its place.
As many answers also lead from the first rung of the ladder to the last."""


@dataclass
class _Work:
    """One window under way: what is accepted, and what is still missing."""

    window: Window
    sampled: pl.DataFrame | None
    known: list[list[Any]]
    missing: list[int]
    attempt: int = 0
    size: int = 0
    began: int = 0  # answers the job had read rows from when this window began
    usage: Usage = field(default_factory=Usage)
    frames: list[pl.DataFrame] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    trouble: str = "no answer held a row"


class ModelWriter:
    """Writes windows of one job; any number of `write` calls may run at once on one event loop.

    `client` bounds the requests under way, so more windows than workers may be written at once: then a
    freed worker finds its next request ready.
    """

    def __init__(
        self,
        table: TableSchema,
        plan: Plan,
        seed: int,
        *,
        client: Client,
        sampler: TableSampler | None,
        log: AnswerLog,
        spend: Spend,
        instructions: str | None = None,
        examples: Sequence[Mapping[str, Any]] = (),
        give_way: GiveWay = at_once,
    ) -> None:
        written, known = split_columns(table, plan.columns)
        self._table, self._seed = table, seed
        self._client, self._sampler, self._log, self._spend = client, sampler, log, spend
        self._written, self._known = written, known
        self._intake = Intake(table, tuple(column.name for column in written), client.idle_seconds, give_way)
        self._writing = 0
        names = {column.name for column in written}
        self._brief = Brief(
            compact(written), known, llm_prompts(plan.columns), instructions, tuple(examples),
            unique=tuple(key for key in table.unique if names.intersection(key)),
        )  # fmt: skip
        self._system, self._schema = system_text(self._brief), self._brief.encoding.schema()
        self._hints = wants_hints(written)
        self._repeats = Repeats(written)
        self._size = RequestSize(tokens_per_row(written))
        self._leftovers = Leftovers(self._ask, lambda: client.idle)
        self._read = self._strikes = 0
        self._proven, self._proving = False, anyio.Lock()
        self._lost: tuple[float, ProviderError] | None = None  # when and how the last lone window failed

    @property
    def notice(self) -> str | None:
        """What a reader of the job's status should know about who writes."""
        return self._client.notice

    @property
    def rows_per_request(self) -> int:
        """How large a window one request can fill, now."""
        return self._size.rows

    async def write(self, window: Window) -> Candidates:
        """The valid rows of a window; `usage` counts what this call spent, not what recorded answers once cost.

        Raises ProviderRefused, ProviderDown, BudgetReached, or AnswerUnusable where no attempt gave a single row, nor
        did any for another window meanwhile: else this window is given up, and other candidates take its place.
        """
        async with self._turn():
            return await self._write(window)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Until a model nobody knows has written a row, windows go one by one.

        One that cannot do it at all is then found out by a few questions, not by a few of every worker.
        """
        if not (self._proven or self._client.trusted):
            arrived = anyio.current_time()
            async with self._proving:
                if not (self._proven or self._client.trusted):
                    if self._lost is not None and self._lost[0] >= arrived:
                        raise type(self._lost[1])(str(self._lost[1]))
                    try:
                        yield
                    except ProviderError as exc:
                        self._lost = (anyio.current_time(), exc)
                        raise
                    return
        yield

    async def _write(self, window: Window) -> Candidates:
        self._writing += 1
        try:
            work = await self._begin(window)
            await self._fill(work)
        finally:
            self._writing -= 1
        if not work.positions and window.count and self._read == work.began:
            raise AnswerUnusable(
                f"{self._client.model} wrote no usable row in {ATTEMPTS} attempts: {work.trouble}; "
                f"try another model, or fewer and simpler columns."
            )
        return self._finish(work)

    async def _fill(self, work: _Work) -> None:
        recorded = sorted(await self._log.recorded(work.window), key=lambda answer: answer.attempt)
        for answer in recorded:
            await self._absorb(work, answer)
            work.attempt = max(work.attempt, answer.attempt + 1)
        while work.missing and work.attempt < ATTEMPTS:
            missing, size = list(work.missing), work.size
            await all_of(
                [partial(self._question, work, missing[at : at + size]) for at in range(0, len(missing), size)]
            )
            work.attempt += 1

    async def _question(self, work: _Work, positions: list[int]) -> None:
        rows = min(self.rows_per_request, work.size)
        if work.attempt and len(positions) < rows:
            await self._leftovers.fill(work, positions, rows, self._client.usual_seconds)
        else:
            await self._ask([Share(work, positions)])

    async def _begin(self, window: Window) -> _Work:
        sampled: pl.DataFrame | None = None
        known: list[list[Any]] = []
        if self._known and self._sampler is not None:
            sampled = await anyio.to_thread.run_sync(self._sampler.window, window)
            rows = json_rows(sampled.select(column.name for column in self._known))
            known = [[given(column, row[column.name]) for column in self._known] for row in rows]
        missing = list(range(window.start, window.stop))
        size = min(self.rows_per_request, max(1, window.count))
        return _Work(window, sampled, known, missing, size=size, began=self._read)

    async def _ask(self, shares: Sequence[Share[_Work]]) -> None:
        positions = sorted(position for share in shares for position in share.positions)
        works = [share.owner for share in shares]
        try:
            reply = await self._client.ask(self._request(works, positions), self._spend)
        except AnswerUnusable as exc:
            self._size.failed(1)
            for work in works:
                work.trouble = str(exc)
            return
        answer = Answer(
            positions=tuple(positions),
            attempt=max(work.attempt for work in works),
            provider=reply.by.provider,
            model=reply.by.model,
            text=reply.text,
            finish=reply.finish,
            usage=reply.usage,
        )
        # Whatever was paid for is kept before it is looked at.
        if reply.text or reply.usage.tokens:
            try:
                await self._log.record(answer)
            except (LeaseLost, StoreError) as exc:
                self._spend.stop(exc)
                raise
        works[0].usage += reply.usage
        # Rows that could be told apart are counted over the whole answer, so every window reports the same.
        readable = max([await self._absorb(work, answer) for work in works])
        if self._proven:
            reply.by.wrote()
        self._learn(works, reply, len(positions), readable)

    def _request(self, works: Sequence[_Work], positions: list[int]) -> ModelRequest:
        batch = positions[0]
        user = user_text(
            batch,
            [position - batch for position in positions],
            [_known(works, position) for position in positions] if works[0].known else (),
            [hint(self._seed, position) for position in positions] if self._hints else (),
            self._repeats.avoid(),
        )
        return ModelRequest(
            system=self._system,
            user=user,
            schema=self._schema,
            max_tokens=self._size.room(len(positions)),
            expected_tokens=round(self._size.per_row * len(positions)),
        )

    async def _absorb(self, work: _Work, answer: Answer) -> int:
        """Take the answer's valid rows into the window; how many rows could be told apart in it."""
        wanted = frozenset(work.missing).intersection(answer.positions)
        patience = self._client.usual_seconds / 2 if self._writing > 1 else 0.0
        read = await self._intake.read(
            answer.text, answer.positions[0], wanted, work.sampled, work.window.start, patience
        )
        work.trouble = read.trouble or work.trouble if read.found else _what_is_wrong(answer)
        if read.positions:
            self._proven = True
            self._read += 1
            work.frames.append(read.frame)
            work.positions.extend(read.positions)
            work.missing = sorted(set(work.missing).difference(read.positions))
            self._repeats.add(read.frame)
        return read.found

    def _learn(self, works: Sequence[_Work], reply: ModelReply, asked: int, readable: int) -> None:
        """Adapt form and size to what came back."""
        self._size.failed(reply.usage.requests - bool(readable))
        if readable:
            reply.by.readable(reply.rung)
        elif reply.finish == "stop":
            reply.by.unreadable(reply.rung)
            if self._brief.encoding.keys is None:
                self._strikes += 1
                if self._strikes >= STRIKES:
                    self._use(keyed(self._written))
        if reply.finish == "length":
            size = self._size.cut(asked, readable, reply.usage.output_tokens)
            for work in works:
                work.size = min(work.size, size)
        elif readable:
            self._strikes = 0
            self._size.answered(readable, reply.usage.output_tokens)

    def _use(self, encoding: Encoding) -> None:
        self._brief = replace(self._brief, encoding=encoding)
        self._system, self._schema = system_text(self._brief), encoding.schema()

    def _finish(self, work: _Work) -> Candidates:
        positions = np.asarray(work.positions, dtype=np.int64)
        if len(work.frames) == 1:
            frame = work.frames[0]
        else:
            frame = pl.concat(work.frames) if work.frames else pl.DataFrame(schema=dtypes_of(self._table))
        if work.positions != sorted(work.positions):
            order = np.argsort(positions, kind="stable")
            positions, frame = positions[order], frame[order]
        return Candidates(work.window, frame, positions, work.usage)


def _known(works: Sequence[_Work], position: int) -> list[Any]:
    """What the model is told of that candidate."""
    work = next(work for work in works if work.window.start <= position < work.window.stop)
    return work.known[position - work.window.start]


def _what_is_wrong(answer: Answer) -> str:
    if answer.finish == "refused":
        return "the model declined to answer"
    if answer.finish == "length":
        return "the answer was cut before its first row ended"
    return "the answer held no row in the form that was asked for"
