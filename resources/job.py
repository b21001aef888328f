"""The resources synthaix://jobs/{job_id} and …/schema."""

from __future__ import annotations

from fastmcp import Context
from fastmcp.resources import ResourceResult, resource

from synthaix.protocol import documents


@resource(
    "synthaix://jobs/{job_id}",
    name="job_status",
    title="A job's status",
    mime_type="application/json",
    description="State, progress and addresses of the results.",
)
async def status(job_id: str, ctx: Context) -> ResourceResult:
    """What job_status gives."""
    return await documents.status(ctx, job_id)


@resource(
    "synthaix://jobs/{job_id}/schema",
    name="job_schema",
    title="A job's schema",
    mime_type="application/json",
    description="The table schema the job generates.",
)
async def schema(job_id: str, ctx: Context) -> ResourceResult:
    """The confirmed schema."""
    return await documents.schema(ctx, job_id)
