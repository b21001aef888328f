"""The person between plan and job: approve, change, decline, on both protocol eras."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastmcp.client.elicitation import ElicitResult
from mcp.shared.exceptions import MCPError
from mcp_types import ElicitResult as FormAnswer
from mcp_types import InputRequiredResult

from synthaix.protocol.ask import ANSWER_SECONDS, sealed
from tests.support.server import ERAS, TRANSACTIONS, call, client_of, finished, refusal, settings_for


class Person:
    """Answers the form once and remembers what it was asked."""

    def __init__(self, action: Any, **content: Any) -> None:
        self.action, self.content = action, content
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def __call__(self, message: str, response_type: Any, params: Any, context: Any) -> Any:
        self.asked.append((message, params.requested_schema))
        return ElicitResult(action=self.action, content=self.content or None)


@pytest.mark.parametrize("era", ERAS)
async def test_the_person_sees_the_plan_and_approves(tmp_path: Path, era: str) -> None:
    person = Person("accept")
    async with client_of(settings_for(tmp_path), era, elicitation_handler=person) as client:
        started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=50)
        status = await finished(client, started["job_id"])

    (message, form), *more = person.asked
    assert not more
    assert "50 rows" in message
    assert "amount (float)" in message
    assert "no cost" in message
    assert set(form["properties"]) == {"total_rows", "deduplication_threshold", "drop_columns", "budget_usd"}
    assert status["rows_generated"] == 50


@pytest.mark.parametrize("era", ERAS)
async def test_the_person_changes_the_count_the_threshold_and_the_columns(tmp_path: Path, era: str) -> None:
    person = Person("accept", total_rows=30, deduplication_threshold=1.0, drop_columns="currency")
    async with client_of(settings_for(tmp_path), era, elicitation_handler=person) as client:
        started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=50)
        status = await finished(client, started["job_id"])

    assert started["total_rows"] == status["rows_generated"] == 30
    assert set(status["results"]["data"][0]) == {"user_id", "amount", "timestamp"}


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("action", ["decline", "cancel"])
async def test_a_no_starts_nothing(tmp_path: Path, era: str, action: str) -> None:
    async with client_of(settings_for(tmp_path), era, elicitation_handler=Person(action)) as client:
        reply = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=50)
        jobs = await call(client, "list_jobs")

    assert reply["job_id"] is None
    assert reply["status"] == "declined"
    assert jobs["jobs"] == []


@pytest.mark.parametrize("era", ERAS)
async def test_skip_does_not_ask(tmp_path: Path, era: str) -> None:
    person = Person("decline")
    async with client_of(settings_for(tmp_path), era, elicitation_handler=person) as client:
        started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=5, confirm="skip")
        await finished(client, started["job_id"])

    assert person.asked == []


@pytest.mark.parametrize("era", ERAS)
async def test_require_is_refused_where_nobody_can_be_asked(tmp_path: Path, era: str) -> None:
    async with client_of(settings_for(tmp_path), era) as client:
        text = await refusal(client, "start_generation", schema=TRANSACTIONS, total_rows=5, confirm="require")
        jobs = await call(client, "list_jobs")

    assert "cannot ask" in text
    assert "skip" in text
    assert jobs["jobs"] == []


@pytest.mark.parametrize("era", ERAS)
async def test_an_answer_that_does_not_fit_is_refused(tmp_path: Path, era: str) -> None:
    person = Person("accept", drop_columns="price")
    async with client_of(settings_for(tmp_path), era, elicitation_handler=person) as client:
        text = await refusal(client, "start_generation", schema=TRANSACTIONS, total_rows=5)
        jobs = await call(client, "list_jobs")

    assert "'price'" in text
    assert "currency" in text
    assert jobs["jobs"] == []


async def test_a_repeated_call_with_a_key_does_not_ask_again(tmp_path: Path) -> None:
    person = Person("accept", total_rows=7)
    async with client_of(settings_for(tmp_path), elicitation_handler=person) as client:
        arguments = {"schema": TRANSACTIONS, "total_rows": 50, "idempotency_key": "once"}
        first = await call(client, "start_generation", **arguments)
        second = await call(client, "start_generation", **arguments)
        await finished(client, first["job_id"])

    assert first["job_id"] == second["job_id"]
    assert second["total_rows"] == 7
    assert len(person.asked) == 1


DEPENDENT = {
    "columns": [
        {"name": "quantity", "type": "integer", "minimum": 1, "maximum": 9},
        {"name": "doubled", "type": "integer", "generator": {"kind": "expression", "expr": "quantity * 2"}},
        {"name": "starts_on", "type": "date"},
        {"name": "ends_on", "type": "date", "after": "starts_on"},
    ]
}


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    ("dropped", "named"),
    [("quantity", "doubled"), ("starts_on", "ends_on"), ("quantity,doubled,starts_on,ends_on", "at least one")],
)
async def test_a_column_that_others_need_is_not_dropped_alone(
    tmp_path: Path, era: str, dropped: str, named: str
) -> None:
    person = Person("accept", drop_columns=dropped)
    async with client_of(settings_for(tmp_path), era, elicitation_handler=person) as client:
        text = await refusal(client, "start_generation", schema=DEPENDENT, total_rows=5)
        jobs = await call(client, "list_jobs")

    assert named in text
    assert "inside the server" not in text
    assert jobs["jobs"] == []


@pytest.mark.parametrize("era", ERAS)
async def test_a_dropped_column_leaves_the_examples_too(tmp_path: Path, era: str) -> None:
    person = Person("accept", drop_columns="currency")
    examples = [{"user_id": "u1", "currency": "USD"}, {"currency": "EUR"}]
    async with client_of(settings_for(tmp_path), era, elicitation_handler=person) as client:
        started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=5, examples=examples)
        status = await finished(client, started["job_id"])

    assert set(status["results"]["data"][0]) == {"user_id", "amount", "timestamp"}


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    ("field", "value"),
    [("total_rows", True), ("deduplication_threshold", True), ("budget_usd", True), ("budget_usd", float("inf"))],
)
async def test_a_form_is_filled_with_numbers(tmp_path: Path, era: str, field: str, value: Any) -> None:
    person = Person("accept", **{field: value})
    async with client_of(settings_for(tmp_path), era, elicitation_handler=person) as client:
        text = await refusal(client, "start_generation", schema=TRANSACTIONS, total_rows=5)
        jobs = await call(client, "list_jobs")

    assert field in text
    assert jobs["jobs"] == []


@pytest.mark.parametrize("era", ERAS)
async def test_the_form_shows_the_budget_that_was_sent(tmp_path: Path, era: str) -> None:
    person = Person("decline")
    async with client_of(settings_for(tmp_path), era, elicitation_handler=person) as client:
        await call(client, "start_generation", schema=TRANSACTIONS, total_rows=5, budget={"usd": 3})

    assert person.asked[0][1]["properties"]["budget_usd"]["default"] == 3


async def test_a_client_that_announces_forms_and_cannot_show_one_starts_nothing(tmp_path: Path) -> None:
    async def broken(*_: Any) -> Any:
        raise RuntimeError("no window")

    async with client_of(settings_for(tmp_path), "legacy", elicitation_handler=broken) as client:
        text = await refusal(client, "start_generation", schema=TRANSACTIONS, total_rows=5)
        jobs = await call(client, "list_jobs")

    assert "'skip'" in text
    assert jobs["jobs"] == []


YES = {"start_generation": FormAnswer(action="accept", content={})}


async def asked(client: Any, **arguments: Any) -> InputRequiredResult:
    """The question a call of 2026-07-28 is answered with."""
    question = await client.session.call_tool("start_generation", arguments, allow_input_required=True)
    assert isinstance(question, InputRequiredResult)
    return question


async def answered(client: Any, state: str | None, **arguments: Any) -> Any:
    """What the call gives when it is sent once more with a yes to the question of that state."""
    return await client.session.call_tool("start_generation", arguments, input_responses=YES, request_state=state)


async def test_an_answer_counts_for_its_own_question_only(tmp_path: Path) -> None:
    async with client_of(settings_for(tmp_path), elicitation_handler=Person("accept")) as client:
        state = (await asked(client, schema=TRANSACTIONS, total_rows=5)).request_state
        assert state is not None
        with pytest.raises(MCPError):
            await answered(client, state, schema=TRANSACTIONS, total_rows=5_000_000)
        with pytest.raises(MCPError):
            await answered(client, state[:-4] + "AAAA", schema=TRANSACTIONS, total_rows=5)
        unasked = await answered(client, None, schema=TRANSACTIONS, total_rows=5)
        jobs = await call(client, "list_jobs")

    assert unasked.is_error
    assert jobs["jobs"] == []


@pytest.mark.parametrize("key", [b"", b"short", b"k" * 32])
def test_any_key_of_the_server_seals_a_question(key: bytes) -> None:
    codec = sealed(key).codec

    assert codec.unseal(codec.seal(b"question")) == b"question"
    assert sealed(key).ttl == ANSWER_SECONDS


async def test_an_answer_that_is_sent_again_starts_no_second_job(tmp_path: Path) -> None:
    async with client_of(settings_for(tmp_path), elicitation_handler=Person("accept")) as client:
        state = (await asked(client, schema=TRANSACTIONS, total_rows=5)).request_state
        first = await answered(client, state, schema=TRANSACTIONS, total_rows=5)
        again = await answered(client, state, schema=TRANSACTIONS, total_rows=5)
        jobs = await call(client, "list_jobs")

    assert first.structured_content["job_id"] == again.structured_content["job_id"]
    assert len(jobs["jobs"]) == 1
