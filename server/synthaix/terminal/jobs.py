"""`synthaix jobs`, `status`, `resume`, `cancel` and `export`: looking after jobs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthaix.terminal.client import connected
from synthaix.terminal.files import check_destination, chosen_format, copy_whole
from synthaix.terminal.follow import RUNNING, follow, summary

if TYPE_CHECKING:
    from synthaix.settings import Settings
    from synthaix.terminal.screen import Screen

_PAGE = 200


async def list_jobs(settings: Settings, screen: Screen, status: str | None, limit: int) -> int:
    """The newest jobs as a table."""
    jobs: list[dict[str, Any]] = []
    cursor = None
    async with connected(settings) as tools:
        while len(jobs) < limit:
            page = await tools.call("list_jobs", status=status, cursor=cursor, limit=min(_PAGE, limit - len(jobs)))
            jobs += page["jobs"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
    if not jobs:
        screen.say("No jobs." if status is None else f"No {status} jobs.")
        return 0
    columns = ("job_id", "status", "rows_generated", "total_rows", "created_at")
    rows = [[job[name] for name in columns] for job in jobs]
    screen.table(f"{len(jobs)} jobs, newest first", columns, rows, whole=columns)
    if cursor is not None:
        screen.say(f"There are more; see them with: synthaix jobs --limit {limit * 2}")
    return 0


async def show_status(settings: Settings, screen: Screen, job_id: str, wait: bool) -> int:
    """The job's state; with `wait`, once it has ended. The code is 1 for a job that failed."""
    async with connected(settings) as tools:
        status = await (follow(tools, screen, job_id) if wait else tools.call("job_status", job_id=job_id))
    _say_status(screen, status)
    return 1 if status["status"] == "failed" else 0


async def resume(settings: Settings, screen: Screen, job_id: str, budget: float | None) -> int:
    """Go on with a stopped job, or just wait for one that goes on by itself."""
    async with connected(settings) as tools:
        status = await tools.call("job_status", job_id=job_id)
        if status["resumable"] or budget is not None:
            limits = None if budget is None else {"usd": budget}
            status = await tools.call("resume_job", job_id=job_id, budget=limits)
        if status["status"] in RUNNING:
            status = await follow(tools, screen, job_id)
    _say_status(screen, status)
    return 0 if status["status"] == "completed" else 1


async def cancel(settings: Settings, screen: Screen, job_id: str) -> int:
    """Stop the job; its rows are kept."""
    async with connected(settings) as tools:
        _say_status(screen, await tools.call("cancel_job", job_id=job_id))
    return 0


async def export(settings: Settings, screen: Screen, job_id: str, format: str | None, out: Path | None) -> int:
    """Write the job's rows to a file and say its absolute path in the last line."""
    check_destination(out)
    async with connected(settings) as tools:
        exported = await tools.call("export_job", job_id=job_id, format=chosen_format(format, out))
    path = Path(exported["path"])
    if out is not None:
        path = copy_whole(path, out)
    screen.say(f"{exported['rows']:,} rows, {exported['bytes']:,} bytes, sha256 {exported['sha256']}", style="dim")
    screen.say(str(path))
    return 0


def _say_status(screen: Screen, status: dict[str, Any]) -> None:
    screen.say(summary(status))
    if status["status"] in RUNNING and status["estimated_completion"]:
        screen.say(f"Expected to end at {status['estimated_completion']}.")
    if status["resumable"]:
        screen.say(f"Go on with: synthaix resume {status['job_id']}")
    elif status["status"] == "completed":
        screen.say(f"Write a file with: synthaix export {status['job_id']}")
