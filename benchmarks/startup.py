"""From the start of a stdio server to its first answer, beside an empty FastMCP server, in turns.

    python benchmarks/startup.py [--pairs 15]

Prints the median of each and the median of the ratios pair by pair.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EMPTY = "from fastmcp import FastMCP; FastMCP('empty', version='1').run(transport='stdio', show_banner=False)"
ASK = {
    "initialize": {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "benchmark", "version": "1"},
        },
    },
    "initialized": {"jsonrpc": "2.0", "method": "notifications/initialized"},
    "list": {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
}


def seconds(command: list[str], directory: Path) -> tuple[float, float]:
    """(start to the answer of initialize, start to the answer of tools/list)."""
    environment = {**os.environ, "SYNTHAIX_DATA_DIR": str(directory), "FASTMCP_LOG_LEVEL": "WARNING"}
    begin = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=directory,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write((json.dumps(ASK["initialize"]) + "\n").encode())
    process.stdin.flush()
    process.stdout.readline()
    first = time.perf_counter() - begin
    for name in ("initialized", "list"):
        process.stdin.write((json.dumps(ASK[name]) + "\n").encode())
    process.stdin.flush()
    process.stdout.readline()
    listed = time.perf_counter() - begin
    process.stdin.close()
    process.wait(30)
    return first, listed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=15)
    pairs = parser.parse_args().pairs
    ours_command, empty_command = [sys.executable, "-m", "synthaix"], [sys.executable, "-c", EMPTY]
    ours, empty = [], []
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        for command in (ours_command, empty_command):  # files into the page cache, byte code written
            seconds(command, place)
        for _ in range(pairs):
            ours.append(seconds(ours_command, place))
            empty.append(seconds(empty_command, place))
    for index, what in enumerate(("first answer (initialize)", "list of tools")):
        mine, theirs = [pair[index] for pair in ours], [pair[index] for pair in empty]
        ratios = sorted(a / b for a, b in zip(mine, theirs, strict=True))
        print(
            f"start to {what}: synthaix {statistics.median(mine):.3f} s, "
            f"empty FastMCP {statistics.median(theirs):.3f} s, "
            f"ratio {statistics.median(ratios):.2f} (from {ratios[0]:.2f} to {ratios[-1]:.2f}, {pairs} pairs)"
        )


if __name__ == "__main__":
    main()
