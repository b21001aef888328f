"""How a reply's shape is asked for: from a promised schema down to a plain request, remembered per model.

A server may reject a form (a 400), or answer 200 and ignore it. Both lead one rung down; what was
learnt holds for everybody in the process who talks to the same model at the same address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synthaix.providers.base import Rung

STRIKES = 2
"""Answers in a row without a readable row before the first rung counts as ignored: one may be an accident, and it
is the strongest promise. Further down one is enough."""


@dataclass
class Ladder:
    """The rungs one model is known or hoped to honour."""

    rungs: tuple[Rung, ...]
    proven: bool = False  # an answer at the present rung could be read
    wrote: bool = False  # an answer held a valid row
    _index: int = 0
    _strikes: int = 0

    @property
    def rung(self) -> Rung:
        """The rung to use for the next request."""
        return self.rungs[self._index]

    def rejected(self, rung: Rung) -> bool:
        """The server refused that rung. False when there is none below it."""
        position = self.rungs.index(rung)
        if position < self._index:
            return True  # a request that was already under way when another one found out
        if position + 1 == len(self.rungs):
            return False
        self._index, self._strikes, self.proven = position + 1, 0, False
        return True

    def honoured(self, rung: Rung) -> None:
        """An answer at that rung could be read."""
        if rung == self.rung:
            self._strikes, self.proven = 0, True

    def ignored(self, rung: Rung) -> None:
        """An answer at that rung held nothing readable; after some in a row the next rung is tried."""
        if rung != self.rung:
            return
        self._strikes += 1
        # A rung that once worked does not stop working: what follows are accidents.
        if self._strikes >= (STRIKES if self._index == 0 else 1) and not self.proven:
            self.rejected(rung)


@dataclass
class LadderMemory:
    """Every ladder of the process, by (base URL, model)."""

    _ladders: dict[tuple[str, str], Ladder] = field(default_factory=dict)

    def ladder(self, base_url: str, model: str, rungs: tuple[Rung, ...]) -> Ladder:
        """The one ladder of that model at that address."""
        return self._ladders.setdefault((base_url, model), Ladder(rungs))


MEMORY = LadderMemory()
"""Shared by the jobs of a process: what a server can do does not depend on who asks."""
