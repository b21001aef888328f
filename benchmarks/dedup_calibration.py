"""Does 0.85 mean the same? Calibrated similarities on statements that no calibration has seen.

    python benchmarks/dedup_calibration.py

Texts of three to six statements (those of dedup_paraphrases) beside the same texts with some statements exchanged for
others: the similarity that nine, five and one pair in ten pass, and the share that passes the default threshold, with
the built-in embedding, with wordllama, and with EMBEDDING_MODEL where that is set. After them the pairs that say the
same in other words.
"""

from __future__ import annotations

import importlib.util
import random

import numpy as np
import polars as pl
from dedup_paraphrases import OWN_WORDS, REWORDED, STATEMENTS

from synthaix.dedup.canonical import canonical_series, folded_text
from synthaix.dedup.catalog import embedding_of
from synthaix.dedup.semantic import MODEL
from synthaix.dedup.similarity import edit_similarity
from synthaix.settings import load_settings

PAIRS = 400
DEFAULT = 0.85


def pairs(size: int, exchanged: int, wording: int, rng: random.Random) -> tuple[pl.Series, pl.Series]:
    """Texts of `size` statements, and the same in that wording with some exchanged."""
    first, second = [], []
    for _ in range(PAIRS):
        said = rng.sample(range(len(STATEMENTS)), size + exchanged)
        first.append(" ".join(STATEMENTS[k][0] for k in said[:size]))
        second.append(" ".join(STATEMENTS[k][wording] for k in said[exchanged:]))
    return tuple(folded_text(canonical_series(pl.Series(texts))) for texts in (first, second))  # type: ignore[return-value]


def main() -> None:
    """One line a kind of pair."""
    settings = load_settings()
    models = [None, *([MODEL] if importlib.util.find_spec(MODEL) else [])]
    models += [model for model in (settings.embedding_model,) if model not in models]
    embeddings = [embedding_of(settings, model) for model in models]
    for embedding, name in zip(embeddings, models, strict=True):
        cosines = ", ".join(f"{value} is cosine {embedding.cosine(value):.3f}" for value in (0.75, 0.85, 0.95))
        print(f"{name or 'built-in'}: {cosines}")
    print(f"{'pairs':24}" + "".join(f"{name or 'built-in':>49}" for name in models))
    rng = random.Random(11)
    kinds = [(f"{k} of {n} exchanged", n, k, 0) for n, k in ((6, 1), (5, 1), (4, 1), (3, 1), (2, 1), (3, 2), (4, 4))]
    kinds += [("4 reworded", 4, 0, REWORDED), ("4 in own words", 4, 0, OWN_WORDS)]
    for kind, size, exchanged, wording in kinds:
        first, second = pairs(size, exchanged, wording, rng)
        edit = edit_similarity(first.to_list(), second.to_list())
        line = f"{kind:24}"
        for embedding in embeddings:
            cosine = np.einsum("ij,ij->i", embedding.encode(first), embedding.encode(second))
            similar = np.maximum(edit, embedding.similarity(cosine))
            low, middle, high = np.quantile(similar, (0.1, 0.5, 0.9))
            line += f"   10% {low:.2f}  50% {middle:.2f}  90% {high:.2f}  pass {(similar >= DEFAULT).mean():6.1%}"
        print(line)
    for embedding in embeddings:
        embedding.close()


if __name__ == "__main__":
    main()
