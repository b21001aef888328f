"""A job is made again from its recorded answers, byte for byte, with no model to ask."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from synthaix.jobs.engine import Engine
from synthaix.jobs.spec import GenerationRequest
from synthaix.schema.table import TableSchema, parse_schema
from synthaix.settings import Settings
from tests.support.behaviour import Behaviour
from tests.support.model_server import ModelServer
from tests.support.server import free_port
from tests.support.writing import KEY, TRANSACTIONS

TICKETS = parse_schema(
    {
        "columns": [
            {"name": "ticket", "type": "string", "description": "Ticket number", "unique": True},
            {"name": "opened", "type": "datetime", "description": "When it was opened"},
            {"name": "complaint", "type": "text", "description": "What the customer wrote"},
        ]
    }
)

TROUBLE = Behaviour(
    rates={"429": 0.05, "500": 0.05, "malformed": 0.05, "cut": 0.1}, duplicates=0.2, invalid=0.05, retry_after=0.01
)


def settings(directory: Path, address: str) -> Settings:
    return Settings(data_dir=directory, openai_api_key=SecretStr(KEY), openai_base_url=address, _env_file=None)


async def ended(engine: Engine, job_id: str) -> Any:
    return [status async for status in engine.watch(job_id, 60)][-1]


def forget_all_but_the_answers(directory: Path, workers: int) -> None:
    """The job as it was when it was started, to be run by that many workers, with its answers in the log."""
    shutil.rmtree(directory / "vectors", ignore_errors=True)
    with contextlib.closing(sqlite3.connect(directory / "synthaix.db")) as database, database:
        database.execute("delete from chunks")
        database.execute("delete from exports")
        database.execute(
            "update jobs set status = 'queued', stop_reason = null, message = null, ended_at = null, "
            "dedup_state = null, rows_generated = 0, rows_deduplicated = 0, completed_chunks = 0, next_candidate = 0, "
            "spec = json_set(spec, '$.max_workers', ?)",
            (workers,),
        )


@pytest.mark.parametrize(("table", "mode", "workers"), [(TRANSACTIONS, "llm", 1), (TICKETS, "auto", 30)])
async def test_a_job_is_replayed_from_its_recorded_answers(
    tmp_path: Path, table: TableSchema, mode: str, workers: int
) -> None:
    written, replayed = tmp_path / "written", tmp_path / "replayed"
    with ModelServer(TROUBLE) as server:
        async with Engine(settings(written, server.openai_url)) as engine:
            request = GenerationRequest(table=table, total_rows=700, max_workers=7, mode=mode, seed=3, chunk_size=90)
            job_id = (await engine.start(await engine.draft(request))).job_id
            first = await ended(engine, job_id)
            original = (await engine.export(job_id, "jsonl")).path.read_bytes()
    shutil.copytree(written, replayed, ignore=shutil.ignore_patterns("exports"))
    forget_all_but_the_answers(replayed, workers)

    async with Engine(settings(replayed, f"http://127.0.0.1:{free_port()}/v1")) as engine:
        again = await ended(engine, job_id)
        copy = (await engine.export(job_id, "jsonl")).path.read_bytes()

    assert (first.status, first.rows_generated) == ("completed", 700), first.message
    assert (again.status, again.rows_generated) == ("completed", 700), again.message
    assert again.rows_deduplicated == first.rows_deduplicated
    assert copy == original
