"""What a job may consume of models, kept while requests are under way."""

from __future__ import annotations

from dataclasses import dataclass

import anyio

from synthaix.errors import BudgetReached, LeaseLost, StoreError
from synthaix.providers.usage import Usage


@dataclass(frozen=True, slots=True, eq=False)
class Reservation:
    """What one request under way may consume at most."""

    most: Usage


class Spend:
    """A hard budget: what was used, plus the most that requests in flight may use, never passes a limit.

    A limit that is None does not bind. `used` carries over what earlier runs of the job consumed.
    """

    def __init__(
        self,
        usd: float | None = None,
        tokens: int | None = None,
        requests: int | None = None,
        used: Usage | None = None,
    ) -> None:
        self.used = used or Usage()
        self._usd, self._tokens, self._requests = usd, tokens, requests
        self._open: set[Reservation] = set()
        self._stopped: LeaseLost | StoreError | None = None
        self._settled = anyio.Event()

    def limit(self, usd: float | None = None, tokens: int | None = None, requests: int | None = None) -> None:
        """Keep to these limits from now on; whoever waits for room looks again."""
        self._usd, self._tokens, self._requests = usd, tokens, requests
        self._wake()

    def stop(self, reason: LeaseLost | StoreError) -> None:
        """Have nothing more sent: what is paid for can no longer be kept. The first reason counts."""
        self._stopped = self._stopped or reason
        self._wake()

    def check(self) -> None:
        """Raise the reason to send nothing more, where there is one."""
        if self._stopped is not None:
            raise type(self._stopped)(str(self._stopped))  # a new one: many tasks would lengthen one's traceback

    @property
    def reserved(self) -> Usage:
        """The most that requests in flight may still consume."""
        return sum((reservation.most for reservation in self._open), Usage())

    def reserve(self, estimate: Usage) -> Reservation:
        """Set aside the most a request may consume. Raises BudgetReached where it could pass a limit, or as `check`."""
        self.check()
        bound = any(limit is not None for limit in (self._usd, self._tokens, self._requests))
        if bound and (reason := self._passed(self.used + self.reserved + estimate)):
            raise BudgetReached(reason)
        reservation = Reservation(estimate)
        self._open.add(reservation)
        return reservation

    async def acquire(self, estimate: Usage) -> Reservation:
        """`reserve`, but wait for requests in flight where they may leave enough over."""
        while True:
            try:
                return self.reserve(estimate)
            except BudgetReached:
                if not self._open or self._passed(self.used + estimate):
                    raise
            await self._settled.wait()

    def settle(self, reservation: Reservation, usage: Usage) -> None:
        """Replace the reservation by what the request did consume."""
        if reservation in self._open:
            self._open.discard(reservation)
            self.used += usage
            self._wake()

    def _wake(self) -> None:
        self._settled.set()
        self._settled = anyio.Event()

    def _passed(self, total: Usage) -> str | None:
        if self._requests is not None and total.requests > self._requests:
            return f"The next request could pass the budget of {self._requests} requests."
        if self._tokens is not None and total.tokens > self._tokens:
            return f"The next request could pass the budget of {self._tokens} tokens."
        if self._usd is None:
            return None
        if total.cost_usd is None:
            return (
                "The model's price is unknown, so a budget in usd cannot be kept; "
                "send budget tokens or requests instead, or add the price to prices.toml."
            )
        if total.cost_usd > self._usd:
            return f"The next request could pass the budget of {self._usd:g} USD."
        return None
