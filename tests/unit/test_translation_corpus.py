"""The tuned files of the corpus meet the targets; the set-aside one is only measured, by benchmarks/translation.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthaix.schema.translate import translate
from tests.support.translation_score import Score, read_corpus, score_corpus

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "translation"


@pytest.fixture(scope="module", params=["tuned", "tuned_more", "tuned_third", "tuned_fourth"])
def score(request: pytest.FixtureRequest) -> Score:
    return score_corpus(read_corpus(CORPUS / f"{request.param}.jsonl"), translate)


def test_the_corpus_is_large_enough_to_mean_something(score: Score) -> None:
    assert score.sentences >= 100


def test_columns_are_found_and_none_invented(score: Score) -> None:
    assert score.recall >= 0.97, score.failures
    assert score.precision >= 0.97, score.failures


def test_types_are_right(score: Score) -> None:
    assert score.type_accuracy >= 0.97, score.failures


def test_constraints_are_carried_over(score: Score) -> None:
    assert score.constraint_accuracy >= 0.95, score.failures


@pytest.mark.parametrize(("half", "least"), [("subjects", 0.97), ("subjects_more", 0.92)])
def test_a_subject_alone_gets_the_columns_people_expect(half: str, least: float) -> None:
    found = score_corpus(read_corpus(CORPUS / f"{half}.jsonl"), translate)

    assert found.recall >= least, found.failures
    assert found.type_accuracy >= 0.97, found.failures


def test_every_row_count_is_right(score: Score) -> None:
    assert score.count_accuracy == 1.0, score.failures
