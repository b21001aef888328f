"""Fixed tables that use every generator kind and every vocabulary; nothing in them depends on today's date."""

from __future__ import annotations

from typing import Any

import polars as pl

from synthaix.generate.families import FAMILIES
from synthaix.schema.table import TableSchema, parse_schema

JOB = "0" * 32
"""The job that the reference columns name; its values are `REFERENCES`."""


def _numbers() -> list[dict[str, Any]]:
    return [
        _column("uniform", "float", {"kind": "uniform", "min": -3, "max": 8}, decimals=6),
        _column("whole", "integer", {"kind": "uniform", "min": 1, "max": 6}),
        _column("normal", "float", {"kind": "normal", "mean": 10, "std": 3}, minimum=2, maximum=15),
        _column("tail", "float", {"kind": "normal"}, minimum=4, decimals=9),
        _column("lognormal", "decimal", {"kind": "lognormal", "mean": 3, "sigma": 1}, decimals=2),
        _column("exponential", "float", {"kind": "exponential", "scale": 4}, decimals=5, null_ratio=0.2),
        _column("rare", "integer", {"kind": "poisson", "lam": 0.7}),
        _column("frequent", "integer", {"kind": "poisson", "lam": 900}),
        _column("flag", "boolean", {"kind": "boolean", "p": 0.3}),
        {"name": "key", "type": "integer", "unique": True, "minimum": 1, "maximum": 5_000},
    ]


def _choices() -> list[dict[str, Any]]:
    cases = {"US": {"values": ["CA", "NY"], "weights": [3, 1]}, "DE": {"values": ["BY"]}}
    by = {"kind": "categorical", "by": "country", "values": ["elsewhere"], "cases": cases}
    return [
        {"name": "country", "type": "string", "enum": ["US", "DE", "FR"], "weights": [5, 3, 2]},
        _column("region", "string", by),
        _column("stars", "integer", {"kind": "categorical", "values": [1, 2, 3, 4, 5], "weights": [5, 6, 14, 33, 42]}),
        _column("customer", "string", {"kind": "pool", "size": 200, "distribution": "zipf", "of": _numbered("CUST-")}),
        _column("store", "string", {"kind": "pool", "size": 9, "of": {"kind": "address", "field": "city"}}),
        _column("order", "string", _numbered("ORD-")),
        _column("uuid", "uuid", {"kind": "uuid"}),
        _column("code", "string", {"kind": "pattern", "pattern": r"(AB|CD)-\d{2,4}[a-f]*"}),
        _column("token", "string", {"kind": "pattern", "pattern": "[A-Z]{2}[0-9]{3}"}, unique=True),
        _column("payload", "json", {"kind": "pattern", "pattern": r'\{"n": [1-9], "on": (true|false)\}'}),
        _column("parent", "string", {"kind": "reference", "job_id": JOB, "column": "id", "distribution": "zipf"}),
        _column("sibling", "string", {"kind": "reference", "job_id": JOB, "column": "id"}),
    ]


def _moments() -> list[dict[str, Any]]:
    window = {"kind": "datetime", "start": "2023-02-01", "end": "2024-12-31"}
    shapes = ("uniform", "business_hours", "seasonal", "recent")
    return [
        *(_column(shape, "datetime", {**window, "shape": shape}) for shape in shapes),
        _column("day", "date", {**window, "shape": "seasonal"}),
        _column("hour", "time", {"kind": "datetime", "start": "08:00:00", "end": "17:30:00"}),
        {"name": "begun", "type": "datetime", "minimum": "2024-01-01", "maximum": "2024-06-30"},
        {"name": "ended", "type": "datetime", "after": "begun", "maximum": "2024-09-30", "nullable": True},
        {"name": "moment", "type": "datetime", "minimum": "2024-01-01", "maximum": "2024-12-31", "unique": True},
    ]


def _derived() -> list[dict[str, Any]]:
    return [
        _column("quantity", "integer", {"kind": "uniform", "min": 1, "max": 20}),
        _column("unit_price", "decimal", {"kind": "lognormal", "mean": 3, "sigma": 1}, decimals=2),
        _column("total", "decimal", {"kind": "expression", "expr": "quantity * unit_price"}, decimals=2),
        _column("root", "float", {"kind": "expression", "expr": "sqrt(quantity) + log(quantity + 1) ** 2"}, decimals=6),
        _column("placed", "date", {"kind": "datetime", "start": "2024-01-01", "end": "2024-12-31"}),
        _column("due", "date", {"kind": "expression", "expr": "placed + days(quantity)"}),
        _column("size", "string", {"kind": "expression", "expr": "'large' if total > 100 else 'small'"}),
        _column("name", "string", {"kind": "person", "field": "first_name", "locale": "de"}),
        _column("greeting", "string", {"kind": "template", "template": "{quantity} for {name} on {placed}"}),
    ]


def _family(*kinds: str, locale: str) -> list[dict[str, Any]]:
    """Every field of these families."""
    fields = [(kind, field) for kind in kinds for field in FAMILIES[kind].fields]
    return [
        _column(f"{kind}_{field}", _TYPES.get(field, "string"), {"kind": kind, "field": field, "locale": locale})
        for kind, field in fields
    ]


def _identifiers() -> list[dict[str, Any]]:
    return [
        _column(scheme, "string", {"kind": "identifier", "scheme": scheme}, unique=True)
        for scheme in FAMILIES["identifier"].fields
        if scheme not in ("swift", "vat", "license_plate")
    ]


def _numbered(prefix: str) -> dict[str, Any]:
    return {"kind": "sequence", "prefix": prefix, "width": 6}


def _column(name: str, kind: str, generator: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "generator": generator, **more}


_TYPES = {
    "birth_date": "date", "age": "integer", "latitude": "float", "longitude": "float", "price": "decimal",
    "discount": "integer", "employees": "integer", "founded": "integer", "port": "integer", "http_status": "integer",
}  # fmt: skip

GOLDEN: dict[str, TableSchema] = {
    name: parse_schema({"columns": columns})
    for name, columns in {
        "numbers": _numbers(),
        "choices": _choices(),
        "moments": _moments(),
        "derived": _derived(),
        "people": _family("person", "address", locale="en"),
        "people abroad": [
            _column(f"{field}_{locale}", "string", {"kind": "person", "field": field, "locale": locale})
            for locale in ("de", "fr", "es_MX", "pl", "tr", "ru", "ja", "zh")
            for field in ("full_name", "email", "phone")
        ],
        "business": _family("company", "commerce", "finance", "travel", locale="en_GB"),
        "words": [*_family("internet", "text", locale="it"), *_identifiers()],
    }.items()
}

REFERENCES = {name: pl.Series("id", [f"P-{number:04d}" for number in range(500)]) for name in ("parent", "sibling")}
