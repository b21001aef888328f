"""What a column carries over from the sentence: types, ranges, choices, nulls, dates, sizes, formats, units."""

from __future__ import annotations

from typing import Any

import pytest

from synthaix.schema.table import Column
from synthaix.schema.translate import translate


def column_of(item: str) -> Column:
    """The last column of a table that lists this item behind another."""
    return translate(f"100 things with thing code, {item}").schema.columns[-1]


def said(item: str) -> dict[str, Any]:
    """What the item set beyond name, type and description."""
    kept = column_of(item).model_dump(mode="json", exclude_unset=True, exclude_none=True)
    return {key: value for key, value in kept.items() if key not in {"name", "type", "description"}}


@pytest.mark.parametrize(
    ("item", "name", "kind"),
    [
        ("is_active", "is_active", "boolean"),
        ("createdAt", "created_at", "datetime"),
        ("Estimated Delivery", "estimated_delivery", "date"),
        ("the holder's name", "holder_name", "string"),
        ("PM2.5", "pm2_5", "float"),
        ("number of photos", "number_of_photos", "integer"),
        ("how many people live there", "number_of_people", "integer"),
        ("whether it was approved", "approved", "boolean"),
        ("the date they moved in", "move_in_date", "date"),
        ("how much rent they owe", "rent_owed", "float"),
        ("date of birth", "date_of_birth", "date"),
        ("the date of the last inspection", "last_inspection_date", "date"),
        ("opening time", "opening_time", "time"),
        ("cooking time", "cooking_time", "integer"),
        ("pickup time", "pickup_time", "datetime"),
        ("release year", "release_year", "integer"),
        ("unit price", "unit_price", "float"),
        ("quantity", "quantity", "integer"),
        ("review text", "review_text", "text"),
        ("violations found", "violations_found", "integer"),
        ("variance against budget", "variance_against_budget", "float"),
        ("income before tax", "income_before_tax", "float"),
        ("2fa enabled", "two_fa_enabled", "boolean"),
        ("adress", "address", "string"),
    ],
)
def test_a_name_and_its_type_are_understood(item: str, name: str, kind: str) -> None:
    column = column_of(item)

    assert (column.name, column.type) == (name, kind)


@pytest.mark.parametrize(
    ("item", "name", "kind"),
    [
        ("ticket_id (uuid)", "ticket_id", "uuid"),
        ("cancelled boolean", "cancelled", "boolean"),
        ("rent as decimal", "rent", "decimal"),
        ("payload: json", "payload", "json"),
        ("neutered: bool", "neutered", "boolean"),
        ("a uuid called request_id", "request_id", "uuid"),
        ("integer shoe size", "shoe_size", "integer"),
        ("supplier_id BIGINT", "supplier_id", "integer"),
        ("visiting rules (text)", "visiting_rules", "text"),
        ("minted_at datetime", "minted_at", "datetime"),
        ("release date", "release_date", "date"),
    ],
)
def test_a_stated_type_is_taken(item: str, name: str, kind: str) -> None:
    column = column_of(item)

    assert (column.name, column.type) == (name, kind)


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ("weight kg", "weight_kg"),
        ("latency in ms", "latency_ms"),
        ("speed km/h", "speed_km_h"),
        ("exposure (s)", "exposure_s"),
        ("battery level in %", "battery_level_percent"),
        ("surface in m2", "surface_m2"),
    ],
)
def test_a_unit_goes_into_the_name(item: str, name: str) -> None:
    assert column_of(item).name == name


@pytest.mark.parametrize(
    ("item", "facts"),
    [
        ("rating between 1 and 10", {"minimum": 1, "maximum": 10}),
        ("heading 0-359", {"minimum": 0, "maximum": 359}),
        ("door cycles 0..9", {"minimum": 0, "maximum": 9}),
        ("temperature from -20 to 60", {"minimum": -20, "maximum": 60}),
        ("price ($1 to $5,000)", {"minimum": 1, "maximum": 5000}),
        ("salary 30k to 90k", {"minimum": 30000, "maximum": 90000}),
        ("age (18+)", {"minimum": 18}),
        ("age at least 18", {"minimum": 18}),
        ("rooms up to 120", {"maximum": 120}),
        ("stock quantity >= 0", {"minimum": 0}),
        ("passengers (min 0, max 900)", {"minimum": 0, "maximum": 900}),
        ("year painted (1400-1950)", {"minimum": 1400, "maximum": 1950}),
        ("offset ±5", {"minimum": -5, "maximum": 5}),
        ("grade average (0.0-4.0)", {"minimum": 0, "maximum": 4}),
    ],
)
def test_a_range_becomes_bounds(item: str, facts: dict[str, Any]) -> None:
    assert said(item) == facts


