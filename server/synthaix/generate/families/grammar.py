"""Sentences from phrase grammars: skeletons with slots, filled for all rows at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.families.vectors import SLOTS, Index, Integers, Numbers, Vocabulary, digits, gather, join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Literal text and slots in turn; each slot has its name (shared ones fill alike in every field) and words."""

    pieces: tuple[str | tuple[str, Vocabulary], ...]

    @property
    def space(self) -> int:
        """How many texts it can give."""
        size = 1
        for piece in self.pieces:
            text, size = (piece, size) if isinstance(piece, str) else ("", size * len(piece[1]))
            size *= 10 ** text.count("#")
        return size


def compiled(
    grammar: Mapping[str, object], shared: Mapping[str, str], name: str, keep: Iterable[str] = ()
) -> tuple[Skeleton, ...]:
    """The skeletons of a grammar.

    Phrases of a slot are separated by `|`; `{slot}` inside a phrase is written out once for each of its
    fillings, all of which together weigh as much as one phrase. Slots in `keep` stay as they are.
    """
    kept = frozenset(keep)
    skeletons = []
    for text in grammar["skeletons"]:  # type: ignore[attr-defined]
        pieces: list[str | tuple[str, Vocabulary]] = []
        for place, piece in enumerate(_SLOT.split(text)):
            if place % 2 == 0:
                pieces += [piece] if piece else []
            elif piece in kept:
                pieces.append("{" + piece + "}")
            elif piece in grammar:
                pieces.append((f"{name}.{piece}", _vocabulary(str(grammar[piece]), grammar, shared, kept)))
            else:
                pieces.append((piece, _vocabulary(shared[piece], grammar, shared, kept)))
        skeletons.append(Skeleton(tuple(pieces)))
    return tuple(skeletons)


def _vocabulary(
    phrases: str, grammar: Mapping[str, object], shared: Mapping[str, str], kept: frozenset[str]
) -> Vocabulary:
    words, weights = [], []
    for phrase in phrases.split("|"):
        written = list(_written(phrase, grammar, shared, kept))
        words += written
        weights += [1 / len(written)] * len(written)
    return Vocabulary(words, weights)


def _written(
    phrase: str, grammar: Mapping[str, object], shared: Mapping[str, str], kept: frozenset[str]
) -> Iterable[str]:
    """Every way to write a phrase out."""
    pieces = _SLOT.split(phrase)
    slots = [name for name in pieces[1::2] if name not in kept]
    fillings = [str(grammar.get(name, shared.get(name, ""))).split("|") for name in slots]
    for chosen in product(*fillings):
        filled = iter(chosen)
        yield "".join(
            ("{" + piece + "}" if piece in kept else next(filled)) if place % 2 else piece
            for place, piece in enumerate(pieces)
        )


def compose(numbers: Numbers, key: str, skeletons: tuple[Skeleton, ...], chosen: Integers | None = None) -> pl.Series:
    """One text per row from the skeleton `chosen` for it, or from any.

    `key` tells texts of one row apart; slots shared between grammars are filled alike under every key.
    """
    if chosen is None:
        chosen = numbers.integers(f"text.{key}.skeleton", 0, len(skeletons))
    drawn: dict[str, Integers] = {}

    def ticket(slot: str, size: int, places: Index) -> Integers:
        purpose = f"text.{key}.{slot}" if "." in slot else f"text.{slot}"
        if purpose not in drawn:
            drawn[purpose] = numbers.integers(purpose, 0, size)
        return drawn[purpose][places]

    made, order = [], []
    for place, skeleton in enumerate(skeletons):
        rows = np.flatnonzero(chosen == place).astype(np.uint32)
        if len(rows):
            made.append(_filled(skeleton, rows, ticket))
            order.append(rows)
    if not made:
        return pl.Series([], dtype=pl.String)
    text = pl.concat(made).gather(pl.Series(np.argsort(np.concatenate(order), kind="stable").astype(np.uint32)))
    return _numbered(text, numbers, key)


def _filled(skeleton: Skeleton, rows: Index, ticket: Callable[[str, int, Index], Integers]) -> pl.Series:
    parts: list[pl.Series | str] = []
    for place, piece in enumerate(skeleton.pieces):
        if not isinstance(piece, str):
            slot, words = piece
            parts.append(gather(words.values, words.at(ticket(slot, SLOTS, rows))))
        elif "#" in piece:
            size = 10 ** piece.count("#")
            parts.append(digits(piece, ticket(f"literal.{place}.{size}", size, rows)))
        else:
            parts.append(piece)
    return join(*parts)


def _numbered(text: pl.Series, numbers: Numbers, key: str) -> pl.Series:
    """Every `#` that came with a phrase replaced by a random digit."""
    most = int(text.str.count_matches("#", literal=True).to_numpy().max(initial=0))
    for place in range(most):
        digit = pl.Series(numbers.integers(f"text.{key}.digit.{place}", 0, 10)).cast(pl.String)
        frame = pl.DataFrame({"text": text, "digit": digit})
        text = frame.select(pl.col("text").str.replace("#", pl.col("digit"), literal=True))["text"]
    return text
