"""Jobs and a model that stays away, is cancelled, is shared: what the loopback server counts, not what the job says."""

from __future__ import annotations

import gc
import socket
import weakref
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from synthaix.jobs.engine import Engine
from synthaix.jobs.spec import Budget
from synthaix.providers.catalog import model_client
from synthaix.providers.client import ModelClient
from synthaix.providers.patience import Patience
from tests.contract.test_engine import PATIENCE, all_rows, ended, settings
from tests.support.behaviour import Behaviour
from tests.support.jobs import REVIEWS, draft_of
from tests.support.model_server import ModelServer

if TYPE_CHECKING:
    from pathlib import Path

    from synthaix.jobs.draft import Draft
    from synthaix.jobs.job import JobStatus


def engine_with(model: ModelServer, directory: Path, **values: Any) -> Engine:
    return Engine(settings(directory, openai_base_url=model.openai_url, default_model="loopback", **values))


WORKERS = 4


def written(rows: int, workers: int = WORKERS, **values: Any) -> Draft:
    return draft_of(REVIEWS, rows, mode="auto", provider="openai", max_workers=workers, chunk_size=20, **values)


async def until(engine: Engine, job_id: str, condition: Any) -> JobStatus:
    async for status in engine.watch(job_id, PATIENCE):
        if condition(status):
            return status
    raise AssertionError(status)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that soon gives up, and a job that soon asks again."""
    patience = Patience(first_backoff=0.01, longest_backoff=0.05, down=0.3, busy=0.3)

    def client(*arguments: Any, **options: Any) -> ModelClient:
        return model_client(*arguments, **(options | {"patience": patience}))

    monkeypatch.setattr("synthaix.providers.catalog.model_client", client)
    monkeypatch.setattr("synthaix.providers.client.TROUBLE_SECONDS", 0.05)
    monkeypatch.setattr("synthaix.jobs.runner.LOOK_SECONDS", 0.02)
    monkeypatch.setattr("synthaix.providers.pacing._BREAK", (0.01, 0.1))


async def test_a_job_waits_for_a_provider_that_went_away_says_so_and_goes_on_when_it_is_back(
    tmp_path: Path, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthaix.jobs.runner.PROVIDER_WAITS", (0.05, 0.1) + (0.2,) * 100)
    with ModelServer(Behaviour(base_seconds=0.1)) as model:
        port = model.port
        engine = engine_with(model, tmp_path)
        await engine.__aenter__()
        started = await engine.start(written(1_600))
        await until(engine, started.job_id, lambda status: status.rows_generated > 0)
    away = await until(engine, started.job_id, lambda status: status.message is not None)
    waiting = await until(engine, started.job_id, lambda status: (status.message or "").startswith("Waiting 0.2 s"))
    with ModelServer(Behaviour(), port):
        finished = await ended(engine, started.job_id)
    rows = await all_rows(engine, started.job_id)
    await engine.__aexit__(None, None, None)

    assert (away.status, waiting.status) == ("processing", "processing")
    assert away.message is not None
    assert "did not answer" in away.message
    assert "goes on by itself" in away.message
    assert (finished.status, finished.message, len(rows)) == ("completed", None, 1_600)


async def test_a_job_whose_provider_stays_away_stops_resumable_after_a_bounded_number_of_requests(
    tmp_path: Path, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthaix.jobs.runner.PROVIDER_WAITS", (0.05, 0.1))
    with ModelServer(Behaviour(base_seconds=0.1)) as model:
        async with engine_with(model, tmp_path) as engine:
            started = await engine.start(written(1_600))
            await until(engine, started.job_id, lambda status: status.rows_generated > 0)
            model.behaviour.rates = {"500": 1.0}
            stopped = await ended(engine, started.job_id)
            kept = await all_rows(engine, started.job_id)
            asked = model.counts.requests
            await anyio.sleep(0.3)
            later = model.counts.requests
            model.behaviour.rates = {}
            await engine.resume(started.job_id)
            finished = await ended(engine, started.job_id)
            rows = await all_rows(engine, started.job_id)

    assert (stopped.status, stopped.stop_reason, stopped.resumable) == ("failed", "provider", True)
    assert stopped.message is not None
    assert "status 500" in stopped.message
    assert later == asked <= 200
    assert (finished.status, len(rows), rows[: len(kept)]) == ("completed", 1_600, kept)


async def test_a_cancelled_job_sends_nothing_more_keeps_its_rows_and_asks_again_for_what_was_under_way(
    tmp_path: Path,
) -> None:
    workers = 4
    with ModelServer(Behaviour(base_seconds=0.1)) as model:
        async with engine_with(model, tmp_path) as engine:
            whole = await engine.start(written(600, workers))
            needed = (await ended(engine, whole.job_id)).usage.requests
            expected = await all_rows(engine, whole.job_id)
            before = model.counts.requests
            started = await engine.start(written(600, workers))
            await until(engine, started.job_id, lambda status: status.rows_generated > 100)
            cancelled = await engine.cancel(started.job_id)
            asked = model.counts.requests
            kept = await all_rows(engine, started.job_id)
            await anyio.sleep(0.4)  # four requests' time
            later = model.counts.requests
            await engine.resume(started.job_id)
            finished = await ended(engine, started.job_id)
            rows = await all_rows(engine, started.job_id)
            sent = model.counts.requests - before

    assert (cancelled.status, cancelled.rows_generated) == ("cancelled", len(kept))
    assert later == asked
    assert finished.status == "completed"
    assert kept == expected[: len(kept)]
    assert rows == expected
    assert sent <= needed + workers


async def test_a_new_budget_binds_a_job_that_runs(tmp_path: Path) -> None:
    with ModelServer(Behaviour(base_seconds=0.05)) as model:
        async with engine_with(model, tmp_path) as engine:
            started = await engine.start(written(2_000, budget=Budget(requests=1_000)))
            await until(engine, started.job_id, lambda status: status.rows_generated > 0)
            await engine.resume(started.job_id, Budget(requests=20))
            seen = model.counts.requests
            stopped = await ended(engine, started.job_id)
            asked = model.counts.requests

    assert (stopped.status, stopped.stop_reason, stopped.usage.requests) == ("failed", "budget", asked)
    # Those that had left when the order came, one a worker at most, may reach the model after it.
    assert asked <= max(20, seen + WORKERS)


async def test_a_new_budget_reaches_a_job_that_another_server_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthaix.jobs.scheduler.HEARTBEAT_SECONDS", 0.05)
    with ModelServer(Behaviour(base_seconds=0.05)) as model:
        async with engine_with(model, tmp_path) as one, engine_with(model, tmp_path, resume="off") as two:
            started = await one.start(written(4_000))
            await until(one, started.job_id, lambda status: status.rows_generated > 0)
            await two.resume(started.job_id, Budget(requests=15))
            stopped = await ended(two, started.job_id)

    assert (stopped.status, stopped.stop_reason) == ("failed", "budget")


async def test_jobs_share_a_model_within_the_limit_of_one_and_none_starves(tmp_path: Path) -> None:
    with ModelServer(Behaviour(base_seconds=0.02)) as model:
        async with engine_with(model, tmp_path) as engine:
            large = await engine.start(written(3_000, 6))
            await until(engine, large.job_id, lambda status: status.rows_generated > 0)
            small = [await engine.start(written(60, 2, seed=number)) for number in range(5)]
            ends = [await ended(engine, status.job_id) for status in small]
            beside = await engine.status(large.job_id)
            await ended(engine, large.job_id)

    assert {status.status for status in ends} == {"completed"}
    assert beside.status == "processing"
    assert model.counts.most_in_flight <= 6


async def test_a_job_that_waits_says_why(tmp_path: Path) -> None:
    with ModelServer(Behaviour(base_seconds=0.2)) as model:
        async with engine_with(model, tmp_path) as engine:
            await engine.open()
            assert engine._services is not None
            engine._services.scheduler._slots = 1
            first = await engine.start(written(200, 1))
            await until(engine, first.job_id, lambda status: status.status == "processing")
            second = await engine.start(written(20, 1))
            told = await engine.status(second.job_id)
            await engine.cancel(first.job_id)
            finished = await ended(engine, second.job_id)
            third = await engine.start(written(400, 1))
        async with engine_with(model, tmp_path, resume="off") as engine:
            off = await engine.status(third.job_id)

    assert (told.status, finished.status, off.status) == ("queued", "completed", "queued")
    assert told.message is not None
    assert "1 jobs run already" in told.message
    assert off.message is not None
    assert "resume_job" in off.message


async def test_an_address_where_nobody_ever_answered_is_not_waited_for(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}/v1"
        async with Engine(settings(tmp_path, openai_base_url=address, default_model="any")) as engine:
            stopped = await ended(engine, (await engine.start(written(40))).job_id)

    assert (stopped.status, stopped.stop_reason, stopped.resumable) == ("failed", "provider", True)


async def test_what_a_written_job_held_is_freed_though_it_was_set_aside_meanwhile(tmp_path: Path) -> None:
    with ModelServer(Behaviour(base_seconds=0.05)) as model:
        async with engine_with(model, tmp_path) as engine:
            job_id = (await engine.start(written(400, threshold=0.97))).job_id
            await until(engine, job_id, lambda status: status.rows_generated)
            held = [weakref.ref(part) for part in parts_of(engine, job_id)]
            gc.freeze()
            try:
                finished = await ended(engine, job_id)
                with anyio.fail_after(PATIENCE):
                    while any(part() is not None for part in held):
                        await anyio.sleep(0.05)
                        gc.collect()
            finally:
                gc.unfreeze()

    assert finished.status == "completed"


def parts_of(engine: Engine, job_id: str) -> tuple[Any, ...]:
    """The deduplicator and the acceptor of a running job."""
    assert engine._services is not None
    live = engine._services.jobs._board.get(job_id)
    assert live is not None
    spending: Any = live.spending
    parts = spending.__closure__[0].cell_contents
    return parts.deduplicator, parts.acceptor
