"""Measures: strings that are dates, times or numbers, as JSON and CSV often carry them.

One digit of a name is a slip, one digit of a moment or an amount is another moment or amount. Digits alone are
no measure: telephone numbers, postal codes and social security numbers are mistyped like names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_ENOUGH = 0.9  # share of the values that must have the form: the rest says "unknown", "n/a", or is empty

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[ap]\.?m\.?)?(?: ?(?:z|utc|gmt|[+-]\d{2}:?\d{2}))?"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?"
_DATES = (
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}",
    r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})",
    rf"\d{{1,2}}(?:st|nd|rd|th)?\.?[ -]{_MONTH},?[ -]\d{{2,4}}",
    rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{2,4}}",
    rf"{_MONTH} \d{{4}}",
    r"\d{4}-\d{2}",
)
_MOMENT = rf"^(?:{_DAY}(?:{'|'.join(_DATES)})(?:(?:t|,? )(?:at )?{_CLOCK})?|{_CLOCK})$"

_CURRENCY = r"(?:\p{Sc}|usd|eur|gbp|jpy|chf|cny|inr|cad|aud|nzd|sek|nok|dkk|pln|brl|mxn|krw|zar|try|rub|hkd|sgd)"
_DIGITS = r"(?:\d{1,3}(?:[,.' ]\d{3})+|\d+)"
_NUMBER = rf"^[-+]?(?:{_CURRENCY} ?)?[-+]?(?:{_DIGITS}(?:[.,]\d+)?|[.,]\d+)(?:e[-+]?\d+)? ?(?:%|{_CURRENCY})?$"
_DIGITS_ALONE = r"^\d+$"
_QUANTITY = re.compile(
    r"(^|_)(amount|balance|cost|count|fee|age|height|length|level|percent|price|qty|quantity|rate|rating|salary|score"
    r"|size|sum|temperature|total|value|volume|weight|width|year)$"
)


def are_measures(canonical: pl.Series, name: str) -> bool:
    """Whether a string column, of that name in lower case, holds dates, times or numbers; from its canonical values."""
    values = canonical.drop_nulls()
    values = values.filter(values != "")
    if not len(values):
        return False
    if _share(values, _MOMENT) >= _ENOUGH:
        return True
    digits_alone = _share(values, _DIGITS_ALONE) == 1 and not _QUANTITY.search(name)
    return not digits_alone and _share(values, _NUMBER) >= _ENOUGH


def _share(values: pl.Series, pattern: str) -> float:
    return float(values.str.contains(pattern).sum()) / len(values)
