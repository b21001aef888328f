"""Two hundred clients at once: how a served SynthAIx answers job_status beside an empty FastMCP server.

Real clients in a process of their own call as fast as answers come, for `--seconds` each against either server. Prints
errors, throughput and latency of both, and the ratios.

    python benchmarks/clients.py [--clients 200] [--seconds 60]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "server"), str(ROOT)]

from tests.support.server import (  # noqa: E402
    TRANSACTIONS,
    environment_for,
    free_port,
    http_server,
    wait_until_healthy,
)

EMPTY = """
import sys
from fastmcp import FastMCP
from starlette.responses import JSONResponse

server = FastMCP("empty")

@server.tool
async def job_status(job_id: str) -> dict:
    return {"job_id": job_id, "status": "completed"}

@server.custom_route("/health", methods=["GET"])
async def health(request):
    return JSONResponse({})

server.run(transport="http", show_banner=False, port=int(sys.argv[1]), host_origin_protection=True,
           uvicorn_config={"http": "h11", "log_level": "error"})
"""


async def load(base: str, job_id: str, clients: int, seconds: float) -> dict[str, Any]:
    """Every client calls job_status until the time is up."""
    from fastmcp import Client

    latencies: list[float] = []
    errors = 0
    ready = 0
    everyone = asyncio.Event()

    async def one() -> None:
        nonlocal errors, ready
        async with Client(f"{base}/mcp") as client:
            ready += 1
            if ready == clients:
                everyone.set()
            await everyone.wait()
            until = time.perf_counter() + seconds
            while (started := time.perf_counter()) < until:
                reply = await client.call_tool("job_status", {"job_id": job_id}, raise_on_error=False)
                errors += bool(reply.is_error)
                latencies.append(time.perf_counter() - started)

    results = await asyncio.gather(*(one() for _ in range(clients)), return_exceptions=True)
    errors += sum(isinstance(result, BaseException) for result in results)
    latencies.sort()
    return {
        "calls": len(latencies),
        "errors": errors,
        "throughput": len(latencies) / seconds,
        "p50": latencies[len(latencies) // 2],
        "p99": latencies[len(latencies) * 99 // 100],
    }


async def a_job(base: str) -> str:
    """A completed job's id."""
    from fastmcp import Client

    async with Client(f"{base}/mcp") as client:
        started = await client.call_tool("start_generation", {"schema": TRANSACTIONS, "total_rows": 1_000})
        assert started.structured_content is not None
        job_id = str(started.structured_content["job_id"])
        await client.call_tool("job_status", {"job_id": job_id, "wait_seconds": 30})
    return job_id


def in_a_process(base: str, job_id: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """The load from a process of its own, so that client and server do not share an interpreter."""
    command = [sys.executable, __file__, "--clients", str(arguments.clients), "--seconds", str(arguments.seconds)]
    done = subprocess.run([*command, "--base", base, "--job", job_id], capture_output=True, text=True, check=True)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def measure_empty(arguments: argparse.Namespace) -> dict[str, Any]:
    """The empty server under the same load."""
    with tempfile.TemporaryDirectory() as place:
        directory, port = Path(place), free_port()
        log = directory / "server.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-c", EMPTY, str(port)], env=environment_for(directory), stdout=output, stderr=output
            )
        try:
            base = f"http://127.0.0.1:{port}"
            wait_until_healthy(process, base, log)
            return in_a_process(base, "0" * 32, arguments)
        finally:
            process.terminate()
            process.wait(30)


def measure_ours(arguments: argparse.Namespace) -> dict[str, Any]:
    """Our server with one completed job in it."""
    with tempfile.TemporaryDirectory() as place, http_server(Path(place), LOG_LEVEL="WARNING") as base:
        return in_a_process(base, asyncio.run(a_job(base)), arguments)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--base", help=argparse.SUPPRESS)
    parser.add_argument("--job", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.base:
        print(json.dumps(asyncio.run(load(arguments.base, arguments.job, arguments.clients, arguments.seconds))))
        return
    empty, ours = measure_empty(arguments), measure_ours(arguments)
    for name, told in (("empty FastMCP", empty), ("SynthAIx", ours)):
        print(
            f"{name:14} {told['calls']:7,} calls, {told['errors']} errors, {told['throughput']:6.0f}/s, "
            f"p50 {1000 * told['p50']:.0f} ms, p99 {1000 * told['p99']:.0f} ms"
        )
    print(f"throughput {ours['throughput'] / empty['throughput']:.2f} of empty, p99 {ours['p99'] / empty['p99']:.2f} x")


if __name__ == "__main__":
    main()
