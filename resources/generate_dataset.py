"""The prompt generate_dataset."""

from __future__ import annotations

from fastmcp.prompts import prompt

from synthaix.protocol import guide


@prompt(title="Generate a dataset", description="Walk through the two phases: confirm a schema, then generate.")
def generate_dataset(description: str, rows: str = "") -> str:
    """The steps, with what the person asked for as data."""
    return guide.walkthrough(description, rows)
