from __future__ import annotations

import uuid
from typing import Any

import numpy as np
import pytest

from synthaix.errors import SchemaError
from synthaix.generate.draws import Draws
from synthaix.generate.samplers.distinct import Shuffle
from tests.support.sampling import column_of


@pytest.mark.parametrize("space", [1, 2, 3, 10, 97, 1_000, 65_537])
def test_a_shuffle_is_a_permutation(space: int) -> None:
    shuffled = Shuffle(space, Draws(1, "k", 0, 0))(np.arange(space))

    assert sorted(shuffled) == list(range(space))


def test_a_shuffle_of_a_huge_space_repeats_nothing() -> None:
    shuffled = Shuffle(1 << 62, Draws(1, "k", 0, 0))(np.arange(100_000))

    assert len(np.unique(shuffled)) == 100_000


def test_a_shuffle_depends_on_its_key_and_looks_random() -> None:
    one, other = (Shuffle(100_000, Draws(seed, "k", 0, 0))(np.arange(100_000)) for seed in (1, 2))

    assert not np.array_equal(one, other)
    assert abs(np.corrcoef(one, np.arange(100_000))[0, 1]) < 0.02


def test_a_sequence_counts_with_prefix_and_zeros() -> None:
    made = {"kind": "sequence", "start": 98, "step": 1, "prefix": "ORD-", "suffix": "/X", "width": 3}

    values = column_of({"name": "zap", "type": "string", "generator": made}, rows=4)

    assert values.to_list() == ["ORD-098/X", "ORD-099/X", "ORD-100/X", "ORD-101/X"]


def test_a_sequence_outgrows_its_width() -> None:
    made = {"kind": "sequence", "start": 999, "width": 3}

    assert column_of({"name": "zap", "type": "string", "generator": made}, rows=2).to_list() == ["999", "1000"]


def test_a_sequence_can_count_down() -> None:
    made = {"kind": "sequence", "start": 1, "step": -1}

    assert column_of({"name": "zap", "type": "integer", "generator": made}, rows=3).to_list() == [1, 0, -1]


@pytest.mark.parametrize("unique", [True, None])
def test_uuids_are_version_4_and_distinct(unique: bool | None) -> None:
    column = {"name": "zap", "type": "uuid", "generator": "uuid", "unique": unique}

    values = column_of(column, rows=50_000)

    assert values.n_unique() == 50_000
    for text in values.head(500):
        parsed = uuid.UUID(text)
        assert (parsed.version, parsed.variant, str(parsed)) == (4, uuid.RFC_4122, text)


@pytest.mark.parametrize(
    ("column", "remedy"),
    [
        ({"type": "boolean", "generator": "sequence"}, "use type integer or string"),
        ({"type": "integer", "generator": {"kind": "sequence", "prefix": "A"}}, "use type string"),
        ({"type": "integer", "generator": {"kind": "sequence", "step": 0}}, "use step 1"),
        ({"type": "integer", "maximum": -1, "generator": "sequence"}, "change start or the bounds"),
        ({"type": "string", "max_length": 5, "generator": {"kind": "sequence", "prefix": "LONG-"}}, "raise max_length"),
        ({"type": "string", "max_length": 20, "generator": "uuid"}, "raise max_length"),
        ({"type": "integer", "generator": "uuid"}, "use type uuid"),
    ],
)
def test_impossible_keys_are_refused_with_a_remedy(column: dict[str, Any], remedy: str) -> None:
    with pytest.raises(SchemaError, match=remedy):
        column_of({"name": "zap", **column})
