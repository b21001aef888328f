"""The flow through clients written elsewhere: both TypeScript SDK lines, the 1.x Python SDK, and the Inspector."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

from tests.support.node import npm_packages, run_node
from tests.support.server import environment_for, http_server

HERE = Path(__file__).parent
TRANSPORTS = ("stdio", "http")
PINS = str(HERE / "old_client.txt")
COMMAND = [sys.executable, "-m", "synthaix"]


@pytest.fixture(scope="module")
def old_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with `mcp` 1.27 in it."""
    directory = tmp_path_factory.mktemp("mcp1")
    venv.create(directory, with_pip=True)
    python = directory / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "-q", "--require-hashes", "-r", PINS, "-c", PINS]
    done = subprocess.run(install, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        pytest.skip(f"mcp 1.27 cannot be installed here: {done.stderr.strip()[-300:]}")
    return python


def judge(told: dict[str, Any]) -> None:
    """What every client must have seen of the flow."""
    assert "start_generation" in told["tools"]
    assert len(told["asked"]) == 1
    assert told["asked"][0].startswith("Generate 300 rows")
    assert told["status"]["status"] == "completed"
    assert told["status"]["rows_generated"] == 300
    assert [list(row) for row in told["rows"]] == [["order_id", "total", "status"]] * 5
    assert told["columns"] == ["order_id", "total", "status"]
    assert len(Path(told["path"]).read_text().splitlines()) == 301
    assert told["refused"]["isError"]
    assert "Traceback" not in told["refused"]["text"]


def run_python(python: Path, directory: Path, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [str(python), str(HERE / "flow_mcp1.py"), *arguments],
        env=environment_for(directory),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def run_typescript(line: str, directory: Path, *arguments: str) -> dict[str, Any]:
    done = run_node(str(HERE / "flow.mjs"), line, *arguments, **environment_for(directory))
    assert done.returncode == 0, done.stderr[-3_000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def inspect(directory: Path, *arguments: str) -> dict[str, Any]:
    """The Inspector's answer, from its command line."""
    program = npm_packages() / "@modelcontextprotocol" / "inspector" / "clients" / "launcher" / "build" / "index.js"
    done = run_node(str(program), "--cli", *arguments, HOME=str(directory), **_only_variables(directory))
    assert done.returncode == 0, done.stderr[-3_000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _only_variables(directory: Path) -> dict[str, str]:
    return {name: value for name, value in environment_for(directory).items() if name not in {"PATH", "HOME"}}


@pytest.mark.parametrize("line", ["v1", "v2"])
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_the_typescript_clients_run_the_whole_flow(tmp_path: Path, line: str, transport: str) -> None:
    npm_packages()
    if transport == "stdio":
        judge(run_typescript(line, tmp_path, "stdio", *COMMAND))
        return
    with http_server(tmp_path) as base:
        judge(run_typescript(line, tmp_path, "http", f"{base}/mcp"))


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_the_python_client_of_the_1_x_line_runs_the_whole_flow(
    tmp_path: Path, old_python: Path, transport: str
) -> None:
    if transport == "stdio":
        judge(run_python(old_python, tmp_path, "stdio", *COMMAND))
        return
    with http_server(tmp_path) as base:
        judge(run_python(old_python, tmp_path, "http", f"{base}/mcp"))


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_the_inspector_runs_the_whole_flow(tmp_path: Path, transport: str) -> None:
    npm_packages()
    if transport == "stdio":
        variables = environment_for(tmp_path)
        options = [part for name, value in variables.items() for part in ("-e", f"{name}={value}")]
        _inspected(tmp_path, [*COMMAND, *options])
        return
    with http_server(tmp_path) as base:
        _inspected(tmp_path, [f"{base}/mcp"])


def _inspected(directory: Path, target: list[str]) -> None:
    def call(tool: str, **arguments: Any) -> Any:
        given = [part for name, value in arguments.items() for part in ("--tool-arg", f"{name}={json.dumps(value)}")]
        told = inspect(directory, *target, "--method", "tools/call", "--tool-name", tool, *given)
        return told["structuredContent"]

    tools = inspect(directory, *target, "--method", "tools/list")["tools"]
    translated = call("translate_schema", prompt="300 orders with order id, total and status")
    started = call("start_generation", schema=translated["schema"], total_rows=300)
    status = call("job_status", job_id=started["job_id"], wait_seconds=30)
    exported = call("export_job", job_id=started["job_id"], format="csv")
    uri = f"synthaix://jobs/{started['job_id']}/schema"
    read = inspect(directory, *target, "--method", "resources/read", "--uri", uri)

    assert len(tools) == 9
    assert status["status"] == "completed"
    assert len(Path(exported["path"]).read_text().splitlines()) == 301
    assert "order_id" in read["contents"][0]["text"]
