from __future__ import annotations

from typing import Any

import anyio
import anyio.lowlevel
import pytest

from synthaix.errors import BudgetReached, ProviderDown, ProviderRefused
from synthaix.providers.base import ModelRequest
from synthaix.providers.client import ModelClient
from synthaix.providers.openai_chat import OpenAIChat, seconds_of
from synthaix.providers.pacing import Pacer
from synthaix.providers.patience import Patience
from synthaix.providers.prices import Price
from synthaix.providers.spend import Spend
from synthaix.providers.usage import Usage
from tests.support.behaviour import Behaviour
from tests.support.model_server import ModelServer
from tests.support.writing import KEY, client_of, provider_on

TABLE = '<table>\n{"keys":null,"columns":[{"name":"city","type":"string"}]}\n</table>'
ROWS = '<rows>\n{"batch":0,"rows":[0,1,2]}\n</rows>'
SCHEMA = {
    "type": "object",
    "properties": {"r": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}}},
    "required": ["r"],
    "additionalProperties": False,
}


def question(expected_tokens: int = 50) -> ModelRequest:
    return ModelRequest(TABLE, ROWS, SCHEMA, max_tokens=400, expected_tokens=expected_tokens)


def client_on(server: ModelServer, key: str = KEY, **options: Any) -> ModelClient:
    return client_of(provider_on(server, "openai", key), **options)


async def test_an_answer_comes_with_its_tokens_and_its_cost() -> None:
    with ModelServer() as server:
        client = client_on(server, price=Price(input=1.0, output=5.0))
        spend = Spend()

        reply = await client.ask(question(), spend)
        await client.aclose()

    assert reply.text.startswith('{"r":[[0,')
    assert reply.finish == "stop"
    assert reply.usage.requests == 1
    assert reply.usage.output_tokens == server.counts.output_tokens
    assert reply.usage.cost_usd == pytest.approx(
        (server.counts.input_tokens * 1.0 + server.counts.output_tokens * 5.0) / 1_000_000
    )
    assert spend.used == reply.usage


async def test_the_request_asks_for_a_strict_schema_and_nothing_a_compatible_server_may_not_know() -> None:
    with ModelServer() as server:
        client = client_on(server)
        await client.ask(question(), Spend())
        await client.aclose()

    body = server.bodies[0]
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "rows", "schema": SCHEMA, "strict": True},
    }
    assert set(body) == {"model", "messages", "max_tokens", "response_format"}
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


def test_openai_itself_is_asked_not_to_reason_first() -> None:
    provider = OpenAIChat(KEY)

    body = provider._body("gpt-6-luna", question(), "json_schema")

    assert body["reasoning_effort"] == "none"
    assert body["max_completion_tokens"] == 400


@pytest.mark.parametrize(
    ("forms", "form"),
    [(("json_object", "tool", "prompt"), "json_object"), (("tool", "prompt"), "tool"), (("prompt",), "prompt")],
)
async def test_a_rejected_form_leads_down_the_ladder_to_one_that_works(forms: tuple[str, ...], form: str) -> None:
    with ModelServer(Behaviour(forms=forms)) as server:
        client = client_on(server)

        first = await client.ask(question(), Spend())
        second = await client.ask(question(), Spend())
        await client.aclose()

    assert first.rung == second.rung == form
    assert first.text == second.text
    assert server.counts.statuses["400"] == ["json_schema", "json_object", "tool", "prompt"].index(form)


async def test_fifty_first_requests_do_not_all_find_out_that_a_form_is_rejected() -> None:
    with ModelServer(Behaviour(forms=("prompt",))) as server:
        client = client_on(server)
        async with anyio.create_task_group() as tasks:
            for _ in range(50):
                tasks.start_soon(client.ask, question(), Spend())
        await client.aclose()

    assert server.counts.statuses == {"400": 3, "200": 50}


