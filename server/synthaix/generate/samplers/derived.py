"""Columns computed from other columns of the same row: templates and expressions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.errors import SchemaError
from synthaix.generate.samplers.formula import compile_expression, names_in
from synthaix.generate.samplers.functions import as_text
from synthaix.generate.samplers.grid import Grid
from synthaix.generate.samplers.ranges import range_of
from synthaix.generate.samplers.term import BOOLEAN, MOMENT, NULL, NUMBER, TEXT, Term
from synthaix.schema.physical import datetime_text, dtype_of, time_text
from synthaix.schema.table import NUMERIC_TYPES, TEXTUAL_TYPES, Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from synthaix.generate.draws import Draws
    from synthaix.generate.samplers.base import Context, Row
    from synthaix.schema import generator as kinds

_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")

_KIND_OF = {
    **dict.fromkeys(("integer", "float", "decimal"), NUMBER),
    **dict.fromkeys(("string", "text", "uuid", "json", "time"), TEXT),
    **dict.fromkeys(("date", "datetime"), MOMENT),
    "boolean": BOOLEAN,
}


class Template:
    """Text with the row's own values in its placeholders."""

    def __init__(self, column: Column, generator: kinds.Template, context: Context) -> None:
        if column.type not in TEXTUAL_TYPES:
            raise SchemaError(
                f"column {column.name!r}: a template makes text, but the type is {column.type}; use type string."
            )
        self._name = column.name
        self._parts = template_parts(column, generator.template)
        for part in self._parts:
            if isinstance(part, tuple):
                _known(column, part[0], context)
        self._most = column.max_length

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """The parts joined; null where a value in it is null."""
        used = {part[0]: row[part[0]] for part in self._parts if isinstance(part, tuple)}
        parts = [written(used[part[0]]) if isinstance(part, tuple) else pl.lit(part) for part in self._parts]
        text = pl.concat_str(parts) if parts else pl.lit("")
        if self._most is not None:
            text = text.str.slice(0, self._most)
        if not used:
            return pl.Series(self._name, [self._parts[0] if self._parts else ""]).gather(
                np.zeros(draws.count, np.uint32)
            )
        return pl.DataFrame(list(used.values())).select(text.alias(self._name)).to_series()


class Expression:
    """Arithmetic over the row, rounded and typed as the column says."""

    def __init__(self, column: Column, generator: kinds.Expression, context: Context) -> None:
        self._column, self._expr = column, generator.expr
        mentioned = names_in(generator.expr)
        for name in mentioned:
            _known(column, name, context)
        terms = {other.name: _term(other, context) for other in context.table.columns if other.name != column.name}
        self._term = compile_expression(column.name, generator.expr, _usable(terms))
        self._names = mentioned
        _fits(column, generator, self._term)
        self._grid = Grid.of(column) if column.type in NUMERIC_TYPES else None

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """The computed values; a bound of the column clips them."""
        name = self._column.name
        expr = as_text(self._term) if self._column.type in TEXTUAL_TYPES else self._term.expr
        if not self._names:
            one = pl.select(expr.alias(name)).to_series()
            return self._typed(one.gather(np.zeros(draws.count, np.uint32)))
        frame = pl.DataFrame([row[used] for used in self._names])
        return self._typed(frame.select(expr.alias(name)).to_series())

    def _typed(self, values: pl.Series) -> pl.Series:
        column = self._column
        if self._grid is not None:
            numbers = values.cast(pl.Float64)
            made = self._grid.nearest(numbers.fill_null(0.0).to_numpy(writable=True))
            if not numbers.has_nulls():
                return made
            return pl.select(pl.when(numbers.is_not_null()).then(made).alias(column.name)).to_series()
        if column.type == "datetime":
            return values.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
        if column.type in TEXTUAL_TYPES and column.max_length is not None:
            return values.str.slice(0, column.max_length)
        return values.cast(dtype_of(column))


