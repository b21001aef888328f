"""Order between columns, made ready for sampling: who is drawn beyond whom, and with how much room."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from synthaix.errors import SchemaError
from synthaix.generate.concepts import ANIMALS, completed, subject_of
from synthaix.generate.relations import ORDERABLE, Relation, gap_of, is_birth, is_past, relations_of
from synthaix.generate.samplers.grid import Grid
from synthaix.generate.samplers.moments import DAY, SECOND, Span, micros_of_text, span_of
from synthaix.generate.samplers.ordered import Order, Scale
from synthaix.schema import generator as kinds
from synthaix.schema.table import NUMERIC_TYPES, Column, TableSchema

if TYPE_CHECKING:
    from collections.abc import Mapping

_GROWN_UP = 16
"""Years of age before which nobody is hired or signs up."""


@dataclass(frozen=True, slots=True)
class Orders:
    """The table with bounds narrowed so that every row has room, and the order of each column that follows others."""

    table: TableSchema
    generators: Mapping[str, kinds.Generator]
    orders: Mapping[str, Order]
    needs: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def scale(self, name: str) -> Scale:
        """The ticks of a column."""
        return _scale(self.table[name], self.generators[name])


def orders_of(
    table: TableSchema, generators: Mapping[str, kinds.Generator], past: frozenset[str] = frozenset()
) -> Orders:
    """The orders of a table's columns; those of `past` have happened, so they do not lie beyond their window.

    Raises SchemaError where bounds leave no room for an order, or columns follow each other in a circle.
    """
    subject = subject_of(table)
    columns = {column.name: completed(column, subject) for column in table.columns}
    relations = relations_of(table, generators)
    if not relations:
        return Orders(TableSchema.model_construct(columns=tuple(columns.values())), generators, {})
    _without_circle(relations)
    for relation in _last_first(relations):
        _make_room(relation, columns, generators)
    after: dict[str, list[str]] = {}
    before: dict[str, list[str]] = {}
    for relation in relations:
        if generators[relation.later].kind in ORDERABLE:
            after.setdefault(relation.later, []).append(relation.earlier)
        else:
            before.setdefault(relation.earlier, []).append(relation.later)
    orders = {
        name: _order(
            columns,
            generators[name],
            name,
            (tuple(after.get(name, ())), tuple(before.get(name, ()))),
            name in past,
            0 if subject in ANIMALS else _GROWN_UP,
        )
        for name in columns
        if name in after or name in before
    }
    needs = {name: frozenset((*order.after, *order.before)) for name, order in orders.items()}
    for name in orders:
        if columns[name].unique:
            raise SchemaError(
                f"column {name!r}: unique cannot be guaranteed for values that come after or before another column's; "
                f"drop unique, after or before."
            )
    narrowed = TableSchema.model_construct(columns=tuple(columns[name] for name in table.names))
    return Orders(narrowed, generators, orders, needs)


def _order(
    columns: Mapping[str, Column],
    generator: kinds.Generator,
    name: str,
    neighbours: tuple[tuple[str, ...], tuple[str, ...]],
    past: bool,
    grown_up: int,
) -> Order:
    after, before = neighbours
    column = columns[name]
    scale = _scale(column, generator)
    if isinstance(scale, Span):
        distance = max(gap_of(column) * SECOND / scale.unit, 1.0)
        explicit = column.generator is not None and isinstance(generator, kinds.DateTime) and generator.end is not None
        free = column.maximum is None and not explicit and column.type != "time"
        grown = any(is_birth(columns[other]) for other in after) and free and grown_up > 0
        least = grown_up * 365 * DAY // scale.unit if grown else 0
        return Order(after, before, distance, open=free and not (past or grown or is_past(column)), least=least)
    assert isinstance(scale, Grid)
    bounded = scale.bounded_low and scale.bounded_high
    distance = max((scale.high - scale.low) / 8, 1.0) if bounded else 10.0 * 10**scale.decimals
    return Order(after, before, distance, open=not scale.bounded_high)


def _scale(column: Column, generator: kinds.Generator) -> Grid | Span:
    if column.type in NUMERIC_TYPES:
        low, high = (generator.min, generator.max) if isinstance(generator, kinds.Uniform) else (None, None)
        return Grid.of(column, low, high)
    return span_of(column, generator if isinstance(generator, kinds.DateTime) else kinds.DateTime())


def _make_room(relation: Relation, columns: dict[str, Column], generators: Mapping[str, kinds.Generator]) -> None:
    """Cut the earlier column so that the latest of its values still has one of the later column beyond it."""
    earlier, later = columns[relation.earlier], columns[relation.later]
    if not {generators[earlier.name].kind, generators[later.name].kind} <= ORDERABLE:
        return
    first, last = _scale(earlier, generators[earlier.name]), _scale(later, generators[later.name])
    if isinstance(first, Span) and isinstance(last, Span):
        hard = later.maximum is not None or later.type == "time" or later.generator is not None
        if not hard:
            return
        high = (last.high * last.unit - 1) // first.unit
        room = high >= first.low
        text = micros_of_text(high * first.unit, earlier)
    elif isinstance(first, Grid) and isinstance(last, Grid):
        if not last.bounded_high:
            return
        high = (last.high - 1) * 10**first.decimals // 10**last.decimals
        room = high >= first.low
        text = high / 10**first.decimals if first.decimals else high
    else:
        return
    if not room:
        raise SchemaError(
            f"column {later.name!r} comes after {earlier.name!r}, but ends at {_tick(last, last.high)}, not beyond "
            f"{_tick(first, first.low)}, where {earlier.name!r} begins; widen the bounds of one of them."
        )
    if high < first.high:
        columns[earlier.name] = earlier.model_copy(update={"maximum": text})


def _tick(scale: Grid | Span, tick: int) -> str:
    return str(scale.at_ticks(np.array([tick]))[0])


def _last_first(relations: tuple[Relation, ...]) -> list[Relation]:
    """Relations so that a later column is narrowed before what comes before it."""
    depth: dict[str, int] = {}

    def steps(name: str) -> int:
        if name not in depth:
            depth[name] = 1 + max((steps(r.later) for r in relations if r.earlier == name), default=0)
        return depth[name]

    return sorted(relations, key=lambda relation: steps(relation.earlier))


def _without_circle(relations: tuple[Relation, ...]) -> None:
    following: dict[str, list[str]] = {}
    for relation in relations:
        following.setdefault(relation.earlier, []).append(relation.later)

    def walk(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circle = (*path[path.index(name) :], name)
            raise SchemaError(
                f"columns {' -> '.join(circle)} come after each other in a circle; take one after or before out of it."
            )
        for other in following.get(name, ()):
            walk(other, (*path, name))

    for name in following:
        walk(name, ())
