"""The vector store against the real ChromaDB: embedded in a directory, and as a server on loopback."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from synthaix.dedup.chroma import BATCH, ChromaIndex
from synthaix.dedup.chroma_process import ChromaStore
from synthaix.dedup.embedding import HashedNgrams
from synthaix.dedup.engine import Deduplicator
from synthaix.dedup.index import quantised
from synthaix.errors import SettingsError, StoreError
from synthaix.schema.table import parse_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLE = parse_schema(
    {
        "columns": [
            {"name": "id", "type": "integer"},
            {"name": "name", "type": "string"},
            {"name": "email", "type": "string"},
        ]
    }
)


def vectors(rows: int) -> np.ndarray:
    return quantised(
        HashedNgrams().encode(pl.Series([f"row {number * 7919} of {number % 13}" for number in range(rows)]))
    )


def people(rows: int, seed: int = 5) -> pl.DataFrame:
    letters = np.random.default_rng(seed).integers(97, 123, (rows, 14), dtype=np.uint8)
    words = [bytes(line).decode() for line in letters]
    frame = pl.DataFrame(
        {
            "id": range(rows),
            "name": [f"{word[:6].title()} {word[6:].title()}" for word in words],
            "email": [f"{word[:6]}.{word[6:]}@mail.example" for word in words],
        }
    )
    again = frame[::4].with_columns(pl.col("id") + rows, pl.col("name").str.to_uppercase())
    return pl.concat([frame, again.with_columns(pl.col("name").str.replace("A", "AA"))])


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "vectors" / ("0" * 32)


def test_vectors_come_back_after_the_directory_was_closed(directory: Path) -> None:
    first = ChromaIndex(directory, None, "rows", "ngrams")
    first.upsert(np.arange(250) * 3, vectors(250))
    first.close()

    again = ChromaIndex(directory, None, "rows", "ngrams")

    assert again.count() == 250
    assert again.positions().tolist() == (np.arange(250) * 3).tolist()
    again.close()


def test_writing_a_vector_again_changes_nothing(directory: Path) -> None:
    index = ChromaIndex(directory, None, "rows", "ngrams")
    for _ in range(2):
        index.upsert(np.arange(10), vectors(10))

    assert index.count() == 10
    index.close()


def test_vectors_of_another_embedding_are_discarded(directory: Path) -> None:
    old = ChromaIndex(directory, None, "rows", "ngrams")
    old.upsert(np.arange(5), vectors(5))
    old.close()

    new = ChromaIndex(directory, None, "rows", "semantic")

    assert new.count() == 0
    new.close()


def test_a_directory_can_be_deleted_and_made_again_in_one_process(directory: Path) -> None:
    for _ in range(3):
        index = ChromaIndex(directory, None, "rows", "ngrams")
        index.upsert(np.arange(20), vectors(20))
        assert index.count() == 20
        index.close()
        shutil.rmtree(directory)


def test_more_vectors_than_one_call_takes_are_written_in_several(directory: Path) -> None:
    index = ChromaIndex(directory, None, "rows", "ngrams")

    index.upsert(np.arange(BATCH + 7), vectors(BATCH + 7))

    assert index.count() == BATCH + 7
    index.close()


def test_the_vectors_are_those_of_the_accepted_rows(directory: Path) -> None:
    frame = people(300)
    deduplicator = Deduplicator.open(TABLE, sample=frame, directory=directory)
    verdict = deduplicator.admit(frame, np.arange(len(frame)))
    assert not directory.exists()

    deduplicator.flush()

    assert deduplicator.vectors() == deduplicator.count() == verdict.keep.sum() == 300
    deduplicator.close()
    stored = ChromaIndex(directory, None, "rows", HashedNgrams().name)
    assert stored.positions().tolist() == np.flatnonzero(verdict.keep).tolist()
    stored.close()


@pytest.mark.parametrize("flushed", ["never", "after every call", "at the end"])
def test_survivors_do_not_depend_on_when_vectors_are_written(directory: Path, flushed: str) -> None:
    frame = people(1_500)
    expected = Deduplicator.open(TABLE, sample=frame).admit(frame, np.arange(len(frame)))

    deduplicator = Deduplicator.open(TABLE, sample=frame, directory=directory)
    verdicts = []
    for start in range(0, len(frame), 125):
        verdicts.append(deduplicator.admit(frame[start : start + 125], np.arange(start, start + 125)))
        if flushed == "after every call":
            deduplicator.flush()
    if flushed == "at the end":
        deduplicator.flush()
    deduplicator.close()

    assert np.concatenate([verdict.keep for verdict in verdicts]).tolist() == expected.keep.tolist()
    assert [duplicate for verdict in verdicts for duplicate in verdict.duplicates] == expected.duplicates


@pytest.mark.parametrize("lost", ["nothing", "the last vectors", "the directory"])
def test_a_resumed_job_mends_its_vectors(directory: Path, lost: str) -> None:
    frame = people(200)
    first = Deduplicator.open(TABLE, sample=frame, directory=directory)
    keep = first.admit(frame, np.arange(len(frame))).keep
    first.flush()
    first.close()
    if lost == "the directory":
        shutil.rmtree(directory)
    elif lost == "the last vectors":
        index = ChromaIndex(directory, None, "rows", HashedNgrams().name)
        index.delete(np.arange(150, 200))
        index.upsert(np.array([9_999]), vectors(1))
        index.close()

    resumed = Deduplicator.open(TABLE, frozen=first.frozen(), directory=directory)
    resumed.admit_known(frame.filter(pl.Series(keep)), np.flatnonzero(keep))
    resumed.flush()

    assert resumed.vectors() == resumed.count() == 200
    resumed.close()


def test_rows_of_the_job_compared_against_are_not_written(directory: Path) -> None:
    frame = people(50)
    deduplicator = Deduplicator.open(TABLE, sample=frame, directory=directory)
    deduplicator.admit_known(frame[:40], np.arange(40), source="earlier")
    deduplicator.admit(frame[40:50], np.arange(10))
    deduplicator.flush()

    assert deduplicator.vectors() == 10
    deduplicator.close()


def test_rows_may_be_flushed_while_others_are_admitted(directory: Path) -> None:
    frame = people(1_000)
    expected = Deduplicator.open(TABLE, sample=frame).admit(frame, np.arange(len(frame)))
    deduplicator = Deduplicator.open(TABLE, sample=frame, directory=directory)
    done = threading.Event()

    def flush_until_done() -> None:
        while not done.is_set():
            deduplicator.flush()

    writer = threading.Thread(target=flush_until_done)
    writer.start()
    keep = [
        deduplicator.admit(frame[start : start + 50], np.arange(start, start + 50)).keep
        for start in range(0, len(frame), 50)
    ]
    done.set()
    writer.join()
    deduplicator.flush()

    assert np.concatenate(keep).tolist() == expected.keep.tolist()
    assert deduplicator.vectors() == deduplicator.count()
    deduplicator.close()


def test_an_exact_table_never_opens_chromadb(directory: Path) -> None:
    table = parse_schema({"columns": [{"name": "amount", "type": "float"}]})
    deduplicator = Deduplicator.open(table, directory=directory)
    deduplicator.admit(pl.DataFrame({"amount": [1.0, 2.0]}), np.arange(2))
    deduplicator.flush()

    assert deduplicator.vectors() == 0
    assert not directory.exists()
    deduplicator.close()


def test_the_engine_does_not_import_chromadb_before_a_vector_is_stored() -> None:
    code = (
        "import sys, numpy as np, polars as pl\n"
        "from synthaix.dedup.engine import Deduplicator\n"
        "from synthaix.schema.table import parse_schema\n"
        "table = parse_schema({'columns': [{'name': 'name', 'type': 'string'}]})\n"
        "d = Deduplicator.open(table)\n"
        "d.admit(pl.DataFrame({'name': ['Ann', 'Bob']}), np.arange(2))\n"
        "print('chromadb' in sys.modules)\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert out.stdout.strip() == "False"


def test_a_directory_that_cannot_be_used_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")
    index = ChromaIndex(tmp_path / "file", None, "rows", "ngrams")

    with pytest.raises(StoreError, match="cannot be used"):
        index.count()


def child_of(store: ChromaStore) -> subprocess.Popen[bytes]:
    assert store._child is not None
    assert store._child._process is not None
    return store._child._process


def test_the_process_that_holds_chromadb_ends_with_its_last_store(directory: Path) -> None:
    stores = [ChromaStore(directory / name, None, "rows", "ngrams") for name in ("a", "b")]
    for store in stores:
        store.upsert(np.arange(10), vectors(10))
    process = child_of(stores[0])
    assert process is child_of(stores[1])

    stores[0].close()
    assert stores[1].count() == 10
    assert process.poll() is None
    stores[1].close()

    assert process.poll() == 0


def test_a_killed_process_is_started_again_and_no_vector_is_lost(directory: Path) -> None:
    store = ChromaStore(directory, None, "rows", "ngrams")
    store.upsert(np.arange(300), vectors(300))
    child_of(store).kill()
    child_of(store).wait()

    with pytest.raises(StoreError, match="has ended; it is started again"):
        store.count()

    assert store.count() == 300
    store.close()


def test_the_process_ends_when_its_parent_is_killed(directory: Path) -> None:
    code = (
        "import sys, time, numpy as np\n"
        "from pathlib import Path\n"
        "from synthaix.dedup.chroma_process import ChromaStore\n"
        "store = ChromaStore(Path(sys.argv[1]), None, 'rows', 'ngrams')\n"
        "store.upsert(np.arange(5), np.ones((5, 8), dtype=np.int8))\n"
        "print('written', flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(directory)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"written\n"
    parent.kill()
    parent.wait()
    parent.stdout.close()

    # The lock is free once the child has gone; a second opener waits for that.
    index = ChromaIndex(directory, None, "rows", "ngrams")
    assert index.count() == 5
    index.close()


def test_one_directory_is_not_opened_twice_at_a_time(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthaix.dedup.chroma._LOCK_SECONDS", 0.05)
    first, second = (ChromaIndex(directory, None, "rows", "ngrams") for _ in range(2))
    first.upsert(np.arange(5), vectors(5))

    with pytest.raises(StoreError, match="cannot be used"):
        second.count()

    first.close()
    assert second.count() == 5
    second.close()


def test_the_output_of_a_server_is_not_touched_by_the_process(directory: Path) -> None:
    code = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from synthaix.dedup.chroma_process import ChromaStore\n"
        "store = ChromaStore(Path(sys.argv[1]), None, 'rows', 'ngrams')\n"
        "store.upsert(np.arange(5), np.ones((5, 8), dtype=np.int8))\n"
        "store.close()\n"
        "print('chromadb' in sys.modules)\n"
    )
    out = subprocess.run([sys.executable, "-c", code, str(directory)], capture_output=True, text=True, check=True)

    assert out.stdout == "False\n"


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host", "http://", "http://host:port"])
def test_an_unusable_server_address_names_the_variable(url: str) -> None:
    with pytest.raises(SettingsError, match=r"CHROMADB_URL is .*http://localhost:8000"):
        Deduplicator.open(TABLE, chromadb_url=url)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = tmp_path_factory.mktemp("chroma-server")
    code = "import sys; from chromadb.cli.cli import app; app()"
    arguments = ["run", "--path", str(path), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _until_listening(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _until_listening(port: int, process: subprocess.Popen[bytes]) -> None:
    waiting = threading.Event()
    for _ in range(300):
        assert process.poll() is None, "the ChromaDB server ended at once"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        waiting.wait(0.1)
    raise AssertionError("the ChromaDB server does not listen")


def test_a_server_holds_a_collection_for_each_job(server: str) -> None:
    frame = people(150)
    for name in ("a" * 32, "b" * 32):
        deduplicator = Deduplicator.open(TABLE, sample=frame, chromadb_url=server, collection=name)
        verdict = deduplicator.admit(frame, np.arange(len(frame)))
        deduplicator.flush()
        assert deduplicator.vectors() == verdict.keep.sum() == 150
        assert not deduplicator.admit(frame[10:20], np.arange(900, 910)).keep.any()
        deduplicator.close()
