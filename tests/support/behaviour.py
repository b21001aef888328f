"""How the loopback model server behaves: its speed, its limits and its misdeeds."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

FAULTS = (
    "429",  # Too Many Requests, with Retry-After where `retry_after` is set
    "500",
    "529",
    "malformed",  # 200 whose content is not JSON
    "ignored",  # 200 whose content is JSON of another shape
    "cut",  # 200 that stops in the middle, finish_reason length
    "hang",  # never answers
    "html",  # 200 with a web page
    "drop",  # closes the connection in the middle of the reply
    "empty",  # 200 without any content
)


@dataclass
class Behaviour:
    """`script` is used up first, one fault (or "" for none) a request; then faults come at their `rates`."""

    base_seconds: float = 0.0
    per_row_seconds: float = 0.0
    jitter_seconds: float = 0.0
    admits: int | None = None
    retry_after: float | None = None
    rates: dict[str, float] = field(default_factory=dict)
    script: list[str] = field(default_factory=list)
    duplicates: float = 0.0  # rows that repeat an earlier one
    invalid: float = 0.0  # rows with a value of the wrong type
    collapse: int | None = None  # free texts come from so few values, unless hints make them differ
    key: str | None = None
    models: tuple[str, ...] | None = None
    forms: tuple[str, ...] = ("json_schema", "json_object", "tool", "prompt")  # others get a 400
    ignores: tuple[str, ...] = ()  # forms that get a 200 with another shape
    rejects: tuple[str, ...] = ()  # body parameters that get a 400
    headers: dict[str, str] = field(default_factory=dict)
    most_inputs: int | None = None  # texts a request for embeddings may hold; more get a 413
    seed: int = 0

    def fault(self, number: int) -> str:
        """What goes wrong with request `number`; "" for nothing."""
        if self.script:
            return self.script.pop(0)
        at = self.chance("fault", number)
        for fault, rate in self.rates.items():
            if at < rate:
                return fault
            at -= rate
        return ""

    def chance(self, what: str, number: int) -> float:
        """A number in [0, 1) that depends on nothing but its arguments and the seed."""
        digest = blake2b(f"{self.seed}|{what}|{number}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64


@dataclass
class Counts:
    """What the server saw."""

    requests: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    forms: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    texts: int = 0  # that vectors were given for
    input_tokens: int = 0
    output_tokens: int = 0
    busy_seconds: float = 0.0  # with at least one request in flight

    def count(self, table: dict[str, int], key: str) -> None:
        """One more of `key`."""
        table[key] = table.get(key, 0) + 1
