"""The composition root: settings become an engine, and the engine a FastMCP server with its tools and resources."""

from __future__ import annotations

import contextlib
import functools
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastmcp import FastMCP
from fastmcp.server.providers import FileSystemProvider

from synthaix import __version__
from synthaix.errors import BugError
from synthaix.heap import Settling
from synthaix.jobs.engine import Engine
from synthaix.precedence import Precedence
from synthaix.protocol.ask import sealed
from synthaix.protocol.auth import auth_provider
from synthaix.protocol.caller import caller
from synthaix.protocol.calls import CallsFirst, PostsFirst, declare_inputs
from synthaix.protocol.completion import add_completion
from synthaix.protocol.engine import ENGINE, LINKS
from synthaix.protocol.errors import OneSentenceErrors
from synthaix.protocol.exposure import check_exposure
from synthaix.protocol.guide import INSTRUCTIONS
from synthaix.protocol.http import add_routes
from synthaix.protocol.life import alive
from synthaix.protocol.links import Links, signing_key
from synthaix.protocol.logs import configure_logs
from synthaix.protocol.metrics import ToolTimes
from synthaix.protocol.subscriptions import Subscriptions
from synthaix.protocol.tracing import configure_spans
from synthaix.protocol.wake import WakeAfterFirstAnswer
from synthaix.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastmcp.server.middleware import Middleware


def build_server(
    settings: Settings | None = None, *, public_url: str | None = None, precedence: Precedence | None = None
) -> FastMCP[Any]:
    """A server with an engine of its own; `public_url` is the base of its download addresses over HTTP.

    Whoever sees calls before the server does tells `precedence` of them.
    Raises SettingsError for an unusable variable, BugError where a tool or resource file cannot be loaded.
    """
    settings = settings or load_settings()
    precedence = precedence or Precedence()
    engine = Engine(settings, precedence=precedence)
    base = settings.public_url or public_url
    links = Links(signing_key(settings.data_dir) if base else b"", base)
    wake = WakeAfterFirstAnswer(at_once=public_url is not None)
    auth = auth_provider(settings, base)
    subscriptions = Subscriptions(engine)

    @contextlib.asynccontextmanager
    async def lifespan(server: FastMCP[Any]) -> AsyncIterator[dict[str, Any]]:
        if public_url is not None:
            await declare_inputs(server)
        async with alive(engine, wake), subscriptions.open():
            yield {ENGINE: engine, LINKS: links}

    server: FastMCP[Any] = FastMCP(
        "SynthAIx",
        instructions=INSTRUCTIONS,
        version=__version__,
        lifespan=lifespan,
        auth=auth,
        middleware=[
            OneSentenceErrors(),
            ToolTimes(),
            *([_pace(settings)] if auth is not None else []),
            CallsFirst(precedence),
            wake,
        ],
        providers=[_components("tools"), _components("resources")],
        mask_error_details=True,
        request_state_security=sealed(links.key),
    )
    subscriptions.add_to(server)
    add_completion(server, engine)
    add_routes(server, auth, engine, links)
    return server


def __getattr__(name: str) -> Any:
    """`mcp`, the name under which FastMCP's own commands look for a server in a file; made when they look."""
    if name == "mcp":
        return _for_fastmcp()
    raise AttributeError(name)


@functools.cache
def _for_fastmcp() -> FastMCP[Any]:
    return build_server()


def _components(name: str) -> FileSystemProvider:
    """The files of `tools` or `resources`: beside the package in a wheel, at the root of a checkout."""
    package = Path(__file__).parent
    for place in (package / name, package.parent.parent / name):
        if place.is_dir():
            provider = FileSystemProvider(place)
            for path, reason in provider.failed_files.items():
                raise BugError(f"{path.name} in {name} cannot be loaded: {reason}")
            return provider
    raise BugError(f"the directory {name} is missing from this installation; install synthaix again")


def _pace(settings: Settings) -> Middleware:
    """At most so many requests a second of one caller."""
    from fastmcp.server.middleware.rate_limiting import RateLimitingMiddleware

    rate = settings.limit_request_rate
    return RateLimitingMiddleware(rate, burst_capacity=max(1, round(2 * rate)), get_client_id=lambda _: caller() or "")


SWITCH_SECONDS = 0.0005
"""How long a thread that computes keeps the interpreter once another wants it. Every socket call of an answer gives it
up, and at Python's 5 ms a job that compares rows would cost each of them that."""


def _prepare(settings: Settings) -> None:
    """Make this process a server's: its logs, its threads, its spans."""
    configure_logs(settings)
    sys.setswitchinterval(SWITCH_SECONDS)
    Settling().begin()
    configure_spans(settings)


def serve_stdio(settings: Settings | None = None) -> None:
    """Serve MCP over standard input and output until the host closes them."""
    settings = settings or load_settings()
    _prepare(settings)
    build_server(settings).run(transport="stdio", show_banner=False)


def serve_http(settings: Settings | None = None, host: str | None = None, port: int | None = None) -> None:
    """Serve streamable HTTP at /mcp, with health, metrics and downloads, until interrupted.

    Raises SettingsError where an address off loopback would open more than was meant.
    """
    from starlette.middleware import Middleware as HttpMiddleware
    from starlette.middleware.cors import CORSMiddleware

    settings = settings or load_settings()
    host, port = host or settings.backend_host, settings.backend_port if port is None else port
    check_exposure(settings, host)
    _prepare(settings)
    shown = f"[{host}]" if ":" in host else host
    precedence = Precedence()
    server = build_server(settings, public_url=f"http://{shown}:{port}", precedence=precedence)
    cors = HttpMiddleware(
        CORSMiddleware, allow_origins=list(settings.cors_origins), allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["*"], expose_headers=["mcp-session-id"],
    )  # fmt: skip
    # uvicorn sends itself the signal again once it is done, which by default ends the process before the engine is:
    # its jobs would not be given back.
    signal.signal(signal.SIGTERM, _leave)
    server.run(
        transport="http",
        show_banner=False,
        host=host,
        port=port,
        middleware=[HttpMiddleware(PostsFirst, precedence=precedence), *([cors] if settings.cors_origins else [])],
        host_origin_protection=True,
        allowed_hosts=_hosts(settings, host),
        allowed_origins=list(settings.cors_origins),
        # h11 is strict about headers where httptools is not, and logging is configured already.
        uvicorn_config={"http": "h11", "log_config": None},
    )


def _leave(*_: object) -> None:
    raise SystemExit(0)


def _hosts(settings: Settings, host: str) -> list[str]:
    """The Host headers to answer: the bound address and the public one."""
    from urllib.parse import urlsplit

    public = urlsplit(settings.public_url).hostname if settings.public_url else None
    return [name for name in (host, public) if name]
