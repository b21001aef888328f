"""Beginning a job: look for an earlier one of the same key, ask the person, then start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcp_types import InputRequiredResult

from synthaix.protocol import replies
from synthaix.protocol.caller import caller
from synthaix.protocol.confirm import confirm
from synthaix.protocol.engine import engine_of

if TYPE_CHECKING:
    from fastmcp import Context
    from fastmcp.tools import ToolResult

    from synthaix.jobs.spec import GenerationRequest


async def begin(
    ctx: Context, request: GenerationRequest, idempotency_key: str | None, policy: str
) -> ToolResult | InputRequiredResult:
    """Start the job, or answer with the earlier one of that key, or with the person's no."""
    engine, owner = engine_of(ctx), caller()
    draft = await engine.draft(request, owner)
    if idempotency_key is not None:
        earlier = await engine.find(idempotency_key, draft.fingerprint, owner)
        if earlier is not None:
            return replies.started(earlier, draft)
    answer = await confirm(ctx, engine, request, draft, policy)
    if isinstance(answer, InputRequiredResult):
        return answer
    if answer.draft is None:
        return replies.declined(draft)
    # The key stands for the call as it was sent, whatever the person changed in the form.
    confirmed = answer.draft.standing_for(draft.fingerprint)
    # One yes is one job: an answer that comes again, replayed or after a lost reply, finds the job it started.
    once = idempotency_key or (f"answer {answer.question}" if answer.question else None)
    return replies.started(await engine.start(confirmed, once, owner), confirmed)
