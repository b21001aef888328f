from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
import polars as pl
import pytest

from synthaix.errors import AnswerUnusable, BudgetReached, LeaseLost, ProviderRefused
from synthaix.generate.answer import Answer, MemoryLog
from synthaix.generate.sampler import TableSampler
from synthaix.generate.window import Candidates, Usage, Window
from synthaix.providers.base import Reply
from synthaix.providers.scripted import Scripted
from synthaix.providers.spend import Spend
from synthaix.schema.physical import dtypes_of
from synthaix.schema.table import parse_schema
from synthaix.schema.validation import valid_rows
from tests.support.behaviour import Behaviour
from tests.support.model_server import ModelServer
from tests.support.writing import TRANSACTIONS, client_of, provider_on, some_by_model, writer_of

if TYPE_CHECKING:
    from synthaix.generate.writer import ModelWriter

REVIEWS = parse_schema(
    {
        "columns": [
            {"name": "customer_id", "type": "string"},
            {"name": "stars", "type": "integer", "minimum": 1, "maximum": 5},
            {"name": "review", "type": "text", "description": "What the customer wrote"},
        ]
    }
)


class OrderedLog(MemoryLog):
    """Notices an answer that is used before it is durable."""

    async def record(self, answer: Answer) -> None:
        await anyio.sleep(0.001)
        await super().record(answer)


class LostLog(MemoryLog):
    """Keeps so many answers; then another server has the job."""

    def __init__(self, kept: int) -> None:
        super().__init__()
        self.left = kept

    async def record(self, answer: Answer) -> None:
        if self.left == 0:
            raise LeaseLost("the job was taken over")
        self.left -= 1
        await super().record(answer)


async def write_all(writer: ModelWriter, rows: int, size: int = 20) -> list[Candidates]:
    written: list[Candidates] = []

    async def one(window: Window) -> None:
        written.append(await writer.write(window))

    async with anyio.create_task_group() as tasks:
        for start in range(0, rows, size):
            tasks.start_soon(one, Window(start, min(size, rows - start)))
    return sorted(written, key=lambda candidates: candidates.window.start)


def check(candidates: Candidates) -> None:
    assert dict(candidates.frame.schema) == dtypes_of(TRANSACTIONS)
    assert valid_rows(candidates.frame, TRANSACTIONS).all()
    assert candidates.frame.height == len(candidates.positions)


@pytest.mark.parametrize("name", ["openai", "anthropic"])
async def test_a_window_becomes_valid_typed_rows_of_its_candidates(name: str) -> None:
    with ModelServer() as server:
        client = client_of(provider_on(server, name))
        candidates = await writer_of(client).write(Window(100, 20))
        await client.aclose()

    check(candidates)
    assert candidates.positions.tolist() == list(range(100, 120))
    assert candidates.usage.requests == server.counts.requests == 1


@pytest.mark.parametrize(
    "rates",
    [
        {"cut": 0.5},
        {"malformed": 0.3},
        {"ignored": 0.3},
        {"empty": 0.3},
        {"429": 0.3},
        {"500": 0.15, "529": 0.15},
        {"drop": 0.2},
        {"429": 0.1, "500": 0.05, "malformed": 0.05, "ignored": 0.05, "cut": 0.1},
    ],
)
async def test_every_row_arrives_whatever_the_server_does(rates: dict[str, float]) -> None:
    with ModelServer(Behaviour(rates=rates, retry_after=0.01)) as server:
        client = client_of(provider_on(server, "openai"), max_workers=10)
        written = await write_all(writer_of(client), 400)
        await client.aclose()

    for candidates in written:
        check(candidates)
    positions = [position for candidates in written for position in candidates.positions.tolist()]
    # A row that failed in every attempt leaves its place to another candidate; it must stay a rarity.
    assert len(positions) >= 396
    assert positions == sorted(set(positions))


async def test_complete_rows_of_a_cut_answer_are_kept_and_only_the_others_asked_for_again() -> None:
    with ModelServer(Behaviour(script=["cut"])) as server:
        client = client_of(provider_on(server, "openai"))
        candidates = await writer_of(client).write(Window(0, 20))
        await client.aclose()

    assert len(candidates.positions) == 20
    asked = [_rows_asked(body) for body in server.bodies]
    assert asked[0] == list(range(20))
    again = sorted(position for batch in asked[1:] for position in batch)
    assert 0 < len(again) < 20
    assert again == list(range(20 - len(again), 20))


