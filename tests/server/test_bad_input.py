"""A caller's mistake gets one sentence with the value and the remedy, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client

from tests.support.server import ERAS, TRANSACTIONS, call, client_of, finished, refusal, settings_for


def schema(*columns: dict[str, Any]) -> dict[str, Any]:
    return {"columns": list(columns)}


NOTE = {"name": "note", "type": "string", "description": "A note"}

BAD_STARTS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "an unknown argument": ({"colour": "red"}, ("'colour'", "total_rows")),
    "a schema without columns": ({"schema": schema()}, ("no columns", "send at least one")),
    "a schema that is a list": ({"schema": [NOTE]}, ("schema", "object")),
    "a column that is a word": ({"schema": schema("note")}, ("column number 1", "'note'")),  # type: ignore[arg-type]
    "a column name used twice": ({"schema": schema(NOTE, NOTE)}, ("'note'", "its own name")),
    "names that differ in case only": ({"schema": schema(NOTE, {**NOTE, "name": "Note"})}, ("'Note'", "its own name")),
    "a column name with a space": ({"schema": schema({**NOTE, "name": "my note"})}, ("'my note'", "letters, digits")),
    "an empty column name": ({"schema": schema({**NOTE, "name": ""})}, ("column number 1", "letters, digits")),
    "an unknown type": ({"schema": schema({**NOTE, "type": "strnig"})}, ("'strnig'", "boolean")),
    "minimum above maximum": (
        {"schema": schema({"name": "n", "type": "integer", "minimum": 9, "maximum": 3})},
        ("minimum 9", "maximum 3", "swap"),
    ),
    "an empty enum": ({"schema": schema({**NOTE, "enum": []})}, ("'note'", "enum is empty")),
    "a field that no column has": ({"schema": schema({**NOTE, "colour": "red"})}, ("'note'", "'colour'", "enum")),
    "no rows": ({"total_rows": 0}, ("total_rows is 0", "from 1")),
    "fewer than no rows": ({"total_rows": -1}, ("total_rows is -1", "from 1")),
    "a million million rows": ({"total_rows": 10**12}, ("1,000,000,000,000", "SYNTHAIX_LIMIT_ROWS")),
    "rows in words": ({"total_rows": "many"}, ("'many'", "whole number")),
    "no total": ({"total_rows": None}, ("total_rows", "whole number")),
    "an unknown mode": ({"mode": "magic"}, ("'magic'", "local")),
    "a threshold above one": ({"deduplication_threshold": 1.5}, ("1.5", "from 0 to 1")),
    "a chunk of nothing": ({"chunk_size": 0}, ("chunk_size is 0", "from 1")),
    "a budget in euros": ({"budget": {"eur": 3}}, ("eur", "usd")),
    "a provider nobody knows": ({"mode": "llm", "provider": "clippy"}, ("'clippy'", "openai")),
    "models where none is configured": ({"mode": "llm"}, ("OPENAI_API_KEY",)),
}


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("case", BAD_STARTS)
async def test_a_start_that_cannot_be_is_refused_in_one_sentence(tmp_path: Path, era: str, case: str) -> None:
    changes, words = BAD_STARTS[case]
    async with client_of(settings_for(tmp_path), era) as client:
        text = await refusal(client, "start_generation", **{"schema": TRANSACTIONS, "total_rows": 10, **changes})
        jobs = await call(client, "list_jobs")

    assert all(word in text for word in words), text
    assert len(text) < 900
    assert jobs["jobs"] == []


@pytest.fixture
async def job(tmp_path: Path) -> Any:
    async with client_of(settings_for(tmp_path)) as client:
        started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=20, idempotency_key="k")
        await finished(client, started["job_id"])
        yield client, started["job_id"], tmp_path


type_of_job = tuple[Client[Any], str, Path]


async def test_an_idempotency_key_gives_the_same_job_for_the_same_call(job: type_of_job) -> None:
    client, job_id, _ = job
    again = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=20, idempotency_key="k")
    jobs = await call(client, "list_jobs")

    assert again["job_id"] == job_id
    assert len(jobs["jobs"]) == 1


async def test_an_idempotency_key_with_other_arguments_is_refused(job: type_of_job) -> None:
    client, _, _ = job
    text = await refusal(client, "start_generation", schema=TRANSACTIONS, total_rows=21, idempotency_key="k")
    jobs = await call(client, "list_jobs")

    assert "'k'" in text
    assert "other arguments" in text
    assert len(jobs["jobs"]) == 1


@pytest.mark.parametrize("tool", ["job_status", "get_rows", "cancel_job", "resume_job", "export_job"])
@pytest.mark.parametrize("job_id", ["f" * 32, "no-job", "../../etc/passwd", "F" * 32, ""])
async def test_a_job_id_that_is_none_or_no_id_is_refused(tmp_path: Path, tool: str, job_id: str) -> None:
    more = {"format": "csv"} if tool == "export_job" else {}
    async with client_of(settings_for(tmp_path)) as client:
        text = await refusal(client, tool, job_id=job_id, **more)

    assert repr(job_id)[1:-1] in text
    assert "list_jobs" in text
    assert list(settings_for(tmp_path).exports.glob("**/*")) == []


async def test_a_cursor_from_elsewhere_is_refused(job: type_of_job) -> None:
    client, job_id, _ = job
    other = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=30)
    await finished(client, other["job_id"])
    page = await call(client, "get_rows", job_id=other["job_id"], limit=5)

    for cursor in (page["next_cursor"], page["next_cursor"][:-1] + "A", "100", "x" * 400):
        text = await refusal(client, "get_rows", job_id=job_id, cursor=cursor)
        assert "cursor" in text
        assert "next_cursor" in text


@pytest.mark.parametrize("limit", [10**9, 0, -1, "all"])
async def test_a_page_beyond_its_bounds_is_refused(job: type_of_job, limit: Any) -> None:
    client, job_id, _ = job
    text = await refusal(client, "get_rows", job_id=job_id, limit=limit)

    assert repr(limit) in text
    assert "from 1 to 1000" in text


async def test_a_column_that_is_not_there_is_refused(job: type_of_job) -> None:
    client, job_id, _ = job
    text = await refusal(client, "get_rows", job_id=job_id, columns=["amount", "price"])

    assert "'price'" in text
    assert "currency" in text


@pytest.mark.parametrize("path", ["../outside.csv", "/tmp/outside.csv", "a/../../outside.csv", "nul\0byte.csv", ""])
async def test_a_path_outside_the_export_directory_is_refused(job: type_of_job, path: str) -> None:
    client, job_id, directory = job
    before = sorted(directory.rglob("*"))
    text = await refusal(client, "export_job", job_id=job_id, format="csv", path=path)

    assert "export directory" in text
    assert [found for found in sorted(directory.rglob("*")) if found.suffix in {".csv", ".tmp"}] == [
        found for found in before if found.suffix in {".csv", ".tmp"}
    ]


async def test_a_link_out_of_the_export_directory_is_refused(job: type_of_job, tmp_path_factory: Any) -> None:
    client, job_id, directory = job
    outside = tmp_path_factory.mktemp("outside")
    exports = settings_for(directory).exports
    exports.mkdir(exist_ok=True)
    (exports / "way_out").symlink_to(outside)
    text = await refusal(client, "export_job", job_id=job_id, format="csv", path="way_out/rows.csv")

    assert "export directory" in text
    assert list(outside.iterdir()) == []


async def test_an_unknown_format_is_refused(job: type_of_job) -> None:
    client, job_id, _ = job
    text = await refusal(client, "export_job", job_id=job_id, format="xlsx")

    assert "'xlsx'" in text
    assert "parquet" in text


async def test_an_unfinished_wait_is_bounded(job: type_of_job) -> None:
    client, job_id, _ = job
    text = await refusal(client, "job_status", job_id=job_id, wait_seconds=3600)

    assert "3600" in text
    assert "from 0 to 60" in text


@pytest.mark.parametrize("prompt", ["", "   ", "x" * 30_000])
async def test_a_prompt_with_nothing_or_too_much_in_it_is_refused(tmp_path: Path, prompt: str) -> None:
    async with client_of(settings_for(tmp_path)) as client:
        text = await refusal(client, "translate_schema", prompt=prompt)

    assert "prompt" in text


async def test_a_tool_that_is_not_there_is_named(tmp_path: Path) -> None:
    async with client_of(settings_for(tmp_path)) as client:
        text = await refusal(client, "drop_tables")

    assert "drop_tables" in text


@pytest.mark.parametrize(
    "uri",
    [
        "synthaix://jobs/" + "f" * 32,
        "synthaix://jobs/nothing/rows",
        "synthaix://jobs/" + "f" * 32 + "/rows?limit=many",
        "synthaix://jobs/" + "f" * 32 + "/results.csv",
    ],
)
async def test_a_resource_that_is_not_there_is_an_error_with_a_sentence(tmp_path: Path, uri: str) -> None:
    async with client_of(settings_for(tmp_path)) as client:
        with pytest.raises(Exception, match=r"list_jobs|whole number"):
            await client.read_resource(uri)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, ("rows", "job_id", "path")),
        ({"rows": [{"a": 1}], "path": "x.csv"}, ("exactly one",)),
        ({"rows": []}, ("rows",)),
        ({"rows": [{"a": 1}], "threshold": 1.5}, ("1.5", "from 0 to 1")),
        ({"rows": [{"a": 1}], "columns": ["b"]}, ("'b'",)),
        ({"path": "../secret.csv"}, ("export directory",)),
        ({"path": "missing.csv"}, ("missing.csv",)),
        ({"job_id": "f" * 32}, ("list_jobs",)),
        ({"rows": [{"a": 1}], "against": "f" * 32}, ("list_jobs",)),
    ],
)
async def test_a_deduplication_that_cannot_be_is_refused(
    tmp_path: Path, arguments: dict[str, Any], words: tuple[str, ...]
) -> None:
    async with client_of(settings_for(tmp_path)) as client:
        text = await refusal(client, "deduplicate", **arguments)
        jobs = await call(client, "list_jobs")

    assert all(word in text for word in words), text
    assert jobs["jobs"] == []
