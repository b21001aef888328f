from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from synthaix.errors import SchemaError
from synthaix.generate.infer import check_feasible, plan_columns
from synthaix.schema.validation import valid_rows
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


def expression(name: str, expr: str, kind: str = "float") -> dict[str, Any]:
    return {"name": name, "type": kind, "generator": {"kind": "expression", "expr": expr}}


@pytest.mark.parametrize(
    ("columns", "column", "rule", "remedy"),
    [
        ([{"name": "a", "type": "string", "pattern": "[A-Z]{2}", "min_length": 5}], "a", "min_length is 5", "lower"),
        ([{"name": "a", "type": "string", "pattern": "(a+)+$"}], "a", "exponential", "bound one, as in {1,5}"),
        ([{"name": "a", "type": "string", "pattern": r"^(\w+\s?)*$"}], "a", "exponential", "bound one"),
        (
            [{"name": "a", "type": "string", "generator": {"kind": "pattern", "pattern": "(x*)*"}}],
            "a",
            "exponential",
            "bound one",
        ),
        ([{"name": "a", "type": "string", "pattern": r"(a|b)\1"}], "a", r"uses \1", "leave it out"),
        (
            [{"name": "a", "type": "string", "enum": ["x", "y"], "weights": [1]}],
            "a",
            "1 weights do not fit 2",
            "send one",
        ),
        ([{"name": "a", "type": "string", "enum": ["x"], "weights": [-1]}], "a", "zero or greater", "positive sum"),
        ([{"name": "a", "type": "string", "enum": ["x"], "weights": [0]}], "a", "zero or greater", "positive sum"),
        ([{"name": "a", "type": "string", "weights": [1]}], "a", "need an enum", "leave weights out"),
        (
            [
                {"name": "a", "type": "string", "generator": {"kind": "address", "field": "city", "locale": "xx"}},
            ],
            "a",
            "locale 'xx' is not supported",
            "use one of en, en_GB",
        ),
        (["x:float", expression("a", "x / 0")], "a", "divide by zero", "bound it away from 0"),
        (
            [{"name": "x", "type": "integer", "minimum": -3, "maximum": 3}, expression("a", "7 % x")],
            "a",
            "divide by zero",
            "write 'a / b if b != 0 else 0'",
        ),
        (
            [{"name": "x", "type": "integer", "minimum": 1, "maximum": 3}, expression("a", "1 / (x - 2)")],
            "a",
            "can be -1 to 1",
            "bound it away from 0",
        ),
        (["x:float", expression("a", "x + nope")], "a", "'nope', which is not a column", "use one of x"),
        (
            ["x:string", {"name": "a", "type": "string", "generator": {"kind": "template", "template": "{nope}!"}}],
            "a",
            "'nope', which is not a column",
            "use one of x",
        ),
        (
            [
                "x:string",
                {"name": "a", "type": "string", "generator": {"kind": "categorical", "values": [1], "by": "q"}},
            ],
            "a",
            "'q', which is not a column",
            "name one of x",
        ),
        (
            ["x:date", {"name": "a", "type": "date", "after": "nope"}],
            "a",
            "'nope', which is not another",
            "name one of",
        ),
        ([{"name": "a", "type": "date", "after": "a"}], "a", "'a', which is not another column", "leave after out"),
        ([expression("a", "a + 1")], "a -> a", "in a circle", "take one of"),
        ([expression("a", "b + 1"), expression("b", "a + 1")], "a -> b -> a", "in a circle", "take one of"),
        (
            [{"name": "a", "type": "date", "after": "b"}, expression("b", "a + days(1)", "date")],
            "a -> b -> a",
            "in a circle",
            "take one of after",
        ),
        (
            [
                {"name": "a", "type": "date", "after": "b"},
                {"name": "b", "type": "date", "after": "c"},
                {"name": "c", "type": "date", "after": "a"},
            ],
            "b -> a -> c -> b",
            "after each other in a circle",
            "take one after or before out",
        ),
        (
            [{"name": "a", "type": "string", "generator": {"kind": "reference", "job_id": "x", "column": "id"}}],
            "a",
            "job_id is 'x'",
            "should match",
        ),
    ],
)
def test_a_refusal_names_column_rule_and_remedy(columns: list[Any], column: str, rule: str, remedy: str) -> None:
    with pytest.raises(SchemaError) as caught:
        check(*columns)

    message = str(caught.value)
    assert column in message
    assert rule in message
    assert remedy in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "pattern", ["(a|a)*b", "(a|aa)+b", "(a?b?)*", r"(\w{1,5}-?)+", "(a|a){30}", "(x|xy|yx)*", "(a{1,5})+"]
)
def test_repeated_parts_that_overlap_are_refused(pattern: str) -> None:
    with pytest.raises(SchemaError, match=r"'a': pattern .* parts that overlap.*; let each begin with"):
        check({"name": "a", "type": "string", "pattern": pattern})


