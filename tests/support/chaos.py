"""Real servers that are killed, and what is left of their jobs, read past them."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import numpy as np
import sqlalchemy as sa
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from synthaix.dedup.chroma import ChromaIndex
from synthaix.dedup.embedding import HashedNgrams
from synthaix.jobs.blob import decode_positions
from synthaix.jobs.database import Database, server_url, sqlite_url
from synthaix.jobs.tables import chunks, jobs
from tests.support.server import environment_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

ROOT = Path(__file__).parents[2]
_REPORT_PID = 'echo $$ > "$0"; exec "$@"'
_PATIENCE = 60.0


class Server:
    """A `synthaix` process over stdio, and a client of it."""

    def __init__(self, client: Client[Any], pid: int) -> None:
        self.client = client
        self.pid = pid

    def kill(self) -> None:
        """End the process as the system does when it must: without a word."""
        os.kill(self.pid, signal.SIGKILL)

    async def stall(self, directory: Path) -> None:
        """Hold the process where it is, at a moment at which it does not hold SQLite's write lock.

        Within a transaction it would keep every other server from writing until it goes on, as SQLite promises.
        """
        with anyio.fail_after(_PATIENCE):
            while True:
                os.kill(self.pid, signal.SIGSTOP)
                if _writable(directory):
                    return
                self.go_on()
                await anyio.sleep(0.01)

    def go_on(self) -> None:
        """Let a held process go on."""
        os.kill(self.pid, signal.SIGCONT)

    async def call(self, tool: str, /, **arguments: Any) -> dict[str, Any]:
        """The structured content of a successful call."""
        result = await self.client.call_tool(tool, arguments)
        assert result.structured_content is not None
        return result.structured_content


@contextlib.asynccontextmanager
async def server_on(directory: Path, /, module: str = "synthaix", **variables: str) -> AsyncIterator[Server]:
    """A server on that directory, started as a host starts it. It may be dead at the end."""
    report = directory / f"pid-{time.monotonic_ns()}"
    transport = StdioTransport(
        "sh",
        ["-c", _REPORT_PID, str(report), sys.executable, "-m", module],
        env=environment_for(directory, PYTHONPATH=os.pathsep.join([str(ROOT), str(ROOT / "server")]), **variables),
        cwd=str(directory),
        keep_alive=False,
        log_file=directory / "server.log",
    )
    client = Client[Any](transport)
    await client.__aenter__()  # type: ignore[no-untyped-call]
    try:
        yield Server(client, int(report.read_text()))
    finally:
        report.unlink()
        # A client whose server is dead has nobody to take leave of.
        with anyio.CancelScope(shield=True), anyio.move_on_after(10), contextlib.suppress(Exception):
            await client.__aexit__(None, None, None)  # type: ignore[no-untyped-call]


@contextlib.contextmanager
def model_process(behaviour: str) -> Iterator[str]:
    """The loopback model in a process of its own; its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.model_server", "--behaviour", behaviour],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "server")])},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        with process.stdout as port:
            yield f"http://127.0.0.1:{int(port.readline())}"
    finally:
        process.terminate()
        process.wait()


def _writable(directory: Path) -> bool:
    with contextlib.closing(sqlite3.connect(directory / "synthaix.db", timeout=0.5, isolation_level=None)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
            database.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return False
        return True


def requests_of(model: str) -> int:
    """How many requests the loopback model has received."""
    return int(httpx.get(f"{model}/counts").json()["requests"])


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database holds of one job."""

    record: Mapping[str, Any]
    chunks: list[tuple[int, int]]
    positions: np.ndarray

    def check(self, total: int) -> None:
        """Every row is there once: chunks dense, all but the last full, no candidate accepted twice."""
        size = self.record["chunk_size"]
        assert self.record["rows_generated"] == total
        assert [index for index, _ in self.chunks] == list(range(-(-total // size)))
        assert [rows for _, rows in self.chunks[:-1]] == [size] * (len(self.chunks) - 1)
        assert sum(rows for _, rows in self.chunks) == total
        assert len(self.positions) == total
        assert bool(np.all(np.diff(self.positions) > 0))


def kept(where: Path | str, job_id: str) -> Kept:
    """Read the job past any server, from a data directory or from a database of that URL."""
    database = Database(sqlite_url(where / "synthaix.db") if isinstance(where, Path) else server_url(where))
    query = sa.select(chunks.c.chunk_index, chunks.c.rows, chunks.c.positions).where(chunks.c.job_id == job_id)
    try:
        record = database.read_now(
            lambda connection: connection.execute(sa.select(jobs).where(jobs.c.job_id == job_id)).mappings().one()
        )
        rows = database.read_now(lambda connection: connection.execute(query.order_by(chunks.c.chunk_index)).all())
    finally:
        database.close()
    parts = [decode_positions(row.positions) for row in rows]
    positions = np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
    return Kept(dict(record), [(row.chunk_index, row.rows) for row in rows], positions)


def progress(directory: Path) -> tuple[int, int]:
    """(rows accepted, answers recorded) in all jobs; nothing where there is no database yet."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{directory}/synthaix.db?mode=ro", uri=True)) as database:
            query = "SELECT (SELECT coalesce(sum(rows_generated), 0) FROM jobs), (SELECT count(*) FROM answers)"
            rows, answers = database.execute(query).fetchone()
            return int(rows), int(answers)
    except sqlite3.OperationalError:
        return 0, 0


def vectors_of(directory: Path, job_id: str) -> np.ndarray:
    """The candidates whose vectors ChromaDB has; no server may have the directory open."""
    index = ChromaIndex(directory / "vectors" / job_id, None, job_id, HashedNgrams().name)
    try:
        return index.positions()
    finally:
        index.close()


async def settled(directory: Path) -> None:
    """Wait until nothing is half done outside the database: no vectors, no draft of an export."""
    with anyio.fail_after(_PATIENCE):
        while [*(directory / "servers").glob("*.vectors"), *(directory / "servers").glob("*.draft")]:
            await anyio.sleep(0.05)  # it happens in another process


async def ended(server: Server, job_id: str) -> dict[str, Any]:
    """The job's status once it has ended."""
    with anyio.fail_after(_PATIENCE):
        while True:
            status = await server.call("job_status", job_id=job_id, wait_seconds=20)
            if status["status"] not in {"queued", "processing"}:
                return status
