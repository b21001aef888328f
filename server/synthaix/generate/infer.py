"""The plan of a table: the generator a person would choose for each column, and why."""

from __future__ import annotations

from dataclasses import replace

from synthaix.generate.choosing import Chosen, Scene, best_text, choose
from synthaix.generate.completing import complete
from synthaix.generate.concepts import meaning_of
from synthaix.generate.entities import parts_of
from synthaix.generate.feasible import check_feasible
from synthaix.generate.plan import ColumnPlan, Mode
from synthaix.generate.stages import stages_of
from synthaix.generate.traits import traits_of
from synthaix.schema import generator as kinds
from synthaix.schema.table import TEXTUAL_TYPES, Column, TableSchema


def plan_columns(table: TableSchema, mode: Mode = "local") -> tuple[ColumnPlan, ...]:
    """A generator and a reason for every column, in schema order.

    In mode auto, columns that need language or knowledge of the world get the llm generator; in llm
    every column does; in local none. Dates lead up to a fixed day and are written into the plan, so
    that the same schema gives the same rows on any day. Raises SchemaError for a combination that
    contradicts itself.
    """
    scene = Scene.of(table)
    plans = []
    for column in table.columns:
        generator, why = _planned(column, scene, mode)
        plans.append(ColumnPlan(column.name, generator, why))
    return _with_bonds(table, plans)


def _with_bonds(table: TableSchema, plans: list[ColumnPlan]) -> tuple[ColumnPlan, ...]:
    """The plans with what ties their columns to others added to the reasons."""
    generators = {plan.name: plan.generator for plan in plans}
    owners = traits_of(table, generators, parts_of(table, generators))
    bonds = {name: f"the same for every row of one {owner}" for name, owner in owners.items()}
    bonds |= {name: f"set where {stage.status} says so" for name, stage in stages_of(table, generators).items()}
    return tuple(replace(p, why=f"{p.why}; {bonds[p.name]}") if p.name in bonds else p for p in plans)


def _planned(column: Column, scene: Scene, mode: Mode) -> Chosen:
    asked = column.generator
    if mode == "llm":
        prompt = asked if isinstance(asked, kinds.Llm) else kinds.Llm()
        return prompt, "mode llm has the model write every column"
    if isinstance(asked, kinds.Llm):
        if mode == "auto":
            return asked, "the schema asks for it"
        generator, why = best_text(column, scene) if column.type in TEXTUAL_TYPES else choose(_bare(column), scene)
        return generator, f"mode local uses no model, so this stands in for kind llm: {why}"
    if asked is not None:
        return complete(column, asked, scene), "the schema asks for it"
    if mode == "auto" and _needs_language(column):
        return kinds.Llm(), "what it says has to fit its row, which needs language"
    return choose(column, scene)


def _needs_language(column: Column) -> bool:
    if column.type not in TEXTUAL_TYPES or column.enum or column.pattern or column.format or column.unique:
        return False
    concept = meaning_of(column)
    return concept.language if concept is not None else column.type == "text"


def _bare(column: Column) -> Column:
    return column.model_copy(update={"generator": None})


__all__ = ["check_feasible", "plan_columns"]
