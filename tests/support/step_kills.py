"""A process that has others killed: `python -m tests.support.step_kills DIRECTORY`.

For each small step and each of its points it forks a process that does the step and kills itself there (SIGKILL),
and another that does the step again. It prints, by step and point, how the first one ended, what it left, and what
the second one did.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import alembic.command  # noqa: F401 - once, for all that are forked

from synthaix.jobs.faults import no_faults
from tests.support.steps import STEPS, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from synthaix.jobs.faults import FaultPoint


class Deadly:
    """Kills this process when the point is reached."""

    def __init__(self, point: FaultPoint) -> None:
        self.point = point

    def __call__(self, point: FaultPoint) -> None:
        if point == self.point:
            os.kill(os.getpid(), signal.SIGKILL)


def forked(work: Callable[[], str]) -> tuple[int, str]:
    """How a process of its own that did the work ended, and what it said."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.write(writing, work().encode())
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as said:
        text = said.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), text


def killed(step: Step, point: FaultPoint, directory: Path) -> list[int | str]:
    """How the process to be killed there ended, what it left, and what is found once the step is done again."""

    def begin() -> str:
        step.prepare(directory)
        step.act(directory, Deadly(point))
        return "it was not killed"

    def again() -> str:
        step.act(directory, no_faults)
        return step.found(directory)

    return [forked(begin)[0], forked(lambda: step.found(directory))[1], forked(again)[1]]


def main(directory: Path) -> dict[str, list[int | str]]:
    """Every step killed at every point. This process opens nothing itself, so that there is nothing to inherit."""
    outcome: dict[str, list[int | str]] = {}
    for name, step in STEPS.items():
        for point in step.holds:
            here = directory / name / point
            here.mkdir(parents=True)
            outcome[f"{name} at {point}"] = killed(step, point, here)
    return outcome


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
