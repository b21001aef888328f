"""Neighbours: the accepted rows that a new row is similar to, and how similar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthaix.dedup.canonical import folded_text
from synthaix.dedup.embedding import Embedding, unit
from synthaix.dedup.index import SCALE, Hits, VectorIndex, best, least_product, quantised
from synthaix.dedup.kinds import agree, kinds_of
from synthaix.dedup.similarity import Verifier
from synthaix.dedup.values import Comparable, Growing

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from numpy.typing import NDArray

    from synthaix.dedup.roles import Roles
    from synthaix.schema.table import TableSchema

TOP = 5
"""Nearest rows that are compared column by column; the true partner is nearly always the first."""

MARGIN = 0.4
"""How far below the threshold a cosine may lie for the pair still to be compared: one typing error costs up to 0.3."""

MARGIN_TEXT = 0.25
"""The same for text: where two begin alike and end differently, letters agree more than grams do."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows ready for comparison: their values, their vectors, and the kinds that exact columns make them."""

    values: Comparable
    vectors: NDArray[np.int8]
    kinds: NDArray[np.uint64]


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
        self._verifier = Verifier(roles, threshold)
        margin = MARGIN_TEXT if roles.named("text") else MARGIN
        self._cutoff = max(-1.0, embedding.cosine(threshold - margin)) if threshold > 0 else -1.0
        self._hard = tuple(column for column in roles.named("exact") if not column.vocabulary)
        self._embedded = sorted(roles.named("text") or roles.named("string"), key=lambda column: column.name)
        self._index = index
        self._values = Growing()

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
        return Block(Comparable.of(text, hashes), quantised(unit(total)), kinds_of(hashes))

    def search(self, block: Block) -> Hits:
        """Every row's nearest accepted rows."""
        return self._index.search(block.vectors, block.kinds, TOP, self._cutoff)

    def pairs(self, block: Block, known: Hits) -> Pairs:
        """Every row with the nearest of `known` and of the earlier rows of the block, as if those were all kept."""
        own = VectorIndex(block.vectors.shape[1])
        own.add(block.vectors, block.kinds)
        inside = own.search(block.vectors, block.kinds, TOP, self._cutoff, earlier=True)
        return self._scored(block, best([known, Hits(inside.query, inside.row + len(self), inside.dot)], TOP))

    def pairs_of(self, block: Block, known: Hits, row: int, kept: NDArray[np.bool_]) -> Pairs:
        """One row with the nearest of `known` and of the rows of the block that are kept."""
        earlier = np.flatnonzero(kept[:row] & agree(block.kinds[:row], block.kinds[row]))
        dots = block.vectors[earlier].astype(np.int32) @ block.vectors[row].astype(np.int32)
        near = np.flatnonzero(dots >= least_product(self._cutoff))
        inside = Hits(np.full(len(near), row), earlier[near] + len(self), dots[near])
        own = known.query == row
        hits = best([Hits(known.query[own], known.row[own], known.dot[own]), inside], TOP)
        return self._scored(block, hits)

    def accept(self, block: Block, rows: NDArray[np.int64]) -> None:
        """Rows of the block join the accepted ones."""
        self._index.add(block.vectors[rows], block.kinds[rows])
        self._values.add(block.values.take(rows))

    def _scored(self, block: Block, hits: Hits) -> Pairs:
        known = hits.row < len(self)
        score = np.empty(len(hits.query), dtype=np.float32)
        columns = np.empty((len(hits.query), len(self.columns)), dtype=np.float32)
        for mask, accepted in ((known, True), (~known, False)):
            if mask.any():
                values, base = (self._values.held, 0) if accepted else (block.values, len(self))
                cosine = self._embedding.similarity(hits.dot[mask].astype(np.float32) / np.float32(SCALE * SCALE))
                pairs = block.values, hits.query[mask], values, hits.row[mask] - base
                score[mask], columns[mask] = self._verifier.score(*pairs, cosine)
        order = np.lexsort((hits.row, -score, hits.query))
        return Pairs(hits.query[order], hits.row[order], score[order], columns[order])


def _exact_hashes(values: pl.Series) -> NDArray[np.uint64]:
    hashes = values.hash(17).to_numpy().copy()
    hashes[values.is_null().to_numpy()] = 0
    return hashes
