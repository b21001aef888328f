"""Following a job: progress notifications while the caller waits, then its status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthaix.protocol import replies
from synthaix.protocol.caller import caller
from synthaix.protocol.engine import engine_of, links_of

if TYPE_CHECKING:
    from fastmcp import Context
    from fastmcp.tools import ToolResult

    from synthaix.jobs.job import JobStatus


async def follow(ctx: Context, job_id: str, seconds: float) -> ToolResult:
    """The job's status, after at most `seconds` of waiting for its end with progress reported."""
    engine, owner = engine_of(ctx), caller()
    if not seconds:
        return await status_reply(ctx, await engine.status(job_id, owner))
    status = None
    async for status in engine.watch(job_id, seconds, owner):
        await ctx.report_progress(status.rows_generated, status.total_rows, _line(status))
    return await status_reply(ctx, status or await engine.status(job_id, owner))


async def status_reply(ctx: Context, status: JobStatus) -> ToolResult:
    """The reply for a job's status, with its first rows once it is completed."""
    owner = caller()
    first = None
    if status.status == "completed":
        page = await engine_of(ctx).rows(status.job_id, limit=replies.FIRST_ROWS, owner=owner)
        first = page.rows
    return replies.status(status, links_of(ctx), first, owner)


def _line(status: JobStatus) -> str:
    return f"{status.rows_generated:,} of {status.total_rows:,} rows, {status.rows_per_second:,.0f} rows/s"
