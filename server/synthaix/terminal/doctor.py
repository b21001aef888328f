"""`synthaix doctor`: whether this machine has what the server needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synthaix.settings import Settings
    from synthaix.terminal.screen import Screen


async def examine(settings: Settings, screen: Screen) -> int:
    """One line a check, with the remedy where one fails; the code is 1 if any does."""
    from synthaix.jobs.engine import Engine  # no tool offers this: it is about the machine, not about data

    async with Engine(settings) as engine:
        checks = await engine.doctor()
    for check in checks:
        screen.say(f"{'ok  ' if check.ok else 'FAIL'}  {check.name}: {check.detail}", style="" if check.ok else "red")
        if not check.ok and check.remedy:
            screen.say(f"      {check.remedy}")
    return 0 if all(check.ok for check in checks) else 1
