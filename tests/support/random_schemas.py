"""Random table schemas for property tests: every type, every generator kind, every constraint."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from synthaix.schema.table import FORMATS, TableSchema, parse_schema

_NAMES = """
    id order_id customer_id user_id first_name last_name full_name email phone city country postal_code street state
    company job_title department product category price quantity amount total cost salary age rating score status
    priority gender currency description review comment title notes is_active is_fraud verified created_at
    updated_at shipped_at delivered_at start_date end_date birth_date hire_date check_in check_out timestamp
    due_date login_time ip_address url user_agent mac_address latitude longitude temperature humidity weight_kg
    height_cm heart_rate duration_minutes distance_km year month percentage discount tax_rate views clicks sku
    barcode iban card_number tracking_number license_plate version hash token room seat color language timezone
    airline flight_number foo widget_name blorp_code zap qux_type metadata tags payload
"""
NAMES = tuple(_NAMES.split())

PATTERNS = (
    r"[A-Z]{2}-\d{4}",
    r"(red|green|blue)-\d{1,3}",
    r"\w{3,8}",
    r"[a-f0-9]{12}",
    r"\+\d{2} \d{3,4} \d{6}",
    r"^[A-Z][a-z]+$",
    r"(AB|CD)?\d{3}",
    r"[^\d]{4}x*",
)

_TEXT = ("string", "text")
_NUMBERS = ("integer", "float", "decimal")
_MOMENTS = ("date", "datetime", "time")


@st.composite
def tables(draw: st.DrawFn, most: int = 6) -> TableSchema:
    """A schema that can be parsed; a few of them cannot be generated, and are refused."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=most, unique=True))
    columns = [draw(_column(name)) for name in names]
    _add_order(draw, columns)
    _add_derived(draw, columns)
    return parse_schema({"columns": columns})


@st.composite
def _column(draw: st.DrawFn, name: str) -> dict[str, Any]:
    kind = draw(st.sampled_from((*_TEXT, *_NUMBERS, *_MOMENTS, "boolean", "uuid", "json")))
    column: dict[str, Any] = {"name": name, "type": kind}
    if draw(st.integers(0, 4)) == 0:
        column["nullable"] = True
        if draw(st.booleans()):
            column["null_ratio"] = draw(st.sampled_from((0.1, 0.5, 1.0)))
    if kind in _NUMBERS:
        column |= draw(_number(kind))
    elif kind in _TEXT:
        column |= draw(_text())
    elif kind in ("date", "datetime"):
        column |= draw(_moment())
    elif kind == "time" and draw(st.booleans()):
        column |= {"minimum": "08:00:00", "maximum": "17:30:00"}
    elif kind == "boolean" and draw(st.booleans()):
        column["generator"] = {"kind": "boolean", "p": 0.3}
    return column


