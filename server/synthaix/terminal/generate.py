"""`synthaix generate`: from a sentence to a file, with the person in between."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthaix.errors import ArgumentError
from synthaix.settings import Settings, load_settings
from synthaix.terminal.client import Tools, connected
from synthaix.terminal.confirm import confirmed, show
from synthaix.terminal.files import check_destination, chosen_format, copy_whole
from synthaix.terminal.follow import follow, summary
from synthaix.terminal.proposal import Proposal, read_schema
from synthaix.terminal.screen import Screen

PREVIEW_ROWS = 8


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asked for; None is the default."""

    prompt: str | None = None
    rows: int | None = None
    schema: Path | None = None
    out: Path | None = None
    yes: bool = False
    mode: str | None = None
    seed: int | None = None
    format: str | None = None
    provider: str | None = None
    model: str | None = None
    budget: float | None = None


def generate(order: Order) -> int:
    """Carry out the order; the exit code is 0, or 1 where the person declined or the job failed.

    The person is asked between two event loops, so that Ctrl-C at the question just ends the program.
    Raises CallerError for what the person can mend.
    """
    if order.prompt is None and order.schema is None:
        raise ArgumentError('Nothing to generate; give a sentence, such as: synthaix generate "5k hospital patients".')
    if order.rows is not None and order.rows < 1:
        raise ArgumentError(f"--rows is {order.rows}; send 1 or more.")
    check_destination(order.out)
    settings, screen = load_settings(), Screen()
    proposal = asyncio.run(_proposed(settings, screen, order))
    show(screen, proposal)
    if order.yes:
        if proposal.rows is None:
            raise ArgumentError("The sentence names no number of rows; add --rows N.")
    else:
        answer = confirmed(screen, proposal)
        if answer is None:
            screen.say("Declined; nothing was started.")
            return 1
        proposal = answer
    job = _Job()
    try:
        return asyncio.run(_made(settings, screen, order, proposal, job))
    except KeyboardInterrupt:
        if job.id is not None:
            screen.fail(f"Stopped; the job keeps its rows and goes on with: synthaix resume {job.id}")
        raise


@dataclass(slots=True)
class _Job:
    """The job's id, once there is one, for whoever handles an interruption."""

    id: str | None = None


async def _proposed(settings: Settings, screen: Screen, order: Order) -> Proposal:
    schema = None if order.schema is None else read_schema(order.schema)
    if order.prompt is None or (schema is not None and order.rows is not None):
        return Proposal(schema or {}, order.rows)
    async with connected(settings) as tools:
        translated = await tools.call("translate_schema", prompt=order.prompt)
    rows = translated["inferred_count"] if order.rows is None else order.rows
    if schema is None:
        for kind in ("assumptions", "questions"):
            for line in translated[kind]:
                screen.say(f"{'assumed' if kind == 'assumptions' else 'open'}: {line}", style="dim")
    return Proposal(schema or translated["schema"], rows)


async def _made(settings: Settings, screen: Screen, order: Order, proposal: Proposal, job: _Job) -> int:
    async with connected(settings) as tools:
        started = await tools.call(
            "start_generation",
            schema=proposal.schema,
            total_rows=proposal.rows,
            mode=order.mode,
            seed=order.seed,
            provider=order.provider,
            model=order.model,
            budget=None if order.budget is None else {"usd": order.budget},
            confirm="skip",  # the person has just confirmed
        )
        job.id = started["job_id"]
        screen.say(_plan_line(started))
        status = await follow(tools, screen, started["job_id"])
        screen.say(summary(status))
        if status["status"] != "completed":
            if status["resumable"]:
                screen.say(f"Go on with: synthaix resume {started['job_id']}")
            return 1
        await delivered(tools, screen, started["job_id"], chosen_format(order.format, order.out), order.out)
    return 0


def _plan_line(started: dict[str, Any]) -> str:
    plan = started["plan"]
    line = f"Job {started['job_id']}: {started['total_rows']:,} rows, mode {plan['mode']}, seed {started['seed']}"
    if not plan["requests"]:
        return f"{line}, made locally."
    cost = "at an unknown price" if plan["cost_usd"] is None else f"about ${plan['cost_usd']:.2f}"
    return f"{line}, {plan['provider']} {plan['model'] or ''}: about {plan['requests']:,} requests, {cost}."


async def delivered(tools: Tools, screen: Screen, job_id: str, format: str, out: Path | None) -> None:
    """Export the job, show its first rows, and say the file's absolute path in the last line."""
    page = await tools.call("get_rows", job_id=job_id, limit=PREVIEW_ROWS)
    exported = await tools.call("export_job", job_id=job_id, format=format)
    path = Path(exported["path"])
    if out is not None:
        path = copy_whole(path, out)
    screen.rows(f"First {len(page['rows'])} of {page['total']:,} rows", page["rows"])
    screen.say(f"{exported['rows']:,} rows, {exported['bytes']:,} bytes, sha256 {exported['sha256']}", style="dim")
    screen.say(str(path))
