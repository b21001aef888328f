"""The travel family: one flight and one stay per row.

Airline, its code and the flight number agree; airport, code, city and country agree, and the destination is
another airport than the origin. Airlines and airports are real, flights, hotels and bookings are not. With a
locale four airports in ten are in its country; a known code or name decides. English in every locale.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.families.base import Field, FieldFamily, Rows
from synthaix.generate.families.codes import coded, space_of
from synthaix.generate.families.places import countries
from synthaix.generate.families.vectors import (
    SLOTS,
    Index,
    Integers,
    Vocabulary,
    gather,
    join,
    plain,
    positions,
    slots,
)
from synthaix.generate.families.vocabulary import table, words

if TYPE_CHECKING:
    from collections.abc import Callable

_HOME = 0.4
_BOOKING = "@*@*#@"
_ROWS_AHEAD = 4
"""Rows of seats in first class; business sits in the next eight."""


@lru_cache(maxsize=16)
def _weighted(name: str) -> Vocabulary:
    entries = words("travel")[name]
    return Vocabulary(entries, [entry[-1] if isinstance(entry, list) else entry for entry in entries.values()])


@lru_cache(maxsize=1)
def _airports() -> pl.DataFrame:
    named = countries().select(pl.col("code").alias("country"), pl.col("name").alias("country_name"))
    return table("airports").join(named, on="country", how="left", maintain_order="left")


@lru_cache(maxsize=64)
def _table_of(country: str | None) -> Index | None:
    """Airports by weight, of one country or of all; None where a country has none."""
    frame = _airports().with_row_index("row")
    chosen = frame if country is None else frame.filter(pl.col("country") == country)
    if chosen.is_empty():
        return None
    return chosen["row"].to_numpy().astype(np.uint32)[slots(chosen["weight"].cast(pl.Float64).to_numpy())]


def _airport_index(rows: Rows) -> Integers:
    tickets = rows.numbers.integers("travel.airport", 0, SLOTS)
    everywhere, home = _table_of(None), None if rows.world else _table_of(rows.locale.country)
    assert everywhere is not None
    drawn = everywhere[tickets].astype(np.int64)
    if home is not None:
        drawn = np.where(rows.numbers.uniform("travel.home") < _HOME, home[tickets], drawn)
    for field, column in (("airport_code", "code"), ("airport_name", "airport"), ("airport", "airport")):
        if field in rows.known:
            stated = positions(rows.known[field], {name: row for row, name in enumerate(_airports()[column])})
            return np.where(stated < 0, drawn, stated)
    return drawn


def _destination_index(rows: Rows) -> Integers:
    """Any airport but the row's own."""
    count = _airports().height
    return (_airport_index(rows) + rows.numbers.integers("travel.destination", 1, count)) % count


def _airport(column: str, index: Callable[[Rows], Integers] = _airport_index) -> Callable[[Rows], pl.Series]:
    return lambda rows: gather(_airports()[column], index(rows))


def _airline_index(rows: Rows) -> Integers:
    drawn = _weighted("airlines").index(rows.numbers, "travel.airline").astype(np.int64)
    for field, names in (("airline_code", _weighted("airlines").values), ("airline", _airline_names())):
        if field in rows.known:
            stated = positions(rows.known[field], {name: place for place, name in enumerate(names)})
            return np.where(stated < 0, drawn, stated)
    return drawn


@lru_cache(maxsize=1)
def _airline_names() -> pl.Series:
    return pl.Series([entry[0] for entry in words("travel")["airlines"].values()])


def airline(rows: Rows) -> pl.Series:
    """Lufthansa."""
    return gather(_airline_names(), _airline_index(rows))


def airline_code(rows: Rows) -> pl.Series:
    """LH."""
    return gather(_weighted("airlines").values, _airline_index(rows))


def flight_number(rows: Rows) -> pl.Series:
    """LH1234: the airline's code and a number."""
    return join(airline_code(rows), plain(rows.numbers.integers("travel.flight", 10, 9_000)))


def cabin_class(rows: Rows) -> pl.Series:
    """Economy, Premium Economy, Business or First."""
    return _weighted("cabins").sample(rows.numbers, "travel.cabins")


