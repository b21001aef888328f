from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from synthaix.errors import SchemaError
from synthaix.schema import pattern as pattern_module
from synthaix.schema.formats import FORMATS as TESTED_FORMATS
from synthaix.schema.physical import dtypes_of
from synthaix.schema.table import FORMATS, TableSchema, parse_schema
from synthaix.schema.validation import valid_rows, violations


def table(**column: Any) -> TableSchema:
    return parse_schema({"columns": [{"name": "x", **column}]})


def valid(values: list[Any], **column: Any) -> list[bool]:
    schema = table(**column)
    return valid_rows(pl.DataFrame({"x": values}, schema=dtypes_of(schema)), schema).to_list()


def first_violation(value: Any, **column: Any) -> str:
    schema = table(**column)
    [(row, sentence)] = violations(pl.DataFrame({"x": [value]}, schema=dtypes_of(schema)), schema)
    assert row == 0
    return sentence


def test_a_null_is_valid_only_where_the_column_may_be_null() -> None:
    assert valid([None, 1], type="integer") == [False, True]
    assert valid([None, 1], type="integer", nullable=True) == [True, True]
    assert valid([None, 1], type="integer", null_ratio=0.1) == [True, True]
    assert valid([None, 1], type="integer", enum=[1, None]) == [True, True]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 3}, [0, 1, 3, 4]),
        ({"type": "float", "minimum": 0.5, "maximum": 1.5}, [0.49, 0.5, 1.5, 1.51]),
        (
            {"type": "decimal", "minimum": 0.1, "maximum": "0.3"},
            [Decimal("0.09"), Decimal("0.10"), Decimal("0.30"), Decimal("0.31")],
        ),
        (
            {"type": "date", "minimum": "2024-01-02", "maximum": "2024-01-03"},
            [date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 3), date(2024, 1, 4)],
        ),
        (
            {"type": "datetime", "minimum": "2024-01-02T01:00:00+01:00", "maximum": "2024-01-03"},
            [datetime(2024, 1, 1, 23, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC), datetime(2024, 1, 3, tzinfo=UTC),
             datetime(2024, 1, 3, 1, tzinfo=UTC)],
        ),
        ({"type": "time", "minimum": "09:00", "maximum": "17:00"}, [time(8, 59), time(9), time(17), time(17, 1)]),
    ],
)  # fmt: skip
def test_bounds_are_inclusive_for_every_ordered_type(column: dict[str, Any], values: list[Any]) -> None:
    assert valid(values, **column) == [False, True, True, False]


def test_numbers_that_json_cannot_carry_are_invalid() -> None:
    assert valid([2**53, 2**53 + 1], type="integer") == [True, False]
    assert valid([1.0, float("nan"), float("inf")], type="float") == [True, False, False]


def test_a_float_keeps_its_decimals_even_where_binary_cannot() -> None:
    assert valid([1.25, 0.1 + 0.2, 1.255, 1e15 + 0.25, 1e17], type="float", decimals=2) == [
        True, True, False, True, True,
    ]  # fmt: skip


def test_an_enum_is_matched_in_the_type_of_its_column() -> None:
    assert valid(["a", "A", "b"], type="string", enum=["a", "b"]) == [True, False, True]
    assert valid([1, 2], type="integer", enum=[1.0, 3]) == [True, False]
    assert valid([Decimal("1.50"), Decimal("1.51")], type="decimal", enum=[1.5]) == [True, False]
    assert valid([date(2024, 1, 1), date(2024, 1, 2)], type="date", enum=["2024-01-01"]) == [True, False]
    assert valid([True, False], type="boolean", enum=[True]) == [True, False]


def test_lengths_count_characters_not_bytes() -> None:
    assert valid(["é", "éé", "éééé"], type="string", min_length=2, max_length=3) == [False, True, False]


