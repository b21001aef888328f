from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.dedup.engine import Deduplicator
from synthaix.generate.window import Candidates, Window
from synthaix.jobs.acceptor import Acceptor, Standing, sampled_patience, written_patience
from synthaix.jobs.blob import decode_frame, decode_positions
from synthaix.schema.table import TableSchema, parse_schema

if TYPE_CHECKING:
    from synthaix.jobs.store import Chunk

TABLE = parse_schema(
    {"columns": [{"name": "code", "type": "integer", "unique": True}, {"name": "tail", "type": "integer"}]}
)


def deduplicator(table: TableSchema = TABLE) -> Deduplicator:
    return Deduplicator.open(table, threshold=1.0, sample=pl.DataFrame(schema={"code": pl.Int64, "tail": pl.Int64}))


def acceptor(total: int, chunk_size: int, **options: Any) -> Acceptor:
    options = {"patience": sampled_patience} | options
    return Acceptor(TABLE, deduplicator(), total_rows=total, chunk_size=chunk_size, **options)


def candidates(start: int, codes: list[int], missing: tuple[int, ...] = ()) -> Candidates:
    positions = [start + k for k in range(len(codes)) if start + k not in missing]
    frame = pl.DataFrame(
        {"code": [codes[p - start] for p in positions], "tail": positions}, schema={"code": pl.Int64, "tail": pl.Int64}
    )
    return Candidates(Window(start, len(codes)), frame, np.array(positions, dtype=np.int64))


def read(chunks: list[Chunk]) -> list[int]:
    return [code for chunk in chunks for code in decode_frame(chunk.data)["code"].to_list()]


def run(
    codes: list[int], cuts: list[int], total: int, chunk_size: int, missing: tuple[int, ...] = ()
) -> tuple[Any, ...]:
    made = acceptor(total, chunk_size)
    chunks: list[Chunk] = []
    start = 0
    for cut in [*sorted(cuts), len(codes)]:
        if made.done or cut <= start:
            continue
        chunks += made.take(candidates(start, codes[start:cut], missing))
        start = cut
    chunks += made.rest()
    last = chunks[-1] if chunks else None
    return read(chunks), last and (last.next_candidate, last.rows_deduplicated), made.exhausted


def test_survivors_become_full_chunks_and_the_last_is_what_is_left() -> None:
    made = acceptor(10, 4)

    chunks = made.take(candidates(0, list(range(12))))

    assert [(chunk.index, chunk.rows) for chunk in chunks] == [(0, 4), (1, 4), (2, 2)]
    assert read(chunks) == list(range(10))
    assert made.done
    assert made.rest() == []


def test_removed_rows_are_replaced_by_later_candidates() -> None:
    chunks = acceptor(4, 2).take(candidates(0, [1, 1, 2, 2, 2, 3, 4]))

    assert read(chunks) == [1, 2, 3, 4]
    assert [decode_positions(chunk.positions).tolist() for chunk in chunks] == [[0, 2], [5, 6]]


def test_duplicates_are_counted_up_to_the_last_accepted_row_only() -> None:
    chunks = acceptor(2, 2).take(candidates(0, [1, 1, 1, 2, 2, 2]))

    assert [(chunk.rows_deduplicated, chunk.next_candidate) for chunk in chunks] == [(2, 4)]


def test_candidates_that_could_not_be_written_are_not_counted_as_duplicates() -> None:
    chunks = acceptor(3, 3).take(candidates(0, [1, 2, 2, 3], missing=(2,)))

    assert [(chunk.rows_deduplicated, chunk.next_candidate) for chunk in chunks] == [(0, 4)]


@given(
    codes=st.lists(st.integers(0, 30), min_size=1, max_size=120),
    cuts=st.lists(st.integers(1, 119), max_size=8),
    total=st.integers(1, 40),
    chunk_size=st.integers(1, 45),
    missing=st.sets(st.integers(0, 119), max_size=10),
)
def test_the_rows_do_not_depend_on_windows_or_chunks(
    codes: list[int], cuts: list[int], total: int, chunk_size: int, missing: set[int]
) -> None:
    assert run(codes, cuts, total, chunk_size, tuple(missing)) == run(codes, [], total, 7, tuple(missing))


@pytest.mark.parametrize("size", [64, 999, 5_000])
def test_an_exhausted_column_is_named_and_found_at_the_same_candidate(size: int) -> None:
    made = acceptor(100, 10)
    stream = list(range(26)) + [k % 26 for k in range(2_300)] + list(range(100, 400))

    chunks: list[Chunk] = []
    for start in range(0, len(stream), size):
        if not made.done:
            chunks += made.take(candidates(start, stream[start : start + size]))
    chunks += made.rest()

    assert read(chunks) == list(range(26))
    assert made.exhausted is not None
    assert made.exhausted.startswith(
        "Column 'code' ran out of new values: the last 2,000 candidates were duplicates, so 26 of"
    )


def test_a_run_of_duplicates_just_short_of_the_limit_is_survived() -> None:
    made = acceptor(2, 10)

    chunks = made.take(candidates(0, [1] + [1] * 1_999 + [2]))

    assert read(chunks) == [1, 2]
    assert made.exhausted is None


def test_a_model_that_writes_nothing_valid_is_given_up_without_blaming_a_column() -> None:
    made = acceptor(5, 5, patience=written_patience)

    made.take(candidates(0, [0] * 300, missing=tuple(range(300))))

    assert made.exhausted == "No valid row was among the last 200 candidates; 0 of 5 rows were made."


def test_patience_grows_with_the_rows_and_is_bounded_where_it_costs_money() -> None:
    accepted = np.array([0, 1_000, 100_000])

    assert sampled_patience(accepted).tolist() == [2_000, 20_000, 2_000_000]
    assert written_patience(accepted).tolist() == [200, 1_000, 2_000]


def test_a_resumed_job_goes_on_as_if_it_had_never_stopped() -> None:
    codes = [k % 17 + (k // 40) * 100 for k in range(200)]
    whole_run = read(acceptor(60, 8).take(candidates(0, codes)))
    first = acceptor(60, 8)
    done = first.take(candidates(0, codes[:50])) + first.rest()
    frames = [(decode_frame(chunk.data), decode_positions(chunk.positions)) for chunk in done]
    resumed_from = deduplicator()
    for frame, positions in frames:
        resumed_from.admit_known(frame, positions)
    rows, last = sum(chunk.rows for chunk in done), done[-1]

    second = Acceptor(
        TABLE,
        resumed_from,
        total_rows=60,
        chunk_size=8,
        patience=sampled_patience,
        standing=Standing(rows, last.rows_deduplicated, last.next_candidate),
        partial=frames[-1] if rows % 8 else None,
    )
    more = second.take(candidates(last.next_candidate, codes[last.next_candidate :]))

    assert rows % 8, "the case needs a partial chunk"
    assert read(done[:-1]) + read(more) == whole_run
    assert [chunk.index for chunk in done[:-1] + more] == list(range(8))


def test_wanted_follows_the_share_that_survives_and_stays_bounded() -> None:
    made = acceptor(100, 10)
    assert made.wanted(2.0) == 100

    made.take(candidates(0, [k // 4 for k in range(40)]))

    assert 90 < made.wanted(2.0) <= 180
    assert made.wanted(1.0) == 90
