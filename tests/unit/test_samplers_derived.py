from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from synthaix.errors import SchemaError
from synthaix.generate.samplers.formula import compile_expression, names_in
from synthaix.generate.samplers.term import BOOLEAN, MOMENT, NUMBER, TEXT, Term
from tests.support.sampling import frame_of

ROW = pl.DataFrame(
    {
        "a": [7.0, -3.0, 0.0],
        "b": [2.0, 2.0, 5.0],
        "n": [1.0, None, 3.0],
        "word": ["Ana", "bo", ""],
        "flag": [True, False, True],
        "day": [date(2024, 1, 31), date(2024, 2, 29), date(2023, 12, 31)],
        "at": [datetime(2024, 1, 31, 6), datetime(2024, 3, 1), datetime(2024, 1, 1, 12)],
    }
).with_columns(pl.col("day").cast(pl.Datetime("us")), pl.col("at").cast(pl.Datetime("us")))

TERMS = {
    "a": Term(pl.col("a"), NUMBER, -10, 10),
    "b": Term(pl.col("b"), NUMBER, 1, 5),
    "n": Term(pl.col("n"), NUMBER, 0, 9, nullable=True),
    "word": Term(pl.col("word"), TEXT),
    "flag": Term(pl.col("flag"), BOOLEAN),
    "day": Term(pl.col("day"), MOMENT),
    "at": Term(pl.col("at"), MOMENT),
}


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("a + b * 2", [11, 1, 10]),
        ("-a - +b", [-9, 1, -5]),
        ("a / b", [3.5, -1.5, 0]),
        ("a // b", [3, -2, 0]),
        ("a % b", [1, 1, 0]),
        ("a ** 2", [49, 9, 0]),
        ("1 if a > 0 else 2", [1, 2, 2]),
        ("if(a > 0 AND b < 3, 'x', 'y')", ["x", "y", "y"]),
        ("case(a > 5, 'big', a < 0, 'neg', 'mid')", ["big", "neg", "mid"]),
        ("10 / a if a != 0 else 0", [10 / 7, 10 / -3, 0]),
        ("10 / a if a > 0 else -1", [10 / 7, -1, -1]),
        ("iif(0 == a, 0, 10 / a)", [10 / 7, 10 / -3, 0]),
        ("-1 <= a < 1", [False, False, True]),
        ("not flag or word == 'Ana'", [True, True, False]),
        ("word in ('bo', 'x')", [False, True, False]),
        ("a not in [7, 0]", [False, True, False]),
        ("n is None", [False, True, False]),
        ("n == None", [False, True, False]),
        ("n != None", [True, False, True]),
        ("'open' if n == None else 'shut'", ["shut", "open", "shut"]),
        ("coalesce(n, 0) + 1", [2, 1, 4]),
        ("n + 1", [2, None, 4]),
        ("round(a / 3, 2)", [2.33, -1, 0]),
        ("round(2.5) + floor(-0.5) + ceil(0.2) + int(-1.7)", [1, 1, 1]),
        ("min(a, b, 1) + max(a, b) + abs(a)", [15, 2, 5]),
        ("sqrt(b * 8) + log(b) * 0", [4, 4, 40**0.5]),
        ("word + '!'", ["Ana!", "bo!", "!"]),
        ("concat(lower(word), upper(word), length(word))", ["anaANA3", "boBO2", "0"]),
        ("title(trim(' x ')) + substring(word, 1, 1)", ["Xn", "Xo", "X"]),
        ("day + 1", [datetime(2024, 2, 1), datetime(2024, 3, 1), datetime(2024, 1, 1)]),
        ("at - hours(6)", [datetime(2024, 1, 31), datetime(2024, 2, 29, 18), datetime(2024, 1, 1, 6)]),
        ("at - day", [0.25, 1, 1.5]),
        ("hours_between(at, day)", [6, 24, 36]),
        ("minutes_between(at, day) / 60", [6, 24, 36]),
        ("year(day) * 100 + month(day) + day(day) / 100", [202401.31, 202402.29, 202312.31]),
        ("weekday(day) + hour(at)", [9, 4, 19]),
        ("at > day", [True, True, True]),
    ],
)
def test_expressions_compute_what_they_say(expr: str, expected: list[Any]) -> None:
    term = compile_expression("c", expr, TERMS)

    values = ROW.select(term.expr.alias("v"))["v"]
    if len(values) == 1:
        values = pl.concat([values] * 3)

    assert values.to_list() == (pytest.approx(expected) if term.kind == NUMBER and None not in expected else expected)


