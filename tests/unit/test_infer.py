from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from synthaix.generate.choosing import Scene, choose
from synthaix.generate.concepts import concept_of, size, words_of
from synthaix.generate.infer import plan_columns
from tests.support.sampling import frame_of, table_of

if TYPE_CHECKING:
    from synthaix.generate.plan import ColumnPlan, Mode
from synthaix.generate.sampler import TableSampler
from synthaix.generate.window import Window
from synthaix.schema.table import parse_schema


def plan(*columns: dict[str, Any] | str, mode: Mode = "local") -> dict[str, ColumnPlan]:
    return {made.name: made for made in plan_columns(table_of(*columns), mode)}


def kinds_of(*columns: dict[str, Any] | str, mode: Mode = "local") -> dict[str, str]:
    return {name: made.generator.kind for name, made in plan(*columns, mode=mode).items()}


def test_many_names_are_understood() -> None:
    assert size() > 1_500


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("unit_price", ("unit", "price")),
        ("unitPrice", ("unit", "price")),
        ("HTTPStatus", ("http", "status")),
        ("Order Date", ("order", "date")),
        ("pm2_5", ("pm2", "5")),
    ],
)
def test_names_are_cut_into_words(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("name", "kind", "phrase"),
    [
        ("customer_email", "string", "email"),
        ("price_usd", "decimal", "price"),
        ("emailVerified", "boolean", "email verified"),
        ("city_name", "string", "city"),
        ("customer_name", "string", "customer name"),
        ("cities", "string", "city"),
        ("heartRate", "integer", "heart rate"),
        ("widget_name", "string", None),
        ("zap", "float", None),
        ("email_count", "integer", "count"),
    ],
)
def test_the_end_of_a_name_says_what_it_is(name: str, kind: str, phrase: str | None) -> None:
    concept = concept_of(name, kind)

    assert (concept.words if concept else None) == phrase


def test_a_description_helps_where_the_name_says_nothing() -> None:
    assert concept_of("val", "float", "Body temperature of the patient").words == "body temperature"  # type: ignore
    assert concept_of("x", "string", "Currency code (USD, EUR, etc.)").words == "currency code"  # type: ignore


def test_the_transactions_of_the_specification() -> None:
    made = plan(
        {"name": "user_id", "type": "string", "description": "Unique user identifier"},
        {"name": "amount", "type": "float", "description": "Transaction amount"},
        {"name": "currency", "type": "string", "description": "Currency code (USD, EUR, etc.)"},
        {"name": "timestamp", "type": "datetime", "description": "Transaction timestamp"},
    )

    assert [column.generator.kind for column in made.values()] == ["pool", "lognormal", "finance", "datetime"]
    assert made["user_id"].generator.of.prefix == "usr_"  # type: ignore[union-attr]
    assert all(column.why for column in made.values())


@pytest.mark.parametrize(
    ("columns", "distinct"),
    [
        (["id:integer", "amount:float"], True),
        (["order_id:string", "customer_id:string", "total:float"], True),
        (["user_id:string", "name:string", "email:string", "signup_date:date"], True),
        (["product_id:string", "product_name:string", "price:float"], True),
        (["user_id:string", "amount:float", "timestamp:datetime"], False),
        (["sensor_id:string", "reading:float", "timestamp:datetime"], False),
        (["customer_id:string", "order_id:string", "total:float"], False),
        (["customer_id:string", "name:string", "total_orders:integer"], True),
        (["patient_id:integer", "age:integer", "admission_date:date"], True),
        ([{"name": "user_id", "type": "string", "unique": True}, "amount:float"], True),
    ],
)
def test_identifiers_are_distinct_only_where_the_row_is_the_thing(columns: list[Any], distinct: bool) -> None:
    values = frame_of(*columns, rows=20_000).to_series()

    assert (values.n_unique() == 20_000) is distinct


def test_foreign_identifiers_recur() -> None:
    frame = frame_of("order_id:string", "customer_id:string", "product_id:string", rows=20_000)

    assert frame["order_id"].n_unique() == 20_000
    assert frame["customer_id"].n_unique() <= 2_000
    assert frame["product_id"].n_unique() <= 500


@pytest.mark.parametrize(
    ("columns", "expr"),
    [
        (["quantity:integer", "unit_price:float", "total:float"], "quantity * unit_price"),
        (["subtotal:float", "tax:float", "shipping_cost:float", "total:float"], "subtotal + tax + shipping_cost"),
        (["revenue:float", "cost:float", "profit:float"], "revenue - cost"),
        (["height_cm:float", "weight_kg:float", "bmi:float"], "weight_kg / (max(height_cm, 1) / 100) ** 2"),
        (
            ["start_time:datetime", "end_time:datetime", "duration_minutes:float"],
            "minutes_between(end_time, start_time)",
        ),
    ],
)
def test_columns_that_follow_from_others_are_computed(columns: list[str], expr: str) -> None:
    made = list(plan(*columns).values())[-1]

    assert made.generator.kind == "expression"
    assert made.generator.expr == expr


