"""Embeddings: text to unit vectors in which near means alike.

One Protocol, so that a hosted or a local semantic model can take the place of the built-in hashed
character n-grams. Each embedding brings its own calibration: `similarity` turns a cosine into the
scale on which the threshold means the same for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray


class Embedding(Protocol):
    """Text to vectors. `name` identifies model and version: vectors of different names are not mixed."""

    name: str
    remote: bool
    """Whether `encode` asks another machine, so that it may take long, fail, and cost money."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: pl.Series) -> NDArray[np.float32]:
        """(rows, dimensions) unit vectors; an empty or null text is the zero vector. Deterministic for each text."""
        ...

    def similarity(self, cosine: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosines on the threshold's scale: 1 for the same text, 0.85 for text that says the same."""
        ...

    def cosine(self, similarity: float) -> float:
        """The cosine that `similarity` turns into this."""
        ...

    def close(self) -> None:
        """Let go of connections; the embedding is not used afterwards."""
        ...


class HashedNgrams:
    """Signed feature hashing of character n-grams; no weights, no download.

    Feature hashing: Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009.
    """

    remote = False

    def __init__(self, dimensions: int = 128, sizes: tuple[int, ...] = (3, 4, 5)) -> None:
        self._dimensions = dimensions
        self.sizes = sizes
        self.name = f"ngrams-{'-'.join(map(str, sizes))}x{dimensions}"

    @property
    def dimensions(self) -> int:
        """Cells that n-grams are hashed into."""
        return self._dimensions

    def encode(self, texts: pl.Series) -> NDArray[np.float32]:
        """Counts of signed n-grams, scaled to length one."""
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for first in range(0, len(texts), _BLOCK):
            vectors[first : first + _BLOCK] = self._encode(texts[first : first + _BLOCK].to_list())
        return vectors

    def _encode(self, texts: list[str | None]) -> NDArray[np.float32]:
        codes, owner, start = _characters(texts)
        counts = np.zeros(len(texts) * self.dimensions * 2, dtype=np.int64)
        grams = np.zeros(len(codes), dtype=np.uint32)
        place = np.arange(len(codes))
        for size in range(1, max(self.sizes) + 1):
            reach = len(codes) - size + 1
            if reach <= 0:
                break
            grams = grams[:reach] * _PRIME + codes[size - 1 :]
            if size in self.sizes:
                whole = start[size - 1 :] <= place[:reach]  # the gram's last character belongs to the same text
                mixed = _mix(grams[whole])
                # The top bit is the sign: even cells count up, odd ones down.
                cell = (owner[:reach][whole] * self.dimensions + mixed % self.dimensions) * 2 + (mixed >> 31)
                counts += np.bincount(cell, minlength=len(counts))
        signed = counts.reshape(len(texts), self.dimensions, 2)
        return unit(signed[:, :, 0] - signed[:, :, 1])

    def similarity(self, cosine: NDArray[np.float32]) -> NDArray[np.float32]:
        """The cosine as it is: of n-grams it runs close to the edit similarity of long text."""
        return np.clip(cosine, 0.0, 1.0)

    def cosine(self, similarity: float) -> float:
        """The same number."""
        return similarity

    def close(self) -> None:
        """Nothing is held."""


def unit(vectors: NDArray[Any]) -> NDArray[np.float32]:
    """Rows scaled to length one; zero rows stay zero."""
    vectors = vectors.astype(np.float32)
    length = np.sqrt(np.square(vectors).sum(axis=1, keepdims=True))
    return np.asarray(vectors / np.where(length == 0, np.float32(1), length), dtype=np.float32)


_PRIME = np.uint32(16_777_619)  # FNV's 32-bit prime: odd, so a step loses nothing
_BLOCK = 1_024  # rows at a time: the counters stay in the processor's cache


def _characters(texts: list[str | None]) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
    """All texts as one run of code points, each framed by blanks: codes, owning row, start of the owning row."""
    padded = [f" {text} " if text else "" for text in texts]
    codes = np.frombuffer("".join(padded).encode("utf-32-le", "replace"), dtype=np.uint32)
    lengths = np.fromiter(map(len, padded), dtype=np.int64, count=len(padded))
    starts = np.cumsum(lengths) - lengths
    return codes, np.repeat(np.arange(len(padded)), lengths), np.repeat(starts, lengths)


def _mix(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    # MurmurHash3's 32-bit finaliser (Appleby, public domain): every input bit reaches every output bit.
    values = (values ^ (values >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    values = (values ^ (values >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return values ^ (values >> np.uint32(16))
