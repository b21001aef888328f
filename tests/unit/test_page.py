from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
import polars as pl
import pytest

from synthaix.errors import ArgumentError
from synthaix.results.page import Page, read_page

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass
class Stored:
    frames: list[pl.DataFrame]
    decoded: list[int] = field(default_factory=list)

    @property
    def first_rows(self) -> Sequence[int]:
        return [sum(frame.height for frame in self.frames[:index]) for index in range(len(self.frames))]

    @property
    def total(self) -> int:
        return sum(frame.height for frame in self.frames)

    def frame(self, index: int) -> pl.DataFrame:
        self.decoded.append(index)
        return self.frames[index]


def stored(*sizes: int) -> Stored:
    numbers = iter(range(sum(sizes)))
    return Stored(
        [
            pl.DataFrame({"n": [next(numbers) for _ in range(size)]}, schema={"n": pl.Int64}).with_columns(
                text=pl.format("row {}", "n")
            )
            for size in sizes
        ]
    )


def numbers(page: Page) -> list[int]:
    return [row["n"] for row in page.rows]


def test_pages_follow_each_other_across_chunks_without_a_gap() -> None:
    chunks = stored(3, 0, 4, 2)
    seen: list[int] = []
    start = 0

    while start < chunks.total:
        page = read_page(chunks, start, 2)
        seen += numbers(page)
        start = page.next_row

    assert seen == list(range(9))


def test_a_page_decodes_only_the_chunks_it_needs() -> None:
    chunks = stored(10, 10, 10, 10)

    page = read_page(chunks, 12, 5)

    assert numbers(page) == [12, 13, 14, 15, 16]
    assert chunks.decoded == [1]


@pytest.mark.parametrize("start", [5, 6, 10**9])
def test_a_page_at_or_past_the_end_is_empty_and_stays_there(start: int) -> None:
    assert read_page(stored(5), start, 10) == Page([], start, truncated=False)


def test_no_chunk_yet_is_an_empty_page() -> None:
    assert read_page(Stored([]), 0, 10) == Page([], 0, truncated=False)


@pytest.mark.parametrize("limit", [0, -1, 1001, 10**9])
def test_a_limit_out_of_bounds_is_refused_with_the_bounds(limit: int) -> None:
    with pytest.raises(ArgumentError, match=f"limit is {limit}; send 1 to 1000"):
        read_page(stored(5), 0, limit)


def test_columns_come_in_the_order_asked_for_and_once_each() -> None:
    page = read_page(stored(1), 0, 1, columns=["text", "n", "text"])

    assert list(page.rows[0]) == ["text", "n"]


@pytest.mark.parametrize(("columns", "words"), [(["m"], "column 'm' is not in this result"), ([], "columns is empty")])
def test_an_unknown_column_is_refused_with_those_there_are(columns: list[str], words: str) -> None:
    with pytest.raises(ArgumentError, match=f"{words}; name some of n, text"):
        read_page(stored(1), 0, 1, columns=columns)


def test_a_page_is_cut_by_size_and_goes_on_after_the_last_row_given() -> None:
    chunks = stored(400, 400)

    page = read_page(chunks, 0, 1000, max_bytes=2_000)

    assert page.truncated
    assert 1 < len(page.rows) < 100
    assert len(orjson.dumps(page.rows)) <= 2_000
    assert numbers(read_page(chunks, page.next_row, 1)) == [len(page.rows)]


def test_a_page_that_just_fits_is_not_truncated() -> None:
    exact = len(orjson.dumps(read_page(stored(10), 0, 10).rows))

    assert not read_page(stored(10), 0, 10, max_bytes=exact + 1).truncated
    assert read_page(stored(10), 0, 10, max_bytes=exact - 1).truncated


def test_a_row_larger_than_the_bound_comes_alone_with_marked_cuts_and_paging_goes_on() -> None:
    long = "é" * 50_000
    chunks = Stored([pl.DataFrame({"n": [1, 2], "a": [long, "short"], "b": [long[:30_000], "short"]})])

    page = read_page(chunks, 0, 50)

    assert page.truncated
    assert page.next_row == 1
    [row] = page.rows
    assert row["n"] == 1
    assert row["a"].endswith("… [cut: 50,000 characters]")
    assert row["b"].endswith("… [cut: 30,000 characters]")
    assert 20_000 < len(orjson.dumps(page.rows)) <= 24_000
    assert read_page(chunks, 1, 50).rows == [{"n": 2, "a": "short", "b": "short"}]


def test_a_large_row_that_is_not_first_waits_for_its_own_page() -> None:
    chunks = Stored([pl.DataFrame({"a": ["short", "x" * 50_000]})])

    page = read_page(chunks, 0, 50)

    assert page == Page([{"a": "short"}], 1, truncated=True)
    assert read_page(chunks, page.next_row, 50).next_row == 2


def test_json_columns_are_given_back_as_values() -> None:
    chunks = Stored([pl.DataFrame({"j": ['{"a":[1]}', None]})])

    page = read_page(chunks, 0, 2, json_columns=frozenset({"j"}))

    assert page.rows == [{"j": {"a": [1]}}, {"j": None}]


def test_a_large_json_value_is_cut_as_text() -> None:
    big: dict[str, Any] = {"list": list(range(20_000))}
    chunks = Stored([pl.DataFrame({"j": [orjson.dumps(big).decode()]})])

    [row] = read_page(chunks, 0, 1, json_columns=frozenset({"j"})).rows

    assert row["j"].startswith('{"list":[0,1,2')
    assert "[cut: " in row["j"]
