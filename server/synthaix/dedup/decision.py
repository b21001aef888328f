"""One block of rows, decided in order: what is kept, and what each of the others repeats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthaix.dedup.neighbours import TOP, Block, Neighbours, Pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from synthaix.dedup.exact import KeyedRows

_NEARLY = 0.9999  # a similarity of 1 is said of equal rows only, as a threshold of 1 asks for them
_SAME = 0.9995  # columns at least this similar did not need judgement


@dataclass(frozen=True, slots=True)
class Repeat:
    """What a row repeats: a row number (accepted rows first, then the block's own), how similar, and where."""

    row: int
    similarity: float
    columns: tuple[str, ...]


class Decision:
    """Decides the leaders of a block: rows that repeat no accepted row's key nor an earlier leader's every key.

    Most rows have nothing in common with another row of the block and are decided together; the few that
    have are walked through one by one, because what they repeat may itself have been turned away.
    """

    def __init__(self, rows: KeyedRows, key_columns: tuple[tuple[str, ...], ...], count: int, accepted: int) -> None:
        self._rows = rows
        self._key_columns = key_columns
        self._accepted = accepted
        self._claims: tuple[dict[bytes, int], ...] = tuple({} for _ in key_columns)
        self._contested = rows.shared() if rows.hashes else np.zeros(count, dtype=np.bool_)
        self.kept = np.ones(count, dtype=np.bool_)
        self.repeats: dict[int, Repeat] = {}

    def exactly(self) -> None:
        """By equal keys alone."""
        for row in np.flatnonzero(self._contested).tolist():
            self._settle(row, self._claimed(row))

    def by_similarity(self, neighbours: Neighbours, block: Block, threshold: float) -> None:
        """By equal keys, and by similarity to rows accepted before or kept in the block."""
        known = neighbours.search(block)
        pairs = neighbours.pairs(block, known)
        inside = pairs.row >= self._accepted
        alike = pairs.score >= threshold
        self._reject_known(pairs, alike & ~inside, neighbours.columns)
        # A full list of neighbours may have to be asked for again, without those turned away.
        full = np.bincount(pairs.query, minlength=len(self.kept)) >= TOP
        self._contested[pairs.query[inside & (alike | full[pairs.query])]] = True
        bounds = np.searchsorted(pairs.query, np.arange(len(self.kept) + 1))
        for row in np.flatnonzero(self._contested).tolist():
            near = pairs.between(int(bounds[row]), int(bounds[row + 1]))
            if len(near) >= TOP and not self._present(near).all():
                near = neighbours.pairs_of(block, known, row, self.kept)
            self.repeats.pop(row, None)
            self._settle(row, self._claimed(row) or self._similar(near, threshold, neighbours.columns))

    def _reject_known(self, pairs: Pairs, alike: NDArray[np.bool_], columns: tuple[str, ...]) -> None:
        queries, first = np.unique(pairs.query[alike], return_index=True)
        for row, at in zip(queries.tolist(), np.flatnonzero(alike)[first].tolist(), strict=True):
            self.kept[row] = False
            self.repeats[row] = _repeat(pairs, at, columns)

    def _present(self, pairs: Pairs) -> NDArray[np.bool_]:
        """Whether the other row was kept, as every accepted one was."""
        own = np.maximum(pairs.row - self._accepted, 0)
        return np.asarray((pairs.row < self._accepted) | self.kept[own])

    def _similar(self, near: Pairs, threshold: float, columns: tuple[str, ...]) -> Repeat | None:
        good = np.flatnonzero(self._present(near) & (near.score >= threshold))
        return _repeat(near, int(good[0]), columns) if len(good) else None

    def _claimed(self, row: int) -> Repeat | None:
        owners = [
            (owner, key)
            for key, claims in enumerate(self._claims)
            if self._rows.present[key][row] and (owner := claims.get(self._rows.hashes[key][row].tobytes())) is not None
        ]
        if not owners:
            return None
        owner, key = min(owners)
        return Repeat(self._accepted + owner, 1.0, self._key_columns[key])

    def _settle(self, row: int, repeat: Repeat | None) -> None:
        self.kept[row] = repeat is None
        if repeat is not None:
            self.repeats[row] = repeat
            return
        for key, claims in enumerate(self._claims):
            if self._rows.present[key][row]:
                claims[self._rows.hashes[key][row].tobytes()] = row


def _repeat(pairs: Pairs, at: int, columns: tuple[str, ...]) -> Repeat:
    """The columns that decided are those that differ and were judged alike; all of them where none differs."""
    similar = pairs.columns[at]
    decided = tuple(name for name, value in zip(columns, similar, strict=True) if value < _SAME)
    return Repeat(int(pairs.row[at]), min(float(pairs.score[at]), _NEARLY), decided or columns)
