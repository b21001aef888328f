"""How long the requests of one job may take, learnt from how long they do."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING

import anyio

from synthaix.providers.latency import Latencies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from synthaix.providers.patience import Patience

_CLEARLY = 0.8
"""Share of the last deadline below which a new one is told to the requests under way: to tell all of them with every
answer would cost more than all the rest of it."""


class Deadlines:
    """The deadline of the next request, and those of the requests under way, which may move closer."""

    def __init__(self, patience: Patience) -> None:
        self.latencies = Latencies()
        self._patience = patience
        self._told = math.inf
        self._under_way: dict[anyio.CancelScope, float] = {}  # since when

    @property
    def seconds(self) -> float:
        """What a request that starts now may take."""
        return self._patience.deadline(self.latencies.slow)

    def answered(self, seconds: float) -> None:
        """An answer took so long; what that says of the others is told to them."""
        self.latencies.add(seconds)
        allowed = self.seconds
        if allowed > _CLEARLY * self._told:
            self._told = max(self._told, allowed)
            return
        self._told = allowed
        for scope, began in self._under_way.items():
            scope.deadline = min(scope.deadline, began + allowed)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """One request is under way in this block. Raises TimeoutError when it takes too long."""
        began = anyio.current_time()
        with anyio.CancelScope(deadline=began + self.seconds) as scope:
            self._under_way[scope] = began
            try:
                yield
            finally:
                del self._under_way[scope]
        if scope.cancelled_caught:
            # It took so long at least. Where that happens often the provider has become slower, and gets more time.
            self.latencies.add(anyio.current_time() - began)
            raise TimeoutError
