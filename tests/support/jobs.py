"""Jobs for the tests: small tables whose generators are written out, and the engine's parts around them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import orjson
import polars as pl

from synthaix.generate.plan import ColumnPlan, Mode, Plan
from synthaix.jobs.blob import encode_frame, encode_positions
from synthaix.jobs.draft import Draft
from synthaix.jobs.job import JobRecord, new_job_id
from synthaix.jobs.spec import Budget, GenerationSpec, fingerprint
from synthaix.jobs.store import Chunk, Progress
from synthaix.providers.usage import Usage
from synthaix.schema.generator import Llm
from synthaix.schema.table import TableSchema, parse_schema

PAYMENTS = parse_schema(
    {
        "columns": [
            {"name": "user_id", "type": "string", "generator": {"kind": "pattern", "pattern": "USR-[0-9]{5}"}},
            {"name": "amount", "type": "float", "decimals": 2, "generator": {"kind": "lognormal"}},
            {"name": "currency", "type": "string", "enum": ["USD", "EUR", "GBP"], "generator": "categorical"},
        ]
    }
)

LETTERS = parse_schema(
    {
        "columns": [
            {"name": "code", "type": "string", "unique": True, "generator": {"kind": "pattern", "pattern": "[a-z]"}},
            {"name": "amount", "type": "float", "generator": {"kind": "uniform", "min": 0, "max": 1}},
        ]
    }
)
"""`code` has 26 values, so no more than 26 rows are possible."""

REVIEWS = parse_schema(
    {
        "columns": [
            {"name": "stars", "type": "integer", "minimum": 1, "maximum": 5, "generator": "uniform"},
            {"name": "review", "type": "text", "description": "A short review", "generator": "llm"},
        ]
    }
)


def draft_of(
    table: TableSchema,
    total_rows: int,
    *,
    chunk_size: int = 100,
    max_workers: int = 4,
    mode: Mode = "local",
    seed: int = 7,
    threshold: float = 1.0,
    deduplicate: bool = True,
    provider: str | None = None,
    budget: Budget | None = None,
    embedding: str | None = None,
) -> Draft:
    """A draft whose plan is the generators written in the table; what a model writes goes to the scripted provider."""
    columns = tuple(ColumnPlan(column.name, column.generator or Llm(), "test") for column in table.columns)
    written = any(column.generator.kind == "llm" for column in columns)
    name = provider or ("scripted" if written else "local")
    plan = Plan(mode, columns, provider=name, model=name if written else None)
    spec = GenerationSpec(
        table=table,
        total_rows=total_rows,
        chunk_size=chunk_size,
        max_workers=max_workers,
        deduplicate=deduplicate,
        threshold=threshold,
        embedding=embedding,
        mode=mode,
        seed=seed,
        provider=plan.provider,
        model=plan.model,
        budget=budget,
    )
    return Draft(spec, plan, fingerprint(spec.model_dump(mode="json")))


def record_of(total_rows: int = 1_000, chunk_size: int = 100, **values: Any) -> JobRecord:
    """A queued job's record."""
    draft = draft_of(PAYMENTS, total_rows, chunk_size=chunk_size)
    record = JobRecord(
        job_id=new_job_id(),
        owner="",
        kind="generation",
        status="queued",
        spec=draft.spec.model_dump_json(exclude_none=True),
        plan=orjson.dumps(draft.plan.as_json()).decode(),
        fingerprint=draft.fingerprint,
        mode="local",
        total_rows=total_rows,
        chunk_size=chunk_size,
        created_at=datetime.now(UTC),
        seed=7,
    )
    return replace(record, **values)


def chunk_of(index: int, rows: int = 100, start: int | None = None) -> Chunk:
    """A chunk of numbered rows, from the candidates of the same numbers."""
    first = index * 100 if start is None else start
    positions = np.arange(first, first + rows, dtype=np.int64)
    return Chunk(
        index=index,
        rows=rows,
        next_candidate=first + rows,
        rows_deduplicated=0,
        data=encode_frame(pl.DataFrame({"number": positions})),
        positions=encode_positions(positions),
    )


def progress_of(rows: int, chunks: int) -> Progress:
    """The counters of a job with so many rows in so many chunks."""
    return Progress(rows, 0, chunks, rows, Usage(), 1.0)
