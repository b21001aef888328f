"""The two phases through a client: sentence, schema, job, rows, file, on both protocol eras."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fastmcp import Client

from tests.support.server import ERAS, TRANSACTIONS, call, client_of, finished, refusal, settings_for, text_of

SENTENCE = "Generate 10k financial transactions with user ID, amount, currency, and timestamp"


@pytest.mark.parametrize("era", ERAS)
async def test_the_specifications_sentence_becomes_its_schema_and_count(tmp_path: Path, era: str) -> None:
    async with client_of(settings_for(tmp_path), era) as client:
        reply = await call(client, "translate_schema", prompt=SENTENCE)

    assert reply["schema"] == TRANSACTIONS
    assert reply["inferred_count"] == 10_000
    assert reply["provider"] == "local"
    assert len(reply["preview"]) == 5
    assert all(set(row) == {"user_id", "amount", "currency", "timestamp"} for row in reply["preview"])


@pytest.mark.parametrize("era", ERAS)
async def test_a_confirmed_schema_becomes_exactly_the_rows_and_files(tmp_path: Path, era: str) -> None:
    async with client_of(settings_for(tmp_path), era) as client:
        started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=1_000, seed=7)
        status = await finished(client, started["job_id"])
        rows = await every_row(client, started["job_id"])
        exports = {
            format: await call(client, "export_job", job_id=started["job_id"], format=format)
            for format in ("csv", "jsonl", "parquet", "sql")
        }

    assert started["status"] == "processing"
    assert started["total_chunks"] == 2
    assert started["seed"] == 7
    assert [column["name"] for column in started["plan"]["columns"]] == ["user_id", "amount", "currency", "timestamp"]
    assert status["status"] == "completed"
    assert status["rows_generated"] == status["total_rows"] == 1_000
    assert status["progress_percentage"] == 100.0
    assert status["completed_chunks"] == 2
    assert status["results"]["truncated"] is True
    assert status["results"]["data"] == rows[: len(status["results"]["data"])]
    assert len(rows) == 1_000
    assert len({json.dumps(row, sort_keys=True) for row in rows}) == 1_000
    for format, export in exports.items():
        assert export["rows"] == 1_000, format
        assert Path(export["path"]).stat().st_size == export["bytes"]
    assert pl.read_parquet(exports["parquet"]["path"]).height == 1_000
    assert [json.loads(line) for line in Path(exports["jsonl"]["path"]).read_text().splitlines()] == rows


@pytest.mark.parametrize("era", ERAS)
async def test_every_resource_of_a_finished_job_can_be_read(tmp_path: Path, era: str) -> None:
    async with client_of(settings_for(tmp_path), era) as client:
        started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=60, seed=1)
        status = await finished(client, started["job_id"])
        uris = status["results"]["resources"]
        texts = {name: (await client.read_resource(uri))[0] for name, uri in uris.items()}
        jobs = (await client.read_resource("synthaix://jobs"))[0]
        page = (await client.read_resource(uris["rows"] + "?limit=7"))[0]

    assert set(uris) == {"status", "schema", "rows", "csv", "jsonl", "parquet", "report"}
    assert json.loads(text_of(texts["status"]))["rows_generated"] == 60
    assert json.loads(text_of(texts["schema"])) == TRANSACTIONS
    assert len(json.loads(text_of(texts["rows"]))["rows"]) == 50
    assert len(json.loads(text_of(page))["rows"]) == 7
    assert len(list(csv.DictReader(io.StringIO(text_of(texts["csv"]))))) == 60
    assert len(text_of(texts["jsonl"]).splitlines()) == 60
    assert getattr(texts["parquet"], "blob", None)
    assert json.loads(text_of(texts["report"]))["rows_examined"] == 60
    assert json.loads(text_of(jobs))["jobs"][0]["job_id"] == started["job_id"]


async def test_the_rows_look_like_transactions(tmp_path: Path) -> None:
    async with client_of(settings_for(tmp_path)) as client:
        started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=10_000, seed=3)
        await finished(client, started["job_id"])
        export = await call(client, "export_job", job_id=started["job_id"], format="parquet")
    frame = pl.read_parquet(export["path"])
    amounts, currencies = frame["amount"], frame["currency"].value_counts(sort=True)

    assert frame.height == 10_000
    assert ((amounts * 100).round(6) % 1 == 0).all()
    assert amounts.min() > 0  # type: ignore[operator]
    assert amounts.mean() > amounts.median() * 1.1  # type: ignore[operator]
    assert currencies["currency"][0] == "USD"
    assert currencies.height >= 10
    assert frame["currency"].str.contains(r"^[A-Z]{3}$").all()
    assert 100 < frame["user_id"].n_unique() < 9_000
    assert frame.schema["timestamp"] == pl.Datetime("us", "UTC")
    assert frame["timestamp"].n_unique() > 9_000


async def test_the_prompt_walks_through_the_two_phases(tmp_path: Path) -> None:
    async with client_of(settings_for(tmp_path)) as client:
        prompt = await client.get_prompt("generate_dataset", {"description": "5k patients"})

    text = text_of(prompt.messages[0].content)
    assert '"5k patients"' in text
    assert text.index("translate_schema") < text.index("start_generation") < text.index("job_status")


async def every_row(client: Client[Any], job_id: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = await call(client, "get_rows", job_id=job_id, cursor=cursor, limit=400)
        rows += page["rows"]
        cursor = page["next_cursor"]
        if cursor is None:
            return rows


async def test_a_page_of_quotes_is_a_small_reply_on_the_wire_too(tmp_path: Path) -> None:
    schema = {"columns": [{"name": "said", "type": "string", "enum": ['"' * 180, "\\" * 180]}]}
    async with client_of(settings_for(tmp_path)) as client:
        started = await call(client, "start_generation", schema=schema, total_rows=500, deduplicate=False)
        await finished(client, started["job_id"])
        text = text_of((await client.read_resource(f"synthaix://jobs/{started['job_id']}/rows?limit=500"))[0])

    assert json.loads(text)["truncated"]
    assert len(json.dumps(text)) < 32_000


async def test_a_report_of_a_wide_table_stays_within_a_reply(tmp_path: Path) -> None:
    columns = [{"name": f"{'column_of_a_long_name_' * 2}{number}", "type": "float"} for number in range(200)]
    async with client_of(settings_for(tmp_path)) as client:
        started = await call(client, "start_generation", schema={"columns": columns}, total_rows=20)
        await finished(client, started["job_id"])
        text = text_of((await client.read_resource(f"synthaix://jobs/{started['job_id']}/report"))[0])
        rows = [{"a": "x"}, {"a": "x"}, {"a": "y"}]
        found = await call(client, "deduplicate", rows=rows, threshold=1)
        unique = json.loads(text_of((await client.read_resource(found["resources"]["report"]))[0]))

    report = json.loads(text)
    assert len(text.encode()) < 32_000
    assert len(report["columns"]) + report["columns_omitted"] == 200
    assert unique["rows_generated"] == 2
    assert unique["rows_deduplicated"] == 1
    assert unique["deduplication_threshold"] == 1


KEYED: dict[str, Any] = {
    "columns": [
        {"name": "student", "type": "integer", "minimum": 1, "maximum": 40},
        {"name": "course", "type": "string", "enum": ["art", "law", "math", "music", "physics"]},
        {"name": "grade", "type": "float", "minimum": 1, "maximum": 6},
    ],
    "unique": [["student", "course"]],
}


@pytest.mark.parametrize("deduplicate", [True, False])
async def test_a_composite_key_holds_across_chunks_to_its_last_value(tmp_path: Path, deduplicate: bool) -> None:
    async with client_of(settings_for(tmp_path)) as client:
        started = await call(
            client, "start_generation", schema=KEYED, total_rows=200, chunk_size=7, deduplicate=deduplicate
        )
        status = await finished(client, started["job_id"])
        schema = text_of((await client.read_resource(started["resources"]["schema"]))[0])
        exported = await call(client, "export_job", job_id=started["job_id"], format="csv")
        repeated = await refusal(client, "start_generation", schema=KEYED, total_rows=201)

    rows = Path(exported["path"]).read_text().splitlines()[1:]
    assert status["rows_generated"] == 200
    assert len({tuple(row.split(",")[:2]) for row in rows}) == 200
    assert json.loads(schema)["unique"] == [["student", "course"]]
    assert "200 possible values" in repeated


async def test_a_key_goes_with_a_column_that_the_person_drops(tmp_path: Path) -> None:
    async def drop(*_: Any) -> dict[str, Any]:
        return {"total_rows": 300, "deduplication_threshold": 1, "drop_columns": "course", "budget_usd": 0}

    async with client_of(settings_for(tmp_path), elicitation_handler=drop) as client:
        started = await call(client, "start_generation", schema=KEYED, total_rows=150)
        status = await finished(client, started["job_id"])

    assert status["rows_generated"] == 300


async def test_a_schema_of_long_lists_stays_within_a_reply(tmp_path: Path) -> None:
    values = [f"{number:03}" + "x" * 700 for number in range(20)]
    columns = [{"name": f"column_{number}", "type": "string", "enum": values} for number in range(20)]
    async with client_of(settings_for(tmp_path)) as client:
        started = await call(client, "start_generation", schema={"columns": columns}, total_rows=5)
        await finished(client, started["job_id"])
        text = text_of((await client.read_resource(started["resources"]["schema"]))[0])

    schema = json.loads(text)
    assert len(text.encode()) < 32_000
    assert len(schema["columns"]) + schema["columns_omitted"] == 20
