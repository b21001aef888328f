"""Identifiers hold before the validators of another project."""

from __future__ import annotations

import re
import uuid

import polars as pl
import pytest
from stdnum import cusip, ean, iban, imei, imsi, isbn, isin, isni, issn, luhn
from stdnum.gb import nhs
from stdnum.us import ssn

from synthaix.generate.families import FAMILIES
from synthaix.generate.families.locales import LOCALES
from tests.support.families import draws, one_by_one, spread

IDENTIFIER = FAMILIES["identifier"]
COUNT = 3_000


def _sampled_and_counted(field: str, locale: str = "") -> list[str]:
    """Values drawn at random, and values by index from all over the space."""
    index = spread(IDENTIFIER.space(field, locale), COUNT)
    by_index = IDENTIFIER.sample_at(field, locale, index, draws(len(index)), {})
    return [str(value) for value in [*one_by_one("identifier", field, locale, COUNT), *by_index]]


@pytest.mark.parametrize(
    ("field", "is_valid"),
    [("isbn13", isbn.is_valid), ("isbn10", isbn.is_valid), ("ean13", ean.is_valid), ("ean8", ean.is_valid),
     ("upc", ean.is_valid), ("gtin14", ean.is_valid), ("issn", issn.is_valid), ("imei", imei.is_valid),
     ("imsi", imsi.is_valid), ("isin", isin.is_valid), ("cusip", cusip.is_valid), ("orcid", isni.is_valid),
     ("nhs", nhs.is_valid), ("card", luhn.is_valid)],
)  # fmt: skip
def test_check_digits_hold(field: str, is_valid: object) -> None:
    values = _sampled_and_counted(field)
    assert [value for value in values if not is_valid(value)] == []  # type: ignore[operator]


@pytest.mark.parametrize("locale", ["", *LOCALES])
def test_ibans_hold_with_the_length_and_inner_checks_of_their_country(locale: str) -> None:
    values = _sampled_and_counted("iban", locale)
    assert [value for value in values if not iban.is_valid(value)] == []
    country = LOCALES[locale].iban if locale else ""
    assert all(value.startswith(country) for value in values)


def test_italian_and_french_accounts_hold_their_own_check() -> None:
    odd = dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True))
    for value in _sampled_and_counted("iban", "it"):
        total = sum(int(digit) if place % 2 else odd[digit] for place, digit in enumerate(value[5:]))
        assert value[4] == chr(ord("A") + total % 26)
    for value in _sampled_and_counted("iban", "fr"):
        bank, branch, account, key = int(value[4:9]), int(value[9:14]), int(value[14:25]), int(value[25:27])
        assert (89 * bank + 15 * branch + 3 * account + key) % 97 == 0


def test_ibans_follow_a_known_country() -> None:
    known = {"country_code": pl.Series(["DE", "FR", "IT", "US"] * 50)}
    values = one_by_one("identifier", "iban", "", 200, known)
    assert all(str(value).startswith("DE") for value in values[::4])
    assert all(str(value).startswith("FR") for value in values[1::4])
    assert all(iban.is_valid(str(value)) for value in values)


def test_vehicle_numbers_hold_their_check_digit() -> None:
    letters = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True))
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    for value in _sampled_and_counted("vin"):
        assert re.fullmatch(r"[A-HJ-NPR-Z0-9]{17}", value)
        total = sum((int(s) if s.isdigit() else letters[s]) * w for s, w in zip(value, weights, strict=True))
        assert value[8] == "0123456789X"[total % 11]


def test_cards_are_published_test_numbers_of_a_known_network() -> None:
    known = {"card_network": pl.Series(["Visa", "Mastercard", "American Express", None] * 50)}
    cards = [str(card) for card in one_by_one("identifier", "card", "", 200, known)]
    assert all(re.fullmatch(r"4(111111|242424|000000|012888|263982)\d{9}", card) for card in cards[::4])
    assert all(re.fullmatch(r"(5|2)\d{15}", card) for card in cards[1::4])
    assert all(re.fullmatch(r"3(7|4)\d{13}", card) for card in cards[2::4])


def test_social_security_numbers_are_never_issued() -> None:
    assert not any(ssn.is_valid(value) for value in _sampled_and_counted("ssn"))


def test_uuids_are_of_version_four() -> None:
    for value in _sampled_and_counted("uuid"):
        parsed = uuid.UUID(value)
        assert parsed.version == 4
        assert parsed.variant == uuid.RFC_4122


@pytest.mark.parametrize(
    ("field", "shape"),
    [("ulid", r"01[0-9A-HJKMNP-TV-Z]{24}"), ("object_id", r"6[0-9a-f]{23}"), ("nanoid", r"[A-Za-z0-9_-]{21}"),
     ("doi", r"10\.5555/\d{6}\.\d{4}"), ("swift", r"[A-Z]{4}DE[A-Z]0XXX"), ("license_plate", r"[A-Z]{3}-\d{4}")],
)  # fmt: skip
def test_keys_have_their_shape(field: str, shape: str) -> None:
    assert all(re.fullmatch(shape, value) for value in _sampled_and_counted(field))


def test_number_plates_are_those_of_the_locale() -> None:
    assert all(
        re.fullmatch(r"[A-Z]{2}-\d{3}-[A-Z]{2}", str(each)) for each in one_by_one("identifier", "license_plate", "fr")
    )
    assert all(re.fullmatch(r"M-[A-Z]{2} \d{4}", str(each)) for each in one_by_one("identifier", "license_plate", "de"))
