"""The protocol's official conformance suite, pinned, on both revisions over HTTP."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.node import npm_packages, run_node
from tests.support.server import environment_for, free_port, http_server, wait_until_healthy

HERE = Path(__file__).parent
REVISIONS = ("2025-11-25", "2026-07-28")
ROOT = HERE.parents[1]


def conformance(base: str, revision: str, results: Path, *options: str) -> str:
    """What the suite printed; asserts that it found the server conforming."""
    suite = npm_packages() / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"
    done = run_node(
        str(suite), "server", "--url", f"{base}/mcp", "--requirements", revision, "-o", str(results), *options
    )
    summary = done.stdout[done.stdout.find("=== SUMMARY") :]
    assert done.returncode == 0, summary + done.stderr[-2_000:]
    return summary


@contextlib.contextmanager
def fixture_server(directory: Path) -> Iterator[str]:
    """The base URL of our application with the suite's fixtures mounted."""
    port, log = free_port(), directory / "server.log"
    command = [sys.executable, str(HERE / "fixture_server.py"), str(port)]
    environment = environment_for(directory, PYTHONPATH=f"{ROOT / 'server'}:{ROOT}")
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, cwd=directory, stdout=output, stderr=output)
    try:
        base = f"http://127.0.0.1:{port}"
        wait_until_healthy(process, base, log)
        yield base
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.parametrize("revision", REVISIONS)
def test_the_server_fails_only_the_checks_that_need_fixtures(tmp_path: Path, revision: str) -> None:
    expected = HERE / f"expected-{revision}.yaml"
    npm_packages()
    with http_server(tmp_path) as base:
        summary = conformance(base, revision, tmp_path / "results", "--expected-failures", str(expected))
    assert "✓ tools-list" in summary
    assert "✓ dns-rebinding-protection" in summary


@pytest.mark.parametrize("revision", REVISIONS)
def test_with_the_fixtures_mounted_every_required_check_passes(tmp_path: Path, revision: str) -> None:
    npm_packages()
    with fixture_server(tmp_path) as base:
        summary = conformance(base, revision, tmp_path / "results")
    assert "✓ tools-call-image" in summary
    assert f"Not scored for {revision}" in summary


def test_every_expected_failure_has_a_reason() -> None:
    for revision in REVISIONS:
        lines = (HERE / f"expected-{revision}.yaml").read_text().splitlines()
        entries = [line for line in lines if line.startswith("  - ")]
        assert entries
        assert all("  # " in line for line in entries)
