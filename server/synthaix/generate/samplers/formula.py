"""The expression language: arithmetic, comparisons, text and dates over the columns of a row.

`simpleeval` parses an expression and walks it; nothing is ever evaluated as Python. The walk runs
once for a plan, over terms instead of numbers: a term is a polars expression together with its kind
and the range its values can take, so that a division by zero, an unknown column or text where a
number belongs is refused before a single row is made. Polars then computes whole windows.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, Any

import polars as pl
from simpleeval import InvalidExpression, SimpleEval

from synthaix.errors import SchemaError

# Not from the package, which may be half imported by another thread that waits for this module.
from synthaix.generate.samplers.functions import FUNCTIONS, OPERATORS, call, choose, compare, expect
from synthaix.generate.samplers.term import BOOLEAN, NUMBER, FormulaError, Term, constant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MOST_NODES = 400
"""Nodes of a parsed expression; deeper ones would run into Python's recursion limit."""

_QUOTED = re.compile(r"('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")
_SPELLINGS = (
    (re.compile(r"\bif\s*\("), "iif("),
    (re.compile(r"\bAND\b"), "and"),
    (re.compile(r"\bOR\b"), "or"),
    (re.compile(r"\bNOT\b"), "not"),
    (re.compile(r"<>"), "!="),
)
"""What people who come from spreadsheets and SQL write, and how it is spelled here."""

_FLIPPED: dict[type, type] = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
_NEGATED: dict[type, type] = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip


def names_in(expr: str) -> tuple[str, ...]:
    """The columns an expression mentions, each once, in order; none where it cannot be parsed."""
    try:
        tree = _parse(expr)
    except (SyntaxError, FormulaError):
        return ()
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called]
    return tuple(dict.fromkeys(names))


def compile_expression(column: str, expr: str, terms: Mapping[str, Term]) -> Term:
    """The expression as a term over `terms` (one for each column that may be used).

    Raises SchemaError, naming `column`, where the expression cannot be read, mentions an unknown
    column or function, mixes kinds, or can divide by zero.
    """
    try:
        result = _Compiler(terms).eval(expr, _parse(expr))
    except FormulaError as exc:
        raise SchemaError(f"column {column!r}: expression {expr[:200]!r} {exc}.") from None
    except SyntaxError as exc:
        raise SchemaError(
            f"column {column!r}: expression {expr[:200]!r} cannot be read ({exc.msg}); "
            f"write it like 'quantity * unit_price'."
        ) from None
    except (InvalidExpression, RecursionError) as exc:
        raise SchemaError(f"column {column!r}: expression {expr[:200]!r} is not allowed: {exc}") from None
    if not isinstance(result, Term):
        raise SchemaError(f"column {column!r}: expression {expr[:200]!r} is a list; compare with it using 'in'.")
    return result


def _parse(expr: str) -> ast.Expr:
    parts = _QUOTED.split(expr.strip())
    for index in range(0, len(parts), 2):
        for pattern, spelled in _SPELLINGS:
            parts[index] = pattern.sub(spelled, parts[index])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's own hints about odd literals are no news to the caller
        try:
            tree = ast.parse("".join(parts), mode="eval")
        except (ValueError, MemoryError, RecursionError):
            raise FormulaError("cannot be read; write it like 'quantity * unit_price'") from None
    if sum(1 for _ in ast.walk(tree)) > _MOST_NODES:
        raise FormulaError(f"has more than {_MOST_NODES} parts; split it over several columns")
    return ast.Expr(tree.body)


