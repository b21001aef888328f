"""The tool job_status."""

from __future__ import annotations

from fastmcp import Context
from fastmcp.tools import ToolResult, tool

from synthaix.protocol import arguments, outputs
from synthaix.protocol.progress import follow


@tool(
    title="Look at a job, or wait for it",
    annotations={"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": False},
    output_schema=outputs.STATUS,
)
async def job_status(
    job_id: arguments.JobId, ctx: Context, wait_seconds: arguments.WaitSeconds | None = None
) -> ToolResult:
    """State, progress and, once completed, the first rows and addresses of the results. With wait_seconds it waits
    for the end and reports progress meanwhile."""
    return await follow(ctx, job_id, wait_seconds or 0)
