"""The person family: names, e-mail, phone, age and the rest of one person per row.

Everything agrees: the first name and title with the sex, e-mail and username with the name, the birth date
with the age. Ages are as of `REFERENCE`, a fixed day, so that the same seed gives the same rows next year.
E-mail domains are reserved by RFC 2606: no address can reach anybody.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.families.base import Field, FieldFamily, Rows, country_codes
from synthaix.generate.families.handles import email, email_at, email_space, username, username_at, username_space
from synthaix.generate.families.locales import LOCALES
from synthaix.generate.families.names import first_names, last_names
from synthaix.generate.families.naming import first_name, full_name, gender, last_name, middle_name, title
from synthaix.generate.families.phones import phone, phone_at, phone_space
from synthaix.generate.families.places import countries
from synthaix.generate.families.vectors import Integers, Vocabulary, digits, gather, join, random_digits, where
from synthaix.generate.families.vocabulary import words

if TYPE_CHECKING:
    from synthaix.generate.families.locales import Locale

REFERENCE = date(2026, 1, 1)
"""The day on which `age` and `birth_date` agree."""

_AGES = np.r_[np.full(12, 1.3), np.full(25, 1.5), np.full(15, 1.25), np.linspace(1.1, 0.15, 21)]
_YOUNGEST = 18
_NATIVE = 0.875
"""Share of people who have the nationality and speak the language of their locale."""


@lru_cache(maxsize=16)
def _weighted(name: str) -> Vocabulary:
    weights = words("people")[name]
    return Vocabulary(weights, list(weights.values()))


@lru_cache(maxsize=16)
def _listed(name: str) -> Vocabulary:
    return Vocabulary(words("people")[name])


@lru_cache(maxsize=1)
def _ages() -> Vocabulary:
    return Vocabulary([str(_YOUNGEST + place) for place in range(len(_AGES))], _AGES)


def age(rows: Rows) -> pl.Series:
    """Whole years on the reference day, 18 to 90; from the birth date where that is known."""
    if "birth_date" not in rows.known:
        return _drawn_age(rows)
    born = rows.given("birth_date", birth_date, pl.Date).alias("born")
    had = (pl.col("born").dt.month() == REFERENCE.month) & (pl.col("born").dt.day() == REFERENCE.day)
    years = REFERENCE.year - 1 - pl.col("born").dt.year() + had.cast(pl.Int32)
    return pl.DataFrame([born]).select(years.cast(pl.Int64).alias("age"))["age"]


def _drawn_age(rows: Rows) -> pl.Series:
    return pl.Series(_ages().index(rows.numbers, "person.age")).cast(pl.Int64) + _YOUNGEST


def birth_date(rows: Rows) -> pl.Series:
    """A day on which the person is `age` years old on the reference day."""
    years = rows.given("age", _drawn_age, pl.Int64)
    frame = pl.DataFrame({"age": years, "days": rows.numbers.integers("person.birthday", 0, 365)})
    birthday = pl.date(REFERENCE.year - pl.col("age"), REFERENCE.month, REFERENCE.day)
    return frame.select((birthday - pl.duration(days=pl.col("days"))).cast(pl.Date).alias("birth"))["birth"]


def job_title(rows: Rows) -> pl.Series:
    """English in every locale: Senior Data Analyst."""
    roles = _listed("job_roles").sample(rows.numbers, "person.role")
    return join(_listed("job_levels").sample(rows.numbers, "person.level"), roles)


@lru_cache(maxsize=1)
def _nations() -> Vocabulary:
    weight = dict(countries().select("code", "weight").iter_rows())
    demonyms = words("people")["demonyms"]
    return Vocabulary(demonyms.values(), [weight[code] for code in demonyms])


def nationality(rows: Rows) -> pl.Series:
    """The demonym of a known country; else the locale's in seven rows of eight, in English."""
    demonyms = words("people")["demonyms"]
    drawn = _nations().sample(rows.numbers, "person.nation")
    codes = country_codes(rows.known)
    if codes is not None:
        named = codes.replace_strict(demonyms, default=None, return_dtype=pl.String)
        return pl.select(pl.coalesce(named, drawn).alias("v"))["v"]
    if rows.world:
        return drawn
    return where(rows.numbers.uniform("person.native") < _NATIVE, demonyms[rows.locale.country], drawn)


def language(rows: Rows) -> pl.Series:
    """The locale's language, and in one row of eight another one."""
    other = _weighted("languages").sample(rows.numbers, "person.language")
    own = gather(_spoken(), rows.spoken) if rows.spoken is not None else rows.locale.language
    return where(rows.numbers.uniform("person.native") < _NATIVE, own, other)


@lru_cache(maxsize=1)
def _spoken() -> pl.Series:
    return pl.Series([locale.language for locale in LOCALES.values()])


def national_id(rows: Rows) -> pl.Series:
    """A number nobody can have: US 9xx-0x, elsewhere the country code and XX."""
    if rows.locale.country == "US":
        return random_digits("9##-0#-####", rows.numbers, "person.national")
    return random_digits(f"{rows.locale.country}XX-######-###", rows.numbers, "person.national")


def _national_at(rows: Rows, index: Integers) -> pl.Series:
    return digits("9##-0#-####" if rows.locale.country == "US" else f"{rows.locale.country}XX-######-###", index)


def _national_space(locale: Locale) -> int:
    return 10**7 if locale.country in ("US", "") else 10**9


def _firsts(locale: Locale) -> int:
    return first_names(locale.code).values.n_unique()


def _lasts(locale: Locale) -> int:
    return last_names(locale.code).values.n_unique()


def _simple(kind: str, *, weighted: bool = True) -> Field:
    picker = _weighted if weighted else _listed
    names = {"education": "Highest level of education", "marital": "Marital status", "blood": "Blood group",
             "occupations": "Everyday occupation"}  # fmt: skip
    return Field(
        names[kind], lambda rows: picker(kind).sample(rows.numbers, f"person.{kind}"), lambda _: len(picker(kind))
    )


PERSON = FieldFamily(
    "person",
    {
        "full_name": Field("First and last name in the locale's order", full_name, lambda at: _firsts(at) * _lasts(at)),
        "first_name": Field("Given name that fits the gender", first_name, _firsts),
        "last_name": Field("Family name", last_name, _lasts),
        "middle_name": Field("Second given name", middle_name, _firsts),
        "gender": Field("female, male or non-binary", gender, 3),
        "title": Field("Form of address that fits the gender", title, lambda at: len({*at.mister, *at.miss})),
        "email": Field("Address made from the name, in a reserved domain", email, email_space, at=email_at, mixes=True),
        "username": Field("Login made from the name", username, username_space, at=username_at, mixes=True),
        "phone": Field("Number in the locale's format", phone, phone_space, at=phone_at, apart=True),
        "age": Field("Years, 18 to 90", age, len(_AGES)),
        "birth_date": Field("Date that fits the age", birth_date, len(_AGES) * 365),
        "job_title": Field("Position at work", job_title, lambda _: 7 * len(_listed("job_roles"))),
        "occupation": _simple("occupations", weighted=False),
        "nationality": Field("Citizenship in English", nationality, lambda _: len(words("people")["demonyms"])),
        "language": Field("Spoken language in English", language, lambda _: len(_weighted("languages")) + 1),
        "marital_status": _simple("marital"),
        "education_level": _simple("education"),
        "blood_type": _simple("blood"),
        "national_id": Field(
            "Identity number that cannot be real", national_id, _national_space, at=_national_at, apart=True
        ),
    },
    by_country=True,
)
