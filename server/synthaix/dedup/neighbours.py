"""Neighbours: the accepted rows that a new row is similar to, and how similar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.dedup.canonical import folded_text
from synthaix.dedup.embedding import Embedding, unit
from synthaix.dedup.index import SCALE, Hits, VectorIndex, best, nearest, quantised
from synthaix.dedup.similarity import Comparable, Verifier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from synthaix.dedup.roles import Roles
    from synthaix.schema.table import TableSchema

TOP = 5
"""Nearest rows that are compared column by column; the true partner is nearly always the first."""

MARGIN = 0.4
"""How far below the threshold a cosine may lie for the pair still to be compared: one typing error costs up to 0.3."""

MARGIN_TEXT = 0.15
"""The same for text, whose similarity is the cosine or not much more."""

_NEVER = np.float32(-2 * SCALE * SCALE)
_CHUNKS = 32  # pieces of the text store before it is made one again


@dataclass(frozen=True, slots=True)
class Block:
    """Rows ready for comparison: their values and their vectors."""

    values: Comparable
    vectors: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Compared pairs, by query, then best first. `row` counts accepted rows first, then the block's own."""

    query: NDArray[np.int64]
    row: NDArray[np.int64]
    score: NDArray[np.float32]
    columns: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.query)

    def between(self, start: int, stop: int) -> Pairs:
        """Some of the pairs."""
        return Pairs(self.query[start:stop], self.row[start:stop], self.score[start:stop], self.columns[start:stop])


class Neighbours:
    """Accepted rows by similarity."""

    def __init__(
        self, table: TableSchema, roles: Roles, embedding: Embedding, threshold: float, index: VectorIndex
    ) -> None:
        self._table = table
        self._roles = roles
        self._embedding = embedding
        self._verifier = Verifier(roles)
        margin = MARGIN_TEXT if roles.named("text") else MARGIN
        self._cutoff = max(-1.0, embedding.cosine(threshold - margin)) if threshold > 0 else -1.0
        self._hard = tuple(column for column in roles.named("exact") if not column.vocabulary)
        self._embedded = sorted(roles.named("text") or roles.named("string"), key=lambda column: column.name)
        self._index = index
        self._text = pl.DataFrame()
        self._exact = np.empty((0, len(self._hard)), dtype=np.uint64)

    def __len__(self) -> int:
        return len(self._index)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose similarity is measured."""
        return tuple(column.name for column in self._verifier.compared)

    def prepare(self, canonical: Mapping[str, pl.Series]) -> Block:
        """Folded strings, hashes of exact values, and vectors of the rows."""
        text = {name: folded_text(canonical[name], self._table[name]).alias(name) for name in self.columns}
        exact = [_exact_hashes(canonical[column.name]) for column in self._hard]
        rows = len(next(iter(canonical.values())))
        hashes = np.stack(exact, axis=1) if exact else np.empty((rows, 0), dtype=np.uint64)
        total = np.zeros((rows, self._embedding.dimensions), dtype=np.float32)
        for column in self._embedded:
            # Scaled by the root of its weight, a column adds weight x cosine to the product of two rows.
            total += np.float32(column.bits**0.5) * self._embedding.encode(text[column.name])
        return Block(Comparable(pl.DataFrame(text), hashes), quantised(unit(total)))

    def search(self, block: Block) -> Hits:
        """Every row's nearest accepted rows."""
        return self._index.search(block.vectors, TOP, self._cutoff)

    def pairs(self, block: Block, known: Hits) -> Pairs:
        """Every row with the nearest of `known` and of the earlier rows of the block, as if those were all kept."""
        floats = block.vectors.astype(np.float32)
        dots = floats @ floats.T
        dots[~np.tri(len(dots), k=-1, dtype=np.bool_)] = _NEVER
        inside = nearest(dots, TOP, self._cutoff)
        return self._scored(block, best([known, Hits(inside.query, inside.row + len(self), inside.dot)], TOP))

    def pairs_of(self, block: Block, known: Hits, row: int, kept: NDArray[np.bool_]) -> Pairs:
        """One row with the nearest of `known` and of the rows of the block that are kept."""
        earlier = np.flatnonzero(kept[:row])
        dots = block.vectors[row : row + 1].astype(np.float32) @ block.vectors[earlier].astype(np.float32).T
        inside = nearest(dots, TOP, self._cutoff)
        own = known.query == row
        found = Hits(known.query[own] - row, known.row[own], known.dot[own])
        hits = best([found, Hits(inside.query, earlier[inside.row] + len(self), inside.dot)], TOP)
        return self._scored(block, Hits(hits.query + row, hits.row, hits.dot))

    def accept(self, block: Block, rows: NDArray[np.int64]) -> None:
        """Rows of the block join the accepted ones."""
        self._index.add(block.vectors[rows])
        taken = block.values.take(rows)
        self._text = taken.text if self._text.is_empty() else self._text.vstack(taken.text)
        if self._text.n_chunks() > _CHUNKS:
            self._text = self._text.rechunk()
        self._exact = np.concatenate([self._exact, taken.exact])

    def _scored(self, block: Block, hits: Hits) -> Pairs:
        known = hits.row < len(self)
        score = np.empty(len(hits.query), dtype=np.float32)
        columns = np.empty((len(hits.query), len(self.columns)), dtype=np.float32)
        for mask, values, base in ((known, Comparable(self._text, self._exact), 0), (~known, block.values, len(self))):
            if mask.any():
                cosine = self._embedding.similarity(hits.dot[mask] / np.float32(SCALE * SCALE))
                left, right = block.values.take(hits.query[mask]), values.take(hits.row[mask] - base)
                score[mask], columns[mask] = self._verifier.score(left, right, cosine)
        order = np.lexsort((hits.row, -score, hits.query))
        return Pairs(hits.query[order], hits.row[order], score[order], columns[order])


def _exact_hashes(values: pl.Series) -> NDArray[np.uint64]:
    hashes = values.hash(17).to_numpy().copy()
    hashes[values.is_null().to_numpy()] = 0
    return hashes
