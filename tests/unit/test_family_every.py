"""What holds for every field of every family."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from synthaix.errors import SchemaError
from synthaix.generate.families import FAMILIES
from tests.support.families import draws, spread

PAIRS = [(name, field) for name, family in FAMILIES.items() for field in family.fields]
UNIQUE = [(name, field) for name, family in FAMILIES.items() for field in sorted(family.unique_fields)]
COUNTED = [(name, field) for name, field in PAIRS if (FAMILIES[name].space(field, "en") or 10**9) <= 10_000]


def test_families_have_the_names_the_schema_language_gives_them() -> None:
    expected = {"person", "address", "company", "internet", "commerce", "finance", "travel", "text", "identifier"}
    assert set(FAMILIES) == expected
    assert all(name == family.name for name, family in FAMILIES.items())


def test_there_are_at_least_twelve_locales_in_every_family() -> None:
    assert all(len(family.locales) >= 12 for family in FAMILIES.values())


@pytest.mark.parametrize(("name", "field"), PAIRS)
def test_every_field_fills_every_locale(name: str, field: str) -> None:
    family = FAMILIES[name]
    types = set()
    for locale in ("", *family.locales):
        values = family.sample(field, locale, draws(7), {})
        assert len(values) == 7, locale
        assert values.null_count() == 0, locale
        assert values.name == field
        assert values.dtype != pl.String or (values.str.strip_chars() == values).all(), (locale, values)
        types.add(values.dtype)
    assert len(types) == 1
    assert types <= {pl.String, pl.Int64, pl.Float64, pl.Date}


@pytest.mark.parametrize(("name", "field"), PAIRS)
def test_a_window_sees_what_the_whole_stream_has_there(name: str, field: str) -> None:
    family = FAMILIES[name]
    for locale in ("", "de", "ja"):
        whole = family.sample(field, locale, draws(300), {})
        assert whole[217:241].equals(family.sample(field, locale, draws(24, start=217), {}))


@pytest.mark.parametrize(("name", "field"), PAIRS)
def test_no_rows_give_an_empty_column_of_the_right_type(name: str, field: str) -> None:
    family = FAMILIES[name]
    empty = family.sample(field, "fr", draws(0), {})
    assert len(empty) == 0
    assert empty.dtype == family.sample(field, "fr", draws(1), {}).dtype


@pytest.mark.parametrize(("name", "field"), UNIQUE)
def test_distinct_indices_give_distinct_values(name: str, field: str) -> None:
    family = FAMILIES[name]
    for locale in ("", "en", "sv", "zh"):
        index = spread(family.space(field, locale))
        values = family.sample_at(field, locale, index, draws(len(index)), {})
        assert values.n_unique() == len(index), locale
        assert values.null_count() == 0


@pytest.mark.parametrize(("name", "field"), UNIQUE)
def test_a_value_by_index_does_not_depend_on_its_window(name: str, field: str) -> None:
    family = FAMILIES[name]
    index = np.arange(100, 160, dtype=np.int64)
    whole = family.sample_at(field, "", index, draws(60), {})
    assert whole[20:30].equals(family.sample_at(field, "", index[20:30], draws(10, start=20), {}))


@pytest.mark.parametrize(("name", "field"), COUNTED)
def test_small_value_spaces_are_counted_honestly(name: str, field: str) -> None:
    family = FAMILIES[name]
    for locale in ("", "en", "pl"):
        space = family.space(field, locale)
        seen = family.sample(field, locale, draws(60_000), {}).n_unique()
        assert space is not None
        assert seen <= space, locale
        if space <= 300:
            assert seen >= 0.9 * space, locale


def test_mixed_countries_keep_distinct_addresses_distinct() -> None:
    countries = pl.Series(["Germany", "Japan", "US", "Brazil", None] * 400)
    index = np.arange(2_000, dtype=np.int64)
    emails = FAMILIES["person"].sample_at("email", "", index, draws(2_000), {"country": countries})
    assert emails.n_unique() == 2_000


def test_an_unknown_field_is_refused_with_those_there_are() -> None:
    with pytest.raises(SchemaError, match=r"person has no field 'shoe'; use one of age, .*username"):
        FAMILIES["person"].sample("shoe", "en", draws(1), {})


def test_an_unknown_locale_is_refused_with_those_there_are() -> None:
    with pytest.raises(SchemaError, match=r"Locale 'tlh' is not supported; use one of en, en_GB"):
        FAMILIES["address"].sample("city", "tlh", draws(1), {})


@pytest.mark.parametrize(("written", "meant"), [("en-US", "en"), ("de_DE", "de"), ("pt-br", "pt_BR"), ("nb_NO", "no")])
def test_locales_may_be_written_with_their_country(written: str, meant: str) -> None:
    person = FAMILIES["person"]
    assert person.sample("full_name", written, draws(9), {}).equals(person.sample("full_name", meant, draws(9), {}))


def test_a_field_that_cannot_be_distinct_by_index_says_which_can() -> None:
    with pytest.raises(SchemaError, match=r"Field 'gender' of person .* use one of email, national_id, phone"):
        FAMILIES["person"].sample_at("gender", "en", np.arange(3), draws(3), {})
