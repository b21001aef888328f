"""Messages and requests that somebody made to do harm, at random from a seed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import random

CANARIES = {
    "OPENAI_API_KEY": "canary-openai-4f1d9c27b6",
    "ANTHROPIC_API_KEY": "canary-anthropic-8e2a63d05f",
    "SYNTHAIX_AUTH_TOKEN": "canary-token-19cc4be7a2",
}
TOOLS = (
    "translate_schema", "start_generation", "job_status", "get_rows", "export_job",
    "cancel_job", "resume_job", "list_jobs", "deduplicate",
)  # fmt: skip

ROUTES = (
    "/mcp", "/mcp/", "/health", "/ready", "/metrics", "/jobs/{}/download", "/jobs/../../{}", "/{}",
    "/jobs/{}/download?format={}&expires={}&signature={}", "/.well-known/oauth-protected-resource",
)  # fmt: skip
TOKEN = CANARIES["SYNTHAIX_AUTH_TOKEN"]
ABOUT = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "hostile", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


def anything(chance: random.Random, depth: int = 0) -> Any:
    """A JSON value of no particular use."""
    kind = chance.randrange(9 if depth < 4 else 7)
    if kind == 7:
        return [anything(chance, depth + 1) for _ in range(chance.randrange(4))]
    if kind == 8:
        return {text(chance): anything(chance, depth + 1) for _ in range(chance.randrange(4))}
    return (
        None, chance.random() < 0.5, chance.randint(-(10**20), 10**20), chance.uniform(-1e9, 1e9),
        text(chance), text(chance) * chance.choice([1, 1, 1, 2_000]), chance.choice([0, -1, 1, 2**63, 1e308]),
    )[kind]  # fmt: skip


def text(chance: random.Random) -> str:
    """A string that somebody may have meant ill with."""
    return chance.choice(
        [
            "", "job_id", "../../etc/passwd", "%2e%2e%2f", "a\x00b", "\u202e\u0000", "'; DROP TABLE jobs;--", "=1+1",
            "{{7*7}}", "${OPENAI_API_KEY}", "$(env)", "\r\nSet-Cookie: a=b", '{"level": "INFO"}\n{"forged": 1}',
            "(a+)+$", "synthaix://jobs/../../x", "file:///etc/passwd", "http://169.254.169.254/", "0" * 32, "🙂" * 50,
        ]
    )  # fmt: skip


def message(chance: random.Random) -> Any:
    """A message that is almost one of ours, or nothing like it."""
    kind = chance.randrange(10)
    if kind == 0:
        return bytes(chance.randrange(256) for _ in range(chance.randrange(80)))
    if kind == 1:
        return anything(chance)
    if kind == 2:
        deep = chance.choice([50, 500, 50_000])
        return b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":' + b"[" * deep + b"]" * deep + b"}"
    method = chance.choice(["tools/call", "resources/read", "prompts/get", "completion/complete", text(chance)])
    params: Any = {
        "tools/call": {"name": chance.choice([*TOOLS, text(chance)]), "arguments": arguments(chance)},
        "resources/read": {"uri": f"synthaix://jobs/{text(chance)}"},
        "prompts/get": {"name": "generate_dataset", "arguments": {"description": text(chance)}},
    }.get(method, anything(chance))
    identity = chance.choice([chance.randint(0, 9), text(chance), None, anything(chance)])
    return {"jsonrpc": chance.choice(["2.0", "2.0", "1.0", 2]), "id": identity, "method": method, "params": params}


def arguments(chance: random.Random) -> Any:
    """Arguments of the right names, and values of any kind."""
    if chance.random() < 0.1:
        return anything(chance)
    names = [
        "prompt", "schema", "total_rows", "job_id", "limit", "cursor", "format", "path", "rows", "threshold",
        "seed", "budget", "provider", "model", "confirm", "wait_seconds", "columns", text(chance),
    ]  # fmt: skip
    given = {chance.choice(names): anything(chance) for _ in range(chance.randrange(5))}
    given.pop("wait_seconds", None)
    return given


def http_request(chance: random.Random, session: str) -> bytes:
    """The bytes of a request: a harmful message as a client of either era sends it, or one that is no client's."""
    kind = chance.random()
    if kind < 0.5:
        return _posted(*_modern(_sound(chance)))
    if kind < 0.7:
        body = _body(_sound(chance))
        return _posted(body, [("Mcp-Session-Id", session), ("Mcp-Protocol-Version", "2025-11-25")])
    if kind < 0.75:
        return bytes(chance.randrange(256) for _ in range(chance.randrange(200)))
    return _noise(chance)


