"""Logs: JSON on standard error, without secrets, without the caller's mistakes."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from synthaix.errors import ArgumentError, BugError
from synthaix.protocol.logs import configure_logs
from tests.support.server import TRANSACTIONS, call, client_of, finished, settings_for


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    captured = capsys.readouterr()
    assert captured.out == ""
    return [json.loads(line) for line in captured.err.splitlines()]


def test_an_event_is_one_line_of_json_on_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(settings_for(tmp_path))
    logging.getLogger("synthaix.test").info("job %s\nstarted", "abc")
    (line,) = lines(capsys)

    assert line["event"] == "job abc\nstarted"
    assert line["level"] == "INFO"
    assert line["logger"] == "synthaix.test"
    assert "T" in line["time"]


def test_a_secret_is_blanked_wherever_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(settings_for(tmp_path, openai_api_key="canary-key", database_url="postgresql://u:canary-pw@h/d"))
    try:
        raise ValueError("canary-key in postgresql://u:canary-pw@h/d")
    except ValueError:
        logging.getLogger("any.library").exception("failed with %s", "canary-key")
    (line,) = lines(capsys)

    assert "canary" not in json.dumps(line)
    assert "ValueError" in line["exc_info"]


def test_a_secret_with_quotes_in_it_is_blanked_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(settings_for(tmp_path, auth_token='canary"of\\mine'))
    logging.getLogger("synthaix.test").info("the token is %s", 'canary"of\\mine')
    (line,) = lines(capsys)

    assert line["event"] == "the token is [redacted]"


def test_a_callers_mistake_is_no_news_and_a_bug_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(settings_for(tmp_path))
    for error in (ArgumentError("send a number"), BugError("broken promise")):
        logging.getLogger("fastmcp.server").error("tool failed", exc_info=error)
    (line,) = lines(capsys)

    assert "broken promise" in line["exc_info"]


async def test_a_line_says_which_job_and_which_request_it_belongs_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_for(tmp_path)
    async with client_of(settings) as client:
        configure_logs(settings)
        started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=20)
        await finished(client, started["job_id"])
        await client.call_tool("get_rows", {"job_id": 5}, raise_on_error=False)
    told = lines(capsys)

    assert [line["job_id"] for line in told if "is completed" in line["event"]] == [started["job_id"]]
    assert any("request_id" in line for line in told if "job_id" not in line)
