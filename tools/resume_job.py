"""The tool resume_job."""

from __future__ import annotations

from fastmcp import Context
from fastmcp.tools import ToolResult, tool

from synthaix.jobs.spec import parse_budget
from synthaix.protocol import arguments, outputs
from synthaix.protocol.caller import caller
from synthaix.protocol.engine import engine_of
from synthaix.protocol.progress import status_reply


@tool(
    title="Go on with a stopped job",
    annotations={"readOnlyHint": False, "destructiveHint": False, "idempotentHint": True, "openWorldHint": True},
    output_schema=outputs.STATUS,
)
async def resume_job(
    job_id: arguments.JobId, ctx: Context, budget: arguments.BudgetArgument | None = None
) -> ToolResult:
    """Go on where a cancelled or failed job stopped, with a new budget if one is given."""
    return await status_reply(ctx, await engine_of(ctx).resume(job_id, parse_budget(budget), caller()))