async def test_invalid_rows_only_are_asked_for_again() -> None:
    replies: list[Any] = ['{"r":[[0,"a",1.5,"USD",20240101000000],[1,"b",-4,"USD",20240101000000]]}']
    provider = Scripted(replies)
    writer = writer_of(client_of(provider))

    candidates = await writer.write(Window(0, 2))

    assert candidates.positions.tolist() == [0, 1]
    assert candidates.frame["user_id"][0] == "a"
    assert _asked(provider.requests[1].user) == {"batch": 1, "rows": [0]}


async def test_values_with_one_reading_are_repaired_instead_of_asked_for_again() -> None:
    provider = Scripted(['{"r":[[0," a ","12.50","usd","2024-05-06 07:08:09"]]}'])
    writer = writer_of(client_of(provider))

    candidates = await writer.write(Window(0, 1))

    assert len(provider.requests) == 1
    assert candidates.frame.row(0, named=True)["currency"] == "USD"
    assert candidates.frame.row(0, named=True)["amount"] == 12.5


async def test_an_answer_is_durable_before_it_is_used_and_never_bought_twice() -> None:
    log = OrderedLog()
    with ModelServer(Behaviour(rates={"cut": 0.3})) as server:
        client = client_of(provider_on(server, "openai"))
        first = await write_all(writer_of(client, log=log), 200)
        sent = server.counts.requests

        again = await write_all(writer_of(client, log=log), 200)
        await client.aclose()

    assert server.counts.requests == sent
    assert all(candidates.usage == Usage() for candidates in again)
    assert pl.concat([c.frame for c in first]).equals(pl.concat([c.frame for c in again]))


@pytest.mark.parametrize("gate", [0.0, 0.02])
@pytest.mark.parametrize("kept", [0, 12])
async def test_once_an_answer_cannot_be_kept_no_other_is_asked_for(kept: int, gate: float) -> None:
    workers = 20
    with ModelServer(Behaviour(base_seconds=0.02)) as server:
        client = client_of(provider_on(server, "openai"), max_workers=workers, give_way=partial(anyio.sleep, gate))
        writer = writer_of(client, log=LostLog(kept))
        windows = [writer.write(Window(start, 20)) for start in range(0, 2_000, 20)]
        outcomes = await asyncio.gather(*windows, return_exceptions=True)
        await client.aclose()

    assert [type(outcome) for outcome in outcomes if not isinstance(outcome, Candidates)] == [LeaseLost] * (100 - kept)
    # Through the slow gate they leave one by one, so few are under way when it is found out.
    assert server.counts.requests <= kept + (4 if gate else workers)


async def test_replay_gives_the_same_rows_whatever_the_windows() -> None:
    log = MemoryLog()
    with ModelServer(Behaviour(rates={"cut": 0.3})) as server:
        client = client_of(provider_on(server, "openai"))
        first = await write_all(writer_of(client, log=log), 200)
        other = await write_all(writer_of(client, log=log), 200, size=50)
        await client.aclose()

    assert pl.concat([c.frame for c in first]).equals(pl.concat([c.frame for c in other]))


async def test_after_an_interruption_only_what_was_in_flight_is_asked_for() -> None:
    log = MemoryLog()
    with ModelServer() as server:
        client = client_of(provider_on(server, "openai"))
        await write_all(writer_of(client, log=log), 100)
        log.answers = [answer for answer in log.answers if 40 not in answer.positions]
        sent = server.counts.requests

        await write_all(writer_of(client, log=log), 100)
        await client.aclose()

    assert server.counts.requests == sent + 1


async def test_the_model_is_told_the_sampled_values_of_each_row_and_writes_the_rest() -> None:
    plan = some_by_model(REVIEWS, "review")
    sampler = TableSampler(REVIEWS, plan.columns, 7)
    provider = Scripted()
    writer = writer_of(client_of(provider), REVIEWS, plan=plan, sampler=sampler)

    candidates = await writer.write(Window(40, 5))

    told = _asked(provider.requests[0].user)["given"]
    assert [row[0] for row in told] == candidates.frame["customer_id"].to_list()
    assert candidates.frame.columns == ["customer_id", "stars", "review"]
    assert candidates.frame.drop("review").equals(sampler.window(Window(40, 5)).select("customer_id", "stars"))


async def test_instructions_and_examples_reach_the_model_as_data() -> None:
    provider = Scripted()
    writer = writer_of(
        client_of(provider), instructions="Write </wishes> in French", examples=[{"user_id": "like-this"}]
    )

    await writer.write(Window(0, 1))

    system = provider.requests[0].system
    assert system.count("</wishes>") == 1
    assert "like-this" in system


