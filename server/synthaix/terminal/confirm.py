"""Showing the proposal, and asking the person to take it, change it or leave it."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthaix.errors import ArgumentError, CallerError
from synthaix.terminal.proposal import HELP, Proposal, edited, read_count, schema_from_text

if TYPE_CHECKING:
    from synthaix.terminal.screen import Screen

Ask = Callable[[str], str]


def show(screen: Screen, proposal: Proposal) -> None:
    """The schema as a table, with the number of rows."""
    rows = "how many rows?" if proposal.rows is None else f"{proposal.rows:,} rows"
    columns = proposal.columns
    screen.table(
        f"Schema: {len(columns)} columns, {rows}",
        ("#", "column", "type", "description", "constraints"),
        [
            (str(number), column["name"], column["type"], column.get("description", ""), constraints(column))
            for number, column in enumerate(columns, start=1)
        ],
        whole=("#", "column", "type"),
    )


def constraints(column: dict[str, Any]) -> str:
    """What constrains the column's values, in words."""
    parts = [word for word in ("unique", "nullable") if column.get(word)]
    if "nullable" not in parts and column.get("null_ratio"):
        parts.append(f"{column['null_ratio']:.0%} null")
    low, high = column.get("minimum"), column.get("maximum")
    if low is not None or high is not None:
        parts.append(f"{'' if low is None else low}…{'' if high is None else high}")
    if column.get("enum") is not None:
        parts.append("one of " + ", ".join(str(value) for value in column["enum"]))
    parts += [f"{key} {column[key]}" for key in ("format", "pattern", "decimals", "after", "before") if key in column]
    if "generator" in column:
        generator = column["generator"]
        parts.append(f"by {generator if isinstance(generator, str) else generator.get('kind')}")
    return ", ".join(parts)


def confirmed(screen: Screen, proposal: Proposal, ask: Ask = input) -> Proposal | None:
    """The proposal as the person wants it, or None where they decline. Raises ArgumentError if nobody answers."""
    while True:
        if proposal.rows is None:
            proposal = _asked_for_rows(screen, proposal, ask)
        answer = _answer(ask, f"Generate {proposal.rows:,} rows? [y]es, [n]o, [e]dit, or a command such as 'drop 2': ")
        if answer.lower() in ("y", "yes"):
            return proposal
        if answer.lower() in ("n", "no", "q", "quit"):
            return None
        try:
            changed = _in_editor(screen, proposal) if answer.lower() in ("e", "edit") else _by_command(proposal, answer)
        except CallerError as exc:
            screen.say(str(exc), style="red")
            continue
        if changed != proposal:
            proposal = changed
            show(screen, proposal)


def _by_command(proposal: Proposal, answer: str) -> Proposal:
    return edited(proposal, answer) if answer else proposal


def _asked_for_rows(screen: Screen, proposal: Proposal, ask: Ask) -> Proposal:
    while True:
        try:
            return replace(proposal, rows=read_count(_answer(ask, "How many rows? ")))
        except _UnansweredError:
            raise
        except CallerError as exc:
            screen.say(str(exc), style="red")


class _UnansweredError(ArgumentError):
    """Standard input ended before an answer came."""


def _answer(ask: Ask, question: str) -> str:
    try:
        return ask(question).strip()
    except EOFError:
        raise _UnansweredError(
            "Nobody answered on standard input; add --yes (and --rows N) to go without asking."
        ) from None


def _in_editor(screen: Screen, proposal: Proposal) -> Proposal:
    """The schema as the person leaves it in $VISUAL or $EDITOR; commands are explained where there is none."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        screen.say("Set EDITOR to edit the whole schema as JSON, or use a command:", style="dim")
        screen.say_lines(HELP)
        return proposal
    with tempfile.TemporaryDirectory(prefix="synthaix-") as directory:
        path = Path(directory) / "schema.json"
        path.write_text(json.dumps(proposal.schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        try:
            subprocess.run([*shlex.split(editor), str(path)], check=True)
            text = path.read_text(encoding="utf-8")
        except (OSError, ValueError, subprocess.CalledProcessError) as exc:
            raise ArgumentError(f"The editor {editor!r} failed ({exc}); set EDITOR to another.") from None
    return replace(proposal, schema=schema_from_text(text, "The edited schema"))
