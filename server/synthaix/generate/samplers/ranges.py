"""What numbers a column can hold, before any is made: what an expression's safety is judged by."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from synthaix.schema import generator as kinds

if TYPE_CHECKING:
    from synthaix.generate.samplers.base import Context
    from synthaix.schema.table import Column

Range = tuple[float, float]

_EVERYTHING: Range = (-math.inf, math.inf)


def range_of(column: Column, generator: kinds.Generator, context: Context) -> Range:
    """Least and greatest number, infinite where nothing bounds it; both ends after rounding."""
    low, high = _natural(column, generator, context)
    bounds = column.bound("minimum"), column.bound("maximum")
    if bounds[0] is not None:
        low = max(low, float(bounds[0]))
    if bounds[1] is not None:
        high = min(high, float(bounds[1]))
    return low, high


def _natural(column: Column, generator: kinds.Generator, context: Context) -> Range:
    match generator:
        case kinds.Uniform():
            # What is missing here the sampler fills in from the column's bounds, or from 0 upwards.
            low = generator.min if generator.min is not None else -math.inf
            return low, generator.max if generator.max is not None else math.inf
        case kinds.LogNormal() | kinds.Exponential() | kinds.Poisson():
            return 0.0, math.inf
        case kinds.Sequence():
            last = math.inf if generator.step > 0 else -math.inf
            return min(generator.start, last), max(generator.start, last)
        case kinds.Categorical():
            return _listed(column, generator)
        case kinds.Pool() if generator.of is not None:
            return range_of(column, generator.of, context)
        case kinds.Reference():
            values = context.references.get(column.name)
            if values is None or not values.dtype.is_numeric() or not len(values.drop_nulls()):
                return _EVERYTHING
            return float(values.min()), float(values.max())  # type: ignore[arg-type]
    return _EVERYTHING


def _listed(column: Column, generator: kinds.Categorical) -> Range:
    values = list(generator.values or column.enum or ())
    for case in generator.cases.values():
        values += case.values
    numbers = [float(value) for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
    return (min(numbers), max(numbers)) if numbers else _EVERYTHING
