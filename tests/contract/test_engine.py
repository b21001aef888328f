"""The engine from the outside: a job's whole life in this process, on SQLite."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import anyio
import polars as pl
import pytest

from synthaix.errors import ArgumentError, ConflictError, LimitError, NotFoundError
from synthaix.jobs.engine import Engine
from synthaix.jobs.scheduler import SLOTS
from synthaix.settings import Settings
from tests.support.jobs import LETTERS, PAYMENTS, REVIEWS, draft_of
from tests.support.server import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from synthaix.jobs.draft import Draft
    from synthaix.jobs.job import JobStatus

PATIENCE = 60.0


def settings(directory: Path, **values: Any) -> Settings:
    return Settings(**{"data_dir": directory, "_env_file": None} | values)


@contextlib.asynccontextmanager
async def engine_at(directory: Path, **values: Any) -> AsyncIterator[Engine]:
    async with Engine(settings(directory, **values)) as engine:
        yield engine


async def ended(engine: Engine, job_id: str) -> JobStatus:
    return [status async for status in engine.watch(job_id, PATIENCE)][-1]


def _timeless(status: JobStatus) -> JobStatus:
    return replace(status, elapsed_seconds=0.0, rows_per_second=0.0)


async def vectors_written(directory: Path) -> None:
    """Wait until no vectors of an ended job are missing; a server that stops waits for them only so long."""
    with anyio.fail_after(PATIENCE):
        while list((directory / "servers").glob("*.vectors")):
            await anyio.sleep(0.02)


async def completed(engine: Engine, draft: Draft) -> JobStatus:
    status = await ended(engine, (await engine.start(draft)).job_id)
    assert status.status == "completed", status.message
    return status


async def all_rows(engine: Engine, job_id: str) -> list[dict[str, Any]]:
    rows, cursor = [], None
    while True:
        page = await engine.rows(job_id, cursor, 1_000, max_bytes=10**7)
        rows += page.rows
        cursor = page.next_cursor
        if cursor is None:
            return rows


async def test_a_job_has_exactly_the_rows_that_were_wanted(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        status = await completed(engine, draft_of(PAYMENTS, 1_234))
        rows = await all_rows(engine, status.job_id)

    assert (status.rows_generated, status.total_chunks, status.completed_chunks) == (1_234, 13, 13)
    assert status.progress_percentage == 100.0
    assert status.estimated_completion is None
    assert len(rows) == 1_234
    assert len({tuple(row.values()) for row in rows}) == 1_234


async def test_the_rows_are_the_same_whatever_the_chunk_size_and_the_workers(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        many = await completed(engine, draft_of(PAYMENTS, 5_000, chunk_size=7))
        few = await completed(engine, draft_of(PAYMENTS, 5_000, chunk_size=4_999, max_workers=1))
        other = await completed(engine, draft_of(PAYMENTS, 5_000, seed=8))
        exported = [(await engine.export(s.job_id, "parquet")).sha256 for s in (many, few, other)]

    assert exported[0] == exported[1] != exported[2]


async def test_a_value_space_that_runs_out_completes_the_job_short_and_names_the_column(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        status = await completed(engine, draft_of(LETTERS, 100, chunk_size=10))
        rows = await all_rows(engine, status.job_id)

    assert (status.rows_generated, status.stop_reason) == (26, "exhausted")
    assert status.completed_chunks == status.total_chunks == 10
    assert status.message is not None
    assert "'code'" in status.message
    assert status.progress_percentage == 100.0
    assert sorted(row["code"] for row in rows) == list("abcdefghijklmnopqrstuvwxyz")


async def test_unique_columns_stay_unique_with_deduplication_off(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        status = await completed(engine, draft_of(LETTERS, 100, deduplicate=False))

    assert (status.rows_generated, status.stop_reason) == (26, "exhausted")


async def test_pages_follow_each_other_and_end_with_the_job(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        status = await completed(engine, draft_of(PAYMENTS, 250))
        first = await engine.rows(status.job_id, None, 100, ["currency", "amount"])
        second = await engine.rows(status.job_id, first.next_cursor, 1_000, max_bytes=10**6)
        small = await engine.rows(status.job_id, None, 100, max_bytes=500)

    assert list(first.rows[0]) == ["currency", "amount"]
    assert (len(first.rows), len(second.rows), second.next_cursor) == (100, 150, None)
    assert (small.truncated, small.total) == (True, 250)
    assert small.next_cursor is not None


async def test_a_whole_result_past_the_bound_names_the_tool_to_use(tmp_path: Path) -> None:
    async with engine_at(tmp_path, limit_bytes=1_024) as engine:
        status = await completed(engine, draft_of(PAYMENTS, 250))
        with pytest.raises(LimitError, match="export_job"):
            await engine.whole(status.job_id, "csv")
        small = await completed(engine, draft_of(PAYMENTS, 3))
        data = await engine.whole(small.job_id, "csv")

    assert data.decode().count("\n") == 4


async def test_an_export_is_recorded_with_its_checksum(tmp_path: Path) -> None:
    import hashlib

    import sqlalchemy as sa

    from synthaix.jobs.database import Database, sqlite_url
    from synthaix.jobs.tables import exports

    async with engine_at(tmp_path) as engine:
        status = await completed(engine, draft_of(PAYMENTS, 250))
        exported = await engine.export(status.job_id, "csv", "payments.csv")
    database = Database(sqlite_url(tmp_path / "synthaix.db"))
    recorded = database.read_now(lambda c: c.execute(sa.select(exports)).one())
    database.close()

    assert (recorded.rows, recorded.sha256) == (250, hashlib.sha256(exported.path.read_bytes()).hexdigest())


async def test_the_same_key_gives_the_same_job_and_starts_nothing(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        draft = draft_of(PAYMENTS, 100)
        first = await engine.start(draft, "key")
        again = await engine.start(draft, "key")
        found = await engine.find("key", draft.fingerprint)
        with pytest.raises(ConflictError, match="'key' was used before"):
            await engine.start(draft_of(PAYMENTS, 101), "key")
        jobs, _ = await engine.list_jobs()

    assert found is not None
    assert first.job_id == again.job_id == found.job_id
    assert len(jobs) == 1


@pytest.mark.parametrize("job_id", ["", "nonsense", "0" * 32, "../../etc/passwd", "0" * 31 + "G"])
async def test_an_id_that_is_no_jobs_is_not_found_everywhere(tmp_path: Path, job_id: str) -> None:
    async with engine_at(tmp_path) as engine:
        calls: list[Callable[[], Awaitable[object]]] = [
            lambda: engine.status(job_id),
            lambda: engine.rows(job_id),
            lambda: engine.cancel(job_id),
            lambda: engine.resume(job_id),
            lambda: engine.export(job_id, "csv"),
            lambda: engine.whole(job_id, "csv"),
            lambda: engine.table(job_id),
            lambda: engine.duplicates(job_id),
        ]
        for call in calls:
            with pytest.raises(NotFoundError, match="list_jobs"):
                await call()


async def test_a_job_of_another_owner_does_not_exist(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        status = await engine.start(draft_of(PAYMENTS, 100), owner="ann")
        for owner in (None, "bob"):
            with pytest.raises(NotFoundError):
                await engine.status(status.job_id, owner)
            assert (await engine.list_jobs(owner=owner))[0] == []
        assert (await engine.status(status.job_id, "ann")).job_id == status.job_id


async def test_unusable_cursors_limits_and_formats_are_refused(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        status = await completed(engine, draft_of(PAYMENTS, 10))
        job_id = status.job_id
        calls: list[tuple[Callable[[], Awaitable[object]], str]] = [
            (lambda: engine.rows(job_id, "bm9wZQ=="), "cursor 'bm9wZQ=='"),
            (lambda: engine.rows(job_id, None, 10**9), "limit is 1,000,000,000"),
            (lambda: engine.rows(job_id, None, 5, ["nope"]), "columns names 'nope'"),
            (lambda: engine.list_jobs(None, "bm9wZQ=="), "cursor 'bm9wZQ=='"),
            (lambda: engine.list_jobs("sleeping"), "status is 'sleeping'"),
            (lambda: engine.export(job_id, "xlsx"), "format is 'xlsx'"),
            (lambda: engine.export(job_id, "csv", "../x.csv"), "path '../x.csv'"),
        ]
        for call, message in calls:
            with pytest.raises(ArgumentError, match=message.replace(".", r"\.")):
                await call()


async def test_the_limit_of_unfinished_jobs_refuses_the_next_and_leaves_nothing(tmp_path: Path) -> None:
    async with engine_at(tmp_path, limit_jobs=1) as engine:
        await engine.start(draft_of(PAYMENTS, 500_000))
        with pytest.raises(LimitError, match="SYNTHAIX_LIMIT_JOBS is 1"):
            await engine.start(draft_of(PAYMENTS, 10))
        jobs, _ = await engine.list_jobs()

    assert len(jobs) == 1


async def test_a_cancelled_job_keeps_its_rows_and_resumes_to_the_same_result(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        whole = await completed(engine, draft_of(PAYMENTS, 600_000, chunk_size=999))
        started = await engine.start(draft_of(PAYMENTS, 600_000, chunk_size=999))
        async for status in engine.watch(started.job_id, PATIENCE):
            if status.rows_generated:
                break
        cancelled = await engine.cancel(started.job_id)
        assert (cancelled.status, cancelled.stop_reason, cancelled.resumable) == ("cancelled", "cancelled", True)
        told = await engine.status(started.job_id)
        assert _timeless(told) == _timeless(cancelled)
        kept = await engine.rows(started.job_id)
        assert kept.total == cancelled.rows_generated > 0
        assert (await engine.cancel(started.job_id)).status == "cancelled"

        resumed = await engine.resume(started.job_id)
        assert resumed.status in {"queued", "processing"}
        finished = await ended(engine, started.job_id)
        exported = [(await engine.export(s.job_id, "parquet")).sha256 for s in (whole, finished)]

    assert (finished.status, finished.rows_generated) == ("completed", 600_000)
    assert exported[0] == exported[1]


async def test_cancelling_or_resuming_a_finished_job_just_tells_its_status(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        status = await completed(engine, draft_of(PAYMENTS, 10))

        assert (await engine.cancel(status.job_id)).status == "completed"
        assert (await engine.resume(status.job_id)).status == "completed"


async def test_a_server_that_stops_parks_its_job_and_the_next_one_finishes_it(tmp_path: Path) -> None:
    async with engine_at(tmp_path / "whole") as engine:
        whole = await completed(engine, draft_of(PAYMENTS, 600_000, chunk_size=1_000))
        expected = (await engine.export(whole.job_id, "parquet")).sha256
    async with engine_at(tmp_path / "parked") as engine:
        started = await engine.start(draft_of(PAYMENTS, 600_000, chunk_size=1_000))
        async for status in engine.watch(started.job_id, PATIENCE):
            if status.rows_generated:
                break
    async with engine_at(tmp_path / "parked", resume="off") as engine:
        parked = await engine.status(started.job_id)
        before = await engine.rows(started.job_id, limit=1)
    async with engine_at(tmp_path / "parked") as engine:
        await engine.open()
        finished = await ended(engine, started.job_id)
        got = (await engine.export(started.job_id, "parquet")).sha256

    assert (parked.status, before.total) == ("queued", parked.rows_generated)
    assert 0 < parked.rows_generated < 600_000
    assert (finished.status, finished.rows_generated) == ("completed", 600_000)
    assert got == expected


async def test_with_resume_off_a_parked_job_goes_on_only_when_asked(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        started = await engine.start(draft_of(PAYMENTS, 300_000))
    async with engine_at(tmp_path, resume="off") as engine:
        assert (await engine.status(started.job_id)).status == "queued"
        await engine.resume(started.job_id)
        finished = await ended(engine, started.job_id)

    assert finished.status == "completed"


async def test_two_servers_on_one_directory_finish_each_job_once(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as one, engine_at(tmp_path) as two:
        started = []
        for number in range(6):
            engine = (one, two)[number % 2]
            started.append((await engine.start(draft_of(PAYMENTS, 20_000, seed=number))).job_id)
        seen = [await ended(two, job_id) for job_id in started]
        jobs, _ = await one.list_jobs()

    assert [status.rows_generated for status in seen] == [20_000] * 6
    assert {job.job_id for job in jobs} == set(started)


async def test_a_job_can_be_cancelled_through_another_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthaix.jobs.scheduler.HEARTBEAT_SECONDS", 0.05)
    async with engine_at(tmp_path) as one, engine_at(tmp_path, resume="off") as two:
        started = await one.start(draft_of(PAYMENTS, 5_000_000, chunk_size=1_000))
        asked = await two.cancel(started.job_id)
        status = await ended(two, started.job_id)

    assert asked.status == "cancelled" or "It is being cancelled" in (asked.message or "")
    assert (status.status, status.stop_reason) == ("cancelled", "cancelled")


async def test_fifty_jobs_at_once_all_finish_with_a_bounded_number_running(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        started = [await engine.start(draft_of(PAYMENTS, 300, seed=number)) for number in range(50)]
        running, _ = await engine.list_jobs("processing", limit=200)
        finished = [await ended(engine, status.job_id) for status in started]

    assert {status.status for status in started} <= {"processing", "queued"}
    assert len(running) <= SLOTS
    assert {status.rows_generated for status in finished} == {300}


async def test_progress_is_told_on_every_change_and_ends_with_the_end(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        started = await engine.start(draft_of(PAYMENTS, 400_000, chunk_size=1_000))
        seen = [status async for status in engine.watch(started.job_id, PATIENCE)]

    counts = [status.rows_generated for status in seen]
    assert counts == sorted(counts)
    assert [status.ended for status in seen] == [False] * (len(seen) - 1) + [True]
    assert any(0 < count < 400_000 for count in counts)
    assert all(s.rows_per_second > 0 and s.estimated_completion for s in seen[1:-1] if s.rows_generated)


async def test_waiting_for_no_time_answers_the_status_as_it_is(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        started = await engine.start(draft_of(PAYMENTS, 1_000_000))
        seen = [status async for status in engine.watch(started.job_id, 0)]

    assert len(seen) == 1


async def test_a_column_can_draw_its_values_from_another_job(tmp_path: Path) -> None:
    from synthaix.schema.table import parse_schema

    async with engine_at(tmp_path) as engine:
        users = await completed(engine, draft_of(PAYMENTS, 50))
        reference = {"kind": "reference", "job_id": users.job_id, "column": "user_id"}
        table = parse_schema({"columns": [
            {"name": "user_id", "type": "string", "generator": reference},
            {"name": "amount", "type": "float", "generator": "lognormal"},
        ]})  # fmt: skip
        orders = await completed(engine, draft_of(table, 500))
        known = {row["user_id"] for row in await all_rows(engine, users.job_id)}
        used = {row["user_id"] for row in await all_rows(engine, orders.job_id)}

    assert used <= known
    assert len(used) > 10


async def test_a_model_writes_the_columns_that_need_language(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        status = await completed(engine, draft_of(REVIEWS, 120, mode="auto", chunk_size=50))
        rows = await all_rows(engine, status.job_id)

    assert status.usage.requests >= 6
    assert len(rows) == 120
    assert all(isinstance(row["review"], str) and 1 <= row["stars"] <= 5 for row in rows)


async def test_a_budget_stops_the_job_keeps_its_rows_and_a_larger_one_goes_on(tmp_path: Path) -> None:
    from synthaix.jobs.spec import Budget

    async with engine_at(tmp_path) as engine:
        draft = draft_of(REVIEWS, 400, mode="auto", chunk_size=150, budget=Budget(requests=5), max_workers=2)
        stopped = await ended(engine, (await engine.start(draft)).job_id)
        kept = await all_rows(engine, stopped.job_id)
        await engine.resume(stopped.job_id, Budget(requests=100))
        finished = await ended(engine, stopped.job_id)
        rows = await all_rows(engine, stopped.job_id)

    assert (stopped.status, stopped.stop_reason, stopped.resumable) == ("failed", "budget", True)
    assert stopped.usage.requests == 5
    assert len(kept) == stopped.rows_generated >= 60  # an answer behind one that was not bought waits in the log
    assert (finished.status, len(rows), rows[: len(kept)]) == ("completed", 400, kept)
    assert finished.usage.requests <= 22


async def test_an_ended_jobs_frame_has_the_schemas_types(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        status = await completed(engine, draft_of(PAYMENTS, 10))
        exported = await engine.export(status.job_id, "parquet")

    assert dict(pl.read_parquet_schema(exported.path)) == {
        "user_id": pl.String(), "amount": pl.Float64(), "currency": pl.String()
    }  # fmt: skip


async def test_the_doctor_finds_nothing_wrong_with_a_fresh_installation(tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        checks = await engine.doctor()

    assert [check for check in checks if not check.ok] == []
    assert {"data directory", "export directory", "database", "vector store", "default provider"} <= {
        c.name for c in checks
    }


async def test_the_doctor_tells_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "synthaix.db").write_bytes(b"x" * 5_000)
    async with engine_at(tmp_path, default_llm_provider="openai") as engine:
        wrong = {check.name: check for check in await engine.doctor() if not check.ok}

    assert set(wrong) == {"database", "openai"}
    assert "move it away" in wrong["database"].detail
    assert "OPENAI_API_KEY" in wrong["openai"].remedy


async def test_an_engine_that_was_never_used_leaves_no_file(tmp_path: Path) -> None:
    async with engine_at(tmp_path / "data"):
        await anyio.lowlevel.checkpoint()

    assert not (tmp_path / "data").exists()


async def test_the_vectors_of_a_job_agree_with_its_rows(tmp_path: Path) -> None:
    from synthaix.dedup.chroma import ChromaIndex
    from synthaix.dedup.embedding import HashedNgrams

    async with engine_at(tmp_path) as engine:
        status = await completed(engine, draft_of(REVIEWS, 60, mode="auto", threshold=0.95, chunk_size=25))
        await vectors_written(tmp_path)
    index = ChromaIndex(tmp_path / "vectors" / status.job_id, None, status.job_id, HashedNgrams().name)
    stored = index.count()
    index.close()

    assert stored == status.rows_generated


async def test_a_vector_store_that_fails_does_not_fail_the_job(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the vectors' directory should be")
    async with engine_at(tmp_path, chromadb_path=tmp_path / "taken") as engine:
        status = await completed(engine, draft_of(REVIEWS, 60, mode="auto", threshold=0.95))

    assert status.rows_generated + status.rows_deduplicated >= 60


async def test_a_model_written_job_that_is_parked_pays_for_no_answer_twice(tmp_path: Path) -> None:
    draft = draft_of(REVIEWS, 1_000, mode="auto", chunk_size=45, max_workers=3)
    async with engine_at(tmp_path) as engine:
        started = await engine.start(draft)
        async for status in engine.watch(started.job_id, PATIENCE):
            if status.rows_generated:
                break
    async with engine_at(tmp_path, resume="off") as engine:
        parked = await engine.status(started.job_id)
        await engine.resume(started.job_id)
        finished = await ended(engine, started.job_id)

    assert parked.status in {"queued", "completed"}
    assert (finished.status, finished.rows_generated) == ("completed", 1_000)
    assert finished.usage.requests <= 50 + 4 + 3  # what was under way may be sent again


async def test_a_sentence_becomes_a_schema_with_rows_to_look_at(tmp_path: Path) -> None:
    prompt = "Generate 10k financial transactions with user ID, amount, currency, and timestamp"
    async with engine_at(tmp_path / "data") as engine:
        first = await engine.translate(prompt)
        again = await engine.translate(prompt, 3)

    assert first.translation.inferred_count == 10_000
    assert first.translation.schema.names == ("user_id", "amount", "currency", "timestamp")
    assert [set(row) for row in first.preview] == [set(first.translation.schema.names)] * 5
    assert len(again.translation.schema.columns) <= 3
    assert not (tmp_path / "data").exists(), "translating needs no database"


async def test_a_model_that_cannot_be_reached_leaves_translation_to_the_rules(tmp_path: Path) -> None:
    values = {"default_llm_provider": "openai", "openai_api_key": "k", "openai_base_url": "http://127.0.0.1:1/v1"}
    async with engine_at(tmp_path, **values) as engine:
        translated = await engine.translate("500 customers with name and city")

    assert translated.translation.provider == "local"
    assert "openai could not be used" in translated.translation.assumptions[0]
    assert len(translated.preview) == 5


@pytest.mark.parametrize(("prompt", "columns"), [("", None), ("  ", None), ("x" * 30_000, None), ("users", 0)])
async def test_an_unusable_prompt_is_refused(tmp_path: Path, prompt: str, columns: int | None) -> None:
    async with engine_at(tmp_path) as engine:
        with pytest.raises(ArgumentError, match=r"prompt|max_columns"):
            await engine.translate(prompt, columns)


async def test_the_doctor_notices_that_a_server_of_ones_own_does_not_answer(tmp_path: Path) -> None:
    nobody = f"http://me:secret@127.0.0.1:{free_port()}"
    away = {"openai_base_url": f"{nobody}/v1", "chromadb_url": nobody, "default_llm_provider": "openai"}
    async with engine_at(tmp_path, **away) as engine:
        wrong = {check.name: check for check in await engine.doctor() if not check.ok}
    async with engine_at(tmp_path, openai_base_url=f"{nobody}/v1", default_llm_provider="local") as engine:
        unused = [check.name for check in await engine.doctor() if not check.ok]

    assert set(wrong) == {"openai", "vector store"}
    assert "OPENAI_BASE_URL" in wrong["openai"].remedy
    assert "CHROMADB_URL" in wrong["vector store"].remedy
    assert "secret" not in f"{wrong}"
    assert unused == []
