from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from synthaix.errors import SchemaError
from synthaix.generate.infer import check_feasible, plan_columns
from synthaix.generate.sampler import TableSampler
from synthaix.generate.window import Window
from synthaix.schema.physical import dtypes_of
from synthaix.schema.validation import violations
from tests.support.random_schemas import tables
from tests.support.sampling import column_of, frame_of, table_of

if TYPE_CHECKING:
    from synthaix.schema.table import TableSchema

GOLDEN = "8c3e3ee79255d7f95db07a04b50521807242549a1c76e35e61d169f238cb6ecc"
"""Of the table below under the pinned dependencies; a change of it changes every caller's rows."""

MIXED = (
    {"name": "order_id", "type": "string", "unique": True},
    "customer_name:string",
    "customer_email:string",
    "city:string",
    "country:string",
    "quantity:integer",
    "unit_price:decimal",
    "total:decimal",
    {"name": "code", "type": "string", "pattern": r"(AB|CD)-\d{2,4}"},
    "created_at:datetime",
    {"name": "shipped_at", "type": "datetime", "nullable": True},
    "is_gift:boolean",
    "token:uuid",
)


def sampler_of(table: TableSchema, seed: int = 7) -> TableSampler:
    return TableSampler(table, plan_columns(table), seed)


@pytest.fixture(scope="module")
def mixed() -> TableSampler:
    return sampler_of(table_of(*MIXED))


@settings(max_examples=1_000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(tables(), st.integers(0, 2**53), st.data())
def test_random_schemas_keep_their_own_promises(table: TableSchema, seed: int, data: st.DataObject) -> None:
    try:
        columns = plan_columns(table)
        check_feasible(table, columns, 200)
    except SchemaError:
        assume(False)
    sampler = TableSampler(table, columns, seed)

    frame = sampler.window(Window(0, 200))

    assert dict(frame.schema) == dtypes_of(table)
    assert violations(frame, table) == []
    assert all(
        values.n_unique() == len(values)
        for column in table.columns
        if column.unique and len(values := frame[column.name].drop_nulls())
    )
    start = data.draw(st.integers(0, 199))
    count = data.draw(st.integers(1, 200 - start))
    assert sampler.window(Window(start, count)).equals(frame[start : start + count])


def test_few_random_schemas_are_refused() -> None:
    refused = 0

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(tables())
    def count(table: TableSchema) -> None:
        nonlocal refused
        try:
            check_feasible(table, plan_columns(table), 50)
        except SchemaError:
            refused += 1

    count()

    assert refused <= 12


@pytest.mark.parametrize("size", [1, 7, 64, 333])
def test_any_cut_of_the_stream_gives_the_same_rows(mixed: TableSampler, size: int) -> None:
    whole = mixed.window(Window(5_000, 700))

    parts = [mixed.window(Window(at, min(size, 5_700 - at))) for at in range(5_000, 5_700, size)]

    assert pl.concat(parts).equals(whole)


def test_threads_get_the_same_rows(mixed: TableSampler) -> None:
    windows = [Window(at, 250) for at in range(0, 4_000, 250)]
    alone = [mixed.window(window) for window in windows]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(mixed.window, windows))

    assert all(one.equals(other) for one, other in zip(alone, together, strict=True))


def test_another_seed_gives_other_rows(mixed: TableSampler) -> None:
    other = sampler_of(table_of(*MIXED), seed=8).window(Window(0, 200))

    frame = mixed.window(Window(0, 200))
    changed = [name for name in frame.columns if not frame[name].equals(other[name])]
    assert set(changed) == set(frame.columns) - {"order_id"}  # which counts, whatever the seed


def test_an_empty_window_has_the_columns_and_no_rows(mixed: TableSampler) -> None:
    frame = mixed.window(Window(10, 0))

    assert frame.height == 0
    assert frame.columns == [name_of(column) for column in MIXED]


def name_of(column: object) -> str:
    return str(column["name"]) if isinstance(column, dict) else str(column).partition(":")[0]


def test_the_bytes_of_a_fixed_table_never_change() -> None:
    table = table_of(
        {"name": "id", "type": "string", "unique": True, "generator": {"kind": "sequence", "prefix": "A-", "width": 4}},
        {"name": "amount", "type": "float", "decimals": 2, "generator": {"kind": "lognormal"}},
        {"name": "count", "type": "integer", "generator": {"kind": "poisson", "lam": 4}},
        {
            "name": "level",
            "type": "float",
            "minimum": 0,
            "maximum": 9,
            "generator": {"kind": "normal", "mean": 5, "std": 3},
        },
        {"name": "currency", "type": "string", "enum": ["USD", "EUR", "JPY"], "weights": [5, 3, 2]},
        {"name": "at", "type": "datetime", "minimum": "2024-01-01", "maximum": "2024-12-31"},
        {"name": "code", "type": "string", "pattern": "[A-Z]{2}-[0-9]{3}", "unique": True},
        {"name": "key", "type": "uuid", "unique": True},
    )
    frame = sampler_of(table, seed=42).window(Window(0, 5_000))
    text = io.BytesIO()

    frame.write_csv(text)

    assert hashlib.sha256(text.getvalue()).hexdigest() == GOLDEN


@pytest.mark.parametrize("ratio", [0.0, 0.2, 1.0])
def test_nulls_come_as_often_as_asked(ratio: float) -> None:
    values = column_of({"name": "zap", "type": "integer", "null_ratio": ratio}, rows=20_000)

    assert stats.binomtest(values.null_count(), len(values), ratio).pvalue > 1e-3


def test_a_nullable_column_has_a_few_nulls() -> None:
    share = column_of({"name": "zap", "type": "string", "nullable": True}, rows=20_000).null_count() / 20_000

    assert 0.04 < share < 0.06


def test_nulls_of_one_column_say_nothing_of_another() -> None:
    frame = frame_of(
        {"name": "a", "type": "integer", "null_ratio": 0.5}, {"name": "b", "type": "integer", "null_ratio": 0.5}
    )

    both = (frame["a"].is_null() & frame["b"].is_null()).sum()
    assert stats.binomtest(int(both), frame.height, 0.25).pvalue > 1e-3


def test_columns_a_model_writes_are_left_out() -> None:
    table = table_of("id:integer", "review_text:text", "rating:integer")

    sampler = TableSampler(table, plan_columns(table, "auto"), 1)

    assert sampler.names == ("id", "rating")
    assert sampler.window(Window(0, 3)).columns == ["id", "rating"]


def test_the_column_that_runs_out_first_is_known() -> None:
    table = table_of(
        {"name": "a", "type": "integer", "unique": True, "minimum": 1, "maximum": 500},
        {"name": "b", "type": "string", "unique": True, "pattern": "[a-z]{2}"},
        {"name": "c", "type": "uuid", "unique": True},
    )

    assert sampler_of(table).exhausted_after == ("a", 500)
    assert sampler_of(table_of("amount:float")).exhausted_after is None
