"""How many rows to ask for at once: learnt from how long rows are, which answers are cut, how many requests fail."""

from __future__ import annotations

from synthaix.generate.estimate import rows_per_request

STRIKES = 3
"""Bad answers, hardly a good one between them, before anything is changed for them; one may be an accident."""

STRETCH = 2
"""So many times the usual rows are asked for at once while requests fail often: a request that fails costs the same
whatever its size, so fewer and larger ones lose less. More would make answers long to wait for."""

_ROOM = 2.5
"""Answers may be that much longer than expected before they are cut; a budget reserves this much."""

_LEAST_ROOM = 400
"""Output tokens even the smallest request gets: some models begin with words."""

_OFTEN, _SELDOM = 0.12, 0.06
"""Share of failing requests from which on requests are stretched, and below which no more."""

_MEMORY = 48.0
"""Requests over which the share is averaged."""


class RequestSize:
    """The rows of the next request, and the output tokens they may take. `per_row` is the tokens of a row so far."""

    def __init__(self, per_row: float) -> None:
        self.per_row = per_row
        self._most = self._rows = rows_per_request(per_row)
        self._cuts = 0.0
        self._failing = 0.0
        self._stretched = False

    @property
    def rows(self) -> int:
        """Rows to ask for at once, now."""
        return self._rows * STRETCH if self._stretched and not self._cuts else self._rows

    def room(self, rows: int) -> int:
        """The most output tokens an answer of so many rows may take."""
        return round(self.per_row * rows * _ROOM) + _LEAST_ROOM

    def failed(self, requests: int) -> None:
        """So many requests gave nothing."""
        self._failing += (1.0 - self._failing) * (1.0 - (1.0 - 1.0 / _MEMORY) ** requests)
        self._stretched = self._stretched or self._failing > _OFTEN

    def answered(self, readable: int, output_tokens: int) -> None:
        """A whole answer with so many rows took so many tokens."""
        self._worked()
        self._cuts = max(0.0, self._cuts - 0.5)
        self.per_row += (output_tokens / readable - self.per_row) / 8
        if self._rows < self._most and self._cuts == 0:
            self._rows = min(self._rows + 1, rows_per_request(self.per_row))

    def cut(self, asked: int, readable: int, output_tokens: int) -> int:
        """An answer was cut: the rows to ask for instead. Less is asked for everywhere only if cuts are the rule."""
        self._worked()
        if output_tokens >= 0.9 * self.room(asked):
            # It was our own limit: the rows are longer than thought.
            self.per_row = max(self.per_row * 1.5, output_tokens / (readable + 1))
            self._rows = min(self._rows, rows_per_request(self.per_row))
        self._cuts += 1
        if self._cuts > STRIKES:
            self._rows, self._cuts = max(1, min(self._rows, asked) // 2), 0.0
        return max(readable, asked // 2, 1)

    def _worked(self) -> None:
        self._failing -= self._failing / _MEMORY
        self._stretched = self._stretched and self._failing > _SELDOM
