from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from synthaix.errors import ArgumentError, NotFoundError
from synthaix.results.paths import resolve_export_path, resolve_input_path

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT = "0123456789abcdef0123456789abcdef.csv"


def test_without_a_path_the_default_name_is_used(tmp_path: Path) -> None:
    assert resolve_export_path(tmp_path, None, DEFAULT) == tmp_path / DEFAULT


@pytest.mark.parametrize(
    "path", ["a.csv", "sub/dir/a.csv", "Mein Export.csv", "données.csv", "a.txt", "a", "comma.csv", "nullable.csv"]
)
def test_a_name_inside_the_directory_is_taken_whatever_its_extension(tmp_path: Path, path: str) -> None:
    assert resolve_export_path(tmp_path, path, DEFAULT) == tmp_path / path
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/etc/passwd", "is absolute"),
        ("~/a.csv", "is absolute"),
        ("C:/a.csv", "is absolute"),
        (r"\\server\share\a.csv", "is absolute"),
        ("../a.csv", "climbs out"),
        ("a/../../b.csv", "climbs out"),
        ("a/../b.csv", "climbs out"),
        ("..", "climbs out"),
        (r"..\a.csv", "a character that file names cannot have"),
        ("a\0.csv", "a character that file names cannot have"),
        ("a\n.csv", "a character that file names cannot have"),
        ("ab:c.csv", "a character that file names cannot have"),
        ("", "is empty"),
        ("  ", "is empty"),
        (".", "hidden"),
        (".hidden.csv", "hidden"),
        ("sub//a.csv", "empty"),
        ("sub/", "empty"),
        ("a.", "ends in a dot"),
        ("a.csv ", "ends in a dot or a space"),
        ("CON", "the reserved name 'CON'"),
        ("sub/nul.csv", "the reserved name 'nul.csv'"),
        ("lpt1.tar.gz", "reserved name"),
        ("x" * 201 + ".csv", "a part longer"),
        ("x/" * 300 + "a.csv", "is longer"),
        ("\ud800.csv", "surrogate"),
    ],
)
def test_any_other_path_is_refused_with_its_fault_and_what_to_send(tmp_path: Path, path: str, fault: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        resolve_export_path(tmp_path, path, DEFAULT)

    assert fault in str(caught.value)
    assert str(caught.value).endswith("send a file name inside the export directory.")


def test_a_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()

    with pytest.raises(ArgumentError, match="'sub' is a directory; add a file name"):
        resolve_export_path(tmp_path, "sub", DEFAULT)


def test_a_link_to_a_directory_outside_is_refused(tmp_path: Path) -> None:
    exports, outside = tmp_path / "exports", tmp_path / "outside"
    exports.mkdir()
    outside.mkdir()
    (exports / "link").symlink_to(outside)

    with pytest.raises(ArgumentError, match="leads out of the export directory"):
        resolve_export_path(exports, "link/a.csv", DEFAULT)


def test_a_link_to_a_file_outside_and_a_link_to_itself_are_refused(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    (tmp_path / "secret.csv").write_text("x")
    (exports / "a.csv").symlink_to(tmp_path / "secret.csv")
    (exports / "loop.csv").symlink_to(exports / "loop.csv")

    for name in ("a.csv", "loop.csv"):
        with pytest.raises(ArgumentError, match="leads out"):
            resolve_export_path(exports, name, DEFAULT)


def test_an_export_directory_that_is_itself_a_link_works(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "exports").symlink_to(tmp_path / "real")

    assert resolve_export_path(tmp_path / "exports", "a.csv", DEFAULT) == tmp_path / "exports" / "a.csv"


def test_an_input_file_must_exist_and_be_of_a_known_kind(tmp_path: Path) -> None:
    (tmp_path / "a.CSV").write_text("x")

    assert resolve_input_path(tmp_path, "a.CSV", (".csv",)) == tmp_path / "a.CSV"
    with pytest.raises(NotFoundError, match=r"'b.csv' is not a file in the export directory"):
        resolve_input_path(tmp_path, "b.csv", (".csv",))
    with pytest.raises(ArgumentError, match=r"must end in one of .csv, .jsonl"):
        resolve_input_path(tmp_path, "a.xlsx", (".csv", ".jsonl"))
    with pytest.raises(ArgumentError, match="climbs out"):
        resolve_input_path(tmp_path, "../a.csv", (".csv",))
