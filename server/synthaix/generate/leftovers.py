"""What answers left out is asked for together: the missing rows of several windows fill one request.

A window that lacks three rows waits a little for others that lack some, for as long as no worker would stand idle
meanwhile. A request costs much the same for three rows as for twenty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

import anyio

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

Owner = TypeVar("Owner")

_LOOK_SECONDS = 0.05
"""How often a waiting share looks whether a worker has become idle."""


@dataclass(eq=False)
class Share(Generic[Owner]):
    """Rows that one window lacks; `moved` is set once they have been asked for, or wait again."""

    owner: Owner
    positions: list[int]
    moved: anyio.Event = field(default_factory=anyio.Event)
    asked: bool = False
    error: Exception | None = None


class Leftovers(Generic[Owner]):
    """Gathers shares. `ask` asks for some together; `idle` says whether a worker waits for something to do."""

    def __init__(self, ask: Callable[[Sequence[Share[Owner]]], Awaitable[None]], idle: Callable[[], bool]) -> None:
        self._ask = ask
        self._idle = idle
        self._waiting: list[Share[Owner]] = []

    async def fill(self, owner: Owner, positions: list[int], rows: int, patience: float) -> None:
        """Ask for the positions, with those of others if they come within `patience` seconds; `rows` fill a request.

        Raises what the asking raised.
        """
        share = Share(owner, positions)
        self._waiting.append(share)
        until = anyio.current_time() + patience
        try:
            while not share.asked:
                left = until - anyio.current_time()
                if share not in self._waiting:
                    await share.moved.wait()  # somebody asks for it
                elif left <= 0 or self._idle() or _rows(self._waiting) >= rows:
                    await self._together(rows)
                else:
                    with anyio.move_on_after(min(left, _LOOK_SECONDS)):
                        await share.moved.wait()
        except BaseException:
            if share in self._waiting:
                self._waiting.remove(share)
            raise
        if share.error is not None:
            raise share.error

    async def _together(self, rows: int) -> None:
        """Ask for the oldest shares that fit into one request."""
        taken: list[Share[Owner]] = []
        while self._waiting and (not taken or len(self._waiting[0].positions) + _rows(taken) <= rows):
            taken.append(self._waiting.pop(0))
        try:
            await self._ask(taken)
        except Exception as exc:
            for share in taken:
                share.error = exc
        except BaseException:  # this one is being cancelled; the others ask again, by themselves
            self._waiting = [*taken, *self._waiting]
            for share in taken:
                share.moved.set()
                share.moved = anyio.Event()
            raise
        for share in taken:
            share.asked = True
            share.moved.set()


def _rows(shares: Sequence[Share[Owner]]) -> int:
    return sum(len(share.positions) for share in shares)
