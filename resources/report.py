"""The resource …/report."""

from __future__ import annotations

from fastmcp import Context
from fastmcp.resources import ResourceResult, resource

from synthaix.protocol import documents


@resource(
    "synthaix://jobs/{job_id}/report",
    name="job_report",
    title="A job's quality report",
    mime_type="application/json",
    description="Nulls, distinct values and ranges of each column, and what was removed as duplicate.",
)
async def report(job_id: str, ctx: Context) -> ResourceResult:
    """What the rows so far are like."""
    return await documents.report(ctx, job_id)
