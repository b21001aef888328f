"""What an assistant sees of the whole flow: four calls, short texts, links it can follow."""

from __future__ import annotations

import json
from pathlib import Path

from synthaix.protocol.guide import INSTRUCTIONS
from tests.support.server import client_of, settings_for, text_of

CHARACTERS_A_TOKEN = 3.5
"""Fewer than these schemas have in a current tokenizer: benchmarks/assistant.py counts 4.1."""


async def test_the_whole_flow_takes_four_calls_each_naming_the_next(tmp_path: Path) -> None:
    async with client_of(settings_for(tmp_path)) as client:
        translated = await client.call_tool(
            "translate_schema", {"prompt": "200 orders with order id, total and status"}
        )
        assert translated.structured_content is not None
        schema, count = (translated.structured_content[name] for name in ("schema", "inferred_count"))
        started = await client.call_tool("start_generation", {"schema": schema, "total_rows": count})
        assert started.structured_content is not None
        job_id = started.structured_content["job_id"]
        ended = await client.call_tool("job_status", {"job_id": job_id, "wait_seconds": 30})
        exported = await client.call_tool("export_job", {"job_id": job_id, "format": "csv"})
        links = [item for item in ended.content if item.type == "resource_link"]
        read = [await client.read_resource(str(link.uri)) for link in links]

    assert "start_generation" in text_of(translated.content[0])
    assert "job_status" in text_of(started.content[0])
    assert "export_job" in text_of(ended.content[0])
    assert exported.structured_content is not None
    assert exported.structured_content["rows"] == 200
    assert [link.mime_type for link in links] == [part[0].mime_type for part in read]
    assert len(text_of(read[0][0]).splitlines()) == 201


async def test_the_tools_and_instructions_cost_a_host_little(tmp_path: Path) -> None:
    async with client_of(settings_for(tmp_path)) as client:
        tools = await client.list_tools()
    faces = [tool.model_dump_json(by_alias=True, exclude_none=True) for tool in tools]
    assert sum(len(json.dumps(json.loads(face), separators=(",", ":"))) for face in faces) / CHARACTERS_A_TOKEN < 6_000
    assert len(INSTRUCTIONS.encode()) < 2_000
