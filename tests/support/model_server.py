"""A model on loopback: OpenAI chat completions and Anthropic messages, that can misbehave on demand.

In a test: `with ModelServer(Behaviour(...)) as server: server.openai_url, server.counts`.
As its own process: `python -m tests.support.model_server --behaviour '{"base_seconds": 0.5}'` prints its port;
GET /counts and POST /behaviour then read and change it.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import sys
import threading
import time
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import orjson

from synthaix.providers.scripted import compose, read_blocks, shaped, tokens_of, value_of
from tests.support.behaviour import Behaviour, Counts
from tests.support.meaning import vector_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_HTML = b"<!DOCTYPE html><html><body>It works!</body></html>"
_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests"}


_PORTS: set[int] = set()
"""Of earlier servers: what the process has learnt of a model at one address must not meet another model there."""


class RefusedError(Exception):
    """A status other than 200."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.headers = status, headers


class ModelServer:
    """The server; everything but the constructor and the context manager runs on its own event loop."""

    def __init__(self, behaviour: Behaviour | None = None, port: int = 0) -> None:
        self.behaviour = behaviour or Behaviour()
        self.counts = Counts()
        self.bodies: list[dict[str, Any]] = []
        self.keep_bodies = True
        self.port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._busy_since = 0.0

    @property
    def url(self) -> str:
        """Anthropic's base URL, and the root of everything."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def openai_url(self) -> str:
        """OpenAI's base URL."""
        return f"{self.url}/v1"

    def __enter__(self) -> ModelServer:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self.serve(ready)), daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def serve(self, ready: threading.Event | None = None) -> None:
        """Serve until stopped."""
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        connections: set[asyncio.Task[None]] = set()

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            connections.add(task)
            try:
                await self._connection(reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            finally:
                connections.discard(task)
                writer.close()

        server = await self._listening(accept)
        if ready is not None:
            ready.set()
        else:
            sys.stdout.write(f"{self.port}\n")
            sys.stdout.flush()
        await self._stop.wait()
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _listening(self, accept: Callable[..., Awaitable[None]]) -> asyncio.Server:
        while True:
            server = await asyncio.start_server(accept, "127.0.0.1", self.port, limit=2**22, backlog=512)
            port = server.sockets[0].getsockname()[1]
            if self.port or port not in _PORTS:
                break
            server.close()
        _PORTS.add(port)
        self.port = port
        return server

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            lines = head.decode("latin-1").split("\r\n")
            method, path, _ = lines[0].split(" ", 2)
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            body = await reader.readexactly(int(headers.get("content-length") or 0))
            if not await self._respond(method, path, headers, body, reader, writer):
                return

    async def _respond(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        if path == "/counts":
            return await _send(writer, 200, orjson.dumps(asdict(self.counts)))
        if path == "/behaviour":
            self.behaviour = replace(self.behaviour, **orjson.loads(body))
            self.counts = Counts()
            return await _send(writer, 200, b"{}")
        if path == "/v1/models":
            data = [{"id": model, "object": "model"} for model in self.behaviour.models or ("any",)]
            return await _send(writer, 200, orjson.dumps({"object": "list", "data": data}))
        if method != "POST" or path not in ("/v1/chat/completions", "/v1/messages", "/v1/embeddings"):
            return await _send(writer, 404, _HTML, "text/html")
        if path == "/v1/embeddings":
            exchange: _Exchange = EmbeddingExchange(orjson.loads(body), headers)
        else:
            exchange = _Exchange(path == "/v1/messages", orjson.loads(body), headers)
        if self.keep_bodies:
            self.bodies.append(exchange.body)
        return await self._model(exchange, reader, writer)

    async def _model(self, exchange: _Exchange, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        counts, number = self.counts, self.counts.requests
        counts.requests += 1
        if counts.in_flight == 0:
            self._busy_since = time.monotonic()
        counts.in_flight += 1
        try:
            status, extra = 200, dict(self.behaviour.headers)
            fault = ""
            try:
                self._admit(exchange)
                fault = self.behaviour.fault(number)
                if fault:
                    counts.count(counts.faults, fault)
                if fault == "hang":
                    await reader.read()  # until the client gives up
                    return False
                content = await self._content(exchange, fault, number)
            except RefusedError as refusal:
                status, extra = refusal.status, {**extra, **refusal.headers}
                content = orjson.dumps(exchange.error(str(refusal)))
            counts.count(counts.statuses, str(status))
            if status == 200:
                counts.most_in_flight = max(counts.most_in_flight, counts.in_flight)
        finally:
            counts.in_flight -= 1
            if counts.in_flight == 0:
                counts.busy_seconds += time.monotonic() - self._busy_since
        if fault == "drop":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n{")
            await writer.drain()
            return False
        kind = "text/html" if fault == "html" else exchange.content_type if status == 200 else "application/json"
        return await _send(writer, status, content, kind, extra)

    def _admit(self, exchange: _Exchange) -> None:
        behaviour, counts = self.behaviour, self.counts
        if behaviour.key is not None and exchange.key != behaviour.key:
            raise RefusedError(401, f"Incorrect API key provided: {exchange.key}.")
        if behaviour.models is not None and exchange.body["model"] not in behaviour.models:
            raise RefusedError(404, f"The model {exchange.body['model']} does not exist.")
        for name in behaviour.rejects:
            if name in exchange.body:
                raise RefusedError(400, f"Unsupported parameter: {name} is not supported with this model.")
        counts.count(counts.forms, exchange.form)
        if exchange.form not in behaviour.forms:
            raise RefusedError(400, f"Invalid parameter: {exchange.form} is not supported by this model.")
        if behaviour.admits is not None and counts.in_flight > behaviour.admits:
            raise self._busy(429)

    def _busy(self, status: int) -> RefusedError:
        wait = self.behaviour.retry_after
        return RefusedError(status, "Too many requests.", **({} if wait is None else {"retry-after": f"{wait:g}"}))

    async def _content(self, exchange: _Exchange, fault: str, number: int) -> bytes:
        behaviour, counts = self.behaviour, self.counts
        if fault in ("429", "529"):
            raise self._busy(int(fault))
        if fault == "500":
            raise RefusedError(500, "Something went wrong.")
        began = time.monotonic()
        if isinstance(exchange, EmbeddingExchange):
            counts.input_tokens += exchange.tokens
            counts.texts += len(exchange.texts)
            if behaviour.most_inputs is not None and len(exchange.texts) > behaviour.most_inputs:
                raise RefusedError(413, f"batch size {len(exchange.texts)} > maximum {behaviour.most_inputs}")
            await asyncio.sleep(behaviour.base_seconds)
            return _HTML if fault == "html" else exchange.vectors(short=fault == "cut")
        text, rows = self._answer(exchange)
        wait = behaviour.base_seconds + behaviour.per_row_seconds * rows
        wait += behaviour.jitter_seconds * behaviour.chance("jitter", number)
        if wait:
            await asyncio.sleep(wait - (time.monotonic() - began))
        finish = "stop"
        if fault == "malformed":
            text = "I am sorry, here are your rows: {{r]"
        elif fault == "ignored" or exchange.form in behaviour.ignores:
            text = '{"message":"Here you go","count":3}'
        elif fault == "empty":
            text = ""
        elif fault == "cut":
            share = 0.2 + 0.7 * behaviour.chance("cut", number)
            text, finish = text[: int(len(text) * share)], "length"
        counts.rows += rows
        counts.input_tokens += (spent_in := tokens_of(exchange.system + exchange.user))
        counts.output_tokens += (spent_out := tokens_of(text))
        return _HTML if fault == "html" else exchange.reply(text, finish, spent_in, spent_out)

    def _answer(self, exchange: _Exchange) -> tuple[str, int]:
        behaviour = self.behaviour
        if not (behaviour.duplicates or behaviour.invalid or behaviour.collapse):
            text = compose(exchange.system, exchange.user)
            return text, text.count("],[") + 1 if '"r":' in text else 1
        blocks = read_blocks(exchange.system, exchange.user)
        if "wish" in blocks:
            return compose(exchange.system, exchange.user), 1
        table, asked = blocks["table"], blocks["rows"]
        rows = []
        for place, number in enumerate(asked["rows"]):
            index = asked["batch"] + number
            if behaviour.chance("duplicate", index) < behaviour.duplicates and index > 0:
                index -= 1 + int(behaviour.chance("which", index) * min(index, 50))
            values = [self._value(column, index, place, asked) for column in table["columns"]]
            if behaviour.chance("invalid", index) < behaviour.invalid:
                values = [{"not": "a value"} for _ in values]
            rows.append(shaped(table["keys"], number, values))
        return orjson.dumps({"r": rows}).decode(), len(rows)

    def _value(self, column: dict[str, Any], index: int, place: int, asked: dict[str, Any]) -> Any:
        pool = self.behaviour.collapse
        if pool is None or column["type"] not in ("string", "text") or "enum" in column:
            return value_of(column, index)
        # A model left alone falls back on a few favourites; a hint, or a ban, leads it elsewhere.
        hint = asked["hint"][place] if "hint" in asked else ""
        choice = int(self.behaviour.chance(hint, index % pool if not hint else 0) * (pool if not hint else pool * 40))
        value = value_of(column, choice)
        banned = set(asked.get("avoid", {}).get(column["name"], ()))
        return value_of(column, choice + 1_000_000 + index) if value in banned else value


class _Exchange:
    """One request in either dialect, and its reply."""

    def __init__(self, anthropic: bool, body: dict[str, Any], headers: dict[str, str]) -> None:
        self.anthropic, self.body = anthropic, body
        self.key = headers.get("x-api-key") if anthropic else headers.get("authorization", "")[7:]
        messages = body["messages"]
        self.system = body.get("system", "") if anthropic else messages[0]["content"]
        self.user = messages[-1]["content"]
        self.stream = bool(body.get("stream"))

    @property
    def form(self) -> str:
        """Which rung the request stands on."""
        if "tools" in self.body:
            return "tool"
        asked = (self.body.get("output_config") or {}).get("format") or self.body.get("response_format") or {}
        return str(asked.get("type", "prompt"))

    @property
    def content_type(self) -> str:
        return "text/event-stream" if self.stream else "application/json"

    def error(self, message: str) -> dict[str, Any]:
        if self.anthropic:
            return {"type": "error", "error": {"type": "invalid_request_error", "message": message}}
        return {"error": {"message": message, "type": "invalid_request_error", "code": None, "param": None}}

    def reply(self, text: str, finish: str, spent_in: int, spent_out: int) -> bytes:
        if self.stream:
            return self._events(text, finish, spent_in, spent_out)
        return orjson.dumps((self._message if self.anthropic else self._completion)(text, finish, spent_in, spent_out))

    def _completion(self, text: str, finish: str, spent_in: int, spent_out: int) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
        if self.form == "tool":
            call = {"id": "call_1", "type": "function", "function": {"name": "rows", "arguments": text}}
            message = {"role": "assistant", "content": None, "tool_calls": [call]}
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": self.body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": {
                "prompt_tokens": spent_in,
                "completion_tokens": spent_out,
                "total_tokens": spent_in + spent_out,
            },
        }

    def _message(self, text: str, finish: str, spent_in: int, spent_out: int) -> dict[str, Any]:
        block: dict[str, Any] = {"type": "text", "text": text}
        if self.form == "tool":
            with contextlib.suppress(orjson.JSONDecodeError):
                block = {"type": "tool_use", "id": "toolu_1", "name": "rows", "input": orjson.loads(text)}
        return {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": self.body["model"],
            "content": [block],
            "stop_reason": "max_tokens" if finish == "length" else "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": spent_in, "output_tokens": spent_out},
        }

    def _events(self, text: str, finish: str, spent_in: int, spent_out: int) -> bytes:
        pieces = [text[at : at + 64] for at in range(0, len(text), 64)]
        if self.anthropic:
            stop = "max_tokens" if finish == "length" else "end_turn"
            start = self._message("", "stop", spent_in, 1) | {"content": [], "stop_reason": None}
            events: list[dict[str, Any]] = [{"type": "message_start", "message": start}]
            events += [
                {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
                for piece in pieces
            ]
            events.append(
                {"type": "message_delta", "delta": {"stop_reason": stop}, "usage": {"output_tokens": spent_out}}
            )
            events.append({"type": "message_stop"})
            return b"".join(b"event: %b\ndata: %b\n\n" % (e["type"].encode(), orjson.dumps(e)) for e in events)
        chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": self.body["model"]}
        chunks: list[dict[str, Any]] = [
            chunk | {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]} for piece in pieces
        ]
        chunks.append(chunk | {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
        usage = {"prompt_tokens": spent_in, "completion_tokens": spent_out, "total_tokens": spent_in + spent_out}
        chunks.append(chunk | {"choices": [], "usage": usage})
        return b"".join(b"data: %b\n\n" % orjson.dumps(c) for c in chunks) + b"data: [DONE]\n\n"


class EmbeddingExchange(_Exchange):
    """One request for vectors, and its reply."""

    def __init__(self, body: dict[str, Any], headers: dict[str, str]) -> None:
        self.anthropic, self.body = False, body
        self.key = headers.get("authorization", "")[7:]
        self.texts: list[str] = body["input"]
        self.tokens = sum(tokens_of(text) for text in self.texts)

    @property
    def content_type(self) -> str:
        return "application/json"

    def vectors(self, short: bool = False) -> bytes:
        """The reply; `short` leaves the last vector out."""
        dimensions = self.body.get("dimensions", 96)
        vectors = [vector_of(text, dimensions) for text in self.texts[: len(self.texts) - short]]
        as_text = self.body.get("encoding_format") == "base64"
        data = [
            {
                "object": "embedding",
                "index": index,
                "embedding": base64.b64encode(vector.tobytes()).decode() if as_text else vector.tolist(),
            }
            for index, vector in enumerate(vectors)
        ]
        usage = {"prompt_tokens": self.tokens, "total_tokens": self.tokens}
        # The order of the answer is the index, not the place.
        return orjson.dumps({"object": "list", "data": data[::-1], "model": self.body["model"], "usage": usage})


async def _send(
    writer: asyncio.StreamWriter,
    status: int,
    content: bytes,
    kind: str = "application/json",
    headers: dict[str, str] | None = None,
) -> bool:
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}", f"content-type: {kind}"]
    lines += [f"content-length: {len(content)}", *(f"{name}: {value}" for name, value in (headers or {}).items())]
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
    await writer.drain()
    return True


def main() -> None:
    """Serve as a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--behaviour", type=json.loads, default={}, help="JSON of Behaviour's fields")
    arguments = parser.parse_args()
    server = ModelServer(Behaviour(**arguments.behaviour), arguments.port)
    server.keep_bodies = False
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(server.serve())
    sys.exit(0)


if __name__ == "__main__":
    main()
