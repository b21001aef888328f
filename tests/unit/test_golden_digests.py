"""The same schema and seed give the same bytes, held by digests of fixed tables: a change of rows is seen in review.

`UPDATE_GOLDEN=1 pytest tests/unit/test_golden_digests.py` writes the digests again.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import orjson
import pytest

from synthaix.generate.families import FAMILIES
from synthaix.generate.infer import plan_columns
from synthaix.generate.sampler import TableSampler
from synthaix.generate.window import Window
from synthaix.jobs.engine import Engine
from synthaix.jobs.spec import GenerationRequest
from synthaix.schema.generator import Generator
from synthaix.schema.physical import json_rows
from synthaix.schema.table import TableSchema
from synthaix.settings import Settings
from tests.support.golden_schemas import GOLDEN, REFERENCES

DIGESTS = Path(__file__).parent / "golden_digests.json"
SEEDS = (1, 20_260_101)
ROWS = 1_000


def sampler_of(table: TableSchema, seed: int) -> TableSampler:
    return TableSampler(table, plan_columns(table), seed, {k: v for k, v in REFERENCES.items() if k in table.names})


def lines(table: TableSchema, seed: int, *cuts: int) -> bytes:
    """The first rows as JSON lines, sampled in windows that begin at 0 and at each of the cuts."""
    sampler = sampler_of(table, seed)
    starts = (0, *cuts)
    json_columns = frozenset(column.name for column in table.columns if column.type == "json")
    return b"".join(
        orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
        for start, stop in zip(starts, (*cuts, ROWS), strict=True)
        for row in json_rows(sampler.window(Window(start, stop - start)), json_columns)
    )


def digest(table: TableSchema, seed: int, *cuts: int) -> str:
    return hashlib.sha256(lines(table, seed, *cuts)).hexdigest()


def digests() -> dict[str, dict[str, str]]:
    """The digest of every table under every seed."""
    return {name: {str(seed): digest(table, seed) for seed in SEEDS} for name, table in GOLDEN.items()}


def differing_columns(table: TableSchema, seed: int, cuts: tuple[int, ...]) -> list[str]:
    whole, parts = lines(table, seed).splitlines(), lines(table, seed, *cuts).splitlines()
    pairs = [(orjson.loads(one), orjson.loads(other)) for one, other in zip(whole, parts, strict=True)]
    return [name for name in table.names if any(one[name] != other[name] for one, other in pairs)]


def test_the_rows_of_fixed_tables_never_change() -> None:
    found = digests()
    if os.environ.get("UPDATE_GOLDEN"):
        DIGESTS.write_text(json.dumps(found, indent=2) + "\n")

    assert found == json.loads(DIGESTS.read_text())


def test_the_fixed_tables_use_every_generator_and_every_vocabulary() -> None:
    named = {kind.model_fields["kind"].default for kind in get_args(get_args(Generator)[0])} - {"llm"}
    used = {plan.generator.kind for table in GOLDEN.values() for plan in plan_columns(table)}

    assert used == named
    assert named >= set(FAMILIES)


@pytest.mark.parametrize("name", GOLDEN)
def test_another_seed_gives_another_digest(name: str) -> None:
    assert digest(GOLDEN[name], 1) != digest(GOLDEN[name], 2)


@pytest.mark.parametrize("cuts", [(1, 2, 3), (7, 499, 500, 998), tuple(range(64, ROWS, 64))])
@pytest.mark.parametrize("name", GOLDEN)
def test_windows_of_any_size_give_the_same_bytes(name: str, cuts: tuple[int, ...]) -> None:
    assert differing_columns(GOLDEN[name], 1, cuts) == []
    assert digest(GOLDEN[name], 1, *cuts) == digest(GOLDEN[name], 1)


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_another_process_gives_the_same_bytes(hash_seed: str) -> None:
    program = "import json; from tests.unit.test_golden_digests import digests; print(json.dumps(digests()))"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "POLARS_MAX_THREADS": "1"}
    root = Path(__file__).parents[2]

    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, cwd=root, env=environment, text=True
    )

    assert json.loads(done.stdout) == json.loads(DIGESTS.read_text())


ORDERS: dict[str, Any] = {
    "columns": [
        {"name": "id", "type": "string", "unique": True, "generator": {"kind": "pattern", "pattern": "[A-Z]{3}[0-9]"}},
        {"name": "name", "type": "string", "generator": {"kind": "person", "field": "full_name", "locale": "en"}},
        {"name": "city", "type": "string", "generator": {"kind": "address", "field": "city", "locale": "en"}},
        {"name": "quantity", "type": "integer", "generator": {"kind": "uniform", "min": 1, "max": 3}},
        {"name": "placed", "type": "date", "minimum": "2024-01-01", "maximum": "2024-12-31"},
    ]
}


async def test_chunks_and_workers_change_no_byte_of_a_job(tmp_path: Path) -> None:
    exported: dict[str, set[str]] = {"parquet": set(), "jsonl": set()}
    async with Engine(Settings(data_dir=tmp_path, _env_file=None)) as engine:
        for chunk_size, workers in ((37, 1), (500, 4), (3_000, 50)):
            request = GenerationRequest(
                table=ORDERS, total_rows=3_000, chunk_size=chunk_size, max_workers=workers, mode="local", seed=11
            )
            job_id = (await engine.start(await engine.draft(request))).job_id
            ended = [status async for status in engine.watch(job_id, 60)][-1]
            assert (ended.status, ended.rows_generated) == ("completed", 3_000), ended.message
            for format, found in exported.items():
                found.add((await engine.export(job_id, format)).sha256)

    assert {format: len(found) for format, found in exported.items()} == {"parquet": 1, "jsonl": 1}