@st.composite
def _number(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    out: dict[str, Any] = {}
    choice = draw(st.sampled_from(("plain", "bounds", "low", "high", "enum", "generator", "unique")))
    low = draw(st.integers(-1000, 1000))
    high = low + draw(st.integers(1, 5000))
    if kind != "integer" and draw(st.booleans()):
        out["decimals"] = draw(st.integers(0, 6))
    if choice in ("bounds", "low", "generator") and draw(st.booleans()):
        out["minimum"] = low if kind == "integer" else low + 0.25
    if choice in ("bounds", "high", "generator") and draw(st.booleans()):
        out["maximum"] = high
    if choice == "enum":
        out["enum"] = draw(st.lists(st.integers(-50, 50), min_size=1, max_size=5, unique=True))
    if choice == "generator":
        out["generator"] = draw(
            st.sampled_from(
                (
                    {"kind": "uniform"},
                    {"kind": "normal", "mean": 10, "std": 400},
                    {"kind": "lognormal"},
                    {"kind": "exponential", "scale": 50},
                    {"kind": "poisson", "lam": 4},
                    {"kind": "sequence"},
                    {"kind": "pool", "size": 7},
                )
            )
        )
    if choice == "unique":
        out["unique"] = True
    return out


@st.composite
def _text(draw: st.DrawFn) -> dict[str, Any]:
    choice = draw(st.sampled_from(("plain", "plain", "lengths", "pattern", "format", "enum", "generator", "unique")))
    if choice == "lengths":
        least = draw(st.integers(0, 40))
        return {"min_length": least, "max_length": least + draw(st.integers(1, 60))}
    if choice == "pattern":
        return {"pattern": draw(st.sampled_from(PATTERNS))}
    if choice == "format":
        return {"format": draw(st.sampled_from(FORMATS))}
    if choice == "enum":
        values = draw(st.lists(st.sampled_from(("a", "b", "low", "high", "é", "x y")), min_size=1, unique=True))
        weights = draw(st.lists(st.integers(1, 9), min_size=len(values), max_size=len(values)))
        return {"enum": values, "weights": weights}
    if choice == "generator":
        return {"generator": draw(st.sampled_from(_TEXT_GENERATORS))}
    return {"unique": True} if choice == "unique" else {}


_TEXT_GENERATORS: tuple[dict[str, Any], ...] = (
    {"kind": "sequence", "prefix": "N-", "width": 5},
    {"kind": "uuid"},
    {"kind": "pattern", "pattern": "[a-z]{3}[0-9]{2}"},
    {"kind": "pool", "size": 20},
    {"kind": "person"},
    {"kind": "address", "field": "city", "locale": "de"},
    {"kind": "company"},
    {"kind": "internet"},
    {"kind": "commerce"},
    {"kind": "finance"},
    {"kind": "travel"},
    {"kind": "text"},
    {"kind": "identifier", "scheme": "iban"},
    {"kind": "categorical", "values": ["p", "q"], "weights": [3, 1]},
    {"kind": "template", "template": "fixed {{text}}"},
)


@st.composite
def _moment(draw: st.DrawFn) -> dict[str, Any]:
    choice = draw(st.sampled_from(("plain", "bounds", "low", "shape", "unique")))
    first = date(2020, 1, 1) + timedelta(days=draw(st.integers(0, 1500)))
    last = first + timedelta(days=draw(st.integers(40, 900)))
    if choice == "bounds":
        return {"minimum": first.isoformat(), "maximum": last.isoformat()}
    if choice == "low":
        return {"minimum": first.isoformat()}
    if choice == "shape":
        shape = draw(st.sampled_from(("uniform", "business_hours", "seasonal", "recent")))
        window = {"start": first.isoformat(), "end": last.isoformat()} if draw(st.booleans()) else {}
        return {"generator": {"kind": "datetime", "shape": shape, **window}}
    return {"unique": True} if choice == "unique" else {}


def _add_order(draw: st.DrawFn, columns: list[dict[str, Any]]) -> None:
    """One stated order between two moments, where there are two."""
    moments = [column for column in columns if column["type"] in ("date", "datetime") and "unique" not in column]
    if len(moments) >= 2 and draw(st.booleans()):
        moments[1][draw(st.sampled_from(("after", "before")))] = moments[0]["name"]


def _add_derived(draw: st.DrawFn, columns: list[dict[str, Any]]) -> None:
    """A column computed from the others."""
    choice = draw(st.sampled_from(("none", "expression", "template", "by")))
    first = columns[0]
    null = {"nullable": True}
    if choice == "expression" and first["type"] in _NUMBERS:
        expr = f"{first['name']} * 2 + 1"
        columns.append({"name": "derived", "type": "float", "generator": {"kind": "expression", "expr": expr}, **null})
    elif choice == "template":
        template = {"kind": "template", "template": f"<{{{first['name']}}}>"}
        columns.append({"name": "derived", "type": "string", "generator": template, **null})
    elif choice == "by":
        cases = {"true": {"values": ["yes"]}, "1": {"values": ["one", "uno"], "weights": [1, 2]}}
        made = {"kind": "categorical", "values": ["other"], "by": first["name"], "cases": cases}
        columns.append({"name": "derived", "type": "string", "generator": made})
