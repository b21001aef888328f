"""What both SDKs' HTTP clients have in common: pool limits, word of when a request has left, and their failures."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from synthaix.providers import faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

    import httpx2

CONNECT_SECONDS = 5.0

_sent: ContextVar[Callable[[], None] | None] = ContextVar("sent", default=None)


def client_options(connections: int) -> dict[str, Any]:
    """Arguments for the SDK's HTTP client on an event loop, with word of when a request has left."""
    return {**pool_options(connections), "event_hooks": {"request": [_announce]}}


def pool_options(connections: int) -> dict[str, Any]:
    """Arguments for any HTTP client of the SDK: as many kept connections as requests may be under way."""
    # ChromaDB imports httpx, in another thread, while requests are sent; the openai SDK looks at httpx in
    # sys.modules with every request and trips over one that is half imported. So it is imported here, whole, before.
    import httpx  # noqa: F401
    import httpx2

    return {
        "limits": httpx2.Limits(max_connections=connections, max_keepalive_connections=connections),
        "timeout": httpx2.Timeout(600, connect=CONNECT_SECONDS),
    }


@contextmanager
def telling(sent: Callable[[], None]) -> Iterator[None]:
    """Within this block, `sent` is called once a request's bytes are written, or wait for a new connection."""
    token = _sent.set(sent)
    try:
        yield
    finally:
        _sent.reset(token)


class BadStatus(Exception):
    """An HTTP status other than 200. It replaces the SDK's exception, which may quote the key."""

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        super().__init__(status)
        self.status, self.headers, self.content = status, headers, content


@contextmanager
def failures_of(sdk: ModuleType, place: faults.Place, seconds: float) -> Iterator[None]:
    """Within this block the exceptions of an SDK (openai, anthropic) become ProviderDown or BadStatus."""
    import httpx2

    try:
        yield
    except (TimeoutError, sdk.APITimeoutError):
        raise faults.no_answer(place, f"nothing within {seconds:g} seconds") from None
    except sdk.APIConnectionError as exc:
        raise faults.no_answer(place, str(exc.__cause__ or exc)) from exc
    except httpx2.HTTPError as exc:
        raise faults.no_answer(place, str(exc) or type(exc).__name__) from exc
    except sdk.APIStatusError as exc:
        raise BadStatus(exc.status_code, exc.response.headers, exc.response.content) from None


async def _announce(request: httpx2.Request) -> None:
    sent = _sent.get()
    if sent is None:
        return

    async def trace(event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(("send_request_body.complete", "connect_tcp.started")):
            sent()

    request.extensions = {**request.extensions, "trace": trace}
