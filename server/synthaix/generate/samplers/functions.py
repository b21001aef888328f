"""The operators and functions of the expression language, over terms."""

from __future__ import annotations

import ast
import math
from inspect import signature
from typing import TYPE_CHECKING, Any

import polars as pl

from synthaix.generate.samplers.term import BOOLEAN, MOMENT, NULL, NUMBER, TEXT, FormulaError, Term

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_DAY_US = 86_400_000_000

_LONGEST_POWER = 64.0
"""Greatest exponent that is taken; beyond, every result but 0 and 1 leaves the numbers a table can hold."""


_REMEDIES = {
    NUMBER: "use a column of numbers, or days_between, year or length to make one",
    TEXT: "use a column of text, or str to make one",
    MOMENT: "use a column of dates",
    BOOLEAN: "compare with something, as in a > 0",
}
"""What to write where an operand is of the wrong kind."""


def expect(term: Any, kind: str, where: str) -> Term:
    """The term, if it is of that kind. Raises FormulaError."""
    if not isinstance(term, Term):
        raise FormulaError(f"uses a list outside 'in' ({where})")
    if term.kind not in (kind, NULL):
        raise FormulaError(f"hands a {term.kind} to {where!r}, which needs a {kind}; {_REMEDIES[kind]}")
    return term


def _numbers(where: str, *terms: Term) -> bool:
    """Whether any of the terms, all of which must be numbers, may be null."""
    return any(expect(term, NUMBER, where).nullable for term in terms)


def _corners(op: Callable[[float, float], float], left: Term, right: Term) -> tuple[float, float]:
    results = []
    for first in (left.low, left.high):
        for second in (right.low, right.high):
            result = op(first, second)
            results.append(0.0 if math.isnan(result) else result)  # 0 * inf: nothing, however often
    return min(results), max(results)


def _add(left: Term, right: Term) -> Term:
    if left.kind == TEXT and right.kind == TEXT:
        return Term(left.expr + right.expr, TEXT, nullable=left.nullable or right.nullable)
    if MOMENT in (left.kind, right.kind):
        moment, days = (left, right) if left.kind == MOMENT else (right, left)
        return _shift(moment, expect(days, NUMBER, "+ on a date"), 1)
    nullable = _numbers("+", left, right)
    whole = left.whole and right.whole
    return Term(left.expr + right.expr, NUMBER, left.low + right.low, left.high + right.high, nullable, whole=whole)


def _subtract(left: Term, right: Term) -> Term:
    if left.kind == MOMENT and right.kind == MOMENT:
        days = (left.expr - right.expr).dt.total_microseconds() / _DAY_US
        return Term(days, NUMBER, nullable=left.nullable or right.nullable)
    if left.kind == MOMENT:
        return _shift(left, expect(right, NUMBER, "- on a date"), -1)
    nullable = _numbers("-", left, right)
    whole = left.whole and right.whole
    return Term(left.expr - right.expr, NUMBER, left.low - right.high, left.high - right.low, nullable, whole=whole)


def _multiply(left: Term, right: Term) -> Term:
    nullable = _numbers("*", left, right)
    low, high = _corners(lambda a, b: a * b, left, right)
    return Term(left.expr * right.expr, NUMBER, low, high, nullable, whole=left.whole and right.whole)


def _divisor(right: Term, sign: str) -> None:
    if right.may_be(0.0):
        between = f"{right.low:g} to {right.high:g}" if math.isfinite(right.low + right.high) else "any number"
        raise FormulaError(
            f"can divide by zero: what stands right of {sign} can be {between}; bound it away from 0 "
            f"(minimum or maximum), or write 'a / b if b != 0 else 0'"
        )


def _divide(left: Term, right: Term) -> Term:
    nullable = _numbers("/", left, right)
    _divisor(right, "/")
    low, high = -math.inf, math.inf
    if right.low > 0 or right.high < 0:
        low, high = _corners(lambda a, b: a / b if b else math.inf, left, right)
    return Term(left.expr / right.expr, NUMBER, low, high, nullable)


def _floor_divide(left: Term, right: Term) -> Term:
    return _rounded(_divide(left, right), lambda expr: expr.floor(), math.floor)


