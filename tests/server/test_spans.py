"""Spans through a job arrive at a collector, and only where one is configured."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from fastmcp import Client
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

from tests.support.server import TRANSACTIONS, call, finished, free_port, stdio


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """An OTLP collector that keeps what it is sent."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.heard = threading.Event()

    def Export(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                self.spans.extend(scope.spans)
        self.heard.set()
        return trace_service_pb2.ExportTraceServiceResponse()

    def attributes(self, name: str) -> list[dict[str, str]]:
        return [
            {item.key: item.value.string_value or str(item.value.int_value) for item in span.attributes}
            for span in self.spans
            if span.name == name
        ]


@pytest.fixture
def collector() -> Iterator[tuple[str, Collector]]:
    """The address of a collector on loopback, and the collector."""
    port, servicer = free_port(), Collector()
    server = grpc.server(ThreadPoolExecutor(2))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(servicer, server)  # type: ignore[no-untyped-call]
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    yield f"http://127.0.0.1:{port}", servicer
    server.stop(None)


async def test_a_jobs_spans_reach_the_collector_without_what_it_was_told(
    tmp_path: Path, collector: tuple[str, Collector]
) -> None:
    address, kept = collector
    secret = "a description that nobody else should read"
    schema = {"columns": [*TRANSACTIONS["columns"], {"name": "note", "type": "string", "description": secret}]}
    async with Client(stdio(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=address)) as client:
        started = await call(client, "start_generation", schema=schema, total_rows=500)
        await finished(client, started["job_id"])
    assert kept.heard.wait(30)  # the server flushes its spans when it ends

    (job,) = kept.attributes("job")
    assert job["synthaix.job_id"] == started["job_id"]
    assert kept.attributes("commit")
    assert kept.attributes("deduplicate")
    assert any("start_generation" in span.name for span in kept.spans)
    assert secret not in str(kept.spans)
