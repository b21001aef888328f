"""What deduplication costs a running job: its share of the time, and the pauses of the server's event loop."""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llm import CALM, REQUEST_SECONDS, ROWS_A_REQUEST, model

from synthaix.dedup.engine import Deduplicator
from synthaix.jobs.engine import Engine
from synthaix.jobs.spec import GenerationRequest
from synthaix.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 600.0
CUSTOMERS: dict[str, Any] = {
    "columns": [
        {"name": "customer_id", "type": "integer", "generator": {"kind": "sequence"}},
        {"name": "name", "type": "string", "generator": {"kind": "person", "field": "full_name"}},
        {"name": "email", "type": "string", "generator": {"kind": "person", "field": "email"}},
        {"name": "street", "type": "string", "generator": {"kind": "address", "field": "street"}},
        {"name": "city", "type": "string", "generator": {"kind": "address", "field": "city"}},
    ]
}
WRITTEN: dict[str, Any] = {
    "columns": [
        {"name": "name", "type": "string", "description": "Full name"},
        {"name": "employer", "type": "string", "description": "Company the person works for"},
        {"name": "biography", "type": "text", "description": "A short biography"},
    ]
}


@dataclass
class Spent:
    """Seconds inside the engine: as the clock has them, and of the processor."""

    clock: float = 0.0
    processor: float = 0.0


@contextmanager
def watched() -> Iterator[Spent]:
    """Measures every decision made meanwhile."""
    spent, admit = Spent(), Deduplicator.admit

    def measured(self: Deduplicator, *arguments: Any) -> Any:
        begun, busy = time.perf_counter(), time.thread_time()
        try:
            return admit(self, *arguments)
        finally:
            spent.clock += time.perf_counter() - begun
            spent.processor += time.thread_time() - busy

    Deduplicator.admit = measured  # type: ignore[method-assign,assignment]
    try:
        yield spent
    finally:
        Deduplicator.admit = admit  # type: ignore[method-assign]


async def run(engine: Engine, **request: Any) -> tuple[float, Any]:
    """(seconds from request to end, the job's last status)."""
    begun = time.perf_counter()
    started = await engine.start(await engine.draft(GenerationRequest(seed=1, **request)))
    ended = [status async for status in engine.watch(started.job_id, PATIENCE)][-1]
    if ended.status != "completed":
        raise SystemExit(f"the job is {ended.status}: {ended.message}")
    return time.perf_counter() - begun, ended


async def share(rows: int, workers: int) -> None:
    """The same job on a loopback model, with and without deduplication, in turns."""
    print(
        f"{rows:,} rows by a loopback model ({REQUEST_SECONDS:.2f} s a request of {ROWS_A_REQUEST}), {workers} workers"
    )
    with model(CALM) as base, tempfile.TemporaryDirectory() as directory, watched() as spent:
        settings = Settings(
            data_dir=Path(directory), openai_api_key="sk-bench", openai_base_url=f"{base}/v1", _env_file=None
        )
        async with Engine(settings) as engine:
            request = {"table": WRITTEN, "max_workers": workers, "mode": "llm"}
            await run(engine, total_rows=40, **request)
            walls: dict[bool, list[float]] = {True: [], False: []}
            gaps: dict[bool, list[float]] = {True: [], False: []}
            clock, processor, removed = [], [], 0
            for on in (True, False) * 3:
                spent.clock = spent.processor = 0.0
                urllib.request.urlopen(urllib.request.Request(f"{base}/behaviour", data=b"{}")).read()
                seconds, ended = await run(engine, total_rows=rows, deduplicate=on, **request)
                walls[on].append(seconds)
                busy = json.loads(urllib.request.urlopen(f"{base}/counts").read())["busy_seconds"]
                gaps[on].append(seconds - busy)
                if on:
                    clock.append(spent.clock / seconds)
                    processor.append(spent.processor / seconds)
                    removed = ended.rows_deduplicated
    for on, name in ((True, "with deduplication"), (False, "without")):
        print(f"{name:18} {min(walls[on]):6.2f} s, of which {min(gaps[on]):.2f} s with no request under way")
    added = (min(gaps[True]) - min(gaps[False])) / min(walls[True])
    print(f"{removed} rows removed; what deciding adds to the job's time: {max(0.0, added):.2%}")
    print(
        f"deciding itself: {min(processor):.2%} of the job's time on one core, {min(clock):.2%} with waits for a core"
    )


async def stall(rows: int) -> None:
    """Pauses of the event loop that serves calls: idle, and during a local job whose rows are compared."""
    with tempfile.TemporaryDirectory() as directory:
        async with Engine(Settings(data_dir=Path(directory), _env_file=None)) as engine:
            request = {"table": CUSTOMERS, "mode": "local"}
            await run(engine, total_rows=500, **request)
            print(f"{rows:,} customers; pauses of the event loop in ms, asked to wake every millisecond")
            for name, options in (("idle", None), ("deduplicate: false", False), ("deduplicate: true", True)):
                pauses = await _pauses(engine, {**request, "deduplicate": options, "total_rows": rows})
                middle, high = statistics.median(pauses), pauses[int(len(pauses) * 0.999)]
                over = sum(pause > 0.05 for pause in pauses)
                print(
                    f"{name:20} median {middle * 1e3:5.1f}, 99.9% {high * 1e3:5.1f}, longest {pauses[-1] * 1e3:5.1f}, "
                    f"{over} above 50 ms, {len(pauses)} samples",
                    flush=True,
                )


async def _pauses(engine: Engine, request: dict[str, Any]) -> list[float]:
    """Sorted pauses until the job has ended and its vectors are written; for three seconds without one."""
    idle = request["deduplicate"] is None
    work = asyncio.create_task(asyncio.sleep(3) if idle else _with_vectors(engine, request))
    pauses, last = [], time.perf_counter()
    while not work.done():
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        pauses.append(now - last - 0.001)
        last = now
    await work
    return sorted(pauses)


async def _with_vectors(engine: Engine, request: dict[str, Any]) -> None:
    await run(engine, **request)
    services = await engine._open()
    while len(services.scheduler._board):
        await asyncio.sleep(0.05)