@pytest.mark.parametrize("pattern", [r"[A-Z]{2}-\d{2}", r"^[A-Z]{2}-\d{2}$", r"(?![a-z])[A-Z]{2}-\d{2}", r"AB-\d+|C"])
def test_a_pattern_matches_the_whole_value_in_either_engine(pattern: str) -> None:
    values = ["AB-12", "xAB-12", "AB-12\n", "AB-12 ", None]

    assert valid(values, type="string", pattern=pattern, nullable=True) == [True, False, False, False, True]


def test_a_back_reference_works() -> None:
    assert valid(["aa", "ab"], type="string", pattern=r"(\w)\1") == [True, False]


def test_a_pattern_that_is_no_regular_expression_is_a_schema_error() -> None:
    with pytest.raises(SchemaError, match=re.escape("column 'x': pattern '(a' is not a regular expression")):
        valid(["a"], type="string", pattern="(a")


def test_a_pattern_that_backtracks_without_end_is_a_schema_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pattern_module, "_SECONDS_A_VALUE", 0.001)

    with pytest.raises(SchemaError, match="takes too long to match"):
        valid(["a" * 5000 + "!"], type="string", pattern=r"(?=a)(?:a|a|aa)+(?:a|aa)+(?:a|b)+$(?<=c)")


GOOD = {
    "email": ["a@b.co", "first.last+tag@sub.example.com", "o'neil@example.org"],
    "uuid": ["123e4567-e89b-42d3-a456-426614174000"],
    "ipv4": ["0.0.0.0", "255.255.255.255"],
    "ipv6": ["::1", "2001:db8:0:0:0:0:0:1"],
    "uri": ["mailto:a@b.co", "urn:isbn:0306406152"],
    "url": ["http://localhost:8000/a?b=c#d", "https://example.com"],
    "phone": ["+49 30 1234567", "(202) 555-0123", "202.555.0123 x12"],
    "hostname": ["localhost", "a-b.example.com"],
    "mac": ["00:1A:2b:3c:4d:5e", "00-1a-2b-3c-4d-5e"],
    "iban": ["DE89370400440532013000", "GB29 NWBK 6016 1331 9268 19"],
    "card": ["4111111111111111", "3782-822463-10005"],
    "isbn13": ["9780306406157", "978-0-306-40615-7"],
    "ean13": ["4006381333931"],
    "vin": ["1M8GDM9AXKP042788"],
    "currency_code": ["USD", "ZWG"],
    "country_code": ["DE", "XK"],
    "language_code": ["en", "pt-BR", "zh_Hans"],
    "timezone": ["Europe/Berlin", "UTC"],
    "postal_code": ["10115", "SW1A 1AA", "12345-678"],
    "color": ["#fff", "#1E90FF"],
    "slug": ["a-short-title", "2024"],
    "username": ["ana.silva", "x_1"],
}
BAD = {
    "email": ["a@b", "a..b@c.de", "@c.de", "a b@c.de"],
    "uuid": ["123e4567e89b42d3a456426614174000", "x"],
    "ipv4": ["256.0.0.1", "1.2.3", "01.2.3.4"],
    "ipv6": ["1.2.3.4", ":::"],
    "uri": ["no scheme", "http:// x"],
    "url": ["example.com", "mailto:a@b.co", "https://"],
    "phone": ["abc", "12", "+"],
    "hostname": ["-a.com", "a..b", "a b"],
    "mac": ["00:1a:2b:3c:4d", "00:1a:2b:3c:4d:5g"],
    "iban": ["DE88370400440532013000", "DE89", "ÄÖ89370400440532013000"],
    "card": ["4111111111111112", "411111111111111x"],
    "isbn13": ["9780306406158", "4006381333931"],
    "ean13": ["4006381333932", "400638133393"],
    "vin": ["1M8GDM9AXKP04278O", "short"],
    "currency_code": ["XYZ", "usd"],
    "country_code": ["XX", "de"],
    "language_code": ["English", "EN"],
    "timezone": ["Mars/Olympus", "CEST+2"],
    "postal_code": ["-", "1234567890123"],
    "color": ["red", "#12345"],
    "slug": ["Two Words", "-a"],
    "username": ["a b", ""],
}


