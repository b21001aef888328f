"""What a model provider is: one method that sends one request and gives back one reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

Rung = Literal["json_schema", "json_object", "tool", "prompt"]
"""How the shape of a reply is asked for, from the strongest promise to none."""

Dialect = Literal["openai", "anthropic"]
"""Whose subset of JSON Schema a provider accepts."""

Finish = Literal["stop", "length", "cut", "refused"]
"""Why a reply ended: complete, at the token limit, by a broken connection, or declined by the model."""


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question to a model.

    `schema` describes the reply in the provider's dialect. `expected_tokens` is the likely length
    of the reply, `max_tokens` the length at which it is cut off.
    """

    system: str
    user: str
    schema: Mapping[str, Any]
    max_tokens: int
    expected_tokens: int
    name: str = "rows"


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What the provider says is left of its rate limits; None where it says nothing. Resets are in seconds from now."""

    requests_left: int | None = None
    requests_reset: float | None = None
    tokens_left: int | None = None
    tokens_reset: float | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP 200 as the adapter read it. Input tokens include the cached ones."""

    text: str
    finish: Finish
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    limits: RateLimits = field(default_factory=RateLimits)


class Provider(Protocol):
    """An adapter to one API. It never retries: that is the client's work.

    `send` raises only ProviderError classes: ProviderBusy, ProviderDown, ProviderRefused,
    FormatUnsupported where this rung is not to be had, AnswerUnusable for a 200 without content.
    """

    name: str
    label: str
    base_url: str
    dialect: Dialect
    rungs: tuple[Rung, ...]

    async def send(
        self, model: str, request: ModelRequest, rung: Rung, seconds: float, sent: Callable[[], None]
    ) -> Reply:
        """Send the request once, call `sent` when it has left, and give up after that many seconds."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


Carry = Callable[[Provider], Provider]
"""The same provider, spoken with somewhere else."""


def by_oneself(provider: Provider) -> Provider:
    """On the event loop of whoever sends."""
    return provider
