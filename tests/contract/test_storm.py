"""Jobs against a model that does everything wrong now and then."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from synthaix.providers.catalog import model_client
from synthaix.providers.client import ModelClient
from synthaix.providers.patience import Patience
from synthaix.schema.table import TableSchema
from tests.contract.test_engine import all_rows, ended
from tests.contract.test_engine_models import engine_with
from tests.support.behaviour import Behaviour
from tests.support.jobs import PAYMENTS, REVIEWS, draft_of
from tests.support.model_server import ModelServer

STORM = {"429": 0.1, "500": 0.025, "529": 0.025, "malformed": 0.05, "ignored": 0.05, "cut": 0.05, "hang": 0.02}


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second is long for a model on loopback."""
    patience = Patience(first_backoff=0.01, longest_backoff=0.1, shortest_deadline=0.5, longest_deadline=1.0)
    monkeypatch.setattr(
        "synthaix.providers.catalog.model_client",
        lambda *arguments, **options: _client(*arguments, **(options | {"patience": patience})),
    )


def _client(*arguments: object, **options: object) -> ModelClient:
    return model_client(*arguments, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("table", "mode"), [(PAYMENTS, "llm"), (REVIEWS, "auto")])
async def test_a_storm_ends_in_exactly_the_rows_or_in_an_honest_stop(
    tmp_path: Path, seed: int, table: TableSchema, mode: Literal["llm", "auto"]
) -> None:
    with ModelServer(Behaviour(rates=STORM, duplicates=0.2, seed=seed)) as server:
        async with engine_with(server, tmp_path) as engine:
            draft = draft_of(table, 400, mode=mode, provider="openai", max_workers=8, chunk_size=50, seed=seed)
            status = await ended(engine, (await engine.start(draft)).job_id)
            rows = await all_rows(engine, status.job_id)

    assert status.status == "completed" or status.resumable, status
    if status.status == "completed":
        assert len(rows) == 400
    assert len(rows) == status.rows_generated
    assert len({str(sorted(row.items())) for row in rows}) == len(rows)
    assert status.usage.requests >= server.counts.requests - server.counts.in_flight
