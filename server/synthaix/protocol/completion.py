"""Completing a job's id while a person types it into a resource address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synthaix.protocol.caller import caller

if TYPE_CHECKING:
    from fastmcp import FastMCP

    from synthaix.jobs.engine import Engine

NEWEST = 50
"""Jobs looked through; a person completes the id of a job they have just seen."""


def add_completion(server: FastMCP[Any], engine: Engine) -> None:
    """Complete `job_id` of every resource template with the caller's newest jobs."""

    @server.completion
    async def complete(reference: Any, argument: Any, context: Any) -> list[str]:
        if argument.name != "job_id":
            return []
        jobs, _ = await engine.list_jobs(None, None, NEWEST, caller())
        return [job.job_id for job in jobs if job.job_id.startswith(argument.value)]
