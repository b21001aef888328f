"""Settings: every variable documented, blanks unset, faults named."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthaix.errors import SettingsError
from synthaix.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]


def variables() -> dict[str, str]:
    """Variable -> the Settings field it fills."""
    names = {}
    for field, info in Settings.model_fields.items():
        alias = info.validation_alias
        names[str(alias.choices[0]) if alias is not None else field.upper()] = field  # type: ignore[union-attr]
    return names


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_example_lists_every_variable_and_no_other() -> None:
    assert set(example()) == set(variables())


def test_the_example_shows_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    defaults = Settings(_env_file=None)
    for name, value in example().items():
        monkeypatch.setenv(name, value)

    assert Settings(_env_file=None) == defaults


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BACKEND_PORT", "http"),
        ("DEDUPLICATION_THRESHOLD", "1.5"),
        ("DEFAULT_LLM_PROVIDER", "clippy"),
        ("MAX_WORKERS", "0"),
        ("LOG_LEVEL", "LOUD"),
        ("OPENAI_BASE_URL", "notaurl"),
        ("CHROMADB_URL", "zzz"),
        ("SYNTHAIX_PUBLIC_URL", "ftp://host"),
        ("SYNTHAIX_LIMIT_SPEND", "-1"),
        ("SYNTHAIX_AUTH_TOKEN", " "),
        ("SYNTHAIX_AUTH_TOKEN", "two words"),
    ],
)
def test_an_unusable_variable_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(SettingsError, match=variable):
        load_settings(_env_file=None)


@pytest.mark.parametrize("url", ["localhost:11434", "ftp://host/v1", "http://", "http://host:99999999/v1", "not a url"])
def test_a_base_url_that_is_none_is_named_with_its_variable(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", url)

    with pytest.raises(SettingsError, match=r"^OPENAI_BASE_URL cannot be used: .* is not an address; send one such as"):
        load_settings(_env_file=None)


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-of-mine")

    assert "secret-of-mine" not in repr(load_settings(_env_file=None))