@pytest.mark.parametrize(
    ("item", "values"),
    [
        ("priority (low|medium|high)", ["low", "medium", "high"]),
        ("status: pending, shipped or cancelled", ["pending", "shipped", "cancelled"]),
        ("filter one of U, B, V", ["U", "B", "V"]),
        ("gender (M/F/X)", ["M", "F", "X"]),
        ("direction (N, E, S, W)", ["N", "E", "S", "W"]),
        ("urgency (1, 2 or 3)", [1, 2, 3]),
        ("age group (18-24, 25-34, 35+)", ["18-24", "25-34", "35+"]),
        ("verdict accepted or rejected", ["accepted", "rejected"]),
        ("message type (text, image, video)", ["text", "image", "video"]),
        ("contact method (email, phone)", ["email", "phone"]),
        ("grade (A-F)", ["A", "B", "C", "D", "E", "F"]),
        ("size in {20ft, 40ft}", ["20ft", "40ft"]),
        ("status operational / stopped / dismantled", ["operational", "stopped", "dismantled"]),
    ],
)
def test_choices_become_an_enum(item: str, values: list[Any]) -> None:
    assert said(item) == {"enum": values}


def test_examples_are_no_closed_list() -> None:
    assert "enum" not in said("currency (USD, EUR, etc.)")
    assert "enum" not in said("colour (e.g. red, blue)")


def test_percentages_of_choices_become_weights() -> None:
    assert said("vehicle (car 70%, truck 25%, bike 5%)") == {"enum": ["car", "truck", "bike"], "weights": [70, 25, 5]}
    assert said("kind where 10% cash, 90% card") == {"enum": ["cash", "card"], "weights": [10, 90]}


@pytest.mark.parametrize(
    "item", ["insured (yes/no)", "insured y/n", "insured (true/false)", "insured?", "insured flag"]
)
def test_yes_and_no_make_a_boolean(item: str) -> None:
    assert column_of(item).type == "boolean"


@pytest.mark.parametrize(
    ("item", "facts"),
    [
        ("notes (optional)", {"nullable": True}),
        ("optional allergies", {"nullable": True}),
        ("remarks, may be empty", {"nullable": True}),
        ("withdrawn at (or null)", {"nullable": True}),
        ("reviewer score (30% null)", {"nullable": True, "null_ratio": 0.3}),
        ("doctor id not null", {"nullable": False}),
        ("national id (unique)", {"unique": True}),
        ("hostname must be unique", {"unique": True}),
        ("shortlisted (boolean, 10% true)", {"generator": {"kind": "boolean", "p": 0.1}}),
    ],
)
def test_nulls_uniqueness_and_shares_are_kept(item: str, facts: dict[str, Any]) -> None:
    assert said(item) == facts


@pytest.mark.parametrize(
    ("item", "facts"),
    [
        ("test date in 2021", {"minimum": "2021-01-01", "maximum": "2021-12-31"}),
        ("opened date since 2010", {"minimum": "2010-01-01"}),
        ("submitted date between 2024-03-01 and 2024-05-31", {"minimum": "2024-03-01", "maximum": "2024-05-31"}),
        ("joined date before 30 June 2022", {"maximum": "2022-06-30"}),
        ("incident date (2020-2023)", {"minimum": "2020-01-01", "maximum": "2023-12-31"}),
        ("start date in Q3 2023", {"minimum": "2023-07-01", "maximum": "2023-09-30"}),
        ("seen at in March 2021", {"minimum": "2021-03-01T00:00:00Z", "maximum": "2021-03-31T23:59:59Z"}),
        ("hire date from the 90s", {"minimum": "1990-01-01", "maximum": "1999-12-31"}),
        ("closing time (08:00-18:30)", {"minimum": "08:00:00", "maximum": "18:30:00"}),
    ],
)
def test_a_date_window_becomes_bounds(item: str, facts: dict[str, Any]) -> None:
    assert said(item) == facts


