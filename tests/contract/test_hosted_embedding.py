"""Embedding models behind an API, through the real SDK against a server on loopback."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import anyio
import numpy as np
import polars as pl
import pytest

from synthaix.dedup.catalog import embedding_of
from synthaix.dedup.engine import Deduplicator
from synthaix.dedup.hosted import HostedEmbedding
from synthaix.dedup.vector_cache import VectorCache
from synthaix.errors import AnswerUnusable, ProviderDown, ProviderError, ProviderRefused, SettingsError, StoreError
from synthaix.jobs.engine import Engine
from synthaix.jobs.spec import GenerationRequest, dedup_request
from synthaix.providers import embeddings
from synthaix.providers.embeddings import OpenAIEmbeddings, batches
from synthaix.schema.table import parse_schema
from tests.contract.test_engine import all_rows, completed, ended, engine_at, settings
from tests.support.behaviour import Behaviour
from tests.support.jobs import REVIEWS, draft_of
from tests.support.model_server import ModelServer
from tests.support.writing import KEY

if TYPE_CHECKING:
    from pathlib import Path

MODEL = "text-embedding-3-small"
TABLE = parse_schema({"columns": [{"name": "stars", "type": "integer"}, {"name": "review", "type": "text"}]})
SAID = "The parcel arrived late and broken but support answered quickly and refunded me"
SAID_AGAIN = "The shipment came overdue and damaged but the hotline replied promptly and reimbursed me"
OTHER = "The parcel arrived late and broken but nobody helped and the colour faded within days"


@pytest.fixture(autouse=True)
def _haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "_BACKOFF", (0.01, 0.05))
    monkeypatch.setattr(embeddings, "PATIENCE_SECONDS", 1.0)


def client_on(server: ModelServer, key: str = KEY, model: str = MODEL) -> OpenAIEmbeddings:
    return OpenAIEmbeddings(model, key, server.openai_url)


def asked(client: OpenAIEmbeddings, *texts: str) -> dict[str, np.ndarray]:
    try:
        found: dict[str, np.ndarray] = {}
        for some, vectors in client.embed(texts):
            found |= dict(zip(some, vectors, strict=True))
        return found
    finally:
        client.close()


def hosted(server: ModelServer, directory: Path, key: str = KEY, model: str = MODEL) -> dict[str, Any]:
    """Settings of an engine whose embedding is on that server."""
    return {
        "embedding_model": model, "openai_base_url": server.openai_url, "openai_api_key": key,
        "default_llm_provider": "local",
    }  # fmt: skip


def test_every_text_gets_its_own_vector_however_many_requests_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "INPUTS", 7)
    texts = [f"{SAID} {k}" for k in range(50)]
    with ModelServer() as server:
        many = asked(client_on(server), *texts)
        requests = server.counts.requests
        one = asked(client_on(server), texts[33])
        body = server.bodies[0]

    assert list(one[texts[33]]) == list(many[texts[33]])
    assert len(many) == 50
    assert requests == 8
    assert (body["model"], body["dimensions"], body["encoding_format"]) == (MODEL, 512, "base64")


def test_requests_keep_to_the_apis_limits() -> None:
    texts = ["word " * 800] * 500 + ["x"] * 3_000
    cut = list(batches(texts))

    assert [text for batch in cut for text in batch] == texts
    assert max(map(len, cut)) == embeddings.INPUTS <= 2_048
    assert max(sum(len(text.encode()) for text in batch) for batch in cut) <= embeddings.INPUT_BYTES <= 300_000


def test_a_server_that_takes_fewer_texts_gets_fewer() -> None:
    texts = [f"{SAID} {k}" for k in range(100)]
    with ModelServer(Behaviour(most_inputs=16)) as server:
        found = asked(client_on(server), *texts)

    assert set(found) == set(texts)


def test_a_server_that_does_not_shorten_vectors_gives_whole_ones() -> None:
    with ModelServer(Behaviour(rejects=("dimensions",))) as server:
        found = asked(client_on(server), SAID, OTHER)

    assert {len(vector) for vector in found.values()} == {96}


def test_who_waits_for_a_retry_gives_up_when_the_embedding_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "PATIENCE_SECONDS", 600.0)
    with ModelServer(Behaviour(rates={"429": 1.0}, retry_after=300)) as server:
        client = client_on(server)
        timer = threading.Timer(0.2, client.close)
        timer.start()
        with pytest.raises(ProviderError):
            list(client.embed([SAID]))
        timer.join()


@pytest.mark.parametrize("fault", ["429", "500", "529", "drop"])
def test_a_passing_failure_is_waited_out(fault: str) -> None:
    with ModelServer(Behaviour(script=[fault, fault], retry_after=0.02)) as server:
        found = asked(client_on(server), SAID)
        faults = server.counts.faults

    assert list(found) == [SAID]
    assert faults == {fault: 2}


def test_a_wrong_key_is_one_sentence_without_the_key() -> None:
    with ModelServer(Behaviour(key=KEY)) as server:
        with pytest.raises(ProviderRefused, match=r"refused the key \(401\); set OPENAI_API_KEY") as refusal:
            asked(client_on(server, "sk-wrong-0123456789"), SAID)
        requests = server.counts.requests

    assert "sk-wrong" not in str(refusal.value)
    assert requests == 1


def test_an_unknown_model_names_its_variable() -> None:
    with (
        ModelServer(Behaviour(models=("another",))) as server,
        pytest.raises(ProviderRefused, match=r"does not know model 'text-embedding-3-small'.* set EMBEDDING_MODEL"),
    ):
        asked(client_on(server), SAID)


def test_a_web_page_is_no_api() -> None:
    with (
        ModelServer(Behaviour(script=["html"])) as server,
        pytest.raises(ProviderRefused, match="a web page instead of an API reply; set OPENAI_BASE_URL"),
    ):
        asked(client_on(server), SAID)


def test_an_answer_without_a_vector_for_every_text_is_refused() -> None:
    with (
        ModelServer(Behaviour(script=["cut"])) as server,
        pytest.raises(AnswerUnusable, match="without a vector for every text"),
    ):
        asked(client_on(server), SAID, OTHER)


def test_an_address_where_nobody_answers_is_one_sentence() -> None:
    with ModelServer() as server:
        client = client_on(server)

    with pytest.raises(ProviderDown, match=r"The embedding server at http://127.0.0.1:.* did not answer"):
        asked(client, SAID)


def test_what_was_paid_for_survives_the_failure_of_the_next_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = pl.Series([f"{SAID} {k}" for k in range(40)])
    monkeypatch.setattr(embeddings, "CONNECTIONS", 1)
    with ModelServer() as server:
        embedding = HostedEmbedding(client_on(server), tmp_path)
        assert embedding.dimensions == 512
        before = server.counts.texts
        monkeypatch.setattr(embeddings, "INPUTS", 10)
        server.behaviour.script += ["", "", "html"]
        with pytest.raises(ProviderRefused):
            embedding.encode(texts)
        embedding.encode(texts)
        embedding.close()
        again = HostedEmbedding(client_on(server), tmp_path)
        again.encode(texts)
        again.close()

    assert server.counts.texts - before == 40 + 10  # one request of ten was answered with a web page


def test_the_oldest_vectors_make_room(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "some" / "v.sqlite3", kept=3)
    vectors = np.eye(5, dtype=np.float32)
    cache.put(["a", "b"], vectors[:2])
    cache.put(["b", "c", "d", "e"], vectors[1:])
    found = cache.find(["a", "b", "c", "d", "e", "f"])

    assert "a" not in found
    assert "e" in found
    assert len(found) == 3
    assert all((found[text] == vectors["abcde".index(text)]).all() for text in found)


def test_a_file_that_is_no_cache_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "v.sqlite3"
    path.write_bytes(b"not a database" * 100)

    with pytest.raises(StoreError, match="or delete the file: its vectors are then asked for again"):
        VectorCache(path).find(["a"])


def test_survivors_do_not_depend_on_how_texts_were_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = []
    for k in range(30):
        texts += [f"{SAID} {k}", f"{OTHER} and box {k}", f"{SAID_AGAIN} {k}"]
    frame = pl.DataFrame({"stars": [k // 3 % 5 for k in range(90)], "review": texts})
    kept = []
    with ModelServer() as server:
        for cut, inputs in ((90, 512), (7, 512), (90, 50)):
            monkeypatch.setattr(embeddings, "INPUTS", inputs)
            embedding = HostedEmbedding(client_on(server), tmp_path / f"{cut}-{inputs}")
            judge = Deduplicator.open(TABLE, sample=frame, embedding=embedding)
            keep = [judge.admit(frame[k : k + cut], np.arange(k, min(90, k + cut))).keep for k in range(0, 90, cut)]
            kept.append(np.concatenate(keep).tolist())
            judge.close()

    assert kept[0] == kept[1] == kept[2]
    assert 0 < sum(kept[0]) < 90


async def test_the_tool_finds_what_was_said_in_other_words(tmp_path: Path) -> None:
    rows = [{"stars": 5, "review": text} for text in (SAID, SAID_AGAIN, OTHER)]
    schema = {"columns": [{"name": "stars", "type": "integer"}, {"name": "review", "type": "text"}]}
    with ModelServer() as server:
        async with engine_at(tmp_path, **hosted(server, tmp_path)) as engine:
            found = await engine.deduplicate(dedup_request(rows=rows, schema=schema))
    async with engine_at(tmp_path / "built-in") as engine:
        built_in = await engine.deduplicate(dedup_request(rows=rows, schema=schema))

    assert [(d["index"], d["duplicate_of"]) for d in found.duplicates] == [(1, 0)]
    assert built_in.duplicates == []


async def test_a_table_without_prose_is_never_sent(tmp_path: Path) -> None:
    rows = [{"name": "Annabelle Robertson", "city": "Leeds"}, {"name": "Annabelle Robertsen", "city": "Leeds"}]
    with ModelServer() as server:
        async with engine_at(tmp_path, **hosted(server, tmp_path)) as engine:
            result = await engine.deduplicate(dedup_request(rows=rows))

    assert result.duplicate_count == 1
    assert server.counts.requests == 0


async def test_a_job_whose_embedding_goes_away_keeps_its_rows_and_goes_on_later(tmp_path: Path) -> None:
    draft = draft_of(REVIEWS, 300, mode="auto", threshold=0.85, chunk_size=25, max_workers=2, embedding=MODEL)
    with ModelServer() as server:
        async with engine_at(tmp_path / "whole", **hosted(server, tmp_path)) as engine:
            expected = await all_rows(engine, (await completed(engine, draft)).job_id)
        server.counts.texts = 0
        server.behaviour.script += ["", ""] + [""] * 6 + ["html"] * 50
        async with engine_at(tmp_path / "faulty", **hosted(server, tmp_path)) as engine:
            stopped = await ended(engine, (await engine.start(draft)).job_id)
        server.behaviour.script.clear()
        sent = [text for body in server.bodies for text in body["input"]]
        # Another EMBEDDING_MODEL by now: the job goes on with the one it began with.
        async with engine_at(tmp_path / "faulty", **{**hosted(server, tmp_path), "embedding_model": None}) as engine:
            await engine.resume(stopped.job_id)
            status = await ended(engine, stopped.job_id)
            rows = await all_rows(engine, stopped.job_id)

    assert (stopped.status, stopped.stop_reason, stopped.resumable) == ("failed", "provider", True)
    assert stopped.message is not None
    assert "The rows so far are kept." in stopped.message
    assert 0 < stopped.rows_generated < 300
    assert status.status == "completed"
    assert rows == expected
    assert {body["model"] for body in server.bodies} == {MODEL}
    assert sent


@pytest.mark.parametrize("point", ["embed.before", "embed.after"])
async def test_a_job_goes_on_though_keeping_its_vectors_failed_once(point: str, tmp_path: Path) -> None:
    def fault(reached: str) -> None:
        if reached == point and not failed:
            failed.append(reached)
            raise RuntimeError(f"fault at {reached}")

    failed: list[str] = []
    draft = draft_of(REVIEWS, 60, mode="auto", threshold=0.85, embedding=MODEL)
    with ModelServer() as server:
        async with Engine(settings(tmp_path, **hosted(server, tmp_path)), faults=fault) as engine:
            stopped = await ended(engine, (await engine.start(draft)).job_id)
            await engine.resume(stopped.job_id)
            status = await ended(engine, stopped.job_id)

    assert (stopped.status, stopped.resumable) == ("failed", True)
    assert (status.status, status.rows_generated) == ("completed", 60)


async def test_a_job_that_waits_for_an_embedding_can_be_cancelled(tmp_path: Path) -> None:
    draft = draft_of(REVIEWS, 300, mode="auto", threshold=0.85, embedding=MODEL)
    with ModelServer(Behaviour(script=["", "", "", *["hang"] * 50])) as server, anyio.fail_after(30):
        async with engine_at(tmp_path, **hosted(server, tmp_path)) as engine:
            job = await engine.start(draft)
            while "hang" not in server.counts.faults:
                await anyio.sleep(0.01)
            await engine.cancel(job.job_id)
            status = await ended(engine, job.job_id)

    assert (status.status, status.resumable) == ("cancelled", True)


async def test_a_server_that_calibrates_slowly_can_be_stopped(tmp_path: Path) -> None:
    draft = draft_of(REVIEWS, 300, mode="auto", threshold=0.85, embedding=MODEL)
    with ModelServer(Behaviour(script=["hang"] * 50)) as server, anyio.fail_after(30):
        async with engine_at(tmp_path, **hosted(server, tmp_path)) as engine:
            await engine.start(draft)
            while "hang" not in server.counts.faults:
                await anyio.sleep(0.01)


async def test_a_finished_jobs_texts_are_not_paid_for_again(tmp_path: Path) -> None:
    draft = draft_of(REVIEWS, 60, mode="auto", threshold=0.85, embedding=MODEL)
    with ModelServer() as server:
        async with engine_at(tmp_path, **hosted(server, tmp_path)) as engine:
            job = await completed(engine, draft)
            before = server.counts.requests
            result = await engine.deduplicate(dedup_request(job_id=job.job_id))

    assert result.duplicate_count == 0
    assert server.counts.requests == before > 0


async def test_a_job_is_refused_before_it_starts_where_the_embedding_lacks_its_key(tmp_path: Path) -> None:
    request = GenerationRequest(table={"columns": [{"name": "note", "type": "text"}]}, total_rows=10)
    async with engine_at(tmp_path, embedding_model=MODEL, default_llm_provider="local") as engine:
        with pytest.raises(
            SettingsError, match="EMBEDDING_MODEL is 'text-embedding-3-small', which needs OPENAI_API_KEY"
        ):
            await engine.draft(request)


async def test_a_draft_freezes_the_embedding(tmp_path: Path) -> None:
    request = GenerationRequest(table={"columns": [{"name": "note", "type": "text"}]}, total_rows=10)
    with ModelServer() as server:
        async with engine_at(tmp_path, **hosted(server, tmp_path)) as engine:
            draft = await engine.draft(request)

    assert draft.spec.embedding == MODEL
    assert server.counts.requests == 0


async def test_the_doctor_asks_for_a_vector(tmp_path: Path) -> None:
    with ModelServer(Behaviour(key=KEY)) as server:
        found = []
        for key in (KEY, "sk-wrong-0123456789"):
            async with engine_at(tmp_path / key, **hosted(server, tmp_path, key)) as engine:
                found += [check for check in await engine.doctor() if check.name == "embedding"]

    assert [check.ok for check in found] == [True, False]
    assert "text-embedding-3-small at 127.0.0.1" in found[0].detail
    assert "512 dimensions" in found[0].detail
    assert "refused the key" in found[1].detail
    assert "leave EMBEDDING_MODEL empty" in found[1].remedy


def test_nothing_is_loaded_or_sent_before_the_first_use(tmp_path: Path) -> None:
    made = embedding_of(settings(tmp_path, openai_api_key=KEY), MODEL)
    made.close()

    assert made.remote
    assert made.name == "text-embedding-3-small at api.openai.com/v1"
    assert not (tmp_path / "embeddings").exists()
