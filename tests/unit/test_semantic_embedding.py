from __future__ import annotations

import importlib.util
import logging
import socket

import numpy as np
import polars as pl
import pytest

from synthaix.dedup.calibration_texts import SUBJECTS
from synthaix.dedup.catalog import embedding_of
from synthaix.dedup.embedding import Embedding, HashedNgrams
from synthaix.dedup.engine import Deduplicator
from synthaix.dedup.semantic import WordLlama
from synthaix.errors import SettingsError
from synthaix.schema.table import parse_schema
from synthaix.settings import Settings

installed = pytest.mark.skipif(
    importlib.util.find_spec("wordllama") is None, reason="the extra synthaix[semantic] is not installed"
)

REVIEWS = parse_schema({"columns": [{"name": "stars", "type": "integer"}, {"name": "review", "type": "text"}]})
SAID = "I bought this kettle last spring. The handle feels sturdy, the lid looks beautiful and it was cheap."
SAID_AGAIN = "I purchased this kettle last spring. The handle feels robust, the lid looks lovely; it was inexpensive."
OTHER = "I bought this kettle last spring. The cable is far too short, the lid leaks and it was expensive."


def kept(embedding: Embedding, *texts: str, threshold: float = 0.85) -> list[bool]:
    frame = pl.DataFrame({"stars": [5] * len(texts), "review": list(texts)})
    judge = Deduplicator.open(REVIEWS, threshold=threshold, embedding=embedding)
    return [bool(keep) for keep in judge.admit(frame, np.arange(len(texts))).keep]


@installed
def test_what_is_said_again_in_other_words_is_found() -> None:
    assert kept(HashedNgrams(), SAID, SAID_AGAIN, OTHER) == [True, True, True]
    assert kept(WordLlama(), SAID, SAID_AGAIN, OTHER) == [True, False, True]


@installed
def test_a_texts_vector_does_not_depend_on_the_texts_beside_it() -> None:
    texts = pl.Series([SAID, None, "short", OTHER * 30, "", "naïve façade 数据 🙂"])
    together = WordLlama().encode(texts)
    alone = np.vstack([WordLlama().encode(texts[k : k + 1]) for k in range(len(texts))])

    assert (together == alone).all()
    lengths = np.linalg.norm(together, axis=1)
    assert lengths == pytest.approx([1, 0, 1, 1, 0, 1], abs=1e-5)
    assert not WordLlama().encode(pl.Series([], dtype=pl.String)).size


@installed
def test_it_starts_without_a_network_and_leaves_logging_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from synthaix.dedup import semantic

    def refuse(*_: object) -> None:
        raise AssertionError("no connection is needed")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    before = logging.root.handlers[:]
    semantic._load.cache_clear()

    assert WordLlama().encode(pl.Series([SAID])).shape == (1, 256)
    assert logging.root.handlers == before


@installed
def test_what_is_kept_depends_on_the_order_of_the_rows_alone() -> None:
    rng = np.random.default_rng(3)
    shared = [" ".join(rng.choice(subject, 4, replace=False)) for subject in SUBJECTS for _ in range(60)]
    frame = pl.DataFrame({"stars": rng.integers(1, 3, len(shared)), "review": shared})
    kept = []
    for cut in (len(frame), 50, 1):
        judge = Deduplicator.open(REVIEWS, sample=frame, embedding=WordLlama())
        parts = [frame[start : start + cut] for start in range(0, len(frame), cut)]
        verdicts = [judge.admit(part, np.arange(len(part)) + k * cut).keep for k, part in enumerate(parts)]
        kept.append(np.concatenate(verdicts))
    survivors = frame.filter(pl.Series(kept[0]))
    again = Deduplicator.open(REVIEWS, sample=frame, embedding=WordLlama())

    assert (kept[0] == kept[1]).all()
    assert (kept[0] == kept[2]).all()
    assert 0 < len(survivors) < len(frame)
    assert again.admit(survivors.select("review", "stars"), np.arange(len(survivors))).keep.all()


@installed
def test_a_table_without_prose_is_compared_by_letters() -> None:
    people = parse_schema({"columns": [{"name": "name", "type": "string"}, {"name": "city", "type": "string"}]})
    frame = pl.DataFrame({"name": ["Annabelle Robertson", "Annabelle Robertsen"], "city": ["Leeds", "Leeds"]})
    verdicts = [
        Deduplicator.open(people, embedding=embedding).admit(frame, np.arange(2))
        for embedding in (WordLlama(), HashedNgrams())
    ]

    assert verdicts[0].duplicates == verdicts[1].duplicates
    assert len(verdicts[0].duplicates) == 1


def test_a_missing_extra_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(SettingsError, match=r"install synthaix\[semantic\], or leave EMBEDDING_MODEL empty"):
        embedding_of(Settings(_env_file=None), "wordllama")
