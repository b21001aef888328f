"""Sending spans to a collector, where one is configured by OpenTelemetry's own variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthaix import __version__

if TYPE_CHECKING:
    from synthaix.settings import Settings


def configure_spans(settings: Settings) -> None:
    """Export spans in batches to OTEL_EXPORTER_OTLP_ENDPOINT; does nothing where it is unset."""
    if settings.otel_endpoint is None:
        return
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource({"service.name": "synthaix", "service.version": __version__}))
    insecure = settings.otel_endpoint.startswith("http://")
    exporter = OTLPSpanExporter(endpoint=settings.otel_endpoint, insecure=insecure)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
