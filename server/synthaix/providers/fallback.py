"""A second model that answers while the first one's provider is down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthaix.errors import ProviderDown, ProviderRefused
from synthaix.providers.client import ModelClient

if TYPE_CHECKING:
    from synthaix.providers.base import ModelRequest
    from synthaix.providers.client import ModelReply
    from synthaix.providers.spend import Spend


class FallbackClient:
    """Two clients with the face of one.

    The first is asked as long as its circuit is closed, and its own trials find out when it is back. Only
    ProviderDown leads to the second: a refused key or an unknown model is the configuration's fault, and
    passing over it would hide that. Both draw on the same budget, each at its own price.
    """

    def __init__(self, first: ModelClient, second: ModelClient) -> None:
        self.notice: str | None = None
        self._first, self._second = first, second

    @property
    def provider(self) -> str:
        """The first one's provider."""
        return self._first.provider

    @property
    def model(self) -> str:
        """The first one's model."""
        return self._first.model

    @property
    def usual_seconds(self) -> float:
        """How long an answer of whoever answers at present usually takes, 0 while unknown."""
        return (self._first if self.notice is None else self._second).usual_seconds

    @property
    def trusted(self) -> bool:
        """Whether whoever answers at present is known to write rows."""
        return (self._first if self.notice is None else self._second).trusted

    @property
    def idle(self) -> bool:
        """Whether whoever answers at present could take another request at once."""
        return (self._first if self.notice is None else self._second).idle

    @property
    def trouble(self) -> str | None:
        """Why whoever answers at present does not, while that lasts."""
        return (self._first if self.notice is None else self._second).trouble

    def idle_seconds(self) -> float:
        """For how long nothing was sent or received."""
        return min(self._first.idle_seconds(), self._second.idle_seconds())

    async def ask(self, request: ModelRequest, spend: Spend) -> ModelReply:
        """One answer; see `ModelClient.ask`. Raises ProviderDown only where neither gives one."""
        try:
            reply = await self._first.ask(request, spend)
        except ProviderDown as down:
            return await self._instead(down, request, spend)
        self.notice = None
        return reply

    async def aclose(self) -> None:
        """Close the connections of both."""
        await self._first.aclose()
        await self._second.aclose()

    async def _instead(self, down: ProviderDown, request: ModelRequest, spend: Spend) -> ModelReply:
        second = self._second
        try:
            reply = await second.ask(request, spend)
        except (ProviderDown, ProviderRefused) as exc:
            raise ProviderDown(f"{down} The fallback {second.provider} cannot take over: {exc}") from exc
        self.notice = f"{second.provider} {second.model} writes while {self.provider} {self.model} is down."
        return reply


Client = ModelClient | FallbackClient
"""Whoever answers the requests of a job."""
