"""Answers become typed and valid rows, several answers at a time and when nothing is more urgent.

Reading twenty rows costs polars as much as reading a thousand, and while answers arrive the requests
that follow them come first: a worker that waits is lost, an answer that waits is not. What
becomes of a row does not depend on its company.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
import numpy as np
import polars as pl

from synthaix.generate.encoding import read_rows
from synthaix.precedence import GiveWay, at_once
from synthaix.schema.coerce import coerce_rows
from synthaix.schema.table import TableSchema
from synthaix.schema.validation import valid_rows

if TYPE_CHECKING:
    from collections.abc import Callable

QUIET_SECONDS = 0.02
"""So long nothing must have been sent or received before answers are read."""


@dataclass(frozen=True, slots=True)
class Read:
    """The valid rows of one answer, in schema order; row k is candidate `positions[k]`.

    `found` rows could be told apart in the answer at all; `trouble` says what was wrong with one of
    those that are missing.
    """

    frame: pl.DataFrame
    positions: list[int]
    found: int
    trouble: str = ""


@dataclass(eq=False)
class _Entry:
    text: str
    batch: int
    wanted: frozenset[int]
    told: pl.DataFrame | None
    told_from: int
    read: Read | None = None
    error: Exception | None = None
    positions: list[int] = field(default_factory=list)
    found: int = 0


class Intake:
    """Reads the answers of one job.

    `idle` says for how many seconds nothing was sent or received; `give_way` is awaited before reading.
    """

    def __init__(
        self, table: TableSchema, written: tuple[str, ...], idle: Callable[[], float], give_way: GiveWay = at_once
    ) -> None:
        self._table = table
        self._columns = tuple(table[name] for name in written)
        # The written columns as a table of their own; bounds between columns may reach beyond it, so no validation.
        self._part = TableSchema.model_construct(columns=self._columns)
        self._idle = idle
        self._give_way = give_way
        self._waiting: list[_Entry] = []
        self._judging = anyio.Lock()

    async def read(
        self, text: str, batch: int, wanted: frozenset[int], told: pl.DataFrame | None, told_from: int, patience: float
    ) -> Read:
        """The valid rows of an answer whose row numbers count from candidate `batch`, of the candidates `wanted`.

        Row k of `told` holds the other columns of candidate `told_from` + k. Waits up to `patience` seconds
        for a quiet moment.
        """
        entry = _Entry(text, batch, wanted, told, told_from)
        self._waiting.append(entry)
        try:
            await self._quiet(entry, patience)
            async with self._judging:  # meanwhile answers gather, and are read together
                if entry in self._waiting:
                    await self._give_way()
                    await self._flush()
        except BaseException:
            if entry in self._waiting:
                self._waiting.remove(entry)
            raise
        if entry.error is not None:
            raise entry.error
        assert entry.read is not None
        return entry.read

    async def _quiet(self, entry: _Entry, patience: float) -> None:
        until = anyio.current_time() + patience
        while entry in self._waiting and self._idle() < QUIET_SECONDS:
            left = until - anyio.current_time()
            if left <= 0:
                return
            await anyio.sleep(min(left, QUIET_SECONDS))

    async def _flush(self) -> None:
        entries, self._waiting = self._waiting, []
        try:
            # In a thread: polars shares its own threads with every export, and the event loop must not queue there.
            # To the end: the others wait for this too.
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self._judge, entries)
        except Exception as exc:
            for entry in entries:
                entry.error = exc

    def _judge(self, entries: list[_Entry]) -> None:
        rows, told, bounds = [], [], [0]
        for entry in entries:
            found = read_rows(entry.text, self._columns)
            entry.found = len(found)
            for number, row in found.items():
                if entry.batch + number in entry.wanted:
                    entry.positions.append(entry.batch + number)
                    rows.append(row)
            if entry.told is not None:
                told.append(entry.told[[position - entry.told_from for position in entry.positions]])
            bounds.append(len(rows))
        coerced = coerce_rows(rows, self._part)
        frame, indices = coerced.frame, np.asarray(coerced.indices)
        if told:
            frame = pl.concat(told)[indices].hstack(frame)
        frame = frame.select(self._table.names)
        valid = valid_rows(frame, self._table).to_numpy()
        frame, kept = frame.filter(valid), indices[valid]
        cuts = np.searchsorted(kept, bounds).tolist()
        reasons = dict(reversed(coerced.rejected))
        for number, entry in enumerate(entries):
            start, stop = cuts[number], cuts[number + 1]
            positions = [entry.positions[index - bounds[number]] for index in kept[start:stop].tolist()]
            lost = range(bounds[number], bounds[number + 1])
            trouble = next((reasons[index] for index in lost if index in reasons), "")
            if not trouble and len(positions) < len(entry.positions):
                trouble = "rows broke the constraints of their columns"
            entry.read = Read(frame[start:stop], positions, entry.found, trouble)
