"""Pages: a few rows of a result as JSON values, bounded in number and in bytes."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from synthaix.errors import ArgumentError
from synthaix.schema.physical import json_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

MAX_LIMIT = 1_000
"""Rows a page may have; more would not fit a reply whatever the columns."""

_SLICE_ROWS = 256
"""Rows turned into JSON at a time: a page cut by size should not pay for a thousand rows it leaves out."""


class Chunks(Protocol):
    """What a store offers to readers: frames decoded when they are asked for."""

    @property
    def first_rows(self) -> Sequence[int]:
        """The number of the first row of each chunk, not decreasing, starting with 0."""

    @property
    def total(self) -> int:
        """Rows accepted so far."""

    def frame(self, index: int) -> pl.DataFrame:
        """The rows of chunk `index`."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows [start, next_row) as JSON values. `truncated`: size, not `limit` or the end, closed the page."""

    rows: list[dict[str, Any]]
    next_row: int
    truncated: bool


def read_page(
    chunks: Chunks,
    start: int,
    limit: int,
    columns: Sequence[str] | None = None,
    max_bytes: int = 24_000,
    json_columns: frozenset[str] = frozenset(),
) -> Page:
    """Up to `limit` rows from row `start` on, at most `max_bytes` of compact JSON, at least one where there is one.

    A first row that alone passes `max_bytes` comes with its longest values cut, each ending in a
    mark that says how long it is; the page is then `truncated`, and exports have the whole values.
    `json_columns` hold JSON text and are given back as the values they stand for.
    Raises ArgumentError for a limit out of bounds or an unknown column.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise ArgumentError(f"limit is {limit}; send 1 to {MAX_LIMIT} and follow next_cursor for more.")
    rows: list[dict[str, Any]] = []
    used = 2  # the brackets of the list
    for frame in _slices(chunks, start, limit):
        chosen = frame if columns is None else _subset(frame, columns)
        for row in json_rows(chosen, json_columns):
            used += len(orjson.dumps(row)) + 1
            if used > max_bytes:
                if rows:
                    return Page(rows, start + len(rows), truncated=True)
                return Page([_cut_to(row, max_bytes)], start + 1, truncated=True)
            rows.append(row)
    return Page(rows, start + len(rows), truncated=False)


def _slices(chunks: Chunks, start: int, limit: int) -> Iterator[pl.DataFrame]:
    first_rows = chunks.first_rows
    stop = min(start + limit, chunks.total)
    index = max(bisect_right(first_rows, start) - 1, 0)
    while start < stop:
        frame = chunks.frame(index)
        offset = start - first_rows[index]
        while offset < frame.height and start < stop:
            part = frame.slice(offset, min(stop - start, _SLICE_ROWS))
            yield part
            offset, start = offset + part.height, start + part.height
        index += 1


def _subset(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    if not columns:
        raise ArgumentError(f"columns is empty; name some of {', '.join(frame.columns)}, or leave it out for all.")
    for name in columns:
        if name not in frame.columns:
            raise ArgumentError(f"column {name[:80]!r} is not in this result; name some of {', '.join(frame.columns)}.")
    return frame[list(dict.fromkeys(columns))]


def _cut_to(row: dict[str, Any], max_bytes: int) -> dict[str, Any]:
    """The row with values longer than some number of characters cut to it, the largest number that fits."""
    texts = {name: value if isinstance(value, str) else orjson.dumps(value).decode() for name, value in row.items()}
    low, high = 0, max(len(text) for text in texts.values())
    while low < high:
        middle = (low + high + 1) // 2
        if len(orjson.dumps(_cut(row, texts, middle))) + 2 <= max_bytes:
            low = middle
        else:
            high = middle - 1
    return _cut(row, texts, low)


def _cut(row: dict[str, Any], texts: dict[str, str], length: int) -> dict[str, Any]:
    return {
        name: f"{text[:length]}… [cut: {len(text):,} characters]" if len(text) > length + 40 else row[name]
        for name, text in texts.items()
    }
