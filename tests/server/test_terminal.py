"""The terminal program as a person runs it: a real process on a data directory of its own."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.support.server import environment_for

if TYPE_CHECKING:
    from pathlib import Path

SENTENCE = "Generate 10k financial transactions with user ID, amount, currency, and timestamp"


def synthaix(directory: Path, *arguments: str, answers: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "synthaix", *arguments],
        env=environment_for(directory),
        cwd=directory,
        input=answers,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def last_line(run: subprocess.CompletedProcess[str]) -> str:
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    return run.stdout.splitlines()[-1]


def test_a_sentence_becomes_a_file_of_ten_thousand_rows(tmp_path: Path) -> None:
    run = synthaix(tmp_path, "generate", SENTENCE, "--yes")

    path = last_line(run)
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert path.startswith(str(tmp_path / "exports"))
    assert len(rows) == 10_000
    assert list(rows[0]) == ["user_id", "amount", "currency", "timestamp"]
    assert "Schema: 4 columns, 10,000 rows" in run.stdout
    assert "First 8 of 10,000 rows" in run.stdout


def test_a_person_edits_the_schema_and_names_the_file(tmp_path: Path) -> None:
    run = synthaix(
        tmp_path, "generate", SENTENCE, "--out", "mine.parquet", "--seed", "1", answers="drop 2\nrows 300\ny\n"
    )

    frame = pl.read_parquet(last_line(run))
    assert last_line(run) == str(tmp_path / "mine.parquet")
    assert frame.columns == ["user_id", "currency", "timestamp"]
    assert frame.height == 300


def test_a_job_is_looked_after_by_its_id(tmp_path: Path) -> None:
    file = last_line(synthaix(tmp_path, "generate", SENTENCE, "--rows", "50", "--yes"))
    job_id = file.rpartition("/")[2].removesuffix(".csv")

    assert job_id in synthaix(tmp_path, "jobs").stdout
    assert "is completed: 50 of 50 rows" in synthaix(tmp_path, "status", job_id).stdout
    assert last_line(synthaix(tmp_path, "export", job_id, "--format", "sql")).endswith(f"{job_id}.sql")
    assert synthaix(tmp_path, "doctor").returncode == 0
    unknown = synthaix(tmp_path, "status", "f" * 32)
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert unknown.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT")
def test_an_interrupted_job_keeps_its_rows_and_goes_on_to_the_end(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "synthaix", "generate", SENTENCE, "--rows", "600000", "--yes"],
        env=environment_for(tmp_path),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.endswith("of 600,000 rows\n"):
                break
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
    job_id = stderr.split()[-1]

    assert process.returncode == 130
    assert stderr == f"synthaix: Stopped; the job keeps its rows and goes on with: synthaix resume {job_id}\n"
    assert "600000" in synthaix(tmp_path, "jobs").stdout
    resumed = synthaix(tmp_path, "resume", job_id)
    assert resumed.returncode == 0, resumed.stderr
    assert "is completed: 600,000 of 600,000 rows" in resumed.stdout
