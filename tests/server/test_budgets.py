"""Money: a limit binds or the call says why it cannot, and a run keeps the budget it runs under."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastmcp.client.elicitation import ElicitResult
from pydantic import SecretStr

from synthaix.settings import Settings
from tests.support.behaviour import Behaviour
from tests.support.model_server import ModelServer
from tests.support.server import TRANSACTIONS, call, client_of, finished, refusal, settings_for, text_of

PUBLIC = "http://models.example.com/v1"
NEIGHBOUR = "http://ollama:11434/v1"
JOB: dict[str, Any] = {"schema": TRANSACTIONS, "total_rows": 60, "mode": "llm"}


def at(directory: Path, base_url: str | None, **values: Any) -> Settings:
    given = {"default_llm_provider": "openai", "openai_api_key": SecretStr("sk-test"), "openai_base_url": base_url}
    return settings_for(directory, **given, **values)


@pytest.mark.parametrize(
    ("base_url", "values", "model"),
    [
        (PUBLIC, {}, "a-model"),
        (None, {}, "a-model"),
        (NEIGHBOUR, {"limit_spend": 2.0}, "a-model"),
        (None, {"fallback_llm_provider": "openai", "fallback_model": "a-model"}, "gpt-6-luna"),
    ],
)
async def test_a_spend_limit_that_cannot_be_kept_is_refused_with_the_remedy(
    tmp_path: Path, base_url: str | None, values: dict[str, Any], model: str
) -> None:
    async with client_of(at(tmp_path, base_url, **values)) as client:
        text = await refusal(client, "start_generation", **JOB, model=model, confirm="skip")
        jobs = await call(client, "list_jobs")

    assert "the price of openai a-model is unknown" in text
    assert "SYNTHAIX_LIMIT_SPEND" in text
    assert "tokens or requests" in text
    assert str(tmp_path / "prices.toml") in text
    assert jobs["jobs"] == []


async def test_a_price_in_the_operators_file_makes_the_limit_bind(tmp_path: Path) -> None:
    (tmp_path / "prices.toml").write_text('[models."a-model"]\ninput = 1000.0\noutput = 1000.0\n', encoding="utf-8")
    with ModelServer() as server:
        async with client_of(at(tmp_path, server.openai_url, limit_spend=2.0)) as client:
            started = await call(client, "start_generation", **JOB, model="a-model", confirm="skip")
            status = await finished(client, started["job_id"])

    assert started["plan"]["cost_usd"] > 2.0
    assert (status["status"], status["stop_reason"]) == ("failed", "budget")
    assert "budget of 2 USD" in status["message"]
    assert status["usage"]["cost_usd"] <= 2.0


async def test_a_model_of_ones_own_network_needs_no_price_and_the_reply_says_that_no_limit_binds(
    tmp_path: Path,
) -> None:
    with ModelServer() as server:
        async with client_of(at(tmp_path, server.openai_url)) as client:
            result = await client.call_tool("start_generation", {**JOB, "model": "a-model", "confirm": "skip"})
            assert result.structured_content is not None
            status = await finished(client, result.structured_content["job_id"])

    assert "at an unknown price, so no spend limit binds" in text_of(result.content[0])
    assert result.structured_content["plan"]["cost_usd"] is None
    assert (status["status"], status["usage"]["cost_usd"]) == ("completed", None)


async def test_a_budget_of_tokens_will_do_where_the_price_is_unknown(tmp_path: Path) -> None:
    with ModelServer() as server:
        async with client_of(at(tmp_path, server.openai_url, limit_spend=2.0)) as client:
            budget = {"tokens": 1_000_000}
            started = await call(client, "start_generation", **JOB, model="a-model", confirm="skip", budget=budget)
            status = await finished(client, started["job_id"])

    assert status["status"] == "completed"


async def test_a_budget_in_usd_is_refused_where_the_fallbacks_price_is_unknown(tmp_path: Path) -> None:
    settings = at(tmp_path, None, fallback_llm_provider="openai", fallback_model="a-model")
    async with client_of(settings) as client:
        text = await refusal(client, "start_generation", **JOB, budget={"usd": 1})

    assert "the price of openai a-model is unknown" in text


async def test_the_person_and_the_reply_are_told_of_the_fallback(tmp_path: Path) -> None:
    asked: list[str] = []

    async def person(message: str, *_: Any) -> Any:
        asked.append(message)
        return ElicitResult(action="accept")

    with ModelServer() as server:
        settings = at(tmp_path, server.openai_url, fallback_llm_provider="openai", fallback_model="b-model")
        async with client_of(settings, elicitation_handler=person) as client:
            result = await client.call_tool("start_generation", {**JOB, "model": "a-model"})
            assert result.structured_content is not None
            await finished(client, result.structured_content["job_id"])

    assert "While openai is down, openai b-model writes." in asked[0]
    assert "While openai is down, openai b-model writes." in text_of(result.content[0])


async def test_a_new_budget_binds_the_job_that_runs(tmp_path: Path) -> None:
    with ModelServer(Behaviour(base_seconds=0.3)) as server:
        async with client_of(at(tmp_path, server.openai_url)) as client:
            arguments = {"schema": TRANSACTIONS, "total_rows": 2_000, "mode": "llm", "max_workers": 2}
            started = await call(client, "start_generation", **arguments, budget={"requests": 500})
            job_id = started["job_id"]
            same = await call(client, "resume_job", job_id=job_id, budget={"requests": 600})
            await call(client, "resume_job", job_id=job_id, budget={"requests": 3})
            stopped = await finished(client, job_id)

    assert same["status"] == "processing"
    assert (stopped["stop_reason"], stopped["resumable"]) == ("budget", True)
    assert "budget of 3 requests" in stopped["message"]
    assert server.counts.requests <= 3


async def test_the_plan_says_what_will_be_asked_and_paid_before_anything_is_sent(tmp_path: Path) -> None:
    prices = '[models."a-model"]\ninput = 1.0\noutput = 4.0\n'
    (tmp_path / "prices.toml").write_text(prices, encoding="utf-8")
    seen: list[tuple[str, int]] = []

    with ModelServer() as server:

        async def person(message: str, *_: Any) -> Any:
            seen.append((message, server.counts.requests))
            return ElicitResult(action="decline")

        async with client_of(at(tmp_path, server.openai_url), elicitation_handler=person) as client:
            reply = await call(client, "start_generation", **{**JOB, "total_rows": 1_000}, model="a-model")

    plan = reply["plan"]
    assert reply["job_id"] is None
    assert server.counts.requests == 0
    assert plan["requests"] == 50
    assert plan["cost_usd"] == pytest.approx((plan["input_tokens"] + 4 * plan["output_tokens"]) / 1e6, rel=0.05)
    assert seen == [(seen[0][0], 0)]
    assert f"about 50 requests, about ${plan['cost_usd']:.2f}" in seen[0][0]
