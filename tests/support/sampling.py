"""Short ways to a sampled frame, for tests of the samplers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synthaix.generate.infer import plan_columns
from synthaix.generate.sampler import TableSampler
from synthaix.generate.window import Window
from synthaix.schema.table import TableSchema, parse_schema

if TYPE_CHECKING:
    import polars as pl


def table_of(*columns: dict[str, Any] | str) -> TableSchema:
    """A schema from column objects, or from "name:type" where that is all there is to say."""
    read = [dict(zip(("name", "type"), c.split(":"), strict=True)) if isinstance(c, str) else c for c in columns]
    return parse_schema({"columns": read})


def frame_of(*columns: dict[str, Any] | str, rows: int = 2_000, seed: int = 1) -> pl.DataFrame:
    """The first rows of a table in mode local."""
    table = table_of(*columns)
    return TableSampler(table, plan_columns(table), seed).window(Window(0, rows))


def column_of(column: dict[str, Any] | str, rows: int = 2_000, seed: int = 1) -> pl.Series:
    """The first values of a table of one column."""
    return frame_of(column, rows=rows, seed=seed).to_series()


def number(generator: dict[str, Any], kind: str = "float", **more: Any) -> dict[str, Any]:
    """A column of numbers without any meaning of its own."""
    return {"name": "zap", "type": kind, "generator": generator, **more}
