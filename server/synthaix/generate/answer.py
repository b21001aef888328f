"""Answers of a model, kept before they are used: what was paid for once is never bought again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from synthaix.generate.window import Usage, Window

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Answer", "AnswerLog", "MemoryLog", "Usage"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply of a model, as it came.

    `positions` are the candidates asked for, increasing. `attempt` counts the questions a window
    needed, from 0. `finish` is "stop", "length", "cut" or "refused".
    """

    positions: tuple[int, ...]
    attempt: int
    provider: str
    model: str
    text: str
    finish: str
    usage: Usage


class AnswerLog(Protocol):
    """Where answers are kept."""

    async def recorded(self, window: Window) -> Sequence[Answer]:
        """The answers already durable that ask for any candidate of this window, in the order they were recorded."""
        ...

    async def record(self, answer: Answer) -> None:
        """Keep the answer; it is durable when this returns."""
        ...


class MemoryLog:
    """A log that lives as long as the process: for previews and tests."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []

    async def recorded(self, window: Window) -> Sequence[Answer]:
        """See AnswerLog."""
        return [
            answer
            for answer in self.answers
            if answer.positions[0] < window.stop
            and answer.positions[-1] >= window.start
            and any(window.start <= position < window.stop for position in answer.positions)
        ]

    async def record(self, answer: Answer) -> None:
        """See AnswerLog."""
        self.answers.append(answer)
