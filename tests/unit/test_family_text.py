"""Texts read like texts, take the side of a rating, and hardly repeat."""

from __future__ import annotations

import re

import polars as pl
import pytest

from synthaix.generate.families import FAMILIES
from synthaix.generate.families.grammar import compiled, compose
from synthaix.generate.families.vocabulary import words
from tests.support.families import draws, entities, one_by_one

TEXT = FAMILIES["text"]
ENGLISH = re.compile(r"[A-Za-z0-9À-žé ,.;:!?'/%&()\[\]=_#\n-]+")


@pytest.mark.parametrize("field", sorted(TEXT.fields))
def test_no_slot_is_left_open(field: str) -> None:
    for text in one_by_one("text", field, "en", 3_000):
        assert ENGLISH.fullmatch(str(text)), text
        assert "#" not in str(text)
        assert "  " not in str(text)


@pytest.mark.parametrize(
    "field", ["sentence", "paragraph", "review", "feedback", "message", "note", "email_body", "description"]
)
def test_sentence_like_fields_have_room_for_a_million(field: str) -> None:
    space = TEXT.space(field, "en")
    assert space is None or space >= 1_000_000


@pytest.mark.parametrize("field", ["sentence", "review", "description", "email_body", "paragraph"])
def test_sentences_begin_with_a_capital_and_end_with_a_mark(field: str) -> None:
    texts = one_by_one("text", field)
    assert all(str(text)[0].isupper() for text in texts)
    if field != "email_body":
        assert all(str(text)[-1] in ".!" for text in texts)


def test_ten_thousand_sentences_hardly_repeat() -> None:
    assert len(set(one_by_one("text", "sentence", "en", 10_000))) > 9_900
    assert len(set(one_by_one("text", "review", "en", 10_000))) > 9_900


@pytest.mark.parametrize("field", ["review", "feedback"])
@pytest.mark.parametrize(
    ("ratings", "moods"),
    [([1, 3, 5, 2, 4], [0, 1, 2, 0, 2]), ([1.0, 3.0, 4.5, 10, 95], [0, 1, 2, 2, 2]), (["1", "5"], [0, 2])],
)
def test_a_text_takes_the_side_of_its_rating(field: str, ratings: list[object], moods: list[int]) -> None:
    grammars = words("text")[field]
    openings = [set(grammars[mood]["v"].split("|")) for mood in ("negative", "mixed", "positive")]
    rated = pl.Series(ratings * 60)
    texts = one_by_one("text", field, "en", len(rated), {"rating": rated})
    for text, mood in zip(texts, moods * 60, strict=True):
        others = set().union(*(openings[other] for other in range(3) if other != mood)) - openings[mood]
        assert not any(phrase in str(text) for phrase in others if "{" not in phrase), (mood, text)


def test_a_review_names_a_known_product() -> None:
    known = {"product": pl.Series(["Oak Desk"] * 2_000), "rating": pl.Series([5] * 2_000)}
    texts = one_by_one("text", "review", "en", known=known)
    assert any("the Oak Desk" in str(text) for text in texts)
    assert not any("{" in str(text) for text in texts)


def test_a_description_names_a_known_product() -> None:
    known = {"product": pl.Series(["Oak Desk", "Steel {Lamp}", None])}
    texts = one_by_one("text", "description", "en", 3, known)
    assert str(texts[0]).startswith("Oak Desk")
    assert str(texts[1]).startswith("Steel {Lamp}")


def test_question_and_answer_of_a_row_are_about_the_same() -> None:
    topics = words("text")["shared"]["topic"].split("|")
    for question, answer in entities("text", ["question", "answer"]).iter_rows():
        topic = next(topic for topic in topics if topic in question)
        assert topic in answer


def test_a_phrase_weighs_the_same_however_many_ways_it_can_be_filled() -> None:
    grammar = {"skeletons": ["{x}"], "x": "plain|about {topic}"}
    shared = {"topic": "a|b|c|d|e|f|g|h|i"}
    texts = compose(draws(20_000), "test", compiled(grammar, shared, "test"))
    assert 0.47 < (texts == "plain").mean() < 0.53  # type: ignore[operator]
    assert texts.n_unique() == 10


def test_numbers_in_texts_are_random_digits() -> None:
    texts = compose(draws(2_000), "test", compiled({"skeletons": ["code ##-#"]}, {}, "test"))
    assert texts.str.contains(r"^code \d\d-\d$").all()
    assert texts.n_unique() > 800
