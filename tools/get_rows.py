"""The tool get_rows."""

from __future__ import annotations

from fastmcp import Context
from fastmcp.tools import ToolResult, tool

from synthaix.protocol import arguments, outputs, replies
from synthaix.protocol.caller import caller
from synthaix.protocol.engine import engine_of


@tool(
    title="Read a page of rows",
    annotations={"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": False},
    output_schema=outputs.PAGE,
)
async def get_rows(
    job_id: arguments.JobId,
    ctx: Context,
    cursor: arguments.Cursor | None = None,
    limit: arguments.RowLimit | None = None,
    columns: arguments.Columns | None = None,
) -> ToolResult:
    """Rows of a job in order, while it runs too; follow next_cursor for the rest."""
    page = await engine_of(ctx).rows(job_id, cursor, limit or 50, columns, max_bytes=replies.PAGE_BYTES, owner=caller())
    return replies.page(page)
