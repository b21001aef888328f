"""Errors as one instruction: the argument, the value, what to send."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import pytest
from pydantic import Field, ValidationError, validate_call

from synthaix.protocol.instruction import argument_instruction, redact


@validate_call
def tool(
    total_rows: Annotated[int, Field(ge=1, le=100)],
    mode: Literal["auto", "local"] | None = None,
    names: list[str] | None = None,
) -> None:
    """Stands for a tool."""


SCHEMA = {
    "properties": {
        "total_rows": {"type": "integer", "minimum": 1, "maximum": 100},
        "mode": {"anyOf": [{"enum": ["auto", "local"], "type": "string"}, {"type": "null"}]},
        "names": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]},
    }
}


def fault(**arguments: object) -> str:
    with pytest.raises(ValidationError) as caught:
        tool(**arguments)  # type: ignore[arg-type]
    return argument_instruction(caught.value, SCHEMA)


def test_a_wrong_value_is_shown_with_what_is_wanted() -> None:
    assert fault(total_rows="many") == (
        "total_rows is 'many', which cannot be used; send a whole number from 1 to 100."
    )
    assert fault(total_rows=0) == "total_rows is 0, which cannot be used; send a whole number from 1 to 100."
    assert fault(total_rows=1, mode="fast") == "mode is 'fast', which cannot be used; send one of auto, local."


def test_a_fault_inside_a_list_says_where() -> None:
    assert fault(total_rows=1, names=["a", 2]) == (
        "names (at 1) is 2, which cannot be used; send a list of which each is a string."
    )


def test_a_missing_and_an_unknown_argument_name_what_there_is() -> None:
    assert fault() == "total_rows is missing; send a whole number from 1 to 100."
    assert fault(total_rows=1, rows=2) == ("'rows' is not an argument of this tool; it takes total_rows, mode, names.")


def test_a_long_value_is_cut_and_a_secret_is_blanked() -> None:
    assert len(fault(total_rows="x" * 10_000)) < 200
    assert "sk-abcdef123" not in fault(total_rows="sk-abcdef123")


@pytest.mark.parametrize(
    "text",
    [
        "key sk-proj-abcdefghijkl1 failed",
        "Authorization: Bearer abcdefghijkl1mnop",
        "api_key=abcdefghijkl1",
        '{"token": "abcdefghijkl1"}',
        "postgresql://me:abcdefghijkl1@host/db",
        "postgresql://me:abcdefg@host/db",
        "GET /jobs/0/download?format=csv&signature=abcdefg1234567&owner=me",
    ],
)
def test_what_looks_like_a_key_is_blanked(text: str) -> None:
    assert "[redacted]" in redact(text)
    assert "abcdefg" not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "column 'token_count' has 3 values; the task is risk-free",
        "column 'token': enum is empty; list at least one value or leave enum out",
        "column 'password': minimum 5 cannot bound a column of type string",
        "http://127.0.0.1:8000/mcp is not a model's API",
        "",
    ],
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


def test_a_blanked_line_of_json_stays_json() -> None:
    assert json.loads(redact('{"secret": "abcdefgh12345", "other": 1}')) == {"secret": "[redacted]", "other": 1}


def test_an_unknown_argument_is_named_as_briefly_as_a_wrong_value_and_without_a_key() -> None:
    long, key = fault(total_rows=1, **{"x" * 100_000: 1}), fault(total_rows=1, **{"sk-abcdefghijk": 1})

    assert len(long) < 300
    assert "abcdefghijk" not in key
