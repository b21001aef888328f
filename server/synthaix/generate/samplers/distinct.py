"""Uniqueness without memory: candidate i gets the i-th value of a shuffled value space."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from synthaix.errors import SchemaError
from synthaix.generate.draws import Draws, Integers
from synthaix.generate.entities import FAMILY_KINDS
from synthaix.generate.samplers.base import Countable, Row, Sampler
from synthaix.schema.generator import Categorical, DateTime, Generator

if TYPE_CHECKING:
    import polars as pl

    from synthaix.schema.table import Column

Words = NDArray[np.uint64]

_ROUNDS = 4
"""Feistel rounds; four make the order look random (Luby and Rackoff, 1988)."""

_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_HALF = np.uint64(32)

MOST_SHUFFLED = 1 << 62
"""Larger value spaces are used up to here only: int64 indices, and no job has more candidates."""


class Shuffle:
    """A permutation of [0, space) that is computed, not stored.

    Method: a generalised Feistel network on a x b >= space with cycle walking (Black and Rogaway,
    "Ciphers with arbitrary finite domains", 2002), round function from the SplitMix64 finaliser.
    """

    def __init__(self, space: int, draws: Draws) -> None:
        if space < 1:
            raise ValueError("an empty space has no order")
        self.space = min(space, MOST_SHUFFLED)
        self._a = isqrt(self.space - 1) + 1
        self._b = -(-self.space // self._a)
        self._keys = draws.across(0, _ROUNDS).bits("shuffle")[:, 0]

    def __call__(self, index: Integers) -> Integers:
        """Where these indices go; indices past the space begin again at its start."""
        place: Words = np.asarray(index, dtype=np.uint64)
        if place.size and int(place.max()) >= self.space:
            place = place % np.uint64(self.space)
        place = self._once(place)
        outside = np.flatnonzero(place >= self.space)
        while outside.size:
            place[outside] = self._once(place[outside])
            outside = outside[place[outside] >= self.space]
        return place.astype(np.int64)

    def _once(self, place: Words) -> Words:
        a, b = np.uint64(self._a), np.uint64(self._b)
        left: Words = place // b
        right: Words = place % b
        for number, key in enumerate(self._keys):
            if number % 2 == 0:
                left = (left + _mix(right, key) % a) % a
            else:
                right = (right + _mix(left, key) % b) % b
        return left * b + right


def _mix(value: Words, key: np.uint64) -> Words:
    mixed = (value ^ key) * _MIX_1
    mixed ^= mixed >> _HALF
    mixed *= _MIX_2
    mixed ^= mixed >> _HALF
    return mixed


def distinct(column: Column, generator: Generator, sampler: Sampler, seed: int) -> Sampler:
    """A sampler that gives no two candidates the same value.

    Raises SchemaError for a generator whose values cannot be numbered.
    """
    if generator.kind in FAMILY_KINDS or generator.kind == "sequence":
        return sampler  # distinct by themselves
    shaped = isinstance(generator, DateTime) and generator.shape != "uniform"
    if not isinstance(sampler, Countable) or shaped or (isinstance(generator, Categorical) and generator.by):
        what = f"shape {generator.shape}" if isinstance(generator, DateTime) else f"generator {generator.kind}"
        raise SchemaError(
            f"column {column.name!r}: unique cannot be guaranteed for {what}; "
            f"use sequence, uuid, uniform, pattern or a uniform datetime, or drop unique."
        )
    return Distinct(sampler, Draws(seed, f"unique:{column.name}", 0, 0))


class Distinct:
    """Gives candidate i the i-th value of `inner` in a shuffled order: no two candidates share one.

    Beyond `space` candidates the values begin again; `space` tells where.
    """

    def __init__(self, inner: Countable, draws: Draws) -> None:
        self._inner = inner
        self._shuffle = Shuffle(inner.space, draws)
        self.space = inner.space

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """One value for each candidate, by its place in the stream."""
        return self.at(np.arange(draws.start, draws.start + draws.count, dtype=np.int64))

    def at(self, index: Integers) -> pl.Series:
        """The values of these candidates."""
        return self._inner.at(self._shuffle(index))
