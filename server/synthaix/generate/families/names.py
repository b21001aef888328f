"""The first and last names of a locale, by sex, with their e-mail spelling."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from synthaix.generate.families.ascii import handle
from synthaix.generate.families.locales import LOCALES, Locale, locale_of
from synthaix.generate.families.vectors import SLOTS, Floats, Index, Integers, slots
from synthaix.generate.families.vocabulary import mimesis, name_lists

FEMALE, MALE = 0, 1

_RARER = 12.0
"""Rank at which a name is half as common as the first: 1 / (rank + 12) is close to census tables' heads."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names of both sexes in one list, picked through a table of slots per sex, locale by locale.

    `openings` holds every name's handle in each way to open an address (`jane.`, `jane_`, `jane`, `j.`, `j`):
    way f of name k is entry `f * len(values) + k`. The names of men begin at `men`: at 0 where both sexes
    have the same.
    """

    values: pl.Series
    handles: pl.Series
    openings: pl.Series
    table: Index
    men: int

    def index(self, sex: Integers, tickets: Integers, shelf: Integers | int = 0) -> Index:
        """The name of each row, from its sex, a number in [0, SLOTS) and the place of its locale."""
        chosen: Index = self.table[(sex + shelf * 2) * SLOTS + tickets]
        return chosen


def _weights(head: int, tail: int, share: float) -> Floats:
    common = 1.0 / (np.arange(head) + _RARER)
    rare = np.ones(tail)
    share = share if tail and head else float(not head)
    parts = [common / max(common.sum(), 1e-9) * (1 - share), rare / max(tail, 1) * share]
    return np.concatenate(parts)


def _built(lists: tuple[list[str], list[str]], tails: tuple[list[str], list[str]], locale: Locale) -> Names:
    """The names of women, then those of men; one list for both where they are the same."""
    german = locale.language == "German"
    values: list[str] = []
    handles: list[str] = []
    tables: list[Index] = []
    starts: list[int] = []
    for head, tail in zip(lists, tails, strict=True):
        if tables and lists[0] is lists[1] and tails[0] == tails[1]:
            tables.append(tables[0])
            starts.append(0)
            continue
        spelled = [entry.partition(":") for entry in dict.fromkeys(head)]
        taken = {name for name, _, _ in spelled}
        rare = [name for name in tail if name not in taken]
        starts.append(len(values))
        tables.append(slots(_weights(len(spelled), len(rare), locale.tail)) + np.uint32(len(values)))
        values += [name for name, _, _ in spelled] + rare
        handles += [handle(roman or name, german=german) for name, _, roman in spelled]
        handles += [handle(name, german=german) for name in rare]
    return Names(pl.Series(values), pl.Series(handles), _openings(handles), np.concatenate(tables), starts[1])


def _openings(handles: list[str]) -> pl.Series:
    whole = pl.Series(handles)
    initials = whole.str.slice(0, 1)
    return pl.concat([whole + ".", whole + "_", whole, initials + ".", initials])


def _together(books: list[Names]) -> Names:
    """The names of several locales, one after the other."""
    offsets = np.cumsum([0, *(len(book.values) for book in books)])
    tables = [book.table + np.uint32(offset) for book, offset in zip(books, offsets, strict=False)]
    handles = pl.concat([book.handles for book in books])
    values = pl.concat([book.values for book in books])
    return Names(values, handles, _openings(handles.to_list()), np.concatenate(tables), 0)


def _cased(name: str) -> str:
    """McDonald for Mcdonald, Jean-Luc for Jean-luc."""
    name = "-".join(part[:1].upper() + part[1:] for part in name.split("-"))
    return "Mc" + name[2:].capitalize() if name.startswith("Mc") and len(name) > 3 else name


def _usable(names: list[str], other: list[str]) -> list[str]:
    """Names of the tail that belong to one sex, are words, and can be written in an address."""
    barred = set(other)
    kept = dict.fromkeys(_cased(name) for name in names if name not in barred and len(name) > 2 and name[0].isupper())
    return [name for name in kept if name.replace("-", "").replace(" ", "").isalpha() and handle(name)]


@lru_cache(maxsize=64)
def first_names(code: str) -> Names:
    """First names of a locale, or of all of them for ""."""
    if not code:
        return _together([first_names(each) for each in LOCALES])
    locale, lists = locale_of(code), name_lists()
    found = mimesis(locale.data, "person").get("names") or {} if locale.tail else {}
    female, male = found.get("female", []), found.get("male", [])
    women, men = lists[code, "f"], lists[code, "m"]
    tails = (_usable(female, [*male, *men]), _usable(male, [*female, *women]))
    return _built((women, men), tails, locale)


@lru_cache(maxsize=64)
def last_names(code: str) -> Names:
    """Last names of a locale, or of all for ""; where women's names end differently, each sex has its own."""
    if not code:
        return _together([last_names(each) for each in LOCALES])
    locale, lists = locale_of(code), name_lists()
    found = mimesis(locale.data, "person").get("surnames", []) if locale.tail else []
    women = lists.get((code, "sf"), lists[code, "s"])
    tails = (found, found) if isinstance(found, list) else (found["female"], found["male"])
    women_tail = _usable(tails[0], [])
    men_tail = women_tail if tails[0] is tails[1] else _usable(tails[1], [])
    return _built((women, lists[code, "s"]), (women_tail, men_tail), locale)
