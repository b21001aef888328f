"""What a job will ask of a model, before anything is spent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from synthaix.generate.encoding import compact
from synthaix.generate.prompt import Brief, hint, llm_prompts, system_text, user_text, wants_hints
from synthaix.providers.client import BYTES_PER_TOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from synthaix.generate.plan import ColumnPlan
    from synthaix.providers.prices import Price
    from synthaix.schema.table import Column, TableSchema

MOST_ROWS = 20
"""Rows a request at most: more save few prompt tokens and make answers longer to wait for and more alike."""

ANSWER_TOKENS = 2_000
"""Output tokens a request aims at: half a minute at the usual speed of a small model."""

_TOKENS: dict[str, float] = {
    "string": 5, "text": 40, "integer": 2, "float": 3, "decimal": 3, "boolean": 1,
    "date": 3, "datetime": 5, "time": 3, "uuid": 24, "json": 30,
}  # fmt: skip
_FORMAT_TOKENS = {"email": 9, "uuid": 24, "iban": 14, "ipv6": 20, "uri": 12, "url": 12, "phone": 7, "card": 7, "vin": 9}
_LENGTHS = (
    (re.compile(r"paragraph|article|essay|story|biograph|letter|transcript", re.I), 120.0),
    (re.compile(r"review|comment|message|note|summary|abstract|descri|e-?mail body|complaint|feedback", re.I), 40.0),
    (re.compile(r"sentence|headline|title|subject|question|quote|slogan", re.I), 14.0),
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Requests and tokens of a whole job; `cost_usd` is None where the price is unknown."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0


def estimate(
    table: TableSchema,
    columns: Sequence[ColumnPlan],
    total_rows: int,
    price: Price | None,
    instructions: str | None = None,
    examples: Sequence[Mapping[str, Any]] = (),
) -> Estimate:
    """What `total_rows` rows will take of a model at that price, when all goes well."""
    written, known = split_columns(table, columns)
    if not written:
        return Estimate()
    per_row = tokens_per_row(written)
    per_request = rows_per_request(per_row)
    requests = -(-total_rows // per_request)
    system = system_text(Brief(compact(written), known, llm_prompts(columns), instructions, examples))
    row_bytes = 3.0 + len(hint(0, 0)) * wants_hints(written) + sum(4.0 * cell_tokens(column) + 1 for column in known)
    user_bytes = len(user_text(0, [])) * requests + row_bytes * total_rows
    input_tokens = round((len(system.encode()) * requests + user_bytes) / BYTES_PER_TOKEN)
    output_tokens = round(per_row * total_rows + 4 * requests)
    cost = None if price is None else requests * price.cost(input_tokens // requests, output_tokens // requests)
    return Estimate(requests, input_tokens, output_tokens, cost)


def split_columns(table: TableSchema, columns: Sequence[ColumnPlan]) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """(columns a model writes, columns it is told), both in schema order."""
    by_model = {column.name for column in columns if column.generator.kind == "llm"}
    written = tuple(column for column in table.columns if column.name in by_model)
    return written, tuple(column for column in table.columns if column.name not in by_model)


def rows_per_request(per_row: float) -> int:
    """How many rows of that many tokens one request should ask for."""
    return max(1, min(MOST_ROWS, int(ANSWER_TOKENS / max(per_row, 1.0))))


def tokens_per_row(columns: Sequence[Column]) -> float:
    """Output tokens of one row in the compact encoding: values, their separators and the row number."""
    return 3.0 + sum(cell_tokens(column) + 1.0 for column in columns)


def cell_tokens(column: Column) -> float:
    """Output tokens of one value, by its type and what the description says of its length."""
    if column.enum is not None:
        return max(1.0, sum(len(str(value)) for value in column.enum) / len(column.enum) / 4)
    if column.format in _FORMAT_TOKENS:
        return _FORMAT_TOKENS[column.format]
    tokens = _TOKENS[column.type]
    if column.type in ("string", "text"):
        tokens = _said_length(column, tokens)
        if column.min_length is not None:
            tokens = max(tokens, column.min_length / 4)
        if column.max_length is not None:
            tokens = min(tokens, max(1.0, column.max_length / 4))
    return tokens


def _said_length(column: Column, usual: float) -> float:
    words = f"{column.name} {column.description}"
    if column.type == "text":
        return next((tokens for pattern, tokens in _LENGTHS if pattern.search(words)), usual)
    return usual
