"""What the person is asked to confirm: columns and a number of rows, changed by short commands."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from synthaix.errors import ArgumentError
from synthaix.schema.table import COLUMN_TYPES, TableSchema, parse_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

HELP = """drop N            leave column N out (a number or a name)
rename N NEW      give column N another name
type N TYPE       change its type; constraints of the old type go
describe N TEXT   change its description
add NAME TYPE     add a column
rows N            change the number of rows"""

# What a column keeps when its type changes: the rest constrains values of the old type.
_TYPELESS = ("name", "description", "nullable", "null_ratio", "unique")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A schema as JSON, as the tools take it, and the rows wanted (None: not known yet)."""

    schema: dict[str, Any]
    rows: int | None = None

    @property
    def table(self) -> TableSchema:
        """The schema, checked. Raises SchemaError."""
        return parse_schema(self.schema)

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The columns as JSON."""
        columns: list[dict[str, Any]] = self.schema["columns"]
        return columns


def read_schema(path: Path) -> dict[str, Any]:
    """The schema in a JSON file: an object with columns, a list of columns, or a reply of translate_schema.

    Raises ArgumentError or SchemaError naming the file or the column.
    """
    try:
        return schema_from_text(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "not UTF-8 text"
        raise ArgumentError(f"--schema {path} cannot be read: {reason}; name a JSON file.") from None


def schema_from_text(text: str, where: str) -> dict[str, Any]:
    """The schema in a JSON text, checked. Raises ArgumentError or SchemaError."""
    try:
        data = json.loads(text)
    except ValueError as exc:
        raise ArgumentError(f"{where} is not JSON: {exc}; write an object with a list of columns.") from None
    if isinstance(data, list):
        data = {"columns": data}
    elif isinstance(data, dict) and "columns" not in data and isinstance(data.get("schema"), dict):
        data = data["schema"]
    parse_schema(data)
    schema: dict[str, Any] = data
    return schema


def edited(proposal: Proposal, line: str) -> Proposal:
    """The proposal after one command of HELP. Raises ArgumentError or SchemaError, and then nothing is changed."""
    word, _, rest = line.strip().partition(" ")
    command = _COMMANDS.get(word.lower())
    if command is None:
        raise ArgumentError(f"{word!r} is not a command; use one of {', '.join(_COMMANDS)}, y, n or edit.")
    changed = command(proposal, rest.strip())
    changed.table  # noqa: B018 - checks what the command made
    return changed


def _drop(proposal: Proposal, rest: str) -> Proposal:
    gone = proposal.columns[_index(proposal, rest)]["name"]
    kept = [_without_links(column, gone) for column in proposal.columns if column["name"] != gone]
    return _with_columns(proposal, kept)


def _without_links(column: Mapping[str, Any], gone: str) -> dict[str, Any]:
    return {key: value for key, value in column.items() if not (key in ("after", "before") and value == gone)}


def _rename(proposal: Proposal, rest: str) -> Proposal:
    which, _, name = rest.rpartition(" ")
    old = proposal.columns[_index(proposal, which)]["name"]
    columns = [
        {key: name if key in ("name", "after", "before") and value == old else value for key, value in column.items()}
        for column in proposal.columns
    ]
    return _with_columns(proposal, columns)


def _retype(proposal: Proposal, rest: str) -> Proposal:
    which, _, kind = rest.rpartition(" ")
    index = _index(proposal, which)
    old = proposal.columns[index]
    column = {"type": _known_type(kind), **{key: old[key] for key in _TYPELESS if key in old}}
    return _with_columns(proposal, [*proposal.columns[:index], column, *proposal.columns[index + 1 :]])


def _describe(proposal: Proposal, rest: str) -> Proposal:
    which, _, text = rest.partition(" ")
    index = _index(proposal, which)
    column = {**proposal.columns[index], "description": text.strip()}
    return _with_columns(proposal, [*proposal.columns[:index], column, *proposal.columns[index + 1 :]])


def _add(proposal: Proposal, rest: str) -> Proposal:
    words = rest.split(maxsplit=2)
    if len(words) < 2:
        raise ArgumentError(f"add {rest!r} needs a name and a type, such as: add city string")
    column = {"name": words[0], "type": _known_type(words[1]), "description": " ".join(words[2:])}
    return _with_columns(proposal, [*proposal.columns, column])


def _rows(proposal: Proposal, rest: str) -> Proposal:
    return replace(proposal, rows=read_count(rest))


def read_count(text: str) -> int:
    """A number of rows as a person writes it: 5000, 5,000, 5k. Raises ArgumentError."""
    from synthaix.schema.count import parse_count

    digits = text.strip().replace(",", "").replace("_", "")
    count = int(digits) if digits.isdecimal() and digits.isascii() else parse_count(f"{text} rows")
    if not count:
        raise ArgumentError(f"{text!r} is not a number of rows; write one such as 5000 or 5k.")
    return count


def _known_type(kind: str) -> str:
    if kind.lower() not in COLUMN_TYPES:
        raise ArgumentError(f"type {kind!r} is unknown; use one of {', '.join(COLUMN_TYPES)}.")
    return kind.lower()


def _index(proposal: Proposal, which: str) -> int:
    names = [str(column["name"]) for column in proposal.columns]
    which = which.strip()
    if which in names:
        return names.index(which)
    if which.isdecimal() and 1 <= int(which) <= len(names):
        return int(which) - 1
    raise ArgumentError(f"{which!r} is not a column; use a number from 1 to {len(names)} or a name.")


def _with_columns(proposal: Proposal, columns: list[dict[str, Any]]) -> Proposal:
    return replace(proposal, schema={"columns": columns})


_COMMANDS: dict[str, Callable[[Proposal, str], Proposal]] = {
    "drop": _drop,
    "rename": _rename,
    "type": _retype,
    "describe": _describe,
    "add": _add,
    "rows": _rows,
}
