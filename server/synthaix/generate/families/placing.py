"""Where each row lies: the city that its locale, country, region or city name leaves open."""

from __future__ import annotations

import numpy as np
import polars as pl

from synthaix.generate.families.base import Rows, country_codes
from synthaix.generate.families.places import cities, city_numbers, regions
from synthaix.generate.families.vectors import SLOTS, Index, Integers, gather, join, positions


def city_index(rows: Rows) -> Index:
    """Which city each row lies in, as a row of the city table; what is known of the place decides."""
    known = _of_known_city(rows)
    return _drawn_index(rows) if known is None else known


def _drawn_index(rows: Rows) -> Index:
    tickets = rows.numbers.integers("address.city", 0, SLOTS)
    drawn = _default_index(rows, tickets)
    codes = country_codes(rows.known) if rows.known.keys() & {"country", "country_code"} else None
    if codes is not None:
        numbers = positions(codes, cities().country_number)
        drawn = np.where(numbers < 0, drawn, cities().of_countries(np.maximum(numbers, 0), tickets))
    for field in ("state", "state_code"):
        if field in rows.known:
            drawn = _in_region(drawn, rows.known[field].cast(pl.String).str.to_lowercase(), tickets)
    return drawn


def _in_region(drawn: Index, names: pl.Series, tickets: Integers) -> Index:
    """Cities of the named regions: of the drawn city's country if it has one of that name, else of any."""
    here = positions(join(gather(cities().frame["country"], drawn), "|", names), regions().numbers)
    anywhere = positions(names, regions().numbers)
    numbers = np.where(here < 0, anywhere, here)
    return np.where(numbers < 0, drawn, regions().cities_of(np.maximum(numbers, 0), tickets))


def _default_index(rows: Rows, tickets: Integers) -> Index:
    if rows.world:
        return cities().of_world(rows.numbers.integers("address.world", 0, SLOTS))
    home = cities().country_number[rows.locale.country]
    return cities().of_countries(np.full(rows.count, home), tickets)


def _of_known_city(rows: Rows) -> Index | None:
    """The cities named by a known city column; a row whose city is unknown to us keeps its drawn one."""
    if "city" not in rows.known:
        return None
    drawn = _drawn_index(rows)
    named = rows.known["city"].cast(pl.String)
    for column in ("city", "local"):
        if named.equals(gather(cities().frame[column], drawn)):
            return drawn
    found = named.replace_strict(city_numbers(), default=-1, return_dtype=pl.Int64).fill_null(-1).to_numpy()
    return np.where(found < 0, drawn, found).astype(np.uint32)
