"""Which column must be made before which: references between columns as a graph without circles."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from synthaix.errors import SchemaError
from synthaix.generate.samplers.derived import template_names
from synthaix.generate.samplers.formula import names_in
from synthaix.schema import generator as kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from synthaix.generate.plan import ColumnPlan
    from synthaix.schema.table import Column, TableSchema


def order(table: TableSchema, plans: Mapping[str, ColumnPlan], extra: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """The column names, each after those it needs; `extra` adds needs by name.

    Otherwise the order of the schema is kept. Raises SchemaError naming the columns of a circle.
    """
    needs = {
        column.name: needed(column, plans[column.name].generator, table) | extra.get(column.name, frozenset())
        for column in table.columns
    }
    sorter = TopologicalSorter({name: sorted(needs[name], key=table.names.index) for name in table.names})
    try:
        return tuple(sorter.static_order())
    except CycleError as exc:
        circle = exc.args[1][::-1]
        raise SchemaError(
            f"columns {' -> '.join(circle)} need each other in a circle; "
            f"take one of after, before, by, an expression or a template out of it."
        ) from None


def needed(column: Column, generator: kinds.Generator, table: TableSchema) -> frozenset[str]:
    """The columns whose values this generator reads."""
    found: tuple[str, ...] = ()
    match generator:
        case kinds.Expression():
            found = names_in(generator.expr)
        case kinds.Template():
            found = template_names(column, generator.template)
        case kinds.Categorical() if generator.by is not None:
            found = (generator.by,)
    return frozenset(name for name in found if name in table.names)
