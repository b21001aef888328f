"""How often a string has each letter: what bounds its similarity to another one, at a fraction of the cost.

Every letter that one string has more often than the other takes an insertion, a deletion or a replacement,
and no order of the words changes that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

CELLS = 32
"""Counters a string; letters share them, which makes the bound looser, never wrong."""

_MANY = 255  # as often as a cell counts; so does this
_BLOCK = 1_024  # rows counted together


def letters_of(texts: pl.Series) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """((rows, cells) counts, lengths in characters; -1 for a null)."""
    lengths = texts.str.len_chars().cast(int).fill_null(-1).to_numpy().astype(np.int32)
    counts = np.empty((len(texts), CELLS), dtype=np.uint8)
    for first in range(0, len(texts), _BLOCK):
        part = texts[first : first + _BLOCK]
        codes = np.frombuffer("".join(part.drop_nulls()).encode("utf-32-le", "replace"), dtype=np.uint32)
        owner = np.repeat(np.arange(len(part)), np.maximum(lengths[first : first + _BLOCK], 0))
        cells = np.bincount(owner * CELLS + codes % CELLS, minlength=len(part) * CELLS)
        counts[first : first + _BLOCK] = np.minimum(cells, _MANY).reshape(-1, CELLS)
    return counts, lengths


def most_alike(
    one: tuple[NDArray[np.uint8], NDArray[np.int32]], other: tuple[NDArray[np.uint8], NDArray[np.int32]], indel: bool
) -> NDArray[np.float32]:
    """An upper bound of the normalised similarity of each pair: of alignment, or of insertions and deletions alone."""
    more = (np.maximum(one[0], other[0]) - other[0]).sum(axis=1, dtype=np.int32)
    less = (np.maximum(one[0], other[0]) - one[0]).sum(axis=1, dtype=np.int32)
    distance = more + less if indel else np.maximum(more, less)
    whole = one[1] + other[1] if indel else np.maximum(one[1], other[1])
    return np.asarray(1 - distance / np.maximum(whole, 1), dtype=np.float32)
