"""How rows travel in a model's answer: as few tokens as rows can be told by, and readable when cut off.

Measured with OpenAI's o200k_base on the table user_id, amount, currency, timestamp, tokens a row: objects with full
keys 33.6, objects with one-letter keys 36.7 (they carry a row number), arrays 27.7, arrays with dates as plain
digits 18.8. Arrays are therefore used where a row is short enough to count its places; a wide row, or a
model that miscounts, gets one-letter keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from json import JSONDecoder
from string import ascii_letters
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from synthaix.schema.json_schema import rows_as_arrays, rows_as_objects

if TYPE_CHECKING:
    from synthaix.schema.table import Column

MOST_ARRAY_COLUMNS = 10
"""Wider rows are told by key: models begin to skip a place somewhere beyond ten."""

_DECODER = JSONDecoder()
_FENCE = re.compile(r"```(?:json)?\s*(.*?)\s*(?:```|\Z)", re.S)


@dataclass(frozen=True, slots=True)
class Encoding:
    """The form of an answer for some columns: `keys` of the objects, or None for arrays."""

    columns: tuple[Column, ...]
    keys: tuple[str, ...] | None

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of an answer."""
        return rows_as_arrays(self.columns) if self.keys is None else rows_as_objects(self.columns, self.keys)

    def shape(self) -> str:
        """The form in words, for the prompt; no values that could be copied."""
        names = [column.name for column in self.columns]
        if self.keys is None:
            return '{"r":[[n,' + ",".join(names) + "],…]}"
        return (
            '{"r":[{"i":n,' + ",".join(f'"{key}":{name}' for key, name in zip(self.keys, names, strict=True)) + "},…]}"
        )


def compact(columns: Sequence[Column]) -> Encoding:
    """The encoding with the fewest tokens that models keep to."""
    return Encoding(tuple(columns), None) if len(columns) <= MOST_ARRAY_COLUMNS else keyed(columns)


def keyed(columns: Sequence[Column]) -> Encoding:
    """Objects with short keys: more tokens, but no place to miscount."""
    return Encoding(tuple(columns), tuple(_keys(len(columns))))


def _keys(count: int) -> Iterator[str]:
    letters = [letter for letter in ascii_letters if letter != "i"]  # "i" is the row number
    yield from letters[:count]
    for number in range(count - len(letters)):
        yield f"c{number}"


def read_rows(text: str, columns: Sequence[Column]) -> dict[int, dict[str, Any]]:
    """Row number -> column -> value, of every complete row in an answer, in whichever encoding it came.

    A cut answer gives the rows before the cut. Rows without a number, with too few or too many
    values, or with a number that came before are left out. Nothing readable gives {}.
    """
    rows: dict[int, dict[str, Any]] = {}
    for item in _items(text):
        number, values = _numbered(item, columns)
        if number is not None and values is not None and number not in rows:
            rows[number] = {column.name: _plain(column, value) for column, value in zip(columns, values, strict=True)}
    return rows


def _items(text: str) -> list[Any]:
    """The list of rows in the answer, without one that the end of the text has cut."""
    text = text.strip()
    if text.startswith("```") or (text[:1] not in ("{", "[") and "```" in text):
        match = _FENCE.search(text)
        text = match.group(1) if match else text
    start = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=-1)
    if start < 0:
        return []
    text = text[start:]
    try:
        data = from_json(text)
        complete = True
    except ValueError:
        data, complete = _partial(text)
    if isinstance(data, dict):
        found = data.get("r") or next((value for value in data.values() if isinstance(value, list)), [])
        data = found if isinstance(found, list) else []
    if not isinstance(data, list):
        return []
    # A row that ends where the text ends may have lost its last digits.
    return data if complete else data[:-1]


def _partial(text: str) -> tuple[Any, bool]:
    """What can be read of text that is cut, or that something follows."""
    try:
        return _DECODER.raw_decode(text)[0], True  # words follow the answer
    except ValueError:
        pass
    try:
        return from_json(text, allow_partial=True), False
    except ValueError:
        pass
    # Damage inside the answer: read up to the last place where a row ended.
    for end in ("]]", "}]", "],", "},"):
        at = text.rfind(end)
        if at >= 0:
            try:
                return from_json(text[: at + 2], allow_partial=True), end in ("]]", "}]")
            except ValueError:
                continue
    return None, False


def _numbered(item: Any, columns: Sequence[Column]) -> tuple[int | None, list[Any] | None]:
    if isinstance(item, list):
        number, values = (item[0], item[1:]) if item else (None, [])
        return _integer(number), values if len(values) == len(columns) else None
    if not isinstance(item, Mapping):
        return None, None
    fields = dict(item)
    number = _integer(fields.pop("i", None))
    if set(fields) == {column.name for column in columns}:  # a model that writes names in full
        return number, [fields[column.name] for column in columns]
    keys = list(_keys(len(columns)))
    return number, [fields[key] for key in keys] if set(fields) == set(keys) else None


def _integer(value: Any) -> int | None:
    if isinstance(value, str) and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _plain(column: Column, value: Any) -> Any:
    """Dates written as digits become ISO 8601; everything else stays as it is."""
    if column.type not in ("date", "datetime", "time") or not isinstance(value, int | str) or isinstance(value, bool):
        return value
    digits = str(value)
    if not digits.isdigit():
        return value
    if column.type == "time":
        digits = digits.zfill(6)
        return f"{digits[:2]}:{digits[2:4]}:{digits[4:6]}" if len(digits) == 6 else value
    if len(digits) not in (8, 12, 14):
        return value
    day = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    if column.type == "date":
        return day
    clock = digits[8:].ljust(6, "0")
    return f"{day}T{clock[:2]}:{clock[2:4]}:{clock[4:6]}Z"


def given(column: Column, value: Any) -> Any:
    """A sampled value as the prompt shows it: dates in the digits the answer uses too."""
    if not isinstance(value, str) or column.type not in ("date", "datetime"):
        return value
    digits = re.sub(r"\D", "", value.split(".")[0])
    return int(digits) if digits else value
