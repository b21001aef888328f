"""The garbage collector of a long-lived server: what has been imported is not looked at again and again."""

from __future__ import annotations

import gc
import time
from typing import Any

SLOW_SECONDS = 0.02
"""A full collection that takes longer is felt by whoever waits for an answer."""

MOST = 10
"""What is set aside is never freed if it lies in a cycle, so this is not done for ever."""


class Settling:
    """Sets aside what survived a slow full collection, at most MOST times.

    A collection holds the interpreter while it visits every object: 300 ms with the modules of a server that has
    asked a model, again whenever jobs have made a quarter as many objects. Method: `gc.freeze`.
    """

    def __init__(self) -> None:
        self._began = 0.0
        self._times = 0

    def begin(self) -> None:
        """Watch this process's collections from now on."""
        gc.callbacks.append(self._collected)

    def _collected(self, phase: str, info: dict[str, Any]) -> None:
        if info["generation"] < 2:
            return
        if phase == "start":
            self._began = time.perf_counter()
        elif time.perf_counter() - self._began > SLOW_SECONDS:
            gc.freeze()
            self._times += 1
            if self._times >= MOST:
                gc.callbacks.remove(self._collected)
