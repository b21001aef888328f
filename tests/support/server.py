"""Servers and clients for the tests: in memory, over stdio and over HTTP, each on a data directory of its own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from synthaix.app import build_server
from synthaix.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

ERAS = ("legacy", "auto")
"""Protocol 2025-11-25 and older, and 2026-07-28."""

TRANSACTIONS = {
    "columns": [
        {"name": "user_id", "type": "string", "description": "Unique user identifier"},
        {"name": "amount", "type": "float", "description": "Transaction amount"},
        {"name": "currency", "type": "string", "description": "Currency code (USD, EUR, etc.)"},
        {"name": "timestamp", "type": "datetime", "description": "Transaction timestamp"},
    ]
}

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
"""What a host passes to a stdio server besides its config's env; a shell's keys must not leak into a test."""


def settings_for(directory: Path, **overrides: Any) -> Settings:
    """Settings that see nothing of this machine's environment."""
    values: dict[str, Any] = {"data_dir": directory, "default_llm_provider": "local", "_env_file": None, **overrides}
    return Settings(**values)


def environment_for(directory: Path, **variables: str) -> dict[str, str]:
    """A subprocess's environment: the bare minimum, the data directory, and `variables`."""
    base = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**base, "SYNTHAIX_DATA_DIR": str(directory), "DEFAULT_LLM_PROVIDER": "local", **variables}


@contextlib.asynccontextmanager
async def client_of(settings: Settings, era: str = "auto", **options: Any) -> AsyncIterator[Client[Any]]:
    """A client of a new server in this process."""
    async with Client(build_server(settings), mode=era, **options) as client:
        yield client


def stdio(directory: Path, /, **variables: str) -> StdioTransport:
    """The transport of a real `synthaix` process, as a host starts it; its log is in `directory`/server.log."""
    return StdioTransport(
        sys.executable,
        ["-m", "synthaix"],
        env=environment_for(directory, **variables),
        cwd=str(directory),
        keep_alive=False,
        log_file=directory / "server.log",
    )


async def call(client: Client[Any], tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured content of a successful call."""
    result = await client.call_tool(tool, arguments)
    assert result.structured_content is not None
    return result.structured_content


def text_of(item: object) -> str:
    """The text of a content item or a resource."""
    text = getattr(item, "text", None)
    assert isinstance(text, str), item
    return text


async def refusal(client: Client[Any], tool: str, **arguments: Any) -> str:
    """The one sentence with which the tool refuses the call."""
    result = await client.call_tool(tool, arguments, raise_on_error=False)
    assert result.is_error, result.structured_content
    assert len(result.content) == 1
    text = text_of(result.content[0])
    assert "\n" not in text
    assert "Traceback" not in text
    return text


async def finished(client: Client[Any], job_id: str) -> dict[str, Any]:
    """The status of the job once it has ended."""
    for _ in range(30):
        status = await call(client, "job_status", job_id=job_id, wait_seconds=20)
        if status["status"] not in {"queued", "processing"}:
            return status
    raise AssertionError(f"job {job_id} did not end: {status}")


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def http_server(directory: Path, *arguments: str, **variables: str) -> Iterator[str]:
    """The base URL of a real `synthaix serve` process."""
    with serving(directory, *arguments, **variables) as (base, _):
        yield base


@contextlib.contextmanager
def serving(directory: Path, *arguments: str, **variables: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The base URL of a real `synthaix serve` process, and the process."""
    port = free_port()
    log = directory / "server.log"
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "synthaix", "serve", "--port", str(port), *arguments],
            env=environment_for(directory, **variables),
            cwd=directory,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
    base = f"http://127.0.0.1:{port}"
    try:
        wait_until_healthy(process, base, log)
        yield base, process
    finally:
        process.terminate()
        process.wait(30)


def wait_until_healthy(process: subprocess.Popen[bytes], base: str, log: Path) -> None:
    """Return once the server answers; raises AssertionError with its log where it does not come up."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the server ended with {process.returncode}: {log.read_text()[-2000:]}")
        with contextlib.suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(f"{base}/health"):
            return
        time.sleep(0.05)
    raise AssertionError(f"the server did not come up: {log.read_text()[-2000:]}")
