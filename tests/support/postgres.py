"""A real PostgreSQL server from Debian's packages, on a free port, in a temporary directory."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGES = Path("/usr/lib/postgresql")
_START_SECONDS = 60.0


class Postgres:
    """A running server; `fresh` makes an empty database in it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def fresh(self) -> str:
        """The URL of a new, empty database."""
        import psycopg

        name = f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self._url(name)

    def _url(self, database: str) -> str:
        return f"postgresql://synthaix@127.0.0.1:{self.port}/{database}"


@contextlib.contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Start a server and stop it at the end. Skips the test where no server can be had, saying why.

    Tests kill no machine, so its commits are not synced to the disk unless `durable`.
    """
    binaries = _binaries()
    user = _unprivileged()
    home = Path(tempfile.mkdtemp(prefix="synthaix-postgres-"))
    try:
        if user is not None:
            os.chown(home, user.pw_uid, user.pw_gid)
        data = home / "data"
        subprocess.run(
            [*_as(user), str(binaries / "initdb"), "-D", str(data), "-U", "synthaix", "-A", "trust", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=home,
        )
        port = _free_port()
        command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-k", str(home)]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"]
        command += [] if durable else ["-F"]
        with (home / "log").open("wb") as log:
            server = subprocess.Popen([*_as(user), *command], stdout=log, stderr=log, cwd=home)
        try:
            _wait_until_ready(server, port, home / "log")
            yield Postgres(port)
        finally:
            server.terminate()  # waits for its clients: "smart" would hang on a leaked one, so ask twice
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@cache
def _binaries() -> Path:
    if not _found() and os.geteuid() == 0 and os.environ.get("CI") and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "postgresql"], check=False, capture_output=True)
    found = _found()
    if not found:
        pytest.skip("no PostgreSQL under /usr/lib/postgresql; install Debian's package postgresql")
    return found[-1]


def _found() -> list[Path]:
    return sorted(_PACKAGES.glob("*/bin"), key=lambda path: int(path.parent.name)) if _PACKAGES.is_dir() else []


def _unprivileged() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; whom to run it as, or None for ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    pytest.skip("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")


def _as(user: pwd.struct_passwd | None) -> list[str]:
    if user is None:
        return []
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    import psycopg

    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(f"postgresql://synthaix@127.0.0.1:{port}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text()[-2000:]}") from None
            time.sleep(0.05)  # the server offers no event to wait for
        else:
            return
