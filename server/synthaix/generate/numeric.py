"""Choosing a distribution for a number by what it means and where it is bounded."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from synthaix.generate.concepts import Concept, meaning_of, words_of
from synthaix.schema import generator as kinds

if TYPE_CHECKING:
    from datetime import datetime

    from synthaix.schema.table import Column

Chosen = tuple[kinds.Generator, str]

_STARS = kinds.Categorical(values=(1, 2, 3, 4, 5), weights=(5, 6, 14, 33, 42))
_WIDE = 20
"""Ratio of the bounds from which an amount is skewed rather than even."""

_UNIQUE_RANGE = 10**9


def choose(column: Column, today: datetime, subject: str) -> Chosen:
    """The distribution a person would choose, and why."""
    words = words_of(column.name)
    low, high = column.bound("minimum"), column.bound("maximum")
    if column.unique:
        return _unique(column, low, high)
    if column.type == "integer" and "year" in words[-1:] and "birth" not in words and (low is None or high is None):
        first = low if low is not None else min(today.year - 25, high if high is not None else today.year)
        return kinds.Uniform(min=first, max=high if high is not None else max(today.year, first)), "recent years"
    concept = meaning_of(column, subject)
    if column.type == "integer" and words[-1:] and words[-1] in ("rating", "stars") and _is_stars(low, high):
        return _STARS, "people rate high more often than low"
    if concept is None and _says_percent(column):
        concept = meaning_of(column.model_copy(update={"name": "percent"}))
    if low is not None and high is not None:
        return _between(column, concept, float(low), float(high))
    if concept is None:
        return _unknown(column, low, high)
    if isinstance(concept.generator, kinds.Categorical):
        usable = low is None and high is None
        return (concept.generator, f"{concept.words!r} is one of these") if usable else _unknown(column, low, high)
    if low is None and high is None:
        return concept.generator, f"{concept.words!r} is usually spread like this"
    if _reaches(concept.generator, low, high):
        return concept.generator, f"{concept.words!r} is usually spread like this, cut off at the bound"
    return _unknown(column, low, high)


def _unique(column: Column, low: float | None, high: float | None) -> Chosen:
    first = 1.0 if low is None and (high is None or high >= 1) else (low if low is not None else high - _UNIQUE_RANGE)  # type: ignore[operator]
    last = high if high is not None else first + _UNIQUE_RANGE
    return kinds.Uniform(min=first, max=last), "spread over a range wide enough to be unique"


def _is_stars(low: float | None, high: float | None) -> bool:
    return low in (None, 1) and high in (None, 5)


def _says_percent(column: Column) -> bool:
    return "%" in column.description or bool({"percent", "percentage"} & set(words_of(column.description)))


def _between(column: Column, concept: Concept | None, low: float, high: float) -> Chosen:
    generator = concept.generator if concept is not None else None
    if isinstance(generator, kinds.LogNormal) and low >= 0 and high > 0 and high / max(low, high / 1e4) >= _WIDE:
        assert concept is not None
        centre = math.log(math.sqrt(max(low, high / 400) * high))
        sigma = round((math.log(high) - centre) / 2.4, 3)
        skewed = kinds.LogNormal(mean=round(centre, 4), sigma=sigma)
        return skewed, f"{concept.words!r} is usually skewed; within the bounds"
    if isinstance(generator, kinds.Normal) and _reaches(generator, low, high) and high - low >= 3 * generator.std:
        assert concept is not None
        return generator, f"{concept.words!r} is usually spread like this, within the bounds"
    return kinds.Uniform(min=low, max=high), "spread evenly between the bounds"


def _reaches(generator: kinds.Generator, low: float | None, high: float | None) -> bool:
    """Whether the middle of the distribution lies within the bounds."""
    match generator:
        case kinds.Normal():
            middle = generator.mean
        case kinds.LogNormal():
            middle = math.exp(generator.mean)
        case kinds.Exponential():
            middle = generator.scale
        case kinds.Poisson():
            middle = generator.lam
        case kinds.Uniform():
            ends = generator.min, generator.max
            inside_low = low is None or ends[1] is None or low < ends[1]
            return inside_low and (high is None or ends[0] is None or high > ends[0])
        case _:
            return False
    return (low is None or middle > low) and (high is None or middle < high)


def _unknown(column: Column, low: float | None, high: float | None) -> Chosen:
    why = "no known meaning, so an even spread"
    if low is not None and high is not None:
        return kinds.Uniform(min=low, max=high), "spread evenly between the bounds"
    if low is not None:
        return kinds.Uniform(min=low, max=low + max(abs(low), 1000)), f"{why} above the minimum"
    if high is not None:
        return kinds.Uniform(min=high - max(abs(high), 1000) if high <= 0 else 0, max=high), f"{why} below the maximum"
    if column.type == "decimal":
        return kinds.LogNormal(mean=4.0943, sigma=1.0), "decimals are mostly money, which is skewed"
    return kinds.Uniform(min=1 if column.type == "integer" else 0, max=1000), why
