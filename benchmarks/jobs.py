"""What the job machinery itself costs: chunks, waits of readers, and memory, as ratios within one run.

    python benchmarks/jobs.py chunks      1,000 chunks of 50 ms of work each, 20 at once
    python benchmarks/jobs.py p99         how long a host waits for an answer while the server works
    python benchmarks/jobs.py soak        memory of one server over 500 jobs, and fifty jobs at once

`chunks` runs whole jobs through the real engine: prompts, answer log, validation, deduplication, acceptance and
commits. One request is one chunk, and the model, in this process, takes 50 ms for it and hands out answers it has
prepared before. PostgreSQL is a server of its own, started for the run, that syncs its commits to the same disk.

`p99` asks a `synthaix serve` process through an MCP client, one call after the other, while a job of 50 workers runs
(the model is a loopback server in a process of its own: 0.5 s and 2 ms a row) and a million rows are exported again
and again, in every format; the same calls to the idle server stand beside it. A cancelled job is one that runs.

`soak` takes the resident memory of one engine after 100 and after 500 finished jobs, sampled and model-written, each
with a page read and every fourth exported; then fifty jobs are started at once.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import anyio
from fastmcp import Client

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "server"), str(ROOT)]

from llm import model  # noqa: E402

from synthaix.app import SWITCH_SECONDS  # noqa: E402
from synthaix.jobs.engine import Engine  # noqa: E402
from synthaix.jobs.spec import GenerationRequest  # noqa: E402
from synthaix.providers import scripted  # noqa: E402
from synthaix.providers.base import Reply  # noqa: E402
from synthaix.settings import Settings  # noqa: E402
from tests.support.postgres import running_postgres  # noqa: E402
from tests.support.server import call, finished, http_server  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from synthaix.jobs.job import JobStatus
    from synthaix.providers.base import ModelRequest, Rung

CHUNKS, WORKERS, WORK_SECONDS = 1_000, 20, 0.05
ROWS_A_REQUEST = 20
EXPORTED = 1_000_000
PEOPLE = {"columns": [{"name": name, "type": "string"} for name in ("full_name", "company", "city")]}
TABLE = {
    "columns": [
        {"name": "user_id", "type": "string", "description": "Unique user identifier"},
        {"name": "amount", "type": "float", "description": "Transaction amount"},
        {"name": "currency", "type": "string", "description": "Currency code (USD, EUR, etc.)"},
        {"name": "timestamp", "type": "datetime", "description": "Transaction timestamp"},
    ]
}


class Prepared(scripted.Scripted):
    """A model whose answers are made the first time they are asked for, so that a second job measures no model."""

    answers: ClassVar[dict[str, str]] = {}
    seconds = 0.0

    async def send(
        self, model: str, request: ModelRequest, rung: Rung, seconds: float, sent: Callable[[], None]
    ) -> Reply:
        sent()
        until = anyio.current_time() + self.seconds
        asked = request.user[request.user.index("<rows>") : request.user.index("]")]
        text = self.answers.get(asked)
        if text is None:
            text = self.answers[asked] = scripted.compose(request.system, request.user)
        await anyio.sleep_until(until)
        return Reply(text, "stop", 500, 400)


@dataclass(frozen=True)
class Run:
    """One job: its seconds, and the seconds of CPU this process spent meanwhile."""

    wall: float
    cpu: float
    requests: int


async def job(engine: Engine, rows: int, workers: int, chunk: int) -> JobStatus:
    request = GenerationRequest(
        table=TABLE, total_rows=rows, chunk_size=chunk, max_workers=workers, mode="llm", provider="scripted", seed=1
    )
    started = await engine.start(await engine.draft(request))
    status = [status async for status in engine.watch(started.job_id, 300)][-1]
    if status.status != "completed" or status.rows_generated != rows:
        raise SystemExit(f"the job is {status.status} with {status.rows_generated} rows: {status.message}")
    return status


async def chunk_runs(settings: Settings, repeat: int) -> list[Run]:
    scripted.Scripted = Prepared  # type: ignore[misc]
    rows, runs = CHUNKS * ROWS_A_REQUEST, []
    async with Engine(settings) as engine:
        Prepared.seconds = 0.0
        await job(engine, rows, WORKERS, ROWS_A_REQUEST)
        Prepared.seconds = WORK_SECONDS
        for _ in range(repeat):
            cpu, begin = time.process_time(), time.perf_counter()
            status = await job(engine, rows, WORKERS, ROWS_A_REQUEST)
            runs.append(Run(time.perf_counter() - begin, time.process_time() - cpu, status.usage.requests))
    return runs


def fsync_seconds(directory: Path, times: int = 100) -> float:
    """The median time of a 4 kB append with fsync."""
    taken = []
    with open(directory / "fsync", "wb") as file:
        for _ in range(times):
            file.write(b"\0" * 4096)
            file.flush()
            begin = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def chunks(repeat: int) -> None:
    ideal = CHUNKS * WORK_SECONDS / WORKERS
    sys.setswitchinterval(SWITCH_SECONDS)  # as in a server
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        print(f"{CHUNKS:,} chunks of {WORK_SECONDS * 1e3:.0f} ms, {WORKERS} at once: ideal {ideal:.2f} s")
        print(f"fsync of this disk: {fsync_seconds(directory) * 1e3:.2f} ms (median)")
        server = stack.enter_context(running_postgres(durable=True))
        for name, url in (("SQLite", None), ("PostgreSQL", server.fresh())):
            settings: dict[str, Any] = {"data_dir": directory / name, "database_url": url, "_env_file": None}
            runs = anyio.run(chunk_runs, Settings(**settings), repeat)
            best = min(runs, key=lambda run: run.wall)
            print(
                f"{name:<11} {best.wall:6.2f} s   ratio to ideal {best.wall / ideal:5.2f}   "
                f"CPU a chunk {1e3 * min(run.cpu for run in runs) / CHUNKS:5.2f} ms   requests {best.requests:,}   "
                f"(runs {', '.join(f'{run.wall:.2f}' for run in runs)})"
            )


def fine(values: list[float]) -> str:
    """Median, p99 and maximum, in milliseconds."""
    ranked = sorted(values)
    return (
        f"median {1e3 * statistics.median(ranked):6.1f} ms   p99 {1e3 * ranked[int(0.99 * (len(ranked) - 1))]:6.1f} ms"
        f"   longest {1e3 * ranked[-1]:6.1f} ms   {len(ranked)} calls"
    )


async def begun(client: Client[Any], rows: int, **arguments: Any) -> str:
    """The id of a job that was started and runs."""
    arguments = {"schema": TABLE, "total_rows": rows, "confirm": "skip", "seed": 1, **arguments}
    job_id: str = (await call(client, "start_generation", **arguments))["job_id"]
    return job_id


async def timed(client: Client[Any], taken: dict[str, list[float]], tool: str, label: str, **arguments: Any) -> None:
    begin = time.perf_counter()
    await call(client, tool, **arguments)
    taken.setdefault(label, []).append(time.perf_counter() - begin)


async def asked(client: Client[Any], written: str, rounds: int) -> dict[str, list[float]]:
    """Seconds of each call, by tool."""
    taken: dict[str, list[float]] = {}
    for number in range(rounds):
        await timed(client, taken, "job_status", "job_status", job_id=written)
        await timed(client, taken, "get_rows", "get_rows", job_id=written)
        model = number % 2 == 0
        kind: dict[str, Any] = {"mode": "llm", "max_workers": 2} if model else {"mode": "local"}
        other = await begun(client, 1_000_000, **kind)
        await anyio.sleep(0.05)
        await timed(client, taken, "cancel_job", f"cancel_job, {'written' if model else 'sampled'}", job_id=other)
    return taken


async def waits(url: str, rounds: int) -> None:
    async with Client(f"{url}/mcp") as client, Client(f"{url}/mcp") as exporter:
        large = await begun(client, EXPORTED, mode="local", deduplicate=False)
        written = await begun(client, 500, mode="llm")
        for job_id in (large, written):
            await finished(client, job_id)
        quiet = await asked(client, written, rounds)
        running = await begun(client, 1_000_000, mode="llm", max_workers=50, deduplicate=True)
        exports = 0

        async def export() -> None:
            nonlocal exports
            while True:
                for format in ("csv", "parquet", "jsonl", "sql"):
                    await call(exporter, "export_job", job_id=large, format=format)
                    exports += 1

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(export)
            await anyio.sleep(3)
            busy = await asked(client, running, rounds)
            done = (await call(client, "job_status", job_id=running))["rows_generated"]
            tasks.cancel_scope.cancel()
    for label in quiet:
        ratio = statistics.median(busy[label]) / statistics.median(quiet[label])
        print(f"{label:<20} idle  {fine(quiet[label])}")
        print(f"{'':<20} busy  {fine(busy[label])}   median busy / idle {ratio:.1f}")
    print(f"meanwhile {exports} exports of {EXPORTED:,} rows ended, and the job of 50 workers wrote {done:,} rows")


def p99(rounds: int) -> None:
    with model({"base_seconds": 0.5, "per_row_seconds": 0.002}) as base, tempfile.TemporaryDirectory() as directory:
        variables = {"OPENAI_API_KEY": "sk-bench", "OPENAI_BASE_URL": f"{base}/v1", "DEFAULT_LLM_PROVIDER": "openai"}
        with http_server(Path(directory), LOG_LEVEL="WARNING", **variables) as url:
            anyio.run(waits, url, rounds)


def resident() -> float:
    """Megabytes this process has in memory now."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def small_job(engine: Engine, number: int) -> None:
    """One of a mix: sampled, sampled with vectors in ChromaDB, written by a model."""
    kinds: tuple[dict[str, Any], ...] = (
        {"table": TABLE, "total_rows": 2_000, "mode": "local"},
        {"table": PEOPLE, "total_rows": 500, "mode": "local"},
        {"table": TABLE, "total_rows": 200, "mode": "llm", "provider": "scripted", "max_workers": 10},
    )
    request = GenerationRequest(seed=number, **kinds[number % len(kinds)])
    started = await engine.start(await engine.draft(request))
    status = [status async for status in engine.watch(started.job_id, 300)][-1]
    if status.status != "completed":
        raise SystemExit(f"job {number} is {status.status}: {status.message}")
    await engine.rows(started.job_id)
    if number % 4 == 0:
        await engine.export(started.job_id, ("csv", "parquet", "jsonl", "sql")[number // 4 % 4])


async def soaked(settings: Settings, jobs: int, every: int) -> None:
    async with Engine(settings) as engine:
        first = 0.0
        for number in range(jobs):
            await small_job(engine, number)
            if (number + 1) % every == 0:
                now = resident()
                first = first or now
                print(f"after {number + 1:>5,} jobs: {now:6.0f} MB   ratio to the first {now / first:5.3f}")
        begin = time.perf_counter()
        async with anyio.create_task_group() as tasks:
            for number in range(jobs, jobs + 50):
                tasks.start_soon(small_job, engine, number)
        print(f"50 jobs at once completed in {time.perf_counter() - begin:.1f} s; then {resident():.0f} MB")


def soak(jobs: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        anyio.run(soaked, Settings(data_dir=Path(directory), _env_file=None), jobs, 100)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["chunks", "p99", "soak"])
    parser.add_argument("--jobs", type=int, default=500, help="of the soak")
    parser.add_argument("--rounds", type=int, default=100, help="of calls, for p99")
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    if given.what == "chunks":
        chunks(given.repeat)
    elif given.what == "p99":
        p99(given.rounds)
    else:
        soak(given.jobs)


if __name__ == "__main__":
    main()
