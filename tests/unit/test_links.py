"""Download addresses: signed, bound to job, format and owner, and short-lived."""

from __future__ import annotations

import stat
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from synthaix.errors import ArgumentError
from synthaix.protocol.links import Links, resource_uris, signing_key

JOB = "0" * 32


def parts(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_an_address_checks_out_and_an_altered_one_does_not() -> None:
    made = Links(b"key", "http://host:1/")
    url = made.download(JOB, owner="me")
    query = parts(url)

    assert url.startswith(f"http://host:1/jobs/{JOB}/download?")
    made.check(JOB, "csv", query["expires"], query["signature"], "me")
    for changed in (
        ("1" * 32, "csv", query["expires"], query["signature"], "me"),
        (JOB, "sql", query["expires"], query["signature"], "me"),
        (JOB, "csv", str(int(query["expires"]) + 1), query["signature"], "me"),
        (JOB, "csv", query["expires"], query["signature"], None),
        (JOB, "csv", query["expires"], query["signature"], "you"),
        (JOB, "csv", "soon", query["signature"], "me"),
        (JOB, "csv", query["expires"], "ü", "me"),
    ):
        with pytest.raises(ArgumentError, match="altered"):
            made.check(*changed)


def test_an_address_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Links(b"key", "http://host")
    query = parts(made.download(JOB))
    later = int(query["expires"]) + 1
    monkeypatch.setattr("synthaix.protocol.links.time.time", lambda: later)

    with pytest.raises(ArgumentError, match="expired"):
        made.check(JOB, "csv", query["expires"], query["signature"], None)


def test_over_stdio_the_csv_resource_stands_in() -> None:
    assert Links(b"").download(JOB) == resource_uris(JOB, completed=True)["csv"]


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first, second = signing_key(tmp_path / "data"), signing_key(tmp_path / "data")
    files = list((tmp_path / "data").iterdir())

    assert first == second
    assert len(first) == 32
    assert [file.name for file in files] == ["download.key"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
