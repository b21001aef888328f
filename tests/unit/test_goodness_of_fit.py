"""What a schema declares of a distribution holds: shapes of moments, weights by case, cut-off counts, favourites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

from tests.support.sampling import column_of, frame_of, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

ROWS = 40_000
YEAR = {"start": "2023-01-01", "end": "2024-12-31"}  # 731 days, two of each season
DAYS = np.arange(np.datetime64("2023-01-01"), np.datetime64("2025-01-01"))
WEEKDAY = (DAYS.astype(np.int64) + 3) % 7
SCALE = 0.25
"""Of the past's fall-off, as a share of the window."""


def moments(shape: str, kind: str = "datetime", rows: int = ROWS, **window: str) -> pl.Series:
    return column_of(
        {"name": "zap", "type": kind, "generator": {"kind": "datetime", "shape": shape, **(window or YEAR)}}, rows=rows
    )


def p_by_weight(observed: pl.Series, weights: Mapping[Any, float]) -> float:
    """The p-value of the counts of listed values against their weights; anything else listed fails."""
    counts = dict(observed.value_counts().iter_rows())
    assert set(counts) <= set(weights)
    total = sum(weights.values())
    expected = [weight / total * len(observed) for weight in weights.values()]
    return float(stats.chisquare([counts.get(value, 0) for value in weights], expected).pvalue)


@pytest.mark.parametrize("kind", ["date", "datetime"])
def test_uniform_moments_are_even_over_the_days(kind: str) -> None:
    end = "2024-12-31" if kind == "date" else "2024-12-31T23:59:59Z"
    days = moments("uniform", kind, start="2023-01-01", end=end).dt.date()

    assert p_by_weight(days, dict.fromkeys(DAYS.tolist(), 1.0)) > 1e-3


def test_uniform_times_are_even_over_the_day() -> None:
    values = column_of({"name": "zap", "type": "time", "minimum": "06:00:00", "maximum": "17:59:59"}, rows=ROWS)

    assert p_by_weight(values.dt.hour(), dict.fromkeys(range(6, 18), 1.0)) > 1e-3


def test_working_days_are_alike_in_business_hours() -> None:
    days = moments("business_hours", "date")

    assert (
        p_by_weight(days, {day: 1.0 for day, weekday in zip(DAYS.tolist(), WEEKDAY, strict=True) if weekday < 5}) > 1e-3
    )


def test_the_season_is_a_cosine_that_peaks_on_the_twelfth_of_december_with_fuller_weekends() -> None:
    days = DAYS.astype(np.int64)
    weights = (1 + 0.45 * np.cos(2 * np.pi * (days - 345) / 365.2425)) * np.where(WEEKDAY >= 5, 1.25, 1.0)

    assert p_by_weight(moments("seasonal", "date"), dict(zip(DAYS.tolist(), weights.tolist(), strict=True))) > 1e-3


def test_recent_moments_fall_off_exponentially_into_the_past() -> None:
    values = moments("recent", start="2023-01-01", end="2024-12-31").dt.timestamp("ms").to_numpy() / 1000
    first, last = (
        np.datetime64("2023-01-01").astype("datetime64[s]"),
        np.datetime64("2024-12-31").astype("datetime64[s]"),
    )
    share = (last.astype(float) - values) / (last.astype(float) - first.astype(float))

    assert stats.kstest(share, stats.truncexpon(1 / SCALE, scale=SCALE).cdf).pvalue > 1e-3


def test_counts_are_cut_off_at_both_bounds() -> None:
    counts = column_of(number({"kind": "poisson", "lam": 4}, "integer", minimum=2, maximum=7), rows=ROWS)

    assert p_by_weight(counts, {count: float(stats.poisson(4).pmf(count)) for count in range(2, 8)}) > 1e-3


def test_counts_far_out_in_a_tail_follow_it() -> None:
    counts = column_of(number({"kind": "poisson", "lam": 100}, "integer", minimum=140, maximum=145), rows=ROWS)

    assert p_by_weight(counts, {count: float(stats.poisson(100).pmf(count)) for count in range(140, 146)}) > 1e-3


def test_every_case_has_weights_of_its_own() -> None:
    cases = {"a": {"values": ["x", "y", "z"], "weights": [6, 3, 1]}, "b": {"values": ["x", "y"], "weights": [1, 9]}}
    made = {"kind": "categorical", "by": "zap", "values": ["x", "z"], "weights": [2, 1], "cases": cases}
    listed = {"name": "zap", "type": "string", "enum": ["a", "b", "c"], "weights": [5, 3, 2]}

    frame = frame_of({"name": "qux", "type": "string", "generator": made}, listed, rows=ROWS)

    assert p_by_weight(frame["zap"], {"a": 5, "b": 3, "c": 2}) > 1e-3
    expected = {"a": {"x": 6, "y": 3, "z": 1}, "b": {"x": 1, "y": 9}, "c": {"x": 2, "z": 1}}
    for case, weights in expected.items():
        assert p_by_weight(frame.filter(zap=case)["qux"], weights) > 1e-3


def test_favourites_of_a_pool_follow_the_law_of_zipf_and_mandelbrot() -> None:
    made = {"kind": "pool", "size": 300, "distribution": "zipf", "of": {"kind": "sequence"}}
    counts = column_of({"name": "zap", "type": "integer", "generator": made}, rows=ROWS).value_counts()["count"]

    weights = 1 / (np.arange(300) + 11.0) ** 0.8
    observed = np.sort(np.r_[counts.to_numpy(), np.zeros(300 - len(counts))])[::-1]
    # Ranks are by count, so the extremes are biased; blocks of ranks are not.
    blocks, expected = observed.reshape(10, 30).sum(1), (weights / weights.sum()).reshape(10, 30).sum(1) * ROWS
    assert np.abs(blocks / expected - 1).max() < 0.12


@pytest.mark.parametrize("ratio", [0.01, 0.5, 0.93])
def test_nulls_leave_the_other_values_as_they_were_declared(ratio: float) -> None:
    values = column_of(number({"kind": "normal", "mean": 3, "std": 2}, decimals=9, null_ratio=ratio), rows=ROWS)

    assert stats.binomtest(values.null_count(), ROWS, ratio).pvalue > 1e-3
    assert stats.kstest(values.drop_nulls().to_numpy(), stats.norm(3, 2).cdf).pvalue > 1e-3


def test_columns_of_one_row_are_independent_unless_they_say_otherwise() -> None:
    frame = frame_of(
        {**number({"kind": "normal"}, decimals=9), "name": "zap"},
        {**number({"kind": "normal"}, decimals=9), "name": "qux"},
        {**number({"kind": "uniform", "min": 0, "max": 1}, decimals=9), "name": "foo"},
        rows=ROWS,
    )

    for one, other in (("zap", "qux"), ("zap", "foo"), ("qux", "foo")):
        assert stats.spearmanr(frame[one].to_numpy(), frame[other].to_numpy()).pvalue > 1e-3
    assert stats.spearmanr(frame["zap"].to_numpy()[1:], frame["zap"].to_numpy()[:-1]).pvalue > 1e-3
