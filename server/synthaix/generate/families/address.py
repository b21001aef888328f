"""The address family: one place per row, in which city, region, postal code, country and coordinates agree.

With a locale, the city lies in that locale's country and is written as it is there. With locale "" cities
come from the whole world, countries by their weight in typical business data. A known country, country code
or city decides before either. Coordinates lie within some 8 km of the city's centre; street names are
plausible for the country, not looked up in the city.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.families.base import Field, FieldFamily, Rows, country_codes
from synthaix.generate.families.locales import LOCALES
from synthaix.generate.families.places import cities
from synthaix.generate.families.placing import city_index
from synthaix.generate.families.streets import all_streets, streets
from synthaix.generate.families.vectors import SLOTS, Vocabulary, fixed, gather, join, plain, where

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from synthaix.generate.families.locales import Locale
    from synthaix.generate.families.vectors import Floats, Integers

_SPREAD = 0.03
"""Standard deviation, in degrees of latitude, of an address around the centre of its city."""

_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
"""Letters that British and Dutch postal codes use."""

_SHORT = np.r_[np.linspace(2, 1, 60), np.linspace(1, 0.1, 90)]
_LONG = np.r_[np.full(99, 4.0), np.full(900, 1.0), np.full(5_000, 0.15)]
"""Weights of house numbers 1, 2, 3 …: below 150 in most countries, up to 5,999 in those of long streets."""


def column(rows: Rows, name: str) -> pl.Series:
    """A column of the city table for the city of each row."""
    return gather(cities().frame[name], city_index(rows))


def _own(rows: Rows, english: str, local: str) -> pl.Series:
    """Names in English when the locale is "" or English, otherwise as they are written there."""
    return column(rows, english if rows.world or rows.locale.language == "English" else local)


def country_code(rows: Rows) -> pl.Series:
    """ISO 3166 alpha-2."""
    return column(rows, "country")


def country(rows: Rows) -> pl.Series:
    """The country's name."""
    return _own(rows, "country_name", "country_local")


def city(rows: Rows) -> pl.Series:
    """A city of the row's country."""
    return _own(rows, "city", "local")


def state(rows: Rows) -> pl.Series:
    """The city's state, province or region."""
    return _own(rows, "region", "local_region")


def postal_code(rows: Rows) -> pl.Series:
    """In the country's format, and with the city's first digits where cities have their own."""
    return _filled(_postal_shapes()[city_index(rows)], rows.numbers.bits("address.postal")[:, 0])


@lru_cache(maxsize=1)
def _postal_shapes() -> NDArray[np.uint8]:
    shapes = np.array([shape.encode() for shape in cities().frame["postal"]])
    return shapes.view(np.uint8).reshape(len(shapes), -1)


def _filled(shapes: NDArray[np.uint8], random: NDArray[np.uint64]) -> pl.Series:
    """`#` becomes a digit and `@` a letter, each from its share of 64 random bits."""
    written = shapes.copy()
    for place in range(written.shape[1]):
        mark = written[:, place]
        # Always divided, whatever marks this window holds: a row's digits must not depend on its neighbours.
        random, digit = np.divmod(random, np.uint64(10))
        if (mark == ord("#")).any():
            written[:, place] = np.where(mark == ord("#"), digit.astype(np.uint8) + ord("0"), mark)
        random, letter = np.divmod(random, np.uint64(len(_LETTERS)))
        if (mark == ord("@")).any():
            letters = np.frombuffer(_LETTERS.encode(), dtype=np.uint8)[letter]
            written[:, place] = np.where(mark == ord("@"), letters, written[:, place])
    return fixed(written)


def latitude(rows: Rows) -> pl.Series:
    """Degrees north, six decimals."""
    return pl.Series(np.round(cities().latitude[city_index(rows)] + _offset(rows, "address.north"), 6))


def longitude(rows: Rows) -> pl.Series:
    """Degrees east, six decimals."""
    index = city_index(rows)
    narrower = np.cos(np.radians(cities().latitude[index]))
    return pl.Series(np.round(cities().longitude[index] + _offset(rows, "address.east") / narrower, 6))