async def test_a_parameter_under_its_other_name_is_found() -> None:
    with ModelServer(Behaviour(rejects=("max_tokens",))) as server:
        client = client_on(server)
        reply = await client.ask(question(), Spend())
        await client.aclose()

    assert reply.rung == "json_schema"
    assert "max_completion_tokens" in server.bodies[-1]


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (Behaviour(key="sk-another-key-000000"), "OPENAI_API_KEY"),
        (Behaviour(models=("llama",)), "does not know model 'a-model'"),
        (Behaviour(rates={"html": 1.0}), "OPENAI_BASE_URL"),
    ],
)
async def test_what_cannot_succeed_is_asked_once_and_said_in_one_sentence_without_the_key(
    behaviour: Behaviour, words: str
) -> None:
    with ModelServer(behaviour) as server:
        client = client_on(server)
        with pytest.raises(ProviderRefused, match=words) as caught:
            await client.ask(question(), Spend())
        await client.aclose()

    assert server.counts.requests == 1
    assert KEY not in str(caught.value)
    assert KEY[:12] not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_base_url_without_the_v1_is_told_what_it_lacks() -> None:
    with ModelServer() as server:
        client = client_of(OpenAIChat(KEY, server.url))
        with pytest.raises(ProviderRefused, match="usually ends in /v1"):
            await client.ask(question(), Spend())
        await client.aclose()


async def test_an_address_where_nobody_answers_is_given_up_after_a_few_tries() -> None:
    with ModelServer() as server:
        address = server.openai_url
    client = client_of(OpenAIChat(KEY, address))

    with pytest.raises(ProviderDown, match=f"{address} did not answer"):
        await client.ask(question(), Spend())
    await client.aclose()


@pytest.mark.parametrize("fault", ["429", "500", "529", "drop", "hang"])
async def test_what_passes_by_itself_is_tried_again_and_counted(fault: str) -> None:
    with ModelServer(Behaviour(script=[fault], retry_after=0.01)) as server:
        client = client_on(server)
        spend = Spend()

        reply = await client.ask(question(), spend)
        await client.aclose()

    assert reply.finish == "stop"
    assert reply.usage.requests == spend.used.requests == server.counts.requests == 2


async def test_a_provider_that_stays_down_is_given_up() -> None:
    with ModelServer() as server:
        client = client_on(server)
        await client.ask(question(), Spend())
        server.behaviour.rates = {"500": 1.0}

        with pytest.raises(ProviderDown, match="status 500"):
            await client.ask(question(), Spend())
        await client.aclose()

    assert server.counts.requests > 2


async def test_no_account_credit_is_not_waited_for() -> None:
    with ModelServer(Behaviour(script=["429"])) as server:
        server._busy = lambda status: _Refused(status)  # type: ignore[method-assign,assignment,return-value]
        client = client_on(server)
        with pytest.raises(ProviderRefused, match="cannot pay"):
            await client.ask(question(), Spend())
        await client.aclose()

    assert server.counts.requests == 1


def _Refused(status: int) -> Exception:  # noqa: N802 - stands for a class
    from tests.support.model_server import RefusedError

    return RefusedError(status, "You exceeded your current quota (insufficient_quota).")


async def test_a_budget_of_requests_counts_the_ones_that_failed() -> None:
    with ModelServer(Behaviour(rates={"500": 1.0})) as server:
        client = client_on(server)
        with pytest.raises(BudgetReached):
            await client.ask(question(), Spend(requests=2))
        await client.aclose()

    assert server.counts.requests == 2


async def test_a_cut_answer_keeps_what_it_says_and_why_it_ended() -> None:
    with ModelServer(Behaviour(script=["cut"])) as server:
        client = client_on(server)
        reply = await client.ask(question(), Spend())
        await client.aclose()

    assert reply.finish == "length"
    assert reply.text.startswith('{"r":[')


async def test_a_long_answer_is_streamed_to_the_same_text() -> None:
    with ModelServer() as server:
        client = client_on(server)
        short = await client.ask(question(), Spend())
        long = await client.ask(question(expected_tokens=5_000), Spend())
        await client.aclose()

    assert server.bodies[-1]["stream"] is True
    assert (long.text, long.finish, long.usage) == (short.text, short.finish, short.usage)


async def test_no_more_requests_than_workers_are_under_way() -> None:
    with ModelServer(Behaviour(base_seconds=0.02)) as server:
        client = client_on(server, max_workers=4)
        async with anyio.create_task_group() as tasks:
            for _ in range(30):
                tasks.start_soon(client.ask, question(), Spend())
        await client.aclose()

    assert server.counts.most_in_flight == 4


