"""Copying an exported file to where the person wants it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from typing import TYPE_CHECKING

from synthaix.errors import ArgumentError

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = ("csv", "jsonl", "parquet", "sql")


def chosen_format(format: str | None, out: Path | None) -> str:
    """The format asked for, else that of the file's extension, else csv."""
    if format is not None:
        return format
    extension = "" if out is None else out.suffix.lower().removeprefix(".")
    return extension if extension in FORMATS else "csv"


def check_destination(out: Path | None) -> None:
    """Raise ArgumentError where `out` could not be written, before any work is done for it."""
    if out is None:
        return
    if out.is_dir():
        raise ArgumentError(f"--out {out} is a directory; add a file name, such as {out / 'rows.csv'}.")
    parent = out.absolute().parent
    if not parent.is_dir():
        raise ArgumentError(f"--out {out} is in no existing directory; make {parent} first.")
    if not os.access(parent, os.W_OK):
        raise ArgumentError(f"--out {out} cannot be written; choose a directory that you may write to.")


def copy_whole(source: Path, out: Path) -> Path:
    """Copy so that `out` appears complete or not at all; its absolute path. Raises ArgumentError where it cannot."""
    target = out.absolute()
    draft = target.with_name(f".{target.name}.{secrets.token_hex(6)}.part")
    try:
        shutil.copyfile(source, draft)
        with open(draft, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(draft, target)
    except OSError as exc:
        raise ArgumentError(f"--out {out} could not be written: {exc.strerror}; the rows are in {source}.") from None
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
    return target
