"""What a call costs before its tool runs, and that jobs give way to it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from fastmcp import Client

from synthaix.app import build_server
from synthaix.precedence import Precedence
from tests.support.server import settings_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Noted(Precedence):
    """Notes how many calls were answered."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = 0

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        with super().answering():
            yield
        self.answered += 1


async def test_the_input_schemas_are_at_hand_so_that_a_call_over_http_lists_no_tools(tmp_path: Path) -> None:
    server = build_server(settings_for(tmp_path), public_url="http://127.0.0.1:1")
    async with Client(server) as client:
        listed = {tool.name: tool.input_schema for tool in await client.list_tools()}
        schema_of = server._mcp_server.get_tool_input_schema

    assert schema_of is not None
    assert len(listed) == 9
    assert {name: schema_of(name) for name in listed} == listed
    assert schema_of("no_such_tool") is None


@pytest.mark.parametrize("era", ["auto", "legacy"])
async def test_jobs_give_way_to_every_call(tmp_path: Path, era: str) -> None:
    calls = Noted()
    async with Client(build_server(settings_for(tmp_path), precedence=calls), mode=era) as client:
        counts = [calls.answered]
        for _ in range(2):
            await client.call_tool("list_jobs")
            counts.append(calls.answered)
            await client.list_prompts()
            counts.append(calls.answered)

    assert counts == sorted(set(counts))
