"""What this process has done so far, counted for Prometheus; read at /metrics.

Counters are this process's own and start at zero with it, as the format wants; sums over the database are separate.
Labels are names from the configuration, never a caller's words.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()
_MODEL = ["provider", "model"]

requests = Counter(
    "synthaix_model_requests", "Requests sent to models, by outcome.", [*_MODEL, "outcome"], registry=REGISTRY
)
request_seconds = Histogram(
    "synthaix_model_request_seconds",
    "From sending a request to the end of its answer.",
    _MODEL,
    buckets=(0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120),
    registry=REGISTRY,
)
tokens = Counter("synthaix_model_tokens", "Tokens, by direction.", [*_MODEL, "direction"], registry=REGISTRY)
cost = Counter("synthaix_model_cost_usd", "US dollars, where the price is known.", _MODEL, registry=REGISTRY)
rows = Counter("synthaix_rows_committed", "Rows written durably.", registry=REGISTRY)
chunks = Counter("synthaix_chunks_committed", "Chunks written durably.", registry=REGISTRY)
deduplication_seconds = Counter(
    "synthaix_deduplication_seconds", "Time spent deciding which rows are duplicates.", registry=REGISTRY
)
tool_seconds = Histogram(
    "synthaix_tool_seconds",
    "From a tool call to its reply, waiting included.",
    ["tool", "outcome"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30, 60),
    registry=REGISTRY,
)


def request_sent(
    provider: str, model: str, outcome: str, seconds: float, input_tokens: int, output_tokens: int, usd: float | None
) -> None:
    """Count a request to a model: ok, busy (429, 529), down (5xx, no answer), unusable or dropped."""
    requests.labels(provider, model, outcome).inc()
    if outcome == "ok":
        request_seconds.labels(provider, model).observe(seconds)
    tokens.labels(provider, model, "input").inc(input_tokens)
    tokens.labels(provider, model, "output").inc(output_tokens)
    cost.labels(provider, model).inc(usd or 0.0)
