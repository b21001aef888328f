"""Columns that follow from others by arithmetic everybody knows: a total, a profit, a duration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthaix.generate.concepts import words_of
from synthaix.schema import generator as kinds
from synthaix.schema.table import NUMERIC_TYPES, Column, TableSchema

if TYPE_CHECKING:
    from collections.abc import Iterable

Chosen = tuple[kinds.Generator, str]

_QUANTITY = ("quantity", "qty", "units", "units sold", "quantity sold", "items", "item count", "order quantity")
_PRICE = ("unit price", "price", "item price", "price per unit", "unit cost", "price each", "product price")
_TOTAL = (
    "total", "total amount", "total price", "order total", "line total", "amount", "total cost", "order amount",
    "grand total", "total value", "sales amount", "revenue", "subtotal", "sub total", "order value", "sales",
    "total sales", "gross amount", "gross", "gross total", "gross price", "amount gross", "total gross",
    "invoice total",
)  # fmt: skip
_PARTS = (
    ("subtotal", "sub total", "net amount", "net", "net price", "net total", "amount net", "amount before tax"),
    ("tax", "tax amount", "vat", "sales tax", "vat amount"),
    ("shipping", "shipping cost", "shipping fee", "delivery fee"),
)
_RATE = ("vat rate", "tax rate", "vat percent", "tax percent", "vat percentage")
_DURATION = {
    "minutes": ("duration minutes", "duration min", "duration", "trip duration", "session duration", "call duration"),
    "hours": ("duration hours", "hours"),
}
_START = (
    "start time",
    "started at",
    "start",
    "pickup time",
    "login time",
    "departure time",
    "start date",
    "pickup datetime",
)
_END = ("end time", "ended at", "end", "dropoff time", "logout time", "arrival time", "end date", "dropoff datetime")


def formula_of(column: Column, table: TableSchema) -> Chosen | None:
    """The formula of a number that follows from other columns, or None.

    Nothing is inferred where the column has bounds of its own, or a part of the formula may be null.
    """
    if column.minimum is not None or column.maximum is not None or column.unique or column.type not in NUMERIC_TYPES:
        return None
    others = [other for other in table.columns if other is not column and not other.may_be_null]
    numbers = [other for other in others if other.type in NUMERIC_TYPES]
    name = " ".join(words_of(column.name))
    expr = (
        _total(name, numbers)
        or _tax(name, numbers)
        or _difference(name, numbers)
        or _index(name, numbers)
        or _duration(name, others)
    )
    return None if expr is None else (kinds.Expression(expr=expr), f"follows from the row: {expr}")


def _total(name: str, numbers: list[Column]) -> str | None:
    if name not in _TOTAL:
        return None
    parts = [_named(numbers, names) for names in _PARTS]
    if parts[0] is not None and name not in ("subtotal", "sub total") and any(parts[1:]):
        return " + ".join(part for part in parts if part is not None)
    rate = _rate(numbers)
    if parts[0] is not None and rate is not None and "gross" in name:
        return f"round({parts[0]} * (1 + {rate} / 100), 2)"
    quantity, price = _named(numbers, _QUANTITY), _named(numbers, _PRICE)
    return f"{quantity} * {price}" if quantity and price else None


def _tax(name: str, numbers: list[Column]) -> str | None:
    net, rate = _named(numbers, _PARTS[0]), _rate(numbers)
    return f"round({net} * {rate} / 100, 2)" if name in _PARTS[1] and net and rate else None


def _rate(numbers: list[Column]) -> str | None:
    """The column of the tax rate in percent; one held to 1 is a share."""
    return _named([column for column in numbers if column.maximum is None], _RATE)


def _difference(name: str, numbers: list[Column]) -> str | None:
    if name not in ("profit", "net profit", "gross profit", "profit amount", "net income"):
        return None
    gain, cost = _named(numbers, ("revenue", "sales", "income")), _named(numbers, ("cost", "expenses", "total cost"))
    return f"{gain} - {cost}" if gain and cost else None


def _index(name: str, numbers: list[Column]) -> str | None:
    weight, height = _named(numbers, ("weight kg", "weight")), _named(numbers, ("height cm",))
    if name in ("bmi", "body mass index") and weight and height:
        return f"{weight} / (max({height}, 1) / 100) ** 2"  # nothing bounds a height away from zero
    return None


def _duration(name: str, columns: list[Column]) -> str | None:
    moments = [column for column in columns if column.type == "datetime"]
    start, end = _named(moments, _START), _named(moments, _END)
    for unit, names in _DURATION.items():
        if name in names and start and end:
            return f"{unit}_between({end}, {start})"
    return None


def _named(columns: Iterable[Column], names: tuple[str, ...]) -> str | None:
    """The column with the earliest of these names."""
    found = {" ".join(words_of(column.name)): column.name for column in columns}
    return next((found[name] for name in names if name in found), None)
