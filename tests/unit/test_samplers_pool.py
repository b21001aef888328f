from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from scipy import stats

from synthaix.errors import BugError, SchemaError
from synthaix.generate.infer import plan_columns
from synthaix.generate.sampler import TableSampler
from synthaix.generate.window import Window
from tests.support.sampling import column_of, table_of

JOB = "0" * 32


def pool(size: int, **more: Any) -> dict[str, Any]:
    return {"name": "zap", "type": "string", "generator": {"kind": "pool", "size": size, **more}}


def test_a_pool_has_exactly_its_size_of_values() -> None:
    assert column_of(pool(25), rows=5_000).n_unique() == 25


def test_an_even_pool_uses_its_values_alike() -> None:
    counts = column_of(pool(20), rows=40_000).value_counts()["count"]

    assert stats.chisquare(counts.to_numpy()).pvalue > 1e-3


def test_a_skewed_pool_has_favourites() -> None:
    counts = column_of(pool(2_000, distribution="zipf"), rows=100_000).value_counts(sort=True)["count"]

    assert counts[0] > 8 * counts[1_000]


@pytest.mark.parametrize(
    "inner",
    [
        {"kind": "pattern", "pattern": "[A-Z]{3}"},
        {"kind": "uuid"},
        {"kind": "sequence", "prefix": "C-"},
        {"kind": "person", "field": "full_name"},
        {"kind": "categorical", "values": [f"v{number}" for number in range(60)]},
    ],
)
def test_a_pool_can_be_made_of_any_generator(inner: dict[str, Any]) -> None:
    assert column_of(pool(50, of=inner), rows=5_000).n_unique() == 50


def test_a_pool_of_numbers_keeps_the_column_type() -> None:
    values = column_of({"name": "zap", "type": "integer", "generator": {"kind": "pool", "size": 9}})

    assert values.dtype == pl.Int64
    assert values.n_unique() == 9


def test_a_pool_larger_than_its_values_is_refused() -> None:
    with pytest.raises(SchemaError, match="make size at most 10"):
        column_of(pool(50, of={"kind": "pattern", "pattern": "[0-9]"}))


def reference_sampler(values: pl.Series | None, kind: str = "string", **more: Any) -> TableSampler:
    made = {"kind": "reference", "job_id": JOB, "column": "id"}
    table = table_of({"name": "zap", "type": kind, "generator": made, **more})
    return TableSampler(table, plan_columns(table), 1, {} if values is None else {"zap": values})


def test_a_reference_draws_from_the_other_column() -> None:
    frame = reference_sampler(pl.Series(["a", "b", None, "c"])).window(Window(0, 500))

    assert set(frame["zap"]) == {"a", "b", "c"}


def test_a_unique_reference_takes_each_value_once() -> None:
    frame = reference_sampler(pl.Series(range(100)), "integer", unique=True).window(Window(0, 100))

    assert sorted(frame["zap"]) == list(range(100))


def test_a_reference_to_nothing_or_to_another_type_is_refused() -> None:
    with pytest.raises(SchemaError, match="holds no values"):
        reference_sampler(pl.Series([None, None], dtype=pl.String))
    with pytest.raises(SchemaError, match="give the column the same type"):
        reference_sampler(pl.Series(["x"]), "integer")


def test_a_reference_without_its_values_cannot_be_sampled() -> None:
    sampler = reference_sampler(None)

    with pytest.raises(BugError, match="were not handed over"):
        sampler.window(Window(0, 1))
