"""Anthropic messages, through the anthropic SDK."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio
import orjson

from synthaix.errors import AnswerUnusable
from synthaix.providers import faults
from synthaix.providers.base import Dialect, Finish, ModelRequest, RateLimits, Reply, Rung
from synthaix.providers.http import BadStatus, client_options, failures_of, telling
from synthaix.providers.openai_chat import in_words
from synthaix.providers.pools import Pools
from synthaix.providers.stream import anthropic_stream, stream_above

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    from anthropic import AsyncAnthropic

OFFICIAL_URL = "https://api.anthropic.com"

_MAX_UNSTREAMED = 21_000
"""The SDK refuses to wait for more output tokens than 21,333 without streaming."""

_THINKING: tuple[dict[str, str] | None, ...] = ({"type": "disabled"}, {"type": "between_tools"}, None)
"""Thinking costs output tokens and adds nothing to rows; a model that refuses one form gets the next."""

_THINKING_ROOM = 4_000
"""Output tokens to add where a model thinks first, since thinking counts towards max_tokens."""


class AnthropicMessages:
    """Adapter to /v1/messages (SDK retries off: it would obey any Retry-After, however long)."""

    name = "anthropic"
    label = "Anthropic"
    dialect: Dialect = "anthropic"
    rungs: tuple[Rung, ...] = ("json_schema", "tool", "prompt")

    def __init__(self, api_key: str, base_url: str | None = None) -> None:
        self.base_url = (base_url or OFFICIAL_URL).rstrip("/")
        self._api_key = api_key
        self._pools = Pools(self._client)
        self._thinking: dict[str, int] = {}  # model -> index into _THINKING
        self._without_effort: set[str] = set()

    @property
    def official(self) -> bool:
        """Whether this is Anthropic itself, whose parameters are known."""
        return urlsplit(self.base_url).hostname == urlsplit(OFFICIAL_URL).hostname

    async def send(
        self, model: str, request: ModelRequest, rung: Rung, seconds: float, sent: Callable[[], None]
    ) -> Reply:
        """One POST; see `Provider.send`."""
        async with self._pools.client() as sdk:
            return await self._send(sdk, model, request, rung, seconds, sent)

    async def _send(
        self,
        sdk: AsyncAnthropic,
        model: str,
        request: ModelRequest,
        rung: Rung,
        seconds: float,
        sent: Callable[[], None],
    ) -> Reply:
        import anthropic

        place = self._place(model)
        while True:
            body = self._body(model, request, rung)
            try:
                with failures_of(anthropic, place, seconds):
                    if stream_above(request):
                        sent()
                        return await anthropic_stream(sdk, body, place, seconds, finish_of)
                    with anyio.fail_after(seconds), telling(sent):
                        raw = await sdk.messages.with_raw_response.create(**body, timeout=seconds)
            except BadStatus as bad:
                if bad.status == 400 and self._adapted(model, body, bad.content):
                    continue
                if faults.too_long(bad.status, bad.content):
                    return Reply("", "length", limits=_limits(bad.headers))
                raise faults.from_status(place, bad.status, bad.headers, bad.content, rung) from None
            return _reply(raw.http_response.content, raw.headers, place)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._pools.aclose()

    def _client(self, certificates: ssl.SSLContext, connections: int) -> AsyncAnthropic:
        from anthropic import AsyncAnthropic, DefaultAsyncHttpxClient

        client = DefaultAsyncHttpxClient(verify=certificates, **client_options(connections))
        sdk = AsyncAnthropic(api_key=self._api_key, base_url=self.base_url, max_retries=0, http_client=client)
        _ = sdk.messages.with_raw_response  # the SDK would import it with the first request, on the event loop
        return sdk

    def _place(self, model: str) -> faults.Place:
        label = self.label if self.official else "The server"
        return faults.Place(label, self.base_url, model, "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", self._api_key)

    def _body(self, model: str, request: ModelRequest, rung: Rung) -> dict[str, Any]:
        thinking = _THINKING[self._thinking.get(model, 0)] if self.official else None
        room = request.max_tokens
        if self.official and thinking is not _THINKING[0]:
            room += _THINKING_ROOM
        body: dict[str, Any] = {
            "model": model,
            "max_tokens": min(room, _MAX_UNSTREAMED),
            "system": request.system,
            "messages": [{"role": "user", "content": request.user}],
        }
        output: dict[str, Any] = {}
        if self.official and model not in self._without_effort:
            output["effort"] = "low"
        if rung == "json_schema":
            output["format"] = {"type": "json_schema", "schema": request.schema}
        elif rung == "tool":
            body["tools"] = [
                {"name": request.name, "description": "Hand over the rows.", "input_schema": request.schema}
            ]
            body["tool_choice"] = {"type": "tool", "name": request.name}
        else:
            body["system"] += in_words(request.schema)
        if output:
            body["output_config"] = output
        if thinking is not None:
            body["thinking"] = thinking
        return body

    def _adapted(self, model: str, body: Mapping[str, Any], content: bytes) -> bool:
        """Whether the refusal named an optional parameter, which now has another form."""
        index = self._thinking.get(model, 0)
        if b"thinking" in content and "thinking" in body:
            if body["thinking"] is _THINKING[index]:  # nobody else has changed it meanwhile
                self._thinking[model] = index + 1
            return True
        if b"effort" in content and "effort" in body.get("output_config", {}):
            self._without_effort.add(model)
            return True
        return False


def _reply(content: bytes, headers: Mapping[str, str], place: faults.Place) -> Reply:
    try:
        data = orjson.loads(content)
        blocks = data["content"]
        text = "".join(block["text"] for block in blocks if block["type"] == "text")
        used = next((block["input"] for block in blocks if block["type"] == "tool_use"), None)
        usage = data.get("usage") or {}
    except (KeyError, TypeError):
        raise AnswerUnusable(f"{place.label} answered 200 without a message in it.") from None
    except orjson.JSONDecodeError:
        raise faults.not_an_api(place, content) from None
    cached = usage.get("cache_read_input_tokens") or 0
    written = usage.get("cache_creation_input_tokens") or 0
    return Reply(
        text=text if used is None else orjson.dumps(used).decode(),
        finish=finish_of(data.get("stop_reason")),
        # Anthropic's input_tokens leave the cached ones out.
        input_tokens=(usage.get("input_tokens") or 0) + cached + written,
        output_tokens=usage.get("output_tokens") or 0,
        cached_tokens=cached,
        limits=_limits(headers),
    )


def finish_of(reason: str | None) -> Finish:
    """Anthropic's stop_reason in our words."""
    if reason == "refusal":
        return "refused"
    return "length" if reason in ("max_tokens", "model_context_window_exceeded") else "stop"


def _limits(headers: Mapping[str, str]) -> RateLimits:
    prefix = "anthropic-ratelimit-"
    if f"{prefix}requests-remaining" not in headers and f"{prefix}tokens-remaining" not in headers:
        return RateLimits()
    return RateLimits(
        requests_left=_integer(headers.get(f"{prefix}requests-remaining")),
        requests_reset=_until(headers.get(f"{prefix}requests-reset")),
        tokens_left=_integer(headers.get(f"{prefix}tokens-remaining")),
        tokens_reset=_until(headers.get(f"{prefix}tokens-reset")),
    )


def _integer(value: str | None) -> int | None:
    return int(value) if value is not None and value.lstrip("-").isdigit() else None


def _until(value: str | None) -> float | None:
    """Seconds until an RFC 3339 moment, or None where it is not one."""
    try:
        return None if value is None else max(0.0, (datetime.fromisoformat(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
