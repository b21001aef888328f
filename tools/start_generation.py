"""The tool start_generation."""

from __future__ import annotations

from fastmcp import Context
from fastmcp.tools import ToolResult, tool
from mcp_types import InputRequiredResult

from synthaix.jobs.spec import GenerationRequest, parse_budget
from synthaix.protocol import arguments, outputs
from synthaix.protocol.start import begin
from synthaix.schema.table import parse_schema


@tool(
    title="Generate the rows of a confirmed schema",
    annotations={"readOnlyHint": False, "destructiveHint": False, "idempotentHint": False, "openWorldHint": True},
    output_schema=outputs.STARTED,
)
async def start_generation(
    schema: arguments.SchemaArgument,
    total_rows: arguments.TotalRows,
    ctx: Context,
    chunk_size: arguments.ChunkSize | None = None,
    max_workers: arguments.Workers | None = None,
    deduplicate: bool | None = None,
    deduplication_threshold: arguments.Threshold | None = None,
    mode: arguments.ModeArgument | None = None,
    seed: arguments.Seed | None = None,
    provider: arguments.ProviderArgument | None = None,
    model: arguments.ModelArgument | None = None,
    instructions: arguments.Instructions | None = None,
    examples: arguments.Examples | None = None,
    budget: arguments.BudgetArgument | None = None,
    idempotency_key: arguments.IdempotencyKey | None = None,
    confirm: arguments.Confirm | None = None,
) -> ToolResult | InputRequiredResult:
    """Start a durable job that makes exactly total_rows valid, distinct rows of a schema the person confirmed.
    Returns at once; follow it with job_status."""
    request = GenerationRequest(
        table=parse_schema(schema),
        total_rows=total_rows,
        chunk_size=chunk_size,
        max_workers=max_workers,
        deduplicate=deduplicate,
        deduplication_threshold=deduplication_threshold,
        mode=mode,
        seed=seed,
        provider=provider,
        model=model,
        instructions=instructions,
        examples=None if examples is None else tuple(examples),
        budget=parse_budget(budget),
    )
    return await begin(ctx, request, idempotency_key, confirm or "auto")
