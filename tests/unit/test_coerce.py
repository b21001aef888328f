from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest

from synthaix.errors import SchemaError
from synthaix.schema.coerce import coerce_rows
from synthaix.schema.physical import dtypes_of
from synthaix.schema.table import TableSchema, parse_schema


def table(**column: Any) -> TableSchema:
    return parse_schema({"columns": [{"name": "x", **column}]})


def read(value: Any, **column: Any) -> Any:
    coerced = coerce_rows([{"x": value}], table(**column))
    assert coerced.rejected == []
    return coerced.frame["x"][0]


def refusal(value: Any, **column: Any) -> str:
    coerced = coerce_rows([{"x": value}], table(**column))
    assert coerced.frame.height == 0
    assert coerced.indices.tolist() == []
    [(index, reason)] = coerced.rejected
    assert index == 0
    return reason


@pytest.mark.parametrize(
    ("value", "expected"),
    [(7, 7), ("12", 12), (3.0, 3), ("3.0", 3), ("1,234", 1234), ("1 234 567", 1234567), ("-1_000", -1000),
     ("1e3", 1000), (2**53, 2**53), (None, None), ("", None), ("n/a", None)],
)  # fmt: skip
def test_an_integer_is_read_where_only_one_reading_is_possible(value: Any, expected: int | None) -> None:
    assert read(value, type="integer") == expected


@pytest.mark.parametrize("value", [3.5, "3.5", True, "abc", "1,2", [1], {"a": 1}, 2**53 + 1, -(2**53) - 1, 10**30])
def test_what_is_no_integer_is_refused_with_the_column_and_the_value(value: Any) -> None:
    reason = refusal(value, type="integer")

    assert reason.startswith("column 'x': ")
    assert str(value)[:20].lower() in reason.lower()


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, 1.0), (1.5, 1.5), ("1,234.50", 1234.5), ("1.234,50", 1234.5), ("12,5", 12.5), ("$1,000.25", 1000.25),
     ("-$5", -5.0), ("5 €", 5.0), ("1e-3", 0.001), (2**60, float(2**60)), (1e300, 1e300), (".5", 0.5)],
)  # fmt: skip
def test_a_float_is_read_from_numbers_and_from_grouped_or_priced_text(value: Any, expected: float) -> None:
    assert read(value, type="float") == expected


@pytest.mark.parametrize("value", ["12%", "inf", "1,2,3", "1.2.3", "--5", False, 2**60 + 1, 10**400, "٣"])
def test_what_is_no_float_is_refused(value: Any) -> None:
    assert "column 'x'" in refusal(value, type="float")


def test_a_comma_before_three_digits_is_ambiguous_and_the_refusal_shows_both_readings() -> None:
    assert "'1,234' could be 1234 or 1.234" in refusal("1,234", type="float")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_nan_and_infinity_become_null_where_a_null_may_stand_and_are_refused_elsewhere(value: float) -> None:
    assert read(value, type="float", nullable=True) is None
    assert "finite" in refusal(value, type="float")


@pytest.mark.parametrize(
    ("value", "expected"), [("12.50", "12.50"), (12.5, "12.50"), (12, "12.00"), ("1,234.5", "1234.50"), (0.1, "0.10")]
)
def test_a_decimal_is_read_exactly_at_the_scale_of_its_column(value: Any, expected: str) -> None:
    assert str(read(value, type="decimal")) == expected
    assert read("0.125", type="decimal", decimals=3) == Decimal("0.125")


def test_a_decimal_is_never_rounded_silently() -> None:
    assert "more than 2 decimals" in refusal("12.505", type="decimal")
    assert "38 digits" in refusal("9" * 37, type="decimal")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), ("yes", True), ("No", False), (" TRUE ", True), (1, True), (0.0, False), ("0", False)],
)
def test_a_boolean_is_read_from_the_usual_words(value: Any, expected: bool) -> None:
    assert read(value, type="boolean") is expected


@pytest.mark.parametrize("value", [2, "maybe", [True]])
def test_what_is_no_boolean_is_refused(value: Any) -> None:
    assert "send true or false" in refusal(value, type="boolean")


@pytest.mark.parametrize(
    "value",
    ["2024-01-31", "2024/1/31", "31/01/2024", "01/31/2024", "31.01.2024", "31 Jan 2024", "Jan 31, 2024",
     "January 31st, 2024", "31-Jan-2024", "20240131", "2024-01-31T10:00:00Z", " 2024-01-31 "],
)  # fmt: skip
def test_a_date_is_read_from_common_formats_with_one_reading(value: str) -> None:
    assert read(value, type="date") == date(2024, 1, 31)


def test_a_date_whose_day_and_month_could_be_swapped_is_refused() -> None:
    assert "day or month first" in refusal("01/02/2024", type="date")
    assert read("05/05/2024", type="date") == date(2024, 5, 5)


@pytest.mark.parametrize("value", ["2024-02-30", "yesterday", 20240131, "0000-01-01", "31 Foo 2024"])
def test_what_is_no_date_is_refused(value: Any) -> None:
    assert "column 'x'" in refusal(value, type="date")


@pytest.mark.parametrize(
    "value",
    ["2024-01-31T09:30:00Z", "2024-01-31T10:30:00+01:00", "2024-01-31 09:30", "2024-01-31T09:30:00.000",
     "31/01/2024 09:30:00", "Jan 31, 2024 9:30 AM", "Wed, 31 Jan 2024 09:30:00 GMT", "20240131T093000Z"],
)  # fmt: skip
def test_a_datetime_is_read_in_utc(value: str) -> None:
    assert read(value, type="datetime") == datetime(2024, 1, 31, 9, 30, tzinfo=UTC)


