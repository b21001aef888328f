from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from synthaix.errors import ArgumentError, CallerError, SchemaError
from synthaix.terminal.confirm import confirmed, constraints
from synthaix.terminal.proposal import Proposal, edited, read_count, read_schema
from synthaix.terminal.screen import Screen, plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PROPOSAL = Proposal(
    {
        "columns": [
            {"name": "start", "type": "date", "description": "First day"},
            {"name": "end", "type": "date", "after": "start"},
            {"name": "amount", "type": "float", "minimum": 0, "unique": True, "description": "Price"},
        ]
    },
    1000,
)


def names(proposal: Proposal) -> list[str]:
    return [column["name"] for column in proposal.columns]


@pytest.mark.parametrize("which", ["2", "end"])
def test_a_column_is_dropped_by_number_or_name(which: str) -> None:
    assert names(edited(PROPOSAL, f"drop {which}")) == ["start", "amount"]


def test_dropping_a_column_unties_those_that_follow_it() -> None:
    changed = edited(PROPOSAL, "drop start")

    assert changed.columns[0] == {"name": "end", "type": "date"}


def test_renaming_a_column_keeps_those_that_follow_it_tied() -> None:
    changed = edited(PROPOSAL, "rename 1 begin")

    assert names(changed) == ["begin", "end", "amount"]
    assert changed.columns[1]["after"] == "begin"


def test_a_new_type_drops_the_constraints_of_the_old_one() -> None:
    assert edited(PROPOSAL, "type amount String").columns[2] == {
        "type": "string", "name": "amount", "unique": True, "description": "Price",
    }  # fmt: skip


def test_columns_are_added_described_and_counted() -> None:
    changed = edited(edited(edited(PROPOSAL, "add city string Where it happened"), "describe 3 Gross price"), "rows 5k")

    assert changed.columns[3] == {"name": "city", "type": "string", "description": "Where it happened"}
    assert changed.columns[2]["description"] == "Gross price"
    assert changed.rows == 5000


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("drop 4", "'4' is not a column; use a number from 1 to 3 or a name"),
        ("drop 0", "'0' is not a column"),
        ("drop", "'' is not a column"),
        ("rename 1 end", "column name 'end' is used twice"),
        ("rename 1 2nd", "not a usable column name"),
        ("type 1 money", "type 'money' is unknown; use one of string"),
        ("add city", "needs a name and a type"),
        ("rows many", "'many' is not a number of rows"),
        ("rows 0", "'0' is not a number of rows"),
        ("delete 1", "'delete' is not a command; use one of drop"),
    ],
)
def test_a_command_that_makes_no_sense_says_why_and_changes_nothing(line: str, words: str) -> None:
    with pytest.raises(CallerError) as caught:
        edited(PROPOSAL, line)

    assert words in str(caught.value)
    assert names(PROPOSAL) == ["start", "end", "amount"]


def test_the_last_column_cannot_be_dropped() -> None:
    with pytest.raises(SchemaError, match="no columns"):
        edited(Proposal({"columns": [{"name": "a", "type": "string"}]}, 1), "drop 1")


@pytest.mark.parametrize(
    ("text", "count"), [("5000", 5000), ("5,000", 5000), ("10k", 10_000), ("half a million", 500_000)]
)
def test_a_count_is_read_as_people_write_it(text: str, count: int) -> None:
    assert read_count(text) == count


def test_a_schema_file_may_hold_an_object_a_list_or_a_reply(tmp_path: Path) -> None:
    columns = [{"name": "a", "type": "string"}]
    path = tmp_path / "schema.json"

    for data in ({"columns": columns}, columns, {"schema": {"columns": columns}, "inferred_count": 5}):
        path.write_text(json.dumps(data))
        assert read_schema(path) == {"columns": columns}


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"{", "is not JSON"), (b"5", "schema must be an object"), (b"\xff", "not UTF-8 text"), (b"[]", "no columns")],
)
def test_a_schema_file_that_holds_no_schema_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "schema.json"
    path.write_bytes(content)

    with pytest.raises(CallerError) as caught:
        read_schema(path)

    assert words in str(caught.value)


def test_a_schema_file_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"missing.json cannot be read: No such file"):
        read_schema(tmp_path / "missing.json")


def test_constraints_are_told_in_words() -> None:
    column = {
        "name": "a",
        "type": "string",
        "nullable": True,
        "enum": ["x", "y"],
        "format": "email",
        "generator": "uuid",
    }

    assert constraints(column) == "nullable, one of x, y, format email, by uuid"
    assert constraints({"name": "a", "type": "integer", "minimum": 0, "unique": True}) == "unique, 0…"


def answers(*lines: str) -> Callable[[str], str]:
    waiting = iter(lines)

    def ask(question: str) -> str:
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    return ask


def test_yes_takes_the_proposal_as_it_is() -> None:
    assert confirmed(Screen(), PROPOSAL, answers("y")) == PROPOSAL


@pytest.mark.parametrize("answer", ["n", "no", "q"])
def test_no_declines(answer: str) -> None:
    assert confirmed(Screen(), PROPOSAL, answers(answer)) is None


def test_commands_change_the_proposal_until_it_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    taken = confirmed(Screen(), PROPOSAL, answers("", "drop 9", "drop 2", "rows 20", "YES"))

    assert taken is not None
    assert names(taken) == ["start", "amount"]
    assert taken.rows == 20
    assert "'9' is not a column" in capsys.readouterr().out


def test_a_missing_count_is_asked_for() -> None:
    taken = confirmed(Screen(), Proposal(PROPOSAL.schema), answers("lots", "2k", "y"))

    assert taken is not None
    assert taken.rows == 2000


def test_nobody_to_answer_is_an_error_that_names_the_option() -> None:
    with pytest.raises(ArgumentError, match="add --yes"):
        confirmed(Screen(), PROPOSAL, answers())


def test_the_editor_gets_the_whole_schema_and_what_it_leaves_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "editor.sh"
    script.write_text('#!/bin/sh\nsed -i.bak \'s/"amount"/"total"/\' "$1"\n')
    script.chmod(0o755)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"sh {script}")

    taken = confirmed(Screen(), PROPOSAL, answers("edit", "y"))

    assert taken is not None
    assert names(taken) == ["start", "end", "total"]


def test_an_editor_that_fails_or_leaves_nonsense_keeps_the_proposal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    for editor in ("false", "no-such-editor-anywhere", "truncate -s 0"):
        monkeypatch.setenv("EDITOR", editor)
        assert confirmed(Screen(), PROPOSAL, answers("e", "y")) == PROPOSAL

    shown = capsys.readouterr().out
    assert shown.count("failed") == 2
    assert "is not JSON" in shown


def test_without_an_editor_the_commands_are_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)

    assert confirmed(Screen(), PROPOSAL, answers("edit", "y")) == PROPOSAL
    assert "rename N NEW" in capsys.readouterr().out


def test_what_would_command_a_terminal_is_made_visible() -> None:
    assert plain("a\x1b[2Jb\u202ec") == "a\ufffd[2Jb\ufffdc"
