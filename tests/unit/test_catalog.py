from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from synthaix.errors import ArgumentError, SettingsError
from synthaix.providers.catalog import (
    check_provider,
    default_model,
    default_provider,
    fallback_for,
    job_client,
    model_client,
    model_price,
)
from synthaix.providers.fallback import FallbackClient
from synthaix.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

OPENAI = {"openai_api_key": SecretStr("sk-0123456789")}
ANTHROPIC = {"anthropic_api_key": SecretStr("sk-ant-0123456789")}


def settings_of(data_dir: Path, **values: Any) -> Settings:
    nothing: dict[str, Any] = dict.fromkeys(
        ("openai_api_key", "openai_base_url", "anthropic_api_key", "anthropic_base_url", "default_model", "max_workers")
    )
    return Settings(**{**nothing, "default_llm_provider": "auto", "data_dir": data_dir, **values})


@pytest.mark.parametrize(
    ("values", "provider", "model"),
    [
        ({}, "local", None),
        (OPENAI, "openai", "gpt-6-luna"),
        (ANTHROPIC, "anthropic", "claude-haiku-5-5"),
        ({**OPENAI, **ANTHROPIC}, "openai", "gpt-6-luna"),
        ({**OPENAI, **ANTHROPIC, "default_llm_provider": "anthropic"}, "anthropic", "claude-haiku-5-5"),
        ({**OPENAI, "default_llm_provider": "local"}, "local", None),
        ({"openai_base_url": "http://localhost:11434/v1", "default_model": "qwen3"}, "openai", "qwen3"),
    ],
)
def test_the_default_provider_and_model_follow_from_what_is_configured(
    tmp_path: Path, values: dict[str, Any], provider: str, model: str | None
) -> None:
    settings = settings_of(tmp_path, **values)

    assert default_provider(settings) == provider
    assert default_model(settings, provider) == model


def test_the_default_model_belongs_to_the_default_provider(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, **OPENAI, **ANTHROPIC, default_model="gpt-6-sol")

    assert model_client(settings).model == "gpt-6-sol"
    assert model_client(settings, "anthropic").model == "claude-haiku-5-5"
    assert model_client(settings, "anthropic", "claude-opus-5-5").model == "claude-opus-5-5"


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="set ANTHROPIC_API_KEY"):
        model_client(settings_of(tmp_path), "anthropic")


def test_a_server_of_ones_own_needs_no_key(tmp_path: Path) -> None:
    client = model_client(settings_of(tmp_path, openai_base_url="http://localhost:11434/v1"), model="qwen3")

    assert client.provider == "openai"
    assert client.price is None


@pytest.mark.parametrize("provider", ["gpt", "", "OpenAI"])
def test_an_unknown_provider_is_named_with_the_known_ones(tmp_path: Path, provider: str) -> None:
    with pytest.raises(ArgumentError, match="send one of local, openai, anthropic"):
        check_provider(settings_of(tmp_path), provider)


def test_local_has_no_model_client(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="calls no model"):
        model_client(settings_of(tmp_path), "local")


def test_a_price_of_ones_own_holds_for_a_server_of_ones_own(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, openai_base_url="http://localhost:11434/v1")
    assert model_price(settings, "openai", "qwen3") is None

    (tmp_path / "prices.toml").write_text("[models.qwen3]\ninput = 0.0\noutput = 0.0\n", encoding="utf-8")

    price = model_price(settings, "openai", "qwen3")
    assert price is not None
    assert price.cost(1_000, 1_000) == 0.0


@pytest.mark.parametrize(
    ("values", "provider", "stand_in"),
    [
        ({**OPENAI, **ANTHROPIC}, "openai", None),
        ({**OPENAI, **ANTHROPIC, "fallback_llm_provider": "anthropic"}, "openai", ("anthropic", "claude-haiku-5-5")),
        ({**OPENAI, **ANTHROPIC, "fallback_llm_provider": "anthropic"}, "anthropic", None),
        ({**OPENAI, **ANTHROPIC, "fallback_llm_provider": "anthropic"}, "local", None),
        (
            {**OPENAI, "fallback_llm_provider": "openai", "fallback_model": "gpt-6-sol"},
            "openai",
            ("openai", "gpt-6-sol"),
        ),
    ],
)
def test_the_fallback_is_what_is_configured_unless_it_is_the_same_model(
    tmp_path: Path, values: dict[str, Any], provider: str, stand_in: tuple[str, str] | None
) -> None:
    settings = settings_of(tmp_path, **values)

    assert fallback_for(settings, provider, default_model(settings, provider)) == stand_in


def test_a_jobs_client_has_the_fallback_behind_it(tmp_path: Path) -> None:
    assert not isinstance(job_client(settings_of(tmp_path, **OPENAI)), FallbackClient)
    assert isinstance(
        job_client(settings_of(tmp_path, **OPENAI, **ANTHROPIC, fallback_llm_provider="anthropic")), FallbackClient
    )


def test_a_fallback_without_a_key_is_named(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, **OPENAI, fallback_llm_provider="anthropic")

    with pytest.raises(SettingsError, match=r"FALLBACK_LLM_PROVIDER cannot be used: .*set ANTHROPIC_API_KEY"):
        job_client(settings)


def test_choosing_and_estimating_imports_nothing_heavy() -> None:
    code = (
        "import sys, synthaix.providers.catalog, synthaix.generate.estimate, synthaix.generate.answer\n"
        "heavy = {'openai', 'anthropic', 'numpy', 'polars', 'httpx2'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or None)"
    )

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr
