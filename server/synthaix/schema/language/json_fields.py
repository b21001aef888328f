"""Columns in JSON: an array of names, an object of types or examples, a JSON schema."""

from __future__ import annotations

import json
import re
from typing import Any

from synthaix.schema.language.text import COUNT, pairs


def json_columns(text: str) -> tuple[str, list[str], str] | None:
    """(text before, items, text after) where a JSON array or object names the columns; None otherwise."""
    for start, end in pairs(text):
        if text[start] not in "{[" or end - start < 6:
            continue
        try:
            value = json.loads(text[start : end + 1].replace(COUNT, "0"))
        except ValueError:
            continue
        except RecursionError:
            return None
        if isinstance(value, list) and _is_remark(text, start, end):
            continue
        items = _json_items(value)
        if items:
            return text[:start], items, text[end + 1 :]
    return None


def _is_remark(text: str, start: int, end: int) -> bool:
    """Whether a list of words belongs to one item of a longer list: "product ["current", "savings"], rate"."""
    if re.search(
        r"(?:columns?|fields?|keys|headers?|attributes|names|schema|following)\W*$", text[:start], re.IGNORECASE
    ):
        return False
    return f"{text[:start]}{text[end + 1 :]}".count(",") >= 2 and re.search(r"\w:? ?$", text[:start]) is not None


def _json_items(value: Any) -> list[str]:
    if isinstance(value, list):
        if value and all(isinstance(item, str) for item in value) and len(value) >= 2:
            return [item for item in value if item.strip()]
        if value and all(isinstance(item, dict) and isinstance(item.get("name"), str) for item in value):
            return [_named_item(item) for item in value]
        return _json_items(value[0]) if value and isinstance(value[0], dict) else []
    if not isinstance(value, dict):
        return []
    for key in ("columns", "fields", "properties"):
        if isinstance(value.get(key), (list, dict)):
            return _json_items(value[key])
    return [
        _named_item({"name": key} | inner)
        if isinstance(inner, dict) and isinstance(inner.get("type"), str)
        else f"{key}: {_json_type(inner)}".rstrip(": ")
        for key, inner in value.items()
        if re.search(r"\w", key)
    ]


def _named_item(item: dict[str, Any]) -> str:
    kind = item.get("type")
    said = [kind] if isinstance(kind, str) else []
    said += [word for word in ("unique", "nullable", "optional") if item.get(word) in (True, "true", "yes")]
    for words, keys in (("min", ("min", "minimum", "ge")), ("max", ("max", "maximum", "le"))):
        said += [f"{words} {item[key]}" for key in keys if re.fullmatch(r"-?\d+(?:\.\d+)?", str(item.get(key)))]
    for key in ("enum", "values", "options", "choices"):
        if isinstance(item.get(key), list):
            said.append("one of " + " | ".join(map(str, item[key])))
    if isinstance(item.get("format"), str):
        form = _FORMS.get(item["format"], item["format"])
        said = [form, *said[1:]] if form in _MOMENTS and said[:1] == ["string"] else [*said, form]
    return f"{item['name']} ({'; '.join(said)})" if said else str(item["name"])


_MOMENTS = frozenset({"date", "time", "datetime", "uuid"})
_FORMS = {"date-time": "datetime"}


def _json_type(value: Any) -> str:
    """A type word for a JSON value: the text of a string that names a type, or the type of an example."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "float"
    if isinstance(value, dict):
        kind = value.get("type")
        if not isinstance(kind, str):
            return "json"
        form = value.get("format")
        return {"date-time": "datetime"}.get(form, form) if isinstance(form, str) else kind
    if isinstance(value, list):
        return "json"
    if not isinstance(value, str):
        return ""
    for pattern, kind in _EXAMPLES:
        if re.fullmatch(pattern, value.strip()):
            return kind
    return value if re.search(r"^[a-z]+\??$|\||\(|^[A-Z]+$|\bor\b|,", value) else "string"


_EXAMPLES = (
    (r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}", "uuid"),
    (r"\d{4}-\d\d-\d\d", "date"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*", "datetime"),
    (r"\d\d:\d\d(?::\d\d)?", "time"),
    (r"[^@\s]+@[^@\s]+\.\w+", "email"),
)
