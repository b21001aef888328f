"""Jobs written by models, through a real stdio server and the real SDKs against the loopback model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client

from tests.support.behaviour import Behaviour
from tests.support.model_server import ModelServer
from tests.support.server import ERAS, TRANSACTIONS, call, finished, free_port, refusal, stdio

REVIEWS = {
    "columns": [
        {"name": "review_id", "type": "string", "description": "Review number", "unique": True},
        {"name": "rating", "type": "integer", "description": "Stars", "minimum": 1, "maximum": 5},
        {"name": "review", "type": "text", "description": "What the customer wrote"},
    ]
}
KEY = "sk-test-0123456789abcdef"


def variables(server: ModelServer, provider: str) -> dict[str, str]:
    """How a host would configure the provider, pointed at the loopback model."""
    base = server.openai_url if provider == "openai" else server.url
    name = provider.upper()
    return {f"{name}_API_KEY": KEY, f"{name}_BASE_URL": base, "DEFAULT_LLM_PROVIDER": "auto"}


async def all_rows(client: Client[Any], job_id: str) -> list[dict[str, Any]]:
    export = await call(client, "export_job", job_id=job_id, format="jsonl")
    return [json.loads(line) for line in Path(export["path"]).read_text().splitlines()]


@pytest.mark.parametrize(("mode", "provider"), [("llm", "openai"), ("llm", "anthropic"), ("auto", "openai")])
async def test_ten_thousand_rows_of_a_model_through_a_subprocess(tmp_path: Path, mode: str, provider: str) -> None:
    schema = TRANSACTIONS if mode == "llm" else REVIEWS
    with ModelServer(Behaviour()) as server:
        async with Client(stdio(tmp_path, **variables(server, provider))) as client:
            started = await call(client, "start_generation", schema=schema, total_rows=10_000, mode=mode)
            status = await finished(client, started["job_id"])
            rows = await all_rows(client, started["job_id"])

    assert status["status"] == "completed", status["message"]
    assert started["plan"]["mode"] == mode
    assert started["plan"]["provider"] == provider
    assert started["plan"]["requests"] > 0
    assert len(rows) == status["rows_generated"] == 10_000
    assert len({json.dumps(row, sort_keys=True) for row in rows}) == 10_000
    assert status["usage"]["requests"] == server.counts.requests > 0
    assert status["usage"]["output_tokens"] > 0


@pytest.mark.parametrize("era", ERAS)
async def test_auto_samples_what_needs_no_language_and_sends_it_along(tmp_path: Path, era: str) -> None:
    with ModelServer(Behaviour()) as server:
        async with Client(stdio(tmp_path, **variables(server, "openai")), mode=era) as client:
            started = await call(client, "start_generation", schema=REVIEWS, total_rows=40)
            await finished(client, started["job_id"])
            rows = await all_rows(client, started["job_id"])
        sent = json.dumps(server.bodies)
    kinds = {column["name"]: column["generator"]["kind"] for column in started["plan"]["columns"]}

    assert kinds["review"] == "llm"
    assert "llm" not in {kinds["review_id"], kinds["rating"]}
    assert all(row["review"] for row in rows)
    assert len({row["review_id"] for row in rows}) == 40
    assert KEY not in sent


async def test_a_model_that_misbehaves_still_gives_exactly_the_rows(tmp_path: Path) -> None:
    behaviour = Behaviour(
        rates={"429": 0.1, "500": 0.05, "malformed": 0.05, "ignored": 0.05, "cut": 0.05},
        duplicates=0.2,
        invalid=0.05,
        retry_after=0.01,
    )
    with ModelServer(behaviour) as server:
        async with Client(stdio(tmp_path, **variables(server, "openai"))) as client:
            started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=1_000, mode="llm")
            status = await finished(client, started["job_id"])
            rows = await all_rows(client, started["job_id"])

    assert status["status"] == "completed", status["message"]
    assert len({json.dumps(row, sort_keys=True) for row in rows}) == 1_000
    assert status["rows_deduplicated"] > 0


async def test_a_wrong_key_ends_the_job_at_once_and_is_never_shown(tmp_path: Path) -> None:
    with ModelServer(Behaviour(key="another-key")) as server:
        async with Client(stdio(tmp_path, **variables(server, "openai"))) as client:
            started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=100, mode="llm")
            status = await finished(client, started["job_id"])

    assert status["status"] == "failed"
    assert status["stop_reason"] == "provider"
    assert status["resumable"] is True
    assert "OPENAI_API_KEY" in status["message"]
    assert server.counts.requests <= 10
    for place in tmp_path.rglob("*"):
        if place.is_file():
            assert KEY.encode() not in place.read_bytes(), place


async def test_an_address_where_nobody_answers_ends_the_job_with_a_sentence(tmp_path: Path) -> None:
    nobody = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"http://127.0.0.1:{free_port()}/v1"}
    async with Client(stdio(tmp_path, **nobody, DEFAULT_LLM_PROVIDER="openai")) as client:
        started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=20_000, mode="llm")
        status = await call(client, "job_status", job_id=started["job_id"], wait_seconds=30)

    assert status["status"] == "failed"
    assert status["stop_reason"] == "provider"
    assert status["resumable"] is True
    assert "did not answer" in status["message"]
    assert status["usage"]["requests"] <= 10


async def test_a_budget_stops_the_job_and_a_larger_one_goes_on(tmp_path: Path) -> None:
    with ModelServer(Behaviour()) as server:
        async with Client(stdio(tmp_path, **variables(server, "openai"))) as client:
            started = await call(
                client, "start_generation", schema=TRANSACTIONS, total_rows=2_000, mode="llm", budget={"requests": 3}
            )
            stopped = await finished(client, started["job_id"])
            await call(client, "resume_job", job_id=started["job_id"], budget={"requests": 10_000})
            status = await finished(client, started["job_id"])

    assert stopped["status"] == "failed"
    assert stopped["stop_reason"] == "budget"
    assert stopped["resumable"] is True
    assert stopped["usage"]["requests"] <= 3
    assert status["status"] == "completed"
    assert status["rows_generated"] == 2_000
    assert status["usage"]["requests"] == server.counts.requests


async def test_translation_asks_the_model_and_counts_by_code(tmp_path: Path) -> None:
    with ModelServer(Behaviour()) as server:
        async with Client(stdio(tmp_path, **variables(server, "anthropic"))) as client:
            reply = await call(client, "translate_schema", prompt="2.5 thousand coffee tastings with notes and score")

    assert reply["inferred_count"] == 2_500
    assert server.counts.requests >= 1
    assert reply["schema"]["columns"]


async def test_translation_falls_back_to_the_local_one_and_says_so(tmp_path: Path) -> None:
    with ModelServer(Behaviour(rates={"500": 1.0})) as server:
        async with Client(stdio(tmp_path, **variables(server, "openai"))) as client:
            reply = await call(client, "translate_schema", prompt="20 coffee tastings with notes and score")

    assert reply["provider"] == "local"
    assert [column["name"] for column in reply["schema"]["columns"]] == ["notes", "score"]
    assert any("openai" in assumption for assumption in reply["assumptions"])


async def test_a_model_job_without_models_is_refused(tmp_path: Path) -> None:
    async with Client(stdio(tmp_path)) as client:
        text = await refusal(client, "start_generation", schema=TRANSACTIONS, total_rows=5, mode="llm")

    assert "OPENAI_API_KEY" in text
