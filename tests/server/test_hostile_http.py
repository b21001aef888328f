"""Requests that somebody made to do harm, byte by byte over HTTP: the server lives, and tells no secret."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from tests.support.hostile import CANARIES, TOKEN, http_request
from tests.support.raw_server import HELLO
from tests.support.server import http_server

ROUNDS = 300
PATIENCE = 0.5
"""Seconds without a byte after which a reply is over: an event stream has no end, half a request gets no answer."""


def exchanged(port: int, request: bytes) -> bytes:
    """What the server says to these bytes until it closes the connection, or waits for more of them."""
    said = bytearray()
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection, contextlib.suppress(OSError):
        connection.sendall(request)
        while part := connection.recv(65_536):
            said += part
    return bytes(said)


def session_of(base: str) -> str:
    """The id of a session of the older era."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO}).encode()
    headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{base}/mcp", body, {**headers, "Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request) as reply:
        return str(reply.headers["mcp-session-id"])


@pytest.mark.parametrize("seed", [3, 4])
def test_no_request_stops_the_server_or_makes_it_tell_a_secret(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with http_server(tmp_path, **CANARIES) as base:
        port, session = int(base.rsplit(":", 1)[1]), session_of(base)
        said = []
        for number in range(ROUNDS):
            said.append(exchanged(port, http_request(chance, session)))
            if number % 25 == 24:
                with urllib.request.urlopen(f"{base}/health") as reply:
                    assert reply.status == 200, f"round {number} of seed {seed}"

    codes = Counter(reply[9:12] for reply in said if reply.startswith(b"HTTP/1.1 "))
    assert codes[b"200"] > ROUNDS / 5  # it was really spoken to
    assert not [code for code in codes if code.startswith(b"5")]
    answered = b"".join(said)
    assert b"Traceback" not in answered
    written = answered + b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert not [name for name, canary in CANARIES.items() if canary.encode() in written]
    for line in (tmp_path / "server.log").read_text().splitlines():
        assert isinstance(json.loads(line), dict), line  # one object a line: nothing forged a line of its own
