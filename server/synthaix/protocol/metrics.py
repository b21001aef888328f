"""The numbers of a running server in Prometheus' text format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0

if TYPE_CHECKING:
    from synthaix.jobs.engine import Engine


async def exposition(engine: Engine) -> tuple[bytes, str]:
    """(body, media type) of the metrics as they are now."""
    registry = CollectorRegistry()
    jobs = Gauge("synthaix_jobs", "Jobs by status.", ["status"], registry=registry)
    rows = Gauge("synthaix_rows_generated", "Rows accepted by the jobs of the database.", registry=registry)
    removed = Gauge("synthaix_rows_deduplicated", "Duplicate rows removed.", registry=registry)
    totals = await engine.totals()
    for status, count in totals.jobs.items():
        jobs.labels(status=status).set(count)
    rows.set(totals.rows_generated)
    removed.set(totals.rows_deduplicated)
    return generate_latest(registry), CONTENT_TYPE_PLAIN_1_0_0
