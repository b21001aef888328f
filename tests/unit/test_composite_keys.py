from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import polars as pl
import pytest

from synthaix.dedup.engine import Deduplicator
from synthaix.errors import SchemaError
from synthaix.generate.feasible import check_feasible
from synthaix.generate.infer import plan_columns
from synthaix.schema.table import parse_schema

COLUMNS: list[dict[str, Any]] = [
    {"name": "student", "type": "integer", "minimum": 1, "maximum": 20},
    {"name": "course", "type": "string", "enum": ["art", "law", "math"]},
    {"name": "grade", "type": "float"},
]
TABLE = parse_schema({"columns": COLUMNS, "unique": [["student", "course"]]})


def kept(rows: list[tuple[int | None, str, float]], cut: int = 100, deduplicate: bool = True) -> list[bool]:
    frame = pl.DataFrame(rows, schema={"student": pl.Int64, "course": pl.String, "grade": pl.Float64}, orient="row")
    judge = Deduplicator.open(TABLE, sample=frame, deduplicate=deduplicate)
    parts = [
        judge.admit(frame[k : k + cut], np.arange(k, min(len(frame), k + cut))).keep for k in range(0, len(frame), cut)
    ]
    return [bool(keep) for keep in np.concatenate(parts)]


@pytest.mark.parametrize("deduplicate", [True, False])
@pytest.mark.parametrize("cut", [1, 2, 100])
def test_no_two_rows_agree_in_a_composite_key(cut: int, deduplicate: bool) -> None:
    rows = [(1, "art", 1.0), (1, "law", 1.5), (2, "art", 2.0), (1, "art", 2.5), (None, "art", 3.0), (None, "art", 4.0)]

    assert kept(rows, cut, deduplicate) == [True, True, True, False, True, True]


def test_a_duplicate_names_the_key_it_shares() -> None:
    frame = pl.DataFrame({"student": [1, 1], "course": ["art", "ART"], "grade": [1.0, 2.0]})
    judge = Deduplicator.open(TABLE, sample=frame, deduplicate=False)

    found = judge.admit(frame, np.arange(2)).duplicates

    assert [(item.duplicate_of, item.similarity, item.columns) for item in found] == [(0, 1.0, ("student", "course"))]
    assert judge.exhausted_column() == "student"


@pytest.mark.parametrize("unset", [None, [], ()])
def test_no_keys_may_be_said_in_any_way(unset: Any) -> None:
    table = parse_schema({"columns": COLUMNS, "unique": unset})

    assert table.unique == ()
    assert "unique" not in table.compact()


@pytest.mark.parametrize("wrong", ["student", True, ["student", "course"], [[1, 2]], {"key": ["student", "course"]}])
def test_what_is_no_list_of_keys_is_refused_with_an_example(wrong: Any) -> None:
    with pytest.raises(SchemaError, match=r'as in \[\["order_id", "line"\]\]'):
        parse_schema({"columns": COLUMNS, "unique": wrong})


def test_too_many_keys_are_refused() -> None:
    with pytest.raises(SchemaError, match="unique lists 17 keys; send at most 16"):
        parse_schema({"columns": COLUMNS, "unique": [["student", "course"]] * 17})


def test_rows_of_an_earlier_run_hold_their_keys() -> None:
    frame = pl.DataFrame({"student": [1, 1, 2], "course": ["art", "law", "art"], "grade": [1.0, 2.0, 3.0]})
    judge = Deduplicator.open(TABLE, sample=frame)
    judge.admit_known(frame[:2], np.arange(2))

    again = judge.admit(frame.with_columns(grade=pl.lit(9.0)), np.arange(3, 6))

    assert again.keep.tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ([["student"]], "set unique: true on the column itself"),
        ([["student", "teacher"]], "unique names 'teacher', which is no column"),
        ([["student", "student"]], "name each once"),
        ([["student", "course"]] * 17, "unique"),
        ("student", "unique"),
    ],
)
def test_a_key_that_is_none_is_refused_in_a_sentence(keys: Any, said: str) -> None:
    with pytest.raises(SchemaError, match=said) as refused:
        parse_schema({"columns": COLUMNS, "unique": keys})

    assert "\n" not in str(refused.value)


def test_more_rows_than_a_key_has_values_are_refused() -> None:
    columns = plan_columns(TABLE, "local")

    check_feasible(TABLE, columns, 60)
    with pytest.raises(SchemaError, match="'student' and 'course' together have 60 possible values, too few for 61"):
        check_feasible(TABLE, columns, 61)


def test_a_schema_without_keys_is_told_without_them() -> None:
    plain = parse_schema({"columns": COLUMNS, "unique": []})

    assert "unique" not in plain.compact()
    assert parse_schema(TABLE.compact()) == TABLE


def test_rows_that_a_job_makes_in_vain_are_not_kept_in_memory() -> None:
    numbers = np.arange(20_000)
    frame = pl.DataFrame({"student": numbers % 20 + 1, "course": ["art"] * len(numbers), "grade": numbers / 7})
    judge = Deduplicator.open(TABLE, sample=frame[:2_048], wanted=60)
    judge.admit(frame[:100], numbers[:100])

    tracemalloc.start()
    try:
        judge.admit(frame[100:], numbers[100:])
        remembered, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert judge.count() == 20
    assert remembered < 500_000
