from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthaix.dedup import index as module
from synthaix.dedup import product
from synthaix.dedup.index import SCALE, Hits, VectorIndex, least_product, quantised
from synthaix.dedup.kinds import ANY, KindTable, agree, kinds_of
from synthaix.dedup.product import OFFSET, products

quick = settings(max_examples=30, deadline=None)


def vectors(rows: int, seed: int = 1, spread: float = 1.0) -> np.ndarray:
    """Unit vectors around a common direction: the smaller the spread, the nearer to each other."""
    drawn = np.random.default_rng(seed).normal(0, spread, (rows, 16)) + 1
    return quantised((drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32))


def expected(
    index: np.ndarray, held: np.ndarray, queries: np.ndarray, kinds: np.ndarray, top: int, cutoff: float
) -> list[tuple[int, int, int]]:
    """The same search, one query after another, by sorting."""
    found = []
    for number, (vector, kind) in enumerate(zip(queries.astype(int), kinds, strict=True)):
        dots = index.astype(int) @ vector
        near = [row for row in np.lexsort((np.arange(len(dots)), -dots)) if agree(held[row : row + 1], kind)[0]]
        found += [(number, int(row), int(dots[row])) for row in near[:top] if dots[row] >= cutoff * SCALE * SCALE]
    return found


def listed(hits: Hits) -> list[tuple[int, int, int]]:
    return [(int(q), int(r), int(d)) for q, r, d in zip(*hits, strict=True)]


@pytest.mark.parametrize("spread", [0.05, 0.5, 3.0], ids=["crowded", "near", "far"])
@pytest.mark.parametrize("distinct", [0, 1, 3, 500], ids=["no kinds", "one", "three", "many"])
def test_the_nearest_rows_of_a_kind_are_found_earliest_first(
    spread: float, distinct: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_ROWS", 128)
    monkeypatch.setattr(module, "_QUERIES", 64)
    monkeypatch.setattr(module, "_SMALL", 16)
    stored, queries = vectors(700, 1, spread), vectors(150, 2, spread)
    rng = np.random.default_rng(3)
    held, asked = (rng.integers(0, distinct + 1, n).astype(np.uint64) for n in (700, 150))
    index = VectorIndex(16)
    for start in range(0, 700, 90):
        index.add(stored[start : start + 90], held[start : start + 90])

    found = index.search(queries, asked, 5, 0.6)

    assert listed(found) == expected(stored, held, queries, asked, 5, 0.6)


def test_rows_of_a_block_meet_only_those_before_them() -> None:
    block = vectors(300, spread=0.2)
    kinds = np.full(300, ANY)
    index = VectorIndex(16)
    index.add(block, kinds)

    hits = index.search(block, kinds, 3, 0.5, earlier=True)

    dots = np.tril(block.astype(int) @ block.T.astype(int), -1)
    nearest = [np.lexsort((np.arange(row), -dots[row, :row]))[:3].tolist() for row in range(300)]
    assert [hits.row[hits.query == row].tolist() for row in range(300)] == nearest


@pytest.mark.parametrize("kind", [np.int8, np.uint8])
def test_large_products_are_exact(kind: type[np.int8] | type[np.uint8], monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = product._Kernel(kind)
    monkeypatch.setattr(product, "_kernel", lambda: kernel)
    rng = np.random.default_rng(4)
    rows, queries = (rng.choice(np.array([-127, 127], np.int8), (200, 128)) for _ in range(2))

    found = products(rows.view(np.uint8) ^ np.uint8(OFFSET), queries)

    # Of two unsigned bytes no processor's sums overflow; the other kernel is used only where it finds the same.
    assert (kind is np.int8 and not kernel.exact()) or np.array_equal(found, rows.astype(int) @ queries.T.astype(int))


def test_few_products_do_not_load_the_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product, "_Kernel", lambda kind: pytest.fail("the runtime was loaded"))
    product._kernel.cache_clear()
    rows, queries = vectors(40), vectors(30, 2)

    found = products(rows.view(np.uint8) ^ np.uint8(OFFSET), queries)

    assert np.array_equal(found, rows.astype(int) @ queries.T.astype(int))


@quick
@given(st.lists(st.lists(st.integers(0, 4), max_size=9), min_size=1, max_size=12))
def test_the_rows_of_a_kind_are_listed_in_order(batches: list[list[int]]) -> None:
    table, everything = KindTable(), [kind for batch in batches for kind in batch]
    first = 0
    for batch in batches:
        table.add(np.array(batch, dtype=np.uint64), first)
        first += len(batch)

    rows = table.rows(np.arange(5, dtype=np.uint64))

    assert [found.tolist() for found in rows] == [
        [k for k, v in enumerate(everything) if v == kind] for kind in range(5)
    ]


def test_a_missing_exact_value_agrees_with_every_kind() -> None:
    kinds = kinds_of(np.array([[1, 2], [1, 2], [1, 3], [1, 0]], dtype=np.uint64))

    assert agree(kinds, kinds[0]).tolist() == [True, True, False, True]
    assert agree(kinds, kinds[3]).all()
    assert kinds[3] == ANY
    assert (kinds_of(np.empty((2, 0), dtype=np.uint64)) == ANY).all()


@given(st.floats(-1, 1))
def test_the_least_product_is_the_first_that_reaches_the_cosine(cutoff: float) -> None:
    least = least_product(cutoff)

    assert least / SCALE**2 >= cutoff > (least - 1) / SCALE**2 - 1e-9
