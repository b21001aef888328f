"""OpenAI chat completions, and every server that speaks the same: Ollama, llama.cpp, vLLM, LM Studio, OpenRouter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio
import orjson

from synthaix.errors import AnswerUnusable, ProviderError
from synthaix.providers import faults
from synthaix.providers.base import Dialect, Finish, ModelRequest, RateLimits, Reply, Rung
from synthaix.providers.http import BadStatus, client_options, failures_of, telling
from synthaix.providers.pools import Pools
from synthaix.providers.stream import openai_stream, stream_above

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    from openai import AsyncOpenAI

OFFICIAL_URL = "https://api.openai.com/v1"

_EFFORTS = ("none", "low", "")
"""Reasoning costs output tokens and time and adds nothing to rows; a model that refuses `none` gets the next."""

_REASONING_ROOM = 4_000
"""Output tokens to add where a model thinks before it writes, since thinking counts towards the limit."""


class OpenAIChat:
    """Adapter to /chat/completions through the openai SDK (retries off: the client owns them)."""

    name = "openai"
    label = "OpenAI"
    dialect: Dialect = "openai"
    rungs: tuple[Rung, ...] = ("json_schema", "json_object", "tool", "prompt")

    def __init__(self, api_key: str, base_url: str | None = None) -> None:
        self.base_url = (base_url or OFFICIAL_URL).rstrip("/")
        self._api_key = api_key
        self._pools = Pools(self._client)
        self._efforts: dict[str, int] = {}  # model -> index into _EFFORTS
        self._limit_names: dict[str, str] = {}

    @property
    def official(self) -> bool:
        """Whether this is OpenAI itself, whose parameters are known."""
        return is_official(self.base_url)

    async def send(
        self, model: str, request: ModelRequest, rung: Rung, seconds: float, sent: Callable[[], None]
    ) -> Reply:
        """One POST; see `Provider.send`."""
        async with self._pools.client() as sdk:
            return await self._send(sdk, model, request, rung, seconds, sent)

    async def _send(
        self, sdk: AsyncOpenAI, model: str, request: ModelRequest, rung: Rung, seconds: float, sent: Callable[[], None]
    ) -> Reply:
        import openai

        place = self._place(model)
        while True:
            body = self._body(model, request, rung)
            try:
                with failures_of(openai, place, seconds):
                    if stream_above(request):
                        sent()
                        return await openai_stream(sdk, body, place, seconds, finish_of)
                    with anyio.fail_after(seconds), telling(sent):
                        raw = await sdk.chat.completions.with_raw_response.create(**as_is(body), timeout=seconds)
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

    def _client(self, certificates: ssl.SSLContext, connections: int) -> AsyncOpenAI:
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        client = DefaultAsyncHttpxClient(verify=certificates, **client_options(connections))
        sdk = AsyncOpenAI(api_key=self._api_key, base_url=self.base_url, max_retries=0, http_client=client)
        _ = sdk.chat.completions.with_raw_response  # the SDK would import it with the first request, on the event loop
        return sdk

    def _place(self, model: str) -> faults.Place:
        label = self.label if self.official else "The server"
        return faults.Place(label, self.base_url, model, "OPENAI_API_KEY", "OPENAI_BASE_URL", self._api_key)

    def _effort(self, model: str) -> str:
        thinks = self.official and model.startswith(("gpt-5", "gpt-6", "gpt-7", "o"))
        return _EFFORTS[self._efforts.get(model, 0)] if thinks else ""

    def _body(self, model: str, request: ModelRequest, rung: Rung) -> dict[str, Any]:
        system, room = request.system, request.max_tokens
        body: dict[str, Any] = {"model": model}
        if effort := self._effort(model):
            body["reasoning_effort"] = effort
        if self.official and effort != "none":
            room += _REASONING_ROOM
        body[self._limit_name(model)] = room
        schema = {"name": request.name, "schema": request.schema, "strict": True}
        if rung == "json_schema":
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif rung == "tool":
            function = {"name": request.name, "parameters": request.schema, "strict": True}
            body["tools"] = [{"type": "function", "function": function}]
            body["tool_choice"] = {"type": "function", "function": {"name": request.name}}
        else:
            system += in_words(request.schema)
            if rung == "json_object":
                body["response_format"] = {"type": "json_object"}
        body["messages"] = [{"role": "system", "content": system}, {"role": "user", "content": request.user}]
        return body

    def _limit_name(self, model: str) -> str:
        return self._limit_names.get(model, "max_completion_tokens" if self.official else "max_tokens")

    def _adapted(self, model: str, body: Mapping[str, Any], content: bytes) -> bool:
        """Whether the refusal named an optional parameter, which now has another form."""
        effort = self._efforts.get(model, 0)
        if b"reasoning_effort" in content and body.get("reasoning_effort"):
            if body["reasoning_effort"] == _EFFORTS[effort]:  # nobody else has changed it meanwhile
                self._efforts[model] = effort + 1
            return True
        name = "max_completion_tokens" if "max_completion_tokens" in body else "max_tokens"
        other = "max_tokens" if name == "max_completion_tokens" else "max_completion_tokens"
        if b"nsupported" in content and name.encode() in content and model not in self._limit_names:
            self._limit_names[model] = other
            return True
        return False


def is_official(base_url: str) -> bool:
    """Whether the address is OpenAI's own."""
    return urlsplit(base_url).hostname == urlsplit(OFFICIAL_URL).hostname


