"""One flight per row: airline, airports, distance, aircraft and passengers agree."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.families.places import countries
from synthaix.generate.families.vectors import SLOTS, Vocabulary, gather, join, plain, positions, slots
from synthaix.generate.families.vocabulary import table, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from synthaix.generate.families.base import Rows
    from synthaix.generate.families.vectors import Floats, Index, Integers

_HOME = 0.4
_LEGS = (900, 3_500, 6_000)
"""Kilometres up to which regional, narrow-bodied and the longest-legged narrow-bodied aircraft fly."""

_NEAR, _FAR = 6, 2
"""Destinations that an airline of short routes, and any other, takes the nearest of."""


@lru_cache(maxsize=16)
def weighted(name: str) -> Vocabulary:
    """The names of a list by weight."""
    entries = words("travel")[name]
    return Vocabulary(entries, [entry[-1] if isinstance(entry, list) else entry for entry in entries.values()])


@lru_cache(maxsize=1)
def airports() -> pl.DataFrame:
    """Every airport with its country and where its city lies."""
    named = countries().select(pl.col("code").alias("country"), pl.col("name").alias("country_name"))
    sites = table("cities").select("country", "city", "latitude", "longitude").unique(["country", "city"], keep="first")
    airports = table("airports").join(named, on="country", how="left", maintain_order="left")
    numbers = pl.col("latitude", "longitude").cast(pl.Float64)
    return airports.join(sites, on=["country", "city"], how="left", maintain_order="left").with_columns(numbers)


@lru_cache(maxsize=64)
def _table_of(country: str | None) -> Index | None:
    """Airports by weight, of one country or of all; None where a country has none."""
    frame = airports().with_row_index("row")
    chosen = frame if country is None else frame.filter(pl.col("country") == country)
    if chosen.is_empty():
        return None
    return chosen["row"].to_numpy().astype(np.uint32)[slots(chosen["weight"].cast(pl.Float64).to_numpy())]


def airport_index(rows: Rows) -> Integers:
    """Where each row's flight departs, as a row of `airports`."""
    tickets = rows.numbers.integers("travel.airport", 0, SLOTS)
    everywhere, home = _table_of(None), None if rows.world else _table_of(rows.locale.country)
    assert everywhere is not None
    drawn = everywhere[tickets].astype(np.int64)
    drawn = np.where(_departs_home(rows), _hubs()[_airline_index(rows), tickets], drawn)
    if home is not None:
        drawn = np.where(rows.numbers.uniform("travel.home") < _HOME, home[tickets], drawn)
    for field, column in (("airport_code", "code"), ("airport_name", "airport"), ("airport", "airport")):
        if field in rows.known:
            stated = positions(rows.known[field], {name: row for row, name in enumerate(airports()[column])})
            return np.where(stated < 0, drawn, stated)
    return drawn


def _departs_home(rows: Rows) -> NDArray[np.bool_]:
    """Half of the flights leave the airline's country, the others go there."""
    return rows.numbers.uniform("travel.outbound") < 0.5


@lru_cache(maxsize=1)
def _hubs() -> Integers:
    """For each airline the airports of its country by weight; of the world where the country has none."""
    everywhere = _table_of(None)
    homes = [_table_of(entry[1]) for entry in words("travel")["airlines"].values()]
    return np.array([everywhere if home is None else home for home in homes], dtype=np.int64)


@lru_cache(maxsize=1)
def _flies_near() -> NDArray[np.bool_]:
    """Whether each airline keeps to short routes."""
    return np.array([entry[2] == "near" for entry in words("travel")["airlines"].values()])


def destination_index(rows: Rows) -> Integers:
    """An airport of another city; one of the airline's country for a flight that comes from elsewhere.

    The nearest of a few that are drawn, so that short flights are more frequent than long ones.
    """
    everywhere = _table_of(None)
    assert everywhere is not None
    origin, outbound = airport_index(rows), _departs_home(rows)
    airline, kilometres = _airline_index(rows), _kilometres()
    few = np.where(_flies_near()[airline], _NEAR, _FAR)
    # To begin with, an airport that is taken only where all others are of the origin's own city.
    best = (origin + rows.numbers.integers("travel.destination", 3, len(kilometres) - 3)) % len(kilometres)
    length = np.full(len(origin), np.inf)
    for place in range(_NEAR):
        tickets = rows.numbers.integers(f"travel.arrival.{place}", 0, SLOTS)
        drawn = np.where(outbound, everywhere[tickets], _hubs()[airline, tickets])
        leg = np.where(kilometres[origin, drawn] > 0, kilometres[origin, drawn], np.inf)
        nearer = (leg < length) & (place < few)
        best, length = np.where(nearer, drawn, best), np.where(nearer, leg, length)
    drawn = np.where(kilometres[origin, best] > 0, best, (best + 3) % len(kilometres))
    if "destination_code" not in rows.known:
        return drawn
    stated = positions(rows.known["destination_code"], {code: row for row, code in enumerate(airports()["code"])})
    return np.where(stated < 0, drawn, stated)


