"""Files as the world has them, through the engine: what their values said is kept, or refused in a sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from synthaix.errors import ArgumentError
from synthaix.jobs.spec import dedup_request
from tests.contract.test_engine import engine_at

if TYPE_CHECKING:
    from pathlib import Path

NANOSECONDS = pl.Series([1_700_000_000_000_000_000, 1_700_000_000_000_000_001]).cast(pl.Datetime("ns"))


async def unique_rows(tmp_path: Path, name: str, content: bytes | pl.DataFrame) -> list[dict[str, Any]]:
    exports = tmp_path / "exports"
    exports.mkdir(exist_ok=True)
    if isinstance(content, bytes):
        (exports / name).write_bytes(content)
    else:
        content.write_parquet(exports / name)
    async with engine_at(tmp_path) as engine:
        return (await engine.deduplicate(dedup_request(path=name))).unique_rows


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"code\n007\n7\n07\n", [{"code": "007"}, {"code": "7"}, {"code": "07"}]),
        (b"n,x\n12345678901234567890,1\n12345678901234567891,1\n",
         [{"n": "12345678901234567890", "x": 1}, {"n": "12345678901234567891", "x": 1}]),
        (b"d,n\n01/02/2026,1\n2026-02-01,1\n", [{"d": "01/02/2026", "n": 1}, {"d": "2026-02-01", "n": 1}]),
        (b"d\n01/02/2026\n03/04/2026\n", [{"d": "01/02/2026"}, {"d": "03/04/2026"}]),
        (b"t\n2026-01-01T00:00:00.123456788Z\n2026-01-01T00:00:00.123456789Z\n",
         [{"t": "2026-01-01T00:00:00.123456788Z"}, {"t": "2026-01-01T00:00:00.123456789Z"}]),
        (b"name;n\nAnn Lee;1\nAnn Lea;2\n", [{"name": "Ann Lee", "n": 1}, {"name": "Ann Lea", "n": 2}]),
    ],
)  # fmt: skip
async def test_a_csv_file_keeps_what_its_values_said(
    tmp_path: Path, content: bytes, expected: list[dict[str, Any]]
) -> None:
    assert await unique_rows(tmp_path, "rows.csv", content) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'\xef\xbb\xbf{"a":1}\n{"a":2}\n', [{"a": 1}, {"a": 2}]),
        (b'{"a":{"k":1}}\n{"a":{"j":"x"}}\n', [{"a": {"k": 1}}, {"a": {"j": "x"}}]),
        (b'{"a":[1]}\n{"a":["x"]}\n{"a":5}\n', [{"a": [1]}, {"a": ["x"]}, {"a": 5}]),
        (b'{"a":18446744073709551615}\n{"a":18446744073709551614}\n',
         [{"a": "18446744073709551615"}, {"a": "18446744073709551614"}]),
    ],
)  # fmt: skip
async def test_a_jsonl_file_keeps_what_its_values_said(
    tmp_path: Path, content: bytes, expected: list[dict[str, Any]]
) -> None:
    assert await unique_rows(tmp_path, "rows.jsonl", content) == expected


@pytest.mark.parametrize(
    "values",
    [
        NANOSECONDS,
        NANOSECONDS.dt.replace_time_zone("Europe/Berlin"),
        pl.Series([2**64 - 1, 2**64 - 2], dtype=pl.UInt64),
        pl.Series(["1.00000000000000001", "1.00000000000000002"]).cast(pl.Decimal(38, 17)),
    ],
)
async def test_values_finer_than_a_column_can_be_stay_apart(tmp_path: Path, values: pl.Series) -> None:
    assert len(await unique_rows(tmp_path, "rows.parquet", pl.DataFrame({"v": values, "n": 1}))) == 2


@pytest.mark.parametrize("values", [[b"\xff", b"\xfe"], [timedelta(1), timedelta(2)]])
async def test_a_type_that_cannot_be_compared_is_refused_by_its_column(tmp_path: Path, values: list[Any]) -> None:
    with pytest.raises(ArgumentError, match="column 'v' of the file has type"):
        await unique_rows(tmp_path, "rows.parquet", pl.DataFrame({"v": values}))


@pytest.mark.parametrize("line", [b'{"a":"\\u0000"}', b'{"a":"\\ud800"}', b'{"a":', b"[1]"])
async def test_a_line_that_cannot_be_a_row_is_refused(tmp_path: Path, line: bytes) -> None:
    with pytest.raises(ArgumentError, match=r"rows\.jsonl.*(line 2|row 1)"):
        await unique_rows(tmp_path, "rows.jsonl", b'{"a":"x"}\n' + line + b"\n")


async def test_a_name_with_brackets_is_that_file_and_no_pattern(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "a1.csv").write_bytes(b"a\nother\n")

    assert await unique_rows(tmp_path, "a[1].csv", b"a\nthis\n") == [{"a": "this"}]