def test_a_date_alone_is_its_midnight_and_microseconds_are_kept() -> None:
    assert read("2024-01-31", type="datetime") == datetime(2024, 1, 31, tzinfo=UTC)
    assert read("2024-01-31T09:30:00.123456Z", type="datetime").microsecond == 123456


@pytest.mark.parametrize("value", [1706693400, "9999-12-31T23:59:59-02:00", "0000-01-01T00:00:00Z", "01/02/2024 10:00"])
def test_what_is_no_datetime_is_refused(value: Any) -> None:
    assert "column 'x'" in refusal(value, type="datetime")


@pytest.mark.parametrize("value", ["09:30:00", "9:30", "9:30 AM", "09:30:00Z", "09:30:00.000"])
def test_a_time_is_read_from_common_formats(value: str) -> None:
    assert read(value, type="time") == time(9, 30)


def test_midnight_and_noon_of_a_twelve_hour_clock_are_told_apart() -> None:
    assert read("12:05 AM", type="time") == time(0, 5)
    assert read("12:05 pm", type="time") == time(12, 5)
    assert "25:00" in refusal("25:00", type="time")


def test_a_uuid_is_read_into_its_canonical_form() -> None:
    canonical = "123e4567-e89b-42d3-a456-426614174000"

    assert read(canonical, type="uuid") == canonical
    assert read(f"{{{canonical.upper()}}}", type="uuid") == canonical
    assert read(canonical.replace("-", ""), type="uuid") == canonical
    assert "not a UUID" in refusal("123", type="uuid")


def test_json_values_become_canonical_json_text() -> None:
    assert read({"b": 1, "a": [1.5, None]}, type="json") == '{"a":[1.5,null],"b":1}'
    assert read('{"b": 1, "a": 2}', type="json") == '{"a":2,"b":1}'
    assert read("plain text", type="json") == '"plain text"'
    assert "not JSON" in refusal("{bad", type="json")
    assert "cannot be kept" in refusal({"n": 2**60}, type="json")


def test_text_is_trimmed_and_numbers_become_text() -> None:
    assert read("  two words \n", type="string") == "two words"
    assert read(10115, type="string") == "10115"
    assert read("N/A", type="string") == "N/A"


@pytest.mark.parametrize("value", ["a\0b", "\ud800", True, ["a"], {"a": 1}])
def test_text_that_no_file_could_carry_and_values_that_are_no_text_are_refused(value: Any) -> None:
    assert "column 'x'" in refusal(value, type="string")


def test_an_enum_value_is_matched_whatever_its_case_and_spaces() -> None:
    enum = ["New York", "Los Angeles"]

    assert read(" new  york ", type="string", enum=enum) == "New York"
    assert read("Paris", type="string", enum=enum) == "Paris"  # validation's to judge


def test_an_enum_whose_values_differ_in_case_only_is_matched_exactly_or_not_at_all() -> None:
    assert read("a", type="string", enum=["a", "A"]) == "a"
    assert read("á", type="string", enum=["á", "Á"]) == "á"
    assert read("aB", type="string", enum=["ab", "AB"]) == "aB"


def test_an_enum_value_of_another_type_is_a_schema_error() -> None:
    with pytest.raises(SchemaError, match="column 'x': enum does not fit type string: true is not a string"):
        coerce_rows([{"x": "a"}], table(type="string", enum=["a", True]))


def test_rows_keep_their_index_and_the_first_unreadable_column_names_the_reason() -> None:
    schema = parse_schema({"columns": [{"name": "a", "type": "integer"}, {"name": "b", "type": "date"}]})
    rows: list[dict[str, object]] = [
        {"a": 1, "b": "2024-01-01"},
        {"a": "x", "b": "y"},
        {"a": 3, "b": "z"},
        {"a": "4", "b": None},
    ]

    coerced = coerce_rows(rows, schema)

    assert coerced.indices.dtype == np.int64
    assert coerced.indices.tolist() == [0, 3]
    assert coerced.frame.rows() == [(1, date(2024, 1, 1)), (4, None)]
    assert [index for index, _ in coerced.rejected] == [1, 2]
    assert "column 'a'" in coerced.rejected[0][1]
    assert "column 'b'" in coerced.rejected[1][1]


def test_a_missing_key_is_null_and_a_key_in_another_case_is_found_and_others_are_ignored() -> None:
    coerced = coerce_rows([{"X": 1}, {}, {"x": 2, "extra": 3}], table(type="integer"))

    assert coerced.frame["x"].to_list() == [1, None, 2]


def test_a_row_that_is_no_object_is_rejected_with_a_reason() -> None:
    rows: list[Any] = [[1], {"x": 1}]

    coerced = coerce_rows(rows, table(type="integer"))

    assert coerced.indices.tolist() == [1]
    assert coerced.rejected == [(0, "a row must be an object with one key per column, not [1]")]


def test_no_rows_make_an_empty_frame_of_the_right_types() -> None:
    schema = parse_schema({"columns": [{"name": "a", "type": "decimal"}, {"name": "b", "type": "datetime"}]})

    frame = coerce_rows([], schema).frame

    assert dict(frame.schema) == dtypes_of(schema)
    assert frame.height == 0


def test_one_odd_value_among_many_clean_ones_does_not_cost_the_others() -> None:
    rows = [{"x": number} for number in range(1000)]
    rows[500] = {"x": "five hundred"}  # type: ignore[dict-item]
    rows[501] = {"x": "501"}  # type: ignore[dict-item]

    coerced = coerce_rows(rows, table(type="integer"))

    assert coerced.frame["x"].to_list() == [number for number in range(1000) if number != 500]
    assert coerced.frame.schema["x"] == pl.Int64
