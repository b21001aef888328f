"""The identifier family: numbers with check digits that hold, and random keys; a field is a scheme.

Numbers come from ranges that are never in use where a scheme has them: test card numbers, US social security
numbers that are not issued, in-store EANs, the test prefix of DOIs, IMEIs and IMSIs of test equipment, NHS
numbers beginning with 999. Different indices give different numbers in all fields that `sample_at` serves.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.families.base import Field, FieldFamily, Rows
from synthaix.generate.families.checkdigits import VIN_LETTERS, cusip, ean, luhn, mod_11, mod_11_2, vin
from synthaix.generate.families.codes import coded, random_symbols, space_of, with_serial
from synthaix.generate.families.iban import SPACE as IBAN_SPACE
from synthaix.generate.families.iban import iban
from synthaix.generate.families.vectors import Integers, digits, fixed, gather, join, plain, positions

if TYPE_CHECKING:
    from synthaix.generate.families.locales import Locale

Write = Callable[[Rows, Integers], pl.Series]

_CARDS = {
    "visa": (4111111, 4242424, 4000000, 4012888, 4263982),
    "mastercard": (5555555, 5105105, 5200828, 2223003),
    "american express": (378282, 371449, 378734),
    "discover": (6011111, 6011000),
    "jcb": (3530111, 3566002),
}
"""Openings of the numbers that payment providers publish for tests; eight digits and the check digit follow."""

_CARD_WEIGHTS = (0,) * 10 + (1,) * 6 + (2,) * 2 + (3, 4)
_CARD_SERIAL = 10**8
_MAKERS = ("1HG", "1FA", "1G1", "2T1", "3VW", "4T1", "5YJ", "JTD", "KMH", "SAJ", "VF1", "WBA", "WDB", "WVW", "YV1",
           "ZFA")  # fmt: skip
_YEARS = "FGHJKLMNPRST"
_VIN_SERIAL = 10**6
_HEX = "0123456789abcdef"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_FIRST_MOMENT, _MOMENTS = 1_704_067_200, 2 * 365 * 86_400
"""Keys that begin with a time take one of 2024 or 2025, in seconds since 1970."""

_PLATES = {
    "US": "@@@-####", "GB": "@@## @@@", "CA": "@@@@-###", "AU": "@@@-##@", "IN": "MH ## @@ ####", "DE": "M-@@ ####",
    "AT": "W-##### @", "CH": "ZH ######", "FR": "@@-###-@@", "ES": "#### @@@", "MX": "@@@-##-##", "IT": "@@ ###@@",
    "NL": "@@-###-@", "BR": "@@@#@##", "PT": "@@-##-@@", "PL": "W@ #####", "SE": "@@@ ##@", "NO": "@@ #####",
    "DK": "@@ ## ###", "FI": "@@@-###", "CZ": "#@# ####", "TR": "34 @@ ####",
}  # fmt: skip
_VAT = {"DE": "DE#########", "FR": "FR###########", "GB": "GB#########", "ES": "ESB########", "IT": "IT###########",
        "NL": "NL#########B01", "AT": "ATU########", "PL": "PL##########", "SE": "SE##########01", "DK": "DK########",
        "FI": "FI########", "PT": "PT#########", "CZ": "CZ########", "CH": "CHE-###.###.###"}  # fmt: skip


def _x(check: Integers) -> pl.Series:
    """Check digits of which 10 is written X."""
    return gather(pl.Series([*"0123456789X"]), check)


@lru_cache(maxsize=1)
def _card_openings() -> tuple[Integers, Integers, Integers]:
    """Every opening, then per network where its openings begin and how many it has."""
    counts = np.array([len(openings) for openings in _CARDS.values()])
    return np.array([each for openings in _CARDS.values() for each in openings]), np.cumsum(counts) - counts, counts


def card(rows: Rows, index: Integers) -> pl.Series:
    """A test card number of the row's network, valid by Luhn; 15 digits for American Express, else 16."""
    openings, firsts, counts = _card_openings()
    network = np.array(_CARD_WEIGHTS)[rows.numbers.integers("identifier.card.network", 0, len(_CARD_WEIGHTS))]
    if "card_network" in rows.known:
        named = rows.known["card_network"].cast(pl.String).str.to_lowercase()
        stated = positions(named, {name: place for place, name in enumerate(_CARDS)})
        network = np.where(stated < 0, network, stated)
    place = (rows.numbers.uniform("identifier.card.opening") * counts[network]).astype(np.int64)
    payload = openings[firsts[network] + place] * _CARD_SERIAL + index
    return plain(payload * 10 + luhn(payload))


