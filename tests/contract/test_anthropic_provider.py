from __future__ import annotations

import pytest

from synthaix.errors import ProviderRefused
from synthaix.providers.anthropic_messages import AnthropicMessages
from synthaix.providers.base import ModelRequest
from synthaix.providers.client import ModelClient
from synthaix.providers.spend import Spend
from tests.support.behaviour import Behaviour
from tests.support.model_server import ModelServer
from tests.support.writing import KEY, client_of, provider_on

TABLE = '<table>\n{"keys":null,"columns":[{"name":"city","type":"string"}]}\n</table>'
ROWS = '<rows>\n{"batch":0,"rows":[0,1,2]}\n</rows>'
SCHEMA = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def question(expected_tokens: int = 50, max_tokens: int = 400) -> ModelRequest:
    return ModelRequest(TABLE, ROWS, SCHEMA, max_tokens=max_tokens, expected_tokens=expected_tokens)


def client_on(server: ModelServer, key: str = KEY) -> ModelClient:
    return client_of(provider_on(server, "anthropic", key))


async def test_an_answer_comes_with_its_tokens() -> None:
    with ModelServer() as server:
        client = client_on(server)
        reply = await client.ask(question(), Spend())
        await client.aclose()

    assert reply.text.startswith('{"r":[[0,')
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (
        server.counts.input_tokens,
        server.counts.output_tokens,
    )


async def test_the_schema_goes_into_output_config_and_no_sampling_parameter_is_sent() -> None:
    with ModelServer() as server:
        client = client_on(server)
        await client.ask(question(), Spend())
        await client.aclose()

    body = server.bodies[0]
    assert body["output_config"] == {"format": {"type": "json_schema", "schema": SCHEMA}}
    assert set(body) == {"model", "max_tokens", "system", "messages", "output_config"}


def test_anthropic_itself_is_asked_not_to_think_first() -> None:
    body = AnthropicMessages(KEY)._body("claude-haiku-5-5", question(), "json_schema")

    assert body["thinking"] == {"type": "disabled"}
    assert body["output_config"]["effort"] == "low"


def test_a_form_of_thinking_that_a_model_refuses_is_not_sent_again() -> None:
    provider = AnthropicMessages(KEY)
    refused = provider._body("claude-opus-5-5", question(), "json_schema")

    assert provider._adapted("claude-opus-5-5", refused, b'{"error":{"message":"thinking.type: disabled ..."}}')

    body = provider._body("claude-opus-5-5", question(), "json_schema")
    assert body["thinking"] == {"type": "between_tools"}
    assert body["max_tokens"] > refused["max_tokens"]


async def test_more_tokens_than_the_sdk_waits_for_are_not_asked_for_without_a_stream() -> None:
    with ModelServer() as server:
        client = client_on(server)
        reply = await client.ask(question(max_tokens=60_000), Spend())
        await client.aclose()

    assert reply.finish == "stop"
    assert server.bodies[0]["max_tokens"] <= 21_333


@pytest.mark.parametrize(("forms", "form"), [(("tool", "prompt"), "tool"), (("prompt",), "prompt")])
async def test_a_rejected_form_leads_down_the_ladder_to_one_that_works(forms: tuple[str, ...], form: str) -> None:
    with ModelServer(Behaviour(forms=forms)) as server:
        client = client_on(server)
        reply = await client.ask(question(), Spend())
        await client.aclose()

    assert reply.rung == form
    assert reply.text.startswith('{"r":[[0,')


@pytest.mark.parametrize("fault", ["429", "500", "529", "drop", "hang"])
async def test_what_passes_by_itself_is_tried_again(fault: str) -> None:
    with ModelServer(Behaviour(script=[fault], retry_after=0.01)) as server:
        client = client_on(server)
        reply = await client.ask(question(), Spend())
        await client.aclose()

    assert (reply.finish, reply.usage.requests) == ("stop", 2)


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (Behaviour(key="sk-ant-another-00000"), "ANTHROPIC_API_KEY"),
        (Behaviour(models=("claude",)), "does not know model 'a-model'"),
        (Behaviour(rates={"html": 1.0}), "ANTHROPIC_BASE_URL"),
    ],
)
async def test_what_cannot_succeed_is_asked_once_and_said_without_the_key(behaviour: Behaviour, words: str) -> None:
    with ModelServer(behaviour) as server:
        client = client_on(server)
        with pytest.raises(ProviderRefused, match=words) as caught:
            await client.ask(question(), Spend())
        await client.aclose()

    assert server.counts.requests == 1
    assert KEY[:12] not in str(caught.value)


async def test_a_cut_answer_says_so() -> None:
    with ModelServer(Behaviour(script=["cut"])) as server:
        client = client_on(server)
        reply = await client.ask(question(), Spend())
        await client.aclose()

    assert reply.finish == "length"


async def test_a_long_answer_is_streamed_to_the_same_text() -> None:
    with ModelServer() as server:
        client = client_on(server)
        short = await client.ask(question(), Spend())
        long = await client.ask(question(expected_tokens=5_000), Spend())
        await client.aclose()

    assert server.bodies[-1]["stream"] is True
    assert (long.text, long.finish, long.usage) == (short.text, short.finish, short.usage)


async def test_a_web_page_where_a_stream_was_expected_is_asked_for_once() -> None:
    with ModelServer(Behaviour(rates={"html": 1.0})) as server:
        client = client_on(server)
        with pytest.raises(ProviderRefused, match="ANTHROPIC_BASE_URL"):
            await client.ask(question(expected_tokens=5_000), Spend())
        await client.aclose()

    assert server.counts.requests == 1
