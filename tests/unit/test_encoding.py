from __future__ import annotations

import json
from typing import Any

import pytest

from synthaix.generate.encoding import compact, given, keyed, read_rows
from synthaix.schema.table import Column

COLUMNS = (
    Column(name="city", type="string"),
    Column(name="people", type="integer"),
    Column(name="founded", type="date"),
    Column(name="seen", type="datetime"),
    Column(name="opens", type="time"),
)
ROW = ["Oslo", 700_000, 10480101, 20240203040506, "083000"]
READ = {
    "city": "Oslo",
    "people": 700_000,
    "founded": "1048-01-01",
    "seen": "2024-02-03T04:05:06Z",
    "opens": "08:30:00",
}


def answer(*rows: Any) -> str:
    return json.dumps({"r": list(rows)}, separators=(",", ":"))


def test_a_narrow_row_is_an_array_and_a_wide_one_an_object() -> None:
    wide = [Column(name=f"c{number}", type="integer") for number in range(60)]

    assert compact(COLUMNS).keys is None
    keys = compact(wide).keys
    assert keys is not None
    assert len(set(keys)) == 60
    assert "i" not in keys


def test_rows_are_read_in_either_encoding_and_with_full_names() -> None:
    assert read_rows(answer([0, *ROW]), COLUMNS) == {0: READ}
    assert read_rows(answer({"i": 0, **dict(zip("abcde", ROW, strict=True))}), COLUMNS) == {0: READ}
    assert read_rows(answer({"i": 0, **dict(zip(READ, ROW, strict=True))}), COLUMNS) == {0: READ}
    assert keyed(COLUMNS).keys == tuple("abcde")


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_cut_answer_gives_the_rows_before_the_cut_and_no_half_one(share: float) -> None:
    text = answer(*([number, *ROW] for number in range(20)))
    cut = text[: int(len(text) * share)]
    whole = cut.count("],")

    rows = read_rows(cut, COLUMNS)

    assert list(rows) == list(range(whole))
    assert all(row == READ for row in rows.values())


def test_every_cut_of_an_answer_gives_only_true_rows() -> None:
    text = answer(*([number, *ROW] for number in range(3)))

    for end in range(len(text)):
        for number, row in read_rows(text[:end], COLUMNS).items():
            assert number in range(3)
            assert row == READ


@pytest.mark.parametrize(
    "text",
    [
        "```json\n%s\n```",
        "Here are your rows:\n%s",
        "%s\nI hope this helps!",
        "```\n%s",
    ],
)
def test_words_and_fences_around_the_answer_do_not_matter(text: str) -> None:
    assert read_rows(text.replace("%s", answer([0, *ROW], [1, *ROW])), COLUMNS) == {0: READ, 1: READ}


@pytest.mark.parametrize(
    "row",
    [
        [],
        ["Oslo"],
        [0],
        [0, *ROW, "more"],
        [0, *ROW[:-1]],
        ["x", *ROW],
        [None, *ROW],
        [True, *ROW],
        {"i": 0, "a": 1},
        {"a": "Oslo"},
        "Oslo",
        7,
        None,
    ],
)
def test_rows_that_cannot_be_told_apart_are_left_out(row: Any) -> None:
    assert read_rows(answer(row, [1, *ROW]), COLUMNS) == {1: READ}


def test_of_two_rows_with_one_number_the_first_counts() -> None:
    other = ["Bergen", *ROW[1:]]

    assert read_rows(answer([0, *ROW], [0, *other]), COLUMNS) == {0: READ}


@pytest.mark.parametrize(
    "text", ["", "   ", "no", "{", "[", "null", "3", '"r"', '{"r":3}', '{"message":"hi"}', "<html>"]
)
def test_what_holds_no_rows_gives_none(text: str) -> None:
    assert read_rows(text, COLUMNS) == {}


def test_dates_that_are_not_plain_digits_are_left_to_the_reader_of_types() -> None:
    rows = read_rows(answer([0, "Oslo", 1, "1 May 1048", "2024-02-03T04:05:06+02:00", "8:30"]), COLUMNS)

    assert rows[0]["founded"] == "1 May 1048"
    assert rows[0]["seen"] == "2024-02-03T04:05:06+02:00"
    assert rows[0]["opens"] == "8:30"


def test_sampled_dates_are_shown_in_the_digits_the_answer_uses() -> None:
    assert given(COLUMNS[2], "1048-01-01") == 10480101
    assert given(COLUMNS[3], "2024-02-03T04:05:06.25Z") == 20240203040506
    assert given(COLUMNS[0], "Oslo") == "Oslo"
    assert given(COLUMNS[2], None) is None
