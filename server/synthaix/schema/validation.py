"""Whether rows keep what their schema promises, column by column, vectorised.

Uniqueness is not judged here: it is a matter of the whole job, not of a frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson
import polars as pl

from synthaix.errors import SchemaError
from synthaix.schema.cell import shown, typed_enum
from synthaix.schema.formats import FORMATS
from synthaix.schema.pattern import pattern_test
from synthaix.schema.physical import dtype_of, json_rows
from synthaix.schema.table import MAX_SAFE_INTEGER, NUMERIC_TYPES, TEMPORAL_TYPES, TEXTUAL_TYPES, Column, TableSchema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Check:
    """One promise of one column.

    `ok` is a Boolean expression over the frame; null counts as kept, since only the check of nulls
    judges nulls. `say` words a violation, given the value as JSON.
    """

    column: str
    ok: pl.Expr
    say: Callable[[Any], str]


def valid_rows(frame: pl.DataFrame, table: TableSchema) -> pl.Series:
    """A Boolean mask as long as the frame: whether the row keeps every constraint of the columns it has.

    The frame's types are those of `synthaix.schema.physical`. Columns the frame lacks are not judged.
    Raises SchemaError for a pattern that is no regular expression or never ends.
    """
    checks = list(checks_of(frame, table))
    if not checks:
        return pl.Series("valid", [True] * frame.height, dtype=pl.Boolean)
    return _select(frame, pl.all_horizontal(check.ok.fill_null(True) for check in checks).alias("valid"))["valid"]


def violations(frame: pl.DataFrame, table: TableSchema, limit: int = 10) -> list[tuple[int, str]]:
    """The first `limit` invalid rows: (row number in the frame, sentence with column, value and remedy)."""
    checks = list(checks_of(frame, table))
    if not checks or not frame.height:
        return []
    kept = _select(frame, [check.ok.fill_null(True).alias(str(number)) for number, check in enumerate(checks)])
    broken = kept.with_row_index("row").filter(~pl.all_horizontal(pl.exclude("row"))).head(limit)
    found: list[tuple[int, str]] = []
    for outcome in broken.iter_rows():
        row = outcome[0]
        check = checks[outcome[1:].index(False)]
        value = json_rows(frame[row].select(check.column))[0][check.column]
        found.append((row, f"column {check.column!r}: {check.say(value)}."))
    return found


def _select(frame: pl.DataFrame, expressions: pl.Expr | list[pl.Expr]) -> pl.DataFrame:
    try:
        return frame.select(expressions)
    except pl.exceptions.ComputeError as exc:
        # Polars wraps what a Python test raised inside a batch.
        if isinstance(exc.__cause__, SchemaError):
            raise exc.__cause__ from None
        raise


def checks_of(frame: pl.DataFrame, table: TableSchema) -> Iterator[Check]:
    """Every promise that the frame's columns can be held to, nulls first."""
    for column in table.columns:
        if column.name in frame.columns:
            yield from _column_checks(column)
    for column in table.columns:
        yield from _order_checks(column, table, set(frame.columns))


def _column_checks(column: Column) -> Iterator[Check]:
    cell = pl.col(column.name)
    if not (column.may_be_null or (column.enum is not None and None in column.enum)):
        yield Check(column.name, cell.is_not_null(), lambda _: "the value is missing; every row needs one")
    yield from _type_checks(column, cell)
    yield from _bound_checks(column, cell)
    if column.enum is not None:
        enum = typed_enum(column)
        listed = ", ".join(shown(value) for value in enum[:20]) + (", …" if len(enum) > 20 else "")
        same = pl.Series(enum, dtype=dtype_of(column)).implode()
        yield Check(column.name, cell.is_in(same), lambda value: f"{shown(value)} is not in enum; use one of {listed}")
    if column.type in TEXTUAL_TYPES:
        yield from _text_checks(column, cell)


