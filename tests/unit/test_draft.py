from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from synthaix.errors import ArgumentError, LimitError, SchemaError, SettingsError, SynthaixError
from synthaix.jobs.draft import Draft, make_draft
from synthaix.jobs.spec import GenerationRequest, parse_budget
from synthaix.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

TABLE = {"columns": [{"name": "amount", "type": "float", "minimum": 0, "maximum": 10}]}
STORY = {"columns": [{"name": "story", "type": "text", "generator": "llm"}]}


def settings(tmp_path: Path, **values: Any) -> Settings:
    return Settings(**{"data_dir": tmp_path, "_env_file": None} | values)


def draft(tmp_path: Path, *, of: dict[str, Any] | None = None, **arguments: Any) -> Draft:
    request = GenerationRequest(**{"table": TABLE, "total_rows": 100} | arguments)
    return make_draft(request, settings(tmp_path, **(of or {})))


@pytest.mark.parametrize(
    ("total", "workers", "chunk"),
    [(1, 10, 200), (999, 10, 200), (1_000, 20, 500), (10_000, 20, 500), (10_001, 50, 1_000)],
)
def test_defaults_follow_the_number_of_rows(tmp_path: Path, total: int, workers: int, chunk: int) -> None:
    spec = draft(tmp_path, total_rows=total).spec

    assert (spec.max_workers, spec.chunk_size) == (workers, chunk)


def test_an_argument_beats_the_settings_and_they_beat_the_defaults(tmp_path: Path) -> None:
    of = {"max_workers": 7, "default_chunk_size": 77, "deduplication_threshold": 0.7}

    by_settings = draft(tmp_path, of=of).spec
    by_argument = draft(tmp_path, of=of, max_workers=3, chunk_size=33, deduplication_threshold=1).spec

    assert (by_settings.max_workers, by_settings.chunk_size, by_settings.threshold) == (7, 77, 0.7)
    assert (by_argument.max_workers, by_argument.chunk_size, by_argument.threshold) == (3, 33, 1.0)


def test_default_workers_stay_within_their_limit(tmp_path: Path) -> None:
    assert draft(tmp_path, total_rows=50_000, of={"limit_workers": 8}).spec.max_workers == 8


def test_a_seed_is_drawn_once_and_a_given_one_is_kept(tmp_path: Path) -> None:
    assert draft(tmp_path, seed=0).spec.seed == 0
    assert draft(tmp_path).spec.seed != draft(tmp_path).spec.seed


BAD: list[tuple[dict[str, Any], type[SynthaixError], str]] = [
    ({"total_rows": 0}, ArgumentError, "total_rows is 0; send a whole number from 1 to 10,000,000."),
    ({"total_rows": -1}, ArgumentError, "total_rows is -1; send a whole number from 1 to 10,000,000."),
    ({"total_rows": "many"}, ArgumentError, "total_rows is 'many'; send a whole number from 1 to 10,000,000."),
    ({"total_rows": True}, ArgumentError, "total_rows is True"),
    ({"total_rows": 10**12}, LimitError, "total_rows is 1,000,000,000,000, and SYNTHAIX_LIMIT_ROWS is 10,000,000"),
    ({"chunk_size": 0}, ArgumentError, "chunk_size is 0"),
    ({"chunk_size": 10**6}, ArgumentError, "chunk_size is 1,000,000"),
    ({"max_workers": 0}, ArgumentError, "max_workers is 0"),
    ({"max_workers": 1_000}, LimitError, "SYNTHAIX_LIMIT_WORKERS is 128"),
    ({"seed": -1}, ArgumentError, "seed is -1"),
    ({"seed": 2**60}, ArgumentError, "seed is 1,152,921,504,606,846,976"),
    ({"deduplication_threshold": 1.5}, ArgumentError, "deduplication_threshold is 1.5; send a number from 0 to 1"),
    ({"deduplication_threshold": float("nan")}, ArgumentError, "deduplication_threshold is nan"),
    ({"deduplicate": "no"}, ArgumentError, "deduplicate is 'no'; send true or false."),
    ({"mode": "magic"}, ArgumentError, "mode is 'magic'; send one of auto, llm, local."),
    ({"mode": "llm"}, ArgumentError, "mode is 'llm', but no model provider is configured; set OPENAI_API_KEY"),
    ({"mode": "llm", "provider": "local"}, ArgumentError, "mode is 'llm', but provider is 'local'"),
    ({"provider": "acme"}, ArgumentError, "provider is 'acme'"),
    ({"provider": "openai"}, SettingsError, "OPENAI_API_KEY"),
    ({"provider": 5}, ArgumentError, "provider is 5"),
    ({"instructions": "x" * 9_000}, ArgumentError, "instructions has 9,000 characters; send at most 8,000."),
    ({"examples": "rows"}, ArgumentError, "examples is 'rows'"),
    ({"examples": [{"amount": 1}] * 21}, ArgumentError, "examples has 21 rows; send at most 20."),
    ({"examples": [{"price": 1}]}, ArgumentError, "examples name 'price', which is not a column; use amount."),
    ({"budget": {"euro": 5}}, ArgumentError, "budget.euro is unknown; use usd, tokens or requests."),
    ({"budget": {"usd": 0}}, ArgumentError, "budget.usd is '0'; send a number greater than 0"),
    ({"budget": "5"}, ArgumentError, "budget is '5'"),
    ({"table": {"columns": []}}, SchemaError, "no columns"),
    ({"table": {"columns": [{"name": "a", "type": "money"}]}}, SchemaError, "type 'money' is unknown"),
]


