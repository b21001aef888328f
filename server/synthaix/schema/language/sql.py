"""Columns in SQL: CREATE TABLE, INSERT INTO, SELECT, and lists that declare them as SQL does."""

from __future__ import annotations

import re

from synthaix.schema.language.stated import type_of
from synthaix.schema.language.text import pairs, split_outside

_TABLE = re.compile(
    (
        r"\bcreate\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+)?table\s+(?:if\s+not\s+exists\s+)?(?P<name>[\w"
        r".\"`\[\]]+)\s*(?=\()"
    ),
    re.IGNORECASE,
)
_INTO = re.compile(r"\b(?:into(?: table)?|table)\s+(?P<name>[\w.\"`]+)\s*(?=\()", re.IGNORECASE)
_CONSTRAINT = re.compile(
    r"^(?:primary\s+key|foreign\s+key|unique|constraint|check|key|index)\b[^\w]*\(?", re.IGNORECASE
)
_SQL_COLUMN = re.compile(
    (
        r"^[\"`\[]?(?P<name>\w+)[\"`\]]?\s+(?P<type>[a-z]\w*(?:\s+precision|\s+varying)?(?:\s?\(\s?[\d, "
        r"]+\))?)\s*(?P<rest>.*)$"
    ),
    re.IGNORECASE | re.DOTALL,
)
_SELECT = re.compile(
    r"\bselect\s+(?:distinct\s+)?(?P<names>\w+(?:\s*,\s*\w+)+)\s+from\s+(?P<table>[\w.]+)", re.IGNORECASE
)
_DECLARED = re.compile(
    r"^(?P<name>[A-Za-z_]\w*) (?P<type>[a-z]\w*(?: ?\([\d, ]+\))?)(?P<rest>(?:[ ,].*)?)$", re.IGNORECASE | re.DOTALL
)
_FOREIGN = re.compile(r"^(?P<name>[A-Za-z_]\w*) (?:fk|foreign key)(?: references .*)?$", re.IGNORECASE)
_PROSE = re.compile(r"(?:date|time|text|number|flag|list|object|real|short|long|bit|array)s?$", re.IGNORECASE)
"""Type words that also end a name: they are types where every item of the list is declared."""
_WORDS_OF_SQL = re.compile(r"\b(?:not null|null|default|check|primary key|references|unique)\b", re.IGNORECASE)


def sql_columns(text: str) -> tuple[str, list[str], str] | None:
    """(text before, items, text after) where a statement names the columns; None otherwise."""
    match = _TABLE.search(text) or _INTO.search(text)
    bracket = _pair_at(text, match.end()) if match else None
    if match is None or bracket is None:
        return _selected(text)
    start, end = bracket
    items, keys = [], set()
    body = re.sub(r"--[^\n]*", "", text[start + 1 : end])
    for piece in split_outside(body, re.compile(r"\s*,\s*")):
        if _CONSTRAINT.match(piece):
            if found := re.search(r"(?:primary\s+key|unique)\s*\(\s*[\"`]?(\w+)[\"`]?\s*\)", piece, re.IGNORECASE):
                keys.add(found[1].lower())
            continue
        column = _SQL_COLUMN.match(" ".join(piece.split()))
        if column is None or (match.re is _INTO and type_of(column["type"]) == (None, None, {})):
            continue
        rest = re.sub(r"^\W+", "", column["rest"])
        items.append(f"{column['name']}: {column['type']}" + (f" ({_sql_rest(rest)})" if rest.strip() else ""))
    items = [item + (" (unique)" if item.split(":")[0].lower() in keys else "") for item in items]
    subject = re.sub(r"\W+", " ", match["name"].split(".")[-1]).replace("_", " ")
    return f"{text[: match.start()]} {subject}", items, text[end + 1 :].lstrip(" ;")


def _sql_rest(rest: str) -> str:
    """Column constraints in the words the item reader knows."""
    said = []
    for pattern, words in (
        (r"primary key|unique", "unique"),
        (r"not null", "not null"),
        (r"(?<!not )\bnull\b", "nullable"),
    ):
        if re.search(pattern, rest, re.IGNORECASE):
            said.append(words)
    if check := re.search(r"check\s*\((.*)\)", rest, re.IGNORECASE | re.DOTALL):
        body = check[1]
        if values := re.search(r"\bin\s*\((.*?)\)", body, re.IGNORECASE | re.DOTALL):
            said.append(f"one of {values[1]}")
        elif between := re.search(r"\bbetween\s+\S+\s+and\s+\S+", body, re.IGNORECASE):
            said.append(between[0].rstrip(")"))
        else:
            said += re.findall(r"[<>]=?\s*-?[\d.]+", body)
    return ", ".join(said)


def _pair_at(text: str, position: int) -> tuple[int, int] | None:
    return next(((start, end) for start, end in pairs(text) if position <= start <= position + 3), None)


def _selected(text: str) -> tuple[str, list[str], str] | None:
    match = _SELECT.search(text)
    if match is None:
        return None
    items = re.split(r"\s*,\s*", match["names"])
    return f"{text[: match.start()]} {match['table'].replace('_', ' ')}", items, text[match.end() :]


def declared(items: list[str]) -> list[str]:
    """The items, with "qty int check (qty > 0)" as "qty: int (> 0)" where most of them are declared as in SQL."""
    bare = [match["name"] if (match := _FOREIGN.match(item)) else item for item in items]
    found = [_declaration(item) for item in bare]
    sure = sum(1 for match in found if match and not _PROSE.match(match["type"]))
    if sure < 2 or 2 * sum(1 for match in found if match) < len(items):
        return items
    whole = all(match or item != was for match, item, was in zip(found, bare, items, strict=True))
    return [
        item if match is None or (_PROSE.match(match["type"]) and not _is_declared(match, whole)) else _as_item(match)
        for match, item in zip(found, bare, strict=True)
    ]


def _declaration(item: str) -> re.Match[str] | None:
    match = _DECLARED.match(item)
    if match is None or match["name"].lower() in {"a", "an", "the", "one", "is", "as", "of", "unsigned", "each"}:
        return None
    return match if type_of(match["type"])[0] is not None else None


def _is_declared(match: re.Match[str], whole: bool) -> bool:
    return whole or _WORDS_OF_SQL.search(match["rest"]) is not None


def _as_item(match: re.Match[str]) -> str:
    rest = match["rest"].strip(" ,")
    if not rest:
        return f"{match['name']}: {match['type']}" if match["name"].lower() != "pk" else match.group()
    if "check" not in rest.lower():
        return f"{match['name']}: {match['type']} ({rest})"
    return f"{match['name']}: {match['type']} ({_sql_rest(match['rest'])})"
