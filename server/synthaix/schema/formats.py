"""What a value of each `format` looks like, as vectorised tests."""

from __future__ import annotations

import ipaddress
import zoneinfo
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"(?:{_LABEL}\.)*{_LABEL}"
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


CURRENCIES = _codes(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLP CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL "
    "HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD "
    "MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR "
    "RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD "
    "TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL"
)
"""ISO 4217 codes in use, with those withdrawn since 2020 that data still carries."""

COUNTRIES = _codes(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
)
"""ISO 3166-1 alpha-2 codes, and XK as everybody writes Kosovo."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format: a test on a text column that is null where the text is, and an example for messages."""

    example: str
    test: Callable[[pl.Expr], pl.Expr]


def _matching(pattern: str) -> Callable[[pl.Expr], pl.Expr]:
    whole = rf"\A(?:{pattern})\z"
    return lambda text: text.str.contains(whole)


def _each(accepts: Callable[[str], bool]) -> Callable[[pl.Expr], pl.Expr]:
    def test(batch: pl.Series) -> pl.Series:
        return pl.Series(batch.name, [None if text is None else accepts(text) for text in batch], dtype=pl.Boolean)

    return lambda text: text.map_batches(test, return_dtype=pl.Boolean)


def _is_ipv6(text: str) -> bool:
    try:
        return isinstance(ipaddress.ip_address(text), ipaddress.IPv6Address)
    except ValueError:
        return False


def _is_iban(text: str) -> bool:
    """ISO 13616: the digits, country and check digits moved to the end, are 1 modulo 97."""
    text = text.replace(" ", "").upper()
    if not (15 <= len(text) <= 34 and text.isascii() and text.isalnum() and text[:2].isalpha() and text[2:4].isdigit()):
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def _is_card(text: str) -> bool:
    """ISO/IEC 7812: 12 to 19 digits whose last is the Luhn check digit."""
    digits = text.replace(" ", "").replace("-", "")
    if not (12 <= len(digits) <= 19 and digits.isascii() and digits.isdigit()):
        return False
    doubled = sum(int(digit) * 2 - (9 if digit > "4" else 0) for digit in digits[-2::-2])
    return (doubled + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0


def _is_ean13(text: str) -> bool:
    """GS1: weights 1 and 3 in turn make a multiple of ten."""
    digits = text.replace("-", "").replace(" ", "")
    if len(digits) != 13 or not (digits.isascii() and digits.isdigit()):
        return False
    return (sum(map(int, digits[::2])) + 3 * sum(map(int, digits[1::2]))) % 10 == 0


def _is_isbn13(text: str) -> bool:
    return text.startswith(("978", "979")) and _is_ean13(text)


@cache
def _timezones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones()) | {"UTC"}


def _is_timezone(text: str) -> bool:
    known = _timezones()
    # A machine without a time-zone database knows no names; the shape is all there is to judge by then.
    return text in known if len(known) > 1 else "/" in text or text == "UTC"


FORMATS: dict[str, Format] = {
    "email": Format("ana@example.com", _matching(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}")),
    "uuid": Format(
        "123e4567-e89b-42d3-a456-426614174000",
        _matching(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"),
    ),
    "ipv4": Format("192.0.2.1", _matching(rf"(?:{_OCTET}\.){{3}}{_OCTET}")),
    "ipv6": Format("2001:db8::1", _each(_is_ipv6)),
    "uri": Format("https://example.com/a", _matching(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\x22{}|\\^`]+")),
    "url": Format(
        "https://example.com/a",
        _matching(rf"(?:https?|ftp)://(?:[^\s/@]+@)?{_HOST}(?::[0-9]{{1,5}})?(?:[/?#][^\s<>\x22]*)?"),
    ),
    "phone": Format(
        "+1 202 555 0123",
        lambda text: (
            text.str.contains(r"\A\+?[0-9(][0-9 ().\-/]{4,24}[0-9](?: ?(?:x|ext\.?) ?[0-9]{1,6})?\z")
            & text.str.count_matches(r"[0-9]").is_between(5, 21)
        ),
    ),
    "hostname": Format("www.example.com", _matching(_HOST)),
    "mac": Format("00:1a:2b:3c:4d:5e", _matching(r"[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5}")),
    "iban": Format("DE89370400440532013000", _each(_is_iban)),
    "card": Format("4111111111111111", _each(_is_card)),
    "isbn13": Format("9780306406157", _each(_is_isbn13)),
    "ean13": Format("4006381333931", _each(_is_ean13)),
    "vin": Format("1M8GDM9AXKP042788", _matching(r"[A-HJ-NPR-Z0-9]{17}")),
    "currency_code": Format("EUR", lambda text: text.is_in(CURRENCIES)),
    "country_code": Format("DE", lambda text: text.is_in(COUNTRIES)),
    "language_code": Format("en", _matching(r"[a-z]{2,3}(?:[-_](?:[A-Z][a-z]{3}|[A-Z]{2}))*")),
    "timezone": Format("Europe/Berlin", _each(_is_timezone)),
    "postal_code": Format("10115", _matching(r"[A-Za-z0-9](?:[A-Za-z0-9 -]{0,10}[A-Za-z0-9])?")),
    "color": Format("#1e90ff", _matching(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")),
    "slug": Format("a-short-title", _matching(r"[\p{Ll}0-9]+(?:[-_][\p{Ll}0-9]+)*")),
    "username": Format("ana.silva", _matching(r"[\p{L}0-9](?:[\p{L}0-9._-]{0,62}[\p{L}0-9_])?")),
}