def _offset(rows: Rows, purpose: str) -> Floats:
    return np.clip(rows.numbers.normal(purpose) * _SPREAD, -2.5 * _SPREAD, 2.5 * _SPREAD)


@lru_cache(maxsize=1)
def _house_numbers() -> tuple[Vocabulary, Vocabulary]:
    short, long = (
        Vocabulary([str(number + 1) for number in range(len(weights))], weights) for weights in (_SHORT, _LONG)
    )
    return short, long


def street_number(rows: Rows) -> pl.Series:
    """A house number as high as they go in the country."""
    short, long = (each.index(rows.numbers, "address.number") for each in _house_numbers())
    index = np.where(cities().long_streets[city_index(rows)], long, short)
    return gather(_house_numbers()[1].values, index)


def _spoken(rows: Rows) -> Integers | None:
    """The locale of each row's street where rows lie in several countries, None where all are in the locale's."""
    if not rows.world and country_codes(rows.known) is None:
        return None
    return cities().locale_numbers[city_index(rows)]


def street_name(rows: Rows) -> pl.Series:
    """A street without its number."""
    spoken = _spoken(rows)
    if spoken is None:
        return streets(rows.locale.code).sample(rows.numbers, "address.street")
    tickets = rows.numbers.integers("address.street", 0, SLOTS)
    return gather(all_streets().values, all_streets().index(spoken, tickets))


def street(rows: Rows) -> pl.Series:
    """Street and number in the country's order; either as it is known."""
    number, name = rows.given("street_number", street_number), rows.given("street_name", street_name)
    spoken = _spoken(rows)
    if spoken is None:
        return _line(rows.locale, name, number)
    numbers_first, glue = _line_shapes()
    first = numbers_first[spoken]
    before, between, after = (gather(column, spoken) for column in glue)
    return join(before, where(first, number, name), between, where(first, name, number), after)


@lru_cache(maxsize=1)
def _line_shapes() -> tuple[NDArray[np.bool_], list[pl.Series]]:
    """For each locale, whether the number comes first, and the text before, between and after the two."""
    shapes = [_SHAPE.split(locale.street) for locale in LOCALES.values()]
    return np.array([shape[1] == "number" for shape in shapes]), [
        pl.Series([shape[place] for shape in shapes]) for place in (0, 2, 4)
    ]


def _line(locale: Locale, name: pl.Series, number: pl.Series) -> pl.Series:
    before, first, between, _, after = _SHAPE.split(locale.street)
    parts = (number, name) if first == "number" else (name, number)
    return join(before, parts[0], between, parts[1], after)


def _street_at(rows: Rows, index: Integers) -> pl.Series:
    number, name = np.divmod(index, len(streets(rows.locale.code)))
    return _line(rows.locale, gather(streets(rows.locale.code).values, name), plain(number + 1))


def secondary(rows: Rows) -> pl.Series:
    """Apt 4, Suite 210, Floor 3 …"""
    kind = rows.numbers.integers("address.unit", 0, 4)
    number = rows.numbers.integers("address.unit.number", 1, 400)
    return join(
        gather(pl.Series(["Apt ", "Suite ", "Unit ", "Floor "]), kind),
        plain(np.where(kind == 3, number % 30 + 1, number)),
    )


def full_address(rows: Rows) -> pl.Series:
    """Street, city, region and postal code as an envelope has them; the country when cities are of the world."""
    names = {"street": street, "city": city, "state": state, "state_code": lambda part: column(part, "region_code"),
             "postal_code": postal_code, "country": country}  # fmt: skip
    columns = {name: rows.given(name, make) for name, make in names.items()}
    if not rows.world and country_codes(rows.known) is None:
        return _template(_ENVELOPES.get(rows.locale.country, _ENVELOPE), columns)
    return _written(columns, _envelope_numbers()[city_index(rows)], ", {country}" if rows.world else "")


