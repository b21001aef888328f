"""A second provider writes while the first is down, through the real SDKs against two loopback servers."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from pydantic import SecretStr

from synthaix.errors import BudgetReached, ProviderDown, ProviderRefused
from synthaix.jobs.engine import Engine
from synthaix.jobs.spec import Budget, GenerationRequest
from synthaix.providers.base import ModelRequest
from synthaix.providers.client import ModelReply
from synthaix.providers.fallback import FallbackClient
from synthaix.providers.prices import Price
from synthaix.providers.spend import Spend
from synthaix.settings import Settings
from tests.support.behaviour import Behaviour
from tests.support.model_server import ModelServer
from tests.support.writing import HASTE, KEY, TRANSACTIONS, client_of, provider_on

_BRIEF = replace(HASTE, shortest_deadline=1.0, longest_deadline=1.0)

QUESTION = ModelRequest(
    '<table>\n{"keys":null,"columns":[{"name":"city","type":"string"}]}\n</table>',
    '<rows>\n{"batch":0,"rows":[0,1,2]}\n</rows>',
    {"type": "object"},
    max_tokens=400,
    expected_tokens=50,
)


def both(first: ModelServer, second: ModelServer, prices: tuple[Price, Price] | None = None) -> FallbackClient:
    mine, yours = prices or (None, None)
    return FallbackClient(
        client_of(provider_on(first, "openai"), "first", replaceable=True, patience=_BRIEF, price=mine),
        client_of(provider_on(second, "anthropic"), "second", price=yours),
    )


async def ask_many(client: FallbackClient, count: int, spend: Spend | None = None) -> list[ModelReply]:
    replies: list[ModelReply] = []

    async def one() -> None:
        replies.append(await client.ask(QUESTION, spend or Spend()))

    async with anyio.create_task_group() as tasks:
        for _ in range(count):
            tasks.start_soon(one)
    return replies


async def until_refused(client: FallbackClient, spend: Spend) -> None:
    for _ in range(20):
        await client.ask(QUESTION, spend)


@pytest.mark.parametrize("fault", ["500", "drop", "hang"])
async def test_the_second_answers_what_the_first_does_not(fault: str) -> None:
    with ModelServer(Behaviour(rates={fault: 1.0})) as first, ModelServer() as second:
        client = both(first, second)
        reply = await client.ask(QUESTION, Spend())
        notice = client.notice
        await client.aclose()

    assert (reply.by.provider, reply.by.model) == ("anthropic", "second")
    assert notice == "anthropic second writes while openai first is down."
    assert second.counts.requests == 1


async def test_a_provider_that_falls_over_while_fifty_ask_is_not_asked_by_each_of_them() -> None:
    with ModelServer() as first, ModelServer() as second:
        client = both(first, second)
        await client.ask(QUESTION, Spend())
        first.behaviour.rates = {"500": 1.0}
        replies = await ask_many(client, 50)
        await client.aclose()

    assert {reply.by.model for reply in replies} == {"second"}
    assert second.counts.requests == 50
    assert first.counts.requests <= 1 + 2 * 50


async def test_the_first_is_used_again_once_it_is_back() -> None:
    with ModelServer(Behaviour(rates={"500": 1.0})) as first, ModelServer() as second:
        client = both(first, second)
        while_down = await client.ask(QUESTION, Spend())
        asked = first.counts.requests
        at_once = await client.ask(QUESTION, Spend())
        assert first.counts.requests == asked
        first.behaviour.rates = {}
        with anyio.fail_after(10):
            while (back := await client.ask(QUESTION, Spend())).by.model != "first":
                await anyio.sleep(0.05)
        notice = client.notice
        await client.aclose()

    assert while_down.by.model == at_once.by.model == "second"
    assert back.by.provider == "openai"
    assert notice is None


@pytest.mark.parametrize(
    "behaviour", [Behaviour(key="another"), Behaviour(models=("llama",)), Behaviour(rates={"html": 1.0})]
)
async def test_what_is_wrong_with_the_configuration_is_said_and_not_passed_over(behaviour: Behaviour) -> None:
    with ModelServer(behaviour) as first, ModelServer() as second:
        client = both(first, second)
        with pytest.raises(ProviderRefused):
            await client.ask(QUESTION, Spend())
        await client.aclose()

    assert second.counts.requests == 0


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [(Behaviour(rates={"500": 1.0}), "failed with status 500"), (Behaviour(key="another"), "ANTHROPIC_API_KEY")],
)
async def test_where_neither_answers_both_are_named(behaviour: Behaviour, words: str) -> None:
    with ModelServer(Behaviour(rates={"500": 1.0})) as first, ModelServer(behaviour) as second:
        client = both(first, second)
        with pytest.raises(
            ProviderDown, match=rf"status 500.*The fallback anthropic cannot take over: .*{words}"
        ) as caught:
            await client.ask(QUESTION, Spend())
        await client.aclose()

    assert KEY not in str(caught.value)


async def test_each_answer_costs_the_price_of_who_gave_it() -> None:
    spend = Spend(usd=1.0)
    with ModelServer(Behaviour(script=["", "500", "500", "500"])) as first, ModelServer() as second:
        client = both(first, second, (Price(1.0, 5.0), Price(2.0, 10.0)))
        mine = await client.ask(QUESTION, spend)
        first.behaviour.rates = {"500": 1.0}
        yours = await client.ask(QUESTION, spend)
        await client.aclose()

    assert (mine.by.model, yours.by.model) == ("first", "second")
    assert mine.usage.cost_usd is not None
    assert yours.usage.cost_usd == pytest.approx(2 * mine.usage.cost_usd)
    assert spend.used.cost_usd == pytest.approx(3 * mine.usage.cost_usd)


async def test_one_budget_holds_for_both() -> None:
    spend = Spend(requests=12)
    with ModelServer(Behaviour(rates={"500": 1.0})) as first, ModelServer() as second:
        client = both(first, second)
        with pytest.raises(BudgetReached):
            await until_refused(client, spend)
        await client.aclose()

    assert spend.used.requests == first.counts.requests + second.counts.requests == 12


async def test_each_model_has_a_ladder_of_its_own() -> None:
    with ModelServer(Behaviour(forms=("json_object",))) as first, ModelServer(Behaviour(forms=("tool",))) as second:
        client = both(first, second)
        mine = await client.ask(QUESTION, Spend())
        first.behaviour.rates = {"500": 1.0}
        yours = await client.ask(QUESTION, Spend())
        await client.aclose()

    assert (mine.rung, yours.rung) == ("json_object", "tool")


def configured(directory: Path, first: ModelServer, second: ModelServer) -> Settings:
    return Settings(
        data_dir=directory,
        openai_api_key=SecretStr(KEY),
        openai_base_url=first.openai_url,
        anthropic_api_key=SecretStr(KEY),
        anthropic_base_url=second.url,
        default_model="first",
        fallback_llm_provider="anthropic",
        fallback_model="second",
        _env_file=None,
    )


async def run_job(engine: Engine, rows: int, **arguments: Any) -> Any:
    request = GenerationRequest(table=TRANSACTIONS, total_rows=rows, mode="llm", seed=1, max_workers=8, **arguments)
    started = await engine.start(await engine.draft(request))
    return [status async for status in engine.watch(started.job_id, 60)][-1]


async def test_a_job_goes_on_with_the_fallback_and_says_who_wrote_how_many_rows(tmp_path: Path) -> None:
    with ModelServer() as first, ModelServer() as second:
        first.behaviour.script = [""] * 20 + ["500"] * 1_000
        async with Engine(configured(tmp_path, first, second)) as engine:
            status = await run_job(engine, 1_000)
            page = await engine.rows(status.job_id)

    assert status.status == "completed", status.message
    assert page.total == 1_000
    assert status.message == "Rows by model: openai first 400, anthropic second 600."
    assert status.usage.requests == first.counts.requests + second.counts.requests


async def test_a_job_that_the_first_writes_alone_says_nothing(tmp_path: Path) -> None:
    with ModelServer() as first, ModelServer() as second:
        async with Engine(configured(tmp_path, first, second)) as engine:
            status = await run_job(engine, 100)

    assert (status.status, status.message, second.counts.requests) == ("completed", None, 0)


async def test_a_sentence_is_translated_by_the_fallback_too(tmp_path: Path) -> None:
    with ModelServer(Behaviour(rates={"500": 1.0})) as first, ModelServer() as second:
        async with Engine(configured(tmp_path, first, second)) as engine:
            translated = await engine.translate("20 coffee tastings with notes and score")

    assert translated.translation.provider == "anthropic"
    assert translated.translation.assumptions == ("The columns were chosen by second.",)


async def test_a_sentence_does_not_wait_for_a_model_that_never_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthaix.jobs.translating.MODEL_SECONDS", 1.0)
    with ModelServer(Behaviour(rates={"hang": 1.0})) as first, ModelServer() as second:
        async with Engine(configured(tmp_path, first, second)) as engine:
            translated = await engine.translate("20 coffee tastings with notes and score")

    assert translated.translation.provider == "local"
    assert "openai could not be used: it gave no schema within 1 seconds" in translated.translation.assumptions[0]
    assert [column.name for column in translated.translation.schema.columns] == ["notes", "score"]


async def test_who_wrote_in_an_earlier_run_is_said_at_the_end_too(tmp_path: Path) -> None:
    with ModelServer(Behaviour(rates={"500": 1.0})) as first, ModelServer() as second:
        settings = configured(tmp_path, first, second)
        async with Engine(settings) as engine:
            stopped = await run_job(engine, 1_000, budget=Budget(requests=30))
        first.behaviour.rates = {}
        alone = settings.model_copy(update={"fallback_llm_provider": None, "fallback_model": None})
        async with Engine(alone) as engine:
            await engine.resume(stopped.job_id, Budget(requests=300))
            status = [status async for status in engine.watch(stopped.job_id, 60)][-1]

    assert (stopped.stop_reason, status.status) == ("budget", "completed")
    shares = re.fullmatch(r"Rows by model: anthropic second (\d+), openai first (\d+)\.", status.message or "")
    assert shares is not None
    assert int(shares[1]) + int(shares[2]) == 1_000
    assert int(shares[1]) >= stopped.rows_generated > 0
