"""The commands a person types, and what each may be given."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, CycloptsError, Parameter

from synthaix import __version__
from synthaix.errors import ArgumentError, SynthaixError
from synthaix.settings import load_settings
from synthaix.terminal import jobs as jobs_commands
from synthaix.terminal.generate import Order
from synthaix.terminal.generate import generate as carry_out
from synthaix.terminal.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

FAILURE, USAGE = 1, 2
"""Exit codes; 2 is what shells expect of a command line that makes no sense."""

Format = Literal["csv", "jsonl", "parquet", "sql"]
Out = Annotated[Path | None, Parameter(help="Copy the file here; the extension chooses the format.")]
FormatOption = Annotated[Format | None, Parameter(help="csv unless --out says otherwise.")]
JobId = Annotated[str, Parameter(help="The job's id.")]

app = App(
    name="synthaix",
    version=__version__,
    help="A sentence becomes a large, valid, duplicate-free dataset. "
    "Without a command: an MCP server over standard input and output, as a host starts it.",
    help_format="plaintext",
)


def run_command(arguments: Sequence[str]) -> int:
    """Carry out one command line; the exit code. An error is one sentence on standard error."""
    try:
        command, bound, _ = app.parse_args(list(arguments), exit_on_error=False, print_error=False)
    except CycloptsError as exc:
        Screen().fail(f"{_sentence(str(exc))} See: synthaix --help")
        return USAGE
    try:
        code: int | None = command(*bound.args, **bound.kwargs)
    except ArgumentError as exc:
        Screen().fail(str(exc))
        return USAGE
    except SynthaixError as exc:
        Screen().fail(str(exc))
        return FAILURE
    return code or 0


def _sentence(text: str) -> str:
    return " ".join(text.split()).rstrip(".") + "."


@app.command
def serve(
    *,
    host: Annotated[
        str | None, Parameter(help="Address to bind; 127.0.0.1 unless BACKEND_HOST says otherwise.")
    ] = None,
    port: Annotated[int | None, Parameter(help="Port to bind; 8000 unless BACKEND_PORT says otherwise.")] = None,
) -> None:
    """Serve MCP over streamable HTTP, with /health, /ready, /metrics and downloads."""
    from synthaix.app import serve_http

    serve_http(load_settings(), host, port)


@app.command
def generate(
    prompt: Annotated[str | None, Parameter(help="What data, in a sentence.")] = None,
    /,
    *,
    rows: Annotated[int | None, Parameter(help="Rows wanted; else the number in the sentence.")] = None,
    schema: Annotated[Path | None, Parameter(help="A JSON file with the columns, instead of a sentence.")] = None,
    out: Out = None,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"], negative=(), help="Start without asking.")] = False,
    mode: Annotated[Literal["auto", "llm", "local"] | None, Parameter(help="Who writes the columns.")] = None,
    seed: Annotated[int | None, Parameter(help="Same schema, seed and mode: same rows.")] = None,
    format: FormatOption = None,
    provider: Annotated[str | None, Parameter(help="openai, anthropic or local.")] = None,
    model: Annotated[str | None, Parameter(help="The provider's model.")] = None,
    budget: Annotated[float | None, Parameter(help="The most to spend on models, in US dollars.")] = None,
) -> int:
    """Make a dataset: see the schema, confirm or edit it, watch the job, get the file.

    The last line is the file's path. Ctrl-C stops waiting; the job keeps its rows.
    """
    return carry_out(Order(prompt, rows, schema, out, yes, mode, seed, format, provider, model, budget))


@app.command
def jobs(
    *,
    status: Annotated[
        Literal["queued", "processing", "completed", "failed", "cancelled"] | None, Parameter(help="Only these.")
    ] = None,
    limit: Annotated[int, Parameter(help="How many at most.")] = 20,
) -> int:
    """List jobs, newest first."""
    if limit < 1:
        raise ArgumentError(f"--limit is {limit}; send 1 or more.")
    return asyncio.run(jobs_commands.list_jobs(load_settings(), Screen(), status, limit))


@app.command
def status(job_id: JobId, /, *, wait: Annotated[bool, Parameter(negative=(), help="Wait for its end.")] = False) -> int:
    """Show how a job stands."""
    return asyncio.run(jobs_commands.show_status(load_settings(), Screen(), job_id, wait))


@app.command
def resume(
    job_id: JobId,
    /,
    *,
    budget: Annotated[float | None, Parameter(help="The most to spend on models, in US dollars.")] = None,
) -> int:
    """Go on with a stopped or interrupted job, and wait for its end."""
    return asyncio.run(jobs_commands.resume(load_settings(), Screen(), job_id, budget))


@app.command
def cancel(job_id: JobId, /) -> int:
    """Stop a job; its rows are kept."""
    return asyncio.run(jobs_commands.cancel(load_settings(), Screen(), job_id))


@app.command
def export(job_id: JobId, /, *, format: FormatOption = None, out: Out = None) -> int:
    """Write a job's rows to a file; the last line is its path."""
    return asyncio.run(jobs_commands.export(load_settings(), Screen(), job_id, format, out))


@app.command
def doctor() -> int:
    """Check that this machine has what the server needs."""
    from synthaix.terminal.doctor import examine

    return asyncio.run(examine(load_settings(), Screen()))
