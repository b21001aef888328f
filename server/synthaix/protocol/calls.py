"""Calls as they arrive: jobs give way to them, and their headers are checked without listing every tool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext

if TYPE_CHECKING:
    from fastmcp import FastMCP
    from starlette.types import ASGIApp, Receive, Scope, Send

    from synthaix.precedence import Precedence


class CallsFirst(Middleware):
    """Jobs give way while a request of the protocol is handled."""

    def __init__(self, precedence: Precedence) -> None:
        self._precedence = precedence

    async def on_request(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """Pass the request on."""
        with self._precedence.answering():
            return await call_next(context)


class PostsFirst:
    """The same for HTTP, from the first byte of a request to the last of its answer."""

    def __init__(self, app: ASGIApp, precedence: Precedence) -> None:
        self._app = app
        self._precedence = precedence

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http" and scope["method"] == "POST":
            with self._precedence.answering():
                await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)


async def declare_inputs(server: FastMCP[Any]) -> None:
    """Tell the SDK the tools' input schemas; it would list every tool anew for each call over HTTP, to read one."""
    tools = await server.list_tools(run_middleware=False)
    server._mcp_server.get_tool_input_schema = {tool.name: tool.parameters for tool in tools}.get
