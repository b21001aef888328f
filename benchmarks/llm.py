"""Rows written by a model, measured through whole jobs: efficiency, speed-up, storms and tokens.

    python benchmarks/llm.py calm [ROWS/WORKERS ...]   1,000/10 10,000/20 10,000/50 100,000/50 unless given
    python benchmarks/llm.py serial [ROWS ...]         1,000 and 10,000 rows with one worker, for the speed-up table
    python benchmarks/llm.py faults [CASE ...]         jitter, a server that admits 20 of 50, cut answers, a storm

The model is a loopback server in a process of its own that takes 0.5 s and 2 ms a row, 20 rows a request. Deduplication
and the durable store are on; the process is warm, threads take turns as in a server. Ideal time = rounds of requests at
full width x time of one request; efficiency = ideal / time with at least one request in flight. Of every completed job
the rows are read back: as many as were wanted, each valid, no two alike.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import polars as pl

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "server"), str(ROOT)]

from synthaix.app import SWITCH_SECONDS  # noqa: E402
from synthaix.jobs.engine import Engine  # noqa: E402
from synthaix.jobs.spec import GenerationRequest  # noqa: E402
from synthaix.schema.table import parse_schema  # noqa: E402
from synthaix.schema.validation import valid_rows  # noqa: E402
from synthaix.settings import Settings  # noqa: E402

BASE_SECONDS, ROW_SECONDS, ROWS_A_REQUEST = 0.5, 0.002, 20
REQUEST_SECONDS = BASE_SECONDS + ROW_SECONDS * ROWS_A_REQUEST
CALM = {"base_seconds": BASE_SECONDS, "per_row_seconds": ROW_SECONDS}
STORM: dict[str, Any] = {
    **CALM,
    "rates": {"429": 0.1, "500": 0.025, "529": 0.025, "malformed": 0.05, "ignored": 0.05, "cut": 0.05, "hang": 0.02},
    "duplicates": 0.2,
}
TABLE = parse_schema(
    {
        "columns": [
            {"name": "user_id", "type": "string", "description": "Unique user identifier"},
            {"name": "amount", "type": "float", "description": "Transaction amount"},
            {"name": "currency", "type": "string", "description": "Currency code (USD, EUR, etc.)"},
            {"name": "timestamp", "type": "datetime", "description": "Transaction timestamp"},
        ]
    }
)


@dataclass(frozen=True)
class Run:
    """One finished job, as the server and the process saw it."""

    wall: float
    busy: float
    requests: int
    refused: int
    rows: int
    removed: int
    output_tokens: int
    cpu_per_request: float
    megabytes: float
    status: str
    message: str | None


@contextmanager
def model(behaviour: dict[str, Any]) -> Iterator[str]:
    """The base URL of a loopback model in its own process."""
    command = [sys.executable, "-m", "tests.support.model_server", "--behaviour", json.dumps(behaviour)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'server'}{os.pathsep}{ROOT}"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.terminate()
        process.wait(30)


def ideal(rows: int, workers: int) -> float:
    """Seconds at full width without a gap."""
    return -(-rows // (ROWS_A_REQUEST * workers)) * REQUEST_SECONDS


async def job(engine: Engine, rows: int, workers: int) -> Any:
    request = GenerationRequest(table=TABLE, total_rows=rows, max_workers=workers, mode="llm", seed=1)
    started = await engine.start(await engine.draft(request))
    status = started
    while not status.ended:
        async for latest in engine.watch(started.job_id, 60):
            status = latest
    return status


async def measure(rows: int, workers: int, behaviour: dict[str, Any]) -> Run:
    with model(CALM) as base, tempfile.TemporaryDirectory() as directory:
        settings = Settings(
            data_dir=Path(directory), openai_api_key="sk-bench", openai_base_url=f"{base}/v1", _env_file=None
        )
        async with Engine(settings) as engine:
            await job(engine, 40, 2)  # imports, connections, the ladder
            body = json.dumps(behaviour).encode()
            urllib.request.urlopen(urllib.request.Request(f"{base}/behaviour", data=body)).read()
            cpu, begin = time.process_time(), time.perf_counter()
            status = await job(engine, rows, workers)
            wall, cpu = time.perf_counter() - begin, time.process_time() - cpu
            megabytes = memory()
            counts = await settled(base)
            await check(engine, status)
    return Run(
        wall=wall,
        busy=counts["busy_seconds"],
        requests=counts["requests"],
        refused=counts["statuses"].get("429", 0),
        rows=status.rows_generated,
        removed=status.rows_deduplicated,
        output_tokens=counts["output_tokens"],
        cpu_per_request=cpu / max(counts["requests"], 1),
        megabytes=megabytes,
        status=status.status,
        message=status.message,
    )


async def settled(base: str) -> dict[str, Any]:
    """The model's counts once it has noticed that nobody waits any more."""
    while True:
        counts: dict[str, Any] = json.loads(urllib.request.urlopen(f"{base}/counts").read())
        if counts["in_flight"] == 0:
            return counts
        await anyio.sleep(0.05)


