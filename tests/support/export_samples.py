"""A table with every column type, and rows that are hard to write."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import polars as pl

from synthaix.schema.physical import dtypes_of
from synthaix.schema.table import parse_schema

TABLE = parse_schema(
    {
        "columns": [
            {"name": "id", "type": "integer"},
            {"name": "Name", "type": "string"},
            {"name": "select", "type": "text"},
            {"name": "ratio", "type": "float"},
            {"name": "price", "type": "decimal"},
            {"name": "active", "type": "boolean"},
            {"name": "day", "type": "date"},
            {"name": "moment", "type": "datetime"},
            {"name": "clock", "type": "time"},
            {"name": "key", "type": "uuid"},
            {"name": "extra", "type": "json"},
        ]
    }
)

KEY = "123e4567-e89b-42d3-a456-426614174000"
HARD_TEXTS = (
    "it's",
    'a "quote"',
    "two\nlines",
    "cr\r\nlf",
    "back\\slash\\",
    "comma, semi;",
    "tab\tin",
    "",
    "Ünïcödé 😀",
)

ROWS: list[dict[str, Any]] = [
    {
        "id": number,
        "Name": text,
        "select": text[::-1],
        "ratio": -1.5e-7,
        "price": Decimal("-12.50"),
        "active": number % 2 == 0,
        "day": date(2024, 2, 29),
        "moment": datetime(2024, 2, 29, 23, 59, 58, 0 if number % 2 else 123456, UTC),
        "clock": time(9, 30),
        "key": KEY,
        "extra": '{"a":["it\'s",1.5,null]}',
    }
    for number, text in enumerate(HARD_TEXTS)
]
ROWS.append(dict.fromkeys(TABLE.names))


def frames() -> list[pl.DataFrame]:
    """The rows in three frames, one of them empty."""
    frame = pl.DataFrame(ROWS, schema=dtypes_of(TABLE))
    return [frame.head(4), frame.clear(), frame.slice(4)]