def _vin(rows: Rows, index: Integers) -> pl.Series:
    """A VIN with a maker, a model year 2015-2026 and the check digit in place nine."""
    letters = np.frombuffer(VIN_LETTERS.encode(), dtype=np.uint8)
    order = {letter: place for place, letter in enumerate(VIN_LETTERS)}
    makers = np.array([[order[letter] for letter in maker] for maker in _MAKERS])
    symbols = np.zeros((rows.count, 17), dtype=np.int64)
    symbols[:, :3] = makers[rows.numbers.integers("identifier.vin.maker", 0, len(_MAKERS))]
    rest, serial = np.divmod(index, _VIN_SERIAL)
    for place in range(7, 2, -1):
        rest, symbols[:, place] = np.divmod(rest, len(VIN_LETTERS))
    years = np.array([order[year] for year in _YEARS])
    symbols[:, 9] = years[rows.numbers.integers("identifier.vin.year", 0, len(_YEARS))]
    symbols[:, 10] = order["A"] + serial % 7
    for place in range(16, 10, -1):
        serial, symbols[:, place] = np.divmod(serial, 10)
    written = letters[symbols]
    written[:, 8] = np.frombuffer(b"0123456789X", dtype=np.uint8)[vin(symbols)]
    return fixed(written)


def _nhs(rows: Rows, index: Integers) -> pl.Series:
    """999 and seven digits; the ninth is raised by one where the check digit would be 10."""
    payload = 999_000_000 + index * 10
    payload = np.where(mod_11(payload) == 10, payload + 1, payload)
    return plain(payload * 10 + mod_11(payload))


def _isin(rows: Rows, index: Integers) -> pl.Series:
    """An international security: XS, nine digits, and Luhn over letters read as two digits."""
    return join("XS", digits("#########", index), plain(luhn(3328 * 10**9 + index)))


def _checked(pattern: str, opening: int, check: Callable[[Integers], Integers]) -> Write:
    """The index behind a fixed opening, and its check digit; `pattern` has a place for every digit."""
    size = 10 ** (pattern.count("#") - 1 - len(str(opening)) if opening else pattern.count("#") - 1)

    def write(rows: Rows, index: Integers) -> pl.Series:
        payload = opening * size + index
        return digits(pattern, payload * 10 + check(payload))

    return write


def _ending_in_x(pattern: str, check: Callable[[Integers], Integers], opening: int = 0) -> Write:
    def write(rows: Rows, index: Integers) -> pl.Series:
        payload = opening + index
        return join(digits(pattern, payload), _x(check(payload)))

    return write


def _uuid(rows: Rows, index: Integers | None) -> pl.Series:
    hexadecimal = random_symbols(_HEX, 32, rows.numbers, "identifier.uuid")
    if index is not None:
        hexadecimal = with_serial(hexadecimal, _HEX, index, 12)
    text = np.full((rows.count, 36), ord("-"), dtype=np.uint8)
    text[:, [place for place in range(36) if place not in (8, 13, 18, 23)]] = hexadecimal
    text[:, 14] = ord("4")
    text[:, 19] = np.frombuffer(b"89ab", dtype=np.uint8)[text[:, 19] % 4]
    return fixed(text)


def _timed(
    alphabet: str, length: int, stamp: int, scale: int, name: str
) -> Callable[[Rows, Integers | None], pl.Series]:
    """Random characters that begin with a time, in units of 1/`scale` s, written in `stamp` characters."""

    def write(rows: Rows, index: Integers | None) -> pl.Series:
        matrix = random_symbols(alphabet, length, rows.numbers, f"identifier.{name}")
        if stamp:
            moment = rows.numbers.integers(f"identifier.{name}.time", 0, _MOMENTS * scale) + _FIRST_MOMENT * scale
            matrix[:, :stamp] = with_serial(matrix[:, :stamp], alphabet, moment, stamp)
        return fixed(matrix if index is None else with_serial(matrix, alphabet, index, 10 if alphabet == _HEX else 8))

    return write


