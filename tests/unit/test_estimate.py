from __future__ import annotations

import pytest

from synthaix.generate.estimate import cell_tokens, estimate, rows_per_request
from synthaix.generate.plan import ColumnPlan
from synthaix.providers.prices import Price
from synthaix.schema.generator import Llm, Uuid
from synthaix.schema.table import Column, TableSchema

TABLE = TableSchema(
    columns=(Column(name="id", type="uuid"), Column(name="review", type="text", description="A customer's review"))
)
ALL = tuple(ColumnPlan(column.name, Llm(), "") for column in TABLE.columns)
SOME = (ColumnPlan("id", Uuid(), ""), ColumnPlan("review", Llm(), ""))
NONE = (ColumnPlan("id", Uuid(), ""), ColumnPlan("review", Uuid(), ""))


def test_a_job_without_model_columns_costs_nothing() -> None:
    assert estimate(TABLE, NONE, 10_000, Price(1.0, 5.0)).cost_usd == 0.0


def test_an_unknown_price_gives_no_cost() -> None:
    numbers = estimate(TABLE, ALL, 1_000, None)

    assert numbers.cost_usd is None
    assert numbers.requests == 50


def test_fewer_columns_by_the_model_need_fewer_output_tokens() -> None:
    assert estimate(TABLE, SOME, 1_000, None).output_tokens < estimate(TABLE, ALL, 1_000, None).output_tokens


def test_numbers_grow_with_the_rows() -> None:
    small, large = (estimate(TABLE, ALL, rows, Price(1.0, 5.0)) for rows in (1_000, 10_000))

    assert large.requests == 10 * small.requests
    assert large.output_tokens == pytest.approx(10 * small.output_tokens, rel=0.01)
    assert large.cost_usd == pytest.approx(10 * (small.cost_usd or 0), rel=0.01)


def test_long_rows_make_small_requests() -> None:
    assert rows_per_request(15) == 20
    assert rows_per_request(500) == 4
    assert rows_per_request(100_000) == 1


def test_the_description_says_how_long_a_text_is() -> None:
    headline = Column(name="headline", type="text")
    story = Column(name="story", type="text", description="A paragraph")
    short = Column(name="story", type="text", description="A paragraph", max_length=40)

    assert cell_tokens(headline) < cell_tokens(story)
    assert cell_tokens(short) == 10
