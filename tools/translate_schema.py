"""The tool translate_schema."""

from __future__ import annotations

from fastmcp import Context
from fastmcp.tools import ToolResult, tool

from synthaix.protocol import arguments, outputs, replies
from synthaix.protocol.engine import engine_of


@tool(
    title="Translate a sentence into a table schema",
    annotations={"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": True},
    output_schema=outputs.TRANSLATION,
)
async def translate_schema(
    prompt: arguments.Prompt, ctx: Context, max_columns: arguments.MaxColumns | None = None
) -> ToolResult:
    """Turn a description of data into columns, a row count and five sample rows. Show them to the person and let
    them confirm or edit before start_generation."""
    return replies.translated(await engine_of(ctx).translate(prompt, max_columns))
