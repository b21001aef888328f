"""Columns in a notation: CREATE TABLE, JSON, TypeScript, Python classes, Markdown, bullets, numbers."""

from __future__ import annotations

import re

from synthaix.schema.language.json_fields import json_columns
from synthaix.schema.language.notation import code_fields, yaml_items
from synthaix.schema.language.sql import sql_columns
from synthaix.schema.language.stated import type_of
from synthaix.schema.language.text import COUNT, pairs, split_outside

_DECLARATION = re.compile(
    r"(?:\b(?:interface|type|class|struct|record|model|schema|message|data class|enum|const|export)\b[^{}()\n]{0,60})$",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"^(?:(?:public|private|readonly|required|optional|val|var|final|let|"
    r"const)\s+)*[\"']?(?P<name>[A-Za-z_]\w*)[\"']?(?P<optional>\?)?\s*:\s*(?P<type>[^,;\n]+?)\s*(?:=\s"
    r"*.*)?$"
)
_BULLET = re.compile(r"^\s*(?:[-*•·‣▪+>]|–|—|\(?\d{1,2}[.)]|\(?[a-z][.)]|\[[ x]?\])\s+(?P<item>\S.*)$")
_NUMBERED = re.compile(r"(?:^|(?<=[\s:;,.]))\(?(?P<number>\d{1,2})[.)]\s+(?=[^\d\s])")


def read_structured(text: str) -> tuple[str, list[str], str] | None:
    """(text before, items, text after) where the columns stand in a notation; None otherwise."""
    for read in (sql_columns, yaml_items, json_columns, _declaration, _markdown, _bullets, _numbered, _lines):
        found = read(text)
        if found is not None and found[1]:
            return found
    return None


def _declaration(text: str) -> tuple[str, list[str], str] | None:
    for start, end in pairs(text):
        if text[start] != "{":
            continue
        items = code_fields(text[start + 1 : end]) or _fields(
            split_outside(text[start + 1 : end], re.compile(r"\s*[;,\n]\s*"))
        )
        if items:
            before = text[:start]
            declared = _DECLARATION.search(before)
            head = (
                re.sub(
                    r"\b(?:interface|type|class|struct|export|const|record|model|schema)\b|=",
                    " ",
                    before[declared.start() :],
                )
                if declared
                else ""
            )
            return (before[: declared.start()] + head if declared else before), items, text[end + 1 :]
    return _python_class(text)


def _fields(pieces: list[str]) -> list[str]:
    items = []
    for piece in pieces:
        match = _FIELD.match(re.sub(r"//.*", "", piece).strip())
        if match is None:
            return []
        kind = re.sub(r"^(?:Optional|Maybe)\[(.+)\]$", r"\1?", match["type"].strip())
        if re.fullmatch(r"(?:[\"'][^\"']*[\"']\s*\|?\s*)+", kind):
            kind = "one of " + ", ".join(re.findall(r"[\"']([^\"']+)[\"']", kind))
        elif kind in {"number", "Number"}:
            kind = "number"
        elif kind == "Date":
            kind = (
                "datetime"
                if re.search(r"(?:At|_at|[tT]ime|[sS]tamp|Date)$", match["name"])
                and not match["name"].lower().endswith("date")
                else "date"
            )
        items.append(f"{match['name']}: {kind}" + (" (optional)" if match["optional"] else ""))
    return items if len(items) >= 2 else []


def _python_class(text: str) -> tuple[str, list[str], str] | None:
    match = re.search(
        r"(?:@dataclass\s+)?\bclass (?P<name>\w+)[^\n:]*:\s*\n(?P<body>(?:\s*\w+\s*:\s*[^\n]+\n?)+)", text
    )
    if match is None:
        return None
    items = code_fields(match["body"])
    return (f"{text[: match.start()]} {match['name']}", items, text[match.end() :]) if items else None


