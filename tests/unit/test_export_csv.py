from __future__ import annotations

import csv
import io
from typing import Any

import polars as pl
import pytest

from synthaix.results.export import render
from synthaix.schema.physical import dtypes_of
from synthaix.schema.table import parse_schema
from tests.support.export_samples import HARD_TEXTS, KEY, TABLE, frames


def rendered(columns: dict[str, str], values: dict[str, list[Any]]) -> list[list[str]]:
    table = parse_schema({"columns": [{"name": name, "type": kind} for name, kind in columns.items()]})
    content = render([pl.DataFrame(values, schema=dtypes_of(table))], table, "csv", 10_000)
    return list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))


def test_every_type_is_written_as_the_contract_shows_it_and_reads_back() -> None:
    content = render(frames(), TABLE, "csv", 100_000).decode()
    header, *rows = csv.reader(io.StringIO(content, newline=""), strict=True)

    assert header == list(TABLE.names)
    assert [row[1] for row in rows[:-1]] == list(HARD_TEXTS)
    assert rows[0][3:] == [
        "-1.5e-7", "-12.50", "true", "2024-02-29", "2024-02-29T23:59:58.123456Z", "09:30:00", KEY,
        '{"a":["it\'s",1.5,null]}',
    ]  # fmt: skip
    assert rows[1][7] == "2024-02-29T23:59:58Z"
    assert rows[-1] == [""] * len(TABLE.names)


def test_lines_end_in_crlf_and_there_is_no_byte_order_mark() -> None:
    content = render([], TABLE, "csv", 10_000)

    assert content == (",".join(TABLE.names) + "\r\n").encode()


def test_a_null_and_an_empty_string_look_different() -> None:
    table = parse_schema({"columns": [{"name": "a", "type": "string"}, {"name": "b", "type": "string"}]})

    content = render([pl.DataFrame({"a": ["", None], "b": ["x", "y"]})], table, "csv", 1000)

    assert content == b'a,b\r\n"",x\r\n,y\r\n'


@pytest.mark.parametrize(
    "formula",
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=cmd|"/c calc"!A1', "-", "+49 30 1234", "-5e"],
)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(formula: str) -> None:
    assert rendered({"a": "string"}, {"a": [formula, "plain"]})[1:] == [["'" + formula], ["plain"]]


@pytest.mark.parametrize("number", ["-5", "+5", "-1.5", "+1e-3", "-0", "+4930123456"])
def test_a_text_that_is_a_plain_number_stays_one(number: str) -> None:
    assert rendered({"a": "string"}, {"a": [number, "=1"]})[1:] == [[number], ["'=1"]]


def test_negative_numbers_of_number_columns_stay_numbers() -> None:
    assert rendered({"a": "integer", "b": "float"}, {"a": [-5], "b": [-0.5]})[1] == ["-5", "-0.5"]


def test_a_float_that_is_no_number_is_an_empty_field() -> None:
    assert rendered({"a": "float", "b": "integer"}, {"a": [float("nan")], "b": [1]})[1] == ["", "1"]
