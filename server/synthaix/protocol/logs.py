"""Logs: one line of JSON an event on standard error, with keys and tokens blanked out."""

from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING

from fastmcp.server.dependencies import fastmcp_request_ctx
from pythonjsonlogger.json import JsonFormatter

from synthaix.errors import BugError, SynthaixError
from synthaix.jobs.current import CURRENT_JOB
from synthaix.protocol.instruction import redact

if TYPE_CHECKING:
    from synthaix.settings import Settings

_LIBRARIES = ("fastmcp", "mcp", "uvicorn", "uvicorn.error", "uvicorn.access", "httpx", "httpx2", "chromadb", "alembic")
"""Loggers that libraries give handlers of their own; theirs go, ours stays."""


class _Redacting(JsonFormatter):
    """Blanks out the finished line, so that no field, argument or traceback can carry a secret past it."""

    def __init__(self, secrets: list[str]) -> None:
        super().__init__(
            "{asctime}{levelname}{name}{message}",
            style="{",
            datefmt="%Y-%m-%dT%H:%M:%S%z",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger", "message": "event"},
            json_ensure_ascii=False,
        )
        # A quote or a backslash in a key looks otherwise in a line of JSON.
        self._secrets = [form for secret in secrets for form in (secret, json.dumps(secret, ensure_ascii=False)[1:-1])]

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "[redacted]")
        return redact(line)


def configure_logs(settings: Settings) -> None:
    """Send every logger of the process through one redacting handler on standard error."""
    secrets = (settings.openai_api_key, settings.anthropic_api_key, settings.auth_token, settings.database_url)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting([secret.get_secret_value() for secret in secrets if secret is not None]))
    handler.addFilter(_is_news)
    handler.addFilter(_in_context)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for name in _LIBRARIES:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        # Libraries tell of every request at INFO; what a user wants to hear of them are warnings.
        logger.setLevel(logging.DEBUG if settings.log_level == "DEBUG" else logging.WARNING)


def _in_context(record: logging.LogRecord) -> bool:
    """Say which request and which job a line belongs to, where it belongs to one."""
    request = fastmcp_request_ctx.get()
    for name, value in (("request_id", request and request.request_id), ("job_id", CURRENT_JOB.get())):
        if value is not None:
            setattr(record, name, value)
    return True


def _is_news(record: logging.LogRecord) -> bool:
    """FastMCP logs every error of a tool with its traceback; one that the caller was told in a sentence is no news."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, SynthaixError) or isinstance(error, BugError)
