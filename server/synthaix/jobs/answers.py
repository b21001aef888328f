"""The answer log: every model answer, durable on arrival, so that none is paid for twice."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import anyio
import numpy as np
import sqlalchemy as sa

from synthaix.generate.answer import Answer
from synthaix.generate.window import Usage, Window
from synthaix.jobs.authors import AUTHORS
from synthaix.jobs.blob import decode_positions, encode_positions, pack
from synthaix.jobs.database import Waiting, patiently, untold
from synthaix.jobs.faults import Faults, no_faults
from synthaix.jobs.tables import answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthaix.jobs.database import Database
    from synthaix.jobs.lease import Lease


# Built once: putting a statement together costs as much as running it.
_RECORD = sa.insert(answers)
_RECORDED = (
    sa.select(answers)
    .where(
        answers.c.job_id == sa.bindparam("job"),
        answers.c.first < sa.bindparam("stop"),
        answers.c.last >= sa.bindparam("start"),
    )
    .order_by(answers.c.answer_id)
)
# The columns that tell an answer from every other: no two of the same question arrive in the same microsecond.
_NAMED = ("job_id", "first", "last", "positions", "attempt", "recorded_at")
_STANDS = sa.select(answers.c.answer_id).where(*(answers.c[name] == sa.bindparam(f"_{name}") for name in _NAMED))
_TOTALS = sa.select(
    sa.func.coalesce(sa.func.sum(answers.c.requests), 0),
    sa.func.coalesce(sa.func.sum(answers.c.input_tokens), 0),
    sa.func.coalesce(sa.func.sum(answers.c.output_tokens), 0),
    sa.func.coalesce(sa.func.sum(answers.c.cost_usd), 0.0),
    sa.func.count() - sa.func.count(answers.c.cost_usd),
    sa.func.coalesce(sa.func.max(answers.c.last), -1),
).where(answers.c.job_id == sa.bindparam("job"))


class JobAnswers:
    """The answers of one job, written by the holder of its lease. Opened with `open`."""

    def __init__(
        self,
        database: Database,
        lease: Lease,
        faults: Faults,
        waiting: Waiting,
        used: Usage,
        last: int,
        authors: set[tuple[str, str]],
    ) -> None:
        self.used = used
        """What the answers recorded before this run consumed together."""
        self.authors = authors
        """Provider and model of every answer."""
        self._last = last  # the last candidate any answer concerns
        self._database = database
        self._lease = lease
        self._faults = faults
        self._waiting = waiting

    @classmethod
    async def open(
        cls, database: Database, lease: Lease, faults: Faults = no_faults, waiting: Waiting = untold
    ) -> JobAnswers:
        """The log of the job that the lease is for."""

        def work(connection: sa.Connection) -> tuple[Any, ...]:
            job = {"job": lease.job_id}
            return *connection.execute(_TOTALS, job).one(), {tuple(row) for row in connection.execute(AUTHORS, job)}

        found = await patiently(lambda: database.read(work), waiting)
        requests, sent, received, cost, unpriced, last, authors = found
        used = Usage(int(requests), int(sent), int(received), None if unpriced else float(cost))
        return cls(database, lease, faults, waiting, used, int(last), authors)

    async def recorded(self, window: Window) -> Sequence[Answer]:
        """The answers that concern a candidate of the window, in the order they arrived."""
        if window.start > self._last:
            return []  # new ground, as nearly all windows of a job are
        bounds = {"job": self._lease.job_id, "start": window.start, "stop": window.stop}

        def work(connection: sa.Connection) -> list[Answer]:
            return [_answer(row) for row in connection.execute(_RECORDED, bounds)]

        return await patiently(lambda: self._database.read(work), self._waiting)

    async def record(self, answer: Answer) -> None:
        """Keep the answer; it is durable when this returns. Raises LeaseLost if the job was taken over.

        A connection may die after the answer has become durable and before that is known, so a further attempt
        looks first, once no earlier one can be on its way any more.
        """
        item = _Item(answer, datetime.now(UTC))

        async def attempt() -> None:
            item.attempts += 1
            await self._database.write_one(self._record, item)

        self._faults("answer.before")
        self._last = max(self._last, *answer.positions)
        self.authors.add((answer.provider, answer.model))
        # It is paid for: neither a cancellation nor a database that is busy for a while may lose it.
        with anyio.CancelScope(shield=True):
            await patiently(attempt, self._waiting)
        self._faults("answer.after")

    def _record(self, connection: sa.Connection, items: Sequence[_Item]) -> None:
        again = [item for item in items if item.attempts > 1]
        self._lease.confirm(connection, alone=bool(again))
        values = {id(item): item.values(self._lease.job_id) for item in items}
        for item in again:
            named = {f"_{name}": values[id(item)][name] for name in _NAMED}
            if connection.execute(_STANDS, named).first() is not None:
                del values[id(item)]
        if values:
            connection.execute(_RECORD, list(values.values()))


@dataclass(slots=True, eq=False)
class _Item:
    """An answer on its way into the log, and how often that was tried."""

    answer: Answer
    recorded_at: datetime
    attempts: int = 0

    def values(self, job_id: str) -> dict[str, Any]:
        """The row of the table. In the writer's thread: the event loop has the next requests to send."""
        answer = self.answer
        return {
            "job_id": job_id,
            "first": min(answer.positions),
            "last": max(answer.positions),
            "positions": encode_positions(np.asarray(answer.positions, dtype=np.int64)),
            "attempt": answer.attempt,
            "provider": answer.provider,
            "model": answer.model,
            "finish": answer.finish,
            "text": pack(answer.text.encode("utf-8", "surrogatepass")),
            "requests": answer.usage.requests,
            "input_tokens": answer.usage.input_tokens,
            "output_tokens": answer.usage.output_tokens,
            "cost_usd": answer.usage.cost_usd,
            "recorded_at": self.recorded_at,
        }


def _answer(row: sa.Row[Any]) -> Answer:
    return Answer(
        positions=tuple(int(position) for position in decode_positions(row.positions)),
        attempt=row.attempt,
        provider=row.provider,
        model=row.model,
        text=zlib.decompress(row.text).decode("utf-8", "surrogatepass"),
        finish=row.finish,
        usage=Usage(row.requests, row.input_tokens, row.output_tokens, row.cost_usd),
    )
