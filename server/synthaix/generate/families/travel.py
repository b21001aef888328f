"""The travel family: one flight and one stay per row.

Airline, its code and the flight number agree; airport, code, city and country agree, and the destination is
another airport than the origin; origin or destination is in the airline's country, the aircraft reaches that far,
and the minutes in the air follow from the distance. Airlines and airports are real, flights, hotels and bookings
are not. With a locale four airports in ten are in its country; a known code or name decides. English in every locale.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.families.base import Field, FieldFamily, Rows
from synthaix.generate.families.codes import coded, space_of
from synthaix.generate.families.flights import (
    aircraft,
    airline,
    airline_code,
    airline_names,
    airport_index,
    airports,
    at_airport,
    destination_index,
    distance_km,
    flight_minutes,
    flight_number,
    passengers,
    weighted,
)
from synthaix.generate.families.vectors import Vocabulary, gather, join, plain, positions
from synthaix.generate.families.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from synthaix.generate.families.vectors import Integers

_BOOKING = "@*@*#@"
_ROWS_AHEAD = 4
"""Rows of seats in first class; business sits in the next eight."""


def cabin_class(rows: Rows) -> pl.Series:
    """Economy, Premium Economy, Business or First."""
    return weighted("cabins").sample(rows.numbers, "travel.cabins")


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
        description, lambda rows: weighted(name).sample(rows.numbers, f"travel.{name}"), lambda _: len(weighted(name))
    )


def _at_airport(column: str, description: str, index: Callable[[Rows], Integers] = airport_index) -> Field:
    return Field(description, at_airport(column, index), lambda _: airports()[column].n_unique())


TRAVEL = FieldFamily(
    "travel",
    {
        "airline": Field("Airline", airline, lambda _: len(airline_names())),
        "airline_code": Field("IATA code of the airline", airline_code, lambda _: len(airline_names())),
        "flight_number": Field("Flight of the airline", flight_number, lambda _: len(airline_names()) * 8_990),
        "airport_code": _at_airport("code", "IATA code of the airport"),
        "airport_name": _at_airport("airport", "Airport"),
        "airport": _at_airport("airport", "Airport"),
        "airport_city": _at_airport("city", "City of the airport"),
        "airport_country": _at_airport("country_name", "Country of the airport"),
        "airport_country_code": _at_airport("country", "Code of the airport's country"),
        "destination_code": _at_airport("code", "IATA code of another airport", destination_index),
        "destination_airport": _at_airport("airport", "The other airport", destination_index),
        "destination_city": _at_airport("city", "City of the other airport", destination_index),
        "destination_country": _at_airport("country_name", "Country of the other airport", destination_index),
        "distance_km": Field("Kilometres between the two airports", distance_km, 20_000),
        "flight_minutes": Field("Minutes from gate to gate, by the distance", flight_minutes, 1_600),
        "aircraft": Field("Aircraft that flies so far", aircraft, lambda _: len(words("travel")["aircraft"])),
        "passengers": Field("People on board, by the aircraft", passengers, 600),
        "cabin_class": Field("Cabin class", cabin_class, lambda _: len(weighted("cabins"))),
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
