"""A writer on a model of the test's choice, with everything else in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

# Imported before a test runs: its short deadlines are meant for answers.
import anthropic.resources.messages  # noqa: F401
import openai.resources.chat  # noqa: F401

from synthaix.generate.answer import MemoryLog
from synthaix.generate.plan import ColumnPlan, Plan
from synthaix.generate.writer import ModelWriter
from synthaix.providers.anthropic_messages import AnthropicMessages
from synthaix.providers.client import ModelClient
from synthaix.providers.ladder import Ladder
from synthaix.providers.openai_chat import OpenAIChat
from synthaix.providers.pacing import Pacer
from synthaix.providers.patience import Patience
from synthaix.providers.spend import Spend
from synthaix.schema.generator import Llm, Sequence, Uniform
from synthaix.schema.table import TableSchema, parse_schema

if TYPE_CHECKING:
    from synthaix.providers.base import Provider
    from tests.support.model_server import ModelServer

KEY = "sk-test-0123456789abcdef"

TRANSACTIONS = parse_schema(
    {
        "columns": [
            {"name": "user_id", "type": "string", "description": "Unique user identifier"},
            {"name": "amount", "type": "float", "description": "Transaction amount", "minimum": 0, "maximum": 5000},
            {"name": "currency", "type": "string", "description": "Currency", "enum": ["USD", "EUR", "GBP"]},
            {"name": "timestamp", "type": "datetime", "description": "Transaction timestamp"},
        ]
    }
)

HASTE = Patience(
    shortest_deadline=2.0,
    longest_deadline=2.0,
    first_backoff=0.01,
    longest_backoff=0.05,
    down=1.0,
    busy=2.0,
)
"""Waits that suit a server on loopback."""


def client_of(provider: Provider, model: str = "a-model", **options: Any) -> ModelClient:
    """A client with a pacer and a ladder of its own, so that tests learn nothing from each other."""
    defaults: dict[str, Any] = {"patience": HASTE, "pacer": Pacer(), "ladder": Ladder(provider.rungs)}
    return ModelClient(provider, model, **{**defaults, **options})


def provider_on(server: ModelServer, name: str, key: str = KEY) -> Provider:
    """The adapter of that name, talking to the loopback server."""
    return OpenAIChat(key, server.openai_url) if name == "openai" else AnthropicMessages(key, server.url)


def all_by_model(table: TableSchema) -> Plan:
    """The plan of mode llm."""
    return Plan("llm", tuple(ColumnPlan(column.name, Llm(), "") for column in table.columns))


def some_by_model(table: TableSchema, *written: str) -> Plan:
    """A plan of mode auto: `written` by the model, the others by a sampler."""
    return Plan(
        "auto",
        tuple(
            ColumnPlan(column.name, Llm() if column.name in written else _sampled(column.type), "")
            for column in table.columns
        ),
    )


def _sampled(kind: str) -> Sequence | Uniform:
    return Sequence(prefix="C-") if kind == "string" else Uniform(min=1, max=5)


def writer_of(client: ModelClient, table: TableSchema = TRANSACTIONS, **options: Any) -> ModelWriter:
    """A writer of all columns; `options` replace its other parts."""
    defaults: dict[str, Any] = {"sampler": None, "log": MemoryLog(), "spend": Spend()}
    plan = options.pop("plan", None) or all_by_model(table)
    return ModelWriter(table, plan, options.pop("seed", 7), client=client, **{**defaults, **options})
