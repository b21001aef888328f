"""The terminal: what is drawn for a person, and plain lines where nobody watches."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import orjson
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_PIPE_WIDTH = 160
"""Columns for a file or a pipe, which have no width of their own: enough for an id and a sentence."""

_MAX_CELL = 60
_MAX_COLUMNS = 12
# Terminals obey control characters, and texts of a model or of a file must not command them.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """The text without characters that move the cursor, change colours or reverse reading."""
    return _CONTROL.sub("\ufffd", text)


class Screen:
    """Draws on standard output; errors are one line each on standard error."""

    def __init__(self) -> None:
        interactive = sys.stdout.isatty()
        self.console = Console(width=None if interactive else _PIPE_WIDTH, highlight=False, soft_wrap=not interactive)
        self.errors = Console(stderr=True, highlight=False, soft_wrap=True)

    @property
    def live(self) -> bool:
        """Whether a person watches, so that a bar may be redrawn."""
        return self.console.is_terminal

    def say(self, text: str, style: str = "") -> None:
        """One line of text, taken literally."""
        self.console.print(Text(plain(text), style=style), soft_wrap=True)

    def say_lines(self, text: str) -> None:
        """Several lines, set back."""
        for line in text.splitlines():
            self.say(f"  {line}")

    def fail(self, text: str) -> None:
        """One sentence on standard error."""
        self.errors.print(Text(f"synthaix: {plain(text)}"), style="red" if self.errors.is_terminal else "")

    def table(
        self, title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], whole: Iterable[str] = ()
    ) -> None:
        """A table; cells of the columns in `whole` are never cut."""
        kept = frozenset(whole)
        drawn = Table(title=Text(plain(title), style="bold"), title_justify="left", box=_box(self.live))
        for name in columns:
            drawn.add_column(Text(plain(name)), no_wrap=name in kept, overflow="fold" if name in kept else "ellipsis")
        for row in rows:
            drawn.add_row(*(Text(_cell(value, name in kept)) for name, value in zip(columns, row, strict=True)))
        self.console.print(drawn)

    def rows(self, title: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Rows of data as a table, its widest part left out where it would not fit."""
        if not rows:
            return
        names = list(rows[0])
        shown = names[:_MAX_COLUMNS]
        left = len(names) - len(shown)
        self.table(title, shown, [[row[name] for name in shown] for row in rows])
        if left:
            self.say(f"… and {left} more columns", style="dim")


def _box(live: bool) -> box.Box:
    return box.ROUNDED if live else box.SIMPLE_HEAD


def _cell(value: Any, whole: bool) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    text = plain(" ".join(text.split()))
    return text if whole or len(text) <= _MAX_CELL else f"{text[: _MAX_CELL - 1]}…"
