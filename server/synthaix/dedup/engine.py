"""The deduplication engine: which candidates of a stream are kept, decided one after another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from synthaix.dedup.accepted import Accepted
from synthaix.dedup.canonical import canonical_columns
from synthaix.dedup.chroma_process import ChromaStore
from synthaix.dedup.decision import Decision, Repeat
from synthaix.dedup.embedding import Embedding, HashedNgrams
from synthaix.dedup.exact import ExactKeys, KeyedRows
from synthaix.dedup.index import VectorIndex
from synthaix.dedup.neighbours import Block, Neighbours
from synthaix.dedup.rejected import Duplicate, Rejected
from synthaix.dedup.roles import Roles, roles_of
from synthaix.dedup.stored import StoredVectors
from synthaix.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl
    from numpy.typing import NDArray

    from synthaix.schema.generator import Generator
    from synthaix.schema.table import TableSchema

_BLOCK = 2_048  # rows decided together where rows are compared by similarity: their products fill 16 MB
_EXACT_BLOCK = 65_536  # and where equality decides


@dataclass(frozen=True, slots=True)
class Verdict:
    """`keep[k]` for row k of the frame, and a Duplicate, in order, for every row that is not kept."""

    keep: NDArray[np.bool_]
    duplicates: list[Duplicate]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a stream is judged by, apart from roles. `compared`: None for all columns."""

    table: TableSchema
    threshold: float
    deduplicate: bool
    compared: frozenset[str] | None
    unchecked: frozenset[str]
    wanted: int | None

    def roles(self, sample: pl.DataFrame) -> Roles:
        """Roles and weights as a sample shows them."""
        return roles_of(self.table, sample, self.compared, self.wanted)


