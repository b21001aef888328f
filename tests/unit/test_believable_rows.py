"""Rows that a person would look at: what names say about values, and about the values beside them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from synthaix.generate.families.person import REFERENCE
from tests.support.sampling import frame_of

RATES = {0, 5, 7, 10, 19, 20, 21}


@pytest.mark.parametrize("kind", ["float", "decimal"])
def test_gross_is_net_and_vat_of_its_rate(kind: str) -> None:
    names = ("net_amount", "vat_rate", "vat", "gross_amount")

    frame = frame_of(*(f"{name}:{kind}" for name in names)).cast(pl.Float64)

    net, rate, vat, gross = (frame[name] for name in names)
    assert set(rate) == RATES
    assert (gross - net - vat).abs().max() < 0.001  # type: ignore[operator]
    assert (vat - net * rate / 100).abs().max() <= 0.0051  # type: ignore[operator]


def test_gross_follows_from_net_and_vat_or_net_and_rate() -> None:
    added = frame_of("net:float", "vat_amount:float", "gross:float")
    rated = frame_of("net_price:float", "vat_percent:integer", "gross_price:float")

    assert (added["gross"] - added["net"] - added["vat_amount"]).abs().max() < 0.001  # type: ignore[operator]
    wanted = rated["net_price"] * (1 + rated["vat_percent"] / 100)
    assert (rated["gross_price"] - wanted).abs().max() <= 0.0051  # type: ignore[operator]


def test_no_more_votes_are_cast_than_voters_registered() -> None:
    frame = frame_of("station:string", "votes_cast:integer", "registered_voters:integer")

    assert (frame["votes_cast"] <= frame["registered_voters"]).all()
    assert frame["votes_cast"].n_unique() > 500


@pytest.mark.parametrize(
    ("column", "low", "high"),
    [("sqft:integer", 400, 6000), ("area_sqft:integer", 400, 6000), ("temperature_kelvin:float", 250, 320)],
)
def test_measures_stay_in_their_range(column: str, low: float, high: float) -> None:
    values = frame_of(column).to_series()

    assert values.is_between(low, high).all()


def test_a_model_is_one_of_its_make() -> None:
    frame = frame_of("make:string", "model:string")
    listed = frame_of({"name": "car_make", "type": "string", "enum": ["Audi", "Kia"]}, "car_model:string")

    assert frame.group_by("model").agg(pl.col("make").n_unique())["make"].max() == 1
    assert "F-150" in set(frame.filter(pl.col("make") == "Ford")["model"])
    assert set(listed.filter(pl.col("car_make") == "Kia")["car_model"]) == {
        "Sportage", "Ceed", "Picanto", "Sorento", "Niro",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "pattern"),
    [
        ("caller:string", r"^\+?[\d() .-]{7,}$"),
        ("callee:string", r"^\+?[\d() .-]{7,}$"),
        ("hex_colour:string", "^#[0-9a-f]{6}$"),
        ("hex_color:string", "^#[0-9a-f]{6}$"),
        ("language_code:string", "^(en|es|zh|de|fr|pt|ja|it|nl|pl)$"),
    ],
)
def test_codes_and_numbers_have_their_form(column: str, pattern: str) -> None:
    values = frame_of(column).to_series()

    assert values.str.contains(pattern).all()


@pytest.mark.parametrize(
    "columns",
    [
        ("restaurant_id:string", "name:string", "cuisine:string"),
        ("name:string", "cuisine:string", "owner_name:string"),
        ("campaign_id:string", "name:string", "clicks:integer"),
        ("name:string", "impressions:integer", "clicks:integer"),
        ("pet_id:string", "name:string", "species:string"),
        ("name:string", "breed:string", "owner_name:string"),
    ],
)
def test_a_thing_is_not_named_like_a_person(columns: tuple[str, ...]) -> None:
    people = set(frame_of("full_name:string", rows=5_000)["full_name"])

    names = set(frame_of(*columns)["name"])

    assert len(names) >= 20
    assert not names & people


def test_a_unique_restaurant_is_not_numbered() -> None:
    names = frame_of({"name": "restaurant_name", "type": "string", "unique": True})["restaurant_name"]

    assert names.n_unique() == 2_000
    assert not names.str.contains(r"\d").any()


def test_a_pet_is_younger_than_a_person() -> None:
    frame = frame_of("pet_id:string", "name:string", "birth_date:date", "age:integer", "adopted_date:date")

    earliest = datetime(REFERENCE.year, REFERENCE.month, REFERENCE.day, tzinfo=UTC).date() - timedelta(days=18 * 366)
    assert frame["birth_date"].min() > earliest  # type: ignore[operator]
    assert frame["age"].is_between(0, 18).all()
    assert (REFERENCE.year - frame["birth_date"].dt.year() - frame["age"]).is_in([0, 1]).all()
    assert (frame["adopted_date"] >= frame["birth_date"]).all()


def ends(name: str) -> dict[str, Any]:
    return {"name": name, "type": "datetime", "nullable": True}


def test_a_state_without_listed_values_decides_on_the_end_of_an_issue() -> None:
    frame = frame_of("issue_id:string", "state:string", "created_at:datetime", ends("closed_at"))

    closed = frame["state"].is_in(["resolved", "closed"])
    assert closed.any()
    assert (closed == frame["closed_at"].is_not_null()).all()


def test_a_second_status_that_says_nothing_of_the_date_does_not_disturb() -> None:
    paid = {"name": "payment_status", "type": "string", "enum": ["paid", "pending"]}

    frame = frame_of("ticket_id:string", "status:string", paid, "opened_at:datetime", ends("resolved_at"))

    assert (frame["status"].is_in(["resolved", "closed"]) == frame["resolved_at"].is_not_null()).all()
