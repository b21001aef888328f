from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from synthaix.errors import SchemaError
from synthaix.generate.infer import check_feasible, plan_columns
from tests.support.sampling import table_of

if TYPE_CHECKING:
    from synthaix.generate.plan import Mode


def check(*columns: dict[str, Any] | str, rows: int = 100, mode: Mode = "local") -> None:
    table = table_of(*columns)
    check_feasible(table, plan_columns(table, mode), rows)


@pytest.mark.parametrize(
    ("column", "size"),
    [
        ({"name": "a", "type": "string", "enum": ["x", "y", "z"]}, "3"),
        ({"name": "a", "type": "boolean"}, "2"),
        ({"name": "a", "type": "integer", "minimum": 1, "maximum": 50}, "50"),
        ({"name": "a", "type": "string", "pattern": "[ab][0-9]"}, "20"),
        ({"name": "a", "type": "date", "minimum": "2024-01-01", "maximum": "2024-01-31"}, "31"),
        ({"name": "a", "type": "string", "generator": {"kind": "pool", "size": 60}}, "60"),
        ({"name": "a", "type": "integer", "maximum": 70, "generator": "sequence"}, "70"),
    ],
)
def test_unique_over_too_few_values_names_their_number(column: dict[str, Any], size: str) -> None:
    with pytest.raises(SchemaError, match=rf"'a': unique over {size} possible values cannot fill 100 rows"):
        check({**column, "unique": True})

    check({**column, "unique": True}, rows=int(size))


def test_nulls_do_not_count_against_a_small_unique_space() -> None:
    column = {"name": "a", "type": "integer", "minimum": 1, "maximum": 60, "unique": True, "null_ratio": 0.5}

    check(column)

    with pytest.raises(SchemaError, match="unique over 60"):
        check(column, rows=150)


def test_a_vocabulary_is_not_drawn_to_its_last_word() -> None:
    with pytest.raises(SchemaError, match="'country': unique over"):
        check({"name": "country", "type": "string", "unique": True}, rows=100_000)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ([{"name": "a", "type": "string", "pattern": "[A-Z]{5}", "max_length": 3}], "raise max_length"),
        ([{"name": "a", "type": "string", "pattern": "(x+)+"}], "unbounded repeats"),
        (
            [{"name": "a", "type": "string", "generator": {"kind": "categorical", "values": ["x"], "weights": [1, 2]}}],
            "one weight for each value",
        ),
        ([{"name": "city", "type": "string", "locale": "xx_YY"}], "locale 'xx_YY'"),
        ([{"name": "a", "type": "integer", "locale": "xx_YY"}], "locale 'xx_YY'"),
        (["x:float", {"name": "a", "type": "float", "generator": {"kind": "expression", "expr": "1/x"}}], "by zero"),
        ([{"name": "a", "type": "float", "generator": {"kind": "expression", "expr": "y + 1"}}], "'y', which is not"),
        ([{"name": "a", "type": "integer", "enum": ["x"]}], "not of type integer"),
        ([{"name": "a", "type": "string", "enum": ["x"], "generator": "person"}], "no row can keep the schema"),
        ([{"name": "a", "type": "string", "format": "email", "generator": "uuid"}], "no row can keep the schema"),
        ([{"name": "a", "type": "integer", "generator": {"kind": "normal"}, "unique": True}], "drop unique"),
    ],
)
def test_what_contradicts_itself_is_refused(columns: list[Any], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        check(*columns)


@pytest.mark.parametrize(
    "generator",
    [{"kind": "template", "template": "{a}!"}, {"kind": "categorical", "values": ["x"], "by": "a"}],
)
def test_sampled_columns_cannot_need_what_a_model_writes(generator: dict[str, Any]) -> None:
    column = {"name": "b", "type": "string", "generator": generator}

    with pytest.raises(SchemaError, match="which a model writes after"):
        check({"name": "a", "type": "string", "generator": "llm"}, column, mode="auto")


def test_references_are_judged_without_their_values() -> None:
    made = {"kind": "reference", "job_id": "0" * 32, "column": "id"}

    check({"name": "a", "type": "string", "generator": made}, "amount:float")


def test_every_refusal_is_one_sentence() -> None:
    with pytest.raises(SchemaError) as caught:
        check({"name": "a", "type": "boolean", "unique": True})

    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert message.count(". ") == 0
