"""Waiting for a job with its progress in view."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TimeRemainingColumn
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastmcp.client.progress import ProgressHandler

    from synthaix.terminal.client import Tools
    from synthaix.terminal.screen import Screen

_WAIT_SECONDS = 50
"""One job_status call; the tool waits at most 60."""

_LINES = 10
"""Progress lines of a job where nobody watches: one a tenth."""

RUNNING = frozenset({"queued", "processing"})


async def follow(tools: Tools, screen: Screen, job_id: str) -> dict[str, Any]:
    """The job's status once it has ended; progress is drawn meanwhile."""
    with _drawn(screen) as report:
        while True:
            status = await tools.call("job_status", report, job_id=job_id, wait_seconds=_WAIT_SECONDS)
            await report(status["rows_generated"], status["total_rows"], status["message"])
            if status["status"] not in RUNNING:
                return status


@contextlib.contextmanager
def _drawn(screen: Screen) -> Iterator[ProgressHandler]:
    if not screen.live:
        yield _lines(screen)
        return
    bar = Progress(
        SpinnerColumn(),
        BarColumn(bar_width=None),
        _Rows(),
        _Rate(),
        TimeRemainingColumn(compact=True),
        console=screen.console,
        expand=True,
    )
    with bar:
        task = bar.add_task("rows", total=None)

        async def report(progress: float, total: float | None, message: str | None) -> None:
            bar.update(task, completed=int(progress), total=None if total is None else int(total))

        yield report


def _lines(screen: Screen) -> ProgressHandler:
    said = 0

    async def report(progress: float, total: float | None, message: str | None) -> None:
        nonlocal said
        tenth = int(progress * _LINES / total) if total else 0
        if tenth > said:
            said = tenth
            screen.say(f"{int(progress):,} of {int(total or 0):,} rows")

    return report


class _Rows(ProgressColumn):
    """Rows done and wanted."""

    def render(self, task: Task) -> Text:
        """Both numbers, or the first where the second is not known yet."""
        total = "" if task.total is None else f" of {int(task.total):,}"
        return Text(f"{int(task.completed):,}{total} rows", style="progress.download")


class _Rate(ProgressColumn):
    """Rows a second, as the bar measured them."""

    def render(self, task: Task) -> Text:
        """The speed, blank until there is one."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} rows/s" if speed else "", style="progress.data.speed")


def summary(status: dict[str, Any]) -> str:
    """What became of the job, in one line."""
    parts = [f"Job {status['job_id']} is {status['status']}", f": {_rows(status)}"]
    if status["status"] not in RUNNING:
        parts.append(f" in {status['elapsed_seconds']:,.1f} s ({status['rows_per_second']:,.0f} rows/s)")
    parts.append(f", {status['rows_deduplicated']:,} duplicates removed.")
    usage = status["usage"]
    if usage["requests"]:
        cost = "" if usage["cost_usd"] is None else f", ${usage['cost_usd']:.4f}"
        tokens = f"{usage['input_tokens']:,} + {usage['output_tokens']:,} tokens"
        parts.append(f" {usage['requests']:,} model requests, {tokens}{cost}.")
    if status["message"]:
        parts.append(f" {status['message']}")
    return "".join(parts)


def _rows(status: dict[str, Any]) -> str:
    return f"{status['rows_generated']:,} of {status['total_rows']:,} rows"
