"""What model requests consumed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Requests sent, tokens counted by the provider, and their price; `cost_usd` is None where a price is unknown."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0

    @property
    def tokens(self) -> int:
        """Input and output together, as a budget counts them."""
        return self.input_tokens + self.output_tokens

    def at_least(self, other: Usage) -> Usage:
        """The larger of both, number by number: two counts of the same requests, of which each may lack some."""
        unknown = self.cost_usd is None or other.cost_usd is None
        return Usage(
            max(self.requests, other.requests),
            max(self.input_tokens, other.input_tokens),
            max(self.output_tokens, other.output_tokens),
            None if unknown else max(self.cost_usd or 0.0, other.cost_usd or 0.0),
        )

    def __add__(self, other: Usage) -> Usage:
        cost = None if self.cost_usd is None or other.cost_usd is None else self.cost_usd + other.cost_usd
        return Usage(
            self.requests + other.requests,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            cost,
        )
