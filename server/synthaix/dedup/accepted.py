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
