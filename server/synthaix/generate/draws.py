"""The random numbers of a window: any cut of the candidate stream sees the same numbers."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import PCG64DXSM, Generator
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

    from synthaix.generate.window import Window

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_BLOCK = 2048
"""Candidates per block of a variable-cost distribution: a 200-row window wastes 20 µs, a million rows 2%."""

_STRIDE = 1 << 24
"""Raw numbers set aside for each block; rejection methods use a few per value, so blocks never touch."""

_EXACT_RANGE = 1 << 40
"""Up to this range floor(u * range) on 53 random bits is uniform to one part in 2^13; wider ranges use 64 bits."""

_CELLS_PER_WEIGHT = 32
"""Cells of the guide table of `Picker` for each weight: the few that hold a boundary need a search."""

_MOST_CELLS = 1 << 20


class _Digest(ISeedSequence):
    """Seeds a bit generator straight from a digest, ten times faster than numpy's SeedSequence."""

    def __init__(self, digest: bytes) -> None:
        self._words = np.frombuffer(digest, dtype="<u8").astype(np.uint64)

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> NDArray[Any]:
        words: NDArray[Any] = self._words.view(dtype)[:n_words]
        return words


class Draws:
    """The random numbers of candidates [start, start + count) for one key.

    Every array has `count` items and item k belongs to candidate `start + k`. Numbers depend only on
    (seed, key, purpose, candidate): one stream of PCG64DXSM per (key, purpose), in which a candidate's
    place is reached by jumping. Instances are immutable and may be shared between threads.
    """

    __slots__ = ("_root", "count", "start")

    def __init__(self, seed: int, key: str, start: int, count: int) -> None:
        self.start = start
        self.count = count
        self._root = _digest(str(seed).encode(), key)

    @classmethod
    def of(cls, seed: int, key: str, window: Window) -> Draws:
        """The draws of one window."""
        return cls(seed, key, window.start, window.count)

    def child(self, key: str) -> Draws:
        """An independent set of streams for the same candidates."""
        return self._derive(key, self.start, self.count)

    def across(self, start: int, count: int) -> Draws:
        """The same streams read over other candidates."""
        draws = object.__new__(Draws)
        draws._root, draws.start, draws.count = self._root, start, count
        return draws

    def _derive(self, key: str, start: int, count: int) -> Draws:
        draws = object.__new__(Draws)
        draws._root, draws.start, draws.count = _digest(self._root, "child", key), start, count
        return draws

    def uniform(self, purpose: str) -> Floats:
        """Uniform on [0, 1), 53 bits."""
        return self._at(purpose, self.start).random(self.count)

    def bits(self, purpose: str, words: int = 1) -> NDArray[np.uint64]:
        """64 random bits per word, shaped (count, words)."""
        source = self._at(purpose, self.start * words)
        return source.bit_generator.random_raw(self.count * words).reshape(self.count, words)

    def integers(self, purpose: str, low: int, high: int) -> Integers:
        """Uniform on [low, high)."""
        span = high - low
        if span <= 0:
            raise ValueError(f"integers on [{low}, {high}) do not exist")
        if span <= _EXACT_RANGE:
            scaled = self.uniform(purpose)
            scaled *= span
            places = scaled.astype(np.int64)
            places += low
            return places
        return (self.bits(purpose)[:, 0] % np.uint64(span)).astype(np.int64) + low

    def choice(self, purpose: str, cumulative: Floats) -> Integers:
        """Indices by cumulative weights (non-decreasing, last = 1.0)."""
        return Picker(cumulative)(self.uniform(purpose))

    def normal(self, purpose: str) -> Floats:
        """Standard normal."""
        return self.blocks(purpose, lambda source, count: source.standard_normal(count))

    def exponential(self, purpose: str) -> Floats:
        """Standard exponential."""
        return self.blocks(purpose, lambda source, count: source.standard_exponential(count))

    def blocks(self, purpose: str, fill: Callable[[Generator, int], Floats]) -> Floats:
        """`fill` for methods that use a varying number of raw numbers per value.

        The stream is cut into fixed blocks of candidates, each with its own stretch of raw numbers;
        a window takes its slice of the blocks it touches.
        """
        if self.count == 0:
            return np.empty(0)
        first, last = self.start // _BLOCK, (self.start + self.count - 1) // _BLOCK
        skip = self.start - first * _BLOCK
        digest = _digest(self._root, "stream", purpose)
        parts = []
        for block in range(first, last + 1):
            # The last block need not be filled beyond the window: values come in candidate order.
            count = min(_BLOCK, self.start + self.count - block * _BLOCK)
            parts.append(fill(_generator(digest, block * _STRIDE), count))
        joined = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return joined[skip : skip + self.count]

    def _at(self, purpose: str, place: int) -> Generator:
        return _generator(_digest(self._root, "stream", purpose), place)


def _generator(digest: bytes, place: int) -> Generator:
    seed: Any = _Digest(digest)  # numpy's stubs know SeedSequence only
    source = PCG64DXSM(seed)
    if place:
        source.advance(place)
    return Generator(source)


class Picker:
    """Picks indices by cumulative weights; a guide table spares most of the search.

    Method: indexed search (Chen and Asau, 1974). The table has a power of two of cells, so that
    neither its edges nor the products are rounded, and the answer is that of a binary search.
    """

    __slots__ = ("_cells", "_edges", "_inner", "_unsure")

    def __init__(self, cumulative: Floats) -> None:
        self._inner = cumulative[:-1]
        self._cells = min(1 << (_CELLS_PER_WEIGHT * len(cumulative) - 1).bit_length(), _MOST_CELLS)
        self._edges: Integers | None = None
        self._unsure: NDArray[np.bool_] | None = None

    def __call__(self, uniform: Floats) -> Integers:
        """Index of the first cumulative weight above each number in [0, 1)."""
        if not len(self._inner):
            return np.zeros(len(uniform), dtype=np.int64)
        if len(uniform) < self._cells:
            return np.searchsorted(self._inner, uniform, side="right").astype(np.int64)
        if self._edges is None or self._unsure is None:
            edges = np.searchsorted(self._inner, np.arange(self._cells + 1) / self._cells, side="right")
            self._unsure = edges[:-1] != edges[1:]
            self._edges = edges.astype(np.int64)
        cell = (uniform * self._cells).astype(np.int64)
        chosen: Integers = self._edges[cell]
        unsure = np.flatnonzero(self._unsure[cell])
        chosen[unsure] = np.searchsorted(self._inner, uniform[unsure], side="right")
        return chosen


def cumulate(weights: Floats) -> Floats:
    """Cumulative weights, scaled so that the last is exactly 1."""
    total = np.cumsum(np.asarray(weights, dtype=np.float64))
    cumulative: Floats = total / total[-1]
    cumulative[-1] = 1.0
    return cumulative


def _digest(*parts: bytes | str) -> bytes:
    """32 bytes that depend on every part and on where one ends."""
    digest = hashlib.blake2b(digest_size=32)
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(4, "little") + raw)
    return digest.digest()
