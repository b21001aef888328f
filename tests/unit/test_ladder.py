from __future__ import annotations

from synthaix.providers.base import Rung
from synthaix.providers.ladder import Ladder, LadderMemory

RUNGS: tuple[Rung, ...] = ("json_schema", "json_object", "tool", "prompt")


def test_a_rejected_rung_leads_to_the_next_one() -> None:
    ladder = Ladder(RUNGS)

    assert ladder.rejected("json_schema")
    assert ladder.rung == "json_object"


def test_a_rejection_that_another_request_already_reported_moves_nothing() -> None:
    ladder = Ladder(RUNGS)
    ladder.rejected("json_schema")

    assert ladder.rejected("json_schema")
    assert ladder.rung == "json_object"


def test_there_is_nothing_below_the_last_rung() -> None:
    ladder = Ladder(RUNGS)
    for rung in RUNGS[:-1]:
        assert ladder.rejected(rung)

    assert not ladder.rejected("prompt")
    assert ladder.rung == "prompt"


def test_one_unreadable_answer_is_an_accident_and_two_are_not() -> None:
    ladder = Ladder(RUNGS)

    rungs = []
    for _ in range(2):
        ladder.ignored("json_schema")
        rungs.append(ladder.rung)

    assert rungs == ["json_schema", "json_object"]


def test_below_the_first_rung_one_unreadable_answer_is_enough() -> None:
    ladder = Ladder(RUNGS)
    ladder.rejected("json_schema")

    ladder.ignored("json_object")

    assert ladder.rung == "tool"


def test_a_rung_that_once_worked_is_not_given_up_for_unreadable_answers() -> None:
    ladder = Ladder(RUNGS)
    ladder.honoured("json_schema")

    for _ in range(10):
        ladder.ignored("json_schema")

    assert ladder.rung == "json_schema"


def test_what_was_learnt_holds_for_the_same_model_at_the_same_address_only() -> None:
    memory = LadderMemory()
    memory.ladder("http://a/v1", "small", RUNGS).rejected("json_schema")

    assert memory.ladder("http://a/v1", "small", RUNGS).rung == "json_object"
    assert memory.ladder("http://a/v1", "large", RUNGS).rung == "json_schema"
    assert memory.ladder("http://b/v1", "small", RUNGS).rung == "json_schema"
