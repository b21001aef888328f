"""SIGKILL at random moments of a model-written job: which requests are sent again, and are the rows exact?

    python benchmarks/llm_kill.py [KILLS] [ROWS] [WORKERS] [SEED]      4 kills, 5,000 rows and 20 workers unless given

A real `synthaix serve` process writes a job through a loopback model in a process of its own (0.5 to 0.8 s and 2 ms a
row, 20 rows a request), with deduplication and the durable store on. It is killed while requests are in flight, started
again on the same data directory, and so on; then it may finish. The model counts its calls. A call is sent again if
its answer was not durable at the kill: the model had not answered it, or the answer had arrived within the milliseconds
that a commit takes.
"""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "server"), str(ROOT)]

from llm import CALM, REQUEST_SECONDS, ROWS_A_REQUEST, model  # noqa: E402

from tests.support.server import TRANSACTIONS, call, environment_for, finished, free_port  # noqa: E402

BEHAVIOUR = {**CALM, "jitter_seconds": 0.3}
"""With all answers at once most moments would be alike."""


@dataclass
class Server:
    """A `synthaix serve` process on a data directory."""

    directory: Path
    model_url: str
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = environment_for(
            self.directory,
            PYTHONPATH=f"{ROOT / 'server'}:{ROOT}",
            DEFAULT_LLM_PROVIDER="openai",
            OPENAI_API_KEY="sk-bench",
            OPENAI_BASE_URL=f"{self.model_url}/v1",
            LOG_LEVEL="WARNING",
        )
        command = [sys.executable, "-m", "synthaix", "serve", "--port", str(self.port)]
        with (self.directory / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, cwd=self.directory, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=1).read()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise SystemExit((self.directory / "server.log").read_text()[-2_000:])

    def client(self) -> Client[Any]:
        return Client(StreamableHttpTransport(f"http://127.0.0.1:{self.port}/mcp"))

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()


def counts(model_url: str) -> dict[str, Any]:
    """What the model has seen so far."""
    seen: dict[str, Any] = json.loads(urllib.request.urlopen(f"{model_url}/counts").read())
    return seen


async def begin(server: Server, rows: int, workers: int) -> str:
    async with server.client() as client:
        started = await call(
            client,
            "start_generation",
            schema=TRANSACTIONS,
            total_rows=rows,
            max_workers=workers,
            mode="llm",
            seed=1,
            confirm="skip",
        )
    return str(started["job_id"])


async def end(server: Server, job_id: str) -> tuple[dict[str, Any], list[str]]:
    async with server.client() as client:
        status = await finished(client, job_id)
        export = await call(client, "export_job", job_id=job_id, format="jsonl")
    return status, Path(export["path"]).read_text().splitlines()


def durable(directory: Path) -> int:
    """How many answers the database of a dead server holds."""
    with contextlib.closing(sqlite3.connect(directory / "synthaix.db")) as database:
        return int(database.execute("select count(*) from answers").fetchone()[0])


def wait_for_calls(model_url: str, more_than: int, seconds: float = 60.0) -> None:
    """Until the model is asked again: a server that is still starting has nothing in flight to lose."""
    until = time.monotonic() + seconds
    while counts(model_url)["requests"] <= more_than and time.monotonic() < until:
        time.sleep(0.02)


@dataclass
class Run:
    """What became of a job: calls sent, those in flight and those answered but not durable at kills, and its rows."""

    calls: int = 0
    in_flight: int = 0
    arriving: int = 0
    status: str = ""
    lines: tuple[str, ...] = ()


def run(kills: int, rows: int, workers: int, rng: random.Random) -> Run:
    """One job, killed so many times."""
    done = Run()
    calm_seconds = rows / ROWS_A_REQUEST / workers * (REQUEST_SECONDS + 0.15)
    with model(BEHAVIOUR) as base, tempfile.TemporaryDirectory() as directory:
        server = Server(Path(directory), base, free_port())
        server.start()
        try:
            job_id = anyio.run(begin, server, rows, workers)
            for number in range(kills):
                wait_for_calls(base, counts(base)["requests"])
                time.sleep(rng.uniform(0.2, 1.8) * calm_seconds / (kills + 1))
                server.kill()
                seen = counts(base)
                unkept = seen["requests"] - done.in_flight - done.arriving - durable(Path(directory))
                done.in_flight += seen["in_flight"]
                done.arriving += unkept - seen["in_flight"]
                began = time.monotonic()
                server.start()
                wait_for_calls(base, seen["requests"])
                print(
                    f"kill {number + 1}: {seen['requests']:>4} calls sent, {unkept:>3} not durable "
                    f"({seen['in_flight']} in flight), asks again after {time.monotonic() - began:.1f} s"
                )
            status, lines = anyio.run(end, server, job_id)
            return replace(done, calls=counts(base)["requests"], status=status["status"], lines=tuple(lines))
        finally:
            server.kill()


def main() -> None:
    kills, rows, workers, seed = (
        int(sys.argv[place]) if len(sys.argv) > place else usual for place, usual in enumerate((4, 5_000, 20, 1), 1)
    )
    calm = run(0, rows, workers, random.Random(seed))
    killed = run(kills, rows, workers, random.Random(seed))
    again, lost = killed.calls - calm.calls, killed.in_flight + killed.arriving
    print(
        f"calls: {calm.calls} calm, {killed.calls} with {kills} kills: {again} again; "
        f"at the kills {lost} were not durable, {killed.in_flight} in flight and {killed.arriving} just answered"
    )
    print(
        f"job: {killed.status}, {len(killed.lines):,} rows, {len(set(killed.lines)):,} distinct, of {rows:,} asked for"
    )


if __name__ == "__main__":
    main()
