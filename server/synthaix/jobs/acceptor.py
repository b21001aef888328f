"""The one reader of a job's candidates: duplicates go, survivors become chunks, an empty value space is noticed.

Everything here is decided by candidate positions alone, never by where a window or a chunk happens to
end, so that the rows are the same whatever the chunk size and the number of workers.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthaix.jobs.blob import encode_frame, encode_positions
from synthaix.jobs.store import Chunk

if TYPE_CHECKING:
    from synthaix.dedup.engine import Deduplicator
    from synthaix.dedup.rejected import Duplicate
    from synthaix.generate.window import Candidates
    from synthaix.schema.table import TableSchema

Patience = Callable[[NDArray[np.int64]], NDArray[np.int64]]
"""Rows accepted so far -> how many rejected candidates in a row mean that the value space is exhausted."""


def sampled_patience(accepted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sampling is cheap: the last of n equally likely values is missed with probability e^-20."""
    return np.maximum(2_000, 20 * accepted)


def written_patience(accepted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every rejected candidate is paid for: at most 2,000 in a row."""
    return np.clip(accepted, 200, 2_000)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a job stood when it was last committed."""

    rows: int = 0
    rows_deduplicated: int = 0
    next_candidate: int = 0


@dataclass(frozen=True, slots=True)
class _Survivors:
    frame: pl.DataFrame
    positions: NDArray[np.int64]
    removed: NDArray[np.int64]  # duplicates removed before each survivor, since the job began

    def __len__(self) -> int:
        return self.frame.height

    def cut(self, start: int, stop: int) -> _Survivors:
        return _Survivors(self.frame.slice(start, stop - start), self.positions[start:stop], self.removed[start:stop])


class Acceptor:
    """Takes windows in order; `accepted` rows have survived, `exhausted` names why no more will.

    `partial` are the accepted rows of a chunk that was committed before it was full.
    """

    def __init__(
        self,
        table: TableSchema,
        deduplicator: Deduplicator,
        *,
        total_rows: int,
        chunk_size: int,
        patience: Patience,
        standing: Standing = Standing(),
        partial: tuple[pl.DataFrame, NDArray[np.int64]] | None = None,
    ) -> None:
        self._table = table
        self._deduplicator = deduplicator
        self._total = total_rows
        self._chunk_size = chunk_size
        self._patience = patience
        self._removed = standing.rows_deduplicated
        self._last = standing.next_candidate - 1  # the last survivor's position
        self._pending = _partial(partial, standing)
        self._marked: tuple[_Survivors | None, int] | None = None
        self._deciding = threading.Lock()
        self._rate = 1.0  # share of candidates that survived lately
        self._blame: Counter[tuple[str, ...]] = Counter()
        self.accepted = standing.rows
        self.decided = standing.next_candidate
        self.exhausted: str | None = None
        self.next_chunk = (standing.rows - (0 if partial is None else partial[0].height)) // chunk_size

    @property
    def done(self) -> bool:
        """Whether no further candidate can be accepted."""
        return self.accepted >= self._total or self.exhausted is not None

    def wanted(self, overdraw: float) -> int:
        """Candidates likely needed for the rows that are missing, at most `overdraw` times as many."""
        missing = self._total - self.accepted
        return 0 if self.done else math.ceil(missing * min(overdraw, 1.0 / max(self._rate, 1e-9)))

    def take(self, candidates: Candidates) -> list[Chunk]:
        """Settle the window's candidates; the chunks that became full. Heavy: belongs in a worker thread."""
        with self._deciding:
            return self._take(candidates)

    def mark(self) -> None:
        """Remember what `rest` is to give, until `unmark`, if the next take is given up while it runs."""
        self._marked = (self._pending, self.next_chunk)

    def unmark(self) -> None:
        """The take's chunks are in hand."""
        self._marked = None

    def settled(self) -> None:
        """Wait until no take runs any more, also none that was given up."""
        with self._deciding:
            return

    def _take(self, candidates: Candidates) -> list[Chunk]:
        verdict = self._deduplicator.admit(candidates.frame, candidates.positions)
        keep = np.flatnonzero(verdict.keep)
        survivors = _Survivors(
            candidates.frame if len(keep) == len(verdict.keep) else candidates.frame.filter(pl.Series(verdict.keep)),
            candidates.positions[keep],
            self._removed + np.cumsum(~verdict.keep)[keep],
        )
        survivors = survivors.cut(0, self._total - self.accepted)
        survivors = survivors.cut(
            0, self._before_exhaustion(survivors.positions, candidates.window.stop, verdict.duplicates)
        )
        self._rate = 0.5 * (self._rate + len(survivors) / max(candidates.window.count, 1))
        self._removed += int(np.count_nonzero(~verdict.keep))
        self.decided = candidates.window.stop
        self.accepted += len(survivors)
        if len(survivors):
            self._last = int(survivors.positions[-1])
            self._pending = _joined(self._pending, survivors)
        return self._full_chunks()

    def rest(self) -> list[Chunk]:
        """The survivors of the chunk that is not full, as a chunk that may grow when the job is resumed."""
        pending, index = self._marked or (self._pending, self.next_chunk)
        if pending is None or not len(pending):
            return []
        return [self._encoded(pending, index)]

    def _full_chunks(self) -> list[Chunk]:
        pending = self._pending
        if pending is None:
            return []
        full = len(pending) // self._chunk_size
        size = self._chunk_size
        ready = [self._encoded(pending.cut(k * size, (k + 1) * size), self.next_chunk + k) for k in range(full)]
        self.next_chunk += full
        if full:
            self._pending = pending.cut(full * size, len(pending))
        if self.accepted >= self._total and self._pending is not None and len(self._pending):
            ready.append(self._encoded(self._pending, self.next_chunk))
            self.next_chunk += 1
            self._pending = None
        return ready

    def _encoded(self, survivors: _Survivors, index: int) -> Chunk:
        return Chunk(
            index=index,
            rows=len(survivors),
            next_candidate=int(survivors.positions[-1]) + 1,
            rows_deduplicated=int(survivors.removed[-1]),
            data=encode_frame(survivors.frame),
            positions=encode_positions(survivors.positions),
        )

    def _before_exhaustion(self, positions: NDArray[np.int64], stop: int, duplicates: list[Duplicate]) -> int:
        """How many survivors came before the value space counted as exhausted; all of them if it does not."""
        previous = np.concatenate(([self._last], positions)).astype(np.int64)
        gaps = np.append(positions, stop) - previous - 1
        limits = self._patience(self.accepted + np.arange(len(gaps), dtype=np.int64))
        if self.accepted + len(positions) >= self._total:
            gaps = gaps[:-1]  # what follows the last row wanted does not matter
        over = np.flatnonzero(gaps >= limits[: len(gaps)])
        count = int(over[0]) if len(over) else len(positions)
        if count:
            self._blame.clear()
        last = int(previous[count])
        if len(duplicates):
            end = last + int(limits[count]) if len(over) else stop
            self._blame.update(item.columns for item in duplicates if last < item.position <= end)
        if len(over):
            self.exhausted = self._explained(self.accepted + count, int(limits[count]))
        return count

    def _explained(self, rows: int, run: int) -> str:
        if not self._blame:
            return f"No valid row was among the last {run:,} candidates; {rows:,} of {self._total:,} rows were made."
        keys: set[tuple[str, ...]] = {(column.name,) for column in self._table.columns if column.unique}
        keys |= {tuple(name for name in self._table.names if name in key) for key in self._table.unique}
        blamed = {columns: count for columns, count in self._blame.items() if columns in keys}
        if blamed:
            key = max(blamed, key=lambda columns: blamed[columns])
        else:
            names: Counter[str] = Counter()
            for columns, count in self._blame.items():
                names.update(dict.fromkeys(columns, count))
            key = (max(names, key=lambda name: names[name]),)
        what = f"Column {key[0]!r}" if len(key) == 1 else f"The key of {' and '.join(map(repr, key))}"
        return (
            f"{what} ran out of new values: the last {run:,} candidates were duplicates, so {rows:,} of "
            f"{self._total:,} rows were made; give it more possible values, or ask for fewer rows."
        )


def _joined(first: _Survivors | None, second: _Survivors) -> _Survivors:
    if first is None or not len(first):
        return second
    return _Survivors(
        pl.concat([first.frame, second.frame], rechunk=True),
        np.concatenate([first.positions, second.positions]),
        np.concatenate([first.removed, second.removed]),
    )


def _partial(partial: tuple[pl.DataFrame, NDArray[np.int64]] | None, standing: Standing) -> _Survivors | None:
    if partial is None:
        return None
    frame, positions = partial
    # Only the count at the chunk's end is ever used, and rows are added to this chunk's end.
    return _Survivors(frame, positions, np.full(frame.height, standing.rows_deduplicated, dtype=np.int64))
