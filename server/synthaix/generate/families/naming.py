"""The names of one person per row: gender, first and last name, title."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.families.locales import LOCALES
from synthaix.generate.families.names import FEMALE, MALE, first_names, last_names
from synthaix.generate.families.vectors import SLOTS, Ragged, gather, join, positions, where
from synthaix.generate.families.vocabulary import words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from synthaix.generate.families.base import Rows
    from synthaix.generate.families.vectors import Index, Integers

_NON_BINARY = 0.015


@lru_cache(maxsize=1)
def _sexes() -> dict[str, int]:
    sexes = words("people")["sexes"]
    return {spelling: sex for sex, name in ((FEMALE, "female"), (MALE, "male")) for spelling in sexes[name]}


def sex_of(rows: Rows) -> Integers:
    """FEMALE or MALE; a known gender decides where it says either."""
    drawn = rows.numbers.integers("person.sex", 0, 2)
    if "gender" not in rows.known:
        return drawn
    stated = positions(rows.known["gender"].cast(pl.String).str.strip_chars().str.to_lowercase(), _sexes())
    return np.where(stated < 0, drawn, stated)


def first_index(rows: Rows, purpose: str = "person.first") -> Index:
    """The place of each row's first name in its locale's list."""
    return first_names(rows.book).index(sex_of(rows), rows.numbers.integers(purpose, 0, SLOTS), rows.shelf)


def last_index(rows: Rows) -> Index:
    """The place of each row's last name in its locale's list."""
    return last_names(rows.book).index(sex_of(rows), rows.numbers.integers("person.last", 0, SLOTS), rows.shelf)


def gender(rows: Rows) -> pl.Series:
    """female, male, and 1.5% non-binary."""
    other = rows.numbers.uniform("person.other") < _NON_BINARY
    return gather(pl.Series(["female", "male", "non-binary"]), np.where(other, 2, sex_of(rows)))


def first_name(rows: Rows) -> pl.Series:
    """Fits the gender."""
    return gather(first_names(rows.book).values, first_index(rows))


def middle_name(rows: Rows) -> pl.Series:
    """A second first name."""
    return gather(first_names(rows.book).values, first_index(rows, "person.middle"))


def last_name(rows: Rows) -> pl.Series:
    """In its feminine form where the language has one."""
    return gather(last_names(rows.book).values, last_index(rows))


def full_name(rows: Rows) -> pl.Series:
    """In the order of the locale, from first and last names where these are known."""
    given, family = rows.given("first_name", first_name), rows.given("last_name", last_name)
    if rows.spoken is None:
        pair = (family, given) if rows.locale.surname_first else (given, family)
        return join(pair[0], rows.locale.space, pair[1])
    turned = _surname_first()[rows.spoken]
    return join(where(turned, family, given), gather(_spaces(), rows.spoken), where(turned, given, family))


@lru_cache(maxsize=1)
def _surname_first() -> NDArray[np.bool_]:
    return np.array([locale.surname_first for locale in LOCALES.values()])


@lru_cache(maxsize=1)
def _spaces() -> pl.Series:
    return pl.Series([locale.space for locale in LOCALES.values()])


@lru_cache(maxsize=64)
def _titles(code: str) -> Ragged:
    """Forms of address of women and men, of a locale or of all."""
    locales = [LOCALES[code]] if code else LOCALES.values()
    return Ragged(titles for locale in locales for titles in (locale.miss, locale.mister))


def title(rows: Rows) -> pl.Series:
    """Mr., Frau, Mme … by gender."""
    return _titles(rows.book).sample(sex_of(rows) + rows.shelf * 2, rows.numbers.uniform("person.title"))
