"""One model at one address: paced, retried, paid for within a budget, its shape of answer learnt."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import anyio

from synthaix.errors import AnswerUnusable, FormatUnsupported, ProviderBusy, ProviderDown, ProviderRefused
from synthaix.meters import request_sent
from synthaix.precedence import GiveWay, at_once
from synthaix.providers.deadline import Deadlines
from synthaix.providers.faults import without_password
from synthaix.providers.hedge import hedged
from synthaix.providers.ladder import MEMORY, Ladder
from synthaix.providers.once import Once
from synthaix.providers.pacing import CircuitOpen
from synthaix.providers.patience import HURRIED, Patience
from synthaix.providers.shared import shared_pacer
from synthaix.providers.stream import stream_above
from synthaix.providers.usage import Usage
from synthaix.spans import span

if TYPE_CHECKING:
    from collections.abc import Callable

    from synthaix.providers.base import Finish, ModelRequest, Provider, Reply, Rung
    from synthaix.providers.pacing import Pacer, Permit
    from synthaix.providers.prices import Price
    from synthaix.providers.spend import Reservation, Spend

BYTES_PER_TOKEN = 3.0
"""Typical for JSON and English in current tokenizers (o200k: 2.6 for digits, 4.5 for prose)."""

FEWEST_BYTES_PER_TOKEN = 1.8
"""Hardly any text has more tokens than this; what a budget reserves."""


TROUBLE_SECONDS = 2.0
"""Failures that last no longer are nobody's concern."""


@dataclass(frozen=True, slots=True)
class ModelReply:
    """What came back, from whom and at which rung, and what all attempts together consumed."""

    by: ModelClient
    text: str
    finish: Finish
    rung: Rung
    usage: Usage


