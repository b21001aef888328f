"""The tool cancel_job."""

from __future__ import annotations

from fastmcp import Context
from fastmcp.tools import ToolResult, tool

from synthaix.protocol import arguments, outputs
from synthaix.protocol.caller import caller
from synthaix.protocol.engine import engine_of
from synthaix.protocol.progress import status_reply


@tool(
    title="Stop a job",
    annotations={"readOnlyHint": False, "destructiveHint": True, "idempotentHint": True, "openWorldHint": False},
    output_schema=outputs.STATUS,
)
async def cancel_job(job_id: arguments.JobId, ctx: Context) -> ToolResult:
    """Stop a job; the rows it has are kept and resume_job can go on. A finished job just answers its status."""
    return await status_reply(ctx, await engine_of(ctx).cancel(job_id, caller()))