@pytest.mark.parametrize(("arguments", "kind", "message"), BAD)
def test_an_unusable_argument_is_refused_in_one_sentence(
    tmp_path: Path, arguments: dict[str, Any], kind: type[SynthaixError], message: str
) -> None:
    with pytest.raises(kind) as caught:
        draft(tmp_path, **arguments)

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_more_columns_than_the_limit_are_refused(tmp_path: Path) -> None:
    table = {"columns": [{"name": f"c{k}", "type": "float"} for k in range(3)]}

    with pytest.raises(LimitError, match="3 columns, and SYNTHAIX_LIMIT_COLUMNS is 2"):
        draft(tmp_path, table=table, of={"limit_columns": 2})


def test_without_a_provider_everything_is_local_and_free(tmp_path: Path) -> None:
    for mode in (None, "auto", "local"):
        made = draft(tmp_path, table=STORY, mode=mode)
        assert (made.spec.mode, made.plan.written, made.plan.requests) == ("local", (), 0)
        assert (made.plan.provider, made.plan.model, made.plan.cost_usd) == ("local", None, 0.0)


def test_with_a_provider_the_plan_says_what_it_will_ask_and_cost(tmp_path: Path) -> None:
    made = draft(tmp_path, table=STORY, total_rows=1_000, of={"openai_api_key": "k"})

    assert (made.spec.mode, made.plan.written) == ("auto", ("story",))
    assert (made.plan.provider, made.plan.model) == ("openai", "gpt-6-luna")
    assert made.plan.requests >= 50
    assert made.plan.cost_usd is not None
    assert made.plan.cost_usd > 0


def test_an_auto_job_that_needs_no_model_plans_none(tmp_path: Path) -> None:
    made = draft(tmp_path, of={"openai_api_key": "k"})

    assert (made.spec.mode, made.plan.requests, made.plan.provider) == ("auto", 0, "local")


def test_local_mode_with_a_key_calls_no_model(tmp_path: Path) -> None:
    made = draft(tmp_path, table=STORY, mode="local", of={"openai_api_key": "k"})

    assert made.plan.written == ()


def test_a_unique_column_with_too_few_values_is_refused(tmp_path: Path) -> None:
    table = {"columns": [{"name": "grade", "type": "string", "enum": ["a", "b"], "unique": True}]}

    with pytest.raises(SchemaError, match="grade"):
        draft(tmp_path, table=table, total_rows=3)


def test_the_fingerprint_is_of_the_arguments_as_sent(tmp_path: Path) -> None:
    first, again, other = draft(tmp_path), draft(tmp_path), draft(tmp_path, seed=5)

    assert first.spec.seed != again.spec.seed
    assert first.fingerprint == again.fingerprint != other.fingerprint
    assert other.standing_for(first.fingerprint).fingerprint == first.fingerprint


def test_an_empty_budget_is_no_budget() -> None:
    budget = parse_budget({})

    assert budget is not None
    assert (budget.usd, budget.tokens, budget.requests) == (None, None, None)


def test_the_light_modules_import_nothing_heavy() -> None:
    import subprocess
    import sys

    code = (
        "import sys, synthaix.jobs.engine, synthaix.jobs.job, synthaix.jobs.spec, synthaix.jobs.draft;"
        "heavy = {'numpy', 'polars', 'sqlalchemy', 'alembic', 'chromadb', 'openai', 'anthropic', 'filelock'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
