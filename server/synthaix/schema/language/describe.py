"""Descriptions a person would write, from a column's name and the table's subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthaix.schema.language.text import vocabulary
from synthaix.schema.language.unit_table import SUFFIXES

if TYPE_CHECKING:
    from synthaix.schema.language.draft import Draft

_FIXED = {
    "currency": "Currency code (USD, EUR, etc.)",
    "currency_code": "Currency code (USD, EUR, etc.)",
    "email": "E-mail address",
    "phone": "Phone number",
    "phone_number": "Phone number",
    "country_code": "Country code (US, DE, etc.)",
    "latitude": "Latitude in degrees",
    "longitude": "Longitude in degrees",
    "lat": "Latitude in degrees",
    "lon": "Longitude in degrees",
    "lng": "Longitude in degrees",
    "first_name": "First name",
    "last_name": "Last name",
    "dob": "Date of birth",
    "date_of_birth": "Date of birth",
    "ip_address": "IP address",
    "ip": "IP address",
    "ipv4": "IPv4 address",
    "url": "Web address",
    "uuid": "Universally unique identifier",
    "sku": "Stock keeping unit",
    "created_at": "When the {subject} was created",
    "updated_at": "When the {subject} was last updated",
    "deleted_at": "When the {subject} was deleted",
}
_GENERIC = vocabulary(
    "amount timestamp date time type status category name description notes note price total cost value quantity "
    "title code number reference state source channel method comment comments priority level score rating "
    "duration location datetime subject details label reason result outcome fee color colour size weight height "
    "currency_amount balance rank stage "
)
_ACRONYMS = dict(
    pair.strip().split("=")
    for pair in [
        "id=identifier",
        " ip=IP",
        " url=URL",
        " uri=URI",
        " uuid=UUID",
        " sku=SKU",
        " vat=VAT",
        " http=HTTP",
        " gpa=GPA",
        " bmi=BMI",
        " iban=IBAN",
        " isbn=ISBN",
        " vin=VIN",
        " gps=GPS",
        " cpu=CPU",
        " gpu=GPU",
        " ram=RAM",
        " os=operating system",
        " mfa=multi-factor authentication",
        " aqi=air quality index",
        " ssn=social security number",
        " dob=date of birth",
        " qty=quantity",
        " pm2=PM2",
        " pm10=PM10",
        " no2=NO2",
        " co2=CO2",
        " api=API",
        " dns=DNS",
        " tcp=TCP",
        " lat=latitude",
        " lon=longitude",
        " lng=longitude",
        " num=number of",
        " avg=average",
        " min=minimum",
        " max=maximum",
        " pct=percentage",
        " ssl=SSL",
        " tls=TLS",
        " pin=PIN",
        " hba1c=HbA1c",
        " ltv=LTV",
        " mrr=MRR",
        " roi=ROI",
        " ctr=CTR",
        " no=number",
        " txn=transaction",
        " vpa=VPA",
        " nps=NPS ",
    ]
)


def describe(draft: Draft, kind: str, subject: str) -> str:
    """One line on what the column holds; `subject` is the table's noun in the singular, or ""."""
    name = draft.name
    if name in _FIXED:
        return _FIXED[name].replace("{subject}", subject or "row")
    tokens = name.split("_")
    if tokens[-1] in {"id", "uuid", "guid"}:
        owner = _words(tokens[:-1]) or subject
        return f"Unique {owner} identifier".replace("  ", " ")
    if kind == "boolean":
        return _whether(tokens, subject)
    if name in _GENERIC:
        return _capital(f"{subject} {_words(tokens)}".strip())
    if tokens[-1] == "at" and len(tokens) > 1:
        return (
            f"When the {subject or 'row'} was {_words(tokens[:-1])}"
            if tokens[-2].endswith(("ed", "en", "t", "n"))
            else _capital(f"{_words(tokens[:-1])} timestamp")
        )
    if tokens[-1] == "on" and kind == "date":
        return f"Date on which the {subject or 'row'} was {_words(tokens[:-1])}"
    return _measured(draft, tokens)


def _measured(draft: Draft, tokens: list[str]) -> str:
    for length in (2, 1):
        suffix = "_".join(tokens[-length:])
        if len(tokens) > length and suffix in SUFFIXES and (draft.unit == SUFFIXES[suffix].suffix or len(suffix) > 1):
            return f"{_capital(_words(tokens[:-length]))} in {SUFFIXES[suffix].words}"
    bound = SUFFIXES.get(draft.measured_in or "")
    return _capital(_words(tokens)) + (f" in {bound.words}" if bound else "")


def _whether(tokens: list[str], subject: str) -> str:
    thing = f"the {subject}" if subject else "it"
    first, rest = tokens[0], _words(tokens[1:])
    if len(tokens) > 1 and first in {"is", "was", "are", "were"}:
        return f"Whether {thing} {'is' if first in {'is', 'are'} else 'was'} {rest}"
    if len(tokens) > 1 and first in {"has", "have", "had"}:
        return f"Whether {thing} has {rest}"
    if len(tokens) > 1 and first in {"can", "would", "will", "should"}:
        return f"Whether {thing} {first} {rest}"
    if tokens[-1] in {"flag", "indicator"}:
        return _capital(_words(tokens))
    if len(tokens) == 1:
        return f"Whether {thing} is {_words(tokens)}"
    return _capital(f"{_words(tokens)} (yes or no)")


def _words(tokens: list[str]) -> str:
    return " ".join(_ACRONYMS.get(token, token) for token in tokens)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
