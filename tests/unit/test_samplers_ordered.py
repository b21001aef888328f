from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest

from synthaix.errors import SchemaError
from tests.support.sampling import frame_of

BOUNDS = {"minimum": "2024-01-01", "maximum": "2024-01-20"}


@pytest.mark.parametrize("first", ["date", "datetime"])
@pytest.mark.parametrize("second", ["date", "datetime"])
@pytest.mark.parametrize("bounds", [{}, BOUNDS])
def test_later_comes_after_earlier_in_every_row(first: str, second: str, bounds: dict[str, str]) -> None:
    frame = frame_of(
        {"name": "zap", "type": second, "after": "qux", **bounds}, {"name": "qux", "type": first, **bounds}, rows=5_000
    )

    later, earlier = (frame[name].cast(frame["qux"].dtype.base_type()) for name in ("zap", "qux"))
    assert (frame["zap"].dt.timestamp("us") > frame["qux"].dt.timestamp("us")).all()
    assert later.dtype == earlier.dtype


def test_before_is_after_read_the_other_way() -> None:
    frame = frame_of({"name": "zap", "type": "datetime", "before": "qux", **BOUNDS}, "qux:datetime", rows=5_000)

    assert (frame["zap"] < frame["qux"]).all()


def test_a_chain_keeps_its_order_and_its_bounds() -> None:
    frame = frame_of(
        {"name": "c", "type": "datetime", "after": "b", **BOUNDS},
        {"name": "b", "type": "datetime", "after": "a", **BOUNDS},
        {"name": "a", "type": "datetime", **BOUNDS},
        rows=5_000,
    )

    assert ((frame["a"] < frame["b"]) & (frame["b"] < frame["c"])).all()
    assert frame["c"].max() <= datetime(2024, 1, 20, tzinfo=UTC)  # type: ignore[operator]


def test_distances_do_not_pile_up_at_a_bound() -> None:
    frame = frame_of(
        {"name": "b", "type": "datetime", "after": "a", **BOUNDS}, {"name": "a", "type": "datetime", **BOUNDS}
    )

    assert frame["b"].value_counts()["count"].max() < 5  # type: ignore[operator]


@pytest.mark.parametrize("kind", ["integer", "float", "decimal"])
def test_numbers_can_be_ordered(kind: str) -> None:
    bounds = {"minimum": 0, "maximum": 50}
    frame = frame_of(
        {"name": "top", "type": kind, "after": "bottom", **bounds}, {"name": "bottom", "type": kind, **bounds}
    )

    assert (frame["top"] > frame["bottom"]).all()
    assert frame["top"].max() <= 50  # type: ignore[operator]


def test_times_of_day_can_be_ordered() -> None:
    frame = frame_of("opening_time:time", {"name": "closing_time", "type": "time", "after": "opening_time"})

    assert (frame["closing_time"] > frame["opening_time"]).all()


def test_a_row_whose_neighbour_is_null_is_free() -> None:
    frame = frame_of(
        {"name": "zap", "type": "datetime", "after": "qux"}, {"name": "qux", "type": "datetime", "null_ratio": 0.5}
    )

    both = frame.drop_nulls()
    assert 0 < both.height < frame.height
    assert (both["zap"] > both["qux"]).all()
    assert frame["zap"].null_count() == 0


def test_a_moment_can_follow_a_computed_one() -> None:
    frame = frame_of(
        "start:datetime",
        {"name": "end", "type": "datetime", "generator": {"kind": "expression", "expr": "start + 400"}},
        {"name": "reviewed", "type": "datetime", "after": "end"},
    )

    assert (frame["reviewed"] > frame["end"]).all()


@pytest.mark.parametrize(
    "names",
    [
        ("created_at", "updated_at"),
        ("order_date", "shipped_at", "delivered_at"),
        ("check_in", "check_out"),
        ("contract_start_date", "contract_end_date"),
        ("admission_date", "discharge_date"),
        ("pickup_time", "dropoff_time"),
        ("birth_date", "hire_date"),
        ("issue_date", "expiry_date"),
    ],
)
def test_names_alone_put_moments_in_order(names: tuple[str, ...]) -> None:
    frame = frame_of(*(f"{name}:date" for name in reversed(names)), rows=3_000)

    for earlier, later in itertools.pairwise(names):
        assert (frame[earlier] < frame[later]).all()


def test_nobody_is_hired_as_a_child() -> None:
    frame = frame_of("birth_date:date", "hire_date:date", rows=5_000)

    assert (frame["hire_date"] - frame["birth_date"]).dt.total_days().min() >= 16 * 365  # type: ignore[operator]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ([{"name": "a", "type": "date", "after": "b"}, "b:string"], "no common order"),
        (
            [
                {"name": "a", "type": "date", "after": "b", "maximum": "2020-01-01"},
                {"name": "b", "type": "date", "minimum": "2021-01-01"},
            ],
            "widen the bounds",
        ),
        (
            [{"name": "a", "type": "date", "after": "b"}, {"name": "b", "type": "date", "after": "a"}],
            "in a circle",
        ),
        ([{"name": "a", "type": "date", "after": "b", "unique": True}, "b:date"], "drop unique, after or before"),
        (
            [
                {"name": "a", "type": "integer", "after": "b", "generator": "sequence"},
                {"name": "b", "type": "integer", "generator": "sequence"},
            ],
            "neither is drawn from a range",
        ),
    ],
)
def test_impossible_orders_are_refused(columns: list[Any], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        frame_of(*columns)
