"""The company family: name, industry, website, mailbox, size and the rest of one company per row.

The name carries the industry's word where it has one ("Bluepeak Logistics" is in Logistics), website, mailbox
and ticker are made from the name. Websites and mailboxes are under `.example`, which RFC 2606 reserves.
Industries, departments and phrases are English in every locale.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.families.ascii import handle
from synthaix.generate.families.base import Field, FieldFamily, Rows
from synthaix.generate.families.company_words import company_words
from synthaix.generate.families.vectors import (
    Integers,
    Vocabulary,
    digits,
    gather,
    join,
    plain,
    positions,
    random_digits,
)
from synthaix.generate.families.vocabulary import words

if TYPE_CHECKING:
    from synthaix.generate.families.locales import Locale

_PAIRS = 0.22
"""Share of companies named after two founders; their name tells no industry."""

_SIZES = ((1, "1-10"), (11, "11-50"), (51, "51-200"), (201, "201-500"), (501, "501-1000"), (1001, "1001-5000"),
          (5001, "5001+"))  # fmt: skip


@lru_cache(maxsize=1)
def _industries() -> Vocabulary:
    entries = words("company")["industries"]
    return Vocabulary(entries, [entry["w"] for entry in entries.values()])


def _industry_index(rows: Rows) -> Integers:
    drawn = _industries().index(rows.numbers, "company.industry").astype(np.int64)
    if "industry" not in rows.known:
        return drawn
    stated = positions(rows.known["industry"], {name: place for place, name in enumerate(_industries().values)})
    return np.where(stated < 0, drawn, stated)


@dataclass(frozen=True, slots=True)
class _Parts:
    """Places in the locale's `CompanyWords`."""

    head: Integers
    middle: Integers
    form: Integers


def _parts(rows: Rows) -> _Parts:
    """Which words make each row's name."""
    chosen, shelf = company_words(rows.book), rows.shelf
    head, paired = rows.numbers.uniform("company.head"), rows.numbers.uniform("company.kind") < _PAIRS
    # Two founders need a surname in front.
    founder = chosen.heads.firsts[shelf] + chosen.coined[shelf] + (head * chosen.founders[shelf]).astype(np.int64)
    trade = shelf * len(_industries()) + _industry_index(rows)
    sector = chosen.sectors.index(trade, rows.numbers.uniform("company.word"))
    partner = chosen.partners.index(shelf, rows.numbers.uniform("company.partner")) + len(chosen.sectors.values)
    return _Parts(
        np.where(paired, founder, chosen.heads.index(shelf, head)),
        np.where(paired, partner, sector),
        chosen.forms.index(shelf, rows.numbers.uniform("company.form")),
    )


def name(rows: Rows) -> pl.Series:
    """Bluepeak Logistics, Weber & Braun GmbH, …"""
    chosen, parts = company_words(rows.book), _parts(rows)
    named = gather(chosen.heads.values, parts.head), gather(chosen.middles, parts.middle)
    before = [gather(chosen.before, parts.form)] if (chosen.before != "").any() else []
    return join(*before, *named, gather(chosen.after, parts.form))


def _slug(rows: Rows) -> pl.Series:
    if "name" in rows.known:
        named = rows.given("name", name)
        if not named.equals(name(rows)):
            spelled = {value: handle(value) or "company" for value in named.unique()}
            return named.replace_strict(spelled, return_dtype=pl.String)
    chosen, parts = company_words(rows.book), _parts(rows)
    return join(gather(chosen.head_slugs, parts.head), gather(chosen.middle_slugs, parts.middle))


def legal_suffix(rows: Rows) -> pl.Series:
    """The legal form in the name; one that would fit where the name has none."""
    return gather(company_words(rows.book).forms.values, _parts(rows).form)


def industry(rows: Rows) -> pl.Series:
    """The industry the name speaks of."""
    return gather(_industries().values, _industry_index(rows))


def website(rows: Rows) -> pl.Series:
    """https://www.<name>.example"""
    return join("https://www.", _slug(rows), ".example")


def domain(rows: Rows) -> pl.Series:
    """<name>.example"""
    return join(_slug(rows), ".example")


def email(rows: Rows) -> pl.Series:
    """info@<name>.example"""
    return join(_mailboxes().sample(rows.numbers, "company.mailbox"), "@", _slug(rows), ".example")


@lru_cache(maxsize=1)
def _mailboxes() -> Vocabulary:
    boxes = words("company")["mailboxes"]
    return Vocabulary(boxes, list(boxes.values()))


def ticker(rows: Rows) -> pl.Series:
    """Three or four capitals from the name."""
    longer = pl.Series(rows.numbers.integers("company.ticker", 3, 5))
    return _slug(rows).str.slice(0, longer).str.to_uppercase()


def employees(rows: Rows) -> pl.Series:
    """How many people work there: log-normal around 60, at least one."""
    count = np.exp(4.1 + 1.6 * rows.numbers.normal("company.employees"))
    return pl.Series(np.clip(count, 1, 250_000).astype(np.int64))


