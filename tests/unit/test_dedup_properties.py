from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from synthaix.dedup.canonical import canonical_series, folded_text
from synthaix.dedup.embedding import HashedNgrams
from synthaix.dedup.engine import Deduplicator, Verdict
from synthaix.dedup.exact import row_hashes
from synthaix.dedup.index import VectorIndex
from synthaix.dedup.neighbours import Neighbours
from synthaix.dedup.roles import roles_of
from synthaix.dedup.similarity import Verifier
from synthaix.schema.table import TableSchema, parse_schema

WORDS = ["anna", "anne", "hannah", "smith", "smyth", "12", "13", "élan", "straße", "a", ""]
text = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
row = st.tuples(text | st.none(), text, st.sampled_from([0.0, 1.0, 2.5]))
rows = st.lists(row, min_size=1, max_size=25)
COLUMNS: list[dict[str, object]] = [
    {"name": "x", "type": "string"},
    {"name": "y", "type": "string"},
    {"name": "z", "type": "float"},
]
TABLE = parse_schema({"columns": COLUMNS})
quick = settings(max_examples=40, deadline=None)


def frame_of(values: list[tuple[str | None, str, float]]) -> pl.DataFrame:
    return pl.DataFrame(values, schema={"x": pl.String, "y": pl.String, "z": pl.Float64}, orient="row")


def judged(frame: pl.DataFrame, threshold: float, schema: TableSchema = TABLE, frozen: bytes | None = None) -> Verdict:
    deduplicator = Deduplicator.open(schema, threshold=threshold, sample=frame, frozen=frozen)
    return deduplicator.admit(frame, np.arange(len(frame)))


def frozen_of(frame: pl.DataFrame) -> bytes:
    return roles_of(TABLE, frame).to_bytes()


@quick
@given(rows, st.sampled_from([0.6, 0.75, 0.85, 0.95, 1.0]))
def test_deduplicating_the_result_removes_nothing(
    values: list[tuple[str | None, str, float]], threshold: float
) -> None:
    frame = frame_of(values)
    frozen = frozen_of(frame)
    once = frame.filter(pl.Series(judged(frame, threshold, frozen=frozen).keep))

    assert judged(once, threshold, frozen=frozen).keep.all()


@quick
@given(row, row, st.floats(0.5, 1), st.floats(0.5, 1))
def test_a_pair_that_is_a_duplicate_stays_one_at_a_lower_threshold(
    one: tuple[str | None, str, float], other: tuple[str | None, str, float], a: float, b: float
) -> None:
    frame = frame_of([one, other])

    higher, lower = judged(frame, max(a, b)).keep[1], judged(frame, min(a, b)).keep[1]

    assert higher or not lower


@quick
@given(rows)
def test_similarity_is_symmetric(values: list[tuple[str | None, str, float]]) -> None:
    frame = frame_of(values)
    neighbours = Neighbours(TABLE, roles_of(TABLE, frame), HashedNgrams(), 0.85, VectorIndex(128))
    block = neighbours.prepare({name: canonical_series(frame[name]) for name in TABLE.names})
    left, right = (side.ravel() for side in np.meshgrid(np.arange(len(frame)), np.arange(len(frame))))
    cosine = np.zeros(len(left), dtype=np.float32)

    forth, _ = neighbours._verifier.score(block.values, left, block.values, right, cosine)
    back, _ = neighbours._verifier.score(block.values, right, block.values, left, cosine)

    assert forth.tolist() == back.tolist()
    assert ((forth >= 0) & (forth <= 1)).all()


@quick
@given(rows, st.permutations(["x", "y", "z"]))
def test_the_order_of_columns_makes_no_difference(
    values: list[tuple[str | None, str, float]], order: list[str]
) -> None:
    frame = frame_of(values)
    other = parse_schema({"columns": [TABLE[name].model_dump(exclude_unset=True) for name in order]})

    assert judged(frame, 0.85).keep.tolist() == judged(frame.select(order), 0.85, other).keep.tolist()


@quick
@given(rows, st.integers(1, 10), st.sets(st.sampled_from(["x", "z"])), st.sampled_from([[], [["y", "z"]]]))
# Equal to two rows in a unique column each, of which only the second comes in the same block.
@example([("anna", "", 1.0), (None, "anna", 1.0), ("", "", 0.0), ("", "", 1.0)], 2, {"x", "z"}, [])
def test_any_cut_of_the_stream_gives_the_same_duplicates(
    values: list[tuple[str | None, str, float]], cut: int, unique: set[str], together: list[list[str]]
) -> None:
    frame = frame_of(values)
    columns = [{**column, "unique": True} if column["name"] in unique else column for column in COLUMNS]
    table = parse_schema({"columns": columns, "unique": together})
    whole = judged(frame, 0.8, table)
    deduplicator = Deduplicator.open(table, threshold=0.8, sample=frame)

    pieces = [
        deduplicator.admit(frame[start : start + cut], np.arange(start, min(len(frame), start + cut)))
        for start in range(0, len(frame), cut)
    ]

    assert [d for piece in pieces for d in piece.duplicates] == whole.duplicates


@quick
@given(st.lists(st.text(), min_size=1, max_size=20))
def test_the_canonical_form_is_its_own_canonical_form(values: list[str]) -> None:
    once = canonical_series(pl.Series("x", values))

    assert canonical_series(once).to_list() == once.to_list()


@quick
@given(st.lists(st.text(), min_size=1, max_size=20))
def test_vectors_are_of_length_one_or_zero_and_do_not_depend_on_their_neighbours(values: list[str]) -> None:
    texts = folded_text(canonical_series(pl.Series("x", values)))
    together = HashedNgrams().encode(texts)
    alone = np.concatenate([HashedNgrams().encode(texts[k : k + 1]) for k in range(len(texts))])
    lengths = np.linalg.norm(together, axis=1)

    assert np.array_equal(together, alone)
    assert np.all((np.abs(lengths - 1) < 1e-5) | (lengths == 0))


@quick
@given(rows, st.sampled_from([0.5, 0.75, 0.85, 0.95]))
def test_no_pair_that_reaches_the_threshold_is_passed_over_for_its_letters(
    values: list[tuple[str | None, str, float]], threshold: float
) -> None:
    frame = frame_of(values)
    roles = roles_of(TABLE, frame)
    canonical = {name: canonical_series(frame[name]) for name in TABLE.names}
    block = Neighbours(TABLE, roles, HashedNgrams(), threshold, VectorIndex(128)).prepare(canonical)
    left, right = (side.ravel() for side in np.meshgrid(np.arange(len(frame)), np.arange(len(frame))))
    pairs = block.values, left, block.values, right, np.zeros(len(left), dtype=np.float32)

    everything, _ = Verifier(roles, 0.0).score(*pairs)
    found, _ = Verifier(roles, threshold).score(*pairs)

    assert found[everything >= threshold].tolist() == everything[everything >= threshold].tolist()
    assert (found[everything < threshold] < threshold).all()


def test_minus_zero_is_zero() -> None:
    (minus, plus) = row_hashes([canonical_series(pl.Series("x", [-0.0, 0.0]))])

    assert minus.tolist() == plus.tolist()
