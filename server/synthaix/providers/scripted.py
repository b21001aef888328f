"""A provider that needs no network: it reads a request as a model would and invents rows for it.

Rows depend only on the batch number and the row number in the request, so a test or an example
gets the same ones every time. Failures can be scripted: `replies` are used up first.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import anyio
import orjson

from synthaix.errors import ProviderError
from synthaix.providers.base import Dialect, ModelRequest, Reply, Rung

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_BLOCK = re.compile(r"<(table|rows|wish)>\n(.*?)\n</\1>", re.S)
_WORDS = (
    *("amber", "anchor", "autumn", "basin", "beacon", "birch", "bridge", "bright", "candle", "canyon", "cedar"),
    *("clear", "cobalt", "coral", "delta", "drift", "echo", "ember", "fern", "field", "frost", "garden", "glass"),
    *("granite", "harbor", "hazel", "island", "ivory", "jasper", "juniper", "kettle", "lantern", "linen", "lunar"),
    *("maple", "marble", "meadow", "mint", "north", "oak", "olive", "opal", "orchard", "pearl", "pine", "plain"),
    *("quartz", "quiet", "rain", "raven", "reed", "ridge", "river", "saffron", "sage", "silver", "slate", "spring"),
    *("stone", "summit", "swift", "thistle", "tide", "timber", "upland", "velvet", "violet", "walnut", "willow"),
)

_COLUMNS = [
    {"name": "name", "type": "string", "description": "Name"},
    {"name": "amount", "type": "float", "description": "Amount", "minimum": 0, "maximum": 1000},
    {"name": "status", "type": "string", "description": "Status", "enum": ["open", "closed"]},
]


class Scripted:
    """Answers from `replies` while there are any, then with invented rows. Keeps what it was asked in `requests`."""

    name = "scripted"
    label = "The script"
    base_url = "scripted:"
    dialect: Dialect = "openai"
    rungs: tuple[Rung, ...] = ("json_schema", "prompt")

    def __init__(self, replies: Iterable[str | Reply | ProviderError] = (), seconds: float = 0.0) -> None:
        self.requests: list[ModelRequest] = []
        self._replies = list(replies)
        self._seconds = seconds

    async def send(
        self, model: str, request: ModelRequest, rung: Rung, seconds: float, sent: Callable[[], None]
    ) -> Reply:
        """One answer; see `Provider.send`."""
        self.requests.append(request)
        sent()
        await anyio.sleep(self._seconds)
        reply = self._replies.pop(0) if self._replies else compose(request.system, request.user)
        if isinstance(reply, ProviderError):
            raise reply
        if isinstance(reply, Reply):
            return reply
        return Reply(reply, "stop", tokens_of(request.system + request.user), tokens_of(reply))

    async def aclose(self) -> None:
        """Nothing to close."""


def tokens_of(text: str) -> int:
    """Roughly the tokens of a text."""
    return -(-len(text) // 3)


def compose(system: str, user: str) -> str:
    """The answer an ideal model gives to a row-writing request: a row for each number asked for."""
    blocks = read_blocks(system, user)
    if "wish" in blocks:
        return orjson.dumps({"columns": _COLUMNS}).decode()
    table, asked = blocks["table"], blocks["rows"]
    rows = [
        shaped(table["keys"], number, [value_of(column, asked["batch"] + number) for column in table["columns"]])
        for number in asked["rows"]
    ]
    return orjson.dumps({"r": rows}).decode()


def read_blocks(system: str, user: str) -> dict[str, Any]:
    """The data a request carries between tags, by tag."""
    return {name: orjson.loads(body) for name, body in _BLOCK.findall(system + "\n" + user)}


def shaped(keys: list[str] | None, number: int, values: list[Any]) -> Any:
    """A row in the encoding the request asks for."""
    return [number, *values] if keys is None else {"i": number, **dict(zip(keys, values, strict=True))}


def value_of(column: Mapping[str, Any], index: int) -> Any:
    """A value of that column for candidate `index`, valid for what the column's description states."""
    draw = _draw(f"{column['name']}|{index}")
    if column.get("enum"):
        return column["enum"][draw % len(column["enum"])]
    kind = column["type"]
    if kind in ("integer", "float", "decimal"):
        return _number(column, draw, whole=kind == "integer")
    if kind in ("date", "datetime", "time"):
        return _moment(kind, column, draw)
    if kind == "boolean":
        return draw % 2 == 0
    if kind == "uuid" or column.get("format") == "uuid":
        text = f"{draw:016x}{_draw(str(index)):016x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:32]}"
    if kind == "json":
        return orjson.dumps({"code": draw % 10_000}).decode()
    return _text(column, draw, index)


def _number(column: Mapping[str, Any], draw: int, whole: bool) -> int | float:
    low = float(column.get("min", 0))
    high = float(column.get("max", low + 10_000))
    if whole:
        return int(low) + draw % max(1, int(high) - int(low) + 1)
    value = low + (high - low) * (draw % 1_000_003) / 1_000_003
    return float(round(value, column.get("decimals", 2)))


def _moment(kind: str, column: Mapping[str, Any], draw: int) -> int | str:
    if kind == "time":
        return f"{draw % 24:02d}{draw // 24 % 60:02d}{draw // 1440 % 60:02d}"
    first = int(str(column.get("min", "20240101"))[:4]) if "min" in column else 2024
    day = (first * 10_000) + (draw % 12 + 1) * 100 + draw // 12 % 28 + 1
    if kind == "date":
        return day
    return day * 1_000_000 + draw // 336 % 24 * 10_000 + draw // 8064 % 60 * 100 + draw // 483_840 % 60


def _text(column: Mapping[str, Any], draw: int, index: int) -> str:
    words = [_WORDS[(draw >> shift) % len(_WORDS)] for shift in (0, 8, 16)]
    known = _FORMATTED.get(column.get("format", ""))
    if known is not None:
        return known(words, draw, index)
    text = f"{words[0]}-{index}" if column["type"] == "string" else f"{' '.join(words).capitalize()} number {index}."
    low: int = column.get("min_length", 0)
    high: int | None = column.get("max_length")
    text = text + "x" * (low - len(text))
    return text if high is None else text[-high:]


_FORMATTED: dict[str, Callable[[list[str], int, int], str]] = {
    "email": lambda words, draw, index: f"{words[0]}.{words[1]}.{index}@example.com",
    "ipv4": lambda words, draw, index: f"10.{index >> 16 & 255}.{index >> 8 & 255}.{index & 255}",
    "uri": lambda words, draw, index: f"https://example.com/{words[0]}/{index}",
    "url": lambda words, draw, index: f"https://example.com/{words[0]}/{index}",
    "hostname": lambda words, draw, index: f"{words[0]}-{index}.example.com",
    "phone": lambda words, draw, index: f"+1555{index % 10_000_000:07d}",
    "slug": lambda words, draw, index: f"{words[0]}-{words[1]}-{index}",
    "username": lambda words, draw, index: f"{words[0]}_{index}",
    "currency_code": lambda words, draw, index: ("USD", "EUR", "GBP", "JPY", "CHF")[draw % 5],
    "country_code": lambda words, draw, index: ("US", "DE", "GB", "JP", "CH", "FR")[draw % 6],
    "language_code": lambda words, draw, index: ("en", "de", "ja", "fr")[draw % 4],
    "color": lambda words, draw, index: f"#{draw % 0xFFFFFF:06x}",
}


def _draw(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
