"""How long a client waits, and how often it tries."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the client waits and how often it tries; times in seconds."""

    shortest_deadline: float = 5.0  # of one request, once the model's latency is known
    longest_deadline: float = 120.0
    first_backoff: float = 0.25
    longest_backoff: float = 8.0
    attempts_unknown: int = 3  # at an address that has never answered: more likely wrong than down
    down: float = 90.0  # how long a provider that did answer before may stay away
    busy: float = 600.0  # how long it may go on refusing for load

    def deadline(self, slow: float | None) -> float:
        """Ten times the longest usual latency of late, within bounds: what takes longer will not answer."""
        if slow is None:
            return self.longest_deadline
        return min(self.longest_deadline, max(self.shortest_deadline, 10 * slow))

    def backoff(self, failures: int, asked: float | None) -> float:
        """The wait after so many failures in a row, at least what the provider `asked` for."""
        wait = min(self.longest_backoff, self.first_backoff * 2.0 ** min(failures - 1, 10))
        wait *= random.uniform(0.75, 1.25)  # so that those who failed together do not come back together
        return wait if asked is None else max(wait, asked)


HURRIED = Patience(down=20.0, busy=60.0)
"""For a provider that another one can stand in for."""