def _modulo(left: Term, right: Term) -> Term:
    nullable = _numbers("%", left, right)
    _divisor(right, "%")
    reach = max(abs(right.low), abs(right.high))
    low = 0.0 if right.low >= 0 else -reach
    # Floored, as in Python: the result has the divisor's sign.
    value = left.expr - right.expr * (left.expr / right.expr).floor()
    return Term(value, NUMBER, low, reach, nullable, whole=left.whole and right.whole)


def _power(left: Term, right: Term) -> Term:
    nullable = _numbers("**", left, right)
    if max(abs(right.low), abs(right.high)) > _LONGEST_POWER:
        raise FormulaError(f"raises to a power that can pass {_LONGEST_POWER:g}; bound the exponent")
    if left.low < 0 and not (right.low == right.high and right.low.is_integer()):
        raise FormulaError("raises a number that can be negative to a power that is not a whole constant")
    if right.low < 0 and left.may_be(0.0):
        raise FormulaError("raises a number that can be 0 to a negative power; bound it away from 0")
    low, high = 0.0 if left.low >= 0 or right.low % 2 == 0 else -math.inf, math.inf
    if left.low > 0:  # monotone in the base and in the exponent
        low, high = _corners(_raised, left, right)
    return Term(left.expr.pow(right.expr), NUMBER, low, high, nullable)


def _raised(base: float, exponent: float) -> float:
    try:
        return float(base**exponent)
    except OverflowError:
        return math.inf


def _negative(term: Term) -> Term:
    nullable = _numbers("-", term)
    return Term(-term.expr, NUMBER, -term.high, -term.low, nullable, whole=term.whole)


def _not(term: Term) -> Term:
    return Term(~expect(term, BOOLEAN, "not").expr, BOOLEAN, nullable=term.nullable)


def _shift(moment: Term, days: Term, sign: int) -> Term:
    # Rounded, because 5 / 24 of a day is not a whole number of microseconds in binary.
    step = (days.expr * (sign * _DAY_US)).round().cast(pl.Int64).cast(pl.Duration("us"))
    return Term(moment.expr + step, MOMENT, nullable=moment.nullable or days.nullable)


OPERATORS: dict[type, Callable[..., Term]] = {
    ast.Add: _add,
    ast.Sub: _subtract,
    ast.Mult: _multiply,
    ast.Div: _divide,
    ast.FloorDiv: _floor_divide,
    ast.Mod: _modulo,
    ast.Pow: _power,
    ast.USub: _negative,
    ast.UAdd: lambda term: term,
    ast.Not: _not,
}

_COMPARISONS: dict[type, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}


def compare(operation: ast.cmpop, left: Any, right: Any) -> Term:
    """left <operation> right, a boolean."""
    if isinstance(operation, (ast.In, ast.NotIn)):
        items = right if isinstance(right, list) else [right]
        hits = [compare(ast.Eq(), left, item) for item in items]
        found = pl.any_horizontal([hit.expr for hit in hits]) if hits else pl.lit(False)
        return Term(~found if isinstance(operation, ast.NotIn) else found, BOOLEAN, nullable=left.nullable)
    if isinstance(operation, (ast.Is, ast.IsNot)):
        if not isinstance(right, Term) or right.kind != NULL:
            raise FormulaError("uses 'is' with something other than None; use ==")
        return Term(left.expr.is_null() if isinstance(operation, ast.Is) else left.expr.is_not_null(), BOOLEAN)
    if not isinstance(left, Term) or not isinstance(right, Term):
        raise FormulaError("compares with a list; use 'in'")
    if left.kind != right.kind and NULL not in (left.kind, right.kind):
        raise FormulaError(f"compares a {left.kind} with a {right.kind}")
    if NULL in (left.kind, right.kind) and isinstance(operation, (ast.Eq, ast.NotEq)):
        # People write `== None` for what SQL calls `is null`; compared as values it would never hold.
        asked = left if right.kind == NULL else right
        return Term(asked.expr.is_null() if isinstance(operation, ast.Eq) else asked.expr.is_not_null(), BOOLEAN)
    nullable = left.nullable or right.nullable
    return Term(_COMPARISONS[type(operation)](left.expr, right.expr), BOOLEAN, nullable=nullable)


