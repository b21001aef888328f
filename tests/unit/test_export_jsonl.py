from __future__ import annotations

import json

import polars as pl

from synthaix.results.export import render
from synthaix.schema.table import parse_schema
from tests.support.export_samples import HARD_TEXTS, KEY, TABLE, frames


def test_every_line_is_an_object_with_values_as_the_contract_shows_them() -> None:
    content = render(frames(), TABLE, "jsonl", 100_000)
    rows = [json.loads(line) for line in content.decode().removesuffix("\n").split("\n")]

    assert [row["Name"] for row in rows[:-1]] == list(HARD_TEXTS)
    assert rows[0] == {
        "id": 0, "Name": "it's", "select": "s'ti", "ratio": -1.5e-7, "price": "-12.50", "active": True,
        "day": "2024-02-29", "moment": "2024-02-29T23:59:58.123456Z", "clock": "09:30:00", "key": KEY,
        "extra": {"a": ["it's", 1.5, None]},
    }  # fmt: skip
    assert rows[1]["moment"] == "2024-02-29T23:59:58Z"
    assert rows[-1] == dict.fromkeys(TABLE.names)


def test_a_table_without_json_columns_is_written_the_same_way() -> None:
    plain = parse_schema({"columns": [{"name": "a", "type": "string"}, {"name": "b", "type": "float"}]})

    content = render(
        [pl.DataFrame({"a": [*HARD_TEXTS, None], "b": [float("nan"), *[1.5] * 9]})], plain, "jsonl", 10_000
    )

    rows = [json.loads(line) for line in content.decode().removesuffix("\n").split("\n")]
    assert [row["a"] for row in rows] == [*HARD_TEXTS, None]
    assert rows[0]["b"] is None


def test_no_rows_make_an_empty_file() -> None:
    assert render([], TABLE, "jsonl", 100) == b""
