"""A real server over stdio, spoken to byte by byte, for messages that no client library would send."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.support.server import environment_for

HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "raw", "version": "1"},
}


class RawServer:
    """One process. `said` is every line it wrote to standard output; its log is the file `log`."""

    def __init__(self, directory: Path, **variables: str) -> None:
        self.said: list[bytes] = []
        self.log = directory / "server.log"
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._number = 0
        self._errors = self.log.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "synthaix"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment_for(directory, **variables),
            cwd=directory,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> RawServer:
        assert "result" in self.request("initialize", HELLO)
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._errors.close()
        assert self._process.stdout is not None
        self._process.stdout.close()

    @property
    def alive(self) -> bool:
        """Whether the process runs and answers."""
        return self._process.poll() is None and "result" in self.request("ping", {})

    def send(self, message: Any) -> None:
        """Write a message as a line; bytes go out as they are."""
        line = message if isinstance(message, bytes) else json.dumps(message).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(line.replace(b"\n", b" ") + b"\n")
        self._process.stdin.flush()

    def request(self, method: Any, params: Any, seconds: float = 60) -> dict[str, Any]:
        """The reply to a request with an id of our own; raises AssertionError where none comes."""
        self._number += 1
        wanted = f"own-{self._number}"
        self.send({"jsonrpc": "2.0", "id": wanted, "method": method, "params": params})
        while True:
            try:
                reply = json.loads(self._lines.get(timeout=seconds))
            except queue.Empty:
                raise AssertionError(f"{method} was not answered: {self.log.read_text()[-2000:]}") from None
            if reply.get("id") == wanted:
                return dict(reply)

    def call(self, tool: str, arguments: Any) -> dict[str, Any]:
        """The result of a tool call."""
        return dict(self.request("tools/call", {"name": tool, "arguments": arguments})["result"])

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line)
            self._lines.put(line)