def choose(condition: Term, yes: Term, no: Term) -> Term:
    """`yes` where the condition holds, else `no` (also where it is null)."""
    kind = yes.kind if yes.kind != NULL else no.kind
    if NULL not in (yes.kind, no.kind) and yes.kind != no.kind:
        raise FormulaError(f"is a {yes.kind} in one case and a {no.kind} in the other")
    expr = pl.when(condition.expr.fill_null(False)).then(yes.expr).otherwise(no.expr)
    whole = yes.whole and no.whole
    return Term(expr, kind, min(yes.low, no.low), max(yes.high, no.high), yes.nullable or no.nullable, whole=whole)


def _iif(condition: Term, yes: Term, no: Term) -> Term:
    return choose(expect(condition, BOOLEAN, "if"), yes, no)


def _case(*parts: Term) -> Term:
    if len(parts) < 3 or len(parts) % 2 == 0:
        raise FormulaError("calls case with something other than condition, value, …, otherwise")
    result = parts[-1]
    for index in range(len(parts) - 3, -1, -2):
        result = _iif(parts[index], parts[index + 1], result)
    return result


def _rounded(term: Term, to: Callable[[pl.Expr], pl.Expr], bound: Callable[[float], float]) -> Term:
    nullable = _numbers("rounding", term)
    low, high = (value if math.isinf(value) else float(bound(value)) for value in (term.low, term.high))
    return Term(to(term.expr), NUMBER, low, high, nullable, whole=True)


def _round(term: Term, places: Term | None = None) -> Term:
    digits = 0 if places is None else int(places.low)
    if places is not None and (places.low != places.high or not 0 <= digits <= 12):
        raise FormulaError("rounds to something other than 0 to 12 decimals")
    if digits == 0:
        return _rounded(term, lambda expr: expr.round(0), round)
    slack = 0.5 * 10.0**-digits
    nullable = _numbers("round", term)
    return Term(term.expr.round(digits), NUMBER, term.low - slack, term.high + slack, nullable)


def _absolute(term: Term) -> Term:
    nullable = _numbers("abs", term)
    low = 0.0 if term.low <= 0 <= term.high else min(abs(term.low), abs(term.high))
    without = term.without & {0.0}
    return Term(term.expr.abs(), NUMBER, low, max(abs(term.low), abs(term.high)), nullable, without, term.whole)


def _least(*terms: Term) -> Term:
    nullable = _numbers("min", *terms)
    expr = pl.min_horizontal([term.expr for term in terms])
    return Term(expr, NUMBER, min(t.low for t in terms), min(t.high for t in terms), nullable)


def _greatest(*terms: Term) -> Term:
    nullable = _numbers("max", *terms)
    expr = pl.max_horizontal([term.expr for term in terms])
    return Term(expr, NUMBER, max(t.low for t in terms), max(t.high for t in terms), nullable)


def _root(term: Term) -> Term:
    nullable = _numbers("sqrt", term)
    if term.low < 0:
        raise FormulaError("takes the root of a number that can be negative; bound it at 0")
    return Term(term.expr.sqrt(), NUMBER, math.sqrt(term.low), math.sqrt(term.high), nullable)


def _logarithm(term: Term) -> Term:
    nullable = _numbers("log", term)
    if term.low < 0 or term.may_be(0.0):
        raise FormulaError("takes the logarithm of a number that can be 0 or negative; bound it above 0")
    return Term(term.expr.log(), NUMBER, nullable=nullable)


def as_text(term: Term) -> pl.Expr:
    """The term as text; whole numbers without a fraction."""
    if term.kind == NUMBER and term.whole:
        return term.expr.cast(pl.Int64).cast(pl.String)
    return term.expr if term.kind == TEXT else term.expr.cast(pl.String)


def _concat(*terms: Term) -> Term:
    nullable = any(term.nullable for term in terms)
    return Term(pl.concat_str([as_text(term) for term in terms]), TEXT, nullable=nullable)


