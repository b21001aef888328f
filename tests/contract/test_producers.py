"""Eight producers that write the same rows at once, read by the one acceptor a job has."""

from __future__ import annotations

import contextlib
import random
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
import numpy as np
import polars as pl
import pytest

from synthaix.dedup.engine import Deduplicator
from synthaix.generate.window import Candidates, Usage, Window
from synthaix.jobs.acceptor import Acceptor, Standing, written_patience
from synthaix.jobs.blob import decode_frame, decode_positions
from synthaix.jobs.spec import Budget
from synthaix.jobs.windows import Windows
from synthaix.schema.table import parse_schema

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from synthaix.jobs.store import Chunk

TABLE = parse_schema(
    {"columns": [{"name": name, "type": "string"} for name in ("name", "email")] + [{"name": "n", "type": "integer"}]}
)
ROWS, PRODUCERS, BATCH = 1_120, 8, 20


def people() -> pl.DataFrame:
    """1,120 rows, 160 of which are others typed again."""
    rng = random.Random(6)

    def word(letters: int) -> str:
        return "".join(rng.choice("abcdefghijklmnoprstuvw") for _ in range(letters))

    rows = [{"name": f"{(a := word(6)).title()} {(b := word(8)).title()}", "email": f"{a}.{b}@mail.example", "n": 1}
            for _ in range(960)]  # fmt: skip
    again = [{**row, "name": str(row["name"]).upper().replace("A", "AA", 1)} for row in rows[::6]]
    mixed = rows + again
    rng.shuffle(mixed)
    return pl.DataFrame(mixed)


class Producers:
    """Candidate batches in threads of their own, finished in any order: batch k of every producer follows batch k-1."""

    aligned, overdraw, authors, usage = True, 8.0, 0, Usage()
    width, least_rows = 0, 1
    notice: str | None = None
    trouble: str | None = None
    ahead: int | None = None
    held_rows: int | None = 200

    def __init__(self, frame: pl.DataFrame, producers: int, window_rows: int, seed: int) -> None:
        self._frame, self._producers = frame, producers
        self.concurrency, self.window_rows = producers, window_rows
        self._rng = random.Random(seed)

    def allow(self, budget: Budget) -> None:
        """There is nothing to spend."""

    async def run(self, window: Window) -> Candidates:
        await anyio.sleep(self._rng.random() / 500)
        return await anyio.to_thread.run_sync(self._write, window)

    def _write(self, window: Window) -> Candidates:
        positions = np.arange(window.start, window.stop, dtype=np.int64)
        batch, row = np.divmod(positions, BATCH)
        source = (batch // self._producers) * BATCH + row
        there = source < len(self._frame)
        return Candidates(window, self._frame[source[there]], positions[there])


@contextlib.asynccontextmanager
async def opened(acceptor: Acceptor, producers: Producers) -> AsyncIterator[Windows]:
    windows = Windows(producers, acceptor.decided, lambda: acceptor.wanted(producers.overdraw))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(windows.dispatch)
        yield windows
        tasks.cancel_scope.cancel()


async def survivors(
    directory: Path, producers: int, window_rows: int = BATCH, chunk_size: int = 100, seed: int = 1, stop: int = 10**9
) -> tuple[pl.DataFrame, np.ndarray]:
    """The accepted rows and their candidate positions; the job is started again once `stop` rows were accepted."""
    frame = people()
    deduplicator = Deduplicator.open(TABLE, sample=frame, directory=directory / f"{producers}-{seed}-a")
    acceptor = Acceptor(TABLE, deduplicator, total_rows=960, chunk_size=chunk_size, patience=written_patience)
    executor = Producers(frame, producers, window_rows, seed)
    committed: list[Chunk] = []
    async with opened(acceptor, executor) as windows:
        while not acceptor.done and acceptor.accepted < stop:
            committed += await anyio.to_thread.run_sync(acceptor.take, await windows.take())
            windows.decided(acceptor.decided)
            if acceptor.accepted > 300:
                await anyio.to_thread.run_sync(deduplicator.flush, 50)
    frozen = deduplicator.frozen()
    deduplicator.close()
    if not acceptor.done:
        deduplicator = Deduplicator.open(TABLE, frozen=frozen, directory=directory / f"{producers}-{seed}-a")
        for chunk in committed:
            deduplicator.admit_known(decode_frame(chunk.data), decode_positions(chunk.positions))
        last = committed[-1]
        standing = Standing(sum(chunk.rows for chunk in committed), last.rows_deduplicated, last.next_candidate)
        acceptor = Acceptor(
            TABLE, deduplicator, total_rows=960, chunk_size=chunk_size, patience=written_patience, standing=standing
        )
        async with opened(acceptor, executor) as windows:
            while not acceptor.done:
                committed += await anyio.to_thread.run_sync(acceptor.take, await windows.take())
                windows.decided(acceptor.decided)
        deduplicator.close()
    rows = pl.concat([decode_frame(chunk.data) for chunk in committed])
    return rows, np.concatenate([decode_positions(chunk.positions) for chunk in committed])


def alone() -> pl.DataFrame:
    """What one producer leaves, judged in one go."""
    frame = people()
    verdict = Deduplicator.open(TABLE, sample=frame).admit(frame, np.arange(len(frame)))
    return frame.filter(pl.Series(verdict.keep))


@pytest.mark.parametrize(
    ("producers", "window_rows", "chunk_size", "seed", "stop"),
    [(1, 20, 100, 1, 10**9), (8, 20, 100, 2, 10**9), (8, 160, 33, 3, 10**9), (8, 20, 100, 4, 400), (8, 33, 50, 5, 777)],
)
async def test_eight_producers_of_the_same_rows_leave_what_one_leaves(
    tmp_path: Path, producers: int, window_rows: int, chunk_size: int, seed: int, stop: int
) -> None:
    rows, positions = await survivors(tmp_path, producers, window_rows, chunk_size, seed, stop)

    assert rows.equals(alone())
    # The first of the eight copies is the one that stays.
    batch, row = np.divmod(positions, BATCH)
    assert (batch % producers == 0).all()
    assert people()[(batch // producers) * BATCH + row].equals(rows)
