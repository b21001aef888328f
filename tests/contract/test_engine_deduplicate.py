"""Deduplication of rows the caller has: rows, an earlier job, a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from synthaix.errors import ArgumentError, ConflictError, LimitError, NotFoundError, SchemaError, SynthaixError
from synthaix.jobs.spec import dedup_request
from synthaix.schema.table import parse_schema
from tests.contract.test_engine import all_rows, completed, engine_at
from tests.support.jobs import PAYMENTS, draft_of

if TYPE_CHECKING:
    from pathlib import Path

CUSTOMERS = [
    {"name": "Annabelle Robertson", "city": "Edinburgh", "visits": 3},
    {"name": "Bartholomew Jenkins", "city": "Cardiff", "visits": 1},
    {"name": "Annabelle Robertsen", "city": "Edinburgh", "visits": 3},
    {"name": "annabelle  robertson", "city": "Edinburgh", "visits": 3},
    {"name": "Cordelia Fitzgerald", "city": None, "visits": 9},
]


async def test_rows_typed_twice_are_found_and_the_first_is_kept(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        result = await engine.deduplicate(dedup_request(rows=CUSTOMERS))
        kept = await all_rows(engine, result.result_id)
        status = await engine.status(result.result_id)

    assert (result.input_rows, result.unique_count, result.duplicate_count) == (5, 3, 2)
    assert [(d["index"], d["duplicate_of"]) for d in result.duplicates] == [(2, 0), (3, 0)]
    assert all("name" in d["columns"] and 0.85 <= d["similarity"] <= 1 for d in result.duplicates)
    assert result.unique_rows == kept == [CUSTOMERS[0], CUSTOMERS[1], CUSTOMERS[4]]
    assert (status.kind, status.status, status.rows_generated, status.rows_deduplicated) == (
        "deduplication",
        "completed",
        3,
        2,
    )


async def test_the_result_pages_and_exports_like_any_job(tmp_path: Path) -> None:
    rows = [{"n": k % 700, "t": "x"} for k in range(12_000)]
    async with engine_at(tmp_path) as engine:
        result = await engine.deduplicate(dedup_request(rows=rows, threshold=1))
        exported = await engine.export(result.result_id, "csv")
        found, cursor = [], None
        while True:
            page, cursor = await engine.duplicates(result.result_id, cursor, 1_000)
            found += page
            if cursor is None:
                break

    assert (result.unique_count, result.duplicate_count, len(result.duplicates)) == (700, 11_300, 250)
    assert exported.rows == 700
    assert [d["index"] for d in found] == list(range(700, 12_000))
    assert all(d["duplicate_of"] == d["index"] % 700 for d in found)


async def test_only_the_named_columns_are_compared(tmp_path: Path) -> None:
    rows = [{"mail": "a@x.org", "n": 1}, {"mail": "b@x.org", "n": 1}, {"mail": "a@x.org", "n": 2}]
    async with engine_at(tmp_path) as engine:
        result = await engine.deduplicate(dedup_request(rows=rows, threshold=1, columns=["mail"]))

    assert [(d["index"], d["duplicate_of"], d["columns"]) for d in result.duplicates] == [(2, 0, ["mail"])]


async def test_matches_in_an_earlier_job_name_that_job_and_its_row(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        earlier = await engine.deduplicate(dedup_request(rows=CUSTOMERS[:2]))
        rows = [CUSTOMERS[4], CUSTOMERS[1], CUSTOMERS[4]]
        result = await engine.deduplicate(dedup_request(rows=rows, against=earlier.result_id))
        paged, _ = await engine.duplicates(result.result_id)

    assert result.unique_count == 1
    assert [(d["index"], d["duplicate_of"], d.get("against_job_id")) for d in result.duplicates] == [
        (1, 1, earlier.result_id),
        (2, 0, None),
    ]
    assert paged == result.duplicates


async def test_the_rows_of_a_job_are_compared_under_its_own_schema(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        status = await completed(engine, draft_of(PAYMENTS, 500))
        result = await engine.deduplicate(dedup_request(job_id=status.job_id, threshold=1, columns=["currency"]))
        table = await engine.table(result.result_id)

    assert (result.input_rows, result.unique_count) == (500, 3)
    assert table.names == PAYMENTS.names


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
async def test_a_file_in_the_export_directory_is_read_with_its_types(tmp_path: Path, suffix: str) -> None:
    frame = pl.DataFrame({"n": [1, 2, 1], "amount": [1.5, 2.5, 1.5], "name": ["a", "b", "a"]})
    exports = tmp_path / "exports"
    exports.mkdir()
    getattr(frame, f"write_{suffix.replace('jsonl', 'ndjson')}")(exports / f"rows.{suffix}")
    async with engine_at(tmp_path) as engine:
        result = await engine.deduplicate(dedup_request(path=f"rows.{suffix}", threshold=1))
        table = await engine.table(result.result_id)

    assert (result.unique_count, result.duplicates[0]["index"], result.duplicates[0]["duplicate_of"]) == (2, 2, 0)
    assert [column.type for column in table.columns] == ["integer", "float", "string"]
    assert result.unique_rows[1] == {"n": 2, "amount": 2.5, "name": "b"}


async def test_an_exported_job_can_be_read_again_with_its_schema(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        status = await completed(engine, draft_of(PAYMENTS, 300))
        await engine.export(status.job_id, "csv", "payments.csv")
        request = dedup_request(path="payments.csv", threshold=1, schema=PAYMENTS.compact(), against=status.job_id)
        result = await engine.deduplicate(request)

    assert (result.input_rows, result.duplicate_count) == (300, 300)
    assert (result.unique_count, result.unique_rows) == (0, [])


async def test_headers_that_cannot_be_column_names_are_renamed(tmp_path: Path) -> None:
    rows = [
        {"First Name": "Ann Lee", "2nd": 1, "first_name": "x"},
        {"First Name": "ann lee", "2nd": 1, "first_name": "y"},
    ]
    exports = tmp_path / "exports"
    exports.mkdir()
    pl.DataFrame(rows).write_csv(exports / "rows.csv")
    async with engine_at(tmp_path) as engine:
        sent = await engine.deduplicate(dedup_request(rows=rows, columns=["First Name", "2nd"]))
        read = await engine.deduplicate(dedup_request(path="rows.csv", columns=["First_Name_2", "column_2nd"]))

    assert sent.renamed == read.renamed == {"First Name": "First_Name_2", "2nd": "column_2nd"}
    assert sent.unique_rows == read.unique_rows == [{"First_Name_2": "Ann Lee", "column_2nd": 1, "first_name": "x"}]


@pytest.mark.parametrize("chunk_size", [50, 400])
async def test_a_job_is_judged_by_the_roles_it_was_made_with(tmp_path: Path, chunk_size: int) -> None:
    # Built alike by a sampler: the job compares such sentences for equality, which rows alone would not show.
    table = parse_schema(
        {
            "columns": [
                {"name": "id", "type": "integer", "generator": "sequence"},
                {"name": "note", "type": "text", "generator": {"kind": "text", "field": "sentence"}},
            ]
        }
    )
    async with engine_at(tmp_path) as engine:
        status = await completed(engine, draft_of(table, 400, chunk_size=chunk_size, threshold=0.85))
        result = await engine.deduplicate(dedup_request(job_id=status.job_id, threshold=0.5))

    assert (result.input_rows, result.duplicate_count) == (400, 0)


BAD: list[tuple[dict[str, Any], type[SynthaixError], str]] = [
    ({"rows": []}, ArgumentError, "rows is empty"),
    ({"rows": [1, 2]}, ArgumentError, "rows must be a list of objects"),
    ({"rows": [{"a": 1}], "schema": {"columns": [{"name": "First Name", "type": "string"}]}}, SchemaError,
     "'First Name' is not a usable column name"),
    ({"rows": [{"First Name": "a"}], "columns": ["Last Name"]}, ArgumentError, "use First_Name"),
    ({"rows": [{"a": 1}], "threshold": 2}, ArgumentError, "threshold is 2; send a number from 0 to 1"),
    ({"rows": [{"a": 1}], "columns": ["b"]}, ArgumentError, "columns names 'b', which does not exist; use a"),
    ({"rows": [{"a": 1}], "columns": []}, ArgumentError, "columns is"),
    ({"rows": [{"a": "x"}], "schema": {"columns": [{"name": "a", "type": "integer"}]}}, ArgumentError,
     "row 0 cannot be read: column 'a'"),
    ({"rows": [{"a": 1}] * 11}, LimitError, "SYNTHAIX_LIMIT_ROWS"),
    ({"job_id": "0" * 32}, NotFoundError, "No job has id"),
    ({"job_id": "nonsense"}, NotFoundError, "job_id 'nonsense'"),
    ({"rows": [{"a": 1}], "against": "nonsense"}, NotFoundError, "against 'nonsense'"),
    ({"path": "missing.csv"}, NotFoundError, "missing.csv"),
    ({"path": "../x.csv"}, ArgumentError, "climbs out"),
    ({"path": "rows.xlsx"}, ArgumentError, "must end in one of"),
    ({"path": "broken.parquet"}, ArgumentError, "'broken.parquet' cannot be read as parquet"),
    ({"path": "empty.csv"}, ArgumentError, "empty.csv"),
    ({"path": 5}, ArgumentError, "path is 5"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "kind", "message"), BAD)
async def test_an_unusable_input_is_refused_in_a_sentence_and_leaves_nothing(
    tmp_path: Path, arguments: dict[str, Any], kind: type[SynthaixError], message: str
) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "broken.parquet").write_bytes(b"not parquet")
    (tmp_path / "exports" / "empty.csv").write_bytes(b"")
    async with engine_at(tmp_path, limit_rows=10) as engine:
        with pytest.raises(kind) as caught:
            await engine.deduplicate(dedup_request(**arguments))
        jobs, _ = await engine.list_jobs()

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert jobs == []
    assert not list((tmp_path / "vectors").glob("*"))


@pytest.mark.parametrize("arguments", [{}, {"rows": [{"a": 1}], "path": "x.csv"}])
def test_exactly_one_input_must_be_named(arguments: dict[str, Any]) -> None:
    with pytest.raises(ArgumentError, match="send exactly one of them"):
        dedup_request(**arguments)


async def test_a_generation_has_no_list_of_duplicates(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        status = await completed(engine, draft_of(PAYMENTS, 10))
        with pytest.raises(ConflictError, match="only counts its duplicates"):
            await engine.duplicates(status.job_id)


async def test_columns_that_differ_in_type_are_not_compared(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        earlier = await engine.deduplicate(dedup_request(rows=[{"n": 1}]))
        with pytest.raises(ArgumentError, match="column 'n' is string here and integer in against"):
            await engine.deduplicate(dedup_request(rows=[{"n": "1"}], against=earlier.result_id))
        with pytest.raises(ArgumentError, match="against has no column 'm'"):
            await engine.deduplicate(dedup_request(rows=[{"m": "1"}], against=earlier.result_id))