def as_is(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as arguments of `create` that the SDK sends untouched.

    It walks typed arguments by their annotations, the schema included: half of a request's CPU time.
    """
    return {"model": body["model"], "messages": [], "extra_body": body}


def in_words(schema: Mapping[str, Any]) -> str:
    """The schema as an instruction, for rungs that do not enforce it."""
    return "\n\nThe reply is one JSON object that satisfies this JSON Schema:\n" + orjson.dumps(schema).decode()


def _reply(content: bytes, headers: Mapping[str, str], place: faults.Place) -> Reply:
    try:
        data = orjson.loads(content)
        choice = data["choices"][0]
        message = choice["message"]
        usage = data.get("usage") or {}
    except (orjson.JSONDecodeError, KeyError, IndexError, TypeError):
        raise _unreadable(content, place) from None
    calls = message.get("tool_calls") or ()
    text = calls[0]["function"]["arguments"] if calls else message.get("content") or ""
    return Reply(
        text=text,
        finish=finish_of(choice.get("finish_reason"), message.get("refusal")),
        input_tokens=usage.get("prompt_tokens") or 0,
        output_tokens=usage.get("completion_tokens") or 0,
        cached_tokens=(usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0,
        limits=_limits(headers),
    )


def _unreadable(content: bytes, place: faults.Place) -> ProviderError:
    try:
        is_json = isinstance(orjson.loads(content), dict)
    except orjson.JSONDecodeError:
        is_json = False
    if is_json:
        return AnswerUnusable(f"{place.label} answered 200 without a completion in it.")
    return faults.not_an_api(place, content)


def finish_of(reason: str | None, refusal: str | None = None) -> Finish:
    """OpenAI's finish_reason in our words."""
    if refusal or reason == "content_filter":
        return "refused"
    return "length" if reason == "length" else "stop"


def _limits(headers: Mapping[str, str]) -> RateLimits:
    if "x-ratelimit-remaining-requests" not in headers and "x-ratelimit-remaining-tokens" not in headers:
        return RateLimits()
    return RateLimits(
        requests_left=_integer(headers.get("x-ratelimit-remaining-requests")),
        requests_reset=seconds_of(headers.get("x-ratelimit-reset-requests")),
        tokens_left=_integer(headers.get("x-ratelimit-remaining-tokens")),
        tokens_reset=seconds_of(headers.get("x-ratelimit-reset-tokens")),
    )


def _integer(value: str | None) -> int | None:
    return int(value) if value is not None and value.lstrip("-").isdigit() else None


def seconds_of(value: str | None) -> float | None:
    """OpenAI's durations such as `1s`, `6m0s`, `120ms`, `1h2m3s`; None where it is not one."""
    if not value:
        return None
    total, number, unit = 0.0, "", ""
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
    for char in value + " ":
        if (char.isdigit() or char in ".- ") and unit:
            if unit not in units or not number:
                return None
            total, number, unit = total + float(number) * units[unit], "", ""
        if char.isdigit() or char == ".":
            number += char
        elif char != " ":
            unit += char
    return total if not number else None