def template_parts(column: Column, template: str) -> list[str | tuple[str]]:
    """Literal text as strings, placeholders as one-tuples of the column's name; {{ and }} are braces.

    Raises SchemaError for a brace that stands alone.
    """
    parts: list[str | tuple[str]] = []
    end = 0
    for match in _PLACEHOLDER.finditer(template):
        if match.start() > end:
            parts.append(template[end : match.start()])
        end = match.end()
        if match.group() in ("{{", "}}"):
            parts.append(match.group()[0])
        elif match.group(1) is None:
            raise SchemaError(
                f"column {column.name!r}: the template has a lone {match.group()!r}; write {match.group() * 2!r} for a "
                f"brace, or {{column}} for a value."
            )
        else:
            parts.append((match.group(1).strip(),))
    if end < len(template):
        parts.append(template[end:])
    return parts


def template_names(column: Column, template: str) -> tuple[str, ...]:
    """The columns a template mentions, each once, in order."""
    parts = template_parts(column, template)
    return tuple(dict.fromkeys(part[0] for part in parts if isinstance(part, tuple)))


def written(values: pl.Series) -> pl.Expr:
    """A column as a template shows it: like JSON, but dates and numbers plain."""
    column = pl.col(values.name)
    if values.dtype == pl.Datetime:
        return datetime_text(column)
    if values.dtype == pl.Time:
        return time_text(column)
    return column if values.dtype == pl.String else column.cast(pl.String)


def _known(column: Column, name: str, context: Context) -> None:
    if name == column.name:
        raise SchemaError(f"column {column.name!r} refers to itself; leave itself out.")
    if name not in context.table.names:
        others = ", ".join(other for other in context.table.names if other != column.name)
        remedy = f"use one of {others}" if others else f"add a column {name!r} or use another generator"
        raise SchemaError(f"column {column.name!r} names {name!r}, which is not a column; {remedy}.")
    if context.plans[name].generator.kind == "llm":
        raise SchemaError(
            f"column {column.name!r} needs {name!r}, which a model writes after the sampled columns; "
            f"give {name!r} a generator or leave it out."
        )


def _usable(terms: Mapping[str, Term | None]) -> dict[str, Term]:
    return {name: term for name, term in terms.items() if term is not None}


def _term(column: Column, context: Context) -> Term | None:
    plan = context.plans[column.name]
    if plan.generator.kind == "llm":
        return None
    kind, expr, nullable = _KIND_OF[column.type], pl.col(column.name), column.may_be_null
    if kind == NUMBER:
        low, high = range_of(column, plan.generator, context)
        return Term(expr.cast(pl.Float64), NUMBER, low, high, nullable, whole=column.type == "integer")
    if column.type == "datetime":
        expr = expr.dt.replace_time_zone(None)
    elif column.type == "date":
        expr = expr.cast(pl.Datetime("us"))
    elif column.type == "time":
        expr = time_text(expr)
    return Term(expr, kind, nullable=nullable)


def _fits(column: Column, generator: kinds.Expression, term: Term) -> None:
    """Raise SchemaError where the result cannot stand in the column."""
    wanted = _KIND_OF[column.type]
    if term.kind not in (wanted, NULL) and wanted != TEXT:
        raise SchemaError(
            f"column {column.name!r}: expression {generator.expr[:200]!r} gives a {term.kind}, but the type is "
            f"{column.type}; change the type or the expression."
        )
    if term.nullable and not column.may_be_null:
        raise SchemaError(
            f"column {column.name!r}: expression {generator.expr[:200]!r} can be null, but the column cannot; "
            f"use coalesce(column, 0) in it, or make {column.name!r} nullable."
        )
    if wanted == NUMBER:
        low, high = column.bound("minimum"), column.bound("maximum")
        if (low is not None and term.high < low) or (high is not None and term.low > high):
            raise SchemaError(
                f"column {column.name!r}: expression {generator.expr[:200]!r} lies between {term.low:g} and "
                f"{term.high:g}, outside the bounds; widen the bounds or change the expression."
            )