def _markdown(text: str) -> tuple[str, list[str], str] | None:
    lines = text.split("\n")
    rows = [index for index, line in enumerate(lines) if line.count("|") >= 2 and line.strip().startswith("|")]
    if not rows:
        rows = [index for index, line in enumerate(lines) if line.count(" | ") >= 2]
        if len(rows) < 2 or not re.fullmatch(r"[\s|:-]+", lines[rows[1]]):
            rows = []
    if len(rows) < 2 and not (
        rows and len(lines) > rows[0] + 1 and re.fullmatch(r"[\s|:-]+", lines[rows[0] + 1] or " ")
    ):
        return None
    cells = [[cell.strip() for cell in lines[index].strip().strip("|").split("|")] for index in rows]
    header, body = cells[0], [row for row in cells[1:] if not all(re.fullmatch(r":?-*:?", cell) for cell in row)]
    before = "\n".join(lines[: rows[0]])
    after = "\n".join(lines[rows[-1] + 1 :])
    lowered = [cell.lower() for cell in header]
    if body and len(body[0]) == len(header) and all(_says_type(cell) for cell in body[0]):
        return before, [f"{name} ({said})" for name, said in zip(header, body[0], strict=True)], after
    if (
        body
        and any(cell in {"column", "field", "name", "column name", "field name", "attribute"} for cell in lowered)
        and (
            lowered[0] in {"column", "field", "column name", "field name", "attribute"}
            or any(cell in {"type", "data type", "datatype", "description", "notes", "values"} for cell in lowered)
        )
    ):
        return before, [_row_item(row) for row in body if row and row[0]], after
    return before, [cell for cell in header if cell], after


def _says_type(cell: str) -> bool:
    return type_of(re.split(r"[\s,(]", cell.strip(), maxsplit=1)[0]) != (None, None, {})


def _row_item(row: list[str]) -> str:
    said = [cell for cell in row[1:] if cell and cell != "-"]
    return f"{row[0]} ({'; '.join(said)})" if said else row[0]


def _bullets(text: str) -> tuple[str, list[str], str] | None:
    lines = text.split("\n")
    marked = [index for index, line in enumerate(lines) if _BULLET.match(line)]
    if len(marked) < 2:
        return None
    items, after = [], []
    for index in range(marked[0], len(lines)):
        match = _BULLET.match(lines[index])
        if match:
            items.append(match["item"].strip().rstrip(",;."))
        elif lines[index].strip():
            after.append(lines[index])
    return "\n".join(lines[: marked[0]]), items, "\n".join(after)


def _numbered(text: str) -> tuple[str, list[str], str] | None:
    found = list(_NUMBERED.finditer(text))
    start = next((index for index, match in enumerate(found) if match["number"] == "1"), None)
    if start is None:
        return None
    run = [found[start]]
    for match in found[start + 1 :]:
        if int(match["number"]) == len(run) + 1:
            run.append(match)
    if len(run) < 2:
        return None
    ends = [match.start() for match in run[1:]] + [len(text)]
    items = [
        re.sub(r"[,;]?\s*(?:and)?\s*$", "", text[match.end() : end].strip()).strip(" ,;")
        for match, end in zip(run, ends, strict=True)
    ]
    last, after = items[-1], ""
    if stop := re.search(r"[.!?]\s+(?=\S)", last):
        last, after = last[: stop.start()], last[stop.end() :]
    return text[: run[0].start()], [*items[:-1], last.rstrip(".")], after


def _lines(text: str) -> tuple[str, list[str], str] | None:
    """Three or more short lines without marks, after a line that introduces them."""
    lines = [line.strip() for line in text.split("\n")]
    filled = [line for line in lines if line]
    if len(filled) < 4:
        return None
    body = [line.rstrip(",;") for line in filled[1:]]
    short = [
        line
        for line in body
        if (len(line.split()) <= 8 or re.match(r"\w[\w ]{0,30}\s?:\s", line))
        and COUNT not in line
        and not re.search(r"[.!?]$", line)
        and line.count(",") <= 1 + 9 * line.count("(")
    ]
    if len(short) < 3 or len(short) < len(body) - 1:
        return None
    alike = (":" in filled[0]) == (":" in filled[1]) and not filled[0].endswith(":")
    stated = re.match(r"\w[\w ]{0,24}\s?:\s\S", filled[0]) and all(":" in line for line in short)
    first_is_item = alike and (stated or len(filled[0].split()) <= 3) and not re.search(rf"\d|{COUNT}", filled[0])
    if short != body and body[-1] in short:
        return None
    rest = [line for line in body if line not in short]
    return ("" if first_is_item else filled[0]), ([filled[0]] if first_is_item else []) + short, "\n".join(rest)
