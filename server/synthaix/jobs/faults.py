"""Named points around every durable step, where a test may let the process fail.

The default is to do nothing. A hook is handed to the engine's constructor; nothing global is patched.
A point called `x.before` lies before anything durable has happened, `x.after` once it has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

FaultPoint = Literal[
    "create.before",  # a job and its idempotency key
    "create.after",
    "claim.before",  # a lease
    "claim.after",
    "renew.before",
    "renew.after",
    "answer.before",  # a model's answer in the log
    "answer.after",
    "commit.before",  # rows and counters
    "commit.after",
    "vectors.before",
    "vectors.after",
    "finish.before",
    "finish.after",
    "fail.before",  # a stop that could not be written when it happened
    "fail.after",
    "release.before",  # a lease given back
    "release.after",
    "close.before",  # every lease given back when the server ends
    "close.after",
    "cancel.before",
    "cancel.after",
    "requeue.before",
    "requeue.after",
    "keep.before",  # the result of a deduplication
    "keep.after",
    "export.before",  # the file, under a temporary name
    "export.after",
    "rename.before",  # the file, under its name
    "rename.after",
    "record.before",  # its checksum and row count
    "record.after",
    "removal.before",  # the lease under which retention removes a finished job
    "removal.after",
    "erase.before",  # its vectors
    "erase.after",
    "delete.before",  # its record and rows
    "delete.after",
    "mark.before",  # a note of what is under way outside the database
    "mark.after",
    "clear.before",
    "clear.after",
    "tidy.before",  # a draft or vectors that belong to nobody any more
    "tidy.after",
    "embed.before",  # vectors that a hosted embedding was paid for
    "embed.after",
    "upgrade.before",  # the schema
    "upgrade.after",
    "downgrade.before",
    "downgrade.after",
    "reset.before",  # every table dropped and made again
    "reset.after",
    "aside.before",  # the old SQLite file under another name
    "aside.after",
]
FAULT_POINTS: tuple[FaultPoint, ...] = get_args(FaultPoint)

Faults = Callable[[FaultPoint], None]
"""Called with the point's name; it returns, raises, or ends the process."""


def no_faults(point: FaultPoint) -> None:
    """Nothing fails on purpose."""
