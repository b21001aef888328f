"""Numbers by distribution, within the column's bounds and rounded to its decimals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from synthaix.errors import SchemaError
from synthaix.generate.draws import Draws, Floats, Integers, Picker, cumulate
from synthaix.generate.samplers.grid import Grid
from synthaix.generate.samplers.quantile import REACH, NormalQuantiles
from synthaix.schema.table import NUMERIC_TYPES, Column

if TYPE_CHECKING:
    import polars as pl

    from synthaix.generate.samplers.base import Context, Row
    from synthaix.schema import generator as kinds

_TABLED_POISSON = 1e6
"""Largest mean whose probabilities are tabled; above, the normal distribution is closer than the rounding."""


class Uniform:
    """Every value between two bounds alike."""

    def __init__(self, column: Column, generator: kinds.Uniform, context: Context) -> None:
        numeric(column, "uniform")
        low, high = generator.min, generator.max
        if low is None and column.minimum is None:
            low = _default_low(column, high)
        if high is None and column.maximum is None:
            high = _default_high(column, low)
        if low is not None and high is not None and low > high:
            raise SchemaError(
                f"column {column.name!r}: generator min {low} is greater than its max {high}; swap or change them."
            )
        self.grid = Grid.of(column, low, high)
        self.space = self.grid.space

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """Uniform over the grid, both ends included."""
        return self.at(draws.integers("value", 0, self.space))

    def at(self, index: Integers) -> pl.Series:
        """The index-th value of the grid."""
        return self.grid.at_ticks(index + self.grid.low)


class Normal:
    """Normal, cut off at the bounds without piling up there."""

    def __init__(self, column: Column, generator: kinds.Normal, context: Context) -> None:
        numeric(column, "normal")
        self.grid = Grid.of(column)
        self._mean, self._std = generator.mean, generator.std
        self._quantiles = _cut(self.grid, self._mean, self._std, self.grid.lowest, self.grid.highest)

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """mean + std * z."""
        return self.grid.nearest(_standard(draws, self._quantiles) * self._std + self._mean)


class LogNormal:
    """exp of a normal; cut off in the logarithm."""

    def __init__(self, column: Column, generator: kinds.LogNormal, context: Context) -> None:
        numeric(column, "lognormal")
        self.grid = Grid.of(column)
        if self.grid.highest <= 0:
            raise SchemaError(
                f"column {column.name!r}: lognormal values are positive, but maximum is {column.maximum}; "
                f"raise maximum or use kind normal."
            )
        self._mean, self._sigma = generator.mean, generator.sigma
        self._quantiles = _cut(self.grid, self._mean, self._sigma, _log(self.grid.lowest), _log(self.grid.highest))

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """exp(mean + sigma * z)."""
        logarithm = _standard(draws, self._quantiles)
        logarithm *= self._sigma
        logarithm += self._mean
        np.minimum(logarithm, 700.0, out=logarithm)  # exp stays finite
        return self.grid.nearest(np.exp(logarithm, out=logarithm))


class Exponential:
    """Exponential with a mean, cut off at the bounds by its closed form."""

    def __init__(self, column: Column, generator: kinds.Exponential, context: Context) -> None:
        numeric(column, "exponential")
        self.grid = Grid.of(column)
        if self.grid.highest < 0:
            raise SchemaError(
                f"column {column.name!r}: exponential values are not negative, but maximum is {column.maximum}; "
                f"raise maximum or use kind uniform."
            )
        self._scale = generator.scale
        self._low = max(self.grid.lowest, 0.0)
        self._mass = -math.expm1(-(self.grid.highest - self._low) / self._scale)

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """low - scale * ln(1 - u * mass), by inversion."""
        uniform = draws.uniform("value")
        uniform *= -self._mass
        values = np.log1p(uniform, out=uniform)
        values *= -self._scale
        values += self._low
        return self.grid.nearest(values)


class Poisson:
    """Poisson counts, by a table of the probabilities within the bounds."""

    def __init__(self, column: Column, generator: kinds.Poisson, context: Context) -> None:
        numeric(column, "poisson")
        self.grid = Grid.of(column)
        lam = generator.lam
        reach = REACH * 1.5 * math.sqrt(lam) + 25
        low = max(0, math.ceil(max(self.grid.lowest, lam - reach)))
        high = math.floor(min(self.grid.highest, lam + reach))
        if low > high:
            # The bounds lie where the distribution has no weight to speak of: its nearest end is what is left.
            low = max(0, math.ceil(self.grid.lowest)) if self.grid.lowest > lam else math.floor(self.grid.highest)
            high = low
        if high < 0:
            raise SchemaError(
                f"column {column.name!r}: poisson counts are not negative, but maximum is {column.maximum}; "
                f"raise maximum or use kind uniform."
            )
        self._low = low
        self._lam = lam
        self._picker = None if lam > _TABLED_POISSON else Picker(_poisson_table(lam, low, high))

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """Counts by inversion; for a very large mean the normal approximation."""
        if self._picker is None:
            return self.grid.nearest(np.rint(draws.normal("value") * math.sqrt(self._lam) + self._lam))
        counts = self._picker(draws.uniform("value")) + self._low
        return self.grid.nearest(counts.astype(np.float64))


def numeric(column: Column, kind: str) -> None:
    """Raise SchemaError unless the column holds numbers."""
    if column.type not in NUMERIC_TYPES:
        raise SchemaError(
            f"column {column.name!r}: generator {kind} makes numbers, but the type is {column.type}; "
            f"use type integer, float or decimal, or another generator."
        )


def _standard(draws: Draws, quantiles: NormalQuantiles | None) -> Floats:
    """Standard normal, cut off: what falls outside is drawn again by inversion, which keeps the distribution."""
    values = draws.normal("value")
    if quantiles is not None:
        outside = np.flatnonzero((values < quantiles.low) | (values > quantiles.high))
        if outside.size:
            values[outside] = quantiles(draws.uniform("again")[outside])
    return values


def _cut(grid: Grid, mean: float, std: float, low: float, high: float) -> NormalQuantiles | None:
    """Quantiles between bounds of the value before rounding, or None where the bounds cut nothing off."""
    if std == 0:
        return None
    low, high = (low - mean) / std, (high - mean) / std
    return None if low < -REACH and high > REACH else NormalQuantiles(low, high)


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf


def _poisson_table(lam: float, low: int, high: int) -> Floats:
    if lam == 0 or low == high:
        return np.ones(1)
    counts = np.arange(low, high + 1)
    logs = counts * math.log(lam) - np.array([math.lgamma(count + 1) for count in counts.tolist()])
    return cumulate(np.exp(logs - logs.max()))


def _default_low(column: Column, high: float | None) -> float:
    bound = high if high is not None else column.bound("maximum")
    return 0.0 if bound is None or bound > 0 else bound - (1000.0 if column.type == "integer" else 1.0)


def _default_high(column: Column, low: float | None) -> float:
    bound = low if low is not None else column.bound("minimum")
    start = 0.0 if bound is None else float(bound)
    return start + (1000.0 if column.type == "integer" else max(1.0, abs(start)))
