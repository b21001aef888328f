from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from synthaix.generate.infer import plan_columns
from tests.support.sampling import frame_of, table_of


def unset(name: str, kind: str = "datetime", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "nullable": True, **more}


def statuses(*values: str) -> dict[str, Any]:
    return {"name": "status", "type": "string", "enum": list(values)}


def test_the_status_of_an_order_decides_which_dates_are_set() -> None:
    listed = statuses("pending", "Shipped", "DELIVERED", "cancelled")

    frame = frame_of("order_id:string", unset("delivered_at"), listed, "ordered_at:datetime", unset("shipped_at"))

    shipped, delivered = pl.col("status").is_in(["Shipped", "DELIVERED"]), pl.col("status") == "DELIVERED"
    assert frame.select(shipped == pl.col("shipped_at").is_not_null()).to_series().all()
    assert frame.select(delivered == pl.col("delivered_at").is_not_null()).to_series().all()
    ordered = frame.filter(delivered)
    assert (ordered["ordered_at"] < ordered["shipped_at"]).all()
    assert (ordered["shipped_at"] < ordered["delivered_at"]).all()


@pytest.mark.parametrize(
    ("name", "values", "reached"),
    [
        ("resolved_at", ("open", "in progress", "resolved", "closed"), {"resolved", "closed"}),
        ("completed_at", ("todo", "doing", "done"), {"done"}),
        ("cancelled_date", ("active", "canceled"), {"canceled"}),
        ("paid_date", ("draft", "sent", "paid", "overdue"), {"paid"}),
        ("discharge_date", ("admitted", "discharged"), {"discharged"}),
        ("termination_date", ("active", "on leave", "terminated"), {"terminated"}),
        ("returned_date", ("on loan", "returned"), {"returned"}),
    ],
)
def test_a_date_has_come_in_some_statuses(name: str, values: tuple[str, ...], reached: set[str]) -> None:
    frame = frame_of("created_at:datetime", unset(name), statuses(*values))

    assert set(frame.filter(pl.col(name).is_not_null())["status"]) == reached
    assert set(frame.filter(pl.col(name).is_null())["status"]) == set(values) - reached


def test_such_dates_do_not_lie_ahead() -> None:
    frame = frame_of("ordered_at:datetime", unset("delivered_at"), statuses("pending", "delivered"), rows=5_000)

    latest = frame["delivered_at"].max()
    assert isinstance(latest, datetime)
    assert latest.date() <= datetime.now(UTC).date()


@pytest.mark.parametrize(
    "columns",
    [
        (unset("shipped_at", null_ratio=0.3), statuses("pending", "shipped")),  # the share is stated
        (unset("shipped_at"), statuses("red", "green")),
        (unset("shipped_at"), statuses("shipped", "delivered")),
        (unset("shipped_at"), statuses("pending", "shipped"), {**statuses("shipped", "late"), "name": "parcel_status"}),
    ],
)
def test_nulls_are_by_chance_where_no_status_decides(columns: tuple[dict[str, Any], ...]) -> None:
    frame = frame_of("ordered_at:datetime", *columns)

    shares = frame.group_by("status").agg(pl.col("shipped_at").is_null().mean())["shipped_at"]
    assert shares.is_between(0.01, 0.4).all()


def test_a_date_that_may_not_be_null_is_always_set() -> None:
    frame = frame_of("ordered_at:datetime", "shipped_at:datetime", statuses("pending", "shipped"))

    assert frame["shipped_at"].null_count() == 0


def test_the_plan_says_which_dates_a_status_sets() -> None:
    why = {plan.name: plan.why for plan in plan_columns(table_of(unset("shipped_at"), statuses("new", "shipped")))}

    assert why["shipped_at"].endswith("set where status says so")
