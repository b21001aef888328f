"""The tool list_jobs."""

from __future__ import annotations

from fastmcp import Context
from fastmcp.tools import ToolResult, tool

from synthaix.protocol import arguments, outputs, replies
from synthaix.protocol.caller import caller
from synthaix.protocol.engine import engine_of


@tool(
    title="List jobs",
    annotations={"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": False},
    output_schema=outputs.JOBS,
)
async def list_jobs(
    ctx: Context,
    status: arguments.Status | None = None,
    cursor: arguments.Cursor | None = None,
    limit: arguments.JobLimit | None = None,
) -> ToolResult:
    """Jobs, newest first."""
    return replies.listed(*await engine_of(ctx).list_jobs(status, cursor, limit or 50, caller()))
