from __future__ import annotations

import polars as pl
import pytest

from synthaix.generate.entities import parts_of
from synthaix.generate.infer import plan_columns
from synthaix.generate.sampler import TableSampler
from synthaix.generate.traits import traits_of
from synthaix.generate.window import Window
from tests.support.sampling import frame_of, table_of

ORDER = ("order_id:string", "customer_id:string", "ordered_at:datetime")


def owners(*columns: str) -> dict[str, str]:
    table = table_of(*columns)
    generators = {plan.name: plan.generator for plan in plan_columns(table)}
    return traits_of(table, generators, parts_of(table, generators))


def values_of_each(frame: pl.DataFrame, owner: str) -> pl.DataFrame:
    """How many values every other column has for one value of `owner`, at most."""
    return frame.group_by(owner).agg(pl.exclude(owner).n_unique()).drop(owner).max()


def test_a_customer_keeps_name_address_and_country_from_order_to_order() -> None:
    frame = frame_of(*ORDER, "customer_name:string", "email:string", "phone:string", "city:string", "country:string")

    most = values_of_each(frame, "customer_id").row(0, named=True)

    assert {name: most[name] for name in ("customer_name", "email", "phone", "city", "country")} == {
        "customer_name": 1, "email": 1, "phone": 1, "city": 1, "country": 1
    }  # fmt: skip
    assert most["ordered_at"] > 1
    assert frame["customer_name"].n_unique() > 300


def test_customer_and_product_of_a_row_keep_what_is_theirs() -> None:
    found = owners(*ORDER, "customer_name:string", "product_id:string", "product_name:string", "category:string",
                   "unit_price:float", "quantity:integer", "status:string")  # fmt: skip

    assert found == {
        "customer_name": "customer_id",
        "product_name": "product_id",
        "category": "product_id",
        "unit_price": "product_id",
    }


def test_a_device_keeps_its_place_and_type_but_not_its_status() -> None:
    found = owners("device_id:string", "timestamp:datetime", "value:float", "sensor_type:string", "location:string",
                   "device_type:string", "device_status:string", "status:string")  # fmt: skip

    assert set(found) == {"sensor_type", "location", "device_type"}


@pytest.mark.parametrize(
    "columns",
    [
        ("customer_id:string", "customer_name:string"),  # each row is one customer
        (*ORDER, "review:text", "comment:text", "rating:integer"),
        ("event_id:string", "sender_id:string", "receiver_id:string", "name:string", "amount:float"),
    ],
)
def test_what_belongs_to_the_row_does_not_follow_an_identifier(columns: tuple[str, ...]) -> None:
    assert owners(*columns) == {}


def test_a_unique_column_never_follows() -> None:
    table = table_of(*ORDER, {"name": "customer_email", "type": "string", "unique": True})
    generators = {plan.name: plan.generator for plan in plan_columns(table)}

    assert traits_of(table, generators, parts_of(table, generators)) == {}


def test_any_cut_of_the_stream_gives_the_same_traits() -> None:
    table = table_of(*ORDER, "customer_name:string", "email:string")
    sampler = TableSampler(table, plan_columns(table), 3)

    whole = sampler.window(Window(0, 500))

    again = TableSampler(table, plan_columns(table), 3)
    assert again.window(Window(230, 170)).equals(whole[230:400])


def test_nulls_are_the_rows_own() -> None:
    frame = frame_of(*ORDER, {"name": "customer_phone", "type": "string", "null_ratio": 0.5}, rows=4_000)

    assert 0.45 < frame["customer_phone"].null_count() / 4_000 < 0.55
    assert (
        frame.drop_nulls().group_by("customer_id").agg(pl.col("customer_phone").n_unique())["customer_phone"].max() == 1
    )


def test_the_plan_says_what_a_column_follows() -> None:
    why = {plan.name: plan.why for plan in plan_columns(table_of(*ORDER, "customer_name:string"))}

    assert why["customer_name"].endswith("the same for every row of one customer_id")
    assert "the same" not in why["ordered_at"]


def test_traits_of_an_identifier_of_few_characters_recur_with_it() -> None:
    short = {"name": "customer_id", "type": "string", "max_length": 2}

    frame = frame_of("id:string", short, "first_name:string")

    assert frame["customer_id"].str.len_chars().max() == 2
    assert frame.group_by("customer_id").agg(pl.col("first_name").n_unique())["first_name"].max() == 1
