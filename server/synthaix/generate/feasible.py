"""Refusing what cannot be generated before a job exists: one sentence with column, rule and remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synthaix.errors import SchemaError
from synthaix.generate.families.locales import locale_of
from synthaix.generate.sampler import TableSampler, null_ratio_of
from synthaix.generate.samplers.values import typed_values
from synthaix.generate.window import Window
from synthaix.schema.validation import valid_rows, violations

if TYPE_CHECKING:
    from synthaix.generate.plan import ColumnPlan
    from synthaix.schema.table import Column, TableSchema

_PROBE_ROWS = 200
"""Rows made on trial: a plan none of whose rows keeps the schema is refused instead of started."""

_USABLE_SHARE = 0.7
"""Share of a vocabulary that random drawing reaches in reasonable time (the last values turn up rarely)."""


def check_feasible(table: TableSchema, columns: tuple[ColumnPlan, ...], total_rows: int) -> None:
    """Raise SchemaError unless `total_rows` rows of the table can be made as planned."""
    for column in table.columns:
        _check_column(column)
    sampler = TableSampler(table, columns, 0)
    for column in table.columns:
        if column.unique:
            _check_space(column, sampler.space_of(column.name), total_rows)
    if not any(plan.generator.kind == "reference" for plan in columns):
        _check_rows(table, sampler)


def _check_column(column: Column) -> None:
    if column.enum is not None:
        typed_values(column, column.enum)
    if column.locale is not None:
        try:
            locale_of(column.locale)
        except SchemaError as exc:
            raise SchemaError(f"column {column.name!r}: {str(exc)[:1].lower()}{str(exc)[1:]}") from None


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


def _check_rows(table: TableSchema, sampler: TableSampler) -> None:
    """A trial: where no row at all keeps the schema, generator and constraints contradict each other."""
    frame = sampler.window(Window(0, _PROBE_ROWS))
    if not frame.width or valid_rows(frame, table).any():
        return
    found: list[tuple[int, Any]] = list(violations(frame, table, 1))
    sentence = str(found[0][1]).rstrip(".") if found else "the columns contradict each other"
    raise SchemaError(f"no row can keep the schema: {sentence}; change the generator or the constraint.")
