from __future__ import annotations

import hashlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import polars as pl
import pytest

from synthaix.errors import ArgumentError, LimitError, StoreError
from synthaix.results.export import Exported, export_frames, render
from synthaix.results.formats import FORMATS
from synthaix.schema.physical import dtypes_of
from tests.support.export_samples import ROWS, TABLE, frames

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWN = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("format", FORMATS)
def test_an_export_reports_path_rows_bytes_and_checksum(tmp_path: Path, format: str) -> None:
    done = export_frames(iter(frames()), TABLE, format, tmp_path / "sub" / f"a.{format}")

    content = (tmp_path / "sub" / f"a.{format}").read_bytes()
    assert done.path == tmp_path / "sub" / f"a.{format}"
    assert done.rows == len(ROWS)
    assert done.bytes == len(content)
    assert done.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_rows_give_the_same_bytes_however_they_are_cut(tmp_path: Path, format: str) -> None:
    whole = pl.concat(frames())

    cut = export_frames(iter(frames()), TABLE, format, tmp_path / "a")
    uncut = export_frames([whole], TABLE, format, tmp_path / "b")

    assert cut.sha256 == uncut.sha256


@pytest.mark.parametrize("format", FORMATS)
def test_rendering_gives_the_bytes_of_the_file(tmp_path: Path, format: str) -> None:
    export_frames(frames(), TABLE, format, tmp_path / "a")

    assert render(frames(), TABLE, format, 1_000_000) == (tmp_path / "a").read_bytes()


@pytest.mark.parametrize("format", FORMATS)
def test_rendering_past_the_bound_names_the_bound_and_the_tool(format: str) -> None:
    with pytest.raises(LimitError, match=f"The {format} result is larger than 200 bytes; use export_job"):
        render(frames(), TABLE, format, 200)


@pytest.mark.parametrize("format", FORMATS)
def test_a_reader_that_fails_leaves_no_file_and_its_error_comes_through(tmp_path: Path, format: str) -> None:
    def failing() -> Iterator[pl.DataFrame]:
        yield pl.concat(frames())
        raise LookupError("the store is gone")

    with pytest.raises(LookupError, match="the store is gone"):
        export_frames(failing(), TABLE, format, tmp_path / "a")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", FORMATS)
def test_a_failed_export_keeps_the_file_of_an_earlier_one(tmp_path: Path, format: str) -> None:
    path = tmp_path / f"{OWN}.{format}"
    first = export_frames(frames(), TABLE, format, path)

    def failing() -> Iterator[pl.DataFrame]:
        raise LookupError
        yield

    with pytest.raises(LookupError):
        export_frames(failing(), TABLE, format, path)

    assert hashlib.sha256(path.read_bytes()).hexdigest() == first.sha256
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs the device that is always full")
@pytest.mark.parametrize("format", FORMATS)
def test_a_full_disk_is_a_store_error_with_the_path_and_nothing_is_left(
    tmp_path: Path, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = open
    monkeypatch.setattr(
        "builtins.open",
        lambda path, mode="r", *rest: real("/dev/full", "wb") if mode == "xb" else real(path, mode, *rest),
    )

    with pytest.raises(StoreError, match="could not be written"):
        export_frames(frames(), TABLE, format, tmp_path / "a")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("batches", [1, 3])
@pytest.mark.parametrize("format", FORMATS)
def test_a_disk_that_fails_once_while_the_file_is_written_ends_the_export_and_nothing_is_left(
    tmp_path: Path, format: str, batches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failed = os.fsync, list[threading.Thread]()
    few = pl.concat(frames())
    many = pl.concat([few] * (33_000 // few.height + 1))

    def failing(descriptor: int) -> None:
        """The system tells of a failure once; the last look finds nothing wrong."""
        if not failed:
            failed.append(threading.current_thread())
            raise OSError(5, "Input/output error")
        real(descriptor)

    monkeypatch.setattr("synthaix.results.export.os.fsync", failing)

    with pytest.raises(StoreError, match="could not be written"):
        export_frames([many] * batches, TABLE, format, tmp_path / "a")

    assert failed[0] is not threading.current_thread()
    assert list(tmp_path.iterdir()) == []


def test_where_no_thread_is_to_be_had_the_file_is_synced_at_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", none_left)
    exported = export_frames(frames(), TABLE, "csv", tmp_path / "a")

    assert exported.rows == pl.concat(frames()).height


def test_an_unwritable_directory_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(StoreError, match="could not be written"):
        export_frames(frames(), TABLE, "csv", tmp_path / "file" / "a.csv")


def test_of_two_exports_that_want_one_name_at_once_one_gets_it_and_the_other_is_told(tmp_path: Path) -> None:
    for number in range(100):
        path, both = tmp_path / f"{number}.csv", threading.Barrier(2)

        def export(rows: int, path: Path = path, both: threading.Barrier = both) -> Exported | ArgumentError:
            def written() -> None:
                both.wait()

            try:
                return export_frames([pl.concat(frames()).head(rows)], TABLE, "csv", path, written=written)
            except ArgumentError as exc:
                return exc

        with ThreadPoolExecutor(2) as threads:
            outcomes = list(threads.map(export, (1, 2)))

        (done,) = [outcome for outcome in outcomes if isinstance(outcome, Exported)]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == done.sha256
    assert len(list(tmp_path.iterdir())) == 100


def test_an_earlier_export_of_the_job_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / f"{OWN}.csv"
    path.write_text("older rows")

    assert export_frames(frames(), TABLE, "csv", path).bytes == path.stat().st_size > 100


def test_exporting_the_same_rows_to_the_same_path_twice_is_fine(tmp_path: Path) -> None:
    first = export_frames(frames(), TABLE, "csv", tmp_path / "mine.csv")

    assert export_frames(frames(), TABLE, "csv", tmp_path / "mine.csv") == first


def test_a_file_of_somebody_else_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("precious")

    with pytest.raises(ArgumentError, match=r"path 'customers.csv' is taken by another file; send another path"):
        export_frames(frames(), TABLE, "csv", path)

    assert path.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [path]


def test_an_unknown_format_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="format 'xlsx' is unknown; use one of csv, jsonl, parquet, sql"):
        export_frames(frames(), TABLE, "xlsx", tmp_path / "a")


def test_many_frames_stream_through_in_order(tmp_path: Path) -> None:
    table_frames = (
        pl.DataFrame({name: [None] * 1000 for name in TABLE.names}, schema=dtypes_of(TABLE)).with_columns(
            id=pl.int_range(start, start + 1000, dtype=pl.Int64)
        )
        for start in range(0, 600_000, 1000)
    )

    done = export_frames(table_frames, TABLE, "parquet", tmp_path / "a.parquet")

    assert done.rows == 600_000
    assert pl.read_parquet(tmp_path / "a.parquet")["id"].to_list() == list(range(600_000))
