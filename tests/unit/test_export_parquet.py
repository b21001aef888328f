from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING

import polars as pl

from synthaix.results.export import render
from synthaix.schema.physical import dtypes_of
from tests.support.export_samples import TABLE, frames

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_types_and_values_come_back_exactly() -> None:
    read = pl.read_parquet(io.BytesIO(render(frames(), TABLE, "parquet", 100_000)))

    assert dict(read.schema) == dtypes_of(TABLE)
    assert read.equals(pl.concat(frames()))


def test_no_rows_make_a_file_with_the_columns() -> None:
    read = pl.read_parquet(io.BytesIO(render([], TABLE, "parquet", 100_000)))

    assert dict(read.schema) == dtypes_of(TABLE)
    assert read.height == 0


def test_frames_are_read_in_the_calling_thread() -> None:
    threads: set[int] = set()

    def watched() -> Iterator[pl.DataFrame]:
        for frame in frames():
            threads.add(threading.get_ident())
            yield frame

    render(watched(), TABLE, "parquet", 100_000)

    assert threads == {threading.get_ident()}
