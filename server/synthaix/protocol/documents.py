"""What the resources hold: the same replies as the tools', as documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from fastmcp.resources import ResourceContent, ResourceResult

from synthaix.errors import ArgumentError, CallerError
from synthaix.protocol import replies
from synthaix.protocol.caller import caller
from synthaix.protocol.engine import engine_of
from synthaix.protocol.links import MEDIA
from synthaix.protocol.progress import status_reply

if TYPE_CHECKING:
    from fastmcp import Context

_MAX_LIMIT = 1_000

_PAGE_BYTES = 15_500
"""Bytes of rows in a resource: its JSON travels as a string in JSON, where a value of quotes takes twice as much."""


async def jobs(ctx: Context) -> ResourceResult:
    """The newest fifty jobs."""
    return _json(replies.listed(*await engine_of(ctx).list_jobs(None, None, 50, caller())).structured_content)


async def status(ctx: Context, job_id: str) -> ResourceResult:
    """A job's status."""
    reply = await status_reply(ctx, await engine_of(ctx).status(job_id, caller()))
    return _json(reply.structured_content)


async def schema(ctx: Context, job_id: str) -> ResourceResult:
    """A job's schema."""
    return _json(replies.bounded_columns((await engine_of(ctx).table(job_id, caller())).compact()))


async def rows(ctx: Context, job_id: str, cursor: str, limit: str) -> ResourceResult:
    """A page of rows."""
    page = await engine_of(ctx).rows(
        job_id, cursor or None, _limit(limit, 50), None, max_bytes=_PAGE_BYTES, owner=caller()
    )
    return _json(replies.page(page).structured_content)


async def duplicates(ctx: Context, job_id: str, cursor: str, limit: str) -> ResourceResult:
    """A page of what a deduplicate call removed."""
    found, next_cursor = await engine_of(ctx).duplicates(job_id, cursor or None, _limit(limit, 100), caller())
    return _json({"duplicates": found, "next_cursor": next_cursor})


async def report(ctx: Context, job_id: str) -> ResourceResult:
    """A job's quality report."""
    return _json(replies.bounded_columns(await engine_of(ctx).report(job_id, caller())))


async def whole(ctx: Context, job_id: str, format: str) -> ResourceResult:
    """A completed job's whole result; raises LimitError past the size bound."""
    data = await engine_of(ctx).whole(job_id, format, caller())
    content: str | bytes = data if format == "parquet" else data.decode()
    return ResourceResult([ResourceContent(content, mime_type=MEDIA[format])])


def _limit(text: str, default: int) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= _MAX_LIMIT and len(text) <= 9):
        raise ArgumentError(f"limit is {text[:40]!r}; send a whole number from 1 to {_MAX_LIMIT}.")
    return int(text)


def _json(value: Any) -> ResourceResult:
    if value is None:
        raise CallerError("There is nothing to show here.")
    return ResourceResult([ResourceContent(orjson.dumps(value).decode(), mime_type="application/json")])
