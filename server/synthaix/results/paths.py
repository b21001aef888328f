"""Paths of callers: only inside the export directory, and only names that every system can hold."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from synthaix.errors import ArgumentError, NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from synthaix.settings import Settings

_WORD = re.compile(r"[a-z]{1,20}")
_MAX_PATH = 400
_MAX_NAME = 200  # file systems hold 255 bytes; a temporary name beside it needs room
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
# Device names of Windows, whatever the extension.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)


def directory_of(settings: Settings, owner: str) -> Path:
    """The directory of this caller's files: the export directory itself where there is only one caller.

    Others may neither read a caller's files nor learn which there are, and a name that one took is free for another.
    """
    if not owner or not (settings.auth_jwks_url or settings.auth_public_key):
        return settings.exports  # without signed tokens everybody is the same caller
    # An identity provider's subject can hold anything, so only a plain word is a directory's name as it is.
    return settings.exports / (owner if _WORD.fullmatch(owner) else hashlib.sha256(owner.encode()).hexdigest()[:32])


def resolve_export_path(directory: Path, path: str | None, default_name: str) -> Path:
    """Where an export goes: `path` inside `directory`, or `default_name` there.

    The extension is the caller's choice and does not decide the format. Nothing is created.
    Raises ArgumentError naming the path and what to send: absolute, climbing out (by `..` or a
    symbolic link), a name no file may have, or a directory.
    """
    target = _inside(directory, default_name if path is None else path)
    if target.is_dir():
        raise ArgumentError(f"path {path!r} is a directory; add a file name, such as {default_name!r}.")
    return target


def resolve_input_path(directory: Path, path: str, suffixes: tuple[str, ...]) -> Path:
    """An existing file inside `directory` whose name ends in one of `suffixes`.

    Raises ArgumentError like `resolve_export_path`, NotFoundError where there is no such file.
    """
    target = _inside(directory, path)
    if target.suffix.lower() not in suffixes:
        raise ArgumentError(f"path {path!r} must end in one of {', '.join(suffixes)}; send a file of that kind.")
    if not target.is_file():
        raise NotFoundError(f"path {path!r} is not a file in the export directory {directory}; put it there first.")
    return target


def _inside(directory: Path, path: str) -> Path:
    fault = _fault(path)
    if fault is not None:
        raise ArgumentError(f"path {path[:120]!r} {fault}; send a file name inside the export directory.")
    target = directory.joinpath(*path.split("/"))
    root = directory.resolve()
    # The parent decides: a link as the last part is replaced by an export, never followed.
    if not target.parent.resolve().is_relative_to(root) or (target.is_symlink() and not _links_inside(target, root)):
        raise ArgumentError(f"path {path!r} leads out of the export directory; send a file name inside it.")
    return target


def _links_inside(target: Path, root: Path) -> bool:
    try:
        return target.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a loop of links
        return False


def _fault(path: str) -> str | None:
    if not path.strip():
        return "is empty"
    try:
        size = len(path.encode())
    except UnicodeEncodeError:
        return "holds half of a surrogate pair"
    if size > _MAX_PATH:
        return f"is longer than {_MAX_PATH} bytes"
    if path.startswith(("/", "~")) or re.match(r"[A-Za-z]:|\\\\", path):
        return "is absolute"
    if _FORBIDDEN.search(path):
        return "holds a character that file names cannot have"
    for part in path.split("/"):
        if part == "..":
            return "climbs out of the export directory"
        if not part or part.startswith(".") or part.endswith((".", " ")) or part != part.strip():
            return "has an empty or hidden part, or one that ends in a dot or a space"
        if _RESERVED.fullmatch(part):
            return f"uses the reserved name {part!r}"
        if len(part.encode()) > _MAX_NAME:
            return f"has a part longer than {_MAX_NAME} bytes"
    return None
