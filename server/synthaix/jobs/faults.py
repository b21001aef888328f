"""Named points around every durable step, where a test may let the process fail.

The default is to do nothing. A hook is handed to the engine's constructor; nothing global is patched.
A point called `x.before` lies before anything durable has happened, `x.after` once it has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

FaultPoint = Literal[
    "create.before",
    "create.after",
    "claim.before",
    "claim.after",
    "answer.before",
    "answer.after",
    "commit.before",
    "commit.after",
    "finish.before",
    "finish.after",
    "release.before",
    "release.after",
    "export.before",
    "export.after",
]
FAULT_POINTS: tuple[FaultPoint, ...] = get_args(FaultPoint)

Faults = Callable[[FaultPoint], None]
"""Called with the point's name; it returns, raises, or ends the process."""


def no_faults(point: FaultPoint) -> None:
    """Nothing fails on purpose."""
