"""The terminal's way to the tools: a client and a server in one process."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Any

from synthaix.errors import CallerError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastmcp import Client
    from fastmcp.client.progress import ProgressHandler

    from synthaix.settings import Settings


class ToolError(CallerError):
    """A tool answered with an error; the message is its sentence."""


class Tools:
    """Calls the tools of one connected server."""

    def __init__(self, client: Client[Any]) -> None:
        self._client = client

    async def call(self, tool: str, progress: ProgressHandler | None = None, **arguments: Any) -> dict[str, Any]:
        """The structured content of the tool's answer; arguments that are None are left out. Raises ToolError."""
        given = {name: value for name, value in arguments.items() if value is not None}
        answer = await self._client.call_tool(tool, given, progress_handler=progress, raise_on_error=False)
        if answer.is_error:
            raise ToolError(" ".join(getattr(item, "text", "") for item in answer.content))
        return answer.structured_content or {}


@contextlib.asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[Tools]:
    """The tools of a new server, which parks its unfinished jobs when the block ends."""
    from fastmcp import Client

    from synthaix.app import build_server
    from synthaix.protocol.logs import configure_logs

    # A person reads sentences, not logs, unless the level was asked for.
    asked = "log_level" in settings.model_fields_set
    configure_logs(settings if asked else settings.model_copy(update={"log_level": "ERROR"}))
    if settings.log_level != "DEBUG":
        # FastMCP logs a traceback for each refused call, whose sentence is shown already.
        logging.getLogger("fastmcp").setLevel(logging.CRITICAL)
    async with Client(build_server(settings)) as client:
        yield Tools(client)
