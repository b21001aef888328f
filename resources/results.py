"""The resources …/results.csv, .jsonl and .parquet: whole files, bounded in size."""

from __future__ import annotations

from fastmcp import Context
from fastmcp.resources import ResourceResult, resource

from synthaix.protocol import documents


@resource(
    "synthaix://jobs/{job_id}/results.csv",
    name="results_csv",
    title="Results as CSV",
    mime_type="text/csv",
    description="The whole result; past the size bound use export_job.",
)
async def results_csv(job_id: str, ctx: Context) -> ResourceResult:
    """The whole result as CSV."""
    return await documents.whole(ctx, job_id, "csv")


@resource(
    "synthaix://jobs/{job_id}/results.jsonl",
    name="results_jsonl",
    title="Results as JSON lines",
    mime_type="application/x-ndjson",
    description="The whole result; past the size bound use export_job.",
)
async def results_jsonl(job_id: str, ctx: Context) -> ResourceResult:
    """The whole result as JSON lines."""
    return await documents.whole(ctx, job_id, "jsonl")


@resource(
    "synthaix://jobs/{job_id}/results.parquet",
    name="results_parquet",
    title="Results as Parquet",
    mime_type="application/vnd.apache.parquet",
    description="The whole result; past the size bound use export_job.",
)
async def results_parquet(job_id: str, ctx: Context) -> ResourceResult:
    """The whole result as Parquet."""
    return await documents.whole(ctx, job_id, "parquet")