def _key(description: str, write: Callable[[Rows, Integers | None], pl.Series]) -> Field:
    """A key so long that its values never meet, and that carries the index where they must not."""
    return Field(description, lambda rows: write(rows, None), None, at=write, mixes=True)


def _numbered(description: str, space: int, write: Write, name: str) -> Field:
    return Field(
        description,
        lambda rows: write(rows, rows.numbers.integers(f"identifier.{name}", 0, space)),
        space, at=write, mixes=True,
    )  # fmt: skip


def _by_locale(description: str, shapes: dict[str, str], name: str) -> Field:
    def shape(locale: Locale) -> str:
        return shapes.get(locale.country, shapes.get("US", shapes["DE"]))

    return Field(
        description,
        lambda rows: coded(
            shape(rows.locale), rows.numbers.integers(f"identifier.{name}", 0, space_of(shape(rows.locale)))
        ),
        lambda locale: space_of(shape(locale)),
        at=lambda rows, index: coded(shape(rows.locale), index),
        apart=True,
    )


def _shaped(description: str, shape: str, name: str) -> Field:
    return _numbered(description, space_of(shape), lambda rows, index: coded(shape, index), name)


IDENTIFIER = FieldFamily(
    "identifier",
    {
        "iban": _numbered("International bank account number", IBAN_SPACE, iban, "iban"),
        "card": _numbered("Test number of a payment card", _CARD_SERIAL, card, "card"),
        "isbn13": _numbered("ISBN-13", 10**9, _checked("#" * 13, 978, ean), "isbn13"),
        "isbn10": _numbered("ISBN-10", 10**9, _ending_in_x("#########", mod_11), "isbn10"),
        "ean13": _numbered("EAN-13 for use within a store", 10**11, _checked("#" * 13, 2, ean), "ean13"),
        "ean8": _numbered("EAN-8 for use within a store", 10**6, _checked("#" * 8, 2, ean), "ean8"),
        "upc": _numbered("UPC-A for use within a store", 10**10, _checked("#" * 12, 4, ean), "upc"),
        "gtin14": _numbered("GTIN-14 of a case", 10**11, _checked("#" * 14, 12, ean), "gtin14"),
        "issn": _numbered("ISSN", 10**7, _ending_in_x("####-###", mod_11), "issn"),
        "vin": _numbered("Vehicle identification number", _VIN_SERIAL * 33**5, _vin, "vin"),
        "imei": _numbered("IMEI of test equipment", 10**12, _checked("0" + "#" * 14, 0, luhn), "imei"),
        "imsi": _shaped("IMSI of a test network", "00101##########", "imsi"),
        "ssn": _shaped("US social security number that is not issued", "9##-0#-####", "ssn"),
        "orcid": _numbered("ORCID iD", 10**7, _ending_in_x("####-####-####-###", mod_11_2, 8 * 10**7), "orcid"),
        "nhs": _numbered("NHS number of a test patient", 10**5, _nhs, "nhs"),
        "isin": _numbered("Securities number", 10**9, _isin, "isin"),
        "cusip": _numbered("CUSIP", 10**8, _checked("#########", 0, cusip), "cusip"),
        "doi": _shaped("DOI under the test prefix", "10.5555/######.####", "doi"),
        "swift": _shaped("Test SWIFT code", "@@@@DE@0XXX", "swift"),
        "vat": _by_locale("VAT number by its format", _VAT, "vat"),
        "license_plate": _by_locale("Number plate", _PLATES, "plate"),
        "uuid": _key("UUID, version 4", _uuid),
        "ulid": _key("ULID of 2024 or 2025", _timed(_CROCKFORD, 26, 10, 1000, "ulid")),
        "object_id": _key("MongoDB object id of 2024 or 2025", _timed(_HEX, 24, 8, 1, "object_id")),
        "nanoid": _key("Nano ID of 21 characters", _timed(_URL_SAFE, 21, 0, 1, "nanoid")),
    },
    by_country=True,
)
