from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthaix.errors import SchemaError
from synthaix.generate.draws import Draws
from synthaix.generate.samplers.base import Context
from synthaix.generate.samplers.pattern import Pattern
from synthaix.generate.samplers.regex import read
from synthaix.generate.samplers.shape import is_unambiguous
from synthaix.schema import generator as kinds
from synthaix.schema.table import Column, TableSchema
from tests.support.sampling import column_of


def sampler(pattern: str, **column: Any) -> Pattern:
    made = Column(name="zap", type="string", **column)
    context = Context(TableSchema(columns=(made,)), {}, 1, {}, {})
    return Pattern(made, kinds.Pattern(pattern=pattern), context)


PATTERNS = [
    r"[A-Z]{2}-\d{4}",
    r"^(red|green|blue)-\d{1,3}$",
    r"\w+@(example|test)\.(com|org)",
    r"[a-f0-9]{32}",
    r"a?b*c{2,3}",
    r"(ab|c\d){1,3}x?",
    r"[^a-z]{3}",
    r"\+49 \d{3} \d{7}",
    r"[äöü]{2}ß",
    r"(a|b|)z",
    r"\d{2}(\.\d{1,2})?",
    r"(?P<year>19|20)\d\d",
    r"[\]\-a]{3}\x41\u00e9?",
    r"x{0}y",
    r".{5}\s\S",
    r"a{,2}b{3,}",
    r"[-+]?\d+?",
    "{x}",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_string_matches_its_pattern(pattern: str) -> None:
    values = sampler(pattern).sample(Draws(1, "k", 0, 2_000), {})

    assert [value for value in values if not re.fullmatch(pattern, value)] == []


@pytest.mark.parametrize("pattern", PATTERNS)
def test_numbered_strings_match_and_never_repeat(pattern: str) -> None:
    made = sampler(pattern)
    index = np.arange(min(made.space, 3_000), dtype=np.int64)

    values = made.at(index)

    assert [value for value in values if not re.fullmatch(pattern, value)] == []
    assert not is_unambiguous(read(pattern)) or values.n_unique() == len(index)


_atoms = st.sampled_from([r"\d", "[a-c]", "x", "-", r"[^x]", "(ab|cd)", "(a|bc|d)", r"(y\d)?"])
_counts = st.sampled_from(["", "?", "{2}", "{1,3}", "+", "*"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_atoms, _counts), min_size=1, max_size=5))
def test_random_patterns_match_and_number_their_strings(parts: list[tuple[str, str]]) -> None:
    pattern = "".join(atom + count for atom, count in parts if not (atom.endswith("?") and count))
    if not pattern:
        return
    made = sampler(pattern)
    index = np.arange(min(made.space, 400), dtype=np.int64)

    drawn, numbered = made.sample(Draws(1, "k", 0, 200), {}), made.at(index)

    assert all(re.fullmatch(pattern, value) for value in [*drawn, *numbered])
    assert not is_unambiguous(read(pattern)) or numbered.n_unique() == len(index)


@pytest.mark.parametrize(("least", "most"), [(5, 8), (12, 12), (3, 3), (20, 30), (0, 4)])
def test_lengths_are_kept(least: int, most: int) -> None:
    values = sampler(r"[a-z]+\d*", min_length=least, max_length=most).sample(Draws(1, "k", 0, 500), {})

    lengths = values.str.len_chars()
    assert lengths.min() >= least  # type: ignore[operator]
    assert lengths.max() <= most  # type: ignore[operator]


def test_lengths_of_a_repeat_are_even() -> None:
    lengths = sampler(r"[a-z]{1,4}").sample(Draws(1, "k", 0, 8_000), {}).str.len_chars()

    assert all(1_800 < (lengths == length).sum() < 2_200 for length in (1, 2, 3, 4))


def test_a_window_cut_changes_no_string() -> None:
    made = sampler(r"(red|green|\d{1,3})-[a-z]+")

    whole = made.sample(Draws(1, "k", 0, 500), {})

    assert made.sample(Draws(1, "k", 123, 50), {}).to_list() == whole[123:173].to_list()


def test_unique_patterns_use_up_their_space() -> None:
    values = column_of({"name": "zap", "type": "string", "pattern": "[A-J][0-9]{2}", "unique": True}, rows=1_000)

    assert values.n_unique() == 1_000


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(a+)+", "unbounded repeats"),
        ("(a*)*b", "unbounded repeats"),
        ("(?=a)b", "cannot be generated from"),
        ("(?i)a", "cannot be generated from"),
        (r"(a)\1", "cannot be generated from"),
        (r"\bfoo", "cannot be generated from"),
        ("[z-a]", "swap its ends"),
        ("a**", "repeats a repeat"),
        ("(a", r"without its '\)'"),
        ("a)", "unmatched"),
        ("[a", r"without its '\]'"),
        ("*a", "nothing to repeat"),
        ("a{5,2}", "swap the numbers"),
        ("x{5000}", "4096"),
        ("(x{4000}){2}", "4096"),
        ("a^b", "not at the start"),
        ("a$b", "not at the end"),
        ("a\\", "lone backslash"),
        ("(" * 60 + "a" + ")" * 60, "flatten"),
    ],
)
def test_what_cannot_be_generated_is_refused(pattern: str, message: str) -> None:
    with pytest.raises(SchemaError, match=message) as caught:
        sampler(pattern)

    assert str(caught.value).startswith("column 'zap': pattern ")


@pytest.mark.parametrize(
    ("column", "remedy"),
    [
        ({"pattern": "[A-Z]{5}", "max_length": 3}, "raise max_length"),
        ({"pattern": "[A-Z]{5}", "min_length": 9}, "lower min_length"),
        ({"pattern": "(a|a[a-z])b?", "unique": True}, "fixed length"),
    ],
)
def test_impossible_patterns_are_refused_with_a_remedy(column: dict[str, Any], remedy: str) -> None:
    with pytest.raises(SchemaError, match=remedy):
        column_of({"name": "zap", "type": "string", **column})