@pytest.mark.parametrize(
    ("item", "facts"),
    [
        ("title up to 80 characters", {"max_length": 80}),
        ("slug (5 to 60 characters)", {"min_length": 5, "max_length": 60}),
        ("language code (2 letters)", {"min_length": 2, "max_length": 2}),
        ("bib (5 digits)", {"pattern": r"^\d{5}$", "min_length": 5, "max_length": 5}),
        ("company_name VARCHAR(120)", {"max_length": 120}),
        ("credit_limit NUMERIC(12,2)", {"decimals": 2}),
        ("price with 2 decimals", {"decimals": 2}),
        ("sku matching ^[A-Z]{3}-\\d{4}$", {"pattern": r"^[A-Z]{3}-\d{4}$"}),
        ("order number like ORD-#####", {"pattern": r"^ORD\-\d{5}$"}),
        ("inbox (email)", {"format": "email"}),
        ("an ipv4 address called client_ip", {"format": "ipv4"}),
    ],
)
def test_sizes_patterns_and_formats_are_kept(item: str, facts: dict[str, Any]) -> None:
    assert said(item) == facts


def test_order_between_columns_points_at_the_column() -> None:
    schema = translate(
        "50 trips: start date, end date after start date, session start, session end (later than session start)"
    ).schema

    assert (schema["end_date"].after, schema["session_end"].after) == ("start_date", "session_start")


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("500 rows\n- order id\n- customer name\n- amount", ("order_id", "customer_name", "amount")),
        ("100 vendors: 1) name 2) tax id 3) country", ("name", "tax_id", "country")),
        ("orderNumber, shipTo, isGift - 600 rows", ("order_number", "ship_to", "is_gift")),
        ("150 boats / builder / model / asking price", ("builder", "model", "asking_price")),
        ("Each has a slug, a headline and a body. 300 is enough.", ("slug", "headline", "body")),
        ("13k containers, line + port of loading + size", ("line", "port_of_loading", "size")),
        ("20 people with first and last name, email", ("first_name", "last_name", "email")),
        ("| plant | height_cm |\n|---|---|\n220 rows", ("plant", "height_cm")),
        ("interface S { id: string; floorNumber: number; online: boolean }", ("id", "floor_number", "online")),
        ('{"eventId": "uuid", "topic": "string", "payload": "json"} - 1400 rows', ("event_id", "topic", "payload")),
        ("CREATE TABLE rx (rx_id UUID PRIMARY KEY, drug VARCHAR(80), refills SMALLINT);", ("rx_id", "drug", "refills")),
        ("employees (employee id, name, salary) - 500 of them", ("employee_id", "name", "salary")),
        ("create rows\nname: string\nage: integer\ncity: string", ("name", "age", "city")),
    ],
)
def test_a_list_is_found_in_every_notation(prompt: str, names: tuple[str, ...]) -> None:
    assert translate(prompt).schema.names == names


@pytest.mark.parametrize(
    ("item", "description"),
    [
        ("status", "Thing status"),
        ("order date", "Order date"),
        ("customer id", "Unique customer identifier"),
        ("weight kg", "Weight in kilograms"),
        ("is_active", "Whether the thing is active"),
        ("currency", "Currency code (USD, EUR, etc.)"),
    ],
)
def test_descriptions_read_as_a_person_writes_them(item: str, description: str) -> None:
    assert column_of(item).description == description


