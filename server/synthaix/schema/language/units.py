"""Units of measure: how they are written, the suffix they give a name, and the type they suggest."""

from __future__ import annotations

import re

from synthaix.schema.language.unit_table import UNITS

_SQUARED = {
    "square": {
        "m": "m2",
        "metre": "m2",
        "metres": "m2",
        "meter": "m2",
        "meters": "m2",
        "feet": "sqft",
        "foot": "sqft",
        "km": "km2",
        "kilometres": "km2",
        "kilometers": "km2",
    },
    "cubic": {"m": "m3", "metres": "m3", "meters": "m3"},
}


_PER = re.compile(r"(?:(\w+) )?per (\w+)$")


_PER_HOUR = {
    ("miles", "hour"): "mph",
    ("km", "hour"): "km_h",
    ("kilometres", "hour"): "km_h",
    ("kilometers", "hour"): "km_h",
    ("metres", "second"): "m_s",
    ("meters", "second"): "m_s",
    ("beats", "minute"): "bpm",
}


def unit_of(text: str) -> str | None:
    """The name suffix of a unit as somebody wrote it, or None where the text is no unit."""
    text = re.sub(r"\s+", " ", text.strip().rstrip("."))
    if text in {"B", "C", "F", "A", "V", "W", "M", "N", "H", "L"} and text not in {"V", "W", "A", "C", "F", "L"}:
        return None
    lowered = text.lower()
    if lowered in UNITS:
        return UNITS[lowered].suffix
    over, slash, under = lowered.partition("/")
    if (
        slash
        and over in UNITS
        and under
        in {
            "l",
            "ml",
            "dl",
            "m3",
            "h",
            "s",
            "min",
            "day",
            "kg",
            "g",
            "cm3",
            "m2",
            "ha",
            "year",
            "km",
            "yr",
            "hr",
            "100km",
            "hour",
            "second",
            "minute",
            "litre",
            "liter",
        }
    ):
        return f"{UNITS[over].suffix}_{under}"
    first, _, second = lowered.partition(" ")
    if first in {"sq", "sq.", "square"} and second in _SQUARED["square"]:
        return _SQUARED["square"][second]
    if first == "cubic" and second in _SQUARED["cubic"]:
        return _SQUARED["cubic"][second]
    if first in {"degrees", "degree", "deg"} and second in {"c", "celsius", "f", "fahrenheit"}:
        return "celsius" if second[0] == "c" else "fahrenheit"
    if match := _PER.fullmatch(lowered):
        return _PER_HOUR.get((match[1] or "", match[2]))
    if re.fullmatch(r"(?:us|canadian|australian) dollars?", lowered):
        return {"u": "usd", "c": "cad", "a": "aud"}[lowered[0]]
    return None


_WRITTEN_OUT = "|".join(
    sorted(
        (
            re.escape(key)
            for key in UNITS
            if len(key) >= 2
            and key
            not in {
                "min",
                "day",
                "year",
                "month",
                "week",
                "bar",
                "pages",
                "words",
                "hour",
                "second",
                "bit",
                "rs",
                "pa",
                "ma",
                "nm",
                "us$",
                "cal",
                "foot",
                "m2",
                "l",
            }
        ),
        key=len,
        reverse=True,
    )
)


IN_UNIT = re.compile(
    (
        r"\s(?:in|measured in|given in|expressed in|as a|as|\()\s?(?P<unit>(?:square |sq\.? ?|cubic |"
        r"degrees? |us )?[%$€£°a-zA-Zµ][a-zA-Z]{0,12}[²³23]?(?:/[a-zA-Z0-9³]{1,4})?(?: per (?:hour|second|"
        r"minute))?)\s*\)?$"
    ),
)


BARE_UNIT = re.compile(
    rf"(?<=[\w)])\s(?P<unit>{_WRITTEN_OUT}|%|[€£$]|°[CF]?|kW|kWh|sq ft|sq m|square (?:met(?:re|er)s|feet))$",
    re.IGNORECASE,
)
"""A unit that ends a phrase with nothing before it: "weight kg", "speed km/h"."""
