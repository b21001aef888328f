"""kill -9 right before and right after every durable step: the next process goes on as if nothing had happened.

Each process of a chain is killed at one point, and so recovers from the kill before; the last one finishes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from synthaix.jobs.faults import FAULT_POINTS
from tests.support.steps import STEPS

ROOT = Path(__file__).parents[2]

CHAINS: dict[str, tuple[str, tuple[tuple[str, int], ...]]] = {
    "a sampled job": (
        "local",
        (
            *(("create.before", 1), ("create.after", 1), ("claim.before", 1), ("claim.after", 1), ("commit.before", 2)),
            *(("commit.after", 1), ("renew.before", 1), ("renew.after", 1), ("release.before", 1)),
            *(("release.after", 1), ("finish.before", 1), ("finish.after", 1)),
        ),
    ),
    "a written job": (
        "auto",
        (
            # A job can be cancelled only while much of it is left, so that comes first; vectors follow its end.
            *(("cancel.before", 1), ("cancel.after", 1), ("requeue.before", 1), ("requeue.after", 1)),
            *(("answer.before", 4), ("answer.after", 3), ("commit.before", 1), ("commit.after", 1)),
            *(("finish.before", 1), ("finish.after", 1), ("vectors.before", 1), ("vectors.after", 1)),
        ),
    ),
    "what is made of a finished job": (
        "small",
        (
            *(("keep.before", 1), ("export.before", 1), ("export.after", 1), ("rename.before", 1)),
            *(("rename.after", 1), ("record.before", 1), ("record.after", 1), ("keep.after", 1)),
            # A removal that was killed is ended when its lease has expired; until then the job is still there.
            *(("delete.after", 1), ("record.after", 1), ("delete.before", 1)),
        ),
    ),
}


def run(directory: Path, kind: str, *deadly: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "server")])}
    command = [sys.executable, "-m", "tests.support.job_process", str(directory), kind, *deadly]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False)


def finished(process: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert process.returncode == 0, process.stderr[-3000:]
    outcome: dict[str, Any] = json.loads(process.stdout)
    return outcome


@pytest.mark.parametrize("chain", CHAINS)
def test_a_kill_at_every_step_changes_nothing(chain: str, tmp_path: Path) -> None:
    kind, points = CHAINS[chain]
    (tmp_path / "whole").mkdir()
    expected = finished(run(tmp_path / "whole", kind))
    for point, nth in points:
        killed = run(tmp_path / "killed", kind, point, str(nth))
        assert killed.returncode == -9, (point, killed.returncode, killed.stdout, killed.stderr[-3000:])
    outcome = finished(run(tmp_path / "killed", kind))

    # Usage is what durable answers consumed: at most the requests under way at a kill are sent again.
    requests = outcome.pop("requests") - expected.pop("requests")
    assert outcome == expected
    assert 0 <= requests <= 3 * len(points)


def test_a_kill_at_a_small_step_leaves_what_it_should_and_is_recovered_from(tmp_path: Path) -> None:
    """One process forks another for each kill, so that what they import is read once."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "server")])}
    command = [sys.executable, "-m", "tests.support.step_kills", str(tmp_path)]
    process = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False
    )

    assert finished(process) == {
        f"{name} at {point}": [-9, held, step.done]
        for name, step in STEPS.items()
        for point, held in step.holds.items()
    }


def test_every_fault_point_is_killed_at() -> None:
    chained = {point for _, points in CHAINS.values() for point, _ in points}
    assert chained | {point for step in STEPS.values() for point in step.holds} == set(FAULT_POINTS)
