"""A database that is away for a moment is waited for by whatever a running job reads and writes, on both databases."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from synthaix.jobs.tables import chunks, jobs
from tests.contract.test_engine import all_rows, completed, ended, engine_at
from tests.support.jobs import REVIEWS, draft_of

if TYPE_CHECKING:
    from pathlib import Path

    from synthaix.jobs.database import Database
    from synthaix.jobs.engine import Engine

SIZE = 30
READ = {
    "select jobs.dedup_state": "the roles of the columns",
    "chunks.positions": "the rows so far",
    "sum(answers.requests)": "what was consumed",
    "answers.text": "the answers",
}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthaix.jobs.database.WAITS", (0.01, 0.01))
    monkeypatch.setattr("synthaix.jobs.scheduler.POLL_SECONDS", 0.05)


def database_of(engine: Engine) -> Database:
    assert engine._services is not None
    return engine._services.store.database


def stopped_half_way(connection: sa.Connection) -> None:
    """The job as it was after two chunks, with every answer in the log."""
    second = connection.execute(sa.select(chunks).where(chunks.c.chunk_index == 1)).one()
    connection.execute(sa.delete(chunks).where(chunks.c.chunk_index > 1))
    values: dict[str, Any] = {"status": "failed", "resumable": True, "rows_generated": 2 * SIZE, "completed_chunks": 2}
    values |= {"next_candidate": second.next_candidate, "rows_deduplicated": second.rows_deduplicated}
    connection.execute(sa.update(jobs).values(**values))


@pytest.mark.parametrize("failures", [1, 2])
async def test_a_resumed_job_waits_for_what_it_reads(failures: int, database_url: str | None, tmp_path: Path) -> None:
    failed: Counter[str] = Counter()

    def fail(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        for sign in READ:
            if sign in statement.casefold() and failed[sign] < failures:
                failed[sign] += 1
                raise OperationalError(statement, {}, Exception("the connection is lost"))

    async with engine_at(tmp_path, database_url=database_url) as engine:
        draft = draft_of(REVIEWS, 200, mode="auto", chunk_size=SIZE, max_workers=2, threshold=0.97)
        job = await completed(engine, draft)
        rows = await all_rows(engine, job.job_id)
        await database_of(engine).write(stopped_half_way)
        sa.event.listen(database_of(engine)._reader_engine, "before_cursor_execute", fail)
        await engine.resume(job.job_id)
        status = await ended(engine, job.job_id)
        sa.event.remove(database_of(engine)._reader_engine, "before_cursor_execute", fail)
        again = await all_rows(engine, job.job_id)

    assert failed == dict.fromkeys(READ, failures)
    assert (status.status, status.message, again) == ("completed", job.message, rows)
    assert status.usage == job.usage
