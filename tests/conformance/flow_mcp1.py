"""The whole flow through the `mcp` package of the 1.x line, in an interpreter of its own.

    python flow_mcp1.py http URL
    python flow_mcp1.py stdio COMMAND [ARGUMENT...]

Prints one JSON object of what happened; the test judges it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import AsyncExitStack
from typing import Any

from mcp import ClientSession, StdioServerParameters, types
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamablehttp_client

asked: list[str] = []
progress: list[float] = []


async def accept(context: Any, params: Any) -> Any:
    asked.append(params.message)
    return types.ElicitResult(action="accept", content={})


async def hear(value: float, total: float | None, message: str | None) -> None:
    progress.append(value)


async def flow(transport: str, target: list[str]) -> dict[str, Any]:
    async with AsyncExitStack() as stack:
        if transport == "http":
            read, write, _ = await stack.enter_async_context(streamablehttp_client(target[0]))
        else:
            server = StdioServerParameters(command=target[0], args=target[1:], env=dict(os.environ))
            read, write = await stack.enter_async_context(stdio_client(server))
        session = await stack.enter_async_context(ClientSession(read, write, elicitation_callback=accept))
        await session.initialize()

        async def call(name: str, **arguments: Any) -> Any:
            reply = await session.call_tool(name, arguments, progress_callback=hear)
            assert not reply.isError, reply.content
            return reply.structuredContent

        tools = (await session.list_tools()).tools
        translated = await call("translate_schema", prompt="300 orders with order id, total and status")
        started = await call("start_generation", schema=translated["schema"], total_rows=300, confirm="require")
        job_id = started["job_id"]
        status = await call("job_status", job_id=job_id, wait_seconds=30)
        page = await call("get_rows", job_id=job_id, limit=5)
        exported = await call("export_job", job_id=job_id, format="csv")
        resource = await session.read_resource(f"synthaix://jobs/{job_id}/schema")
        refused = await session.call_tool("job_status", {"job_id": "nothing"})
    return {
        "tools": [tool.name for tool in tools],
        "asked": asked,
        "status": status,
        "rows": page["rows"],
        "path": exported["path"],
        "columns": [column["name"] for column in json.loads(resource.contents[0].text)["columns"]],
        "refused": {"isError": refused.isError, "text": refused.content[0].text},
        "progress": progress,
    }


print(json.dumps(asyncio.run(flow(sys.argv[1], sys.argv[2:]))))  # noqa: T201 - its answer
