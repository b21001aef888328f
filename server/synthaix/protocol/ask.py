"""Asking the person behind the client, on both protocol eras.

Protocol 2025-11-25 and older: the server sends an elicitation request and waits for its answer.
Protocol 2026-07-28: the tool returns what it needs and is run again, from the top, with the answer,
so nothing may have happened before it asks. What comes with the question is sealed by FastMCP: it opens only for the
same caller, tool and arguments, unaltered and in time.
"""

from __future__ import annotations

import hmac
import os
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from fastmcp.server.elicitation import get_elicitation_schema
from mcp.server.request_state import RequestStateSecurity
from mcp.shared.exceptions import MCPError
from mcp_types import ElicitRequest, ElicitRequestFormParams, InputRequiredResult
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import BaseModel, ValidationError

from synthaix.errors import ArgumentError

if TYPE_CHECKING:
    from fastmcp import Context

Form = TypeVar("Form", bound=BaseModel)

ANSWER_SECONDS = 3600.0
"""How long a question stays open: a person may be called away, and a plan should not be approved days later."""


@dataclass(frozen=True, slots=True)
class Approved(Generic[Form]):
    """The person said yes, with these values.

    `question` names the question that was answered, where a client could send the same answer once more.
    """

    form: Form
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The person declined, or closed the form without an answer."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The client has no way to ask a person."""


async def ask(
    ctx: Context, key: str, message: str, form: type[Form]
) -> Approved[Form] | Refused | Unreachable | InputRequiredResult:
    """Put `form` before the person; an InputRequiredResult must be returned from the tool as it is.

    Raises ArgumentError where the answer does not fit the form, or none can be had.
    """
    if not _can_ask(ctx):
        return Unreachable()
    if _modern(ctx):
        answers = ctx.input_responses
        if answers is None or key not in answers:
            return _question(key, message, form)
        question = ctx.request_state
        if not question:
            raise ArgumentError("The confirmation answers no question of this server; call start_generation again.")
        answer = answers[key]
        judged = _judge(getattr(answer, "action", ""), getattr(answer, "content", None), form)
        return replace(judged, question=question) if isinstance(judged, Approved) else judged
    try:
        result = await ctx.session.elicit(
            message=message, requested_schema=get_elicitation_schema(form), related_request_id=ctx.request_id
        )
    except MCPError:
        raise ArgumentError(
            "This client announced forms, but could not show one; show the plan yourself and send confirm 'skip' once "
            "the person agrees."
        ) from None
    return _judge(result.action, result.content, form)


def sealed(key: bytes) -> RequestStateSecurity:
    """How what comes with a question is sealed: by the server's key, or one of this process where it has none."""
    # The key signs download addresses too: what is derived from it serves this end only, and is long enough for it.
    own = hmac.digest(key or os.urandom(32), b"answers to questions", "sha256")
    return RequestStateSecurity(keys=[own], ttl=ANSWER_SECONDS)


def _modern(ctx: Context) -> bool:
    request = ctx.request_context
    return request is not None and request.protocol_version in MODERN_PROTOCOL_VERSIONS


def _can_ask(ctx: Context) -> bool:
    if ctx.request_context is None:
        return False
    capabilities = ctx.session.client_capabilities
    elicitation = capabilities.elicitation if capabilities is not None else None
    if elicitation is None:
        return False
    # An empty capability means forms (the first revision had nothing else); a client with urls only cannot fill one.
    by_form = elicitation.form is not None or elicitation.url is None
    return by_form and (_modern(ctx) or ctx.session.can_send_request)


def _question(key: str, message: str, form: type[BaseModel]) -> InputRequiredResult:
    params = ElicitRequestFormParams(message=message, requested_schema=get_elicitation_schema(form))
    return InputRequiredResult(
        result_type="input_required",
        input_requests={key: ElicitRequest(method="elicitation/create", params=params)},
        request_state=secrets.token_hex(16),
    )


def _judge(action: str, content: Any, form: type[Form]) -> Approved[Form] | Refused:
    if action != "accept":
        return Refused()
    # A field that was left empty may come as null: it keeps the value it was shown with.
    filled = {name: value for name, value in (content or {}).items() if value is not None}
    try:
        return Approved(form.model_validate(filled))
    except ValidationError as exc:
        error = exc.errors(include_url=False)[0]
        field = ".".join(str(part) for part in error["loc"]) or "the form"
        raise ArgumentError(
            f"The confirmation's {field} is {error.get('input')!r:.80}: {error['msg'].removeprefix('Value error, ')}; "
            "call start_generation again."
        ) from None