def seat(rows: Rows) -> pl.Series:
    """14C: ahead for the better cabins, four seats a row there and six behind."""
    cabin = rows.given("cabin_class", cabin_class)
    order = positions(cabin, {"First": 0, "Business": 1, "Premium Economy": 2, "Economy": 3}, missing=3)
    firsts, counts = np.array([1, _ROWS_AHEAD + 1, 13, 17]), np.array([_ROWS_AHEAD, 8, 4, 22])
    row = firsts[order] + (rows.numbers.uniform("travel.row") * counts[order]).astype(np.int64)
    letter = (rows.numbers.uniform("travel.letter") * np.where(order < 2, 4, 6)).astype(np.int64)
    return join(plain(row), gather(pl.Series(list("ABCDEF")), letter))


@lru_cache(maxsize=1)
def _hotels() -> Vocabulary:
    data = words("travel")
    return Vocabulary(
        [f"{first} {last}" for first in data["hotel_first"].split() for last in data["hotel_last"].split("|")]
    )


def hotel(rows: Rows) -> pl.Series:
    """An invented hotel."""
    return join("The ", _hotels().sample(rows.numbers, "travel.hotel"))


def booking_reference(rows: Rows) -> pl.Series:
    """Six letters and digits that cannot be mistaken for each other."""
    return coded(_BOOKING, rows.numbers.integers("travel.booking", 0, space_of(_BOOKING)))


def gate(rows: Rows) -> pl.Series:
    """B14."""
    letter = gather(pl.Series(list("ABCDE")), rows.numbers.integers("travel.gate.letter", 0, 5))
    return join(letter, plain(rows.numbers.integers("travel.gate", 1, 61)))


def terminal(rows: Rows) -> pl.Series:
    """1 to 5."""
    return gather(pl.Series(list("12345")), (rows.numbers.uniform("travel.terminal") ** 1.6 * 5).astype(np.int64))


def _choice(name: str, description: str) -> Field:
    return Field(
        description, lambda rows: _weighted(name).sample(rows.numbers, f"travel.{name}"), lambda _: len(_weighted(name))
    )


def _at_airport(column: str, description: str, index: Callable[[Rows], Integers] = _airport_index) -> Field:
    return Field(description, _airport(column, index), lambda _: _airports()[column].n_unique())


TRAVEL = FieldFamily(
    "travel",
    {
        "airline": Field("Airline", airline, lambda _: len(_airline_names())),
        "airline_code": Field("IATA code of the airline", airline_code, lambda _: len(_airline_names())),
        "flight_number": Field("Flight of the airline", flight_number, lambda _: len(_airline_names()) * 8_990),
        "airport_code": _at_airport("code", "IATA code of the airport"),
        "airport_name": _at_airport("airport", "Airport"),
        "airport": _at_airport("airport", "Airport"),
        "airport_city": _at_airport("city", "City of the airport"),
        "airport_country": _at_airport("country_name", "Country of the airport"),
        "airport_country_code": _at_airport("country", "Code of the airport's country"),
        "destination_code": _at_airport("code", "IATA code of another airport", _destination_index),
        "destination_airport": _at_airport("airport", "The other airport", _destination_index),
        "destination_city": _at_airport("city", "City of the other airport", _destination_index),
        "destination_country": _at_airport("country_name", "Country of the other airport", _destination_index),
        "aircraft": _choice("aircraft", "Type of aircraft"),
        "cabin_class": Field("Cabin class", cabin_class, lambda _: len(_weighted("cabins"))),
        "seat": Field("Seat in the cabin", seat, 12 * 4 + 26 * 6),
        "hotel": Field("Invented hotel", hotel, lambda _: len(_hotels())),
        "room_type": _choice("room_types", "Type of room"),
        "booking_reference": Field(
            "Record locator",
            booking_reference,
            space_of(_BOOKING),
            at=lambda _, index: coded(_BOOKING, index),
            mixes=True,
        ),
        "trip_purpose": _choice("purposes", "Purpose of the trip"),
        "gate": Field("Boarding gate", gate, 300),
        "terminal": Field("Terminal", terminal, 5),
    },
)
