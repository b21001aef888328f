from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthaix.schema.physical import json_frame, json_rows

VALUES: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "text": (pl.String(), st.text()),
    "integer": (pl.Int64(), st.integers(-(2**53), 2**53)),
    "float": (pl.Float64(), st.floats()),
    "truth": (pl.Boolean(), st.booleans()),
    "day": (pl.Date(), st.dates(date(1, 1, 1), date(9999, 12, 31))),
    "moment": (
        pl.Datetime("us", "UTC"),
        st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)),
    ),
    "clock": (pl.Time(), st.times()),
    "price": (pl.Decimal(38, 2), st.decimals(Decimal("-1e20"), Decimal("1e20"), places=2)),
    "fine": (pl.Decimal(38, 10), st.decimals(Decimal("-1e5"), Decimal("1e5"), places=10)),
}
ROWS = st.lists(st.fixed_dictionaries({name: st.none() | values for name, (_, values) in VALUES.items()}), max_size=4)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_rows_show_a_value_as_frames_do(rows: list[dict[str, Any]]) -> None:
    frame = pl.DataFrame(rows, schema={name: dtype for name, (dtype, _) in VALUES.items()})

    assert json_rows(frame) == json_frame(frame).to_dicts()


def test_what_json_has_no_type_for_is_text() -> None:
    frame = pl.DataFrame(
        {
            "moment": [datetime(7, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2024, 1, 2, 3, 4, 5, 60, UTC)],
            "clock": [time(3), time(3, 4, 5, 600)],
            "price": [Decimal("0E-10"), Decimal("1.5")],
            "tags": ['{"a": 1}', None],
        },
        schema_overrides={"price": pl.Decimal(38, 10)},
    )

    assert json_rows(frame, frozenset({"tags"})) == [
        {"moment": "0007-01-02T03:04:05Z", "clock": "03:00:00", "price": "0.0000000000", "tags": {"a": 1}},
        {"moment": "2024-01-02T03:04:05.000060Z", "clock": "03:04:05.000600", "price": "1.5000000000", "tags": None},
    ]


def test_a_time_finer_than_a_microsecond_is_shown_the_same_everywhere() -> None:
    frame = pl.DataFrame({"clock": pl.Series([1, 1_000, 43_200_000_000_001], dtype=pl.Int64).cast(pl.Time)})

    assert json_rows(frame) == json_frame(frame).to_dicts()
    assert [row["clock"] for row in json_rows(frame)] == ["00:00:00", "00:00:00.000001", "12:00:00"]