async def test_a_cancelled_request_gives_its_place_and_its_reservation_back() -> None:
    with ModelServer(Behaviour(script=["", "hang"])) as server:
        client = client_on(server, max_workers=1)
        spend = Spend()
        await client.ask(question(), spend)
        with anyio.move_on_after(0.1):
            await client.ask(question(), spend)

        reply = await client.ask(question(), spend)
        await client.aclose()

    assert reply.finish == "stop"
    assert spend.reserved == Usage()


@pytest.mark.parametrize(
    ("text", "seconds"), [("1s", 1.0), ("6m0s", 360.0), ("120ms", 0.12), ("1h2m3s", 3723.0), ("", None), ("soon", None)]
)
def test_openais_durations_are_read(text: str, seconds: float | None) -> None:
    assert seconds_of(text) == (None if seconds is None else pytest.approx(seconds))


async def test_a_web_page_where_a_stream_was_expected_is_asked_for_once() -> None:
    with ModelServer(Behaviour(rates={"html": 1.0})) as server:
        client = client_on(server)
        with pytest.raises(ProviderRefused, match="OPENAI_BASE_URL"):
            await client.ask(question(expected_tokens=5_000), Spend())
        await client.aclose()

    assert server.counts.requests == 1


async def test_a_request_cancelled_while_it_gives_way_lets_the_next_one_leave() -> None:
    scope = anyio.CancelScope()

    async def held() -> None:
        scope.cancel()
        await anyio.sleep_forever()

    ways = iter([anyio.lowlevel.checkpoint, held])
    with ModelServer() as server, anyio.fail_after(60):
        client = client_on(server, give_way=lambda: next(ways, anyio.lowlevel.checkpoint)())
        spend = Spend(requests=5)
        await client.ask(question(), spend)
        with scope:
            await client.ask(question(), spend)
        await client.ask(question(), spend)
        await client.aclose()

    assert scope.cancelled_caught
    assert spend.reserved == Usage()
    assert spend.used.requests == server.counts.requests == 2


async def test_a_request_cancelled_while_others_leave_before_it_gives_its_reservation_back() -> None:
    with ModelServer() as server:
        client, spend = client_on(server), Spend(requests=5)
        await client.ask(question(), spend)
        await client._gate.acquire()
        with anyio.move_on_after(0.1):
            await client.ask(question(), spend)
        client._gate.release()
        await client.ask(question(), spend)
        await client.aclose()

    assert spend.reserved == Usage()
    assert spend.used.requests == server.counts.requests == 2


async def test_the_late_one_of_two_requests_counts_with_what_it_was_expected_to_cost() -> None:
    with ModelServer() as server:
        client, spend = client_on(server, hedge=0.5), Spend()
        for _ in range(8):
            await client.ask(question(), spend)
        before = spend.used
        server.behaviour.script = ["hang"]
        reply = await client.ask(question(expected_tokens=77), spend)
        await client.aclose()

    assert spend.used.requests == before.requests + 2 == server.counts.requests
    assert spend.used.output_tokens == before.output_tokens + reply.usage.output_tokens + 77
    assert spend.reserved == Usage()


async def test_a_provider_that_has_become_slower_is_given_more_time() -> None:
    patience = Patience(shortest_deadline=0.2, longest_deadline=20, first_backoff=0.01, longest_backoff=0.01, down=10)
    with ModelServer() as server:
        client, spend = client_on(server, patience=patience), Spend()
        for _ in range(8):
            await client.ask(question(), spend)
        server.behaviour.base_seconds = 1.0
        reply = await client.ask(question(), spend)
        await client.aclose()

    assert reply.text.startswith('{"r":[[0,')
    assert reply.usage.requests <= 4


async def test_quick_answers_to_one_job_do_not_shorten_the_deadline_of_another() -> None:
    patience = Patience(shortest_deadline=0.1, longest_deadline=20, first_backoff=0.01, longest_backoff=0.01)
    pacer = Pacer()
    with ModelServer() as small, ModelServer(Behaviour(base_seconds=2.0)) as large:
        quick, slow = (client_on(server, patience=patience, pacer=pacer) for server in (small, large))

        async def many() -> None:
            for _ in range(20):
                await quick.ask(question(), Spend())

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(slow.ask, question(), Spend())
            await anyio.sleep(0.1)
            tasks.start_soon(many)
        await quick.aclose()
        await slow.aclose()

    assert large.counts.requests == 1