def size(rows: Rows) -> pl.Series:
    """The band its number of employees falls in."""
    count = rows.given("employees", employees, pl.Int64)
    band = np.searchsorted([low for low, _ in _SIZES], count.to_numpy(), side="right") - 1
    return gather(pl.Series([label for _, label in _SIZES]), np.maximum(band, 0))


def founded(rows: Rows) -> pl.Series:
    """Year of foundation, recent ones more often."""
    return pl.Series(2024 - (rows.numbers.uniform("company.founded") ** 2.2 * 130).astype(np.int64))


@lru_cache(maxsize=1)
def _departments() -> tuple[pl.Series, list[list[str]]]:
    found = words("company")["departments"]
    return pl.Series(list(found)), [titles.split("|") for titles in found.values()]


def _department_index(rows: Rows) -> Integers:
    names, _ = _departments()
    drawn = rows.numbers.integers("company.department", 0, len(names))
    if "department" not in rows.known:
        return drawn
    stated = positions(rows.known["department"], {name: place for place, name in enumerate(names)})
    return np.where(stated < 0, drawn, stated)


def department(rows: Rows) -> pl.Series:
    """Engineering, Sales, …"""
    return gather(_departments()[0], _department_index(rows))


def job_title(rows: Rows) -> pl.Series:
    """A position in the row's department."""
    titles = _departments()[1]
    counts = np.array([len(each) for each in titles])
    chosen = _department_index(rows)
    place = (rows.numbers.uniform("company.title") * counts[chosen]).astype(np.int64)
    return gather(pl.Series([title for each in titles for title in each]), (np.cumsum(counts) - counts)[chosen] + place)


def catch_phrase(rows: Rows) -> pl.Series:
    """Simplify smarter supply chains for growing businesses."""
    data = words("company")
    lists = (data["phrase_verbs"].split(), data["phrase_adjectives"].split(), data["phrase_nouns"].split("|"))
    ends = [f" {end}" if end else "" for end in data["phrase_ends"].split("|")]
    verb, adjective, noun = (
        Vocabulary(each).sample(rows.numbers, f"company.phrase.{place}") for place, each in enumerate(lists)
    )
    return join(verb, " ", adjective, " ", noun, Vocabulary(ends).sample(rows.numbers, "company.phrase.end"))


def registration(rows: Rows) -> pl.Series:
    """A register number: the country and eight digits."""
    return random_digits(f"{rows.locale.country}########", rows.numbers, "company.registration")


def _registration_at(rows: Rows, index: Integers) -> pl.Series:
    return digits(f"{rows.locale.country}########", index)


def _domain_at(rows: Rows, index: Integers) -> pl.Series:
    letters = _slug(rows).str.strip_chars_end("0123456789")
    return join(letters, "-", plain(index + 1), ".example")


def _name_space(locale: Locale) -> int:
    return _slug_space(locale) * len(set(company_words(locale.code).after) | set(company_words(locale.code).before))


def _slug_space(locale: Locale) -> int:
    chosen = company_words(locale.code)
    founders = int(chosen.founders.sum())
    return chosen.heads.values.n_unique() * chosen.sectors.values.n_unique() + founders**2


def _ticker_space(locale: Locale) -> int:
    chosen = company_words(locale.code)
    openings = {slug[:4] for slug in chosen.middle_slugs}
    whole = {(head + middle)[:size] for head in chosen.head_slugs for middle in openings for size in (3, 4)}
    return len(whole)


def _phrase_space(_: Locale) -> int:
    data = words("company")
    splits = (" ", " ", "|", "|")
    names = ("phrase_verbs", "phrase_adjectives", "phrase_nouns", "phrase_ends")
    return int(np.prod([len(data[each].split(mark)) for each, mark in zip(names, splits, strict=True)]))


COMPANY = FieldFamily(
    "company",
    {
        "name": Field("Name with or without its legal form", name, _name_space),
        "legal_suffix": Field("Legal form", legal_suffix, lambda at: len(set(at.suffixes))),
        "industry": Field("Industry that fits the name", industry, lambda _: len(_industries())),
        "website": Field("URL made from the name, under .example", website, _slug_space),
        "domain": Field("Domain made from the name, under .example", domain, 10**7, at=_domain_at, mixes=True),
        "email": Field("Mailbox of the company", email, lambda at: _slug_space(at) * len(_mailboxes())),
        "ticker": Field("Stock symbol from the name", ticker, _ticker_space),
        "employees": Field("Number of employees", employees, 250_000),
        "size": Field("Band of the number of employees", size, len(_SIZES)),
        "founded": Field("Year of foundation", founded, 130),
        "department": Field("Department", department, lambda _: len(_departments()[0])),
        "job_title": Field("Position in the department", job_title, lambda _: sum(map(len, _departments()[1]))),
        "catch_phrase": Field("Slogan", catch_phrase, _phrase_space),
        "slogan": Field("Slogan", catch_phrase, _phrase_space),
        "registration_number": Field("Register number", registration, 10**8, at=_registration_at, apart=True),
    },
    by_country=True,
)
