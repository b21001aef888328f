"""The pacers of the process: jobs that talk to the same model share one."""

from __future__ import annotations

import threading
from weakref import WeakValueDictionary

from synthaix.providers.pacing import Pacer

_PACERS: WeakValueDictionary[tuple[int, str, str, str], Pacer] = WeakValueDictionary()


def shared_pacer(provider: str, base_url: str, model: str) -> Pacer:
    """The pacer of that model on this thread's event loop; it lives as long as anybody uses it."""
    key = (threading.get_ident(), provider, base_url, model)
    pacer = _PACERS.get(key)
    if pacer is None:
        pacer = _PACERS[key] = Pacer()
    return pacer
