"""How long a model's answers take of late."""

from __future__ import annotations

from collections import deque

_LEAST = 8
"""Answers before anything is said of the slow ones."""


class Latencies:
    """Seconds of the last 64 answers, and of requests that were given up."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=64)
        self._ranked: list[float] | None = None  # the same in order; asked for more than once between two answers

    def add(self, seconds: float) -> None:
        """One more answer."""
        self._seconds.append(seconds)
        self._ranked = None

    @property
    def usual(self) -> float:
        """The median, 0 while unknown."""
        return self.quantile(0.5) if self._seconds else 0.0

    @property
    def slow(self) -> float | None:
        """What nine of ten answers do not take, None while too few are known."""
        return self.quantile(0.9) if len(self._seconds) >= _LEAST else None

    def quantile(self, share: float) -> float:
        """The latency that this share of answers does not pass. There must be one."""
        if self._ranked is None:
            self._ranked = sorted(self._seconds)
        return self._ranked[min(len(self._ranked) - 1, int(len(self._ranked) * share))]
