"""Between the plan and the job stands the person: the confirmation of start_generation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from mcp_types import InputRequiredResult
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo

from synthaix.errors import ArgumentError
from synthaix.jobs.draft import capped
from synthaix.jobs.spec import Budget, GenerationRequest
from synthaix.protocol.arguments import no_boolean
from synthaix.protocol.ask import Approved, Refused, Unreachable, ask
from synthaix.protocol.caller import caller

if TYPE_CHECKING:
    from fastmcp import Context

    from synthaix.jobs.draft import Draft
    from synthaix.jobs.engine import Engine
    from synthaix.schema.table import TableSchema

_KEY = "start_generation"


class Confirmation(BaseModel):
    """The form: everything a person may change. Forms are flat and know no null, so 0 and "" stand for none."""

    model_config = ConfigDict(extra="ignore")

    total_rows: Annotated[int, BeforeValidator(no_boolean)] = Field(ge=1, title="Rows")
    deduplication_threshold: Annotated[float, BeforeValidator(no_boolean)] = Field(
        ge=0, le=1, title="Duplicate threshold", description="0 to 1; 1 removes exact duplicates only."
    )
    drop_columns: str = Field(default="", title="Columns to leave out", description="Names with commas.")
    budget_usd: Annotated[float, BeforeValidator(no_boolean)] = Field(
        default=0.0, ge=0, allow_inf_nan=False, title="Budget in US dollars", description="0 sets no budget."
    )


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The draft to start; None where the person said no. `question` is the one that was answered, if it has a name."""

    draft: Draft | None
    question: str | None = None


async def confirm(
    ctx: Context, engine: Engine, request: GenerationRequest, draft: Draft, policy: str
) -> Confirmed | InputRequiredResult:
    """Ask as `policy` (auto, skip, require) says; the answer may change the draft.

    Raises ArgumentError where policy is require and nobody can be asked.
    """
    if policy == "skip":
        return Confirmed(await _capped(engine, request, draft))
    asked = await ask(ctx, _KEY, _message(draft), _form(draft))
    if isinstance(asked, InputRequiredResult):
        return asked
    if isinstance(asked, Refused):
        return Confirmed(None)
    if isinstance(asked, Unreachable):
        if policy == "require":
            raise ArgumentError(
                "confirm is 'require', but this client cannot ask a person; "
                "show the plan yourself and send confirm 'skip' once they agree."
            )
        return Confirmed(await _capped(engine, request, draft))
    return Confirmed(await _changed(engine, request, draft, asked), asked.question)


def _form(draft: Draft) -> type[Confirmation]:
    """The form with the plan's own values filled in."""
    return create_model(
        "Confirmation",
        __base__=Confirmation,
        total_rows=_filled("total_rows", draft.spec.total_rows),
        deduplication_threshold=_filled("deduplication_threshold", draft.spec.threshold),
        budget_usd=_filled("budget_usd", _usd(draft.spec.budget)),
    )


def _usd(budget: Budget | None) -> float:
    return 0.0 if budget is None or budget.usd is None else budget.usd


def _filled(name: str, value: float) -> Any:
    field = Confirmation.model_fields[name]
    return field.annotation, FieldInfo.merge_field_infos(field, default=value)


def _message(draft: Draft) -> str:
    spec, plan = draft.spec, draft.plan
    columns = ", ".join(f"{column.name} ({column.type})" for column in spec.table.columns[:30])
    more = len(spec.table.columns) - 30
    lines = [
        f"Generate {spec.total_rows:,} rows with {columns}{f' and {more} more columns' if more > 0 else ''}?",
        f"Duplicates: {f'removed at similarity {spec.threshold}' if spec.deduplicate else 'kept'}.",
    ]
    if plan.requests:
        cost = "at an unknown price" if plan.cost_usd is None else f"about ${plan.cost_usd:.2f}"
        lines.append(f"{plan.provider} {plan.model or ''}: about {plan.requests:,} requests, {cost}.")
        if plan.fallback:
            lines.append(f"While {plan.provider} is down, {plan.fallback} writes.")
    else:
        lines.append("Made locally, without a model, at no cost.")
    return "\n".join(lines)


async def _changed(engine: Engine, request: GenerationRequest, draft: Draft, answer: Approved[Confirmation]) -> Draft:
    form = answer.form
    changes: dict[str, object] = {}
    if form.total_rows != draft.spec.total_rows:
        changes["total_rows"] = form.total_rows
    if form.deduplication_threshold != draft.spec.threshold:
        changes["deduplication_threshold"] = form.deduplication_threshold
    dropped = {name for part in form.drop_columns.split(",") if (name := part.strip())}
    if dropped:
        changes["table"] = _without(draft.spec.table, dropped)
        # The examples are the assistant's; the person who drops a column cannot mend them.
        changes["examples"] = _left(draft.spec.examples, dropped)
    if form.budget_usd != _usd(draft.spec.budget):
        kept = draft.spec.budget or Budget()
        changes["budget"] = kept.model_copy(update={"usd": form.budget_usd or None})
    # The seed drawn for the plan the person saw is the seed of what they confirmed.
    return (
        await engine.draft(request.model_copy(update={"seed": draft.spec.seed, **changes}), caller())
        if changes
        else draft
    )


def _without(table: TableSchema, dropped: set[str]) -> dict[str, Any]:
    """The schema of the columns that stay, for the draft to judge: one may have needed a dropped one."""
    if unknown := sorted(dropped - set(table.names)):
        raise ArgumentError(
            f"drop_columns names {unknown[0][:80]!r}, which is not a column; use {', '.join(table.names)}."
        )
    columns = [column for column in table.compact()["columns"] if column["name"] not in dropped]
    if not columns:
        raise ArgumentError("drop_columns names every column; leave at least one.")
    keys = [key for key in table.unique if not dropped.intersection(key)]
    return {"columns": columns, **({"unique": keys} if keys else {})}


def _left(examples: tuple[dict[str, Any], ...], dropped: set[str]) -> tuple[dict[str, Any], ...] | None:
    rows = ({name: value for name, value in row.items() if name not in dropped} for row in examples)
    return tuple(row for row in rows if row) or None


async def _capped(engine: Engine, request: GenerationRequest, draft: Draft) -> Draft:
    """Nobody confirmed: where a model would be called without a budget, the default spend limit binds."""
    budget = capped(draft, engine.settings)
    if budget == draft.spec.budget:
        return draft
    return await engine.draft(request.model_copy(update={"seed": draft.spec.seed, "budget": budget}), caller())
