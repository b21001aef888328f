"""The tool export_job."""

from __future__ import annotations

from fastmcp import Context
from fastmcp.tools import ToolResult, tool

from synthaix.protocol import arguments, outputs, replies
from synthaix.protocol.caller import caller
from synthaix.protocol.engine import engine_of


@tool(
    title="Write a job's rows to a file",
    annotations={"readOnlyHint": False, "destructiveHint": False, "idempotentHint": True, "openWorldHint": False},
    output_schema=outputs.EXPORT,
)
async def export_job(
    job_id: arguments.JobId, format: arguments.ExportFormat, ctx: Context, path: arguments.ExportPath | None = None
) -> ToolResult:
    """Write csv, jsonl, parquet or sql into the export directory; answers with the path and a checksum."""
    return replies.exported(await engine_of(ctx).export(job_id, format, path, caller()), format, job_id)
