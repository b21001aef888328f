from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from synthaix.errors import SettingsError
from synthaix.providers.prices import Price, load_prices

if TYPE_CHECKING:
    from pathlib import Path


def test_the_table_carries_its_date_and_the_default_models() -> None:
    table = load_prices()

    assert len(table.as_of) == len("2026-01-31")
    assert table.price("openai", "gpt-6-luna") is not None
    assert table.price("anthropic", "claude-haiku-5-5") is not None


def test_a_dated_name_has_the_price_of_its_model() -> None:
    table = load_prices()

    assert table.price("openai", "gpt-6-luna-2026-09-22") == table.price("openai", "gpt-6-luna")


def test_an_unknown_model_has_no_price() -> None:
    assert load_prices().price("openai", "my-own-model") is None


def test_a_makers_price_does_not_hold_at_another_address_or_provider() -> None:
    table = load_prices()

    assert table.price("openai", "gpt-6-luna", official=False) is None
    assert table.price("anthropic", "gpt-6-luna") is None


def test_cost_is_per_million_tokens_with_cached_ones_cheaper() -> None:
    price = Price(input=1.0, output=5.0, cached_input=0.1)

    assert price.cost(1_000_000, 200_000) == pytest.approx(2.0)
    assert price.cost(1_000_000, 0, cached_tokens=1_000_000) == pytest.approx(0.1)


def test_a_long_request_costs_the_long_price_as_a_whole() -> None:
    price = Price(input=1.0, output=5.0, long_above=100_000, long_input=2.0, long_output=7.5)

    assert price.cost(100_000, 0) == pytest.approx(0.1)
    assert price.cost(200_000, 100_000) == pytest.approx(0.4 + 0.75)


def test_an_own_file_adds_prices_that_hold_anywhere(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_text('[models."my-own-model"]\ninput = 0.0\noutput = 0.0\n', encoding="utf-8")

    table = load_prices(own)

    assert table.price("openai", "my-own-model", official=False) == Price(0.0, 0.0)
    assert table.price("openai", "gpt-6-luna") is not None


@pytest.mark.parametrize("text", ["models = 3", "not toml [", '[models."a"]\ninput = 1\n'])
def test_a_broken_own_file_is_named(tmp_path: Path, text: str) -> None:
    own = tmp_path / "prices.toml"
    own.write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError, match=r"prices\.toml cannot be read"):
        load_prices(own)
