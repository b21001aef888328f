"""Long answers arrive as a stream, so that a broken connection loses only what had not come yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import orjson

from synthaix.providers import faults
from synthaix.providers.base import Finish, ModelRequest, Reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from anthropic import AsyncAnthropic
    from openai import AsyncOpenAI

STREAM_ABOVE = 3_000
"""Expected output tokens from which a stream pays: each event costs CPU, and a short answer is cheap to ask again."""


def stream_above(request: ModelRequest) -> bool:
    """Whether the reply is long enough to be streamed."""
    return request.expected_tokens >= STREAM_ABOVE


async def openai_stream(
    sdk: AsyncOpenAI, body: dict[str, Any], place: faults.Place, seconds: float, ended: Callable[[str], Finish]
) -> Reply:
    """The reply to a streamed chat completion; "cut" where it broke, or time was up, after some text."""
    options = {**body, "stream": True, "stream_options": {"include_usage": True}}
    parts: list[str] = []
    finish: Finish = "cut"
    usage: dict[str, Any] = {}
    with anyio.move_on_after(seconds):
        async with sdk.chat.completions.with_streaming_response.create(**options) as response:
            await _expect_events(response, place)
            async for event in _events(response.iter_lines(), parts):
                usage = event.get("usage") or usage
                for choice in event.get("choices") or ():
                    delta = choice.get("delta") or {}
                    calls = delta.get("tool_calls") or ()
                    parts.extend((call.get("function") or {}).get("arguments") or "" for call in calls)
                    parts.append(delta.get("content") or "")
                    if choice.get("finish_reason"):
                        finish = ended(choice["finish_reason"])
    if not any(parts):
        raise faults.no_answer(place, "the stream ended before it began")
    return Reply("".join(parts), finish, usage.get("prompt_tokens") or 0, usage.get("completion_tokens") or 0)


async def anthropic_stream(
    sdk: AsyncAnthropic, body: dict[str, Any], place: faults.Place, seconds: float, ended: Callable[[str], Finish]
) -> Reply:
    """The reply to a streamed message; "cut" where it broke, or time was up, after some text."""
    parts: list[str] = []
    finish: Finish = "cut"
    spent = {"input": 0, "output": 0}
    with anyio.move_on_after(seconds):
        async with sdk.messages.with_streaming_response.create(**body, stream=True) as response:
            await _expect_events(response, place)
            async for event in _events(response.iter_lines(), parts):
                delta = event.get("delta") or {}
                usage = event.get("usage") or (event.get("message") or {}).get("usage") or {}
                spent["input"] = max(spent["input"], usage.get("input_tokens") or 0)
                spent["output"] = max(spent["output"], usage.get("output_tokens") or 0)
                parts.append(delta.get("text") or delta.get("partial_json") or "")
                if delta.get("stop_reason"):
                    finish = ended(delta["stop_reason"])
    if not any(parts):
        raise faults.no_answer(place, "the stream ended before it began")
    return Reply("".join(parts), finish, spent["input"], spent["output"])


async def _expect_events(response: Any, place: faults.Place) -> None:
    """Raise ProviderRefused where a web page answered: asking it again would not help."""
    if response.headers.get("content-type", "").startswith("text/html"):
        raise faults.not_an_api(place, await response.read())


async def _events(lines: AsyncIterator[str], parts: list[str]) -> AsyncIterator[dict[str, Any]]:
    """The JSON of each `data:` line; a connection that breaks after the first text just ends."""
    import httpx2

    try:
        async for line in lines:
            if not line.startswith("data:"):
                continue
            data = line[5:].strip()
            if data == "[DONE]":
                return
            try:
                event = orjson.loads(data)
            except orjson.JSONDecodeError:
                return
            if isinstance(event, dict):
                yield event
    except httpx2.HTTPError:
        if not any(parts):
            raise