async def check(engine: Engine, status: Any) -> None:
    """A completed job has exactly the rows that were wanted, valid and distinct; another says that it can go on."""
    rows = pl.read_parquet((await engine.export(status.job_id, "parquet")).path)
    assert status.status == "completed" or status.resumable, status.message
    assert rows.height == (status.total_rows if status.status == "completed" else status.rows_generated)
    assert rows.n_unique() == rows.height
    assert valid_rows(rows, TABLE).all()


def memory() -> float:
    """Peak resident megabytes of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def idle() -> None:
    """Load what a job loads, so that memory above it is the job's own."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings(data_dir=Path(directory), default_llm_provider="local", _env_file=None)
        async with Engine(settings) as engine:
            await engine.draft(GenerationRequest(table=TABLE, total_rows=10))
            await engine.open()
    import chromadb  # noqa: F401
    import openai  # noqa: F401


def calm(cases: list[tuple[int, int]]) -> None:
    anyio.run(idle)
    loaded = memory()
    head = f"{'rows':>8} {'workers':>7} {'ideal s':>8} {'busy':>7} {'wall':>7} {'CPU ms/request':>14}"
    print(f"{head} {'rows/s':>8} {'MB above idle':>13}")
    for rows, workers in cases:
        run = anyio.run(measure, rows, workers, CALM)
        best = ideal(rows, workers)
        print(
            f"{rows:>8,} {workers:>7} {best:>8.2f} {best / run.busy:>7.1%} {best / run.wall:>7.1%} "
            f"{1e3 * run.cpu_per_request:>14.2f} {run.rows / run.wall:>8,.0f} {run.megabytes - loaded:>13.0f}"
            + ("" if run.status == "completed" and run.rows == rows else f"  {run.status}: {run.message}")
        )


def serial(rows: list[int]) -> None:
    for count in rows:
        run = anyio.run(measure, count, 1, CALM)
        print(f"{count:,} rows, 1 worker: {run.wall:.1f} s, {run.wall / count * 1e3:.1f} ms a row", flush=True)


def faults(names: list[str]) -> None:
    cases: dict[str, tuple[int, int, dict[str, Any], int]] = {
        "jitter 0-2 s": (20_000, 50, {**CALM, "jitter_seconds": 2.0}, 50),
        "admits 20 of 50": (100_000, 50, {**CALM, "admits": 20}, 20),
        "10% cut": (10_000, 50, {**CALM, "rates": {"cut": 0.1}}, 50),
        "storm": (10_000, 50, STORM, 50),
    }
    quiet = anyio.run(measure, 10_000, 50, CALM)
    print(f"calm, 10,000 rows: {quiet.requests} calls, {quiet.output_tokens / quiet.rows:.1f} output tokens a row")
    print(
        f"{'case':16} {'rows':>7} {'calls':>6} {'of calm':>8} {'tokens of calm':>14} {'429s':>6} {'busy':>7} "
        f"{'wall s':>7} {'removed':>8} {'status':>10}"
    )
    for name in names or cases:
        rows, workers, behaviour, width = cases[name]
        run = anyio.run(measure, rows, workers, behaviour)
        best = rows / ROWS_A_REQUEST / width * (REQUEST_SECONDS + behaviour.get("jitter_seconds", 0.0) / 2)
        calls = run.requests / rows / (quiet.requests / quiet.rows)
        tokens = run.output_tokens / rows / (quiet.output_tokens / quiet.rows)
        print(
            f"{name:16} {rows:>7,} {run.requests:>6,} {calls:>8.1%} {tokens:>14.1%} {run.refused / run.requests:>6.1%} "
            f"{best / run.busy:>7.1%} {run.wall:>7.1f} {run.removed:>8,} {run.status:>10}"
            + (f"  {run.message}" if run.message else "")
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["calm", "serial", "faults"])
    parser.add_argument("cases", nargs="*")
    chosen = parser.parse_args()
    sys.setswitchinterval(SWITCH_SECONDS)
    if chosen.what == "calm":
        cases = chosen.cases or ["1000/10", "10000/20", "10000/50", "100000/50"]
        calm([(int(rows), int(workers)) for rows, workers in (case.replace(",", "").split("/") for case in cases)])
    elif chosen.what == "serial":
        serial([int(rows.replace(",", "")) for rows in chosen.cases] or [1_000, 10_000])
    else:
        faults(chosen.cases)


if __name__ == "__main__":
    main()
