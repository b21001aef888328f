"""A durable job of a million rows through the real engine: how long, how much memory, how fast it is read back.

    python benchmarks/local_job.py [--rows 1000000] [--repeat 3] [--quick]

The table has the four columns of the specification, an integer from 1 to 20 and a boolean. Every measurement runs
in a process of its own with default settings and an empty data directory. A job's time goes from the
request (draft and start) to the status `completed`, in an engine that is open; its memory is the process's peak,
imports included. Exports are compared with polars writing the same rows, held as one frame in memory, to the same
disk; both sides end with fsync, and ours also has to read the rows from the database and take the file's SHA-256.
The two sides take turns, and the best of the rounds counts for each. `--quick` uses 100,000 rows.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthaix.jobs.engine import Engine
from synthaix.jobs.spec import GenerationRequest
from synthaix.results.cursor import encode_cursor
from synthaix.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


TABLE = {
    "columns": [
        {"name": "user_id", "type": "string", "description": "Unique user identifier"},
        {"name": "amount", "type": "float", "description": "Transaction amount"},
        {"name": "currency", "type": "string", "description": "Currency code (USD, EUR, etc.)"},
        {"name": "timestamp", "type": "datetime", "description": "Transaction timestamp"},
        {"name": "quantity", "type": "integer", "minimum": 1, "maximum": 20},
        {"name": "is_gift", "type": "boolean"},
    ]
}
PAGES = 200
MEASUREMENTS = ("exact", "default", "reading")
PATIENCE = 600.0


@contextlib.asynccontextmanager
async def finished_job(rows: int, threshold: float | None) -> AsyncIterator[tuple[Engine, str, float]]:
    """The engine, a completed job, and the seconds from its request to its end."""
    with tempfile.TemporaryDirectory() as directory:
        async with Engine(Settings(data_dir=Path(directory), _env_file=None)) as engine:
            await engine.open()
            begin = time.perf_counter()
            request = GenerationRequest(
                table=TABLE, total_rows=rows, deduplication_threshold=threshold, mode="local", seed=1
            )
            started = await engine.start(await engine.draft(request))
            ended = [status async for status in engine.watch(started.job_id, PATIENCE)][-1]
            seconds = time.perf_counter() - begin
            if ended.status != "completed" or ended.rows_generated != rows:
                raise SystemExit(f"the job is {ended.status} with {ended.rows_generated} rows: {ended.message}")
            yield engine, started.job_id, seconds


async def job(rows: int, threshold: float | None) -> dict[str, float]:
    """Seconds of a job, and the peak of the process's memory in MB."""
    async with finished_job(rows, threshold) as (_, _, seconds):
        return {"seconds": seconds, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


async def reading(rows: int, repeat: int) -> dict[str, Any]:
    """Milliseconds of pages at random places, and seconds of exports beside polars writing the same rows."""
    async with finished_job(rows, 1.0) as (engine, job_id, _):
        found: dict[str, Any] = {"pages": await pages(engine, job_id, rows)}
        for format in ("csv", "parquet"):
            found[format] = await exports(engine, job_id, format, repeat)
        return found


async def pages(engine: Engine, job_id: str, rows: int) -> list[float]:
    """Milliseconds of `PAGES` pages of 50 rows."""
    places = random.Random(1).sample(range(rows - 50), PAGES)
    taken = []
    for place in places:
        begin = time.perf_counter()
        page = await engine.rows(job_id, encode_cursor(job_id, place), 50)
        taken.append((time.perf_counter() - begin) * 1000)
        assert len(page.rows) == 50
    return taken


async def exports(engine: Engine, job_id: str, format: str, repeat: int) -> tuple[float, float]:
    """The best seconds of our export and of polars."""
    import polars as pl

    frame = pl.read_parquet((await engine.export(job_id, "parquet")).path).rechunk()
    ours, theirs = [], []
    for _ in range(repeat):
        begin = time.perf_counter()
        exported = await engine.export(job_id, format)
        ours.append(time.perf_counter() - begin)
        other = exported.path.with_name(f"polars.{format}")
        theirs.append(written(frame.write_csv if format == "csv" else frame.write_parquet, other))
        exported.path.unlink()
        other.unlink()
    return min(ours), min(theirs)


def written(write: Callable[[Any], Any], path: Path) -> float:
    """Seconds that polars takes for the file, fsync included."""
    begin = time.perf_counter()
    with open(path, "wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    return time.perf_counter() - begin


def measured(name: str, rows: int, repeat: int) -> Any:
    """What a process of its own measures."""
    command = [sys.executable, __file__, "--measure", name, "--rows", str(rows), "--repeat", str(repeat)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def report(rows: int, repeat: int) -> None:
    """Every measurement, a line each."""
    print(f"{rows:,} rows x {len(TABLE['columns'])} columns, default settings")
    for name, title in (("exact", "threshold 1"), ("default", "default threshold")):
        runs = [measured(name, rows, repeat) for _ in range(repeat)]
        seconds, memory = min(run["seconds"] for run in runs), max(run["memory"] for run in runs)
        times = ", ".join(f"{run['seconds']:.2f}" for run in runs)
        print(f"job, {title:<18} {seconds:8.2f} s (runs {times})   peak memory {memory:6.0f} MB")
    found = measured("reading", rows, repeat)
    waits = sorted(found["pages"])
    print(
        f"page of 50 at random places: median {statistics.median(waits):.2f} ms, "
        f"95th percentile {waits[int(0.95 * len(waits))]:.2f} ms, {len(waits)} pages"
    )
    for format in ("csv", "parquet"):
        ours, theirs = found[format]
        print(f"export to {format:<8} {ours:6.2f} s   polars {theirs:6.2f} s   ratio {ours / theirs:5.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="100,000 rows")
    parser.add_argument("--measure", choices=MEASUREMENTS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    rows = 100_000 if given.quick else given.rows
    if given.measure is None:
        report(rows, given.repeat)
    elif given.measure == "reading":
        print(json.dumps(asyncio.run(reading(rows, given.repeat))))
    else:
        print(json.dumps(asyncio.run(job(rows, 1.0 if given.measure == "exact" else None))))


if __name__ == "__main__":
    main()