class Deduplicator:
    """Decides rows one after another: a row is kept unless it repeats one that was kept before it."""

    def __init__(self, rules: Rules, embedding: Embedding, store: ChromaStore | None) -> None:
        self._rules = rules
        self._table = rules.table
        self._embedding = embedding
        self._store = store
        self._stored: StoredVectors | None = None
        self._roles: Roles | None = None
        self._keys = ExactKeys([], [])
        self._neighbours: Neighbours | None = None
        self._accepted = Accepted()
        self._rejected = Rejected()
        self._turned_away: Counter[tuple[str, ...]] = Counter()

    @classmethod
    def open(
        cls,
        table: TableSchema,
        *,
        threshold: float = 0.85,
        deduplicate: bool = True,
        directory: Path | None = None,
        chromadb_url: str | None = None,
        collection: str = "rows",
        columns: Sequence[str] | None = None,
        frozen: bytes | None = None,
        embedding: Embedding | None = None,
        sampled_unique: frozenset[str] = frozenset(),
        sample: pl.DataFrame | None = None,
        generators: Mapping[str, Generator] | None = None,
        wanted: int | None = None,
    ) -> Deduplicator:
        """A Deduplicator of an empty stream.

        What decides must not depend on how the stream is cut, so roles and weights come from, in this order:
        `frozen` (what `frozen()` gave before); `sample`, the first SAMPLE_ROWS candidates or whatever columns
        of them are known beforehand, an empty frame meaning "the schema alone"; else the first
        `admit` or `admit_known`, which then must hold the first min(total, SAMPLE_ROWS) rows of the input.

        A job therefore passes `sample=sampler.window(Window(0, SAMPLE_ROWS))` (the columns a model writes are
        missing there, and are judged by the schema), `generators` from its plan, and stores `frozen()` before
        its first chunk; the deduplicate tool passes `sample=rows.head(SAMPLE_ROWS)`.

        `columns` limits the comparison to these. `sampled_unique` names unique columns that cannot repeat by
        construction and need no check. `wanted` is how many rows a job is to make; None for rows that exist.
        Without `directory` and `chromadb_url` vectors stay in memory.
        Raises ArgumentError for a threshold outside 0..1 or an unknown column.
        """
        _check(table, threshold, columns)
        compared = None if columns is None else frozenset(columns)
        rules = Rules(
            _with_generators(table, generators), float(threshold), deduplicate, compared, sampled_unique, wanted
        )
        model = embedding or HashedNgrams()
        store = None
        if directory is not None or chromadb_url is not None:
            store = ChromaStore(directory, chromadb_url, collection, model.name)
        made = cls(rules, model, store)
        if frozen is not None:
            made._decide(Roles.from_bytes(frozen))
        elif sample is not None:
            made._decide(rules.roles(sample))
        return made

    def admit(self, frame: pl.DataFrame, positions: NDArray[np.int64]) -> Verdict:
        """Decides the rows in the order given, and remembers those it keeps.

        `positions` name the rows in the Duplicates of this and later calls. The outcome does not depend on
        how a stream of rows is cut into calls. Blocking, and not for two threads at once.
        """
        canonical, positions = self._read(frame, positions)
        keep = np.zeros(len(positions), dtype=np.bool_)
        duplicates: list[Duplicate] = []
        size = _EXACT_BLOCK if self._neighbours is None else _BLOCK
        for start in range(0, len(positions), size):
            part = {name: series.slice(start, size) for name, series in canonical.items()}
            kept, found = self._admit_block(part, positions[start : start + size])
            keep[start : start + size] = kept
            duplicates += found
        self._turned_away.update(duplicate.columns for duplicate in duplicates)
        return Verdict(keep, duplicates)

    def fetch(self, frame: pl.DataFrame) -> None:
        """Asks a remote embedding for the vectors of these rows, so that `admit` has them at hand.

        May run in other threads than `admit`, once roles are decided. Raises ProviderError, and nothing has changed.
        """
        if self.remote:
            canonical, _ = self._read(frame, np.arange(len(frame)))
            assert self._neighbours is not None
            self._neighbours.prepare(canonical)

    @property
    def remote(self) -> bool:
        """Whether vectors come from another machine."""
        return self._neighbours is not None and self._embedding.remote

    def admit_known(self, frame: pl.DataFrame, positions: NDArray[np.int64], source: str | None = None) -> None:
        """Rows accepted earlier (a resumed job, the job compared against) enter without being judged."""
        canonical, positions = self._read(frame, positions)
        for start in range(0, len(positions), _BLOCK):
            part = {name: series.slice(start, _BLOCK) for name, series in canonical.items()}
            block = None if self._neighbours is None else self._neighbours.prepare(part)
            here = positions[start : start + _BLOCK]
            self._accept(self._keys.keyed(part), block, np.arange(len(here)), here, source)

    def flush(self, limit: int | None = None, before: int | None = None) -> bool:
        """Writes the vectors of accepted rows to ChromaDB, once the rows themselves are durable.

        At most `limit` rows are written, at most BATCH a call of ChromaDB; the answer is whether more are left. With
        `before` only rows at earlier positions are, which then must ascend: later ones are not durable. May
        run in another thread than `admit`. After a resume only what is missing is written, and what belongs to no
        accepted row is removed. Does nothing for a table without string and text columns. Raises StoreError;
        calling again goes on where it stopped.
        """
        return self._stored is not None and self._stored.flush(limit, before)

    def vectors(self) -> int:
        """Vectors in ChromaDB; 0 where the table has none."""
        return 0 if self._stored is None else self._stored.count()

    def frozen(self) -> bytes | None:
        """Roles and weights once decided, for `open(frozen=…)`; None before."""
        return None if self._roles is None else self._roles.to_bytes()

    def exhausted_column(self) -> str | None:
        """The column that turned away most rows so far; unique columns first."""
        unique = {columns: n for columns, n in self._turned_away.items() if columns in self._keys.unique}
        counts = unique or self._turned_away
        return max(counts, key=lambda columns: counts[columns])[0] if counts else None

    @property
    def compares(self) -> bool:
        """Whether rows are compared by similarity, which takes far longer than by equality."""
        return self._neighbours is not None

    def count(self) -> int:
        """Rows accepted so far."""
        return len(self._accepted)

    def close(self) -> None:
        """Lets go of the vector store and the embedding; the Deduplicator is not used afterwards."""
        self._embedding.close()
        if self._stored is not None:
            self._stored.close()

    def _read(
        self, frame: pl.DataFrame, positions: NDArray[np.int64]
    ) -> tuple[dict[str, pl.Series], NDArray[np.int64]]:
        missing = [name for name in self._table.names if name not in frame.columns]
        if missing:
            raise ArgumentError(f"The rows lack column {missing[0]!r}; send rows with {', '.join(self._table.names)}.")
        positions = np.asarray(positions, dtype=np.int64)
        if len(positions) != len(frame):
            raise ArgumentError(f"{len(positions)} positions do not fit {len(frame)} rows; send one for each row.")
        if self._roles is None and len(frame):
            self._decide(self._rules.roles(frame))
        return canonical_columns(frame, self._table.columns), positions

    def _decide(self, roles: Roles) -> None:
        rules = self._rules
        self._roles = roles
        alone = [(c.name,) for c in self._table.columns if c.unique and c.name not in rules.unchecked]
        together = [tuple(name for name in self._table.names if name in key) for key in self._table.unique]
        compared = [column.name for column in roles.columns if column.role != "key"]
        self._keys = ExactKeys(list(dict.fromkeys([*alone, *together])), compared if rules.deduplicate else [])
        if not roles.named("text"):
            # Meaning helps with prose; names and addresses are mistyped, not rephrased.
            self._embedding = HashedNgrams()
        if rules.deduplicate and rules.threshold < 1 and roles.named("string", "text"):
            index = VectorIndex(self._embedding.dimensions)
            self._neighbours = Neighbours(self._table, roles, self._embedding, rules.threshold, index)
            if self._store is not None:
                self._store.embedding = self._embedding.name
                self._stored = StoredVectors(self._store, self._accepted, index)

    def _admit_block(
        self, canonical: Mapping[str, pl.Series], positions: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], list[Duplicate]]:
        keyed = self._keys.keyed(canonical)
        # Where whole rows alone are keys, an equal row finds the same kept row at any time. Of rows that a job makes
        # nobody asks what they repeat, and near the end of a unique key far more of them are rejected than kept.
        remembers = self._rules.wanted is None and self._keys.whole_row
        remembers = remembers and (self._neighbours is not None or bool(self._keys.unique))
        earlier = self._rejected.find(keyed) if remembers else {}
        again = np.zeros(len(positions), dtype=np.bool_)
        again[list(earlier)] = True
        key, number = self._keys.find(keyed, len(positions))
        key[again] = -1
        fresh = np.flatnonzero((key < 0) & ~again)
        alike = fresh[keyed.take(fresh).first_alike()] if self._keys.whole_row else fresh
        leaders = fresh[alike == fresh]
        decision = Decision(keyed.take(leaders), self._keys.columns, len(leaders), len(self._accepted))
        block = None
        if self._neighbours is None:
            decision.exactly()
        else:
            block = self._neighbours.prepare({name: series[leaders] for name, series in canonical.items()})
            decision.by_similarity(self._neighbours, block, self._rules.threshold)

        repeats = dict(zip(np.flatnonzero(key >= 0).tolist(), self._known(key, number), strict=True))
        repeats |= {int(leaders[row]): repeat for row, repeat in decision.repeats.items()}
        self._echo(repeats, keyed, fresh, alike, leaders)
        found = {row: self._duplicate(positions, leaders, row, repeats[row]) for row in sorted(repeats)}
        if remembers and found:
            self._rejected.add(keyed.take(np.array(list(found))), list(found.values()))
        found |= {row: replace(repeated, position=int(positions[row])) for row, repeated in earlier.items()}
        kept = np.flatnonzero(decision.kept)
        self._accept(keyed.take(leaders[kept]), block, kept, positions[leaders[kept]], None)
        keep = np.zeros(len(positions), dtype=np.bool_)
        keep[leaders[kept]] = True
        return keep, [found[row] for row in sorted(found)]

    def _known(self, key: NDArray[np.int64], number: NDArray[np.int64]) -> Iterator[Repeat]:
        known = key >= 0
        for row, by in zip(number[known].tolist(), key[known].tolist(), strict=True):
            yield Repeat(row, 1.0, self._keys.columns[by])

    def _echo(
        self, repeats: dict[int, Repeat], keyed: KeyedRows, fresh: NDArray[np.int64], alike: NDArray[np.int64],
        leaders: NDArray[np.int64],
    ) -> None:  # fmt: skip
        """A row with every key of a leader shares its fate: it repeats the leader, or what the leader repeats."""
        echoes = fresh != alike
        leader_of = np.searchsorted(leaders, alike[echoes])
        for row, leader, place in zip(fresh[echoes].tolist(), alike[echoes].tolist(), leader_of.tolist(), strict=True):
            repeats[row] = repeats.get(leader) or Repeat(
                len(self._accepted) + place, 1.0, self._keys.columns[keyed.first_present(row)]
            )

    def _duplicate(
        self, positions: NDArray[np.int64], leaders: NDArray[np.int64], row: int, repeat: Repeat
    ) -> Duplicate:
        accepted, similarity = len(self._accepted), round(repeat.similarity, 4)
        columns = tuple(name for name in self._table.names if name in repeat.columns)
        if repeat.row < accepted:
            of, source = self._accepted.position(repeat.row), self._accepted.source(repeat.row)
        else:
            of, source = int(positions[leaders[repeat.row - accepted]]), None
        return Duplicate(int(positions[row]), of, similarity, columns, source)

    def _accept(
        self, keyed: KeyedRows, block: Block | None, rows: NDArray[np.int64], positions: NDArray[np.int64],
        source: str | None,
    ) -> None:  # fmt: skip
        self._keys.add(keyed, len(self._accepted))
        self._accepted.add(positions, source)
        if self._neighbours is not None and block is not None:
            self._neighbours.accept(block, rows)


def _check(table: TableSchema, threshold: float, columns: Sequence[str] | None) -> None:
    if isinstance(threshold, bool) or not isinstance(threshold, (int, float)) or not 0 <= threshold <= 1:
        raise ArgumentError(f"threshold is {threshold!r}; send a number from 0 to 1, where 1 means exact copies only.")
    if columns is None:
        return
    if not columns:
        raise ArgumentError("columns is empty; name at least one column, or leave it out to compare them all.")
    for name in columns:
        if name not in table.names:
            raise ArgumentError(f"columns names {name!r}, which does not exist; use {', '.join(table.names)}.")


def _with_generators(table: TableSchema, generators: Mapping[str, Generator] | None) -> TableSchema:
    if not generators:
        return table
    columns = [
        column if column.generator or column.name not in generators
        else column.model_copy(update={"generator": generators[column.name]})
        for column in table.columns
    ]  # fmt: skip
    return table.model_copy(update={"columns": tuple(columns)})
