"""Columns in the notations of programs: fields of Go, Protocol Buffers, Prisma, Java, Python and TypeScript, YAML."""

from __future__ import annotations

import re

from synthaix.schema.language.stated import type_of
from synthaix.schema.language.text import split_outside

_MODIFIERS = re.compile(
    r"^(?:(?:public|private|protected|internal|readonly|static|final|required|optional|val|var|let|const|repeated)\s+)+"
)
_COMMENT = re.compile(r"\s*(?://|\s#\s|--\s)\s*(?P<said>.*)$")
_TAGGED = re.compile(r"^(?P<name>\w+) (?P<type>[*\[\]\w.]+) .*?json:\"(?P<tag>\w+)[^\"]*\"$")
_COLON = re.compile(
    r"^[\"']?(?P<name>[A-Za-z_]\w*)[\"']?(?P<optional>\?)?\s*:\s*(?P<type>.+?)\s*(?:=\s*(?P<default>.*))?$"
)
_SPACED = re.compile(r"^(?P<first>[*\w.\[\]<>]+\??) (?P<second>\w+\??)(?P<rest>.*)$")
_TYPES = {
    "time": "datetime", "timestamp": "datetime", "localdate": "date", "localdatetime": "datetime",
    "instant": "datetime", "zoneddatetime": "datetime", "offsetdatetime": "datetime", "emailstr": "email",
    "httpurl": "uri", "anyurl": "uri", "anyhttpurl": "uri", "number": "number", "object": "json", "any": "string",
}  # fmt: skip
_ARGUMENT = re.compile(r"\b(?P<key>ge|gt|le|lt|min_length|max_length|min|max)\s*=\s*(?P<value>-?\d+(?:\.\d+)?)")
_WORDS = {
    "ge": "at least {}", "gt": "more than {}", "le": "at most {}", "lt": "less than {}", "min": "at least {}",
    "max": "at most {}", "min_length": "at least {} characters", "max_length": "at most {} characters",
}  # fmt: skip


def code_fields(body: str) -> list[str]:
    """The items of a declaration's body, one field a line or divided by semicolons; [] where it is none."""
    items = []
    for code, said in _pieces(body):
        item = _field(code, said)
        if item is None:
            return []
        items.append(item)
    return items if len(items) >= 2 else []


def _pieces(body: str) -> list[tuple[str, str]]:
    """Every field's code and the comment behind it."""
    out: list[tuple[str, str]] = []
    for line in body.split("\n"):
        comment = _COMMENT.search(line)
        code = line[: comment.start()] if comment else line
        fields = [
            field.rstrip(",; ")
            for field in split_outside(code, re.compile(r"\s*;\s*|\s*,\s*(?=[A-Za-z_\"']+\??\s*:)"))
            if field.strip(",; ")
        ]
        for index, field in enumerate(fields):
            out.append((field, comment["said"] if comment and index == len(fields) - 1 else ""))
    return out


def _field(code: str, said: str) -> str | None:
    code = _MODIFIERS.sub("", code.strip())
    if match := _TAGGED.match(code):
        kind = _kind(match["type"])
        return _item(match["tag"], kind, "*" in match["type"], said) if kind else None
    if match := _COLON.match(code):
        return _annotated(match, said)
    match = _SPACED.match(code)
    if match is None or not re.match(r"\s*(?:$|=|@|\{)", match["rest"]):
        return None
    for name, written in ((match["first"], match["second"]), (match["second"], match["first"])):
        kind = _kind(written)
        if kind and re.fullmatch(r"[A-Za-z_]\w*", name.rstrip("?")):
            unique = "unique" if re.search(r"@(?:id|unique)\b", match["rest"]) else ""
            return _item(name.rstrip("?"), kind, written.endswith("?") or written.startswith("*"), said or unique)
    return None


