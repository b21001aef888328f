"""Sampling from the families as the samplers do, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.draws import Draws
from synthaix.generate.families import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SEED = 20260101


def draws(count: int, start: int = 0, key: str = "row") -> Draws:
    return Draws(SEED, key, start, count)


def entities(
    family: str,
    fields: Iterable[str],
    locale: str = "",
    count: int = 2_000,
    known: Mapping[str, pl.Series] | None = None,
) -> pl.DataFrame:
    """One column per field, all from the same draws."""
    given = known or {}
    return pl.DataFrame([FAMILIES[family].sample(field, locale, draws(count), given) for field in fields])


def one_by_one(
    family: str, field: str, locale: str = "", count: int = 2_000, known: Mapping[str, pl.Series] | None = None
) -> list[object]:
    """The values of one field."""
    return FAMILIES[family].sample(field, locale, draws(count), known or {}).to_list()


def spread(space: int | None, count: int = 5_000) -> np.ndarray:
    """Distinct indices from all over a value space."""
    limit = 10**12 if space is None else space
    if limit <= count:
        return np.arange(limit, dtype=np.int64)
    inner = np.linspace(0, limit - 1, count - 200).astype(np.int64)
    return np.unique(np.concatenate([np.arange(200), inner]))
