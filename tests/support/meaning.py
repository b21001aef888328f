"""Vectors in which words of one meaning are one: what a language model's embedding does, in a few lines."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SAME = (
    "parcel package delivery shipment box",
    "late delayed overdue",
    "arrived came reached",
    "broken cracked damaged shattered",
    "support helpdesk hotline service",
    "answered replied responded",
    "quickly fast promptly",
    "loud noisy deafening",
    "refunded repaid reimbursed",
    "cheap inexpensive affordable",
)
"""Meanings; each word of a line stands for the same."""

_EMPTY = (
    "a",
    "an",
    "and",
    "at",
    "by",
    "for",
    "from",
    "in",
    "is",
    "it",
    "my",
    "of",
    "on",
    "the",
    "to",
    "was",
    "we",
    "were",
)
_MEANING = {word: line for line in _SAME for word in line.split()}


def vector_of(text: str, dimensions: int) -> NDArray[np.float32]:
    """The mean of random directions, one a meaning, around a direction that all texts share; not of length one."""
    words = [_MEANING.get(word, word) for word in text.lower().replace(".", " ").split() if word not in _EMPTY]
    total = np.sum([_direction(word, dimensions) for word in words] or [np.zeros(dimensions)], axis=0)
    # Cosines of language models crowd together far above zero; calibration has to undo that.
    return np.asarray(total / max(1, len(words)) ** 0.5 + _direction("", dimensions), dtype=np.float32)


@cache
def _direction(meaning: str, dimensions: int) -> NDArray[np.float64]:
    seed = int.from_bytes(blake2b(meaning.encode(), digest_size=8).digest(), "big")
    return np.asarray(np.random.default_rng(seed).standard_normal(dimensions) / dimensions**0.5)