def _annotated(match: re.Match[str], said: str) -> str | None:
    written, name = match["type"].strip(), match["name"]
    optional = bool(match["optional"]) or re.match(r"(?:Optional|Maybe)\[", written) is not None
    written = re.sub(r"^(?:Optional|Maybe|Mapped)\[(.+)\]$", r"\1", written)
    bare = re.sub(r"\s*\|\s*(?:None|null|undefined)\b|\b(?:None|null|undefined)\s*\|\s*", "", written)
    optional = optional or bare != written
    said = "; ".join([said] * bool(said) + _arguments(f"{match['default'] or ''} {bare}"))
    literal = re.fullmatch(r"(?:Literal\[)?((?:[\"'][^\"']*[\"']\s*[|,]?\s*)+)\]?", bare)
    if literal:
        kind: str | None = "one of " + ", ".join(re.findall(r"[\"']([^\"']+)[\"']", literal[1]))
    elif bare == "Date":
        moment = re.search(r"(?:At|_at|[tT]ime|[sS]tamp|[sS]een)$", name)
        kind = "datetime" if moment else "date"
    else:
        kind = _kind(re.sub(r"^(?:Annotated|conint|confloat|constr)[\[(]\s*(\w+).*$", r"\1", bare))
    if kind is None:
        return None
    return _item(name, kind, optional, said)


def _arguments(text: str) -> list[str]:
    """The bounds of pydantic's Field(ge=0, le=100), in words."""
    return [_WORDS[match["key"]].format(match["value"]) for match in _ARGUMENT.finditer(text)]


def _kind(written: str) -> str | None:
    """The type word the item reader knows, or None where the word is no type."""
    word = written.strip("*?").lower()
    if re.fullmatch(r"(?:\[\][\w.]+|[\w.]+\[\]|(?:list|array|dict|map|set|record)[\[<].*)", word):
        return "json"
    word = word.rsplit(".", 1)[-1]
    if word in _TYPES:
        return _TYPES[word]
    return word if type_of(word)[0] else None


def _item(name: str, kind: str, optional: bool, said: str) -> str:
    said = re.sub(r"^(?P<low>-?\d+) (?:-|to) (?P<high>-?\d+)$", r"\g<low> to \g<high>", said.strip())
    return f"{name}: {kind}" + (f" ({said})" if said else "") + (" (optional)" if optional else "")


_ENTRY = re.compile(r"^\s*-\s*name\s*:\s*(?P<name>\S.*)$")
_KEY = re.compile(
    r"^\s*(?P<key>type|dtype|unique|nullable|optional|required|min|max|minimum|maximum|enum|values|format|description)"
    r"\s*:\s*(?P<value>\S.*)$"
)


def yaml_items(text: str) -> tuple[str, list[str], str] | None:
    """(text before, items, text after) of a YAML list of "- name: … type: …" entries; None for other texts."""
    lines = text.split("\n")
    starts = [index for index, line in enumerate(lines) if _ENTRY.match(line)]
    if len(starts) < 2:
        return None
    items, index, after = [], starts[0], []
    while index < len(lines):
        entry = _ENTRY.match(lines[index])
        index += 1
        if entry is None:
            after.append(lines[index - 1])
            continue
        said = []
        while index < len(lines) and (key := _KEY.match(lines[index])):
            said.append(_said(key["key"], key["value"].strip()))
            index += 1
        said = [word for word in said if word]
        items.append(entry["name"].strip("\"' ") + (f" ({'; '.join(said)})" if said else ""))
    return "\n".join(lines[: starts[0]]), items, "\n".join(after)


def _said(key: str, value: str) -> str:
    true = value.lower() in {"true", "yes"}
    if key in {"type", "dtype", "format"}:
        return value
    if key in {"min", "minimum", "max", "maximum"}:
        return f"{'at least' if key.startswith('min') else 'at most'} {value}"
    if key in {"enum", "values"}:
        return "one of " + value.strip("[]")
    if key in {"unique", "nullable", "optional"}:
        return key if true else ""
    return ""
