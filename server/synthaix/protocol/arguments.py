"""The arguments of the tools, described once: what a host shows its model."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from synthaix.schema.table import COLUMN_TYPES, FORMATS, MAX_SAFE_INTEGER


def no_boolean(value: Any) -> Any:
    """JSON's true is no number, though Python counts it as 1."""
    if isinstance(value, bool):
        raise ValueError("a boolean is not a number")
    return value


_NUMBER = BeforeValidator(no_boolean)

_COLUMN = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "type": {"type": "string", "enum": list(COLUMN_TYPES)},
        "description": {"type": "string"},
        "nullable": {"type": "boolean"},
        "null_ratio": {"type": "number", "minimum": 0, "maximum": 1},
        "unique": {"type": "boolean"},
        "minimum": {"anyOf": [{"type": "number"}, {"type": "string"}]},
        "maximum": {"anyOf": [{"type": "number"}, {"type": "string"}]},
        "decimals": {"type": "integer"},
        "enum": {"type": "array", "items": {"type": ["string", "number", "boolean", "null"]}},
        "weights": {"type": "array", "items": {"type": "number"}, "description": "Parallel to enum."},
        "pattern": {"type": "string", "description": "Regular expression of the whole value."},
        "format": {"type": "string", "enum": list(FORMATS)},
        "min_length": {"type": "integer"},
        "max_length": {"type": "integer"},
        "locale": {"type": "string"},
        "after": {"type": "string", "description": "Column whose value this one follows."},
        "before": {"type": "string"},
        "generator": {
            "type": ["object", "string"],
            "description": "Optional; inferred. An object with kind: sequence, uuid, uniform, normal, lognormal, "
            "exponential, poisson, boolean, categorical, datetime, pattern, template, expression, person, address, "
            "company, internet, commerce, finance, travel, text, identifier, reference, pool, llm.",
        },
    },
    "required": ["name", "type"],
}

# Validated by parse_schema, whose sentences name the column; the JSON Schema is for the host's model.
SchemaArgument = Annotated[
    dict[str, Any],
    WithJsonSchema(
        {
            "type": "object",
            "description": "The confirmed table: name, type and description of each column are enough.",
            "properties": {
                "columns": {"type": "array", "items": _COLUMN},
                "unique": {
                    "type": "array",
                    "items": {"type": "array", "items": {"type": "string"}},
                    "description": "Composite keys: columns that no two rows agree in together.",
                },
            },
            "required": ["columns"],
        }
    ),
]

JobId = Annotated[str, Field(description="The job's id: 32 hex digits.")]
Prompt = Annotated[
    str, Field(description="What data is wanted, in a sentence, with the row count if known.", max_length=20_000)
]
TotalRows = Annotated[int, Field(ge=1, le=MAX_SAFE_INTEGER, description="Rows wanted."), _NUMBER]
ChunkSize = Annotated[int, Field(ge=1, le=100_000, description="Rows a chunk, the unit of commit and resume."), _NUMBER]
Workers = Annotated[int, Field(ge=1, le=256, description="Concurrent model requests."), _NUMBER]
Threshold = Annotated[
    float,
    Field(ge=0, le=1, allow_inf_nan=False, description="Similarity that makes a duplicate; 1 is exact only."),
    _NUMBER,
]
ModeArgument = Annotated[
    Literal["auto", "llm", "local"],
    Field(description="auto: a model writes only what needs language; llm: everything; local: no model."),
]
Seed = Annotated[int, Field(ge=0, le=MAX_SAFE_INTEGER, description="Same schema, seed and mode: same rows."), _NUMBER]
ProviderArgument = Annotated[str, Field(max_length=64, description="openai, anthropic or local.")]
ModelArgument = Annotated[str, Field(max_length=200, description="The provider's model name.")]
Instructions = Annotated[str, Field(max_length=8_000, description="Style or rules for model-written values.")]
Examples = Annotated[
    list[dict[str, Any]], Field(max_length=20, description="Example rows for the model; given as data.")
]
BudgetArgument = Annotated[
    dict[str, Any],
    WithJsonSchema(
        {
            "type": "object",
            "description": "The most the job may spend on models.",
            "properties": {
                "usd": {"type": "number", "exclusiveMinimum": 0},
                "tokens": {"type": "integer", "minimum": 1},
                "requests": {"type": "integer", "minimum": 1},
            },
            "additionalProperties": False,
        }
    ),
]
IdempotencyKey = Annotated[
    str, Field(min_length=1, max_length=200, description="Repeat a call safely: the same key gives the same job.")
]
Confirm = Annotated[
    Literal["auto", "skip", "require"],
    Field(description="auto asks the person where the client can; skip never asks; require refuses if it cannot."),
]
WaitSeconds = Annotated[
    float, Field(ge=0, le=60, allow_inf_nan=False, description="Wait this long for the end."), _NUMBER
]
Cursor = Annotated[str, Field(max_length=500, description="next_cursor of the page before.")]
RowLimit = Annotated[int, Field(ge=1, le=1_000, description="Rows a page."), _NUMBER]
JobLimit = Annotated[int, Field(ge=1, le=200, description="Jobs a page."), _NUMBER]
Columns = Annotated[list[str], Field(max_length=256, description="Only these columns.")]
Status = Annotated[
    Literal["queued", "processing", "completed", "failed", "cancelled"], Field(description="Only jobs in this state.")
]
ExportFormat = Annotated[Literal["csv", "jsonl", "parquet", "sql"], Field(description="File format.")]
ExportPath = Annotated[
    str, Field(max_length=1_000, description="File name under the export directory; <job_id>.<format> by default.")
]
Rows = Annotated[list[dict[str, Any]], Field(max_length=1_000_000, description="Rows to compare, as objects.")]
InputPath = Annotated[str, Field(max_length=1_000, description="A csv, jsonl or parquet file in the export directory.")]
Against = Annotated[str, Field(description="An earlier job: rows that match one of its rows are duplicates too.")]
MaxColumns = Annotated[int, Field(ge=1, le=200, description="At most this many columns."), _NUMBER]
