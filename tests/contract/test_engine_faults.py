"""Every durable step may fail before or after it: nothing is lost, nothing doubled, and the job says so."""

from __future__ import annotations

import contextlib
import logging
import shutil
from typing import TYPE_CHECKING

import anyio
import pytest

from synthaix.dedup.chroma import ChromaIndex
from synthaix.dedup.embedding import HashedNgrams
from synthaix.errors import NotFoundError, ProviderDown, ProviderError, ProviderRefused, StoreError
from synthaix.jobs.engine import Engine
from synthaix.jobs.faults import FAULT_POINTS, FaultPoint
from synthaix.jobs.marks import Marks
from synthaix.jobs.retention import Retention
from synthaix.jobs.spec import DedupRequest
from synthaix.providers.catalog import model_client
from synthaix.providers.client import ModelClient
from synthaix.providers.patience import Patience
from synthaix.providers.scripted import Scripted
from synthaix.schema.table import parse_schema
from tests.contract.test_engine import all_rows, completed, ended, engine_at, settings
from tests.support.jobs import PAYMENTS, REVIEWS, draft_of
from tests.support.steps import STEPS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from synthaix.jobs.job import JobStatus


class Once:
    """Fails the first time the point is reached."""

    def __init__(self, point: FaultPoint, skip: int = 0) -> None:
        self.point = point
        self.left = skip
        self.failed = False

    def __call__(self, point: FaultPoint) -> None:
        if point == self.point and not self.failed:
            self.left -= 1
            if self.left < 0:
                self.failed = True
                raise RuntimeError(f"fault at {point}")


def around(*steps: str) -> tuple[FaultPoint, ...]:
    """The points before and after the steps."""
    return tuple(point for point in FAULT_POINTS if point.partition(".")[0] in steps)


@contextlib.asynccontextmanager
async def reached(condition: Callable[[], bool]) -> AsyncIterator[None]:
    """Do what is in the block, then wait until that is so."""
    yield
    with anyio.fail_after(30):
        while not condition():
            await anyio.sleep(0.01)


@pytest.fixture(autouse=True)
def _quick_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthaix.jobs.scheduler.HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr("synthaix.jobs.scheduler.POLL_SECONDS", 0.05)
    monkeypatch.setattr(logging.getLogger("synthaix.jobs"), "disabled", True)  # the faults are meant


async def to_the_end(engine: Engine) -> JobStatus:
    """The one job of the engine, resumed as often as it stops."""
    with anyio.fail_after(30):
        while True:
            jobs, _ = await engine.list_jobs()
            status = await ended(engine, jobs[0].job_id)
            if status.status == "completed":
                return status
            assert status.resumable, status.message
            await engine.resume(status.job_id)


SAMPLED = around("create", "claim", "renew", "commit", "finish", "release")
WRITTEN = (*around("answer", "commit", "vectors"), "finish.before")
ASKED = around("cancel", "requeue")
EXPORTED = around("export", "rename", "record")
KEPT = around("keep")
REMOVED = around("delete")
UNWRITTEN = around("fail")
SMALL = [(name, point) for name, step in STEPS.items() for point in step.holds]


def test_every_fault_point_is_failed_at() -> None:
    small = {point for _, point in SMALL}
    assert {*SAMPLED, *WRITTEN, *ASKED, *EXPORTED, *KEPT, *REMOVED, *UNWRITTEN, *small} == set(FAULT_POINTS)


@pytest.mark.parametrize(("name", "point"), SMALL)
def test_a_small_step_that_failed_leaves_what_it_should_and_is_done_again(
    name: str, point: FaultPoint, tmp_path: Path
) -> None:
    step, fault = STEPS[name], Once(point)
    step.prepare(tmp_path)
    with contextlib.suppress(RuntimeError):  # some parts log what failed and go on
        step.act(tmp_path, fault)
    held = step.found(tmp_path)
    step.act(tmp_path, fault)

    assert fault.failed
    assert (held, step.found(tmp_path)) == (step.holds[point], step.done)


