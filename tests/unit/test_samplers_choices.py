from __future__ import annotations

from typing import Any

import pytest
from scipy import stats

from synthaix.errors import SchemaError
from tests.support.sampling import column_of, frame_of

ROWS = 50_000


def test_listed_values_come_by_their_weights() -> None:
    column = {"name": "zap", "type": "string", "enum": ["a", "b", "c"], "weights": [7, 2, 1]}

    counts = dict(column_of(column, rows=ROWS).value_counts().iter_rows())

    assert stats.chisquare([counts["a"], counts["b"], counts["c"]], [35_000, 10_000, 5_000]).pvalue > 1e-3


def test_a_weight_of_zero_excludes_a_value() -> None:
    column = {"name": "zap", "type": "integer", "enum": [1, 2, 3], "weights": [1, 0, 1]}

    assert set(column_of(column)) == {1, 3}


@pytest.mark.parametrize("p", [0.0, 0.1, 1.0])
def test_booleans_are_true_as_often_as_asked(p: float) -> None:
    column = {"name": "zap", "type": "boolean", "generator": {"kind": "boolean", "p": p}}

    true = column_of(column, rows=ROWS).sum()

    assert stats.binomtest(int(true), ROWS, p).pvalue > 1e-3


def test_a_category_depends_on_another_column() -> None:
    state = {
        "kind": "categorical",
        "by": "country",
        "values": ["elsewhere"],
        "cases": {"US": {"values": ["CA", "NY"], "weights": [3, 1]}, "DE": {"values": ["BY"]}},
    }
    frame = frame_of(
        {"name": "region", "type": "string", "generator": state},
        {"name": "country", "type": "string", "enum": ["US", "DE", "FR"]},
        rows=9_000,
    )

    seen = {country: set(rows["region"]) for (country,), rows in frame.group_by("country")}
    assert seen == {"US": {"CA", "NY"}, "DE": {"BY"}, "FR": {"elsewhere"}}
    american = frame.filter(country="US")["region"]
    assert stats.binomtest(int((american == "CA").sum()), len(american), 0.75).pvalue > 1e-3


def test_cases_may_be_keyed_by_numbers_and_booleans() -> None:
    made = {"kind": "categorical", "by": "flag", "cases": {"true": {"values": [1]}, "false": {"values": [0]}}}

    frame = frame_of("flag:boolean", {"name": "zap", "type": "integer", "generator": made})

    assert (frame["flag"] == (frame["zap"] == 1)).all()


def test_dates_and_decimals_can_be_listed() -> None:
    frame = frame_of(
        {"name": "day", "type": "date", "enum": ["2024-02-29", "2024-03-01"]},
        {"name": "cost", "type": "decimal", "enum": [1, 2.5]},
    )

    assert {str(day) for day in frame["day"]} == {"2024-02-29", "2024-03-01"}
    assert {str(cost) for cost in frame["cost"]} == {"1.00", "2.50"}


@pytest.mark.parametrize(
    ("column", "remedy"),
    [
        ({"name": "a", "type": "integer", "enum": ["x"]}, "change the value or the column's type"),
        ({"name": "a", "type": "string", "generator": "categorical"}, "add values"),
        (
            {"name": "a", "type": "string", "generator": {"kind": "categorical", "values": ["x"], "weights": [1, 2]}},
            "one weight for each value",
        ),
        (
            {"name": "a", "type": "string", "generator": {"kind": "categorical", "values": ["x"], "by": "nowhere"}},
            "not a column",
        ),
        ({"name": "a", "type": "string", "generator": "boolean"}, "use type boolean"),
    ],
)
def test_impossible_choices_are_refused_with_a_remedy(column: dict[str, Any], remedy: str) -> None:
    with pytest.raises(SchemaError, match=remedy):
        column_of(column)
