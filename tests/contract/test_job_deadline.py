"""A run has an end of its own: past it the job stops, loses nothing and goes on when asked."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from synthaix.jobs.engine import Engine
from synthaix.jobs.spec import GenerationRequest
from synthaix.settings import Settings
from tests.support.behaviour import Behaviour
from tests.support.model_server import ModelServer
from tests.support.writing import KEY, TRANSACTIONS


async def test_a_run_past_its_hours_stops_and_what_it_paid_for_is_not_asked_for_again(tmp_path: Path) -> None:
    with ModelServer(Behaviour(base_seconds=0.05)) as server:
        settings = Settings(
            data_dir=tmp_path,
            openai_api_key=SecretStr(KEY),
            openai_base_url=server.openai_url,
            limit_hours=0.3 / 3600,
            _env_file=None,
        )
        async with Engine(settings) as engine:
            request = GenerationRequest(table=TRANSACTIONS, total_rows=2_000, max_workers=2, mode="llm", seed=3)
            job_id = (await engine.start(await engine.draft(request))).job_id
            stopped = [status async for status in engine.watch(job_id, 60)][-1]
        async with Engine(settings.model_copy(update={"limit_hours": 1.0})) as engine:
            await engine.resume(job_id)
            ended = [status async for status in engine.watch(job_id, 60)][-1]

    assert (stopped.status, stopped.stop_reason, stopped.resumable) == ("failed", "provider", True)
    assert "SYNTHAIX_LIMIT_HOURS" in (stopped.message or "")
    assert 0 < stopped.rows_generated < 2_000
    assert (ended.status, ended.rows_generated) == ("completed", 2_000)
    assert server.counts.requests == 100
