from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from synthaix import heap
from synthaix.heap import Settling

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    callbacks = list(gc.callbacks)
    yield
    gc.callbacks[:] = callbacks
    gc.unfreeze()


def test_what_survives_a_slow_full_collection_is_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap, "SLOW_SECONDS", 0)
    before = gc.get_freeze_count()
    Settling().begin()

    gc.collect(1)
    young = gc.get_freeze_count()
    gc.collect()

    assert young == before
    assert gc.get_freeze_count() > 10_000


def test_a_quick_collection_sets_nothing_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap, "SLOW_SECONDS", 3600)
    before = gc.get_freeze_count()
    Settling().begin()
    gc.collect()

    assert gc.get_freeze_count() == before


def test_it_ends_after_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap, "SLOW_SECONDS", 0)
    callbacks = len(gc.callbacks)
    Settling().begin()
    for _ in range(heap.MOST):
        assert len(gc.callbacks) == callbacks + 1
        gc.collect()

    assert len(gc.callbacks) == callbacks
