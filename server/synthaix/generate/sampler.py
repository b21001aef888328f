"""The table sampler: windows of the candidate stream, all columns of it that no model writes."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
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
from synthaix.generate.samplers.pool import Pool
from synthaix.generate.stages import Stage, stages_of
from synthaix.generate.traits import traits_of
from synthaix.schema import generator as kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from synthaix.generate.draws import Integers
    from synthaix.generate.plan import ColumnPlan
    from synthaix.generate.window import Window
    from synthaix.schema.table import Column, TableSchema

DEFAULT_NULL_RATIO = 0.05
"""Share of nulls in a column that is nullable and says no more."""

_CUT_ITSELF = frozenset({"pattern", "template", "expression", "uuid", "sequence", "categorical", "identifier"})
"""Kinds that mind the column's lengths themselves, or whose values are not to be touched."""


@dataclass(frozen=True, slots=True)
class _Step:
    """`key` names the random numbers: the column's own, or those of the entity it describes.

    With `owner` the values are the traits of what that column identifies; with `stage` a status decides on nulls.
    """

    column: Column
    sampler: Sampler
    key: str
    null_ratio: float
    owner: str | None
    stage: Stage | None


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
        stages = stages_of(table, generators)
        orders = orders_of(table, generators, frozenset(stages))
        parts = parts_of(table, generators)
        context = Context(orders.table, plans, seed, references or {}, parts)
        needs = {name: frozenset(part.known.values()) for name, part in parts.items()}
        for name, neighbours in orders.needs.items():
            needs[name] = needs.get(name, frozenset()) | neighbours
        owners = traits_of(table, generators, parts)
        for name, other in [*owners.items(), *((name, stage.status) for name, stage in stages.items())]:
            needs[name] = needs.get(name, frozenset()) | {other}
        names = order(table, plans, needs)
        self._seed = seed
        self._steps = [
            _step(name, context, orders, owners, stages.get(name)) for name in names if generators[name].kind != "llm"
        ]
        self._traits: dict[str, pl.Series] | None = None
        self._lock = Lock()
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
        chosen: dict[str, Integers] = {}
        for step in self._steps:
            name, draws = step.column.name, root.child(step.key)
            if step.owner is not None:
                values = self._held_traits()[name].gather(pl.Series(chosen[step.owner].astype(np.uint32)))
            elif isinstance(step.sampler, Pool):
                chosen[name] = step.sampler.pick(draws)
                values = step.sampler.at(chosen[name])
            else:
                values = step.sampler.sample(draws, row)
            row[name] = _with_nulls(values, step, root, row)
        return pl.DataFrame([row[name] for name in self.names])

    def _held_traits(self) -> dict[str, pl.Series]:
        """The traits of everything that recurs, in the order of its pool: made once, as a table of their own."""
        with self._lock:
            if self._traits is None:
                sizes = {step.column.name: step.sampler.space for step in self._steps if isinstance(step.sampler, Pool)}
                traits: dict[str, pl.Series] = {}
                for step in self._steps:
                    if step.owner is not None:
                        root = Draws(self._seed, f"traits:{step.owner}", 0, sizes[step.owner])
                        traits[step.column.name] = step.sampler.sample(root.child(step.key), traits)
                self._traits = traits
            return self._traits


def null_ratio_of(column: Column) -> float:
    """The share of nulls the column gets."""
    if column.null_ratio is not None:
        return column.null_ratio
    return DEFAULT_NULL_RATIO if column.nullable else 0.0


def _step(name: str, context: Context, orders: Orders, owners: Mapping[str, str], stage: Stage | None) -> _Step:
    column, generator = context.table[name], context.plans[name].generator
    sampler = build(column, generator, context)
    if column.unique:
        sampler = distinct(column, generator, sampler, context.seed)
    if name in orders.orders:
        sampler = Ordered(sampler, orders.scale(name), orders.orders[name])
    made_of = generator.of if isinstance(generator, kinds.Pool) and generator.of is not None else generator
    if needs_fitting(column) and made_of.kind not in _CUT_ITSELF:
        sampler = Fitted(sampler, column)
    part = context.parts.get(name)
    key = part.key if part is not None else f"column:{name}"
    return _Step(column, sampler, key, null_ratio_of(column), owners.get(name), stage)


def _with_nulls(values: pl.Series, step: _Step, root: Draws, row: Mapping[str, pl.Series]) -> pl.Series:
    name = step.column.name
    if step.stage is not None:
        reached = row[step.stage.status].is_in(sorted(step.stage.values)).fill_null(False)
        values = pl.select(pl.when(reached).then(values)).to_series()
    elif step.null_ratio:
        filled = pl.Series(root.child(f"null:{name}").uniform("null") >= step.null_ratio)
        values = pl.select(pl.when(filled).then(values)).to_series()
    return values if values.name == name else values.alias(name)
