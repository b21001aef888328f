"""A small semantic model on this machine: the mean of trained word vectors, by wordllama (extra `semantic`).

Its 16 MB of weights come inside the package, so nothing is downloaded. It knows that "bought" is "purchased"; it
reads words, not sentences, so it does not know who did what to whom, nor "not".
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import logging
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from synthaix.dedup.calibration import Calibration, calibrate
from synthaix.dedup.embedding import unit
from synthaix.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl
    from numpy.typing import NDArray

MODEL = "wordllama"
"""What EMBEDDING_MODEL is set to for it."""

DIMENSIONS = 256

_BLOCK = 256  # texts at a time: their word vectors take 20 MB
_loading = Lock()


class WordLlama:
    """The mean of the vectors of a text's word pieces, at length one."""

    remote = False
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        if importlib.util.find_spec(MODEL) is None:
            raise SettingsError(
                "EMBEDDING_MODEL is 'wordllama', which is not installed; install synthaix[semantic], or leave "
                "EMBEDDING_MODEL empty for the built-in embedding."
            )
        self.name = f"{MODEL}-{importlib.metadata.version(MODEL)}x{DIMENSIONS}"

    def encode(self, texts: pl.Series) -> NDArray[np.float32]:
        """Means of word vectors, scaled to length one."""
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        for first in range(0, len(texts), _BLOCK):
            vectors[first : first + _BLOCK] = _encode(texts[first : first + _BLOCK].to_list())
        return vectors

    def similarity(self, cosine: NDArray[np.float32]) -> NDArray[np.float32]:
        """Calibrated cosines."""
        return _calibration().similarity(cosine)

    def cosine(self, similarity: float) -> float:
        """The cosine that stands for a similarity."""
        return _calibration().cosine(similarity)

    def close(self) -> None:
        """Nothing is held: the weights serve every job."""


@dataclass(frozen=True, slots=True)
class _Weights:
    words: NDArray[np.float32]
    tokenizer: Any


def _encode(texts: list[str | None]) -> NDArray[np.float32]:
    weights = _weights()
    words = [piece.ids for piece in weights.tokenizer.encode_batch_fast([text or "" for text in texts], False, False)]
    lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
    sums = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    if lengths.any():
        spoken = np.flatnonzero(lengths)
        every = np.concatenate([words[row] for row in spoken.tolist()])
        starts = np.cumsum(lengths[spoken]) - lengths[spoken]
        # Each text is summed by itself and in its own order, whatever else is in the call.
        sums[spoken] = np.add.reduceat(weights.words[every], starts, axis=0)
    return unit(sums)


def _weights() -> _Weights:
    with _loading:
        return _load()


@cache
def _load() -> _Weights:
    with _untouched_logs():
        import wordllama

    try:
        model = wordllama.WordLlama.load(
            dim=DIMENSIONS, cache_dir=Path(wordllama.__file__).parent, disable_download=True
        )
    except (OSError, ValueError) as exc:
        raise SettingsError(
            f"The weights of wordllama cannot be read ({str(exc)[:200]}); install synthaix[semantic] again."
        ) from exc
    model.tokenizer.no_padding()
    # The model splits no words before it pairs letters, so its cache holds whole texts, ten thousand a thread: 150 MB
    # that no later text asks for. The method is not public; a tokenizer without it only keeps more.
    with suppress(AttributeError):
        model.tokenizer.model._resize_cache(0)
    return _Weights(model.embedding, model.tokenizer)


@contextmanager
def _untouched_logs() -> Iterator[None]:
    """Undoes the logging.basicConfig with which the import of wordllama begins."""
    root = logging.root
    handlers, level = root.handlers[:], root.level
    yield
    root.setLevel(level)
    for handler in root.handlers[:]:
        if handler not in handlers:
            root.removeHandler(handler)


@cache
def _calibration() -> Calibration:
    return calibrate(MODEL, WordLlama().encode)
