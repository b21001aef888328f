"""Spans through a job, for whoever configured an exporter; without one a span costs a microsecond and goes nowhere.

Attributes are ids, names and counts: no prompt, no row and no key is ever put into one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentelemetry import trace

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from opentelemetry.trace import Span

_TRACER = trace.get_tracer("synthaix")


def span(name: str, **attributes: str | int | float) -> AbstractContextManager[Span]:
    """A span around the block; an error that leaves the block is recorded by its class alone."""
    return _TRACER.start_as_current_span(
        name,
        attributes={f"synthaix.{key}": value for key, value in attributes.items()},
        record_exception=False,  # a message may quote what a caller sent
        set_status_on_exception=False,
    )