class ModelClient:
    """Asks one model, in the name of one job. Close it with `aclose`.

    `max_workers` bounds the job's requests under way; the pacer bounds those of all jobs together.
    `replaceable`: another model stands by, so a provider that is down is not waited for. `hedge`: the quantile of
    latency past which a request is sent a second time; both count as requests. `give_way` is awaited before each.
    """

    notice: str | None = None
    """What a reader of the job's status should know about who answers."""

    def __init__(
        self,
        provider: Provider,
        model: str,
        *,
        max_workers: int = 50,
        price: Price | None = None,
        patience: Patience | None = None,
        pacer: Pacer | None = None,
        ladder: Ladder | None = None,
        replaceable: bool = False,
        hedge: float | None = None,
        give_way: GiveWay = at_once,
    ) -> None:
        self.model = model
        self.max_workers = max_workers
        self.price = price
        self._provider = provider
        self._patience = patience or (HURRIED if replaceable else Patience())
        self._replaceable, self._hedge = replaceable, hedge
        self._give_way = give_way
        self._lost: tuple[float, ProviderDown | ProviderRefused] | None = None  # when and how the last scout failed
        self._own_pacer = pacer
        self._ladder = ladder or MEMORY.ladder(provider.base_url, model, provider.rungs)
        # The first request goes alone: if the key, the model or the address is wrong, one call found out, not fifty.
        self._scouted = self._ladder.proven
        self._active_at = 0.0
        # The job's own: how long an answer takes depends on how much is asked for, and another job may ask for less.
        self._deadlines = Deadlines(self._patience)
        self._failing: tuple[float, str] | None = None  # since when nothing was answered, and the last failure

    @property
    def provider(self) -> str:
        """The provider's name, as a job records it."""
        return self._provider.name

    # What belongs to an event loop is made on it, at the first request: a client may be built in any thread.

    @cached_property
    def _pacer(self) -> Pacer:
        pacer = self._own_pacer or shared_pacer(self._provider.name, self._provider.base_url, self.model)
        pacer.raise_ceiling(self.max_workers)
        return pacer

    @cached_property
    def _places(self) -> anyio.CapacityLimiter:
        return anyio.CapacityLimiter(self.max_workers)

    @cached_property
    def _scouting(self) -> anyio.Lock:
        return anyio.Lock()

    @cached_property
    def _gate(self) -> anyio.Semaphore:
        return anyio.Semaphore(1, fast_acquire=True)

    @property
    def refusals(self) -> int:
        """How many requests were refused for load, over all jobs."""
        return self._pacer.refusals

    @property
    def usual_seconds(self) -> float:
        """How long an answer usually takes, 0 while unknown."""
        return self._deadlines.latencies.usual

    @property
    def idle(self) -> bool:
        """Whether another request could leave at once."""
        return self._places.available_tokens > 0

    @property
    def trouble(self) -> str | None:
        """The last failure, while every request has failed for longer than an accident lasts."""
        if self._failing is None or time.monotonic() - self._failing[0] < TROUBLE_SECONDS:
            return None
        return self._failing[1]

    def idle_seconds(self) -> float:
        """For how long nothing was sent or received."""
        return time.monotonic() - self._active_at

    def cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float | None:
        """US dollars, or None where the price is unknown."""
        return None if self.price is None else self.price.cost(input_tokens, output_tokens, cached_tokens)

    @property
    def trusted(self) -> bool:
        """Whether the model is known to write rows."""
        return self._ladder.wrote

    def wrote(self) -> None:
        """An answer held a valid row."""
        self._ladder.wrote = True

    def readable(self, rung: Rung) -> None:
        """The caller could read the answer at that rung."""
        self._ladder.honoured(rung)

    def unreadable(self, rung: Rung) -> None:
        """The caller could read nothing in the answer at that rung."""
        self._ladder.ignored(rung)

    async def ask(self, request: ModelRequest, spend: Spend) -> ModelReply:
        """One answer. Every attempt is reserved in `spend` before it is sent.

        Raises ProviderRefused, ProviderDown, AnswerUnusable or BudgetReached.
        """
        if self._scouted:
            return await self._soon(request, spend)
        arrived = time.monotonic()
        async with self._scouting:
            if not self._scouted:
                return await self._scout(request, spend, arrived)
        return await self._ask(request, spend)

    async def _soon(self, request: ModelRequest, spend: Spend) -> ModelReply:
        if self._hedge is None or self._deadlines.latencies.slow is None:
            return await self._ask(request, spend)
        return await hedged(lambda: self._ask(request, spend), self._deadlines.latencies.quantile(self._hedge))

    async def _scout(self, request: ModelRequest, spend: Spend, arrived: float) -> ModelReply:
        """The first request to an address; whoever waited for one that failed shares its failure."""
        if self._lost is not None and self._lost[0] >= arrived:
            raise type(self._lost[1])(str(self._lost[1]))
        try:
            reply = await self._ask(request, spend)
        except (ProviderDown, ProviderRefused) as exc:
            self._lost = (time.monotonic(), exc)
            raise
        self._scouted = True
        return reply

    async def aclose(self) -> None:
        """Close the connections."""
        await self._provider.aclose()

    async def _ask(self, request: ModelRequest, spend: Spend) -> ModelReply:
        used, failures = Usage(), 0
        began_failing: float | None = None
        while True:
            rung = self._ladder.rung
            try:
                reply, usage = await self._attempt(request, rung, spend)
                return ModelReply(self, reply.text, reply.finish, rung, used + usage)
            except CircuitOpen:
                raise ProviderDown(
                    f"{self._provider.label} at {without_password(self._provider.base_url)} is down."
                ) from None
            except FormatUnsupported as exc:
                used += Usage(requests=1)
                if not self._ladder.rejected(rung):
                    raise ProviderRefused(str(exc)) from exc
            except (ProviderBusy, ProviderDown) as exc:
                used += Usage(requests=1)
                failures += 1
                now = time.monotonic()
                began_failing = now if began_failing is None else began_failing
                self._failing = (now if self._failing is None else self._failing[0], str(exc))
                wait = self._patience.backoff(failures, exc.retry_after if isinstance(exc, ProviderBusy) else None)
                if self._gives_up(exc, failures, now + wait - began_failing):
                    if self._replaceable:
                        self._pacer.given_up()
                    raise ProviderDown(f"{exc} Tried {failures} times.") from exc
                await anyio.sleep(wait)

    async def _attempt(self, request: ModelRequest, rung: Rung, spend: Spend) -> tuple[Reply, Usage]:
        async with self._places:
            permit = await self._pacer.acquire(patient=not self._replaceable)
            try:
                reservation = await spend.acquire(self._most(request))
                try:
                    await self._turn(spend)
                except BaseException:
                    spend.settle(reservation, Usage())  # nothing was sent
                    raise
                return await self._send(request, rung, permit, spend, reservation)
            finally:
                self._pacer.dropped(permit)  # does nothing where the outcome was told already

    async def _turn(self, spend: Spend) -> None:
        """Pass the gate. Requests leave one after the other: fifty prepared in turns would all leave at the end of it.

        Whoever has passed waits there for calls that are being answered, and the others behind it.
        """
        await self._gate.acquire()
        try:
            await self._give_way()
            spend.check()  # it may have waited long
        except BaseException:
            self._gate.release()
            raise

    async def _send(
        self, request: ModelRequest, rung: Rung, permit: Permit, spend: Spend, reservation: Reservation
    ) -> tuple[Reply, Usage]:
        leave = Once(self._gate.release)
        began, usage, outcome = time.monotonic(), Usage(requests=1), "dropped"
        self._active_at = began
        try:
            with span("model request", provider=self.provider, model=self.model, rung=rung):
                reply = await self._in_time(request, rung, leave)
            self._failing = None
            usage, outcome = self._usage(request, reply), "ok"
            self._pacer.answered(permit, reply.limits, request.expected_tokens + self._input(request))
            self._deadlines.answered(time.monotonic() - began)
            return reply, usage
        except ProviderBusy as exc:
            self._pacer.refused(permit, exc.retry_after)
            outcome = "busy"
            raise
        except ProviderDown:
            self._pacer.failed(permit)
            outcome = "down"
            raise
        except AnswerUnusable:
            self._pacer.answered(permit)
            outcome = "unusable"
            raise
        except anyio.get_cancelled_exc_class():
            usage = self._abandoned(request)
            raise
        finally:
            self._active_at = time.monotonic()
            request_sent(
                self.provider, self.model, outcome, self._active_at - began,
                usage.input_tokens, usage.output_tokens, usage.cost_usd,
            )  # fmt: skip
            leave()
            spend.settle(reservation, usage)

    async def _in_time(self, request: ModelRequest, rung: Rung, leave: Callable[[], None]) -> Reply:
        """The reply, within a deadline that moves closer when others under way turn out to be answered sooner.

        What a stream has brought is kept when its time is up, so there the adapter holds the deadline.
        """
        if stream_above(request):
            return await self._provider.send(self.model, request, rung, self._deadlines.seconds, leave)
        try:
            with self._deadlines.kept():
                return await self._provider.send(self.model, request, rung, self._patience.longest_deadline, leave)
        except TimeoutError:
            raise ProviderDown(
                f"{self._place()} did not answer, though others of its requests were answered ten times sooner."
            ) from None

    def _place(self) -> str:
        return f"{self._provider.label} at {without_password(self._provider.base_url)}"

    def _abandoned(self, request: ModelRequest) -> Usage:
        """What a request that nobody waits for any more is likely to cost: the provider answers it all the same."""
        sent = self._input(request)
        return Usage(1, sent, request.expected_tokens, self.cost(sent, request.expected_tokens))

    def _usage(self, request: ModelRequest, reply: Reply) -> Usage:
        # A server that counts no tokens, or a connection that broke before the count, leaves it to us.
        input_tokens = reply.input_tokens or (self._input(request) if reply.text else 0)
        output_tokens = reply.output_tokens or round(len(reply.text.encode()) / BYTES_PER_TOKEN)
        return Usage(1, input_tokens, output_tokens, self.cost(input_tokens, output_tokens, reply.cached_tokens))

    def _input(self, request: ModelRequest) -> int:
        return round((len(request.system) + len(request.user)) / BYTES_PER_TOKEN)

    def _most(self, request: ModelRequest) -> Usage:
        sent = len(request.system) + len(str(request.schema)) + len(request.user)
        most = round(sent / FEWEST_BYTES_PER_TOKEN)
        return Usage(1, most, request.max_tokens, self.cost(most, request.max_tokens))

    def _gives_up(self, exc: ProviderBusy | ProviderDown, failures: int, seconds: float) -> bool:
        if isinstance(exc, ProviderBusy):
            return seconds > self._patience.busy
        if self._replaceable and self._pacer.broken:
            return True
        if not self._scouted:
            return failures >= self._patience.attempts_unknown
        return seconds > self._patience.down
