"""JSON Schema for models: what the structured-output subsets of the providers accept, and no more.

OpenAI's strict subset wants every property required and `additionalProperties: false`, has no `prefixItems`,
and bounds the size of enums; Anthropic's rejects numeric bounds and lengths. What a subset cannot say
stands in the prompt and is checked locally: an HTTP 200 proves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synthaix.schema.table import COLUMN_TYPES, FORMATS, Column

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ENUM_VALUES = 100
"""Enum values a column may put into the schema; OpenAI's limit over a whole schema is 1,000 (and 15,000 characters)."""

_JSON_TYPES: dict[str, str] = {
    "string": "string",
    "text": "string",
    "uuid": "string",
    "json": "string",  # JSON text: a free object cannot be described in a strict subset
    "time": "string",
    "integer": "integer",
    "float": "number",
    "decimal": "number",
    "boolean": "boolean",
    "date": "integer",  # 20240131: a third of the tokens of "2024-01-31"
    "datetime": "integer",  # 20240131093000
}


def rows_as_objects(columns: Sequence[Column], keys: Sequence[str]) -> dict[str, Any]:
    """{"r": [{"i": row number, key: value, …}, …]} with one key per column."""
    cells = {key: cell_schema(column) for key, column in zip(keys, columns, strict=True)}
    return _rows(_object({"i": {"type": "integer"}, **cells}))


def rows_as_arrays(columns: Sequence[Column]) -> dict[str, Any]:
    """{"r": [[row number, value, …], …]} with the values in column order.

    The subsets cannot say which type stands where, so an item may be any type that some column has.
    """
    kinds = {"number", *("number" if kind == "integer" else kind for kind in map(_json_type, columns))}
    if any(column.may_be_null for column in columns):
        kinds.add("null")
    kinds.discard("number")
    item = {"anyOf": [{"type": kind} for kind in ("number", *sorted(kinds))]} if kinds else {"type": "number"}
    return _rows({"type": "array", "items": item})


def cell_schema(column: Column) -> dict[str, Any]:
    """One value of the column: its JSON type, its enum where it is short, null where it may be."""
    if column.enum is not None and len(column.enum) <= MOST_ENUM_VALUES:
        values = list(column.enum)
        return {"enum": [*values, None] if column.may_be_null and None not in values else values}
    kind = _json_type(column)
    return {"anyOf": [{"type": kind}, {"type": "null"}]} if column.may_be_null else {"type": kind}


def table_schema() -> dict[str, Any]:
    """A translated schema: columns with name, type, description, and what constrains them (null where nothing does)."""
    column = {
        "name": {"type": "string"},
        "type": {"enum": list(COLUMN_TYPES)},
        "description": {"type": "string"},
        "enum": _or_null({"type": "array", "items": {"type": "string"}}),
        "minimum": _or_null({"type": "number"}),
        "maximum": _or_null({"type": "number"}),
        "nullable": {"type": "boolean"},
        "unique": {"type": "boolean"},
        "format": {"enum": [*FORMATS, None]},
    }
    return _object({"columns": {"type": "array", "items": _object(column)}})


def _json_type(column: Column) -> str:
    return _JSON_TYPES[column.type]


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _rows(row: dict[str, Any]) -> dict[str, Any]:
    return _object({"r": {"type": "array", "items": row}})
