"""The table sampler: windows of the candidate stream, all columns of it that no model writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from synthaix.generate.draws import Draws
from synthaix.generate.entities import parts_of
from synthaix.generate.graph import order
from synthaix.generate.ordering import Orders, orders_of
from synthaix.generate.samplers import Context, Sampler, build
from synthaix.generate.samplers.distinct import distinct
from synthaix.generate.samplers.family import FamilyField
from synthaix.generate.samplers.fitted import Fitted, needs_fitting
from synthaix.generate.samplers.ordered import Ordered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from synthaix.generate.plan import ColumnPlan
    from synthaix.generate.window import Window
    from synthaix.schema.table import Column, TableSchema

DEFAULT_NULL_RATIO = 0.05
"""Share of nulls in a column that is nullable and says no more."""

_CUT_ITSELF = frozenset({"pattern", "template", "expression", "uuid", "sequence", "categorical", "identifier"})
"""Kinds that mind the column's lengths themselves, or whose values are not to be touched."""


@dataclass(frozen=True, slots=True)
class _Step:
    """`key` names the random numbers: the column's own, or those of the entity it describes."""

    column: Column
    sampler: Sampler
    key: str
    null_ratio: float


class TableSampler:
    """Samples windows of a table's candidates.

    Candidate i depends only on (table, columns, seed, i). Everything that is made once is made here;
    afterwards nothing changes, so that threads may share an instance. Columns whose generator kind is
    llm are left out of the frames. Raises SchemaError where a column cannot be made as planned.
    """

    def __init__(
        self,
        table: TableSchema,
        columns: tuple[ColumnPlan, ...],
        seed: int,
        references: Mapping[str, pl.Series] | None = None,
    ) -> None:
        plans = {plan.name: plan for plan in columns}
        generators = {plan.name: plan.generator for plan in columns}
        orders = orders_of(table, generators)
        parts = parts_of(table, generators)
        context = Context(orders.table, plans, seed, references or {}, parts)
        needs = {name: frozenset(part.known.values()) for name, part in parts.items()}
        for name, neighbours in orders.needs.items():
            needs[name] = needs.get(name, frozenset()) | neighbours
        names = order(table, plans, needs)
        self._seed = seed
        self._steps = [_step(name, context, orders) for name in names if generators[name].kind != "llm"]
        made = {step.column.name for step in self._steps}
        self.names = tuple(name for name in table.names if name in made)

    @property
    def exhausted_after(self) -> tuple[str, int] | None:
        """The unique column that runs out of values first, and after how many candidates; None if none does."""
        spaces = [
            (space[0], step.column.name)
            for step in self._steps
            if step.column.unique and not step.null_ratio and (space := self.space_of(step.column.name)) is not None
        ]
        return (min(spaces)[1], min(spaces)[0]) if spaces else None

    def space_of(self, name: str) -> tuple[int, bool] | None:
        """How many distinct values a sampled unique column has, and whether all are reached; None if unknown."""
        sampler = next((step.sampler for step in self._steps if step.column.name == name), None)
        if isinstance(sampler, Fitted):
            sampler = sampler.inner
        if isinstance(sampler, FamilyField):
            return None if sampler.size is None else (sampler.size, sampler.numbered)
        space = getattr(sampler, "space", None)
        return None if space is None else (space, True)

    def window(self, window: Window) -> pl.DataFrame:
        """The sampled columns of these candidates, in schema order."""
        root = Draws.of(self._seed, "table", window)
        row: dict[str, pl.Series] = {}
        for step in self._steps:
            values = step.sampler.sample(root.child(step.key), row)
            row[step.column.name] = _with_nulls(values, step, root)
        return pl.DataFrame([row[name] for name in self.names])


def null_ratio_of(column: Column) -> float:
    """The share of nulls the column gets."""
    if column.null_ratio is not None:
        return column.null_ratio
    return DEFAULT_NULL_RATIO if column.nullable else 0.0


def _step(name: str, context: Context, orders: Orders) -> _Step:
    column, generator = context.table[name], context.plans[name].generator
    sampler = build(column, generator, context)
    if column.unique:
        sampler = distinct(column, generator, sampler, context.seed)
    if name in orders.orders:
        sampler = Ordered(sampler, orders.scale(name), orders.orders[name])
    if needs_fitting(column) and generator.kind not in _CUT_ITSELF:
        sampler = Fitted(sampler, column)
    part = context.parts.get(name)
    return _Step(column, sampler, part.key if part is not None else f"column:{name}", null_ratio_of(column))


def _with_nulls(values: pl.Series, step: _Step, root: Draws) -> pl.Series:
    name = step.column.name
    if step.null_ratio:
        filled = pl.Series(root.child(f"null:{name}").uniform("null") >= step.null_ratio)
        values = pl.select(pl.when(filled).then(values)).to_series()
    return values if values.name == name else values.alias(name)