@lru_cache(maxsize=1)
def _envelope_numbers() -> Integers:
    """For each city, which of the templates its country uses."""
    templates = [_ENVELOPE, *dict.fromkeys(_ENVELOPES.values())]
    return np.array([templates.index(_ENVELOPES.get(code, _ENVELOPE)) for code in cities().frame["country"]])


def _written(columns: Mapping[str, pl.Series], chosen: Integers, ending: str) -> pl.Series:
    """The template chosen for each row, filled from its columns."""
    made, order = [], []
    for number, template in enumerate([_ENVELOPE, *dict.fromkeys(_ENVELOPES.values())]):
        places = np.flatnonzero(chosen == number)
        made.append(_template(template + ending, {name: gather(values, places) for name, values in columns.items()}))
        order.append(places)
    return gather(pl.concat(made), np.argsort(np.concatenate(order), kind="stable"))


def _template(template: str, columns: Mapping[str, pl.Series]) -> pl.Series:
    return join(
        *(columns.get(piece, piece) if place % 2 else piece for place, piece in enumerate(_SHAPE.split(template)))
    )


_SHAPE = re.compile(r"\{(\w+)\}")
_ENVELOPE = "{street}, {postal_code} {city}"
_ENVELOPES = {
    **dict.fromkeys(("US", "CA"), "{street}, {city}, {state_code} {postal_code}"),
    "AU": "{street}, {city} {state_code} {postal_code}",
    **dict.fromkeys(("GB", "IN"), "{street}, {city} {postal_code}"),
    "JP": "〒{postal_code} {state}{city}{street}",
    "CN": "{postal_code} {state}{city}{street}",
    "KR": "({postal_code}) {state} {city} {street}",
}


def _there(locale: Locale) -> pl.DataFrame:
    frame = cities().frame
    return frame.filter(frame["country"] == locale.country) if locale.country else frame


def _distinct(name: str) -> Callable[[Locale], int]:
    def count(locale: Locale) -> int:
        return _there(locale)[name].n_unique()

    return count


def _postal_space(locale: Locale) -> int:
    shapes = _there(locale)["postal"].unique()
    return sum(int(10 ** shape.count("#") * len(_LETTERS) ** shape.count("@")) for shape in shapes)


def _there_long(locale: Locale) -> bool:
    codes = cities().frame["country"].to_numpy()
    return bool(cities().long_streets[(codes == locale.country) | (locale.country == "")].any())


def _street_space(locale: Locale) -> int:
    """All streets of the locale, or of all locales."""
    codes = [locale.code] if locale.country else list(LOCALES)
    return len({name for code in codes for name in streets(code).values})


def _simple(name: str, description: str) -> Field:
    return Field(description, lambda rows: column(rows, name), _distinct(name))


ADDRESS = FieldFamily(
    "address",
    {
        "street": Field("Street and number", street, lambda at: len(streets(at.code)) * 9_999, at=_street_at),
        "street_name": Field("Street without number", street_name, _street_space),
        "street_number": Field(
            "House number", street_number, lambda at: len(_LONG) if _there_long(at) else len(_SHORT)
        ),
        "secondary": Field("Apartment, suite, unit or floor", secondary, 3 * 399 + 30),
        "city": Field("City of the row's country", city, _distinct("city")),
        "state": Field("State, province or region of the city", state, _distinct("region")),
        "state_code": _simple("region_code", "Abbreviation of the state"),
        "postal_code": Field("Postal code in the country's format", postal_code, _postal_space),
        "country": Field("Name of the country", country, _distinct("country_name")),
        "country_code": Field("ISO 3166 alpha-2 code", country_code, _distinct("country")),
        "continent": _simple("continent", "Continent of the country"),
        "full_address": Field("The whole address in one line", full_address),
        "latitude": Field("Degrees north, near the city", latitude, lambda at: _distinct("city")(at) * 100_000),
        "longitude": Field("Degrees east, near the city", longitude, lambda at: _distinct("city")(at) * 100_000),
        "timezone": _simple("timezone", "IANA time zone of the city"),
    },
)
