"""Codes of letters and digits written from numbers: every index of a shape gives another code."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from synthaix.generate.families.vectors import Integers, Numbers, fixed

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

_SYMBOLS = {"#": "0123456789", "@": "ABCDEFGHJKLMNPRSTUVWXYZ", "*": "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"}
"""What each mark of a shape stands for; letters that read like digits are left out."""


@lru_cache(maxsize=256)
def _alphabets(shape: str) -> tuple[NDArray[np.uint8], ...]:
    return tuple(np.frombuffer(_SYMBOLS[mark].encode(), dtype=np.uint8) for mark in shape if mark in _SYMBOLS)


def space_of(shape: str) -> int:
    """How many codes a shape has."""
    return prod(len(alphabet) for alphabet in _alphabets(shape))


def coded(shape: str, index: Integers) -> pl.Series:
    """The index-th codes of a shape of ASCII: `#` a digit, `@` a letter, `*` either, the rest as it is."""
    matrix = np.tile(np.frombuffer(shape.encode(), dtype=np.uint8), (len(index), 1))
    rest = index
    marks = [place for place, mark in enumerate(shape) if mark in _SYMBOLS]
    for place, alphabet in reversed(list(zip(marks, _alphabets(shape), strict=True))):
        rest, symbol = np.divmod(rest, len(alphabet))
        matrix[:, place] = alphabet[symbol]
    return fixed(matrix)


def random_symbols(alphabet: str, length: int, numbers: Numbers, purpose: str) -> NDArray[np.uint8]:
    """Random characters of an alphabet of at most 64, shaped (rows, length)."""
    words = numbers.bits(purpose, -(-length // 8)).astype("<u8")
    places = np.ascontiguousarray(words).view(np.uint8)[:, :length]
    # 256 is no multiple of most lengths; the bias is below 1 in 8 for 26 letters and none for 16, 32 and 64.
    return np.frombuffer(alphabet.encode(), dtype=np.uint8)[places % len(alphabet)]


def with_serial(matrix: NDArray[np.uint8], alphabet: str, index: Integers, width: int) -> NDArray[np.uint8]:
    """The last `width` characters replaced by the index in base len(alphabet): distinct rows for distinct indices."""
    written, rest = matrix.copy(), index
    letters = np.frombuffer(alphabet.encode(), dtype=np.uint8)
    for place in range(1, width + 1):
        rest, symbol = np.divmod(rest, len(alphabet))
        written[:, -place] = letters[symbol]
    return written