def test_every_format_of_the_schema_language_has_a_test_and_examples() -> None:
    assert set(TESTED_FORMATS) == set(FORMATS) == set(GOOD) == set(BAD)


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_accepts_what_it_names_and_nothing_else(name: str) -> None:
    assert all(valid([*GOOD[name], TESTED_FORMATS[name].example], type="string", format=name))
    assert not any(valid(BAD[name], type="string", format=name))


def test_uuid_and_json_columns_hold_what_their_type_says() -> None:
    assert valid(["123e4567-e89b-42d3-a456-426614174000", "x"], type="uuid") == [True, False]
    assert valid(['{"a":1}', "{", "null"], type="json") == [True, False, True]


def test_after_and_before_compare_within_the_row_and_allow_equality_and_nulls() -> None:
    schema = parse_schema(
        {
            "columns": [
                {"name": "start", "type": "date", "nullable": True},
                {"name": "end", "type": "datetime", "after": "start", "nullable": True},
            ]
        }
    )
    frame = pl.DataFrame(
        {
            "start": [date(2024, 1, 2), date(2024, 1, 2), date(2024, 1, 2), None],
            "end": [datetime(2024, 1, 2, 9, tzinfo=UTC), datetime(2024, 1, 1, 23, tzinfo=UTC), None, None],
        },
        schema=dtypes_of(schema),
    )

    assert valid_rows(frame, schema).to_list() == [True, False, True, True]
    assert violations(frame, schema) == [
        (1, "column 'end': '2024-01-01T23:00:00Z' is not after column 'start' of its row.")
    ]


def test_before_is_the_mirror_of_after() -> None:
    schema = parse_schema(
        {"columns": [{"name": "a", "type": "integer", "before": "b"}, {"name": "b", "type": "float"}]}
    )
    frame = pl.DataFrame({"a": [1, 3], "b": [2.0, 2.0]})

    assert valid_rows(frame, schema).to_list() == [True, False]


def test_columns_the_frame_lacks_are_not_judged() -> None:
    schema = parse_schema({"columns": [{"name": "a", "type": "integer"}, {"name": "b", "type": "date", "after": "c"},
                                       {"name": "c", "type": "date"}]})  # fmt: skip

    assert valid_rows(pl.DataFrame({"b": [date(2024, 1, 1)]}), schema).to_list() == [True]
    assert valid_rows(pl.DataFrame({"z": [1, 2]}), schema).to_list() == [True, True]


def test_an_empty_frame_has_an_empty_mask() -> None:
    schema = table(type="integer")

    assert valid_rows(pl.DataFrame(schema=dtypes_of(schema)), schema).to_list() == []
    assert violations(pl.DataFrame(schema=dtypes_of(schema)), schema) == []


@pytest.mark.parametrize(
    ("value", "column", "words"),
    [
        (-5, {"type": "integer", "minimum": 0}, "column 'x': -5 is below the minimum 0."),
        (None, {"type": "integer"}, "column 'x': the value is missing; every row needs one."),
        ("c", {"type": "string", "enum": ["a", "b"]}, "column 'x': 'c' is not in enum; use one of 'a', 'b'."),
        ("abc", {"type": "string", "max_length": 2}, "column 'x': 'abc' has 3 characters; use at most 2."),
        ("q", {"type": "string", "format": "email"}, "column 'x': 'q' is not a valid email; send one such as"),
    ],
)
def test_a_violation_names_the_column_the_value_and_the_remedy(value: Any, column: dict[str, Any], words: str) -> None:
    assert first_violation(value, **column).startswith(words)


def test_violations_stop_at_the_limit_and_keep_row_order() -> None:
    schema = table(type="integer", maximum=10)

    found = violations(pl.DataFrame({"x": [11, 1, 12, 13]}), schema, limit=2)

    assert [row for row, _ in found] == [0, 2]
