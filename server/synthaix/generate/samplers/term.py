"""A term of the expression language: a polars expression, its kind, and what its values can be."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

NUMBER, TEXT, BOOLEAN, MOMENT, NULL = "number", "text", "boolean", "date", "null"
"""Kinds: numbers are 64-bit floats, dates and datetimes are moments (UTC, microseconds, no time zone attached);
a literal null fits every kind."""


class FormulaError(Exception):
    """Something is wrong with an expression; the message completes "expression '…' …". Never leaves this package."""


@dataclass(frozen=True, slots=True)
class Term:
    """`low`, `high` bound a number; `without` are numbers it cannot be although they lie between."""

    expr: pl.Expr
    kind: str
    low: float = -math.inf
    high: float = math.inf
    nullable: bool = False
    without: frozenset[float] = frozenset()
    whole: bool = False

    def may_be(self, value: float) -> bool:
        """Whether the number can occur."""
        return self.low <= value <= self.high and value not in self.without

    def limited(self, operation: type[ast.cmpop], value: float) -> Term:
        """The same term where it is known to compare with `value` like that."""
        if operation is ast.Eq:
            return replace(self, low=max(self.low, value), high=min(self.high, value))
        if operation is ast.NotEq:
            return replace(self, without=self.without | {value})
        if operation in (ast.Gt, ast.GtE):
            out = replace(self, low=max(self.low, value))
        elif operation in (ast.Lt, ast.LtE):
            out = replace(self, high=min(self.high, value))
        else:
            return self
        return out if operation in (ast.GtE, ast.LtE) else replace(out, without=out.without | {value})


def constant(value: Any) -> Term:
    """A literal. Raises FormulaError for one the language does not have."""
    if value is None:
        return Term(pl.lit(None), NULL, nullable=True)
    if isinstance(value, bool):
        return Term(pl.lit(value), BOOLEAN)
    if isinstance(value, (int, float)):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise FormulaError("holds a number that is too large")
        return Term(pl.lit(number), NUMBER, number, number, whole=number.is_integer())
    if isinstance(value, str):
        return Term(pl.lit(value), TEXT)
    raise FormulaError(f"holds {value!r}, which is not a number, a text, True, False or None")