@pytest.mark.parametrize(
    ("item", "name", "kind"),
    [
        ("who approved it", "approved_by", "string"),
        ("hashtags", "hashtags", "string"),
        ("dietary needs", "dietary_needs", "string"),
        ("crew size", "crew_size", "integer"),
        ("cost centre", "cost_centre", "string"),
        ("income band", "income_band", "string"),
        ("weeks waiting", "weeks_waiting", "integer"),
        ("kWh used", "kwh_used", "float"),
        ("pets allowed?", "pets_allowed", "boolean"),
        ("last watered", "last_watered", "date"),
        ("handed out on", "handed_out_on", "date"),
        ("alarm on?", "alarm_on", "boolean"),
        ("registered to", "registered_to", "string"),
        ("booked for", "booked_for", "datetime"),
        ("week ending", "week_ending", "date"),
        ("player uuid", "player_uuid", "uuid"),
        ("pieces per hour", "pieces_per_hour", "integer"),
        ("smart meter (75% true)", "smart_meter", "boolean"),
        ("field of study", "field_of_study", "string"),
    ],
)
def test_the_words_of_a_name_tell_its_type(item: str, name: str, kind: str) -> None:
    column = column_of(item)

    assert (column.name, column.type) == (name, kind)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("term (12, 24 or 36 months)", {"enum": [12, 24, 36]}),
        ("fee (€12 or €24)", {"enum": [12, 24]}),
        ("age group: U18, 18-39, 40-59, 60+", {"enum": ["U18", "18-39", "40-59", "60+"]}),
        ("room: The Vault, The Lab or The Crypt", {"enum": ["The Vault", "The Lab", "The Crypt"]}),
        ("level in (LOW, MID, HIGH) with weights 50/30/20", {"enum": ["LOW", "MID", "HIGH"], "weights": [50, 30, 20]}),
        ("gain dB (-120 to -30)", {"minimum": -120, "maximum": -30}),
        ("body (<= 240 chars)", {"max_length": 240}),
        ("phone (not required)", {"nullable": True}),
    ],
)
def test_values_and_bounds_are_read_in_more_forms(item: str, expected: dict[str, Any]) -> None:
    assert said(item) == expected


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("interface P {\n  id: string;\n  level: number; // 1-60\n  guild?: string;\n}\n5k of these", "id level guild"),
        ("message Ride {\n  string ride_id = 1;\n  double fare = 3;\n}\n90 messages", "ride_id fare"),
        ("- name: a_id\n  type: string\n- name: size_cm\n  type: float\n  min: 5\nRows: 9", "a_id size_cm"),
        ("90 scans. Barcode: 12 chars, unique. Gate: A1, A2 or B1. Accepted: 98% true. Seen at.",
         "barcode gate accepted seen_at"),
        ("60 sites: address (street, city, zip), lat/long", "street city zip latitude longitude"),
        ("90 grants: ref, startDate < endDate, theme", "ref start_date end_date theme"),
        ("We need sample quotes - origin port, destination port, rate. 98.", "origin_port destination_port rate"),
    ],
)  # fmt: skip
def test_columns_are_found_in_notations_and_sentences(prompt: str, names: str) -> None:
    assert [column.name for column in translate(prompt).schema.columns] == names.split()


@pytest.mark.parametrize(
    ("item", "values"),
    [
        ("room type (single, double, suite)", ["single", "double", "suite"]),
        ("term (short, medium, long)", ["short", "medium", "long"]),
        ("bed (single, double)", ["single", "double"]),
        ("question type (text, date, number, single choice)", ["text", "date", "number", "single choice"]),
        ("setting type (string, integer, boolean)", ["string", "integer", "boolean"]),
    ],
)
def test_type_words_among_choices_are_choices(item: str, values: list[str]) -> None:
    assert said(item) == {"enum": values}
    assert column_of(item).type == "string"


@pytest.mark.parametrize(
    ("item", "kind"),
    [("value (double)", "float"), ("drift (double, calibrated)", "float"), ("level (double, nullable)", "float")],
)
def test_a_type_that_an_aside_opens_with_is_the_type(item: str, kind: str) -> None:
    assert column_of(item).type == kind


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("budget between $1,000 and $20,000", {"minimum": 1000, "maximum": 20000}),
        ("claim number like CLM-2024-0001", {"pattern": r"^CLM\-\d{4}\-\d{4}$"}),
        ("tracking number unique", {"unique": True}),
    ],
)
def test_bounds_codes_and_modifiers_stay_off_the_name(item: str, expected: dict[str, Any]) -> None:
    assert said(item) == expected
    assert column_of(item).name in {"budget", "claim_number", "tracking_number"}


@pytest.mark.parametrize(
    "prompt",
    [
        "100 visits with id, admittedAt, dischargedAt. 20% of dischargedAt null",
        "100 visits: id, admittedAt, dischargedAt; 20% of the dischargedAt are missing",
        "100 visits with id, admittedAt, dischargedAt, 20% of dischargedAt null",
    ],
)
def test_a_share_of_a_named_column_that_is_null(prompt: str) -> None:
    columns = translate(prompt).schema.columns
    assert [(column.name, column.null_ratio) for column in columns] == [
        ("id", None), ("admitted_at", None), ("discharged_at", 0.2)
    ]  # fmt: skip


def test_columns_in_brackets_behind_the_subject_are_the_columns() -> None:
    prompt = "500 sensors (sensorId uuid; locationName string; reading float -10..40; ok boolean)"
    columns = translate(prompt).schema.columns
    assert {column.name: column.type for column in columns} == {
        "sensor_id": "uuid", "location_name": "string", "reading": "float", "ok": "boolean"
    }  # fmt: skip
    assert (columns[2].minimum, columns[2].maximum) == (-10, 40)


@pytest.mark.parametrize(
    "prompt", ["40 parcels: tracking number unique, weight", "40 parcels; tracking number; weight"]
)
def test_a_tracking_number_is_a_column_where_a_list_opens_with_it(prompt: str) -> None:
    assert [column.name for column in translate(prompt).schema.columns] == ["tracking_number", "weight"]
