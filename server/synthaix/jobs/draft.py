"""From a request to a draft: every argument judged, every default filled in, the plan made. No side effect."""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

from synthaix.errors import ArgumentError, LimitError
from synthaix.generate.plan import Mode, Plan
from synthaix.jobs.spec import Budget, GenerationRequest, GenerationSpec, default_chunking, fingerprint, parse_budget
from synthaix.schema.table import MAX_SAFE_INTEGER, TableSchema, parse_schema
from synthaix.settings import Settings

if TYPE_CHECKING:
    from synthaix.generate.plan import ColumnPlan

MAX_CHUNK_SIZE = 100_000
"""A chunk is held in memory and written in one statement."""

MAX_INSTRUCTIONS = 8_000
MAX_EXAMPLES = 20

MODES: tuple[Mode, ...] = get_args(Mode)


@dataclass(frozen=True, slots=True)
class Draft:
    """A job that could be started: what it is, how it will be done, and what its arguments were."""

    spec: GenerationSpec
    plan: Plan
    fingerprint: str

    def standing_for(self, fingerprint: str) -> Draft:
        """The same draft under the fingerprint of another request: the one a person changed into this."""
        return replace(self, fingerprint=fingerprint)


def make_draft(request: GenerationRequest, settings: Settings) -> Draft:
    """The draft of a request; the jobs it refers to are not looked at. Heavy: belongs in a worker thread.

    Raises ArgumentError, SchemaError, LimitError or SettingsError with one sentence that names the
    argument, its value and the remedy.
    """
    from synthaix.dedup.catalog import embedding_of
    from synthaix.generate.infer import check_feasible, plan_columns

    table = _table(request.table, settings)
    spec = _spec(request, table, settings)
    if spec.deduplicate:
        embedding_of(settings, spec.embedding).close()
    columns = plan_columns(table, spec.mode)
    check_feasible(table, columns, spec.total_rows)
    plan = _plan(spec, columns, settings)
    sent = request.model_dump(mode="json", exclude_none=True, exclude={"table"})
    return Draft(
        spec.model_copy(update={"provider": plan.provider, "model": plan.model}),
        plan,
        fingerprint({**sent, "schema": table.compact()}),
    )


def capped(draft: Draft, settings: Settings) -> Budget | None:
    """The budget of a job that names none and that nobody confirmed: SYNTHAIX_LIMIT_SPEND, for what models cost.

    None where nothing is spent: no model, or a model of one's own network without a price. Raises LimitError
    where money may be spent at a price nobody knows.
    """
    from synthaix.providers.catalog import in_own_network

    if draft.spec.budget is not None or not draft.plan.requests:
        return draft.spec.budget
    own_limit = settings.limit_spend != Settings.model_fields["limit_spend"].default
    for name in draft.plan.unpriced:
        if own_limit or not in_own_network(settings, name.split(" ")[0]):
            raise LimitError(
                f"the price of {name} is unknown, so SYNTHAIX_LIMIT_SPEND ({settings.limit_spend:g} USD) cannot be "
                f"kept; send a budget of tokens or requests, or add the price to {settings.price_file}."
            )
    return None if draft.plan.unpriced else Budget(usd=settings.limit_spend)


def _plan(spec: GenerationSpec, columns: tuple[ColumnPlan, ...], settings: Settings) -> Plan:
    written = any(column.generator.kind == "llm" for column in columns)
    if not written or spec.provider is None:
        return Plan(spec.mode, columns)
    from synthaix.generate.estimate import estimate
    from synthaix.providers.catalog import default_model, fallback_for, model_price

    model = spec.model or default_model(settings, spec.provider)
    price = model_price(settings, spec.provider, model or "")
    stand_in = fallback_for(settings, spec.provider, model)
    numbers = estimate(spec.table, columns, spec.total_rows, price, spec.instructions, spec.examples)
    unpriced = [
        f"{provider} {name}"
        for provider, name in ((spec.provider, model or ""), *([stand_in] if stand_in else []))
        if model_price(settings, provider, name) is None
    ]
    if spec.budget is not None and spec.budget.usd is not None and unpriced:
        raise ArgumentError(
            f"budget.usd is {spec.budget.usd}, but the price of {unpriced[0]} is unknown; send budget.tokens "
            f"or budget.requests, or add the price to {settings.price_file}."
        )
    return Plan(
        spec.mode,
        columns,
        requests=numbers.requests,
        input_tokens=numbers.input_tokens,
        output_tokens=numbers.output_tokens,
        cost_usd=numbers.cost_usd,
        provider=spec.provider,
        model=model,
        fallback=" ".join(stand_in) if stand_in else None,
        unpriced=tuple(unpriced),
    )


