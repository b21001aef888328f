"""The tools' names, descriptions and schemas, held by golden files: a change of the contract is seen in review.

`UPDATE_GOLDEN=1 pytest tests/server/test_contract.py` writes them again.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.support.server import ERAS, client_of, settings_for

GOLDEN = Path(__file__).parent / "golden"
TOOLS = {
    "translate_schema": {"prompt", "max_columns"},
    "start_generation": {
        "schema", "total_rows", "chunk_size", "max_workers", "deduplicate", "deduplication_threshold", "mode", "seed",
        "provider", "model", "instructions", "examples", "budget", "idempotency_key", "confirm",
    },
    "job_status": {"job_id", "wait_seconds"},
    "deduplicate": {"rows", "job_id", "path", "threshold", "schema", "columns", "against"},
    "get_rows": {"job_id", "cursor", "limit", "columns"},
    "export_job": {"job_id", "format", "path"},
    "cancel_job": {"job_id"},
    "resume_job": {"job_id", "budget"},
    "list_jobs": {"status", "cursor", "limit"},
}  # fmt: skip


async def test_the_tools_and_their_arguments_are_the_contracts(tmp_path: Path) -> None:
    async with client_of(settings_for(tmp_path)) as client:
        tools = {tool.name: tool for tool in await client.list_tools()}

    assert {name: set(tool.input_schema["properties"]) for name, tool in tools.items()} == TOOLS


async def test_every_tool_is_fully_described(tmp_path: Path) -> None:
    async with client_of(settings_for(tmp_path)) as client:
        tools = await client.list_tools()

    for tool in tools:
        hints = tool.annotations
        assert tool.title, tool.name
        assert tool.description, tool.name
        assert tool.output_schema, tool.name
        assert tool.input_schema["additionalProperties"] is False, tool.name
        assert hints is not None
        assert None not in (
            hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint, hints.open_world_hint
        ), tool.name  # fmt: skip


@pytest.mark.parametrize("name", TOOLS)
async def test_a_tools_face_has_not_changed(tmp_path: Path, name: str) -> None:
    async with client_of(settings_for(tmp_path)) as client:
        tool = next(tool for tool in await client.list_tools() if tool.name == name)
    face = tool.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"meta"})
    path = GOLDEN / f"{name}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(json.dumps(face, indent=2, ensure_ascii=False) + "\n")

    assert face == json.loads(path.read_text())


@pytest.mark.parametrize("era", ERAS)
async def test_both_eras_see_the_same_resources_and_prompt(tmp_path: Path, era: str) -> None:
    async with client_of(settings_for(tmp_path), era) as client:
        resources = {str(resource.uri) for resource in await client.list_resources()}
        templates = {template.uri_template for template in await client.list_resource_templates()}
        prompts = {prompt.name for prompt in await client.list_prompts()}

    assert resources == {"synthaix://jobs"}
    assert templates == {
        "synthaix://jobs/{job_id}",
        "synthaix://jobs/{job_id}/schema",
        "synthaix://jobs/{job_id}/rows{?cursor,limit}",
        "synthaix://jobs/{job_id}/duplicates{?cursor,limit}",
        "synthaix://jobs/{job_id}/results.csv",
        "synthaix://jobs/{job_id}/results.jsonl",
        "synthaix://jobs/{job_id}/results.parquet",
        "synthaix://jobs/{job_id}/report",
    }
    assert prompts == {"generate_dataset"}


async def test_what_an_assistant_is_told_stays_short(tmp_path: Path) -> None:
    async with client_of(settings_for(tmp_path), "legacy") as client:
        hello = client.initialize_result
        tools = await client.list_tools()

    assert hello is not None
    assert hello.instructions is not None
    assert len(hello.instructions.encode()) < 2_048
    assert all(len((tool.description or "").encode()) < 2_048 for tool in tools)
