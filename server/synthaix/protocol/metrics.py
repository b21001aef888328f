"""The numbers of a running server in Prometheus' text format, and the timing of its tools."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from fastmcp.exceptions import NotFoundError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext

if TYPE_CHECKING:
    from synthaix.jobs.engine import Engine


class ToolTimes(Middleware):
    """Counts and times every tool call; a name that is no tool's is not made a label."""

    async def on_call_tool(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """Run the tool and note how long it took."""
        started, name, outcome = time.perf_counter(), context.message.name, "error"
        try:
            result = await call_next(context)
            outcome = "ok"
            return result
        except NotFoundError:
            name = "unknown"
            raise
        finally:
            from synthaix import meters  # not at the first listing of the tools, which must be fast

            meters.tool_seconds.labels(name, outcome).observe(time.perf_counter() - started)


async def exposition(engine: Engine) -> tuple[bytes, str]:
    """(body, media type) of the metrics as they are now."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0

    from synthaix import meters

    registry = CollectorRegistry()
    jobs = Gauge("synthaix_jobs", "Jobs by status.", ["status"], registry=registry)
    rows = Gauge("synthaix_rows_generated", "Rows accepted by the jobs of the database.", registry=registry)
    removed = Gauge("synthaix_rows_deduplicated", "Duplicate rows removed.", registry=registry)
    totals = await engine.totals()
    for status, count in totals.jobs.items():
        jobs.labels(status=status).set(count)
    rows.set(totals.rows_generated)
    removed.set(totals.rows_deduplicated)
    return generate_latest(registry) + generate_latest(meters.REGISTRY), CONTENT_TYPE_PLAIN_1_0_0