class _Compiler(SimpleEval):  # type: ignore[misc]  # simpleeval has no types
    """simpleeval over terms, with an allow-list of syntax and three rules that must not look at truth values."""

    names: dict[str, Term]

    def __init__(self, terms: Mapping[str, Term]) -> None:
        super().__init__(operators=dict(OPERATORS), functions=dict(FUNCTIONS), names=dict(terms))
        self.nodes: dict[type, Callable[[Any], Any]] = {
            ast.Expr: self._eval_expr,
            ast.Name: self._name,
            ast.Constant: self._constant,
            ast.UnaryOp: self._eval_unaryop,
            ast.BinOp: self._eval_binop,
            ast.BoolOp: self._bool_op,
            ast.Compare: self._compare,
            ast.IfExp: self._if_else,
            ast.Call: self._call,
            ast.Tuple: self._items,
            ast.List: self._items,
        }

    def _eval(self, node: Any) -> Any:
        if type(node) not in self.nodes:
            raise FormulaError(f"uses {type(node).__name__}, which is not part of the language")
        return self.nodes[type(node)](node)

    def _name(self, node: ast.Name) -> Term:
        if node.id not in self.names:
            remedy = f"use one of {', '.join(self.names)}" if self.names else "add a column for it to use"
            raise FormulaError(f"names {node.id!r}, which is not a column it can use; {remedy}")
        term: Term = self.names[node.id]
        return term

    def _constant(self, node: ast.Constant) -> Term:
        return constant(node.value)

    def _items(self, node: ast.Tuple | ast.List) -> list[Term]:
        return [self._eval(item) for item in node.elts]

    def _call(self, node: ast.Call) -> Term:
        if not isinstance(node.func, ast.Name) or node.keywords:
            raise FormulaError("calls something that is not a plain function")
        if node.func.id not in self.functions:
            raise FormulaError(f"calls {node.func.id!r}; use one of {', '.join(sorted(self.functions))}")
        if node.func.id == "iif" and len(node.args) == 3:
            return self._choose(*node.args)
        result: Term = call(node.func.id, [self._eval(argument) for argument in node.args])
        return result

    def _bool_op(self, node: ast.BoolOp) -> Term:
        terms = [expect(self._eval(value), BOOLEAN, "and/or") for value in node.values]
        join = pl.all_horizontal if isinstance(node.op, ast.And) else pl.any_horizontal
        return Term(join([term.expr for term in terms]), BOOLEAN, nullable=any(term.nullable for term in terms))

    def _compare(self, node: ast.Compare) -> Term:
        results, left = [], self._eval(node.left)
        for operation, comparator in zip(node.ops, node.comparators, strict=True):
            right = self._eval(comparator)
            results.append(compare(operation, left, right))
            left = right
        if len(results) == 1:
            return results[0]
        nullable = any(result.nullable for result in results)
        return Term(pl.all_horizontal([result.expr for result in results]), BOOLEAN, nullable=nullable)

    def _if_else(self, node: ast.IfExp) -> Term:
        return self._choose(node.test, node.body, node.orelse)

    def _choose(self, test: ast.expr, body: ast.expr, otherwise: ast.expr) -> Term:
        """`body` where `test`, else `otherwise`; each branch knows what the test says about a column's range."""
        condition = expect(self._eval(test), BOOLEAN, "if")
        yes = self._under(test, body, negate=False)
        no = self._under(test, otherwise, negate=True)
        return choose(condition, yes, no)

    def _under(self, test: ast.expr, branch: ast.expr, negate: bool) -> Term:
        before = self.names
        self.names = {**before, **_refined(test, before, negate)}
        try:
            result: Term = self._eval(branch)
        finally:
            self.names = before
        return result


def _refined(test: ast.expr, terms: Mapping[str, Term], negate: bool) -> dict[str, Term]:
    """What `test` (or its negation) says about the range of the one column it compares with a number."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return {}
    left, right, operation = test.left, test.comparators[0], type(test.ops[0])
    if isinstance(left, ast.Constant):
        left, right, operation = right, left, _FLIPPED.get(operation, operation)
    if negate:
        operation = _NEGATED.get(operation, operation)
    if not isinstance(left, ast.Name) or not isinstance(right, ast.Constant) or left.id not in terms:
        return {}
    if isinstance(right.value, bool) or not isinstance(right.value, (int, float)) or terms[left.id].kind != NUMBER:
        return {}
    return {left.id: terms[left.id].limited(operation, float(right.value))}