def _sound(chance: random.Random) -> Any:
    """A message that gets as far as a handler, most of the time."""
    said = message(chance)
    while not isinstance(said, dict) and chance.random() < 0.8:
        said = message(chance)
    if isinstance(said, dict) and chance.random() < 0.8:
        said |= {"jsonrpc": "2.0", "id": chance.randrange(1_000)}
        if not isinstance(said.get("params"), dict):
            call = {"name": chance.choice(TOOLS), "arguments": arguments(chance)}
            said |= {"method": "tools/call", "params": call}
    return said


def _body(said: Any) -> bytes:
    return said if isinstance(said, bytes) else json.dumps(said).encode()


def _posted(body: bytes, headers: list[tuple[str, str]]) -> bytes:
    """A request as a client sends it, with its token."""
    pairs = [
        ("Host", "127.0.0.1"), ("Content-Type", "application/json"), ("Authorization", f"Bearer {TOKEN}"),
        ("Accept", "application/json, text/event-stream"), ("Content-Length", str(len(body))), ("Connection", "close"),
        *headers,
    ]  # fmt: skip
    head = "\r\n".join(["POST /mcp HTTP/1.1", *(f"{name}: {value}" for name, value in pairs), "", ""])
    return head.encode("latin-1") + body


def _modern(said: Any) -> tuple[bytes, list[tuple[str, str]]]:
    """A message as a client of 2026-07-28 sends it: what it is about stands in headers too."""
    headers = [("Mcp-Protocol-Version", "2026-07-28")]
    if isinstance(said, dict):
        params = said.get("params")
        if isinstance(params, dict):
            said = {**said, "params": {**params, "_meta": ABOUT}}
            named = params.get("name", params.get("uri"))
            headers += _header("Mcp-Name", named)
        headers += _header("Mcp-Method", said.get("method"))
    return _body(said), headers


def _header(name: str, value: Any) -> list[tuple[str, str]]:
    return [(name, value)] if isinstance(value, str) and value.isascii() and value.isprintable() else []


def _noise(chance: random.Random) -> bytes:
    """A request of which any part may be wrong."""
    body = _body(message(chance))
    method = chance.choice([b"POST", b"GET", b"DELETE", b"OPTIONS", b"HEAD", b"PUT", b"\x00"])
    lines = [method + b" " + _path(chance) + b" HTTP/1.1"]
    lines += [name + b": " + value for name, value in _headers(chance, body)]
    return b"\r\n".join([*lines, b"Connection: close", b"", body])


def _path(chance: random.Random) -> bytes:
    """One of our paths with something put in, percent-encoded or not."""
    route = chance.choice(ROUTES)
    path = route.format(*(text(chance) for _ in range(route.count("{}"))))
    if chance.random() < 0.7:
        return quote(path, safe=chance.choice(["/?&=", "/"])).encode()
    return path.encode()[:2_000].translate(None, b" \r\n")


def _headers(chance: random.Random, body: bytes) -> list[tuple[bytes, bytes]]:
    """Headers, some of them wrong."""
    token = b"Bearer " + TOKEN.encode()
    pairs = [
        (b"Host", chance.choice([b"127.0.0.1", b"127.0.0.1", b"localhost", b"evil.example", b"", b"a" * 5_000])),
        (b"Content-Type", chance.choice([b"application/json", b"text/plain", b"\xff"])),
        (b"Accept", chance.choice([b"application/json, text/event-stream", b"*/*", b"", b"text/html"])),
        (b"Content-Length", str(chance.choice([len(body)] * 8 + [len(body) + 9, -1, 10**12])).encode()),
        (b"Authorization", chance.choice([token, token, b"Bearer x", b"Basic \x00", b""])),
    ]
    extra = [
        (b"Origin", chance.choice([b"http://evil.example", b"null", b"http://localhost"])),
        (b"Mcp-Session-Id", text(chance).encode()[:80].translate(None, b"\r\n\x00")),
        (b"Mcp-Protocol-Version", chance.choice([b"2025-11-25", b"2026-07-28", b"1", b"\xe9"])),
        (b"Mcp-Method", chance.choice([b"tools/call", b"ping", b"x"])),
        (b"Last-Event-Id", b"0"), (b"Transfer-Encoding", b"chunked"), (b"Range", b"bytes=5-1,9-"),
        (b"X", b"a" * 70_000),
    ]  # fmt: skip
    pairs += chance.sample(extra, chance.randrange(3))
    return [pair for pair in pairs if chance.random() < 0.97]
