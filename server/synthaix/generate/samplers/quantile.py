"""Inverse cumulative distributions, for distributions cut off at bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from synthaix.generate.draws import Floats

_NODES = 8193
"""The density is taken as straight between nodes; at 8,192 cells over 14 deviations the error is below 1e-6."""

REACH = 8.0
"""Deviations within which a normal distribution is taken to lie; beyond are 1e-15 of it."""


class NormalQuantiles:
    """The standard normal distribution cut off to [low, high], by table.

    The density is summed relative to its greatest value in the interval, so that an interval far out
    in a tail works as well as the centre.
    """

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high
        nearest = min(max(low, 0.0), high) if low <= high else low
        reach = REACH if abs(nearest) < 1 else REACH * 5 / abs(nearest)
        low, high = max(low, nearest - reach), min(high, nearest + reach)
        self._nodes = np.linspace(low, high, _NODES)
        self._cumulative = _cumulative(self._nodes, lambda x: (nearest * nearest - x * x) / 2)

    def __call__(self, uniform: Floats) -> Floats:
        """The quantiles of these numbers in [0, 1)."""
        return np.interp(uniform, self._cumulative, self._nodes)


def _cumulative(nodes: Floats, log_density: Callable[[Floats], Floats]) -> Floats:
    density = np.exp(log_density(nodes))
    steps = (density[1:] + density[:-1]) * np.diff(nodes)
    total = np.concatenate(([0.0], np.cumsum(steps)))
    if total[-1] <= 0:  # a single point
        return np.linspace(0.0, 1.0, len(nodes))
    scaled: Floats = total / total[-1]
    return scaled
