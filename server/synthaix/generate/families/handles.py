"""E-mail addresses and usernames made from the name of the row's person.

Domains are reserved by RFC 2606: no address can reach anybody.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.families.ascii import handle
from synthaix.generate.families.names import first_names, last_names
from synthaix.generate.families.naming import first_index, first_name, full_name, last_index, last_name
from synthaix.generate.families.vectors import Vocabulary, gather, join, plain, where
from synthaix.generate.families.vocabulary import words

if TYPE_CHECKING:
    from synthaix.generate.families.base import Rows
    from synthaix.generate.families.locales import Locale
    from synthaix.generate.families.vectors import Index, Integers

_STYLES = Vocabulary(["0", "1", "2", "3", "4"], [46, 10, 14, 16, 14])
_WHOLE = 2
"""The style that writes the first name whole, with nothing behind it."""

_MARKS = pl.Series([".", "_", ""])
_NUMBERED = 10**5
"""Numbers that unique e-mail addresses end in; usernames, without a domain, go up to a hundred times that."""


def _known_names(rows: Rows) -> tuple[pl.Series, pl.Series] | None:
    """First and last names when the row has others than this family would draw for it."""
    if "full_name" in rows.known and not rows.known.keys() & {"first_name", "last_name"}:
        full = rows.given("full_name", full_name)
        if full.equals(full_name(rows)):
            return None
        split = full.str.strip_chars().str.splitn(" ", 2).struct
        parts = split.field("field_0"), split.field("field_1").fill_null("")
        return (parts[1], parts[0]) if rows.locale.surname_first and rows.spoken is None else parts
    if not rows.known.keys() & {"first_name", "last_name"}:
        return None
    own = first_name(rows), last_name(rows)
    found = rows.given("first_name", first_name), rows.given("last_name", last_name)
    return None if all(a.equals(b) for a, b in zip(own, found, strict=True)) else found


def _respelled(names: pl.Series, *, german: bool) -> pl.Series:
    spelled = {name: handle(name, german=german) for name in names.unique().drop_nulls()}
    return names.replace_strict(spelled, default="", return_dtype=pl.String)


def _spelled(rows: Rows, style: Index) -> tuple[pl.Series, pl.Series]:
    """An address up to the last name (`jane.`, `jane_`, `jane`, `j.` or `j` by style), and the last name."""
    named = _known_names(rows)
    if named is None:
        first, last = first_names(rows.book), last_names(rows.book)
        opening = first_index(rows).astype(np.int64) + style.astype(np.int64) * len(first.values)
        return gather(first.openings, opening), gather(last.handles, last_index(rows))
    german = rows.spoken is None and rows.locale.language == "German"
    whole, last_name = (_respelled(names, german=german) for names in named)
    first_name = where(style >= 3, whole.str.slice(0, 1), whole)
    return join(first_name, gather(pl.Series([".", "_", "", ".", ""]), style)), last_name


@lru_cache(maxsize=1)
def _suffixes() -> Vocabulary:
    """What follows the name in an address: nothing, two digits, or three."""
    two, three = [f"{number:02d}" for number in range(100)], [f"{number:03d}" for number in range(100, 1000)]
    return Vocabulary(["", *two, *three], [0.42, *([0.33 / 100] * 100), *([0.25 / 900] * 900)])


@lru_cache(maxsize=1)
def _hosts() -> Vocabulary:
    domains = words("people")["domains"]
    return Vocabulary([f"@{domain}" for domain in domains], list(domains.values()))


def email(rows: Rows) -> pl.Series:
    """first.last@…, flast42@…, from the row's name."""
    numbers = rows.numbers
    opening, closing = _spelled(rows, _STYLES.index(numbers, "person.style"))
    suffix, host = _suffixes().sample(numbers, "person.number"), _hosts().sample(numbers, "person.host")
    return join(opening, closing, suffix, host)


@lru_cache(maxsize=1)
def _many_hosts() -> pl.Series:
    """Personal and company domains: the more there are, the shorter the numbers of unique addresses."""
    personal = list(words("people")["domains"])
    return pl.Series([f"@{host}" for host in [*personal, *(f"{name.lower()}.example" for name in _firms())]])


def _firms() -> list[str]:
    return list(dict.fromkeys(words("company")["coined"].split()))


def email_at(rows: Rows, index: Integers) -> pl.Series:
    """Distinct for distinct `index`, whatever the names.

    Domain, separator and number encode the index, and a name's spelling holds no separator and no final digit.
    """
    rest, host = np.divmod(index, len(_many_hosts()))
    return join(username_at(rows, rest), gather(_many_hosts(), host))


def username(rows: Rows) -> pl.Series:
    """jsmith, jane_smith42, … from the row's name."""
    opening, closing = _spelled(rows, _STYLES.index(rows.numbers, "person.login"))
    return join(opening, closing, _suffixes().sample(rows.numbers, "person.login.number"))


def username_at(rows: Rows, index: Integers) -> pl.Series:
    """Distinct for distinct `index`: separator and number encode it."""
    number, mark = np.divmod(index, len(_MARKS))
    first, last = _spelled(rows, np.full(rows.count, _WHOLE, dtype=np.uint32))
    last = last.str.strip_chars_end("0123456789")
    # A name of digits only would run into the number.
    stop = where((last == "").to_numpy(), "x", "")
    return join(first, gather(_MARKS, mark), last, stop, plain(number + 1))


def email_space(_: Locale) -> int:
    """How many addresses `email_at` can give for each name."""
    return len(_MARKS) * _NUMBERED * len(_many_hosts())


def username_space(_: Locale) -> int:
    """How many usernames `username_at` can give for each name."""
    return len(_MARKS) * _NUMBERED * 100
