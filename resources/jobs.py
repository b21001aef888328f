"""The resource synthaix://jobs."""

from __future__ import annotations

from fastmcp import Context
from fastmcp.resources import ResourceResult, resource

from synthaix.protocol import documents


@resource("synthaix://jobs", name="jobs", title="Jobs", mime_type="application/json", description="The newest jobs.")
async def jobs(ctx: Context) -> ResourceResult:
    """The newest jobs, as list_jobs gives them."""
    return await documents.jobs(ctx)
