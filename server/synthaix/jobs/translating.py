"""A sentence as a schema with a preview: by rules, and by a model where one is configured."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import anyio.to_thread

from synthaix.errors import ArgumentError, BudgetReached, ProviderError, SchemaError, SettingsError
from synthaix.jobs.draft import whole
from synthaix.jobs.outcomes import Translated

if TYPE_CHECKING:
    from synthaix.schema.table import TableSchema
    from synthaix.schema.translation import Translation
    from synthaix.settings import Settings

PREVIEW_ROWS = 5
PREVIEW_SEED = 0
"""The same schema always shows the same rows."""

MAX_PROMPT = 20_000

MODEL_SECONDS = 40.0
"""How long a model may take over a sentence: hosts give a call a minute, and the rules have an answer at once."""


async def translated(settings: Settings, prompt: Any, max_columns: Any = None) -> Translated:
    """The translation and five rows of it. Raises ArgumentError for an unusable prompt or column limit."""
    if not isinstance(prompt, str) or not prompt.strip():
        raise ArgumentError("prompt is empty; say in a sentence which data you want.")
    if len(prompt) > MAX_PROMPT:
        raise ArgumentError(f"prompt has {len(prompt):,} characters; send at most {MAX_PROMPT:,}.")
    if max_columns is not None:
        max_columns = whole("max_columns", max_columns, 1, settings.limit_columns)
    # A schema with more columns than start_generation takes would be shown to the person for nothing.
    local = await anyio.to_thread.run_sync(_by_rules, prompt, max_columns or settings.limit_columns)
    translation = await _by_model(settings, prompt, max_columns, local)
    return await anyio.to_thread.run_sync(previewed, translation)


def previewed(translation: Translation) -> Translated:
    """The translation with its preview; where there is none, the assumptions say why."""
    try:
        return Translated(translation, preview(translation.schema))
    except SchemaError as exc:
        note = f"There is no preview, because the rows cannot be made as the columns stand: {exc}"
        return Translated(replace(translation, assumptions=(note, *translation.assumptions)), [])


def _by_rules(prompt: str, max_columns: int | None) -> Translation:
    from synthaix.schema.translate import translate

    return translate(prompt, max_columns)


async def _by_model(settings: Settings, prompt: str, max_columns: int | None, local: Translation) -> Translation:
    from synthaix.providers.catalog import default_provider, job_client

    provider = default_provider(settings)
    if provider == "local":
        return local
    try:
        client = await anyio.to_thread.run_sync(job_client, settings, provider)
    except SettingsError as exc:
        return _without(local, provider, exc)
    from synthaix.generate.translate_model import translate_with_model

    try:
        with anyio.fail_after(MODEL_SECONDS):
            return await translate_with_model(prompt, client, max_columns, local)
    except TimeoutError:
        return _without(local, provider, f"it gave no schema within {MODEL_SECONDS:g} seconds.")
    except (ProviderError, BudgetReached) as exc:
        return _without(local, provider, exc)
    finally:
        await client.aclose()


def _without(local: Translation, provider: str, why: Exception | str) -> Translation:
    note = f"The columns were chosen by rules, because {provider} could not be used: {why}"
    return replace(local, assumptions=(note, *local.assumptions))


def preview(table: TableSchema) -> list[dict[str, Any]]:
    """The first rows the samplers give. Raises SchemaError where the schema cannot be sampled as it stands."""
    from synthaix.generate.infer import plan_columns
    from synthaix.generate.sampler import TableSampler
    from synthaix.generate.window import Window
    from synthaix.schema.physical import json_rows

    sampler = TableSampler(table, plan_columns(table, "local"), PREVIEW_SEED)
    json_columns = frozenset(column.name for column in table.columns if column.type == "json")
    return json_rows(sampler.window(Window(0, PREVIEW_ROWS)), json_columns)
