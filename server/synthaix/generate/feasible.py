"""Refusing what cannot be generated before a job exists: one sentence with column, rule and remedy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl

from synthaix.errors import SchemaError
from synthaix.generate.families.locales import locale_of
from synthaix.generate.sampler import TableSampler, null_ratio_of
from synthaix.generate.samplers.values import typed_values
from synthaix.generate.window import Window
from synthaix.schema import generator as kinds
from synthaix.schema.cell import typed_enum
from synthaix.schema.table import TEXTUAL_TYPES, TableSchema
from synthaix.schema.validation import valid_rows, violations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from synthaix.generate.plan import ColumnPlan
    from synthaix.schema.table import Column

_PROBE_ROWS = 200
"""Rows made on trial: a plan none of whose rows keeps the schema is refused instead of started."""

_USABLE_SHARE = 0.7
"""Share of a vocabulary that random drawing reaches in reasonable time (the last values turn up rarely)."""


def check_feasible(table: TableSchema, columns: tuple[ColumnPlan, ...], total_rows: int) -> None:
    """Raise SchemaError unless `total_rows` rows of the table can be made as planned."""
    for column in table.columns:
        _check_column(column)
    for plan in columns:
        _check_listed(table[plan.name], plan.generator)
    sampler = TableSampler(table, columns, 0)
    for column in table.columns:
        if column.unique:
            _check_space(column, sampler.space_of(column.name), total_rows)
    for key in table.unique:
        _check_key([(table[name], _values_of(table[name], sampler)) for name in key], total_rows)
    for plan in columns:
        if isinstance(plan.generator, kinds.Sequence):
            _check_sequence(table[plan.name], plan.generator, sampler.space_of(plan.name), total_rows)
    if not any(plan.generator.kind == "reference" for plan in columns):
        _check_rows(table, sampler)


def _check_column(column: Column) -> None:
    if column.enum is not None:
        _check_values(column, column.enum, column.weights, "enum")
    if column.locale is not None:
        try:
            locale_of(column.locale)
        except SchemaError as exc:
            raise SchemaError(f"column {column.name!r}: {str(exc)[:1].lower()}{str(exc)[1:]}") from None


def _check_listed(column: Column, generator: kinds.Generator | None) -> None:
    """Hold the values that a categorical generator lists to the rules of its column."""
    if isinstance(generator, kinds.Pool):
        _check_listed(column, generator.of)
    if isinstance(generator, kinds.Categorical):
        for values, weights in _lists(generator):
            _check_values(column, values, weights, "categorical")


def _lists(generator: kinds.Categorical) -> Iterator[tuple[Sequence[kinds.Scalar], Sequence[float] | None]]:
    yield generator.values, generator.weights
    for case in generator.cases.values():
        yield case.values, case.weights


def _check_values(column: Column, values: Sequence[kinds.Scalar], weights: Sequence[float] | None, source: str) -> None:
    """Raise SchemaError for the first value that the column's own type, bounds, lengths, pattern or enum refuses."""
    if weights is not None and len(weights) == len(values):
        # A weight of zero excludes a value, so no row breaks a rule by it.
        values = [value for value, weight in zip(values, weights, strict=True) if weight > 0]
    typed = typed_values(column, values, source)
    typed_enum(column.model_copy(update={"enum": tuple(values)}))
    frame = pl.DataFrame([typed.drop_nulls()])
    found = violations(frame, TableSchema.model_construct(columns=(column,)), 1)
    if found:
        rule = found[0][1].removeprefix(f"column {column.name!r}: ").rstrip(".")
        raise SchemaError(
            f"column {column.name!r}: {source} value {rule}; leave it out of the {source} values or change that rule."
        )


def _check_sequence(column: Column, sequence: kinds.Sequence, space: tuple[int, bool] | None, total_rows: int) -> None:
    if space is None or space[0] >= total_rows:
        return
    limit = "max_length" if column.type in TEXTUAL_TYPES else "maximum" if sequence.step > 0 else "minimum"
    raise SchemaError(
        f"column {column.name!r}: the sequence from {sequence.start} in steps of {sequence.step} has {space[0]:,} "
        f"values within {limit} {getattr(column, limit)}, too few for {total_rows:,} rows; change {limit} or step, "
        f"or ask for at most {space[0]:,} rows."
    )


def _check_space(column: Column, space: tuple[int, bool] | None, total_rows: int) -> None:
    """`space`: how many values there are, and whether every one of them can be reached."""
    if space is None:
        return
    size, all_reached = space
    usable = size if all_reached else int(size * _USABLE_SHARE)
    needed = round(total_rows * (1 - null_ratio_of(column)))
    if needed > usable:
        raise SchemaError(
            f"column {column.name!r}: unique over {size:,} possible values cannot fill {needed:,} rows; "
            f"ask for at most {usable:,} rows, allow more values, or drop unique."
        )


def _values_of(column: Column, sampler: TableSampler) -> int | None:
    """At most how many different values the column has; None if that is not known."""
    space = sampler.space_of(column.name)
    if space is not None:
        return space[0]
    if column.enum is not None:
        return len(set(column.enum))
    if column.type == "boolean":
        return 2
    if column.type == "integer" and isinstance(column.minimum, int) and isinstance(column.maximum, int):
        return column.maximum - column.minimum + 1
    return None


def _check_key(columns: Sequence[tuple[Column, int | None]], total_rows: int) -> None:
    sizes = [size for _, size in columns if size is not None]
    room = math.prod(sizes)
    if len(sizes) < len(columns) or any(null_ratio_of(column) for column, _ in columns) or room >= total_rows:
        return
    names = " and ".join(repr(column.name) for column, _ in columns)
    raise SchemaError(
        f"unique: {names} together have {room:,} possible values, too few for {total_rows:,} rows; "
        f"ask for at most {room:,} rows, allow more values, or drop that key."
    )


def _check_rows(table: TableSchema, sampler: TableSampler) -> None:
    """A trial: where no row at all keeps the schema, generator and constraints contradict each other."""
    frame = sampler.window(Window(0, _PROBE_ROWS))
    if not frame.width or valid_rows(frame, table).any():
        return
    found: list[tuple[int, Any]] = list(violations(frame, table, 1))
    sentence = str(found[0][1]).rstrip(".") if found else "the columns contradict each other"
    raise SchemaError(f"no row can keep the schema: {sentence}; change the generator or the constraint.")
