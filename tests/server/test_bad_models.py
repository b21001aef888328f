"""What is wrong with a model is said in one sentence, soon, after as few calls as find it out, and without the key."""

from __future__ import annotations

import sqlite3
import zlib
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from synthaix.settings import Settings
from tests.support.behaviour import Behaviour
from tests.support.model_server import ModelServer
from tests.support.server import TRANSACTIONS, call, client_of, finished, free_port, refusal, settings_for

CANARY = "sk-canary-5f3a9c1e77d24b0"
PROVIDERS = ("openai", "anthropic")

CASES: dict[str, tuple[Behaviour, int, tuple[str, ...]]] = {
    "a wrong key": (Behaviour(key="another"), 1, ("refused the key (401)", "{NAME}_API_KEY")),
    "an unknown model": (Behaviour(models=("llama",)), 1, ("does not know model 'a-model'", "DEFAULT_MODEL")),
    "an address that answers HTML": (Behaviour(rates={"html": 1.0}), 1, ("a web page", "{NAME}_BASE_URL")),
    "a model that writes prose": (Behaviour(rates={"malformed": 1.0}), 6, ("no usable row", "try another model")),
    "a model that writes other JSON": (Behaviour(rates={"ignored": 1.0}), 6, ("no usable row", "try another model")),
    "a model that writes nothing": (Behaviour(rates={"empty": 1.0}), 6, ("no usable row", "try another model")),
    "a model with other values": (Behaviour(invalid=1.0), 6, ("'user_id'", "not a string", "try another model")),
    "a server that takes no form": (Behaviour(forms=()), 4, ("rejects the request", "not supported")),
}


def reached(directory: Path, provider: str, address: str, **values: Any) -> Settings:
    """Settings with the canary for a key, at that address."""
    key, base = f"{provider}_api_key", f"{provider}_base_url"
    given = {"default_llm_provider": provider, "default_model": "a-model", key: SecretStr(CANARY), base: address}
    return settings_for(directory, **given, **values)


def address_of(server: ModelServer, provider: str) -> str:
    return server.openai_url if provider == "openai" else server.url


def everything_kept(directory: Path) -> bytes:
    """All bytes under the data directory, answers unpacked."""
    found = b"".join(place.read_bytes() for place in directory.rglob("*") if place.is_file())
    with sqlite3.connect(directory / "synthaix.db") as database:
        texts = [zlib.decompress(text) for (text,) in database.execute("select text from answers")]
    return found + b"".join(texts)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("case", CASES)
async def test_a_job_that_cannot_succeed_ends_with_a_sentence_after_few_calls(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], provider: str, case: str
) -> None:
    behaviour, calls, words = CASES[case]
    with ModelServer(behaviour) as server:
        async with client_of(reached(tmp_path, provider, address_of(server, provider), log_level="DEBUG")) as client:
            started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=20_000, mode="llm")
            status = await finished(client, started["job_id"])
            again = await call(client, "resume_job", job_id=started["job_id"], budget={"requests": 50})
            await finished(client, started["job_id"])
            first_calls = status["usage"]["requests"]
        shown = repr((started, status, again)) + caplog.text + "".join(capfd.readouterr())

    assert (status["status"], status["stop_reason"], status["resumable"]) == ("failed", "provider", True)
    assert all(word.replace("{NAME}", provider.upper()) in status["message"] for word in words), status["message"]
    assert "\n" not in status["message"]
    assert first_calls <= calls
    assert server.counts.requests <= 2 * calls
    assert CANARY not in shown
    assert CANARY.encode() not in everything_kept(tmp_path)


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_an_address_where_nobody_listens_is_given_up_soon(tmp_path: Path, provider: str) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    async with client_of(reached(tmp_path, provider, nowhere)) as client:
        started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=20_000, mode="llm")
        status = await finished(client, started["job_id"])

    assert (status["status"], status["stop_reason"]) == ("failed", "provider")
    assert f"at {nowhere} did not answer" in status["message"]
    assert status["usage"]["requests"] <= 3


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_place_on_the_server_that_is_none_is_said(tmp_path: Path, provider: str) -> None:
    with ModelServer() as server:
        address = f"{server.url}/nowhere"
        async with client_of(reached(tmp_path, provider, address)) as client:
            started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=500, mode="llm")
            status = await finished(client, started["job_id"])

    assert f"{address} answered with a web page" in status["message"]
    assert f"{provider.upper()}_BASE_URL" in status["message"]


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("case", ["a wrong key", "an unknown model", "an address that answers HTML"])
async def test_a_translation_says_why_the_model_was_not_used(tmp_path: Path, provider: str, case: str) -> None:
    behaviour, calls, words = CASES[case]
    with ModelServer(behaviour) as server:
        async with client_of(reached(tmp_path, provider, address_of(server, provider))) as client:
            reply = await call(client, "translate_schema", prompt="20 coffee tastings with notes and score")

    assert reply["provider"] == "local"
    assert all(word.replace("{NAME}", provider.upper()) in reply["assumptions"][0] for word in words)
    assert server.counts.requests == calls
    assert CANARY not in repr(reply)


@pytest.mark.parametrize("limit", ["usd", "tokens", "requests"])
async def test_a_budget_of_zero_is_refused_and_nothing_is_sent(tmp_path: Path, limit: str) -> None:
    with ModelServer() as server:
        async with client_of(reached(tmp_path, "openai", server.openai_url)) as client:
            arguments = {"schema": TRANSACTIONS, "total_rows": 50, "mode": "llm"}
            text = await refusal(client, "start_generation", **arguments, budget={limit: 0})
            jobs = await call(client, "list_jobs")
            started = await call(client, "start_generation", **arguments, budget={"requests": 1})
            await finished(client, started["job_id"])
            resumed = await refusal(client, "resume_job", job_id=started["job_id"], budget={limit: 0})

    assert f"budget.{limit} is '0'" in text
    assert "greater than 0" in text
    assert jobs["jobs"] == []
    assert resumed == text
    assert server.counts.requests == 1