@pytest.mark.parametrize("point", UNWRITTEN)
async def test_a_stop_that_could_not_be_written_is_written_later_though_that_fails_too(
    point: FaultPoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(reached: FaultPoint) -> None:
        if reached == "finish.before":
            raise StoreError("The disk is full.")
        once(reached)

    monkeypatch.setattr("synthaix.jobs.database.WAITS", ())
    once = Once(point)
    async with Engine(settings(tmp_path), faults=fault) as engine:
        started = await engine.start(draft_of(PAYMENTS, 50))
        assert (await ended(engine, started.job_id)).message == "The disk is full."
        with anyio.fail_after(30):
            while (await engine.list_jobs("failed"))[0] == [] or not once.failed:
                await anyio.sleep(0.01)
    async with engine_at(tmp_path) as engine:
        await engine.resume(started.job_id)
        status = await ended(engine, started.job_id)

    assert (status.status, status.rows_generated) == ("completed", 50)


async def test_a_stop_that_cannot_be_written_is_told_from_memory_and_the_job_can_be_resumed_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthaix.jobs.database.WAITS", ())
    full, attempts = True, 0

    def fault(reached: FaultPoint) -> None:
        nonlocal attempts
        attempts += reached == "fail.before"
        if full and reached in {"finish.before", "fail.before"}:
            raise StoreError("The disk is full.")

    async with Engine(settings(tmp_path), faults=fault) as engine:
        job_id = (await engine.start(draft_of(PAYMENTS, 50))).job_id
        seen = [await ended(engine, job_id)]
        with anyio.fail_after(30):
            while attempts < 5:
                await anyio.sleep(0.01)
                seen.append(await engine.status(job_id))
        with pytest.raises(StoreError, match=r"The disk is full\."):
            await engine.resume(job_id)
        with pytest.raises(NotFoundError):
            await engine.resume(job_id, owner="somebody else")
        seen.append(await engine.status(job_id))
        full = False
        await engine.resume(job_id)
        finished = await ended(engine, job_id)

    assert {(status.status, status.message, status.resumable) for status in seen} == {
        ("failed", "The disk is full.", True)
    }
    assert (finished.status, finished.rows_generated) == ("completed", 50)


class Full:
    """A disk without room for anything that a job writes, while `full`."""

    full = False

    def __call__(self, point: FaultPoint) -> None:
        if self.full and point in {"commit.before", "finish.before", "fail.before"}:
            raise StoreError("The disk is full.")


async def test_a_cancelled_job_whose_end_cannot_be_written_is_cancelled_for_the_next_server_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthaix.jobs.database.WAITS", ())
    disk = Full()
    async with Engine(settings(tmp_path), faults=disk) as engine:
        job_id = (await engine.start(draft_of(PAYMENTS, 2_000_000, chunk_size=1_000))).job_id
        async for status in engine.watch(job_id, 30):
            if status.rows_generated:
                break
        disk.full = True
        told = [await engine.cancel(job_id), await engine.status(job_id)]
    async with engine_at(tmp_path) as engine:
        told.append(await ended(engine, job_id))

    assert [(status.status, status.stop_reason, status.resumable) for status in told] == [
        ("cancelled", "cancelled", True)
    ] * 3


async def test_a_stop_that_was_told_from_memory_is_written_when_the_server_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthaix.jobs.database.WAITS", ())
    monkeypatch.setattr("synthaix.jobs.scheduler.HEARTBEAT_SECONDS", 3600)
    disk = Full()
    async with Engine(settings(tmp_path), faults=disk) as engine:
        disk.full = True
        job_id = (await engine.start(draft_of(PAYMENTS, 50))).job_id
        told = await ended(engine, job_id)
        disk.full = False
    async with engine_at(tmp_path) as engine:
        kept = await engine.status(job_id)

    assert (told.status, kept.status, kept.message) == ("failed", "failed", "The disk is full.")


@pytest.mark.parametrize("point", around("vectors"))
async def test_vectors_that_an_earlier_server_left_half_done_are_completed_though_that_fails_once(
    point: FaultPoint, tmp_path: Path
) -> None:
    async with engine_at(tmp_path) as engine:
        job = await completed(engine, draft_of(REVIEWS, 40, mode="auto", chunk_size=20, threshold=0.97))
    shutil.rmtree(tmp_path / "vectors" / job.job_id)
    mark = Marks(tmp_path / "servers").set("vectors", job.job_id)
    assert mark is not None
    mark.leave()
    failing = Once(point)
    async with Engine(settings(tmp_path), faults=failing) as engine, reached(lambda: failing.failed):
        await engine.open()
    async with engine_at(tmp_path) as engine, reached(lambda: not list((tmp_path / "servers").glob("*.vectors"))):
        await engine.open()

    index = ChromaIndex(tmp_path / "vectors" / job.job_id, None, job.job_id, HashedNgrams().name)
    stored = index.count()
    index.close()
    assert stored == 40


@pytest.mark.parametrize("point", SAMPLED)
async def test_a_sampled_job_survives_a_failure_at(point: FaultPoint, tmp_path: Path) -> None:
    draft = draft_of(PAYMENTS, 120_000, chunk_size=1_500)
    async with engine_at(tmp_path / "whole") as engine:
        expected = (await engine.export((await completed(engine, draft)).job_id, "parquet")).sha256
    if point.startswith("claim"):  # only a job that waits is claimed
        async with engine_at(tmp_path / "faulty") as engine:
            await engine.start(draft)
    fault = Once(point)
    async with Engine(settings(tmp_path / "faulty"), faults=fault) as engine:
        try:
            await (engine.open() if point.startswith("claim") else engine.start(draft))
        except RuntimeError:
            if point == "create.before":
                assert (await engine.list_jobs())[0] == []
                await engine.start(draft)
        if point.startswith("release"):
            await anyio.lowlevel.checkpoint()
        else:
            await to_the_end(engine)
    async with engine_at(tmp_path / "faulty") as engine:
        status = await to_the_end(engine)
        jobs, _ = await engine.list_jobs()
        exported = await engine.export(status.job_id, "parquet")

    assert (exported.sha256, len(jobs)) == (expected, 1)
    assert fault.failed


@pytest.mark.parametrize("skip", [0, 3])
@pytest.mark.parametrize("point", WRITTEN)
async def test_a_written_job_survives_a_failure_at(
    point: FaultPoint, skip: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Enough windows for four commits at least, however many chunks share one.
    monkeypatch.setattr("synthaix.jobs.runner.REST_SECONDS", 0.0)
    skip = 0 if point == "finish.before" or point.startswith("vectors") else skip
    fault = Once(point, skip)
    async with Engine(settings(tmp_path), faults=fault) as engine:
        draft = draft_of(REVIEWS, 600, mode="auto", chunk_size=30, max_workers=2, threshold=0.97)
        started = await engine.start(draft)
        status = await to_the_end(engine)
        rows = await all_rows(engine, started.job_id)

    assert fault.failed
    assert len(rows) == status.rows_generated == 600
    assert len({tuple(row.values()) for row in rows}) == 600
    assert status.usage.requests <= 30 + 3  # 20 rows a request; at most those under way were sent again


@pytest.mark.parametrize("point", ASKED)
async def test_a_cancellation_or_a_resumption_that_failed_can_be_repeated(point: FaultPoint, tmp_path: Path) -> None:
    async with engine_at(tmp_path) as runs, Engine(settings(tmp_path, resume="off"), faults=Once(point)) as engine:
        started = await runs.start(draft_of(PAYMENTS, 2_000_000, chunk_size=1_000))
        ask: Callable[[str], Awaitable[JobStatus]] = engine.cancel
        if point.startswith("requeue"):
            await engine.cancel(started.job_id)
            await ended(engine, started.job_id)
            ask = engine.resume
        with pytest.raises(RuntimeError, match="fault"):
            await ask(started.job_id)
        if ask == engine.resume:
            await engine.resume(started.job_id)
        await engine.cancel(started.job_id)
        status = await ended(engine, started.job_id)
        assert status.status == "cancelled"
        rows = (await engine.rows(started.job_id, limit=1)).total
        assert rows == (await engine.export(started.job_id, "parquet")).rows


@pytest.mark.parametrize("point", EXPORTED)
async def test_an_export_that_failed_can_be_repeated(point: FaultPoint, tmp_path: Path) -> None:
    async with Engine(settings(tmp_path), faults=Once(point)) as engine:
        status = await completed(engine, draft_of(PAYMENTS, 50))
        with pytest.raises(RuntimeError, match="fault"):
            await engine.export(status.job_id, "csv", "mine.csv")
        exported = await engine.export(status.job_id, "csv", "mine.csv")

    assert exported.rows == 50
    assert [path.name for path in (tmp_path / "exports").iterdir()] == ["mine.csv"]
    assert list((tmp_path / "servers").iterdir()) == []


@pytest.mark.parametrize("point", KEPT)
async def test_a_deduplication_that_failed_leaves_nothing_half_made(point: FaultPoint, tmp_path: Path) -> None:
    async with Engine(settings(tmp_path), faults=Once(point)) as engine:
        request = DedupRequest(rows=[{"name": f"Ada {k}"} for k in range(20)])
        with pytest.raises(RuntimeError, match="fault"):
            await engine.deduplicate(request)
        found = await engine.deduplicate(request)
        jobs, _ = await engine.list_jobs()
        rows = [len(await all_rows(engine, job.job_id)) for job in jobs]

    assert found.unique_count in rows
    assert len(set(rows)) == 1
    assert len(rows) == (1 if point == "keep.before" else 2)  # the first one may stand already


@pytest.mark.parametrize("point", REMOVED)
async def test_a_removal_that_failed_is_ended_by_the_next_one(point: FaultPoint, tmp_path: Path) -> None:
    async with engine_at(tmp_path) as engine:
        await completed(engine, draft_of(PAYMENTS, 50))
        assert engine._services is not None
        database = engine._services.store.database
        due = settings(tmp_path, retention_days=1e-9)
        with pytest.raises(RuntimeError, match="fault"):
            await Retention(due, database, "one", Once(point)).sweep()
        await Retention(due, database, "one").sweep()
        left, _ = await engine.list_jobs()

    assert len(left) == (1 if point == "delete.before" else 0)  # the removal's own lease has to expire first


class Shaky(Scripted):
    """Answers, except that the calls numbered in `failing` raise."""

    failing: dict[int, ProviderError] = {}  # noqa: RUF012 - set by each test
    calls = 0

    async def send(self, *arguments: object, **options: object) -> object:  # type: ignore[override]
        number = Shaky.calls
        Shaky.calls += 1
        if number in self.failing:
            raise self.failing[number]
        return await super().send(*arguments, **options)  # type: ignore[arg-type]


@pytest.fixture
def shaky(monkeypatch: pytest.MonkeyPatch) -> type[Shaky]:
    monkeypatch.setattr(Shaky, "calls", 0)
    monkeypatch.setattr("synthaix.providers.scripted.Scripted", Shaky)
    hasty = Patience(first_backoff=0.001, longest_backoff=0.001, down=0.01, busy=0.01, attempts_unknown=1)

    def client(*arguments: object, **options: object) -> ModelClient:
        return model_client(*arguments, **(options | {"patience": hasty}))  # type: ignore[arg-type]

    monkeypatch.setattr("synthaix.providers.catalog.model_client", client)
    return Shaky


async def test_a_provider_that_refuses_stops_the_job_at_once_with_its_rows_kept(
    tmp_path: Path, shaky: type[Shaky], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        shaky, "failing", {k: ProviderRefused("The key was revoked; set another.") for k in range(4, 99)}
    )
    async with engine_at(tmp_path) as engine:
        started = await engine.start(draft_of(REVIEWS, 400, mode="auto", max_workers=1))
        stopped = await ended(engine, started.job_id)
        kept = await all_rows(engine, started.job_id)
        monkeypatch.setattr(shaky, "failing", {})
        await engine.resume(started.job_id)
        finished = await ended(engine, started.job_id)
        rows = await all_rows(engine, started.job_id)

    assert (stopped.status, stopped.stop_reason, stopped.resumable) == ("failed", "provider", True)
    assert stopped.message is not None
    assert "revoked" in stopped.message
    assert len(kept) == 80
    assert (finished.status, len(rows), rows[:80]) == ("completed", 400, kept)


async def test_a_provider_that_is_away_for_a_while_is_waited_for(
    tmp_path: Path, shaky: type[Shaky], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthaix.jobs.runner.PROVIDER_WAITS", (0.01, 0.02, 0.03))
    monkeypatch.setattr(shaky, "failing", {k: ProviderDown("The connection was refused.") for k in range(4, 8)})
    async with engine_at(tmp_path) as engine:
        started = await engine.start(draft_of(REVIEWS, 200, mode="auto", max_workers=1))
        status = await ended(engine, started.job_id)

    assert (status.status, status.rows_generated) == ("completed", 200)


async def test_vectors_are_marked_as_under_way_before_their_job_is_completed(tmp_path: Path) -> None:
    name = {"name": "name", "type": "string", "generator": {"kind": "person", "field": "full_name"}}
    people, marked = parse_schema({"columns": [name]}), []

    def look(point: FaultPoint) -> None:
        if point == "finish.before":
            marked.append([path.name for path in (tmp_path / "servers").glob("*.vectors")])

    async with Engine(settings(tmp_path), faults=look) as engine:
        status = await completed(engine, draft_of(people, 30, threshold=0.9, chunk_size=30))

    assert marked == [[f"{status.job_id}.vectors"]]
