"""The job that the running code works for, so that a line of the log can say it."""

from __future__ import annotations

from contextvars import ContextVar

CURRENT_JOB: ContextVar[str | None] = ContextVar("current_job", default=None)
"""Its id; a task and a worker thread have that of the task which started them."""
