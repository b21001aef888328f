"""One person per row: every column agrees with the others."""

from __future__ import annotations

import re
from datetime import date

import polars as pl
import pytest

from synthaix.generate.families import FAMILIES
from synthaix.generate.families.ascii import handle
from synthaix.generate.families.locales import LOCALES
from synthaix.generate.families.names import first_names, last_names
from synthaix.generate.families.person import REFERENCE
from tests.support.families import entities, one_by_one

PERSON = FAMILIES["person"]
EMAIL = re.compile(r"[a-z0-9._]+@[a-z.]+")
RESERVED = ("example.com", "example.org", "example.net", ".example")


@pytest.mark.parametrize("locale", LOCALES)
def test_full_name_is_first_and_last_name_in_the_order_of_the_locale(locale: str) -> None:
    people = entities("person", ["full_name", "first_name", "last_name"], locale)
    spoken = LOCALES[locale]
    for full, first, last in people.iter_rows():
        parts = (last, first) if spoken.surname_first else (first, last)
        assert full == spoken.space.join(parts)


@pytest.mark.parametrize("locale", LOCALES)
def test_first_name_and_title_fit_the_gender(locale: str) -> None:
    people = entities("person", ["gender", "first_name", "title"], locale)
    names, spoken = first_names(locale), LOCALES[locale]
    women = set(names.values[: names.men])
    men = set(names.values[names.men :])
    allowed = {"female": (women, spoken.miss), "male": (men, spoken.mister)}
    for gender, first, title in people.iter_rows():
        if gender in allowed:
            assert first in allowed[gender][0]
            assert title in allowed[gender][1]


@pytest.mark.parametrize("locale", ["pl", "cs", "ru"])
def test_women_have_the_feminine_form_of_a_last_name(locale: str) -> None:
    people = entities("person", ["gender", "last_name"], locale)
    names = last_names(locale)
    women = set(names.values[: names.men])
    assert set(people.filter(pl.col("gender") == "female")["last_name"]) <= women


@pytest.mark.parametrize("locale", LOCALES)
def test_email_and_username_are_made_from_the_name_and_reach_nobody(locale: str) -> None:
    people = entities("person", ["full_name", "first_name", "last_name", "email", "username"], locale)
    first, last = first_names(locale), last_names(locale)
    spelled = dict(zip(first.values, first.handles, strict=True)), dict(zip(last.values, last.handles, strict=True))
    for _, given, family, email, username in people.iter_rows():
        local, _, domain = email.partition("@")
        assert EMAIL.fullmatch(email)
        assert domain.endswith(RESERVED)
        for login in (local, username):
            letters = re.sub(r"[._0-9]", "", login)
            assert letters in (spelled[0][given] + spelled[1][family], spelled[0][given][0] + spelled[1][family])


def test_every_name_can_be_written_in_an_address() -> None:
    for locale in LOCALES:
        for names in (first_names(locale), last_names(locale)):
            assert names.handles.str.contains(r"^[a-z]+$").all(), locale


def test_email_follows_a_name_that_the_caller_gave() -> None:
    known = {"full_name": pl.Series(["Żółć Kowalska", "Madonna", None, "Björk Guðmundsdóttir"])}
    emails = one_by_one("person", "email", "en", 4, known)
    assert re.sub(r"[._0-9]", "", str(emails[0]).split("@")[0]) in ("zolckowalska", "zkowalska")
    assert "gudmundsdottir" in str(emails[3])
    assert all(EMAIL.fullmatch(str(email)) for email in emails)


def test_known_names_that_are_the_row_s_own_change_nothing() -> None:
    own = entities("person", ["first_name", "last_name", "full_name", "email"], "fr")
    known = {name: own[name] for name in ("first_name", "last_name", "full_name")}
    assert one_by_one("person", "email", "fr", known=known) == own["email"].to_list()


def test_a_known_gender_decides_the_name_however_it_is_written() -> None:
    known = {"gender": pl.Series(["F", "m", "Female", "MALE", "unknown", None] * 50)}
    names = one_by_one("person", "first_name", "de", 300, known)
    women = set(first_names("de").values[: first_names("de").men])
    assert all(name in women for name in names[::6] + names[2::6])
    assert not any(name in women for name in names[1::6] + names[3::6])


def test_birth_date_and_age_agree_on_the_reference_day() -> None:
    people = entities("person", ["age", "birth_date"], "en", 20_000)
    for age, born in people.iter_rows():
        had_birthday = (REFERENCE.month, REFERENCE.day) >= (born.month, born.day)
        assert age == REFERENCE.year - born.year - (not had_birthday)
    assert people["age"].min() == 18
    assert people["age"].max() == 90


def test_age_follows_a_known_birth_date_and_the_other_way_round() -> None:
    births = pl.Series([date(2000, 1, 1), date(2000, 1, 2), date(1950, 12, 31), None])
    ages = one_by_one("person", "age", "en", 4, {"birth_date": births})
    assert ages[:3] == [26, 25, 75]
    born = one_by_one("person", "birth_date", "en", 3, {"age": pl.Series([0, 5, 99])})
    assert [REFERENCE.year - each.year - ((each.month, each.day) > (1, 1)) for each in born] == [0, 5, 99]  # type: ignore[attr-defined]


def test_names_follow_a_known_country_row_by_row_when_no_locale_is_asked_for() -> None:
    known = {"country": pl.Series(["Japan", "DE", "Polska", "Atlantis", None] * 40)}
    people = entities("person", ["full_name", "phone", "nationality"], "", 200, known)
    assert all(phone.startswith("+81") for phone in people["phone"][::5])
    assert all(phone.startswith("+49") for phone in people["phone"][1::5])
    assert all(phone.startswith("+48") for phone in people["phone"][2::5])
    assert all(phone.startswith("+1") for phone in people["phone"][3::5])
    assert set(people["nationality"][::5]) == {"Japanese"}


def test_american_phone_numbers_are_those_of_fiction() -> None:
    assert all(re.fullmatch(r"\+1-\d{3}-555-01\d\d", str(phone)) for phone in one_by_one("person", "phone", "en"))


@pytest.mark.parametrize("locale", LOCALES)
def test_unique_phone_numbers_keep_the_shape_of_the_locale(locale: str) -> None:
    space = PERSON.space("phone", locale)
    assert space is not None
    assert space >= 250_000
    shape = {re.sub(r"\d", "#", pattern) for pattern in map(str, one_by_one("person", "phone", locale, 300))}
    from tests.support.families import draws, spread

    index = spread(space, 1_000)
    wide = PERSON.sample_at("phone", locale, index, draws(len(index)), {})
    assert {re.sub(r"\d", "#", phone) for phone in wide} <= shape


def test_national_ids_cannot_be_real() -> None:
    assert all(re.fullmatch(r"9\d\d-0\d-\d{4}", str(number)) for number in one_by_one("person", "national_id", "en"))
    assert all(re.fullmatch(r"DEXX-\d{6}-\d{3}", str(number)) for number in one_by_one("person", "national_id", "de"))


def test_handles_are_plain_letters() -> None:
    assert handle("Müller-Lüdenscheidt", german=True) == "muellerluedenscheidt"
    assert handle("Łukasz") == "lukasz"
    assert handle("Øyvind Åse") == "oyvindase"
    assert handle("Щербакова") == "shcherbakova"
    assert handle("İbrahim Işık") == "ibrahimisik"
    assert handle("田中") == ""
