"""IBANs with the structure of their country and check digits that hold.

ISO 13616 with ISO/IEC 7064 MOD 97-10; the second check digits inside Belgian, French, Italian, Norwegian,
Portuguese and Spanish account numbers hold as well. Banks and accounts are random numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.families.checkdigits import mod_97
from synthaix.generate.families.locales import LOCALES
from synthaix.generate.families.vectors import Integers, digits, gather, join

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from synthaix.generate.families.base import Rows

_SERIAL = 7
"""Digits of the account that number the rows; the others are random."""

SPACE = 10**_SERIAL

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MIXED = ("DE", "GB", "AT", "CH", "DK", "LU", "IE", "TR")
"""Countries of rows whose locale has no IBANs."""

_ODD = np.array([1, 0, 5, 7, 9, 13, 15, 17, 19, 21])
"""What a digit in an odd place counts in the Italian check letter; in an even place it counts itself."""

_SPANISH = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A stretch of an account number: as written, and as the number MOD 97-10 reads."""

    text: pl.Series | str
    value: Integers
    width: int


def _digits(value: Integers, width: int) -> _Chunk:
    return _Chunk(digits("#" * width, value), value, width)


def _fixed(letters: str, count: int) -> _Chunk:
    value = _number(letters)
    return _Chunk(letters, np.full(count, value), len(str(value)))


@lru_cache(maxsize=64)
def _number(letters: str) -> int:
    """Letters as MOD 97-10 reads them: A is 10, Z is 35."""
    return int("".join(str(_LETTERS.index(letter) + 10) for letter in letters))


def _plain(width: int, letters: str = "") -> Callable[[Integers, Integers], Sequence[_Chunk]]:
    """An account of `width` digits, the last seven of which are the serial."""

    def write(serial: Integers, random: Integers) -> Sequence[_Chunk]:
        tail = min(width, 12)
        head = width - tail
        opening = [_fixed(letters, len(serial))] if letters else []
        first = [_digits(random % 10**head, head)] if head else []
        return [*opening, *first, _digits(random // 7 % 10 ** (tail - _SERIAL) * 10**_SERIAL + serial, tail)]

    return write


def _belgian(serial: Integers, random: Integers) -> Sequence[_Chunk]:
    account = random % 1000 * 10**7 + serial
    check = account % 97
    return [_digits(account, 10), _digits(np.where(check == 0, 97, check), 2)]


def _french(serial: Integers, random: Integers) -> Sequence[_Chunk]:
    bank, branch = random % 10**5, random // 10**5 % 10**5
    account = random // 10**10 % 10**4 * 10**7 + serial
    key = 97 - (89 * bank + 15 * branch + 3 * account) % 97
    return [_digits(bank * 10**5 + branch, 10), _digits(account, 11), _digits(key, 2)]


def _portuguese(serial: Integers, random: Integers) -> Sequence[_Chunk]:
    bank, account = random % 10**8, random // 10**8 % 10**4 * 10**7 + serial
    check = 98 - mod_97(mod_97(bank, account, 11), np.zeros_like(bank), 2)
    return [_digits(bank, 8), _digits(account, 11), _digits(check, 2)]


def _weighted(value: Integers, weights: Sequence[int]) -> Integers:
    """The digits of `value`, weighted from the right by the last weights first."""
    total, rest = np.zeros_like(value), value
    for weight in reversed(weights):
        rest, digit = np.divmod(rest, 10)
        total += digit * weight
    return total


def _spanish(serial: Integers, random: Integers) -> Sequence[_Chunk]:
    bank, account = random % 10**8, random // 10**8 % 1000 * 10**7 + serial
    # A check of 10 is written as 1, one of 11 as 0.
    first, second = ((11 - _weighted(part, _SPANISH) % 11) % 11 for part in (bank, account))
    checks = np.where(first == 10, 1, first) * 10 + np.where(second == 10, 1, second)
    return [_digits(bank, 8), _digits(checks, 2), _digits(account, 10)]


def _norwegian(serial: Integers, random: Integers) -> Sequence[_Chunk]:
    weights = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    # A check of 10 cannot be written; another first digit gives another check.
    account = (random % 90 + 910) * 10**7 + serial
    account = np.where(_weighted(account, weights) % 11 == 1, account - 9 * 10**9 + 8 * 10**9, account)
    return [_digits(account * 10 + -_weighted(account, weights) % 11, 11)]


def _italian(serial: Integers, random: Integers) -> Sequence[_Chunk]:
    bank, account = random % 10**10, random // 10**10 % 10**5 * 10**7 + serial
    total = np.zeros_like(bank)
    # 22 digits: counted from the left, the first of the bank and the first of the account are odd places.
    for part, width in ((bank, 10), (account, 12)):
        rest = part
        for place in range(width, 0, -1):
            rest, digit = np.divmod(rest, 10)
            total += _ODD[digit] if place % 2 else digit
    letter = total % 26
    check = _Chunk(gather(pl.Series(list(_LETTERS)), letter), letter + 10, 2)
    return [check, _digits(bank, 10), _digits(account, 12)]


def _brazilian(serial: Integers, random: Integers) -> Sequence[_Chunk]:
    owner = [_fixed("C", len(serial)), _digits(np.ones_like(serial), 1)]
    return [*_plain(23)(serial, random), *owner]


_ACCOUNTS = {
    "DE": _plain(18), "GB": _plain(14, "TEST"), "FR": _french, "ES": _spanish, "IT": _italian, "CH": _plain(17),
    "NL": _plain(10, "TEST"), "AT": _plain(16), "BE": _belgian, "PL": _plain(24), "SE": _plain(20), "NO": _norwegian,
    "DK": _plain(14), "FI": _plain(14), "PT": _portuguese, "CZ": _plain(20), "IE": _plain(14, "TEST"),
    "TR": _plain(22), "UA": _plain(25), "LU": _plain(16), "BR": _brazilian,
}  # fmt: skip


_PLACES = {code: place for place, code in enumerate(_ACCOUNTS)}


def iban(rows: Rows, index: Integers) -> pl.Series:
    """The IBANs numbered `index`, of each row's country or, where it has none, of one of several."""
    random = (rows.numbers.bits("identifier.iban")[:, 0] >> np.uint64(1)).astype(np.int64)
    if rows.locale.iban and not rows.world:
        return _written(rows.locale.iban, index, random)
    mixed = np.array([_PLACES[code] for code in _MIXED])
    chosen = mixed[rows.numbers.integers("identifier.iban.country", 0, len(_MIXED))]
    if rows.spoken is not None:
        own = np.array([_PLACES.get(locale.iban, -1) for locale in LOCALES.values()])[rows.spoken]
        chosen = np.where(own < 0, chosen, own)
    groups = {code: np.flatnonzero(chosen == place) for code, place in _PLACES.items()}
    made = [_written(code, index[here], random[here]) for code, here in groups.items() if len(here)]
    if not made:
        return pl.Series([], dtype=pl.String)
    return gather(pl.concat(made), np.argsort(np.concatenate(list(groups.values())), kind="stable"))


def _written(country: str, serial: Integers, random: Integers) -> pl.Series:
    chunks = _ACCOUNTS[country](serial, random)
    remainder = np.zeros(len(serial), dtype=np.int64)
    for chunk in chunks:
        remainder = mod_97(remainder, chunk.value, chunk.width)
    remainder = mod_97(remainder, np.full(len(serial), _number(country) * 100), 6)
    return join(country, digits("##", 98 - remainder), *(chunk.text for chunk in chunks))