@pytest.mark.parametrize(
    ("expr", "message"),
    [
        ("10 / a", "divide by zero"),
        ("10 % (b - 2)", "divide by zero"),
        ("10 / a if b > 0 else 0", "divide by zero"),
        ("1 / 0", "divide by zero"),
        ("a + c", "'c', which is not a column"),
        ("a + word", r"hands a text to '\+', which needs a number"),
        ("word > 3", "compares a text with a number"),
        ("a and flag", "hands a number to 'and/or', which needs a boolean"),
        ("1 if a > 0 else 'x'", "a number in one case and a text in the other"),
        ("a ** b ** b", "power"),
        ("a ** 0.5", "not a whole constant"),
        ("a ** -1", "negative power"),
        ("2 ** 65", "power"),
        ("9 ** 9 ** 9 ** 9", "power"),
        ("sqrt(a)", "root"),
        ("log(a)", "logarithm"),
        ("round(a, b)", "0 to 12 decimals"),
        ("foo(a)", "calls 'foo'"),
        ("abs(a, b)", "2 arguments"),
        ("abs()", "with nothing"),
        ("abs([a])", "a list"),
        ("[a, b]", "is a list"),
        ("a +", "cannot be read"),
        ("a.real", "Attribute"),
        ("a[0]", "Subscript"),
        ("lambda: a", "Lambda"),
        ("[x for x in a]", "ListComp"),
        ("__import__('os')", "calls '__import__'"),
        ("(1).__class__.__base__", "Attribute"),
        ("f'{a}'", "JoinedStr"),
        ("(a := 3)", "NamedExpr"),
        ("abs(x=a)", "plain function"),
        ("1e999", "too large"),
        ("b'x'", "not a number"),
        ("a is b", "use =="),
        ("+".join(["a"] * 600), "parts"),
    ],
)
def test_unsafe_or_meaningless_expressions_are_refused(expr: str, message: str) -> None:
    with pytest.raises(SchemaError, match=message) as caught:
        compile_expression("c", expr, TERMS)

    assert str(caught.value).startswith("column 'c': expression ")


def test_the_names_of_an_expression_leave_out_functions_and_text() -> None:
    assert names_in("round(price * if(vip, 2, x), 2) + length('price_b')") == ("price", "vip", "x")


def test_a_total_is_exact_to_the_cent() -> None:
    frame = frame_of("quantity:integer", "unit_price:decimal", "total:decimal")

    expected = [
        Decimal(quantity) * price for quantity, price in zip(frame["quantity"], frame["unit_price"], strict=True)
    ]
    assert frame["total"].to_list() == expected


def test_an_expression_may_be_a_date_a_text_or_a_boolean() -> None:
    frame = frame_of(
        "start:date",
        {"name": "due", "type": "date", "generator": {"kind": "expression", "expr": "start + 30"}},
        {"name": "reminder", "type": "datetime", "generator": {"kind": "expression", "expr": "due - hours(12)"}},
        {"name": "label", "type": "string", "generator": {"kind": "expression", "expr": "concat('Y', year(start))"}},
        {"name": "late", "type": "boolean", "generator": {"kind": "expression", "expr": "month(start) > 6"}},
    )

    assert ((frame["due"] - frame["start"]).dt.total_days() == 30).all()
    assert frame["reminder"][0] == datetime.combine(frame["due"][0], datetime.min.time(), UTC) - (
        datetime(2024, 1, 1, 12) - datetime(2024, 1, 1)
    )
    assert frame["label"][0] == f"Y{frame['start'][0].year}"
    assert frame["late"].to_list() == [day.month > 6 for day in frame["start"]]


def test_a_constant_expression_fills_its_column() -> None:
    made = {"kind": "expression", "expr": "2 + 3"}

    assert frame_of({"name": "zap", "type": "integer", "generator": made}, rows=3)["zap"].to_list() == [5, 5, 5]


def test_a_template_is_filled_from_its_row() -> None:
    made = {"kind": "template", "template": "{{{first_name}}} is {age}, {flag}; {when}"}
    frame = frame_of(
        {"name": "text", "type": "string", "generator": made},
        "first_name:string",
        "age:integer",
        "flag:boolean",
        {"name": "when", "type": "datetime", "minimum": "2024-01-01", "maximum": "2024-01-02"},
        rows=50,
    )

    for text, first, age, flag, when in frame.iter_rows():
        assert text == f"{{{first}}} is {age}, {str(flag).lower()}; {when.strftime('%Y-%m-%dT%H:%M:%SZ')}"


def test_a_template_with_a_null_is_null() -> None:
    made = {"kind": "template", "template": "<{zap}>"}
    frame = frame_of(
        {"name": "zap", "type": "string", "nullable": True, "null_ratio": 0.5},
        {"name": "text", "type": "string", "nullable": True, "null_ratio": 0, "generator": made},
    )

    assert (frame["zap"].is_null() == frame["text"].is_null()).all()


@pytest.mark.parametrize(
    ("columns", "remedy"),
    [
        (["a:float", {"name": "c", "type": "float", "generator": {"kind": "expression", "expr": "1 / a"}}], "minimum"),
        ([{"name": "c", "type": "float", "generator": {"kind": "expression", "expr": "q + 1"}}], "not a column"),
        (
            ["a:float", {"name": "c", "type": "date", "generator": {"kind": "expression", "expr": "a + 1"}}],
            "change the",
        ),
        (
            [
                {"name": "a", "type": "float", "nullable": True},
                {"name": "c", "type": "float", "generator": {"kind": "expression", "expr": "a + 1"}},
            ],
            r"use coalesce\(column, 0\)",
        ),
        (
            [
                {"name": "a", "type": "float", "minimum": 0, "maximum": 5},
                {"name": "c", "type": "float", "minimum": 90, "generator": {"kind": "expression", "expr": "a + 1"}},
            ],
            "widen the bounds",
        ),
        ([{"name": "c", "type": "string", "generator": {"kind": "template", "template": "{x"}}], "lone '{'"),
        ([{"name": "c", "type": "string", "generator": {"kind": "template", "template": "{x}"}}], "not a column"),
        ([{"name": "c", "type": "float", "generator": {"kind": "template", "template": "x"}}], "use type string"),
    ],
)
def test_impossible_formulas_are_refused_with_a_remedy(columns: list[Any], remedy: str) -> None:
    with pytest.raises(SchemaError, match=remedy) as caught:
        frame_of(*columns)

    assert "'c'" in str(caught.value)
