"""Middleware that turns every failure of a tool or resource into one sentence for the caller."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fastmcp.exceptions import FastMCPError, NotFoundError, PromptError, ResourceError, ToolError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS
from pydantic import ValidationError

from synthaix.errors import BugError, CallerError, LeaseLost, SynthaixError
from synthaix.protocol.instruction import argument_instruction, redact

if TYPE_CHECKING:
    import mcp_types as mt
    from fastmcp.prompts.base import PromptResult
    from fastmcp.resources.base import ResourceResult
    from fastmcp.tools import ToolResult

logger = logging.getLogger("synthaix.protocol")


class OneSentenceErrors(Middleware):
    """What a caller sees of an error: its sentence where we meant it, a reference number where we did not."""

    async def on_call_tool(
        self,
        context: MiddlewareContext[mt.CallToolRequestParams],
        call_next: CallNext[mt.CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Run the tool; raises ToolError with one sentence."""
        try:
            return await call_next(context)
        except MCPError:
            raise  # the protocol's own errors have codes that clients act on
        except Exception as exc:
            cause = _meant(exc)
            if isinstance(cause, ValidationError):
                raise ToolError(argument_instruction(cause, await _input_schema(context))) from None
            if isinstance(exc, NotFoundError):
                raise ToolError(f"{exc}; tools/list names the tools of this server.") from None
            raise ToolError(_sentence(cause, f"tool {context.message.name}")) from None

    async def on_read_resource(
        self,
        context: MiddlewareContext[mt.ReadResourceRequestParams],
        call_next: CallNext[mt.ReadResourceRequestParams, ResourceResult],
    ) -> ResourceResult:
        """Read the resource; raises MCPError for the caller's mistakes, ResourceError for ours, with one sentence."""
        try:
            return await super().on_read_resource(context, call_next)
        except (NotFoundError, MCPError):
            raise  # the protocol has its own code for a URI that no template knows
        except Exception as exc:
            cause, uri = _meant(exc), str(context.message.uri)
            if isinstance(cause, CallerError):
                raise MCPError(INVALID_PARAMS, redact(str(cause)), {"uri": uri}) from None
            raise ResourceError(_sentence(cause, f"resource {uri}")) from None

    async def on_get_prompt(
        self,
        context: MiddlewareContext[mt.GetPromptRequestParams],
        call_next: CallNext[mt.GetPromptRequestParams, PromptResult],
    ) -> PromptResult:
        """Render the prompt; raises PromptError with one sentence."""
        try:
            return await call_next(context)
        except (NotFoundError, MCPError):
            raise
        except Exception as exc:
            cause = _meant(exc)
            if isinstance(cause, ValidationError | ValueError | TypeError):
                raise PromptError(
                    "The prompt generate_dataset takes description (what data is wanted) and, optionally, rows."
                ) from None
            raise PromptError(_sentence(cause, f"prompt {context.message.name}")) from None


def _meant(exc: BaseException) -> BaseException:
    """The error that was raised first: FastMCP wraps it, and a task group may have grouped it."""
    while True:
        if isinstance(exc, BaseExceptionGroup) and len(exc.exceptions) == 1:
            exc = exc.exceptions[0]
        elif isinstance(exc, FastMCPError) and exc.__cause__ is not None:
            exc = exc.__cause__
        else:
            return exc


def _sentence(exc: BaseException, where: str) -> str:
    if isinstance(exc, CallerError) or (isinstance(exc, SynthaixError) and not isinstance(exc, BugError | LeaseLost)):
        return redact(str(exc))
    if isinstance(exc, FastMCPError):
        return redact(str(exc))
    reference = uuid4().hex[:12]
    logger.error("%s failed, reference %s", where, reference, exc_info=exc)
    return f"Something broke inside the server (reference {reference}); its log on standard error says more."


async def _input_schema(context: MiddlewareContext[Any]) -> dict[str, Any]:
    if context.fastmcp_context is None:
        return {}
    tool = await context.fastmcp_context.fastmcp.get_tool(context.message.name)
    return tool.parameters if tool is not None else {}
