"""Row similarity: how alike two rows are, column by column, once an index has proposed them.

A string's similarity is 1 - d / length of the longer, d the optimal string alignment distance
(insertions, deletions, substitutions, swaps of neighbours); the same of its sorted words, if that is
more. A text's is the Indel ratio or the embedding's cosine, whichever is more. A row's similarity is
the mean over its string and text columns, weighted by their entropy.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

from synthaix.dedup.letters import most_alike

if TYPE_CHECKING:
    import polars as pl

    from synthaix.dedup.roles import ColumnRole, Roles
    from synthaix.dedup.values import Comparable

DISTINCT = 0.5
"""The most that rows can reach which an exact column or a number tells apart: "different", at any usual threshold."""

_LEAST_EVIDENCE = 0.5  # share of the weight that must be present in both rows

_FEW = 2
"""Columns up to which each counts in full."""

_LEAST = 0.5  # below this two short strings have no more in common than any two
_LEAST_ADDRESS = 0.7  # two e-mail addresses or telephone numbers of one provider are alike without meaning it
_UNLIKE = 0.6  # columns less similar than this may have been exchanged
_SLACK = 1e-4  # bounds and scores are rounded differently
_MOVED = 0.95  # what a value counts that is right but in the wrong place

_LONG_WORD = 4  # letters of a word that stands for something
_OTHER_WORDS = 2  # words that must be the same beside an exchanged one

_NUMBER = re.compile(r"\d+")
_LETTER = re.compile(r"[^\W\d_]")
_DESIGNATOR = re.compile(r"[^\W\d_]|x{0,4}[sl]|x{0,3}(i[xv]|v?i{0,3})")

Scorer = Callable[..., float]
Floats = NDArray[np.float32]


class Verifier:
    """Scores pairs of rows that an index has proposed."""

    def __init__(self, roles: Roles, threshold: float) -> None:
        soft = tuple(column for column in roles.named("exact") if column.vocabulary)
        # By name, so that the same sums are made in whatever order a table lists its columns.
        self.compared = sorted((*roles.named("string", "text"), *soft), key=lambda column: column.name)
        self._threshold = threshold
        self._weights = np.array([column.bits for column in self.compared], dtype=np.float64)
        self._texts = [k for k, column in enumerate(self.compared) if column.role == "text"]
        self._movable = [k for k, column in enumerate(self.compared) if column.role == "string" and column.movable]

    def score(
        self, left: Comparable, one: NDArray[np.int64], right: Comparable, other: NDArray[np.int64], cosine: Floats
    ) -> tuple[Floats, Floats]:
        """(similarity of each pair, (pairs, compared columns) similarities; NaN where a value is missing).

        A pair is row one[k] on the left, other[k] on the right. Pairs that an exact column tells apart, and pairs
        that cannot reach the threshold, score 0, and their columns are not looked at.
        """
        columns = np.zeros((len(cosine), len(self.compared)), dtype=np.float32)
        score = np.zeros(len(cosine), dtype=np.float32)
        a, b = left.exact[one], right.exact[other]
        alike = np.flatnonzero(~((a != 0) & (b != 0) & (a != b)).any(axis=1))
        alike = alike[self._within_reach(left, one[alike], right, other[alike], cosine[alike])]
        if len(alike):
            columns[alike] = found = self._columns(left.take(one[alike]), right.take(other[alike]), cosine[alike])
            score[alike] = self._similarity(found).round(6)
        return score, columns

    def _within_reach(
        self, left: Comparable, one: NDArray[np.int64], right: Comparable, other: NDArray[np.int64], cosine: Floats
    ) -> NDArray[np.bool_]:
        """Which pairs might reach the threshold, judged by their letters."""
        bounds = np.empty((len(cosine), len(self.compared)), dtype=np.float32)
        for k in range(len(self.compared)):
            bounds[:, k] = self._bound(k, k, left, one, right, other)
        bounds[:, self._texts] = np.maximum(bounds[:, self._texts], cosine[:, None])
        reach = self._similarity(bounds) >= self._threshold - _SLACK
        far = np.flatnonzero(~reach)
        if len(far) and len(self._movable) > 1:
            self._bound_moved(left, one[far], right, other[far], moved := bounds[far])
            reach[far] = self._similarity(moved) >= self._threshold - _SLACK
        return np.asarray(reach)

    def _bound(
        self, i: int, j: int, left: Comparable, one: NDArray[np.int64], right: Comparable, other: NDArray[np.int64]
    ) -> Floats:
        """The most that column i of the left rows and column j of the right ones can have in common."""
        here, there = left.lengths[one, i], right.lengths[other, j]
        bound = most_alike((left.letters[one, i], here), (right.letters[other, j], there), i in self._texts)
        if self.compared[i].role == "string":
            bound[bound < _floor(self.compared[i])] = 0
        bound[(here < 0) | (there < 0)] = np.nan
        return bound

    def _bound_moved(
        self, left: Comparable, one: NDArray[np.int64], right: Comparable, other: NDArray[np.int64], bounds: Floats
    ) -> None:
        """Raises the bounds to what `_moved` could make of them."""
        leaving = np.zeros((len(bounds), len(self.compared)), dtype=np.float32)
        arriving = np.zeros_like(leaving)
        for i, j in permutations(self._movable, 2):
            bound = np.nan_to_num(self._bound(i, j, left, one, right, other))
            leaving[:, i], arriving[:, j] = np.maximum(leaving[:, i], bound), np.maximum(arriving[:, j], bound)
        moved = _MOVED * (leaving + arriving) / 2
        # Whether a value that fits badly stands in for a missing one or not: at best it fits well.
        moved[np.isnan(bounds) & (moved > 0)] = 1
        bounds[...] = np.where(moved > np.nan_to_num(bounds), moved, bounds)

    def _columns(self, left: Comparable, right: Comparable, cosine: Floats) -> Floats:
        columns = np.empty((len(cosine), len(self.compared)), dtype=np.float32)
        for place, column in enumerate(self.compared):
            columns[:, place] = _column(column, left.text[column.name], right.text[column.name], cosine)
        self._moved(left, right, columns)
        return columns

    def _similarity(self, columns: Floats) -> Floats:
        score = _mean(columns, self._weights)
        if self._texts:
            # Two rows of the same product may still say different things about it.
            score = np.minimum(score, _mean(columns[:, self._texts], self._weights[self._texts]))
        return score

    def _moved(self, left: Comparable, right: Comparable, columns: Floats) -> None:
        """Counts values that stand in another column of the other row: names swapped, address lines exchanged."""
        low = ~(columns[:, self._movable] >= _UNLIKE)
        rows = np.flatnonzero(low.sum(axis=1) >= 2)
        if not len(rows):
            return
        low, left, right = low[rows], left.take(rows), right.take(rows)
        leaving = np.zeros(low.shape, dtype=np.float32)  # how well the left value fits some column on the right
        arriving = np.zeros(low.shape, dtype=np.float32)
        for i, j in permutations(range(len(self._movable)), 2):
            pairs = np.flatnonzero(low[:, i] & low[:, j])
            similar = self._across(i, j, left.text[pairs], right.text[pairs])
            leaving[pairs, i] = np.maximum(leaving[pairs, i], similar)
            arriving[pairs, j] = np.maximum(arriving[pairs, j], similar)
        moved = np.where(low, _MOVED * (leaving + arriving) / 2, 0)
        here = np.ix_(rows, np.array(self._movable))
        columns[here] = np.where(moved > np.nan_to_num(columns[here]), moved, columns[here])

    def _across(self, i: int, j: int, left: pl.DataFrame, right: pl.DataFrame) -> Floats:
        """Column i of the left rows against column j of the right ones; 0 where one is missing."""
        one, other = self.compared[self._movable[i]], self.compared[self._movable[j]]
        similar = _column(one, left[one.name], right[other.name], np.zeros(len(left), dtype=np.float32))
        return np.asarray(np.nan_to_num(similar), dtype=np.float32)


def _mean(columns: Floats, weights: NDArray[np.float64]) -> Floats:
    """The weighted mean of the columns present in both rows, more lenient the more columns agree.

    One of ten columns that differs says less than one of two: beyond two columns the mean is raised to
    the power sqrt(2 / n), n the effective number of columns (Kish: square of the sum over sum of squares).
    """
    present = ~np.isnan(columns)
    weight = (present * weights).sum(axis=1)
    mean = (np.where(present, columns, 0) * weights).sum(axis=1) / np.where(weight == 0, 1, weight)
    effective = np.square(weight) / np.maximum((present * np.square(weights)).sum(axis=1), 1e-9)
    mean **= np.sqrt(_FEW / np.maximum(effective, _FEW))
    known = weight >= _LEAST_EVIDENCE * weights.sum()
    return np.asarray(np.where(known, mean, np.minimum(mean, DISTINCT)), dtype=np.float32)


def _column(column: ColumnRole, left: pl.Series, right: pl.Series, cosine: Floats) -> Floats:
    known = (left.is_not_null() & right.is_not_null()).to_numpy()
    result = np.full(len(left), np.nan, dtype=np.float32)
    a, b = left.filter(known).to_list(), right.filter(known).to_list()
    if not a:
        return result
    if column.role == "text":
        similar = _numbers_agree(a, b, np.maximum(edit_similarity(a, b), cosine[known]))
    elif column.role == "exact":
        similar = _listed(column, a, b)
    else:
        similar = _string(column, a, b)
    result[known] = similar
    return result


def _string(column: ColumnRole, a: Sequence[str], b: Sequence[str]) -> Floats:
    similar = _reordered(OSA.normalized_similarity, a, b)
    if column.form == "email":
        similar = np.minimum(similar, _pairwise(OSA.normalized_similarity, _local_parts(a), _local_parts(b)))
    similar = _words_agree(a, b, _designators_agree(a, b, _numbers_agree(a, b, similar)))
    similar[similar < _floor(column)] = 0
    return similar


def _floor(column: ColumnRole) -> float:
    return _LEAST if column.form == "plain" else _LEAST_ADDRESS


def _listed(column: ColumnRole, a: Sequence[str], b: Sequence[str]) -> Floats:
    """Values of a closed set are the same or not; one outside the set is a typing error of another."""
    listed = frozenset(column.vocabulary)
    similar = _pairwise(OSA.normalized_similarity, a, b)
    for k in np.flatnonzero(similar < 1).tolist():
        if a[k] in listed and b[k] in listed:
            similar[k] = 0
    return similar


def _numbers_agree(a: Sequence[str], b: Sequence[str], similar: Floats) -> Floats:
    """Caps the similarity where words carry different numbers: "Flat 12" is not "Flat 13".

    A value of digits alone (a telephone number, a date as text) is something to mistype, not to count with;
    a number that only one of them mentions contradicts nothing.
    """
    for k in np.flatnonzero((similar > DISTINCT) & (similar < 1)).tolist():
        left, right = Counter(_NUMBER.findall(a[k])), Counter(_NUMBER.findall(b[k]))
        if not (left <= right or right <= left) and (_LETTER.search(a[k]) or _LETTER.search(b[k])):
            similar[k] = DISTINCT
    return similar


def _designators_agree(a: Sequence[str], b: Sequence[str], similar: Floats) -> Floats:
    """Caps the similarity where only a letter, a size or a Roman numeral differs: "Vitamin B" is not "Vitamin C"."""
    for k in np.flatnonzero((similar > DISTINCT) & (similar < 1)).tolist():
        here, there = _exchanged(a[k], b[k])
        if here and there and all(map(_DESIGNATOR.fullmatch, (*here, *there))):
            similar[k] = DISTINCT
    return similar


def _words_agree(a: Sequence[str], b: Sequence[str], similar: Floats) -> Floats:
    """Caps the similarity where one word stands for quite another: a blue phone case is no black phone case.

    A slip of the keyboard leaves most of a word's letters, and an abbreviation has them in their order. Two other words
    must be the same: of a name of two words one may be a nickname. Short words are titles, particles and legal forms,
    of which one person writes this and another that.
    """
    for k in np.flatnonzero((similar > DISTINCT) & (similar < 1)).tolist():
        here, there = _exchanged(a[k], b[k])
        if here.total() == there.total() == 1 and a[k].count(" ") >= _OTHER_WORDS:
            (one,), (other,) = here, there
            same = OSA.normalized_similarity(one, other) >= _LEAST or _shortens(one, other) or _shortens(other, one)
            if not same and min(len(one), len(other)) >= _LONG_WORD:
                similar[k] = DISTINCT
    return similar


def _exchanged(one: str, other: str) -> tuple[Counter[str], Counter[str]]:
    """The words that only the one has, and those that only the other has."""
    left, right = Counter(one.split(" ")), Counter(other.split(" "))
    return left - right, right - left


def _shortens(short: str, long: str) -> bool:
    """Whether the letters of one word stand in another in the same order: "st" for "street"."""
    letters = iter(long)
    return all(letter in letters for letter in short)


def edit_similarity(a: Sequence[str], b: Sequence[str]) -> Floats:
    """Of texts: the Indel ratio of each pair, as written or with the words sorted, whichever is more."""
    return _reordered(Indel.normalized_similarity, a, b)


def _reordered(scorer: Scorer, a: Sequence[str], b: Sequence[str]) -> Floats:
    """The similarity as written or with the words sorted, whichever is more: "Smith, John" is "John Smith"."""
    similar = _pairwise(scorer, a, b)
    rows = [k for k in np.flatnonzero(similar < 1).tolist() if " " in a[k] or " " in b[k]]
    if rows:
        left, right = ([" ".join(sorted(side[k].split(" "))) for k in rows] for side in (a, b))
        similar[rows] = np.maximum(similar[rows], _pairwise(scorer, left, right))
    return similar


def _local_parts(addresses: Sequence[str]) -> list[str]:
    return [address.split("@", 1)[0].strip() for address in addresses]


def _pairwise(scorer: Scorer, a: Sequence[str], b: Sequence[str]) -> Floats:
    return np.asarray(process.cpdist(a, b, scorer=scorer, dtype=np.float32), dtype=np.float32)
