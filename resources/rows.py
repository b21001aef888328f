"""The resources …/rows and …/duplicates: pages."""

from __future__ import annotations

from fastmcp import Context
from fastmcp.resources import ResourceResult, resource

from synthaix.protocol import documents


@resource(
    "synthaix://jobs/{job_id}/rows{?cursor,limit}",
    name="job_rows",
    title="A page of rows",
    mime_type="application/json",
    description="Rows in order; next_cursor leads to the next page.",
)
async def rows(job_id: str, ctx: Context, cursor: str = "", limit: str = "") -> ResourceResult:
    """What get_rows gives."""
    return await documents.rows(ctx, job_id, cursor, limit)


@resource(
    "synthaix://jobs/{job_id}/duplicates{?cursor,limit}",
    name="job_duplicates",
    title="A page of duplicates",
    mime_type="application/json",
    description="What a deduplicate call removed, and what each row duplicates.",
)
async def duplicates(job_id: str, ctx: Context, cursor: str = "", limit: str = "") -> ResourceResult:
    """All duplicates of a deduplicate call."""
    return await documents.duplicates(ctx, job_id, cursor, limit)
