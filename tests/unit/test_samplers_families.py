from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from synthaix.errors import SchemaError
from synthaix.generate.concepts import _tables
from synthaix.generate.families import FAMILIES
from synthaix.generate.infer import plan_columns
from synthaix.generate.sampler import TableSampler
from synthaix.generate.samplers.regex import read
from synthaix.generate.window import Window
from synthaix.schema import generator as kinds
from tests.support.sampling import column_of, frame_of, table_of


def ascii_words(name: str) -> set[str]:
    return {word for word in name.lower().replace("'", "").replace("-", " ").split() if word.isascii()}


def test_every_concept_names_a_field_that_exists() -> None:
    concepts = [concept for tables in _tables().values() for table in tables for concept in table.values()]

    missing = {
        (concept.family, concept.field)
        for concept in concepts
        if concept.family is not None and concept.field not in FAMILIES[concept.family].fields
    }
    schemes = {c.generator.scheme for c in concepts if isinstance(c.generator, kinds.Identifier)}
    assert missing == set()
    assert schemes <= set(FAMILIES["identifier"].fields)


def test_every_concept_pattern_can_be_generated() -> None:
    concepts = [concept for tables in _tables().values() for table in tables for concept in table.values()]

    assert all(read(c.generator.pattern).count > 1 for c in concepts if isinstance(c.generator, kinds.Pattern))


def test_the_parts_of_a_person_agree() -> None:
    frame = frame_of("first_name:string", "last_name:string", "full_name:string", rows=500)

    assert (frame["first_name"] + " " + frame["last_name"] == frame["full_name"]).all()


def test_the_email_comes_from_the_name() -> None:
    frame = frame_of("customer_name:string", "email:string", rows=500)

    fitting = [
        any(word[:4] in email.lower() for word in ascii_words(name)) or not ascii_words(name)
        for name, email in frame.iter_rows()
    ]
    assert all(fitting)


def test_two_roles_are_two_people() -> None:
    frame = frame_of("sender_name:string", "receiver_name:string", "sender_email:string", rows=500)

    assert (frame["sender_name"] != frame["receiver_name"]).mean() > 0.95  # type: ignore[operator]
    assert all(
        any(word[:4] in email.lower() for word in ascii_words(name)) or not ascii_words(name)
        for name, email in zip(frame["sender_name"], frame["sender_email"], strict=True)
    )


def test_the_city_lies_in_its_country() -> None:
    frame = frame_of("city:string", "country:string", rows=4_000)

    per_city = frame.group_by("city").agg(pl.col("country").n_unique())
    assert (per_city["country"] == 1).mean() > 0.97  # type: ignore[operator]  # a few names occur in two countries


def test_a_listed_country_decides_the_city() -> None:
    frame = frame_of({"name": "country", "type": "string", "enum": ["Germany", "Japan"]}, "city:string", rows=2_000)

    german = set(frame.filter(country="Germany")["city"])
    assert "Berlin" in german
    assert german.isdisjoint(set(frame.filter(country="Japan")["city"]))


@pytest.mark.parametrize(
    "column",
    [
        {"name": "email", "type": "string"},
        {"name": "username", "type": "string"},
        {"name": "full_name", "type": "string"},
        {"name": "phone", "type": "string"},
        {"name": "iban", "type": "string"},
        {"name": "sku", "type": "string"},
        {"name": "company", "type": "string"},
    ],
)
def test_unique_vocabulary_never_repeats(column: dict[str, Any]) -> None:
    values = column_of({**column, "unique": True}, rows=50_000)

    assert values.n_unique() == 50_000


def test_unique_values_do_not_depend_on_which_window_is_asked_first() -> None:
    table = table_of({"name": "company", "type": "string", "unique": True})
    plan = plan_columns(table)
    forward, backward = TableSampler(table, plan, 1), TableSampler(table, plan, 1)

    late = backward.window(Window(9_000, 100))["company"].to_list()
    early = backward.window(Window(0, 100))["company"].to_list()

    assert forward.window(Window(0, 100))["company"].to_list() == early
    assert forward.window(Window(9_000, 100))["company"].to_list() == late


def test_text_keeps_its_lengths() -> None:
    values = column_of({"name": "comment", "type": "text", "min_length": 40, "max_length": 90})

    assert values.str.len_chars().is_between(40, 90).all()


@pytest.mark.parametrize(
    ("generator", "message"),
    [
        ({"kind": "address", "field": "moon"}, "no field 'moon'; use one of street"),
        ({"kind": "address", "field": "city", "locale": "xx"}, "locale 'xx'"),
        ({"kind": "identifier", "scheme": "foo"}, "no field 'foo'"),
    ],
)
def test_unknown_fields_and_locales_are_refused(generator: dict[str, Any], message: str) -> None:
    with pytest.raises(SchemaError, match=message) as caught:
        column_of({"name": "zap", "type": "string", "generator": generator})

    assert str(caught.value).startswith("column 'zap': ")
