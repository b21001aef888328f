"""Filling in what an explicit generator leaves out, so that the plan says everything."""

from __future__ import annotations

from synthaix.errors import SchemaError
from synthaix.generate import temporal
from synthaix.generate.choosing import Scene, at_home, choose, localised
from synthaix.generate.concepts import Concept, meaning_of
from synthaix.schema import generator as kinds
from synthaix.schema.table import TEMPORAL_TYPES, Column

_USUAL_FIELD = {
    "person": "full_name",
    "address": "full_address",
    "company": "name",
    "internet": "url",
    "commerce": "product",
    "finance": "currency_code",
    "travel": "flight_number",
    "text": "sentence",
}


def complete(column: Column, asked: kinds.Generator, scene: Scene) -> kinds.Generator:
    """The generator with its missing parts taken from the column's name and bounds."""
    match asked:
        case kinds.Categorical() if not asked.values and not asked.cases:
            return _categories(column, asked)
        case kinds.DateTime() if asked.start is None and asked.end is None and column.type in TEMPORAL_TYPES:
            return _dated(column, asked, scene)
        case kinds.Pool() if asked.of is None:
            return asked.model_copy(update={"of": _inside(column, scene)})
        case kinds.Pool() if asked.of is not None:
            return asked.model_copy(update={"of": complete(column, asked.of, scene)})
    if asked.kind in _USUAL_FIELD and getattr(asked, "field", None) is None:
        concept = meaning_of(column)
        named = concept is not None and concept.family == asked.kind
        field = concept.field if named and concept is not None else _USUAL_FIELD[asked.kind]
        asked = asked.model_copy(update={"field": field})
    return at_home(localised(asked, column), scene)


def _categories(column: Column, asked: kinds.Categorical) -> kinds.Generator:
    concept: Concept | None = meaning_of(column)
    if column.enum is not None:
        weights = asked.weights or column.weights
        return asked.model_copy(update={"values": column.enum, "weights": weights})
    if concept is not None and isinstance(concept.generator, kinds.Categorical):
        known = concept.generator
        return asked.model_copy(update={"values": known.values, "weights": asked.weights or known.weights})
    raise SchemaError(
        f"column {column.name!r}: generator categorical lists no values and the name suggests none; add values."
    )


def _dated(column: Column, asked: kinds.DateTime, scene: Scene) -> kinds.Generator:
    if column.type == "time":
        return asked
    start, end = temporal.window(column, scene.today)
    return asked.model_copy(update={"start": start, "end": end})


def _inside(column: Column, scene: Scene) -> kinds.Generator:
    """What a pool that does not say so is made of: what its column would be, value by value."""
    bare = column.model_copy(update={"generator": None, "unique": True})
    generator, _ = choose(bare, scene)
    if isinstance(generator, kinds.Pool) and generator.of is not None:
        return generator.of
    return generator
