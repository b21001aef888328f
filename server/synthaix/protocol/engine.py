"""The engine of the server that is answering, found through FastMCP's lifespan context."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synthaix.errors import BugError

if TYPE_CHECKING:
    from fastmcp import Context

    from synthaix.jobs.engine import Engine
    from synthaix.protocol.links import Links

ENGINE = "engine"
LINKS = "links"


def engine_of(ctx: Context) -> Engine:
    """The engine behind this call; two servers in one process each have their own."""
    engine: Engine = _from_lifespan(ctx, ENGINE)
    return engine


def links_of(ctx: Context) -> Links:
    """How this server writes addresses of a job's results."""
    links: Links = _from_lifespan(ctx, LINKS)
    return links


def _from_lifespan(ctx: Context, key: str) -> Any:
    try:
        return ctx.lifespan_context[key]
    except KeyError:
        raise BugError(f"the server's lifespan offers no {key}; build it with synthaix.app.build_server") from None