def test_nothing_is_computed_from_what_may_be_missing() -> None:
    price = {"name": "unit_price", "type": "float", "nullable": True}

    assert kinds_of("quantity:integer", price, "total:float")["total"] == "lognormal"


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ({"name": "zap", "type": "string", "enum": ["a"]}, "categorical"),
        ({"name": "zap", "type": "string", "pattern": "[a-z]"}, "pattern"),
        ({"name": "zap", "type": "string", "format": "email"}, "person"),
        ({"name": "zap", "type": "string", "format": "iban"}, "identifier"),
        ({"name": "zap", "type": "uuid"}, "uuid"),
        ({"name": "id", "type": "uuid"}, "uuid"),
        ({"name": "is_fraud", "type": "boolean"}, "boolean"),
        ({"name": "rating", "type": "integer"}, "categorical"),
        ({"name": "zap", "type": "integer", "minimum": 1, "maximum": 20}, "uniform"),
        ({"name": "age", "type": "integer"}, "normal"),
        ({"name": "amount", "type": "float", "minimum": 1, "maximum": 10_000}, "lognormal"),
        ({"name": "temperature", "type": "float", "minimum": -20, "maximum": 60}, "normal"),
        ({"name": "temperature", "type": "float", "minimum": 400, "maximum": 600}, "uniform"),
        ({"name": "code", "type": "string", "max_length": 4}, "pattern"),
        ({"name": "review", "type": "text"}, "text"),
        ({"name": "metadata", "type": "json"}, "pattern"),
        ({"name": "start_time", "type": "time"}, "datetime"),
    ],
)
def test_a_column_gets_the_generator_a_person_would_choose(column: dict[str, Any], kind: str) -> None:
    assert kinds_of(column)[column["name"]] == kind


def test_a_lone_status_depends_on_what_the_row_is() -> None:
    order, device = (plan(f"{thing}_id:string", "status:string")["status"].generator for thing in ("order", "device"))

    assert "shipped" in order.values  # type: ignore[union-attr]
    assert "online" in device.values  # type: ignore[union-attr]


def test_windows_lead_up_to_a_fixed_day_so_that_the_day_of_running_does_not_matter() -> None:
    column = table_of("timestamp:datetime")["timestamp"]

    generator, _ = choose(column, Scene.of(table_of("timestamp:datetime")))

    assert (generator.start, generator.end) == ("2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z")  # type: ignore


def test_mode_auto_leaves_language_to_the_model() -> None:
    made = kinds_of("review_text:string", "description:text", "amount:float", "city:string", "notes:text", mode="auto")

    assert made == {
        "review_text": "llm",
        "description": "llm",
        "amount": "lognormal",
        "city": "address",
        "notes": "llm",
    }


def test_constrained_text_needs_no_model() -> None:
    columns: list[dict[str, Any]] = [
        {"name": "comment", "type": "text", "enum": ["good", "bad"]},
        {"name": "title", "type": "text", "unique": True},
    ]

    assert "llm" not in kinds_of(*columns, mode="auto").values()


def test_mode_llm_leaves_every_column_to_the_model() -> None:
    assert set(kinds_of("id:integer", "amount:float", mode="llm").values()) == {"llm"}


def test_mode_local_replaces_the_model_and_says_so() -> None:
    made = plan({"name": "zap", "type": "text", "generator": {"kind": "llm", "prompt": "a poem"}})["zap"]

    assert made.generator.kind == "text"
    assert "mode local uses no model" in made.why


def test_explicit_generators_are_completed() -> None:
    made = plan(
        {"name": "customer_email", "type": "string", "generator": "person"},
        {"name": "when", "type": "datetime", "generator": "datetime"},
        {"name": "status", "type": "string", "generator": "categorical"},
        {"name": "user_id", "type": "string", "generator": {"kind": "pool", "size": 3}},
        {"name": "city", "type": "string", "locale": "de", "generator": "address"},
    )

    assert made["customer_email"].generator.field == "email"  # type: ignore[union-attr]
    assert made["when"].generator.start is not None  # type: ignore[union-attr]
    assert made["status"].generator.values  # type: ignore[union-attr]
    assert made["user_id"].generator.of.kind == "sequence"  # type: ignore[union-attr]
    assert made["city"].generator.locale == "de"  # type: ignore[union-attr]


def test_natural_limits_hold_where_the_schema_sets_none() -> None:
    frame = frame_of("age:integer", "heart_rate:integer", "humidity:float", rows=50_000)

    assert frame["age"].is_between(18, 90).all()
    assert frame["heart_rate"].is_between(42, 180).all()
    assert frame["humidity"].is_between(0, 100).all()


def test_numbered_names_keep_to_the_lengths_of_their_column() -> None:
    table = parse_schema({"columns": [{"name": "first_name", "type": "string", "min_length": 13, "max_length": 14}]})
    (plan,) = plan_columns(table)
    frame = TableSampler(table, (plan,), 1).window(Window(0, 50))
    assert frame["first_name"].str.len_chars().is_between(13, 14).all()
