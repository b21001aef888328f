"""The quality report: counted, in the values the tools show, and bounded."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl

from synthaix.results.report import EXAMINED_ROWS, quality
from synthaix.schema.physical import dtypes_of
from synthaix.schema.table import parse_schema

TABLE = parse_schema(
    {
        "columns": [
            {"name": "n", "type": "integer", "nullable": True},
            {"name": "price", "type": "decimal", "decimals": 2},
            {"name": "at", "type": "datetime"},
            {"name": "note", "type": "text"},
            {"name": "sure", "type": "boolean"},
        ]
    }
)
MOMENT = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


def frame(rows: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "n": [None, *range(1, rows)],
            "price": [Decimal("-1.50"), *[Decimal("2.25")] * (rows - 1)],
            "at": [MOMENT] * rows,
            "note": ["é", *["four"] * (rows - 1)],
            "sure": [True, *[False] * (rows - 1)],
        },
        schema=dtypes_of(TABLE),
    )


def test_each_column_is_counted_and_its_ends_are_shown_as_the_tools_show_values() -> None:
    examined, columns = quality([frame(3), frame(3)], TABLE)
    ends = {"minimum": "2026-01-02T03:04:05Z", "maximum": "2026-01-02T03:04:05Z"}

    assert examined == 6
    assert columns == [
        {"name": "n", "type": "integer", "nulls": 2, "distinct": 2, "minimum": 1, "maximum": 2, "mean": 1.5},
        {
            "name": "price", "type": "decimal", "nulls": 0, "distinct": 2,
            "minimum": "-1.50", "maximum": "2.25", "mean": 1.0,
        },
        {"name": "at", "type": "datetime", "nulls": 0, "distinct": 1, **ends},
        {"name": "note", "type": "text", "nulls": 0, "distinct": 2, "shortest": 1, "longest": 4},
        {"name": "sure", "type": "boolean", "nulls": 0, "distinct": 2},
    ]  # fmt: skip


def test_no_rows_and_a_column_of_nulls_have_a_report_too() -> None:
    empty = quality([], TABLE)
    nulls = quality([frame(1).with_columns(pl.lit(None, dtype=pl.Int64).alias("n"))], TABLE)

    assert empty[0] == 0
    assert [column["distinct"] for column in empty[1]] == [0] * 5
    assert nulls[1][0] == {"name": "n", "type": "integer", "nulls": 1, "distinct": 0}


def test_a_large_result_is_examined_in_part() -> None:
    taken: list[int] = []

    def frames() -> object:
        for number in range(100):
            taken.append(number)
            yield frame(EXAMINED_ROWS // 2)

    examined, _ = quality(frames(), TABLE)  # type: ignore[arg-type]

    assert examined == EXAMINED_ROWS
    assert taken == [0, 1]