def _text(of: Callable[[pl.Expr], pl.Expr], where: str) -> Callable[[Term], Term]:
    return lambda term: Term(of(expect(term, TEXT, where).expr), TEXT, nullable=term.nullable)


def _length(term: Term) -> Term:
    chars = expect(term, TEXT, "length").expr.str.len_chars().cast(pl.Float64)
    return Term(chars, NUMBER, 0.0, math.inf, term.nullable, whole=True)


def _substring(term: Term, start: Term, count: Term) -> Term:
    nullable = _numbers("substring", start, count) or term.nullable
    first, length = ((number.expr.cast(pl.Int64)) for number in (start, count))
    return Term(expect(term, TEXT, "substring").expr.str.slice(first, length), TEXT, nullable=nullable)


def _coalesce(*terms: Term) -> Term:
    kind = next((term.kind for term in terms if term.kind != NULL), NULL)
    expr = pl.coalesce([expect(term, kind, "coalesce").expr for term in terms])
    low, high = min(t.low for t in terms), max(t.high for t in terms)
    return Term(expr, kind, low, high, all(term.nullable for term in terms), whole=all(t.whole for t in terms))


def _duration(days: float) -> Callable[[Term], Term]:
    def shift(term: Term) -> Term:
        nullable = _numbers("a duration", term)
        return Term(term.expr * days, NUMBER, term.low * days, term.high * days, nullable)

    return shift


def _between(per_day: float) -> Callable[[Term, Term], Term]:
    def count(later: Term, earlier: Term) -> Term:
        span = _subtract(expect(later, MOMENT, "a difference"), expect(earlier, MOMENT, "a difference"))
        return Term(span.expr * per_day, NUMBER, nullable=span.nullable)

    return count


def _part(of: Callable[[pl.Expr], pl.Expr], low: float, high: float) -> Callable[[Term], Term]:
    def part(term: Term) -> Term:
        moment = expect(term, MOMENT, "a part of a date")
        return Term(of(moment.expr).cast(pl.Float64), NUMBER, low, high, term.nullable, whole=True)

    return part


FUNCTIONS: dict[str, Callable[..., Term]] = {
    "abs": _absolute,
    "case": _case,
    "ceil": lambda term: _rounded(term, lambda expr: expr.ceil(), math.ceil),
    "coalesce": _coalesce,
    "concat": _concat,
    "day": _part(lambda moment: moment.dt.day(), 1, 31),
    "days": _duration(1.0),
    "days_between": _between(1.0),
    "floor": lambda term: _rounded(term, lambda expr: expr.floor(), math.floor),
    "hour": _part(lambda moment: moment.dt.hour(), 0, 23),
    "hours": _duration(1 / 24),
    "hours_between": _between(24.0),
    "iif": _iif,
    "int": lambda term: _rounded(term, lambda expr: expr.truncate(), math.trunc),
    "length": _length,
    "log": _logarithm,
    "lower": _text(lambda text: text.str.to_lowercase(), "lower"),
    "max": _greatest,
    "min": _least,
    "minutes": _duration(1 / 1440),
    "minutes_between": _between(1440.0),
    "month": _part(lambda moment: moment.dt.month(), 1, 12),
    "round": _round,
    "sqrt": _root,
    "str": _concat,
    "substring": _substring,
    "title": _text(lambda text: text.str.to_titlecase(), "title"),
    "trim": _text(lambda text: text.str.strip_chars(), "trim"),
    "upper": _text(lambda text: text.str.to_uppercase(), "upper"),
    "weekday": _part(lambda moment: moment.dt.weekday(), 1, 7),
    "year": _part(lambda moment: moment.dt.year(), -292_000, 294_000),
}


def call(name: str, arguments: Sequence[Any]) -> Term:
    """The function applied to its arguments. Raises FormulaError for a wrong number of them."""
    for argument in arguments:
        if not isinstance(argument, Term):
            raise FormulaError(f"gives {name} a list")
    if not arguments:
        raise FormulaError(f"calls {name} with nothing")
    try:
        signature(FUNCTIONS[name]).bind(*arguments)
    except TypeError:
        raise FormulaError(f"calls {name} with {len(arguments)} arguments, which it does not take") from None
    return FUNCTIONS[name](*arguments)
