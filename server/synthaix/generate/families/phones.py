"""Phone numbers in a locale's format."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.families.locales import Locale, locale_of
from synthaix.generate.families.vectors import Integers, digits, gather, join
from synthaix.generate.families.vocabulary import words

if TYPE_CHECKING:
    from synthaix.generate.families.base import Rows


def widened(pattern: str, wanted: int) -> str:
    """`pattern` with its last fixed digits freed until `wanted` digits vary; the country code stays."""
    letters = list(pattern)
    free = pattern.count("#")
    first = pattern.find("-" if pattern.startswith("+1-") else " ") + 1
    for place in range(len(letters) - 1, first - 1, -1):
        if free >= wanted:
            break
        if letters[place].isdigit():
            letters[place], free = "#", free + 1
    return "".join(letters)


@lru_cache(maxsize=64)
def _patterns(code: str, wide: bool) -> tuple[pl.Series, str]:
    """The fixed openings of a locale's numbers, and the pattern of digits that follows each of them."""
    locale = locale_of(code)
    patterns = [widened(each, locale.phone_wide) if wide else each for each in _written_out(locale)]
    cut = [(each[: each.index("#")], each[each.index("#") :]) for each in patterns]
    # Widened patterns may group their digits differently; those like the first are enough.
    openings = dict.fromkeys(opening for opening, tail in cut if tail == cut[0][1])
    return pl.Series(list(openings)), cut[0][1]


def _written_out(locale: Locale) -> list[str]:
    areas = words("area_codes").get(locale.country, "").split()
    patterns = [(pattern, areas if "{area}" in pattern else [""]) for pattern in locale.phone]
    return [pattern.replace("{area}", area) for pattern, among in patterns for area in among]


def phone(rows: Rows) -> pl.Series:
    """A number from a range set aside for fiction, where the country has one."""
    openings, tail = _patterns(rows.locale.code, False)
    numbers = rows.numbers.integers("person.phone", 0, len(openings) * 10 ** tail.count("#"))
    return _written(openings, tail, numbers)


def phone_at(rows: Rows, index: Integers) -> pl.Series:
    """Distinct numbers; they leave the reserved ranges, which hold too few."""
    openings, tail = _patterns(rows.locale.code, True)
    return _written(openings, tail, index)


def phone_space(locale: Locale) -> int:
    """How many distinct numbers `phone_at` can give."""
    openings, tail = _patterns(locale.code, True)
    return len(openings) * int(10 ** tail.count("#"))


def _written(openings: pl.Series, tail: str, numbers: Integers) -> pl.Series:
    number, opening = np.divmod(numbers, len(openings))
    return join(gather(openings, opening), digits(tail, number))
