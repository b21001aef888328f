"""Calibration: a model's cosines on the scale of the built-in similarity, so that a threshold means the same.

Models spread their cosines differently: one gives 0.7 to texts that share two statements of three, another 0.9, and
a third never goes below 0.7. Which texts say how much the same is known for texts put together from
statements, some of which were exchanged for others. Every model is asked about the same pairs. At each
share of exchanged statements, the cosine that one pair in ten passes becomes the cosine that one pair in ten
passes with the built-in embedding: at any threshold, such texts are as likely to be taken for the same. Between
those points the map is linear (quantile matching; cf. isotonic calibration).

Edit similarity, the other half of a text's similarity, takes no part: it is the same number for every model, and
it depends on where in the text a statement was exchanged, which a cosine does not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthaix.dedup.calibration_texts import SUBJECTS
from synthaix.dedup.canonical import canonical_series, folded_text
from synthaix.dedup.embedding import HashedNgrams
from synthaix.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

LEVELS = ((6, 1), (5, 1), (4, 1), (3, 1), (5, 2), (2, 1), (3, 2), (4, 3), (4, 4))
"""(statements in a text, how many of them the other text has exchanged)."""

PASSED = 0.9
"""Quantile of each level that is matched: high, because taking distinct rows for the same is the worse mistake."""

_STRIDE = 5  # prime to the twelve statements of a subject: a text never says one of them twice
_LEAST_STEP = 0.01  # between two levels; a model that puts all of them closer together tells texts hardly apart

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A monotone piecewise-linear map between a model's cosines and similarities."""

    cosines: tuple[float, ...]
    similarities: tuple[float, ...]

    def similarity(self, cosine: Floats) -> Floats:
        """Cosines on the threshold's scale."""
        return np.interp(cosine, self.cosines, self.similarities).astype(np.float32)

    def cosine(self, similarity: float) -> float:
        """The cosine that stands for a similarity; -1, which every pair reaches, for 0 and less."""
        return float(np.interp(similarity, self.similarities, self.cosines))


def calibrate(model: str, encode: Callable[[pl.Series], Floats]) -> Calibration:
    """The map of the model behind `encode`, which gets about 640 short texts.

    Raises SettingsError for a model that gives different texts nearly the same vector.
    """
    texts, first, second = pairs()
    vectors = encode(texts)
    cosine = np.einsum("ij,ij->i", vectors[first], vectors[second])
    levels = np.quantile(cosine.reshape(len(LEVELS), -1), PASSED, axis=1)
    similarities = _built_in()
    order = np.argsort(similarities)
    # Levels that a model cannot tell apart are given the higher cosine: fewer rows are taken for the same.
    cosines = np.maximum.accumulate(levels[order])
    if 1 - cosines[0] < _LEAST_STEP:
        raise SettingsError(
            f"EMBEDDING_MODEL {model[:80]!r} gives different texts the same vector; name a model made for embeddings."
        )
    steps = np.arange(len(LEVELS)) * 1e-6  # np.interp wants rising cosines
    return Calibration(
        (-1.0, *np.minimum(cosines + steps, 1 - 1e-5).tolist(), 1.0), (0.0, *similarities[order].tolist(), 1.0)
    )


@cache
def pairs() -> tuple[pl.Series, NDArray[np.int64], NDArray[np.int64]]:
    """The different texts as they are compared, and of each pair which two; level after level, equally many of each."""
    texts: dict[str, int] = {}
    first, second = [], []
    for size, exchanged in LEVELS:
        for statements in SUBJECTS:
            for start in range(len(statements)):
                said = [statements[(start + _STRIDE * k) % len(statements)] for k in range(size + exchanged)]
                other = said[:size]
                for k in range(exchanged):
                    other[(start + k) % size] = said[size + k]
                first.append(texts.setdefault(" ".join(said[:size]), len(texts)))
                second.append(texts.setdefault(" ".join(other), len(texts)))
    folded = folded_text(canonical_series(pl.Series("text", list(texts), dtype=pl.String)))
    return folded, np.array(first), np.array(second)


@cache
def _built_in() -> NDArray[np.float64]:
    texts, first, second = pairs()
    vectors = HashedNgrams().encode(texts)
    cosine = np.einsum("ij,ij->i", vectors[first], vectors[second])
    return np.asarray(np.quantile(cosine.reshape(len(LEVELS), -1), PASSED, axis=1), dtype=np.float64)
