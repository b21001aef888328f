"""The cities and countries of the world, as tables to draw from.

Cities: 1,128 in 107 countries, at least 20 in each locale's country, with region, coordinates, time zone,
population and the shape of a postal code. Source: GeoNames (CC BY 4.0); postal shapes are public facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.families.locales import NUMBERS, of_country
from synthaix.generate.families.vectors import SLOTS, Floats, Index, Integers, slots
from synthaix.generate.families.vocabulary import table

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONG_STREETS = ("US", "CA", "AU", "MX", "BR", "AR", "NZ", "ZA")
"""Countries whose house numbers commonly have three and four digits."""

_REGION_SLOTS = 256
"""Entries of a region's table; few regions have more than ten cities."""

_FLATTENED = 0.75
"""Cities are drawn by population to this power: large ones lead, small ones are still met."""


@dataclass(frozen=True, slots=True)
class Cities:
    """The city table: `frame` has one row per city, grouped by country; numbers are arrays beside it."""

    frame: pl.DataFrame
    latitude: Floats
    longitude: Floats
    long_streets: NDArray[np.bool_]
    locale_numbers: Integers
    world: Index
    by_country: Index
    country_number: dict[str, int]

    def of_world(self, tickets: Integers) -> Index:
        """A city anywhere: country by weight, then city by size."""
        return self.world[tickets]

    def of_countries(self, numbers: Integers, tickets: Integers) -> Index:
        """A city in country `numbers` of each row."""
        chosen: Index = self.by_country[numbers * SLOTS + tickets]
        return chosen


@lru_cache(maxsize=1)
def countries() -> pl.DataFrame:
    """Every country: code, name, local, alpha3, continent, calling, currency, capital, weight."""
    return table("countries").with_columns(pl.col("weight").cast(pl.Float64))


@lru_cache(maxsize=1)
def cities() -> Cities:
    """The city table, ready to draw from."""
    named = countries().rename({"code": "country", "name": "country_name", "local": "country_local"})
    frame = table("cities").join(named, on="country", how="left", maintain_order="left")
    # Outside the locales' countries a region is not listed; it goes by the name of its city.
    stands_in = {"region": pl.col("city"), "local_region": pl.col("local")}
    stands_in["region_code"] = pl.col("city").str.slice(0, 3).str.to_uppercase()
    frame = frame.with_columns(
        pl.when(pl.col(name) == "").then(value).otherwise(pl.col(name)).alias(name) for name, value in stands_in.items()
    )
    size = frame["population"].cast(pl.Float64).to_numpy() ** _FLATTENED
    codes = frame["country"].to_numpy()
    share = np.zeros(len(frame))
    number, tables = {}, []
    for place, code in enumerate(dict.fromkeys(codes)):
        members = np.flatnonzero(codes == code)
        number[code] = place
        tables.append(members.astype(np.uint32)[slots(size[members])])
        share[members] = frame["weight"][int(members[0])] * size[members] / size[members].sum()
    floats = {name: frame[name].cast(pl.Float64).to_numpy() for name in ("latitude", "longitude")}
    return Cities(
        frame,
        floats["latitude"],
        floats["longitude"],
        np.isin(codes, _LONG_STREETS),
        np.array([NUMBERS[of_country(code)] for code in codes]),
        slots(share),
        np.concatenate(tables),
        number,
    )


@dataclass(frozen=True, slots=True)
class Regions:
    """Regions by `country|name` and by name alone (the largest of that name), and the cities of each."""

    numbers: dict[str, int]
    table: Index

    def cities_of(self, numbers: Integers, tickets: Integers) -> Index:
        """A city in region `numbers` of each row."""
        chosen: Index = self.table[numbers * _REGION_SLOTS + tickets * _REGION_SLOTS // SLOTS]
        return chosen


@lru_cache(maxsize=1)
def regions() -> Regions:
    """Every region of the city table, known by code, English and own name in lower case."""
    frame = cities().frame.with_row_index("row").with_columns(pl.col("population").cast(pl.Float64))
    groups = frame.group_by("country", "region", maintain_order=True).agg(
        pl.col("row", "population"), pl.col("region_code", "local_region").first(), pl.col("weight").first()
    )
    groups = groups.sort(pl.col("weight") * pl.col("population").list.sum(), descending=True, maintain_order=True)
    numbers: dict[str, int] = {}
    tables = []
    for place, group in enumerate(groups.iter_rows(named=True)):
        tables.append(np.array(group["row"], dtype=np.uint32)[slots(np.array(group["population"]), _REGION_SLOTS)])
        for name in (group["region"], group["local_region"], group["region_code"]):
            numbers.setdefault(f"{group['country']}|{name.lower()}", place)
            numbers.setdefault(name.lower(), place)
    return Regions(numbers, np.concatenate(tables))


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    """Country code by its code, alpha-3 code, English name and own name, in lower case."""
    spelled = {"usa": "US", "u.s.": "US", "uk": "GB", "great britain": "GB", "england": "GB", "czechia": "CZ",
               "türkiye": "TR", "the netherlands": "NL", "holland": "NL", "korea": "KR", "republic of korea": "KR",
               "uae": "AE", "russian federation": "RU", "brasil": "BR", "viet nam": "VN"}  # fmt: skip
    for row in countries().iter_rows(named=True):
        for name in ("code", "alpha3", "name", "local"):
            spelled.setdefault(row[name].lower(), row["code"])
    return spelled


@lru_cache(maxsize=1)
def city_numbers() -> dict[str, int]:
    """The largest city of each English or own name, as a row of the city table."""
    frame = cities().frame.with_row_index("row").sort(pl.col("population").cast(pl.Int64), descending=True)
    numbers: dict[str, int] = {}
    for column in ("city", "local"):
        for name, row in zip(frame[column], frame["row"], strict=True):
            numbers.setdefault(name, row)
    return numbers


@lru_cache(maxsize=1)
def _country_by_city() -> dict[str, str]:
    codes = cities().frame["country"]
    return {name: codes[row] for name, row in city_numbers().items()}


@lru_cache(maxsize=1)
def _country_by_region() -> dict[str, str]:
    codes, table = cities().frame["country"], regions()
    return {name: codes[int(table.table[number * _REGION_SLOTS])] for name, number in table.numbers.items()}


PLACE_FIELDS = ("country_code", "country", "city", "state", "state_code")
"""Fields of an address that tell the country, the surest first."""


def countries_of(field: str, values: pl.Series) -> dict[str, str]:
    """The ISO code of the country that each value of one of `PLACE_FIELDS` stands for; unknown ones are missing."""
    if field == "city":
        return _country_by_city()
    spelled = _spellings() if field.startswith("country") else _country_by_region()
    found = {value: spelled.get(value.strip().lower()) for value in values.unique().drop_nulls()}
    return {value: code for value, code in found.items() if code is not None}
