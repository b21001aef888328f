"""What the families share: the protocol, a field, and a family made of fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import polars as pl

from synthaix.errors import SchemaError
from synthaix.generate.families.locales import LOCALES, NUMBERS, WORLD, Locale, locale_of, of_country
from synthaix.generate.families.vectors import Integers, Numbers, Part, gather, positions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from synthaix.generate.draws import Draws

UNBOUNDED = 10**12
"""Spaces from here on are reported as None, and then `sample_at` is distinct for indices below this number."""


class Family(Protocol):
    """A vocabulary whose fields, drawn with the same draws, describe one entity per row."""

    name: str
    fields: Mapping[str, str]
    locales: tuple[str, ...]
    unique_fields: frozenset[str]

    def sample(self, field: str, locale: str, draws: Draws, known: Mapping[str, pl.Series]) -> pl.Series:
        """One value per candidate of `draws`, agreeing with the columns already `known`.

        `locale` "" is the family's default. SchemaError for a field or locale that does not exist.
        """
        ...

    def sample_at(
        self, field: str, locale: str, index: NDArray[np.int64], draws: Draws, known: Mapping[str, pl.Series]
    ) -> pl.Series:
        """Distinct values for distinct `index` in [0, space), or below 10^12 without one; for `unique_fields` only."""
        ...

    def space(self, field: str, locale: str) -> int | None:
        """How many distinct values the field has; None when practically unbounded (10^12 or more)."""
        ...


Maker = Callable[["Rows"], pl.Series]
MakerAt = Callable[["Rows", Integers], pl.Series]
PartMaker = Callable[["Rows", Integers], pl.Series]
"""Makes some rows of a window, told which rows of it they are."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a field is made from: numbers, the locale, and the columns the row already has.

    `world`: no locale was asked for. `spoken`: rows of several locales at once, each by its number.
    """

    numbers: Numbers
    locale: Locale
    known: Mapping[str, pl.Series]
    world: bool = False
    spoken: Integers | None = None

    @property
    def book(self) -> str:
        """The vocabulary to use: the locale's own, or "" for that of all locales together."""
        return self.locale.code if self.spoken is None else ""

    @property
    def shelf(self) -> Integers | int:
        """Each row's place in the vocabulary of all locales; 0 in a locale's own."""
        return 0 if self.spoken is None else self.spoken

    @property
    def count(self) -> int:
        """Rows asked for."""
        return self.numbers.count

    def given(self, name: str, own: Maker, dtype: type[pl.DataType] = pl.String) -> pl.Series:
        """A column as it is known, and what `own` makes where it is not."""
        if name not in self.known:
            return own(self)
        known = self.known[name].cast(dtype)
        return pl.select(pl.coalesce(known, own(self)).alias(name))[name] if known.null_count() else known


@dataclass(frozen=True, slots=True)
class Field:
    """One field: how it is described, made and counted.

    `at` makes it distinct by index; `mixes` promises that it stays so when rows of several locales mix.
    `apart`: `make` does one locale at a time, so rows of several are made apart, and put together.
    """

    description: str
    make: Maker
    space: int | Callable[[Locale], int | None] | None = None
    at: MakerAt | None = None
    mixes: bool = False
    apart: bool = False


class FieldFamily:
    """A family as a table of fields.

    With `by_country`, the default locale "" follows the country a row is known to have, row by row.
    """

    def __init__(self, name: str, fields: Mapping[str, Field], *, by_country: bool = False) -> None:
        self.name = name
        self.fields: Mapping[str, str] = {key: field.description for key, field in fields.items()}
        self.locales: tuple[str, ...] = tuple(LOCALES)
        self.unique_fields = frozenset(key for key, field in fields.items() if field.at)
        self._fields = fields
        self._by_country = by_country

    def sample(self, field: str, locale: str, draws: Draws, known: Mapping[str, pl.Series]) -> pl.Series:
        """See `Family.sample`."""
        made, rows = self._field(field), self._rows(locale, draws, known)
        if made.apart and rows.spoken is not None:
            return each_locale(lambda part, _: made.make(part), rows, rows.spoken).alias(field)
        return made.make(rows).alias(field)

    def sample_at(
        self, field: str, locale: str, index: Integers, draws: Draws, known: Mapping[str, pl.Series]
    ) -> pl.Series:
        """See `Family.sample_at`."""
        made = self._field(field)
        if made.at is None:
            raise SchemaError(
                f"Field '{field}' of {self.name} cannot be unique by construction; "
                f"use one of {', '.join(sorted(self.unique_fields)) or 'another family'}."
            )
        rows = self._rows(locale, draws, known)
        return made.at(rows if made.mixes else replace(rows, spoken=None), index).alias(field)

    def space(self, field: str, locale: str) -> int | None:
        """See `Family.space`."""
        counted = self._field(field).space
        size = counted(locale_of(locale) if locale else WORLD) if callable(counted) else counted
        return None if size is None or size >= UNBOUNDED else size

    def _field(self, field: str) -> Field:
        if field not in self._fields:
            raise SchemaError(f"{self.name} has no field '{field}'; use one of {', '.join(sorted(self._fields))}.")
        return self._fields[field]

    def _rows(self, locale: str, draws: Draws, known: Mapping[str, pl.Series]) -> Rows:
        spoken = None if locale or not self._by_country else locale_numbers(known)
        return Rows(draws, locale_of(locale), known, world=not locale, spoken=spoken)


def country_codes(known: Mapping[str, pl.Series]) -> pl.Series | None:
    """The ISO country code of each row where its place is known, null where that is not understood.

    A city or region without a country is taken for the largest of its name.
    """
    from synthaix.generate.families.places import PLACE_FIELDS, countries_of

    field = next((name for name in PLACE_FIELDS if name in known), None)
    if field is None:
        return None
    values = known[field].cast(pl.String)
    return values.replace_strict(countries_of(field, values), default=None, return_dtype=pl.String)


def locale_numbers(known: Mapping[str, pl.Series]) -> Integers | None:
    """The number of the locale that fits each row's known place, English where that is not understood."""
    from synthaix.generate.families.places import PLACE_FIELDS, countries_of

    field = next((name for name in PLACE_FIELDS if name in known), None)
    if field is None:
        return None
    values = known[field].cast(pl.String)
    spoken = {value: NUMBERS[of_country(code)] for value, code in countries_of(field, values).items()}
    return positions(values, spoken, missing=NUMBERS["en"])


def each_locale(make: PartMaker, rows: Rows, spoken: Integers) -> pl.Series:
    """The rows of each locale made in it, without what is known of them, then put back in order."""
    seen: dict[tuple[Any, ...], Any] = {}
    made, order = [], []
    for number in np.unique(spoken):
        places = np.flatnonzero(spoken == number)
        locale = list(LOCALES.values())[number]
        made.append(make(Rows(Part(rows.numbers, places, seen), locale, {}), places).alias("made"))
        order.append(places)
    if not made:
        return make(rows, np.arange(0))
    return gather(pl.concat(made), np.argsort(np.concatenate(order), kind="stable"))
