"""The words company names are made of, by locale, and how each is spelled in a domain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.families.ascii import handle
from synthaix.generate.families.locales import LOCALES, locale_of
from synthaix.generate.families.names import last_names
from synthaix.generate.families.vectors import Ragged
from synthaix.generate.families.vocabulary import name_lists, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from synthaix.generate.families.vectors import Integers

_LANGUAGES = {"English": "en", "German": "de", "French": "fr", "Spanish": "es", "Italian": "it", "Dutch": "nl",
              "Portuguese": "pt", "Japanese": "ja", "Korean": "ko", "Chinese": "zh", "Russian": "ru",
              "Ukrainian": "uk"}  # fmt: skip
_FAMILY_NAMES = 120
"""How many of the locale's commonest surnames found companies."""

_AND = {"ru": " и ", "uk": " та ", "ja": "", "ko": "", "zh": ""}
"""How a locale joins two founders."""


@dataclass(frozen=True, slots=True)
class CompanyWords:
    """The parts of company names of one locale or of all, and how each is spelled in a domain.

    `heads`, one list per locale, are `coined` words, then `founders`. `sectors` has one list per locale and
    industry, `partners` one per locale; both are places in `middles`, partners behind all sectors. `forms`
    is the legal form, and `before` and `after` are what it adds to the name.
    """

    heads: Ragged
    head_slugs: pl.Series
    coined: Integers
    founders: Integers
    sectors: Ragged
    partners: Ragged
    middles: pl.Series
    middle_slugs: pl.Series
    forms: Ragged
    before: pl.Series
    after: pl.Series


@lru_cache(maxsize=64)
def company_words(code: str) -> CompanyWords:
    """The words of a locale, or of all for ""."""
    codes = [code] if code else list(LOCALES)
    coined = [_spelled((words("company")["native"].get(each) or words("company")["coined"]).split()) for each in codes]
    founders = [_founders(each) for each in codes]
    sectors = [[_spelled(listed) for listed in _sectors(each)] for each in codes]
    heads = Ragged([*new, *old] for (new, _), (old, _) in zip(coined, founders, strict=True))
    trades = Ragged(
        [f"{_glue(each)}{word}" for word in listed]
        for each, groups in zip(codes, sectors, strict=True)
        for listed, _ in groups
    )
    partners = Ragged(
        [f"{_AND.get(each, ' & ')}{name}" for name in names] for each, (names, _) in zip(codes, founders, strict=True)
    )
    forms = [_forms(each) for each in codes]
    return CompanyWords(
        heads=heads,
        head_slugs=_joined([*new, *old] for (_, new), (_, old) in zip(coined, founders, strict=True)),
        coined=np.array([len(new) for new, _ in coined]),
        founders=np.array([len(names) for names, _ in founders]),
        sectors=trades,
        partners=partners,
        middles=pl.concat([trades.values, partners.values]),
        middle_slugs=_joined(slugs for group in [*sectors, founders] for _, slugs in group),
        forms=Ragged([form for form, _, _ in listed] for listed in forms),
        before=_joined([before for _, before, _ in listed] for listed in forms),
        after=_joined([after for _, _, after in listed] for listed in forms),
    )


def _joined(lists: Iterable[list[str]]) -> pl.Series:
    return pl.Series([value for each in lists for value in each], dtype=pl.String)


def _glue(code: str) -> str:
    return "" if code in words("company")["native"] else " "


def _sectors(code: str) -> list[list[str]]:
    """The words of every industry in the locale's language, or in English."""
    language = _LANGUAGES.get(locale_of(code).language, "en")
    return [entry.get(language, entry["en"]).split() for entry in words("company")["industries"].values()]


def _forms(code: str) -> list[tuple[str, str, str]]:
    """Each legal form, and what it puts before and after the name; Latin names do without in one of two cases."""
    suffixes = locale_of(code).suffixes
    if code in ("ru", "uk"):
        return [(form, f"{form} «", "»") for form in suffixes]
    if code == "ja":
        return [(form, form, "") for form in suffixes]
    if not _glue(code):
        return [(form, "", form) for form in suffixes]
    return [(form, "", f" {form}") for form in suffixes] + [(form, "", "") for form in suffixes]


def _spelled(entries: list[str]) -> tuple[list[str], list[str]]:
    """Words and their domain labels, from `word` or `word:latin`."""
    pairs = [entry.partition(":") for entry in entries]
    return [word for word, _, _ in pairs], [handle(latin or word) for word, _, latin in pairs]


def _founders(code: str) -> tuple[list[str], list[str]]:
    """The locale's commonest surnames, in their masculine form, and their domain labels."""
    names = last_names(code)
    known = min(_FAMILY_NAMES, len(dict.fromkeys(name_lists()[code, "s"])))
    men = slice(names.men, names.men + known)
    return names.values[men].to_list(), names.handles[men].to_list()
