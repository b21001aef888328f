"""How long a client waits, and how often it tries."""

from __future__ import annotations

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


HURRIED = Patience(down=20.0, busy=60.0)
"""For a provider that another one can stand in for."""
