from __future__ import annotations

from synthaix.generate.sizing import STRETCH, RequestSize


def test_requests_grow_while_many_fail_and_shrink_again_when_few_do() -> None:
    size = RequestSize(15)
    usual = size.rows
    for _ in range(10):
        size.failed(1)
        size.answered(usual, 15 * usual)
    stormy = size.rows
    for _ in range(300):
        size.answered(usual, 15 * usual)

    assert stormy == STRETCH * usual
    assert size.rows == usual


def test_one_failure_among_many_answers_changes_nothing() -> None:
    size = RequestSize(15)
    usual = size.rows
    for _ in range(20):
        for _ in range(19):
            size.answered(usual, 15 * usual)
        size.failed(1)
    assert size.rows == usual


def test_an_answer_cut_at_our_own_limit_gives_rows_more_room() -> None:
    size = RequestSize(10)
    before = size.room(20)
    assert size.cut(20, 3, before) == 10
    assert size.room(20) > before


def test_cuts_hold_back_the_stretching() -> None:
    size = RequestSize(15)
    for _ in range(20):
        size.failed(1)
    stretched = size.rows
    size.cut(stretched, 5, 100)
    assert size.rows == stretched // STRETCH
