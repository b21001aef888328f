"""What tokens cost, from one editable table with its date. An unknown price is None, never a guess."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from synthaix.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

_DATED = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{8})$")
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens of one model; `provider` None where it holds at any address."""

    input: float
    output: float
    provider: str | None = None
    cached_input: float | None = None
    long_above: int | None = None
    long_input: float | None = None
    long_output: float | None = None

    def cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        """US dollars of one request; `cached_tokens` are part of `input_tokens`."""
        if self.long_above is not None and input_tokens > self.long_above:
            input_price, output_price = self.long_input or self.input, self.long_output or self.output
            cached_price = input_price
        else:
            input_price, output_price = self.input, self.output
            cached_price = self.input if self.cached_input is None else self.cached_input
        fresh = input_tokens - cached_tokens
        return (fresh * input_price + cached_tokens * cached_price + output_tokens * output_price) / _MILLION


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Prices by model, and the day they were read."""

    as_of: str
    prices: dict[str, Price]

    def price(self, provider: str, model: str, official: bool = True) -> Price | None:
        """The model's price, also under its dated name; `official` says it is reached at its maker's address."""
        found = self.prices.get(model) or self.prices.get(_DATED.sub("", model))
        if found is None or (found.provider is not None and (not official or found.provider != provider)):
            return None
        return found


def load_prices(override: Path | None = None) -> PriceTable:
    """The table of the package, with the entries of the file `override` over it where that exists.

    Raises SettingsError naming the file where it cannot be read as a price table.
    """
    table = _read((files("synthaix.providers") / "prices.toml").read_text(encoding="utf-8"))
    if override is None or not override.is_file():
        return table
    try:
        own = _read(override.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as exc:
        raise SettingsError(
            f"{override} cannot be read as a price table ({exc}); write "
            f'[models."name"] with input and output in US dollars per million tokens, or remove the file.'
        ) from exc
    return PriceTable(own.as_of or table.as_of, {**table.prices, **own.prices})


def _read(text: str) -> PriceTable:
    data: dict[str, Any] = tomllib.loads(text)
    return PriceTable(data.get("as_of", ""), {name: Price(**entry) for name, entry in data["models"].items()})
