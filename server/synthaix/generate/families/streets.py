"""Street names of a locale: the common ones, and a tail of real ones from mimesis."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from synthaix.generate.families.locales import LOCALES, locale_of
from synthaix.generate.families.vectors import SLOTS, Index, Integers, Vocabulary
from synthaix.generate.families.vocabulary import mimesis, street_lists, words

_OPENINGS = {"fr": ("rue", "rue", "rue", "avenue", "chemin", "allée"), "it": ("Via", "Via", "Viale"), "pt": ("Rua",)}
"""What stands before the bare names of these locales."""

_ARTICLES = {f" {word} ": f" {word.lower()} " for word in ("De", "Du", "Des", "La", "Le", "Les")}
_WHOLE = frozenset({"de", "de_AT", "de_CH", "es", "es_MX", "nl", "pt_BR", "sv", "no", "da", "cs"})
"""Locales whose mimesis list holds complete street names."""

_COMMON = 0.6
"""Share of addresses on a street whose name every town has."""


@dataclass(frozen=True, slots=True)
class Streets:
    """The streets of one locale or of all, with a table of slots per locale."""

    values: pl.Series
    table: Index

    def index(self, shelf: Integers | int, tickets: Integers) -> Index:
        """The street of each row, from the place of its locale and a number in [0, SLOTS)."""
        chosen: Index = self.table[shelf * SLOTS + tickets]
        return chosen


@lru_cache(maxsize=1)
def all_streets() -> Streets:
    """The streets of every locale, one after the other."""
    lists = [streets(code) for code in LOCALES]
    offsets = np.cumsum([0, *map(len, lists)])
    every = np.arange(SLOTS)
    tables = [each.at(every) + np.uint32(offset) for each, offset in zip(lists, offsets, strict=False)]
    return Streets(pl.concat([each.values for each in lists]), np.concatenate(tables))


@lru_cache(maxsize=64)
def streets(code: str) -> Vocabulary:
    """The street names of a locale."""
    english = words("english_streets")
    if code in english:
        suffixes = english[code].split()
        combined = [f"{name} {suffix}" for name in english["names"].split() for suffix in suffixes]
        weights = dict.fromkeys(combined, 0)
        for name in combined:
            weights[name] += 1
        return Vocabulary(weights, list(weights.values()))
    common = street_lists()[code]
    tail = [name for name in _tail(code) if name not in set(common)][:3000]
    if not tail:
        return Vocabulary(common)
    shares = [_COMMON / len(common)] * len(common) + [(1 - _COMMON) / len(tail)] * len(tail)
    return Vocabulary(common + tail, shares)


def _tail(code: str) -> list[str]:
    street = mimesis(locale_of(code).data, "address").get("street", {})
    names = street.get("name", []) if code in _WHOLE or code in _OPENINGS else []
    openings = _OPENINGS.get(code, ("",))
    found = [f"{openings[place % len(openings)]} {name}".strip() for place, name in enumerate(names)]
    if code == "fr":
        found = [_with_small_articles(name) for name in found]
    plain = [name for name in dict.fromkeys(found) if len(name) <= 26 and not set(name) & set("0123456789()/,")]
    plain = [name for name in plain if "Kolonie" not in name]
    # Lists are alphabetic: an even spread keeps every initial letter.
    return plain[:: max(1, len(plain) // 3000)]


def _with_small_articles(name: str) -> str:
    for written, small in _ARTICLES.items():
        name = name.replace(written, small)
    return name
