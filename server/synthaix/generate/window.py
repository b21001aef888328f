"""Candidates: the unbounded stream of rows a job draws from, read window by window."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from synthaix.providers.usage import Usage

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

__all__ = ["Candidates", "Usage", "Window"]


@dataclass(frozen=True, slots=True)
class Window:
    """Candidates [start, start + count) of a job's stream."""

    start: int
    count: int

    @property
    def stop(self) -> int:
        """One past the last candidate."""
        return self.start + self.count


@dataclass(frozen=True, slots=True)
class Candidates:
    """The valid rows of one window.

    `frame` has the schema's columns in order; row k is candidate `positions[k]` (int64, strictly
    increasing, inside the window). Candidates that could not be made valid are missing.
    """

    window: Window
    frame: pl.DataFrame
    positions: np.ndarray
    usage: Usage = field(default_factory=Usage)
