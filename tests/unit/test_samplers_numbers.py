from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

from synthaix.errors import SchemaError
from tests.support.sampling import column_of, number

if TYPE_CHECKING:
    import polars as pl

ROWS = 50_000
FINE: dict[str, Any] = {"decimals": 9}


def fits(values: pl.Series, distribution: Any) -> bool:
    return bool(stats.kstest(values.to_numpy(), distribution.cdf).pvalue > 1e-3)


@pytest.mark.parametrize(
    ("generator", "distribution"),
    [
        ({"kind": "uniform", "min": -3, "max": 5}, stats.uniform(-3, 8)),
        ({"kind": "normal", "mean": 10, "std": 3}, stats.norm(10, 3)),
        ({"kind": "lognormal", "mean": 3, "sigma": 0.7}, stats.lognorm(0.7, scale=math.exp(3))),
        ({"kind": "exponential", "scale": 4}, stats.expon(scale=4)),
    ],
)
def test_continuous_numbers_follow_their_distribution(generator: dict[str, Any], distribution: Any) -> None:
    assert fits(column_of(number(generator, **FINE), rows=ROWS), distribution)


@pytest.mark.parametrize(
    ("generator", "low", "high", "distribution"),
    [
        ({"kind": "normal", "mean": 0, "std": 1}, -0.5, 2, stats.truncnorm(-0.5, 2)),
        ({"kind": "normal", "mean": 0, "std": 1}, 6, 60, stats.truncnorm(6, 60)),
        ({"kind": "normal", "mean": 0, "std": 1}, None, -7.5, stats.truncnorm(-np.inf, -7.5)),
        ({"kind": "exponential", "scale": 4}, 2, 9, stats.truncexpon(7 / 4, loc=2, scale=4)),
    ],
)
def test_bounds_cut_a_distribution_off_without_piling_up(
    generator: dict[str, Any], low: float | None, high: float, distribution: Any
) -> None:
    column = number(generator, **FINE, maximum=high) | ({} if low is None else {"minimum": low})

    values = column_of(column, rows=ROWS)

    assert fits(values, distribution)
    assert values.n_unique() > ROWS * 0.99


def test_a_bounded_lognormal_is_the_exponential_of_a_cut_off_normal() -> None:
    values = column_of(number({"kind": "lognormal", "mean": 3, "sigma": 1}, **FINE, minimum=5, maximum=60), rows=ROWS)

    assert fits(values.log(), stats.truncnorm(math.log(5) - 3, math.log(60) - 3, loc=3, scale=1))


@pytest.mark.parametrize("lam", [0.5, 4, 900])
def test_counts_follow_the_poisson_distribution(lam: float) -> None:
    counts = column_of(number({"kind": "poisson", "lam": lam}, "integer"), rows=ROWS).to_numpy()

    edges = np.unique(stats.poisson(lam).ppf(np.linspace(0.05, 0.95, 12)))
    observed = np.histogram(counts, bins=[-np.inf, *(edges + 0.5), np.inf])[0]
    expected = np.diff([0.0, *stats.poisson(lam).cdf(edges), 1.0]) * ROWS
    assert stats.chisquare(observed, expected).pvalue > 1e-3


@pytest.mark.parametrize("lam", [0, 1e8])
def test_extreme_means_of_counts_work(lam: float) -> None:
    values = column_of(number({"kind": "poisson", "lam": lam}, "integer")).to_numpy()

    assert abs(values.mean() - lam) <= 5 * math.sqrt(lam / len(values)) + 1e-9


def test_whole_numbers_are_uniform_with_both_ends() -> None:
    values = column_of(number({"kind": "uniform", "min": 1, "max": 6}, "integer"), rows=ROWS)

    counts = values.value_counts().sort("zap")
    assert counts["zap"].to_list() == [1, 2, 3, 4, 5, 6]
    assert stats.chisquare(counts["count"].to_numpy()).pvalue > 1e-3


def test_floats_have_no_more_decimals_than_asked_for() -> None:
    values = column_of(number({"kind": "normal", "mean": 5, "std": 2}, decimals=2))

    assert all(round(value, 2) == value for value in values)


def test_money_has_two_decimals_without_asking() -> None:
    assert all(round(value, 2) == value for value in column_of("amount:float"))


def test_decimals_are_exact() -> None:
    column = {"name": "zap", "type": "decimal", "decimals": 3, "minimum": 0.001, "maximum": 0.003}

    assert set(column_of(column)) == {Decimal("0.001"), Decimal("0.002"), Decimal("0.003")}


def test_bounds_are_met_exactly_where_binary_fractions_are_not() -> None:
    column = {"name": "zap", "type": "float", "decimals": 2, "minimum": 0.28, "maximum": 0.29}

    assert set(column_of(column)) == {0.28, 0.29}


@pytest.mark.parametrize("kind", ["integer", "float", "decimal"])
def test_unique_numbers_never_repeat(kind: str) -> None:
    values = column_of({"name": "zap", "type": kind, "unique": True}, rows=50_000)

    assert values.n_unique() == 50_000


def test_a_unique_number_uses_up_its_whole_range() -> None:
    column = {"name": "zap", "type": "integer", "unique": True, "minimum": 5, "maximum": 504}

    assert sorted(column_of(column, rows=500)) == list(range(5, 505))


@pytest.mark.parametrize(
    ("column", "remedy"),
    [
        ({"name": "a", "type": "string", "generator": "uniform"}, "use type integer, float or decimal"),
        ({"name": "a", "type": "float", "decimals": 1, "minimum": 0.11, "maximum": 0.19}, "widen the bounds"),
        (number({"kind": "uniform", "min": 9, "max": 3}), "swap or change them"),
        (number({"kind": "lognormal"}, maximum=-1), "raise maximum or use kind normal"),
        (number({"kind": "lognormal"}, maximum=0), "raise maximum or use kind normal"),
        (number({"kind": "exponential"}, maximum=-1), "raise maximum or use kind uniform"),
        (number({"kind": "poisson"}, maximum=-1), "raise maximum or use kind uniform"),
        (number({"kind": "normal"}, unique=True), "drop unique"),
    ],
)
def test_impossible_numbers_are_refused_with_a_remedy(column: dict[str, Any], remedy: str) -> None:
    with pytest.raises(SchemaError, match=remedy) as caught:
        column_of(column)

    assert repr(column["name"]) in str(caught.value)
