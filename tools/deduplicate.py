"""The tool deduplicate."""

from __future__ import annotations

from fastmcp import Context
from fastmcp.tools import ToolResult, tool

from synthaix.jobs.spec import dedup_request
from synthaix.protocol import arguments, outputs, replies
from synthaix.protocol.caller import caller
from synthaix.protocol.engine import engine_of


@tool(
    title="Remove duplicate rows",
    annotations={"readOnlyHint": False, "destructiveHint": False, "idempotentHint": False, "openWorldHint": False},
    output_schema=outputs.DEDUPLICATION,
)
async def deduplicate(
    ctx: Context,
    rows: arguments.Rows | None = None,
    job_id: arguments.JobId | None = None,
    path: arguments.InputPath | None = None,
    threshold: arguments.Threshold | None = None,
    schema: arguments.SchemaArgument | None = None,
    columns: arguments.Columns | None = None,
    against: arguments.Against | None = None,
) -> ToolResult:
    """Find rows that say the same thing, typing differences included, and keep the first of each. Give exactly one
    of rows, job_id or path."""
    request = dedup_request(rows, job_id, path, threshold, schema, columns, against)
    return replies.deduplicated(await engine_of(ctx).deduplicate(request, caller()))
