from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from synthaix.generate.draws import Draws, Picker, cumulate

GOLDEN_UNIFORM = [0.8648532739312684, 0.9177006740379788, 0.10741836820045803]
GOLDEN_INTEGERS = [994, 771, 509]

METHODS = ("uniform", "normal", "exponential", "bits")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("start", "count"), [(0, 1), (2047, 2), (2048, 2048), (5_000, 37), (0, 0), (9_999, 1)])
def test_a_window_sees_the_numbers_of_the_whole(method: str, start: int, count: int) -> None:
    whole = getattr(Draws(7, "key", 0, 10_000), method)("purpose")

    part = getattr(Draws(7, "key", start, count), method)("purpose")

    assert np.array_equal(part, whole[start : start + count])


def test_windows_far_out_in_the_stream_are_reached() -> None:
    far = 1 << 50

    joined = Draws(7, "key", far, 20).normal("p")

    assert np.array_equal(joined[5:9], Draws(7, "key", far + 5, 4).normal("p"))


@pytest.mark.parametrize(("low", "high"), [(0, 2), (-5, 6), (0, 1 << 45), (-(1 << 61), 1 << 61)])
def test_integers_stay_within_their_range(low: int, high: int) -> None:
    values = Draws(1, "k", 0, 5_000).integers("p", low, high)

    assert values.min() >= low
    assert values.max() < high
    assert np.array_equal(values[100:140], Draws(1, "k", 100, 40).integers("p", low, high))


def test_an_empty_range_of_integers_is_an_error() -> None:
    with pytest.raises(ValueError, match="do not exist"):
        Draws(1, "k", 0, 1).integers("p", 3, 3)


def test_seed_key_and_purpose_each_make_other_numbers() -> None:
    base = Draws(1, "k", 0, 100)

    others = [Draws(2, "k", 0, 100).uniform("p"), Draws(1, "j", 0, 100).uniform("p"), base.uniform("q")]
    others += [base.child("p").uniform("p"), base.child("k").child("p").uniform("p")]

    streams = [base.uniform("p"), *others]
    assert len({stream.tobytes() for stream in streams}) == len(streams)


def test_parts_of_a_key_cannot_be_shifted_into_each_other() -> None:
    assert not np.array_equal(Draws(1, "ab", 0, 9).uniform("c"), Draws(1, "a", 0, 9).uniform("bc"))


def test_known_numbers_stay_what_they_are() -> None:
    draws = Draws(42, "golden", 3, 3)

    assert draws.uniform("u").tolist() == GOLDEN_UNIFORM
    assert draws.integers("i", 0, 1000).tolist() == GOLDEN_INTEGERS


@pytest.mark.parametrize(
    ("method", "distribution"), [("uniform", stats.uniform()), ("normal", stats.norm()), ("exponential", stats.expon())]
)
def test_numbers_follow_their_distribution(method: str, distribution: object) -> None:
    values = getattr(Draws(3, "fit", 12_345, 100_000), method)("p")

    assert stats.kstest(values, distribution.cdf).pvalue > 1e-3  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [1, 2, 7, 500])
def test_a_picker_answers_like_a_binary_search(size: int) -> None:
    cumulative = cumulate(1.0 / np.arange(1, size + 1))
    uniform = Draws(1, "k", 0, 50_000).uniform("p")

    expected = np.searchsorted(cumulative[:-1], uniform, side="right")

    assert np.array_equal(Picker(cumulative)(uniform), expected)
    assert np.array_equal(Picker(cumulative)(uniform[:10]), expected[:10])


def test_choice_follows_its_weights() -> None:
    weights = np.array([0.5, 0.3, 0.0, 0.2])

    chosen = Draws(1, "k", 0, 100_000).choice("p", cumulate(weights))

    counts = np.bincount(chosen, minlength=4)
    assert counts[2] == 0
    assert stats.chisquare(counts[[0, 1, 3]], weights[[0, 1, 3]] * 100_000).pvalue > 1e-3
