"""The text family: words, sentences and the short texts that business data is full of.

Everything is English in every locale of this version. Texts are written by phrase grammars with room for
millions of different ones; a review takes the side of a known `rating` (1-5, or up to 10 or 100), texts
about a product name a known `product`, and question and answer of one row are about the same topic.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.families.base import Field, FieldFamily, Rows
from synthaix.generate.families.grammar import Skeleton, compiled, compose
from synthaix.generate.families.vectors import Integers, join, where
from synthaix.generate.families.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Callable

_MOODS = ("negative", "mixed", "positive")
_UNRATED = (0.2, 0.38)
"""Without a rating a fifth of the texts complain, and up to the second mark they waver."""


@lru_cache(maxsize=64)
def _skeletons(name: str, keep: tuple[str, ...] = ()) -> tuple[Skeleton, ...]:
    return compiled(words("text")[name], words("text")["shared"], name, keep)


@lru_cache(maxsize=16)
def _by_mood(name: str, keep: tuple[str, ...] = ()) -> tuple[tuple[Skeleton, ...], Integers, Integers]:
    """The skeletons of all moods, where each mood's begin, and how many it has."""
    grammars = words("text")[name]
    groups = [compiled(grammars[mood], words("text")["shared"], f"{name}.{mood}", keep) for mood in _MOODS]
    counts = np.array([len(group) for group in groups])
    return tuple(skeleton for group in groups for skeleton in group), np.cumsum(counts) - counts, counts


def _mood(rows: Rows) -> Integers:
    drawn = np.searchsorted(_UNRATED, rows.numbers.uniform("text.mood"), side="right")
    if "rating" not in rows.known:
        return drawn
    stated = rows.known["rating"].cast(pl.Float64, strict=False)
    rating = stated.fill_null(np.nan).to_numpy()
    stars = np.where(rating > 10, rating / 20, np.where(rating > 5, rating / 2, rating))
    return np.where(np.isnan(stars), drawn, np.searchsorted([2.5, 3.5], stars, side="right"))


def _moody(name: str) -> Callable[[Rows], pl.Series]:
    def make(rows: Rows) -> pl.Series:
        product = rows.known.get("product")
        skeletons, firsts, counts = _by_mood(name, () if product is None else ("thing",))
        mood = _mood(rows)
        chosen = firsts[mood] + (rows.numbers.uniform(f"text.{name}.skeleton") * counts[mood]).astype(np.int64)
        text = compose(rows.numbers, name, skeletons, chosen)
        return text if product is None else _named(text, product)

    return make


def _named(text: pl.Series, product: pl.Series) -> pl.Series:
    """`{thing}` replaced by the product of the row."""
    frame = pl.DataFrame({"text": text, "thing": "the " + product.cast(pl.String).fill_null("product")})
    return frame.select(pl.col("text").str.replace("{thing}", pl.col("thing"), literal=True))["text"]


def _plain(name: str) -> Callable[[Rows], pl.Series]:
    return lambda rows: compose(rows.numbers, name, _skeletons(name))


def description(rows: Rows) -> pl.Series:
    """What a product page says; it names a known product."""
    if "product" not in rows.known:
        return compose(rows.numbers, "description", _skeletons("description"))
    product = rows.known["product"].cast(pl.String).fill_null("This product")
    text = compose(rows.numbers, "description", _skeletons("product_description", ("product",)))
    frame = pl.DataFrame({"text": text, "product": product})
    return frame.select(pl.col("text").str.replace("{product}", pl.col("product"), literal=True))["text"]


def paragraph(rows: Rows) -> pl.Series:
    """Three or four sentences."""
    sentences = [compose(rows.numbers, f"paragraph.{place}", _skeletons("sentence")) for place in range(4)]
    fourth = where(rows.numbers.uniform("text.paragraph.length") < 0.5, join(" ", sentences[3]), "")
    return join(sentences[0], " ", sentences[1], " ", sentences[2], fourth)


def _count(name: str) -> int:
    grammar = words("text")[name]
    skeletons = _skeletons(name) if "skeletons" in grammar else _by_mood(name)[0]
    return sum(skeleton.space for skeleton in skeletons)


_DESCRIPTIONS = {
    "word": "One word", "words": "Two or three words", "sentence": "One sentence", "title": "Title of an article",
    "headline": "Headline of a newspaper", "comment": "Comment of a colleague", "message": "Short message",
    "note": "Note in a file", "subject": "Subject of an e-mail", "tag": "Label", "bio": "Two lines about somebody",
    "question": "Question of a customer", "answer": "Answer to the question of the same row",
    "log_message": "Line of an application's log", "error_message": "Error of an application",
    "email_body": "E-mail with greeting and closing", "medical_note": "Note of a consultation",
}  # fmt: skip


def _field(name: str, description: str) -> Field:
    return Field(description, _plain(name), lambda _: _count(name))


TEXT = FieldFamily(
    "text",
    {
        **{name: _field(name, description) for name, description in _DESCRIPTIONS.items()},
        "paragraph": Field("Three or four sentences", paragraph),
        "review": Field("Product review that fits a known rating", _moody("review"), lambda _: _count("review")),
        "feedback": Field("Feedback that fits a known rating", _moody("feedback"), lambda _: _count("feedback")),
        "description": Field("Description of a known product, or of one", description, lambda _: _count("description")),
    },
)