async def test_a_model_that_writes_no_row_in_any_form_is_named_with_what_was_wrong() -> None:
    with ModelServer(Behaviour(rates={"ignored": 1.0})) as server:
        client = client_of(provider_on(server, "openai"))
        with pytest.raises(AnswerUnusable, match="a-model wrote no usable row in 6 attempts: the answer held no row"):
            await writer_of(client).write(Window(0, 20))
        await client.aclose()

    assert set(server.counts.forms) == {"json_schema", "json_object", "tool", "prompt"}


async def test_a_form_that_the_server_accepts_and_ignores_is_left_behind() -> None:
    with ModelServer(Behaviour(ignores=("json_schema",))) as server:
        client = client_of(provider_on(server, "openai"))
        writer = writer_of(client)
        candidates = await writer.write(Window(0, 20))
        await writer.write(Window(20, 20))
        await client.aclose()

    assert len(candidates.positions) == 20
    assert server.counts.forms == {"json_schema": 2, "json_object": 2}


async def test_a_model_that_declines_is_reported_as_such() -> None:
    provider = Scripted([Reply("", "refused", 10, 2)] * 6)

    with pytest.raises(AnswerUnusable, match="declined"):
        await writer_of(client_of(provider)).write(Window(0, 3))


async def test_a_refused_key_ends_the_window_at_once() -> None:
    with ModelServer(Behaviour(key="sk-another-0000000")) as server:
        client = client_of(provider_on(server, "openai"))
        with pytest.raises(ProviderRefused):
            await writer_of(client).write(Window(0, 20))
        await client.aclose()

    assert server.counts.requests == 1


@pytest.mark.parametrize("budget", [{"requests": 3}, {"tokens": 9_000}])
async def test_a_budget_is_never_passed(budget: dict[str, Any]) -> None:
    spend = Spend(**budget)
    log = MemoryLog()
    with ModelServer() as server:
        client = client_of(provider_on(server, "openai"), max_workers=8)
        writer = writer_of(client, spend=spend, log=log)
        reached = 0
        for start in range(0, 400, 20):
            try:
                await writer.write(Window(start, 20))
            except BudgetReached:
                reached += 1
        await client.aclose()

    assert reached > 0
    assert spend.used.requests <= budget.get("requests", 10**9)
    assert server.counts.input_tokens + server.counts.output_tokens <= budget.get("tokens", 10**9)
    assert len(log.answers) == spend.used.requests > 0


async def test_longer_rows_than_thought_get_more_room_until_they_fit() -> None:
    provider = Scripted([Reply('{"r":[[0,"a', "length", 100, 5_000)])
    writer = writer_of(client_of(provider))

    candidates = await writer.write(Window(0, 20))

    assert len(candidates.positions) == 20
    first, *rest = provider.requests
    assert [len(_asked(request.user)["rows"]) for request in rest] == [10, 10]
    assert all(request.max_tokens > first.max_tokens for request in rest)
    assert writer.rows_per_request < 20


async def test_accidental_cuts_do_not_make_requests_smaller_for_good() -> None:
    with ModelServer(Behaviour(rates={"cut": 0.1})) as server:
        client = client_of(provider_on(server, "openai"), max_workers=5)
        writer = writer_of(client)
        await write_all(writer, 1_000)
        await client.aclose()

    assert writer.rows_per_request == 20


async def test_hints_and_bans_make_a_repetitive_model_at_least_twice_as_varied() -> None:
    async def distinct(naive: bool) -> int:
        with ModelServer(Behaviour(collapse=28)) as server:
            client = client_of(provider_on(server, "openai"))
            writer = writer_of(client, REVIEWS)
            if naive:
                writer._hints = False
                writer._repeats.add = lambda frame: None  # type: ignore[method-assign]
            written = await write_all(writer, 400)
            await client.aclose()
        return pl.concat([candidates.frame for candidates in written])["review"].n_unique()

    assert await distinct(naive=False) >= 2 * await distinct(naive=True)


def _asked(user: str) -> dict[str, Any]:
    import orjson

    asked: dict[str, Any] = orjson.loads(user.split("\n")[1])
    asked.pop("hint", None)
    return asked


def _rows_asked(body: dict[str, Any]) -> list[int]:
    asked = _asked(body["messages"][-1]["content"])
    return [asked["batch"] + number for number in asked["rows"]]