@lru_cache(maxsize=1)
def _kilometres() -> Floats:
    """Between every two airports' cities. Method: haversine on a sphere of 6,371 km."""
    places = np.radians(airports().select("latitude", "longitude").to_numpy())
    half = np.sin((places[:, None] - places[None]) / 2) ** 2
    chord = half[..., 0] + np.cos(places[:, None, 0]) * np.cos(places[None, :, 0]) * half[..., 1]
    kilometres: Floats = np.round(2 * 6_371 * np.arcsin(np.sqrt(chord)), 6)
    return kilometres


def _distance(rows: Rows) -> Floats:
    distance: Floats = _kilometres()[airport_index(rows), destination_index(rows)]
    return distance


def distance_km(rows: Rows) -> pl.Series:
    """Whole kilometres between the two airports' cities."""
    return pl.Series(np.rint(_distance(rows)).astype(np.int64))


def flight_minutes(rows: Rows) -> pl.Series:
    """Minutes from gate to gate: half an hour on the ground, then 13.5 km a minute, give or take a twentieth."""
    varied = 1 + 0.1 * (rows.numbers.uniform("travel.minutes") - 0.5)
    return pl.Series(np.rint(30 + _distance(rows) / 13.5 * varied).astype(np.int64))


@lru_cache(maxsize=1)
def _fleets() -> tuple[Vocabulary, ...]:
    """Aircraft by weight for flights up to each of `_LEGS`."""
    entries = words("travel")["aircraft"]
    fleets = []
    for shortest, leg in zip((0, *_LEGS), (*_LEGS, 99_999), strict=True):
        fit = {name: weight for name, (_, low, high, weight) in entries.items() if low <= shortest and leg <= high}
        fleets.append(Vocabulary(fit, list(fit.values())))
    return tuple(fleets)


def aircraft(rows: Rows) -> pl.Series:
    """A type that reaches the destination, and is not too large for a short hop."""
    leg = np.searchsorted(_LEGS, _distance(rows))
    made = [fleet.sample(rows.numbers, "travel.aircraft") for fleet in _fleets()]
    frame = pl.DataFrame({"leg": leg, **{str(place): series for place, series in enumerate(made)}})
    chosen = pl.coalesce(pl.when(pl.col("leg") == place).then(pl.col(str(place))) for place in range(len(made)))
    return frame.select(chosen.alias("aircraft"))["aircraft"]


def passengers(rows: Rows) -> pl.Series:
    """Between 55 and all of the aircraft's seats."""
    entries = words("travel")["aircraft"]
    flown = positions(rows.given("aircraft", aircraft), {name: place for place, name in enumerate(entries)}, missing=0)
    seats = np.array([entry[0] for entry in entries.values()])[flown]
    load = 1 - 0.45 * rows.numbers.uniform("travel.load") ** 2
    return pl.Series(np.rint(seats * load).astype(np.int64))


def at_airport(column: str, index: Callable[[Rows], Integers] = airport_index) -> Callable[[Rows], pl.Series]:
    """A column of `airports` at each row\'s airport."""
    return lambda rows: gather(airports()[column], index(rows))


def _airline_index(rows: Rows) -> Integers:
    drawn = weighted("airlines").index(rows.numbers, "travel.airline").astype(np.int64)
    for field, names in (("airline_code", weighted("airlines").values), ("airline", airline_names())):
        if field in rows.known:
            stated = positions(rows.known[field], {name: place for place, name in enumerate(names)})
            return np.where(stated < 0, drawn, stated)
    return drawn


@lru_cache(maxsize=1)
def airline_names() -> pl.Series:
    """The airlines."""
    return pl.Series([entry[0] for entry in words("travel")["airlines"].values()])


def airline(rows: Rows) -> pl.Series:
    """Lufthansa."""
    return gather(airline_names(), _airline_index(rows))


def airline_code(rows: Rows) -> pl.Series:
    """LH."""
    return gather(weighted("airlines").values, _airline_index(rows))


def flight_number(rows: Rows) -> pl.Series:
    """LH1234: the airline's code and a number."""
    return join(airline_code(rows), plain(rows.numbers.integers("travel.flight", 10, 9_000)))