@pytest.mark.parametrize(
    "pattern", ["(a|b)*c{9}", "(ab|ac)+", r"(\d{3}-){30}", r"(\d{12})+", "(a?)+", r"(\w{2,40} ){1,60}", "(a{3}){2,}b*"]
)
def test_repeated_parts_that_keep_apart_are_not(pattern: str) -> None:
    check({"name": "a", "type": "string", "pattern": pattern})


def test_an_ambiguous_pattern_is_matched_in_linear_time() -> None:
    table = table_of({"name": "a", "type": "string", "pattern": "(a|aa)+b"})
    frame = pl.DataFrame({"a": ["a" * 5_000 + "b", "a" * 5_000]})

    assert valid_rows(frame, table).to_list() == [True, False]


def listed(**more: Any) -> dict[str, Any]:
    return {"name": "a", "type": "integer", "minimum": 1, "maximum": 10, **more}


CASES = {"kind": "categorical", "by": "b", "values": [1], "cases": {"x": {"values": [2, 50]}}}


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (listed(enum=[1, 50]), "enum value 50 is above the maximum 10; leave it out"),
        (listed(enum=[0, 1]), "enum value 0 is below the minimum 1; leave it out"),
        (listed(enum=[1, 50], weights=[1, 3]), "enum value 50 is above"),
        (listed(generator={"kind": "categorical", "values": [1, 50]}), "categorical value 50 is above the maximum 10"),
        (listed(generator=CASES), "categorical value 50 is above the maximum 10"),
        (
            listed(generator={"kind": "pool", "size": 2, "of": {"kind": "categorical", "values": [1, 50]}}),
            "categorical value 50 is above",
        ),
        (
            listed(enum=[1, 2], generator={"kind": "categorical", "values": [1, 3]}),
            "categorical value 3 is not in enum; use one of 1, 2",
        ),
        ({"name": "a", "type": "string", "enum": ["ab", "c1"], "pattern": "[a-z]+"}, "enum value 'c1' does not match"),
        ({"name": "a", "type": "string", "enum": ["ab", "c"], "min_length": 2}, "enum value 'c' has 1 characters"),
        ({"name": "a", "type": "string", "enum": ["ab", "abc"], "max_length": 2}, "enum value 'abc' has 3 characters"),
        ({"name": "a", "type": "date", "enum": ["2024-01-31"], "minimum": "2024-02-01"}, "2024-01-31 is below"),
        ({"name": "a", "type": "float", "enum": [1.25], "decimals": 1}, "1.25 has more than 1 decimals"),
        ({"name": "a", "type": "string", "format": "email", "enum": ["x"]}, "'x' is not a valid email"),
    ],
)
def test_listed_values_that_break_a_rule_of_their_column_are_refused(column: dict[str, Any], message: str) -> None:
    with pytest.raises(SchemaError, match=re.escape(message)) as caught:
        check(column, "b:string", rows=2)

    assert str(caught.value).startswith("column 'a': ")


def test_a_weight_of_zero_excludes_a_value_that_breaks_a_rule() -> None:
    check(listed(enum=[1, 50, None], weights=[1, 0, 1], nullable=True))


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"maximum": 10, "generator": "sequence"}, "from 1 in steps of 1 has 10 values within maximum 10"),
        ({"maximum": 10, "generator": {"kind": "sequence", "step": 3}}, "has 4 values within maximum 10"),
        ({"minimum": -5, "generator": {"kind": "sequence", "step": -1}}, "has 7 values within minimum -5"),
        (
            {"type": "string", "max_length": 1, "generator": {"kind": "sequence", "start": 2}},
            "has 8 values within max_length 1",
        ),
    ],
)
def test_a_sequence_that_its_bounds_end_too_early_is_refused(column: dict[str, Any], message: str) -> None:
    wanted = {"name": "a", "type": "integer", **column}

    with pytest.raises(SchemaError, match=f"'a': the sequence .*{message}, too few for 12 rows; change"):
        check(wanted, rows=12)

    check(wanted, rows=4)


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (
            {"name": "a", "type": "string", "generator": {"kind": "template", "template": "{b}"}},
            "'b', which is not a column; add a column 'b' or use another generator.",
        ),
        (
            {"name": "a", "type": "integer", "maximum": 10, "generator": {"kind": "uniform", "min": 20}},
            "the values start at 20 but end at 10; raise maximum",
        ),
        (
            {"name": "a", "type": "integer", "minimum": 1.2, "maximum": 1.8},
            "no integer lies between 1.2 and 1.8; widen the bounds.",
        ),
        (
            {"name": "a", "type": "float", "minimum": 1.2, "maximum": 1.8, "decimals": 0},
            "no float of 0 decimals lies between 1.2 and 1.8; widen the bounds or allow more decimals.",
        ),
        (
            {"name": "a", "type": "float", "generator": {"kind": "expression", "expr": "d / 2"}},
            "hands a date to '/', which needs a number; use a column of numbers, or days_between",
        ),
    ],
)
def test_a_refusal_reads_as_a_person_would_say_it(column: dict[str, Any], message: str) -> None:
    others = ["d:date"] if "expr" in str(column) else []

    with pytest.raises(SchemaError, match=re.escape(message)):
        check(column, *others)


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
