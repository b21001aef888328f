from __future__ import annotations

from typing import Any

from synthaix.schema.json_schema import cell_schema, rows_as_arrays, rows_as_objects, table_schema
from synthaix.schema.table import COLUMN_TYPES, Column

UNSUPPORTED = {"prefixItems", "minItems", "maxItems", "minimum", "maximum", "pattern", "minLength", "maxLength", "not"}


def columns(**extra: Any) -> list[Column]:
    return [Column(name=f"c_{kind}", type=kind, **extra) for kind in COLUMN_TYPES]


def every_node(schema: Any) -> list[dict[str, Any]]:
    if isinstance(schema, list):
        return [node for item in schema for node in every_node(item)]
    if not isinstance(schema, dict):
        return []
    return [schema, *(node for value in schema.values() for node in every_node(value))]


def test_every_object_is_closed_and_requires_all_its_properties() -> None:
    keys = [f"k{number}" for number in range(len(COLUMN_TYPES))]
    for schema in (rows_as_objects(columns(), keys), rows_as_arrays(columns()), table_schema()):
        for node in every_node(schema):
            if node.get("type") == "object":
                assert node["additionalProperties"] is False
                assert node["required"] == list(node["properties"])


def test_nothing_outside_the_providers_subsets_is_used() -> None:
    column = Column(name="age", type="integer", minimum=0, maximum=9, nullable=True)
    name = Column(name="name", type="string", pattern="[a-z]+", min_length=1, max_length=9)
    for schema in (rows_as_objects([column, name], ["a", "b"]), rows_as_arrays([column, name])):
        for node in every_node(schema):
            assert not UNSUPPORTED.intersection(node)
            assert not isinstance(node.get("type"), list)


def test_an_array_row_admits_the_types_its_columns_have_and_no_others() -> None:
    numbers = rows_as_arrays([Column(name="n", type="integer")])
    mixed = rows_as_arrays([Column(name="t", type="text", nullable=True), Column(name="b", type="boolean")])

    def kinds(schema: dict[str, Any]) -> set[str]:
        item = schema["properties"]["r"]["items"]["items"]
        return {option["type"] for option in item.get("anyOf", [item])}

    assert kinds(numbers) == {"number"}
    assert kinds(mixed) == {"number", "string", "boolean", "null"}


def test_a_short_enum_is_in_the_schema_and_a_long_one_is_not() -> None:
    short = Column(name="c", type="string", enum=("a", "b"), nullable=True)
    long = Column(name="c", type="string", enum=tuple(str(number) for number in range(500)))

    assert cell_schema(short) == {"enum": ["a", "b", None]}
    assert cell_schema(long) == {"type": "string"}
