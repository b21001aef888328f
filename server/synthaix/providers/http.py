"""What both SDKs' HTTP clients have in common: pool limits, and word of when a request has left."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import httpx2

CONNECT_SECONDS = 5.0

_sent: ContextVar[Callable[[], None] | None] = ContextVar("sent", default=None)


def client_options(connections: int) -> dict[str, Any]:
    """Arguments for the SDK's HTTP client: as many kept connections as requests may be under way."""
    # ChromaDB imports httpx, in another thread, while requests are sent; the openai SDK looks at httpx in
    # sys.modules with every request and trips over one that is half imported. So it is imported here, whole, before.
    import httpx  # noqa: F401
    import httpx2

    return {
        "limits": httpx2.Limits(max_connections=connections, max_keepalive_connections=connections),
        "timeout": httpx2.Timeout(600, connect=CONNECT_SECONDS),
        "event_hooks": {"request": [_announce]},
    }


@contextmanager
def telling(sent: Callable[[], None]) -> Iterator[None]:
    """Within this block, `sent` is called once a request's bytes are written, or wait for a new connection."""
    token = _sent.set(sent)
    try:
        yield
    finally:
        _sent.reset(token)


async def _announce(request: httpx2.Request) -> None:
    sent = _sent.get()
    if sent is None:
        return

    async def trace(event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(("send_request_body.complete", "connect_tcp.started")):
            sent()

    request.extensions = {**request.extensions, "trace": trace}