def _type_checks(column: Column, cell: pl.Expr) -> Iterator[Check]:
    name = column.name
    if column.type == "integer":
        yield Check(
            name,
            cell.is_between(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER),
            lambda value: f"{value} is beyond ±{MAX_SAFE_INTEGER}, where JSON readers lose integers; use a smaller one",
        )
    elif column.type == "float":
        yield Check(name, cell.is_finite(), lambda _: "the value is NaN or infinite; use a finite number")
        if column.decimals is not None:
            # A float is never exact: what survives rounding to within its precision has those decimals.
            error = (cell - cell.round(column.decimals)).abs()
            yield Check(
                name,
                error <= cell.abs() * 1e-12 + 1e-12,
                lambda value: f"{value} has more than {column.decimals} decimals; round it",
            )
    elif column.type in ("date", "datetime"):
        yield Check(name, cell.dt.year().is_between(1, 9999), lambda value: f"{value} is outside the years 1 to 9999")
    elif column.type == "uuid":
        example = FORMATS["uuid"].example
        yield Check(name, FORMATS["uuid"].test(cell), lambda value: f"{shown(value)} is not a UUID such as {example!r}")
    elif column.type == "json":
        readable = cell.map_batches(_is_json, return_dtype=pl.Boolean)
        yield Check(name, readable, lambda value: f"{shown(value)} is not JSON text")


def _is_json(batch: pl.Series) -> pl.Series:
    kept: list[bool | None] = []
    for text in batch:
        try:
            kept.append(None if text is None else orjson.loads(text) is not Ellipsis)
        except orjson.JSONDecodeError:
            kept.append(False)
    return pl.Series(batch.name, kept, dtype=pl.Boolean)


def _bound_checks(column: Column, cell: pl.Expr) -> Iterator[Check]:
    if column.type not in NUMERIC_TYPES | TEMPORAL_TYPES:
        return
    low, high = column.bound("minimum"), column.bound("maximum")
    if low is not None:
        yield Check(column.name, cell >= _edge(column, low), lambda v: f"{v} is below the minimum {column.minimum}")
    if high is not None:
        yield Check(column.name, cell <= _edge(column, high), lambda v: f"{v} is above the maximum {column.maximum}")


def _edge(column: Column, bound: Any) -> pl.Expr:
    return pl.lit(Decimal(str(bound)) if column.type == "decimal" else bound)


def _text_checks(column: Column, cell: pl.Expr) -> Iterator[Check]:
    name, length = column.name, cell.str.len_chars()
    if column.min_length is not None:
        yield Check(
            name,
            length >= column.min_length,
            lambda value: f"{shown(value)} has {len(value)} characters; use at least {column.min_length}",
        )
    if column.max_length is not None:
        yield Check(
            name,
            length <= column.max_length,
            lambda value: f"{shown(value)} has {len(value)} characters; use at most {column.max_length}",
        )
    if column.pattern is not None:
        yield Check(
            name, pattern_test(column), lambda value: f"{shown(value)} does not match the pattern {column.pattern!r}"
        )
    if column.format is not None:
        form = FORMATS[column.format]
        yield Check(
            name,
            form.test(cell),
            lambda value: f"{shown(value)} is not a valid {column.format}; send one such as {form.example!r}",
        )


def _order_checks(column: Column, table: TableSchema, present: set[str]) -> Iterator[Check]:
    if column.after is not None and {column.name, column.after} <= present:
        yield from _order_check(column, table[column.after], "after")
    if column.before is not None and {column.name, column.before} <= present:
        yield from _order_check(column, table[column.before], "before")


def _order_check(column: Column, other: Column, which: str) -> Iterator[Check]:
    """Equality is kept on purpose: an event may end on the day, or in the second, in which it began."""
    pair = _comparable(column, other)
    if pair is not None:
        here, there = pair
        ok = here >= there if which == "after" else here <= there
        yield Check(column.name, ok, lambda value: f"{shown(value)} is not {which} column {other.name!r} of its row")


def _comparable(column: Column, other: Column) -> tuple[pl.Expr, pl.Expr] | None:
    """Both columns on one scale, or None where their types have no common order."""
    here, there = pl.col(column.name), pl.col(other.name)
    kinds = {column.type, other.type}
    if kinds <= NUMERIC_TYPES or kinds == {"time"}:
        return here, there
    if kinds == {"date", "datetime"}:
        # A date stands for its whole day, so a datetime is compared by its day.
        return here.cast(pl.Date), there.cast(pl.Date)
    return (here, there) if kinds in ({"date"}, {"datetime"}) else None
