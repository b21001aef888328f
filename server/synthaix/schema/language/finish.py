"""From drafts to columns: types, bounds in the column's own type, references between columns, valid facts only."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from synthaix.schema.language import types
from synthaix.schema.language.describe import describe
from synthaix.schema.language.names import to_name
from synthaix.schema.table import MAX_SAFE_INTEGER, NUMERIC_TYPES, TEMPORAL_TYPES, TEXTUAL_TYPES, Column

if TYPE_CHECKING:
    from synthaix.schema.language.draft import Draft
from synthaix.schema.language.order import resolve

_NEGATIVE_GUESS = 1000
"""How far below zero a column goes that "can be negative", where nothing says how far."""


@dataclass(slots=True)
class Finished:
    """The columns of a list, with what was guessed."""

    columns: list[Column] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)


_BOUND_TO = re.compile(r"s (?:should|must|have to|need to|are|can)\b", re.IGNORECASE)
"""A remark in the plural on a column: "emails should be unique"."""


def unite(drafts: list[Draft]) -> list[Draft]:
    """Drafts with distinct names: a repeated name adds its facts to the first or gets a number."""
    from synthaix.schema.language.absorb import merge

    out: dict[str, Draft] = {}
    for draft in drafts:
        first = out.get(draft.name) or (out.get(draft.name[:-1]) if _BOUND_TO.search(draft.text) else None)
        if first is None:
            out[draft.name] = draft
        else:
            merge(draft, first)
    return list(out.values())


def kinds_of(drafts: list[Draft]) -> dict[str, str]:
    """Name -> type for every draft, stated or inferred."""
    names = frozenset(draft.name for draft in drafts)
    return {draft.name: _kind(draft, names) for draft in drafts}


def _kind(draft: Draft, names: frozenset[str]) -> str:
    inferred = types.infer(draft, names)
    if draft.type is None:
        return inferred
    if not draft.stated and draft.type == "boolean" and draft.facts.get("enum"):
        return inferred
    return draft.type


def settle_moments(drafts: list[Draft]) -> None:
    """What is said to come after another column is a moment, and so is that column: "on scene after call received"."""
    names = frozenset(draft.name for draft in drafts)
    by_name = {draft.name: draft for draft in drafts}
    for draft in drafts:
        for words in (draft.after, draft.before):
            other = by_name.get(to_name(words)) if words else None
            if other is None or other is draft or other.type is not None or draft.stated:
                continue
            if types.infer(draft, names) in TEMPORAL_TYPES and types.infer(other, names) in {"boolean", "string"}:
                other.type = types.infer(draft, names)


def finish(drafts: list[Draft], subject: str) -> Finished:
    """Columns of drafts with distinct names; every column validates."""
    kinds = kinds_of(drafts)
    resolve(drafts, kinds)
    out = Finished()
    for draft in drafts:
        kind = kinds[draft.name]
        fields = _fields(draft, kind, out.assumptions)
        description = draft.description or describe(draft, kind, subject)
        out.columns.append(
            _column({"name": draft.name, "type": kind, "description": description[:2000]} | fields, out.assumptions)
        )
    return out


def _column(data: dict[str, Any], assumptions: list[str]) -> Column:
    """The column, without the facts that contradict one another."""
    try:
        return Column.model_validate(data)
    except ValidationError:
        pass
    dropped = []
    for key in [key for key in data if key not in {"name", "type", "description"}]:
        value = data.pop(key)
        try:
            Column.model_validate(data | {key: value})
        except ValidationError:
            dropped.append(key)
        else:
            data[key] = value
    bare = {key: data[key] for key in ("name", "type", "description")}
    assumptions.append(
        f"{data['name']}: what was said about {' and '.join(dropped) or 'it'} could not hold for a "
        f"column of type {data['type']}, so it was left out."
    )
    try:
        return Column.model_validate(data)
    except ValidationError:
        return Column.model_validate(bare)


_ORDER = (
    "nullable",
    "null_ratio",
    "unique",
    "minimum",
    "maximum",
    "decimals",
    "enum",
    "weights",
    "pattern",
    "format",
    "min_length",
    "max_length",
    "after",
    "before",
    "generator",
)


def _fields(draft: Draft, kind: str, assumptions: list[str]) -> dict[str, Any]:
    facts = dict(draft.facts)
    if "null_ratio" in facts:
        facts.setdefault("nullable", True)
    if "asked" in draft.hints and kind != "boolean":
        facts.setdefault("nullable", True)
    ratio = facts.pop("true_ratio", None)
    if ratio is not None and kind == "boolean":
        facts["generator"] = {"kind": "boolean", "p": ratio}
    _window(draft, kind, facts)
    _bounds(draft, kind, facts, assumptions)
    _sizes(kind, facts)
    _values(kind, facts)
    return {key: facts[key] for key in _ORDER if key in facts}


def _window(draft: Draft, kind: str, facts: dict[str, Any]) -> None:
    window = draft.window
    if window is None:
        return
    for key, day in (("minimum", window.start), ("maximum", window.end)):
        if day is None:
            continue
        if kind in {"date", "datetime"}:
            facts[key] = _edge(day, kind, last=key == "maximum")
        elif kind in NUMERIC_TYPES and window.years:
            facts[key] = day.year
    if window.relative and window.start and kind in {"date", "datetime"}:
        draft.notes.append(f"{draft.name}: the window is counted back from today.")


def _edge(day: date, kind: str, *, last: bool) -> str:
    if kind == "date":
        return day.isoformat()
    return f"{day.isoformat()}T23:59:59Z" if last else f"{day.isoformat()}T00:00:00Z"


def _bounds(draft: Draft, kind: str, facts: dict[str, Any], assumptions: list[str]) -> None:
    low, high = facts.get("minimum"), facts.get("maximum")
    if low == "negative":
        del facts["minimum"]
        if kind in NUMERIC_TYPES:
            facts["minimum"] = -high if isinstance(high, (int, float)) and high > 0 else -_NEGATIVE_GUESS
            facts["minimum"] = -60 if "minutes" in draft.name and not high else facts["minimum"]
            assumptions.append(f"{draft.name} can be negative; it is taken to go down to {facts['minimum']}.")
    if low == "positive":
        del facts["minimum"]
        if kind in NUMERIC_TYPES:
            facts["minimum"] = 1 if kind == "integer" else 0
    for key in ("minimum", "maximum"):
        if key in facts:
            value = _bound(facts[key], kind, last=key == "maximum")
            if value is None:
                _as_length(kind, key, facts)
                del facts[key]
            else:
                facts[key] = value


def _bound(value: Any, kind: str, *, last: bool) -> Any:
    """The bound as the type wants it, or None where it makes no sense there."""
    if kind in {"date", "datetime"}:
        if isinstance(value, str) and re.match(r"\d{4}-", value):
            return value
        if isinstance(value, int) and 1000 <= value <= 2200:
            return _edge(date(value, 12, 31) if last else date(value, 1, 1), kind, last=last)
        return None
    if kind == "time":
        if isinstance(value, str) and re.match(r"\d\d:", value):
            return value
        return f"{value:02d}:00:00" if isinstance(value, int) and 0 <= value < 24 else None
    if kind in NUMERIC_TYPES and isinstance(value, (int, float)):
        return value if abs(value) <= MAX_SAFE_INTEGER else None
    return None


def _as_length(kind: str, key: str, facts: dict[str, Any]) -> None:
    """ "title, max 80" bounds the length of a text."""
    value = facts[key]
    if kind in TEXTUAL_TYPES and isinstance(value, int) and 0 < value <= 100_000:
        facts.setdefault("max_length" if key == "maximum" else "min_length", value)


def _sizes(kind: str, facts: dict[str, Any]) -> None:
    if kind not in TEXTUAL_TYPES:
        for key in ("min_length", "max_length", "format", "pattern"):
            if key in facts and not (kind == "uuid" and key == "format"):
                del facts[key]
    if kind not in {"float", "decimal"}:
        facts.pop("decimals", None)
    if "enum" in facts:
        for key in ("pattern", "format", "min_length", "max_length"):
            facts.pop(key, None)


def _values(kind: str, facts: dict[str, Any]) -> None:
    enum = facts.get("enum")
    if enum is None:
        return
    if kind == "boolean" or kind in {"json", "uuid"}:
        facts.pop("enum")
        facts.pop("weights", None)
        return
    if kind in TEXTUAL_TYPES:
        facts["enum"] = tuple(str(value) for value in enum)
    elif kind == "integer" and all(isinstance(value, float) and value.is_integer() for value in enum):
        facts["enum"] = tuple(int(value) for value in enum)
    for key in ("minimum", "maximum"):
        bound = facts.get(key)
        if isinstance(bound, (int, float)) and any(
            isinstance(value, (int, float)) and (value < bound if key == "minimum" else value > bound) for value in enum
        ):
            del facts[key]
