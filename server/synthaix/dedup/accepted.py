"""The rows accepted so far: their positions, and where they came from."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Accepted:
    """Row number -> the caller's position and source. Rows are numbered in the order of acceptance."""

    def __init__(self) -> None:
        self._positions = np.empty(1_024, dtype=np.int64)
        self._own = np.empty(1_024, dtype=np.bool_)
        self._count = 0
        self._starts: list[int] = []
        self._sources: list[str | None] = []

    def __len__(self) -> int:
        return self._count

    def add(self, positions: NDArray[np.int64], source: str | None) -> None:
        """Append rows of one source; None for the stream's own rows."""
        if not self._sources or self._sources[-1] != source:
            self._starts.append(self._count)
            self._sources.append(source)
        needed = self._count + len(positions)
        if needed > len(self._positions):
            self._positions = np.concatenate([self._positions[: self._count], np.empty(needed, dtype=np.int64)])
            self._own = np.concatenate([self._own[: self._count], np.empty(needed, dtype=np.bool_)])
        self._positions[self._count : needed] = positions
        self._own[self._count : needed] = source is None
        self._count = needed

    def position(self, number: int) -> int:
        """The position the row was given with."""
        return int(self._positions[number])

    def source(self, number: int) -> str | None:
        """The source the row was given with."""
        return self._sources[bisect_right(self._starts, number) - 1]

    def own(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the rows belong to the stream itself."""
        return self._own[numbers]

    def positions_of(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The positions of several rows."""
        return self._positions[numbers]

    def numbers(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """The numbers of the stream's own rows with these positions; -1 where there is none."""
        rows = np.flatnonzero(self._own[: self._count])
        held = self._positions[rows]
        order = np.argsort(held, kind="stable")  # next to nothing where they ascend, as in a job
        place = np.minimum(np.searchsorted(held, positions, sorter=order), max(0, len(held) - 1))
        if not len(held):
            return np.full(len(positions), -1, dtype=np.int64)
        found = rows[order[place]]
        return np.where(self._positions[found] == positions, found, -1)
