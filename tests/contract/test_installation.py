"""What a stranger installs: the wheel in an empty environment, uvx, and what mcp.json.example says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from tests.support.server import environment_for

ROOT = Path(__file__).parents[2]
HELLO = (
    json.dumps(
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": {"name": "test", "version": "1"},
            },
        }
    )
    + "\n"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = target.glob("*.whl")
    return built


def greet(command: list[str], directory: Path, **variables: str) -> dict[str, Any]:
    """The server's answer to initialize."""
    process = subprocess.run(
        command,
        input=HELLO,
        env={**environment_for(directory), **variables},
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert process.stdout, process.stderr[-2_000:]
    answer: dict[str, Any] = json.loads(process.stdout.splitlines()[0])
    return answer


def test_the_wheel_puts_only_synthaix_at_the_top(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.split("/")[0] for name in names if not name.split("/")[0].endswith(".dist-info")}

    assert top == {"synthaix"}
    assert "synthaix/tools/start_generation.py" in names
    assert "synthaix/resources/rows.py" in names
    assert any(name.startswith("synthaix/jobs/migrations/versions/") for name in names)


@pytest.mark.slow
def test_the_wheel_starts_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    # --no-compile: writing the bytecode of every dependency takes longer than all the rest.
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-compile"]
    install += ["--constraint", str(plain_constraints(tmp_path)), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    found = subprocess.run(
        [str(python), "-I", "-c", "import synthaix; print(synthaix.__file__)"],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    answer = greet([str(home / "bin" / "synthaix")], tmp_path)

    assert found.stdout.startswith(str(home))
    assert answer["result"]["serverInfo"]["name"] == "SynthAIx"


@pytest.mark.slow
def test_uvx_starts_the_wheel(wheel: Path, tmp_path: Path) -> None:
    uvx = shutil.which("uvx", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert uvx is not None, "uv is one of the development dependencies"
    command = [uvx, "--quiet", "--python", sys.executable, "--from", str(wheel), "synthaix"]
    network = {name: value for name, value in os.environ.items() if name.startswith(("UV_", "SSL_"))}
    answer = greet(command, tmp_path, **{**network, "UV_CONSTRAINT": str(plain_constraints(tmp_path))})

    assert answer["result"]["serverInfo"]["name"] == "SynthAIx"


def plain_constraints(directory: Path) -> Path:
    """The pinned versions without hashes: a wheel made here has none."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    path = directory / "versions.txt"
    path.write_text("\n".join(line.removesuffix(" \\") for line in lines if line and not line.startswith(" ")))
    return path


def example() -> dict[str, Any]:
    server: dict[str, Any] = json.loads((ROOT / "mcp.json.example").read_text())["mcpServers"]["synthaix"]
    return server


def test_the_example_has_the_form_a_host_reads() -> None:
    server = example()

    assert isinstance(server["command"], str)
    assert all(isinstance(argument, str) for argument in server["args"])
    assert all(isinstance(value, str) for value in server["env"].values())
    assert set(server) == {"command", "args", "env"}


async def test_a_host_that_starts_what_the_example_says_gets_the_tools(tmp_path: Path) -> None:
    server = example()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**environment_for(tmp_path), **server["env"], "PATH": path}
    command = shutil.which(server["command"], path=path)
    assert command is not None
    transport = StdioTransport(command, server["args"], env=environment, cwd=str(tmp_path), keep_alive=False)
    async with Client(transport) as client:
        tools = await client.list_tools()

    assert len(tools) == 9


def fastmcp(directory: Path, *arguments: str) -> str:
    binaries = Path(sys.executable).parent
    environment = {
        **environment_for(directory),
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",  # it starts a second `fastmcp` by name
        "FASTMCP_SHOW_SERVER_BANNER": "false",
        "FASTMCP_CHECK_FOR_UPDATES": "off",
    }
    command = [str(binaries / "fastmcp"), *arguments]
    process = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert process.returncode == 0, process.stdout[-2_000:] + process.stderr[-2_000:]
    return process.stdout


SERVER = "server/synthaix/app.py"


@pytest.mark.parametrize("place", [SERVER, f"{SERVER}:build_server", "fastmcp.json"])
def test_fastmcp_inspect_lists_the_components(tmp_path: Path, place: str) -> None:
    report = json.loads(fastmcp(tmp_path, "inspect", place, "--format", "mcp", "--skip-env"))

    assert len(report["tools"]) == 9


def test_fastmcp_list_and_call_work(tmp_path: Path) -> None:
    listed = json.loads(fastmcp(tmp_path, "list", SERVER, "--json"))
    called = json.loads(fastmcp(tmp_path, "call", SERVER, "translate_schema", "prompt=12 users with name", "--json"))

    assert len(listed["tools"] if isinstance(listed, dict) else listed) == 9
    assert called["structured_content"]["inferred_count"] == 12
