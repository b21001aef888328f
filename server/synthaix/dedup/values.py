"""What rows are compared by: their strings, their letters, and hashes of their exact values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import polars as pl

from synthaix.dedup.letters import CELLS, letters_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)

_CHUNKS = 32  # pieces of the strings before they are made one again


@dataclass(frozen=True, slots=True)
class Comparable:
    """One row of each array a row; (rows, string columns, cells), (rows, string columns), (rows, exact columns).

    `text` holds the folded strings by column, `letters` and `lengths` what `letters_of` says of each of them,
    `exact` a 64-bit hash for each exact column; 0 stands for a value that is missing.
    """

    text: pl.DataFrame
    letters: NDArray[np.uint8]
    lengths: NDArray[np.int32]
    exact: NDArray[np.uint64]

    @classmethod
    def of(cls, text: Mapping[str, pl.Series], exact: NDArray[np.uint64]) -> Comparable:
        """From folded strings by column, and hashes of exact values."""
        letters = np.empty((len(exact), len(text), CELLS), dtype=np.uint8)
        lengths = np.empty((len(exact), len(text)), dtype=np.int32)
        for place, series in enumerate(text.values()):
            letters[:, place], lengths[:, place] = letters_of(series)
        return cls(pl.DataFrame(text), letters, lengths, exact)

    def take(self, rows: NDArray[np.int64]) -> Comparable:
        """Some of the rows, in the order asked for."""
        return Comparable(self.text[rows], self.letters[rows], self.lengths[rows], self.exact[rows])


class Growing:
    """The comparable values of the accepted rows; arrays grow by doubling."""

    def __init__(self) -> None:
        self._all: Comparable | None = None
        self._count = 0

    @property
    def held(self) -> Comparable:
        """The values of all rows. Raises LookupError before the first."""
        if self._all is None:
            raise LookupError("No row was accepted.")
        n = self._count
        return Comparable(self._all.text, self._all.letters[:n], self._all.lengths[:n], self._all.exact[:n])

    def add(self, values: Comparable) -> None:
        """Append rows."""
        if self._all is None:
            self._all, self._count = values, len(values.exact)
            return
        old, first = self._all, self._count
        self._count += len(values.exact)
        text = old.text.vstack(values.text)
        self._all = Comparable(
            text.rechunk() if text.n_chunks() > _CHUNKS else text,
            _appended(old.letters, first, values.letters),
            _appended(old.lengths, first, values.lengths),
            _appended(old.exact, first, values.exact),
        )


def _appended(held: NDArray[T], count: int, more: NDArray[T]) -> NDArray[T]:
    needed = count + len(more)
    if needed > len(held):
        grown = np.empty((max(needed, 2 * len(held)), *held.shape[1:]), dtype=held.dtype)
        grown[:count] = held[:count]
        held = grown
    held[count:needed] = more
    return held
