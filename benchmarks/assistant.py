"""What an assistant pays for having the server, and how many calls the whole flow takes.

    python benchmarks/assistant.py

Prints the tokens (o200k, by the package bpe-openai) of every tool's name, description and schemas, and of
the texts of the flow: translate, start, wait, export.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "server"), str(ROOT)]

from fastmcp import Client  # noqa: E402

from synthaix.protocol.guide import INSTRUCTIONS  # noqa: E402
from tests.support.server import client_of, settings_for  # noqa: E402


def tokens(text: str) -> int:
    import bpe_openai

    return len(bpe_openai.get_encoding("o200k_base").encode(text))


def shown(client_tools: list[object]) -> dict[str, int]:
    """Tokens of each tool as a host hands it to its model, schemas of the replies included."""
    found = {}
    for tool in client_tools:
        face = json.loads(tool.model_dump_json(by_alias=True, exclude_none=True))  # type: ignore[attr-defined]
        found[str(face["name"])] = tokens(json.dumps(face, separators=(",", ":"), ensure_ascii=False))
    return found


async def flow(client: Client[Any]) -> list[tuple[str, int]]:
    """(tool, tokens of the reply's text) of every call that the flow takes."""
    calls = []

    async def call(tool: str, **arguments: object) -> dict[str, object]:
        reply = await client.call_tool(tool, arguments)
        calls.append((tool, sum(tokens(getattr(item, "text", "")) for item in reply.content)))
        assert reply.structured_content is not None
        return reply.structured_content

    translated = await call("translate_schema", prompt="10k financial transactions with user ID, amount and currency")
    started = await call(
        "start_generation", schema=translated["schema"], total_rows=translated["inferred_count"], confirm="skip"
    )
    await call("job_status", job_id=started["job_id"], wait_seconds=30)
    await call("export_job", job_id=started["job_id"], format="csv")
    return calls


async def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        async with client_of(settings_for(Path(place))) as client:
            faces = shown(list(await client.list_tools()))
            calls = await flow(client)
    for name, count in faces.items():
        print(f"{name:18} {count:6,} tokens")
    print(f"{'all tools':18} {sum(faces.values()):6,} tokens; instructions {len(INSTRUCTIONS.encode()):,} bytes")
    print(f"the flow: {len(calls)} calls, " + ", ".join(f"{tool} {count} tokens" for tool, count in calls))


if __name__ == "__main__":
    asyncio.run(main())
