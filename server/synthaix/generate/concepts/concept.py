"""A concept: what a column's words mean, and which generator a person would give it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from synthaix.schema import generator as kinds


@dataclass(frozen=True, slots=True)
class Concept:
    """`low`, `high` and `decimals` are natural limits, used where the column sets none.

    `family` and `field` name the entity's part the words stand for, also where a column is made otherwise;
    `language` marks text that only a model writes well.
    """

    phrase: tuple[str, ...]
    generator: kinds.Generator
    low: float | None = None
    high: float | None = None
    decimals: int | None = None
    language: bool = False

    @property
    def family(self) -> str | None:
        """The family whose entity the words describe."""
        return self.generator.kind if hasattr(self.generator, "field") else None

    @property
    def field(self) -> str | None:
        """The part of that entity."""
        return getattr(self.generator, "field", None)

    @property
    def words(self) -> str:
        """The words, for a sentence."""
        return " ".join(self.phrase)


def word_set(text: str) -> frozenset[str]:
    """The words of a list written as one text."""
    return frozenset(text.split())


def phrases(text: str) -> list[tuple[str, ...]]:
    """The alternatives of a data line, each as its words."""
    return [tuple(part.split()) for part in text.strip().split("|")]


def number_concepts(line: str) -> list[Concept]:
    """names ; distribution ; low..high ; decimals"""
    names, distribution, bounds, decimals = (part.strip() for part in line.split(";"))
    low_text, _, high_text = bounds.partition("..")
    low, high = (float(text) if text else None for text in (low_text, high_text))
    generator = _distribution(distribution.split(), low, high)
    return [Concept(phrase, generator, low, high, int(decimals)) for phrase in phrases(names)]


def _distribution(words: list[str], low: float | None, high: float | None) -> kinds.Generator:
    kind, values = words[0], [float(word) for word in words[1:]]
    match kind:
        case "lognormal":
            return kinds.LogNormal(mean=round(math.log(values[0]), 4), sigma=values[1])
        case "normal":
            return kinds.Normal(mean=values[0], std=values[1])
        case "exponential":
            return kinds.Exponential(scale=values[0])
        case "choice":
            return kinds.Categorical(values=tuple(map(int, values[::2])), weights=tuple(values[1::2]))
        case "poisson":
            return kinds.Poisson(lam=values[0])
    return kinds.Uniform(min=low, max=high)


def category_concepts(line: str) -> list[Concept]:
    """names: value weight, value weight, …"""
    names, _, listed = line.partition(":")
    values, weights = [], []
    for item in listed.split(", "):
        value, _, weight = item.strip().rpartition(" ")
        values.append(value)
        weights.append(float(weight))
    even = len(set(weights)) == 1
    generator = kinds.Categorical(values=tuple(values), weights=None if even else tuple(weights))
    return [Concept(phrase, generator) for phrase in phrases(names)]


def flag_concepts(line: str) -> list[Concept]:
    """names: probability of true"""
    names, _, chance = line.partition(":")
    return [Concept(phrase, kinds.Boolean(p=float(chance))) for phrase in phrases(names)]


_FAMILIES: dict[str, type[Any]] = {
    "person": kinds.Person,
    "address": kinds.Address,
    "company": kinds.Company,
    "internet": kinds.Internet,
    "commerce": kinds.Commerce,
    "finance": kinds.Finance,
    "travel": kinds.Travel,
    "text": kinds.Text,
}


def entity_concepts(line: str, language: bool = False) -> list[Concept]:
    """names: family.field"""
    names, _, target = line.rpartition(":")
    family, _, field = target.strip().partition(".")
    generator = _FAMILIES[family](field=field)
    return [Concept(phrase, generator, language=language) for phrase in phrases(names)]


def scheme_concepts(line: str) -> list[Concept]:
    """names: scheme of a check-summed identifier"""
    names, _, scheme = line.partition(":")
    return [Concept(phrase, kinds.Identifier(scheme=scheme.strip())) for phrase in phrases(names)]


def code_concepts(line: str) -> list[Concept]:
    """names: pattern"""
    names, _, pattern = line.partition(": ")
    return [Concept(phrase, kinds.Pattern(pattern=pattern.strip())) for phrase in phrases(names)]
