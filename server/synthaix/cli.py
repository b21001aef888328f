"""The command line's first step: a host's server at once, everything else by the terminal program.

A host starts `synthaix` without arguments and waits, so that way imports nothing that reads a
command line or draws on a terminal.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from synthaix.errors import SynthaixError

if TYPE_CHECKING:
    from collections.abc import Sequence

FAILURE = 1
"""Something went wrong, or the person said no."""

INTERRUPTED = 130
"""What shells report of a program stopped by Ctrl-C: 128 + SIGINT."""


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line; the exit code is 0, 1 (failed or declined), 2 (usage) or 130 (Ctrl-C)."""
    try:
        if arguments:
            from synthaix.terminal.commands import run_command

            return run_command(arguments)
        from synthaix.app import serve_stdio

        serve_stdio()
    except SynthaixError as exc:
        print(f"synthaix: {exc}", file=sys.stderr)  # noqa: T201 - there is no console yet
        return FAILURE
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0
