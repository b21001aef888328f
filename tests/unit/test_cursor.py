from __future__ import annotations

import pytest

from synthaix.errors import ArgumentError, BugError
from synthaix.results.cursor import decode_cursor, encode_cursor

JOB, OTHER = "a" * 32, "b" * 32


@pytest.mark.parametrize("row", [0, 1, 255, 65_536, 10_000_000, 256**5 - 1])
def test_a_cursor_leads_back_to_its_row(row: int) -> None:
    assert decode_cursor(JOB, encode_cursor(JOB, row)) == row


def test_a_cursor_is_short_and_fit_for_an_address() -> None:
    cursor = encode_cursor(JOB, 123_456)

    assert len(cursor) == 16
    assert cursor.replace("-", "").replace("_", "").isalnum()


def test_a_cursor_of_another_job_is_refused() -> None:
    with pytest.raises(ArgumentError, match=f"is not one of job {JOB}; send next_cursor of that job's page before"):
        decode_cursor(JOB, encode_cursor(OTHER, 5))


def test_a_cursor_of_another_list_of_the_same_job_is_refused() -> None:
    cursor = encode_cursor(JOB, 5, scope="duplicates")

    assert decode_cursor(JOB, cursor, scope="duplicates") == 5
    with pytest.raises(ArgumentError):
        decode_cursor(JOB, cursor)


def test_a_cursor_with_any_one_character_altered_is_refused() -> None:
    cursor = encode_cursor(JOB, 5)

    for place, sign in enumerate(cursor):
        altered = cursor[:place] + ("A" if sign != "A" else "B") + cursor[place + 1 :]
        with pytest.raises(ArgumentError):
            decode_cursor(JOB, altered)


@pytest.mark.parametrize(
    "cursor", ["", "0", "abc", "====", "é" * 16, "A" * 16, "A" * 500, "' OR 1=1 --", "a b c d e f g h"]
)
def test_what_was_never_a_cursor_is_refused_in_one_sentence(cursor: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        decode_cursor(JOB, cursor)

    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


def test_a_row_no_cursor_can_hold_is_a_bug() -> None:
    with pytest.raises(BugError):
        encode_cursor(JOB, -1)
