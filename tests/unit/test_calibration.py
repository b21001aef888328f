from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from synthaix.dedup.calibration import LEVELS, PASSED, calibrate, pairs
from synthaix.dedup.embedding import HashedNgrams, unit
from synthaix.errors import SettingsError
from tests.support.meaning import vector_of


def crowded(texts: pl.Series) -> np.ndarray:
    """The built-in vectors beside one direction that all texts share: no cosine is below 0.8."""
    vectors = HashedNgrams().encode(texts)
    return unit(np.hstack([vectors, np.full((len(vectors), 1), 2.0, dtype=np.float32)]))


def random_vectors(texts: pl.Series) -> np.ndarray:
    return unit(np.array([vector_of(text, 64) for text in texts.to_list()]))


@pytest.mark.parametrize("encode", [HashedNgrams().encode, crowded, random_vectors])
def test_a_map_rises_from_0_to_1_and_can_be_read_backwards(encode: object) -> None:
    calibration = calibrate("a-model", encode)  # type: ignore[arg-type]
    cosines = np.linspace(-1, 1, 401, dtype=np.float32)
    similarities = calibration.similarity(cosines)

    assert similarities[0] == 0
    assert similarities[-1] == 1
    assert (np.diff(similarities) >= 0).all()
    for similarity in (0.5, 0.7, 0.85, 0.95):
        there = np.array([calibration.cosine(similarity)], dtype=np.float32)
        assert calibration.similarity(there)[0] == pytest.approx(similarity, abs=1e-3)


def test_as_many_pairs_pass_a_threshold_as_with_the_built_in_embedding() -> None:
    texts, first, second = pairs()
    plain, squeezed = HashedNgrams().encode(texts), crowded(texts)
    one = calibrate("plain", HashedNgrams().encode).similarity(np.einsum("ij,ij->i", plain[first], plain[second]))
    other = calibrate("crowded", crowded).similarity(np.einsum("ij,ij->i", squeezed[first], squeezed[second]))

    compared = one > 0.6  # below the texts that have nothing in common nothing is decided
    assert np.abs(one - other)[compared].max() < 0.005
    passed = np.quantile(one.reshape(len(LEVELS), -1), PASSED, axis=1)
    assert np.abs(passed - np.quantile(other.reshape(len(LEVELS), -1), PASSED, axis=1)).max() < 0.005


def test_the_built_in_cosine_is_its_own_scale() -> None:
    calibration = calibrate("built-in", HashedNgrams().encode)
    cosines = np.array([0.6, 0.75, 0.85, 0.95], dtype=np.float32)

    assert calibration.similarity(cosines) == pytest.approx(cosines, abs=1e-4)


def test_a_model_that_cannot_tell_texts_apart_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"EMBEDDING_MODEL 'chat-model' gives different texts the same vector"):
        calibrate("chat-model", lambda texts: np.full((len(texts), 4), 0.5, dtype=np.float32))


def test_every_level_has_pairs_of_different_texts_of_the_same_subject() -> None:
    texts, first, second = pairs()

    assert texts.n_unique() == len(texts)
    assert (first != second).all()
    assert len(first) == len(second) == 48 * len(LEVELS)
