"""The samplers: one class for each generator kind. A new kind is one class and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthaix.errors import SchemaError
from synthaix.generate.entities import FAMILY_KINDS
from synthaix.generate.samplers import choices, derived, family, keys, moments, numbers, pattern, pool
from synthaix.generate.samplers.base import Build, Context, Countable, Row, Sampler

if TYPE_CHECKING:
    from synthaix.schema.generator import Generator
    from synthaix.schema.table import Column

SAMPLERS: dict[str, Build] = {
    "sequence": keys.Sequence,
    "uuid": keys.Uuid,
    "uniform": numbers.Uniform,
    "normal": numbers.Normal,
    "lognormal": numbers.LogNormal,
    "exponential": numbers.Exponential,
    "poisson": numbers.Poisson,
    "boolean": choices.Boolean,
    "categorical": choices.Categorical,
    "datetime": moments.DateTime,
    "pattern": pattern.Pattern,
    "template": derived.Template,
    "expression": derived.Expression,
    **dict.fromkeys(FAMILY_KINDS, family.FamilyField),
    "reference": pool.Reference,
    "pool": lambda column, generator, context: pool.Pool(column, generator, context, build),
}


def build(column: Column, generator: Generator, context: Context) -> Sampler:
    """The sampler of one column. Raises SchemaError where the column cannot be made."""
    if generator.kind not in SAMPLERS:
        raise SchemaError(
            f"column {column.name!r}: no sampler writes kind {generator.kind!r}; use one of {', '.join(SAMPLERS)}."
        )
    return SAMPLERS[generator.kind](column, generator, context)


__all__ = ["SAMPLERS", "Build", "Context", "Countable", "Row", "Sampler", "build"]
