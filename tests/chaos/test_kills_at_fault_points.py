"""kill -9 right before and right after durable steps: the next process finishes the job as if nothing had happened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def run(directory: Path, kind: str, *deadly: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "server")])}
    command = [sys.executable, "-m", "tests.support.job_process", str(directory), kind, *deadly]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False)


def finished(process: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert process.returncode == 0, process.stderr[-3000:]
    outcome: dict[str, Any] = json.loads(process.stdout)
    return outcome


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return {kind: finished(run(tmp_path_factory.mktemp(kind), kind)) for kind in ("local", "auto")}


@pytest.mark.parametrize(
    ("point", "nth"),
    [("create.before", 1), ("create.after", 1), ("commit.before", 3), ("commit.after", 1), ("commit.after", 2),
     ("finish.before", 1), ("finish.after", 1)],
)  # fmt: skip
def test_a_sampled_job_is_finished_by_the_next_process(
    point: str, nth: int, tmp_path: Path, expected: dict[str, dict[str, Any]]
) -> None:
    killed = run(tmp_path, "local", point, str(nth))
    outcome = finished(run(tmp_path, "local"))

    assert killed.returncode == -9
    assert outcome == expected["local"]


@pytest.mark.parametrize(("point", "nth"), [("answer.before", 5), ("answer.after", 5), ("commit.after", 4)])
def test_a_written_job_is_finished_without_paying_twice(
    point: str, nth: int, tmp_path: Path, expected: dict[str, dict[str, Any]]
) -> None:
    killed = run(tmp_path, "auto", point, str(nth))
    outcome = finished(run(tmp_path, "auto"))

    assert killed.returncode == -9
    assert (outcome["status"], outcome["rows"], outcome["jobs"]) == ("completed", 300, 1)
    # Usage is what durable answers consumed: a request under way at the kill is not among them.
    assert outcome["requests"] <= expected["auto"]["requests"] + 3