def _spec(request: GenerationRequest, table: TableSchema, settings: Settings) -> GenerationSpec:
    total = whole("total_rows", request.total_rows, 1, settings.limit_rows, "SYNTHAIX_LIMIT_ROWS")
    workers, chunk_size = default_chunking(total)
    mode, provider = _mode_and_provider(request, settings)
    return GenerationSpec(
        table=table,
        total_rows=total,
        chunk_size=_optional("chunk_size", request.chunk_size, 1, MAX_CHUNK_SIZE)
        or settings.default_chunk_size
        or chunk_size,
        max_workers=_optional("max_workers", request.max_workers, 1, settings.limit_workers, "SYNTHAIX_LIMIT_WORKERS")
        or min(settings.max_workers or workers, settings.limit_workers),
        deduplicate=_flag("deduplicate", request.deduplicate, True),
        threshold=ratio("deduplication_threshold", request.deduplication_threshold, settings.deduplication_threshold),
        embedding=settings.embedding_model,
        mode=mode,
        seed=_seed(request.seed),
        provider=provider,
        model=_text("model", request.model, 200),
        instructions=_text("instructions", request.instructions, MAX_INSTRUCTIONS),
        examples=_examples(request.examples, table),
        budget=_budget(request.budget),
    )


def _mode_and_provider(request: GenerationRequest, settings: Settings) -> tuple[Mode, str | None]:
    """The mode and, unless it is `local`, the provider; `auto` without a provider is `local`."""
    from synthaix.providers.catalog import check_provider, default_provider

    mode = request.mode
    if mode is not None and mode not in MODES:
        raise ArgumentError(f"mode is {str(mode)[:80]!r}; send one of {', '.join(MODES)}.")
    named = _text("provider", request.provider, 64)
    provider = named or default_provider(settings)
    check_provider(settings, provider)
    if mode == "local":
        return "local", None
    if provider != "local":
        return mode or "auto", provider
    if mode == "llm":
        reason = "provider is 'local'" if named else "no model provider is configured"
        raise ArgumentError(
            f"mode is 'llm', but {reason}; set OPENAI_API_KEY or ANTHROPIC_API_KEY, or send mode 'local'."
        )
    return "local", None


def _table(value: Any, settings: Settings) -> TableSchema:
    table = parse_schema(value)
    if len(table.columns) > settings.limit_columns:
        raise LimitError(
            f"the schema has {len(table.columns)} columns, and SYNTHAIX_LIMIT_COLUMNS is {settings.limit_columns}; "
            "send fewer columns."
        )
    return table


def whole(name: str, value: Any, low: int, high: int, limit: str | None = None) -> int:
    """A whole number in low..high. Raises ArgumentError, or LimitError where the setting `limit` is what binds."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < low:
        raise ArgumentError(f"{name} is {_shown(value)}; send a whole number from {low} to {high:,}.")
    if value > high:
        if limit is not None:
            raise LimitError(f"{name} is {value:,}, and {limit} is {high:,}; send at most that many.")
        raise ArgumentError(f"{name} is {value:,}; send a whole number from {low} to {high:,}.")
    return value


def ratio(name: str, value: Any, default: float) -> float:
    """A number in 0..1, or the default for None. Raises ArgumentError."""
    if value is None:
        return default
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not 0 <= value <= 1:
        raise ArgumentError(
            f"{name} is {_shown(value)}; send a number from 0 to 1, where 1 means exact duplicates only."
        )
    return float(value)


def _optional(name: str, value: Any, low: int, high: int, limit: str | None = None) -> int | None:
    return None if value is None else whole(name, value, low, high, limit)


def _seed(value: Any) -> int:
    # 32 bits are drawn because a person may want to type the seed again.
    return secrets.randbelow(2**32) if value is None else whole("seed", value, 0, MAX_SAFE_INTEGER)


def _flag(name: str, value: Any, default: bool) -> bool:
    if value is None:
        return default
    if not isinstance(value, bool):
        raise ArgumentError(f"{name} is {_shown(value)}; send true or false.")
    return value


def _text(name: str, value: Any, longest: int) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise ArgumentError(f"{name} is {_shown(value)}; send a text, or leave it out.")
    if len(value) > longest:
        raise ArgumentError(f"{name} has {len(value):,} characters; send at most {longest:,}.")
    return value


def _budget(value: Any) -> Budget | None:
    budget = parse_budget(value)
    empty = budget is not None and budget.usd is None and budget.tokens is None and budget.requests is None
    return None if empty else budget


def _examples(value: Any, table: TableSchema) -> tuple[dict[str, Any], ...]:
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)) or not all(isinstance(row, dict) for row in value):
        raise ArgumentError(f"examples is {_shown(value)}; send a list of rows, each an object of column values.")
    if len(value) > MAX_EXAMPLES:
        raise ArgumentError(f"examples has {len(value)} rows; send at most {MAX_EXAMPLES}.")
    for row in value:
        for name in row:
            if name not in table.names:
                raise ArgumentError(
                    f"examples name {str(name)[:80]!r}, which is not a column; use {', '.join(table.names)}."
                )
    return tuple(value)


def _shown(value: Any) -> str:
    return repr(value)[:80]
