"""The database's schema by hand: `python -m synthaix.jobs.migrations migrate [REVISION]`, or `reset [--yes]`.

Servers migrate by themselves when they start; this is for whoever wants it done before, or undone.
"""

from __future__ import annotations

import argparse
import contextlib
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from filelock import FileLock, Timeout

from synthaix.errors import StoreError, SynthaixError
from synthaix.jobs import migrations
from synthaix.jobs.assembly import make_private
from synthaix.jobs.database import Database, clock
from synthaix.jobs.faults import Faults, no_faults
from synthaix.jobs.tables import jobs
from synthaix.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

_FILES = ("-shm", "-wal", "")
"""What belongs to a SQLite database: the log's index, its log, and the file, which goes last: while it is there a reset
that was cut short is done again."""

BUSY_SECONDS = 5.0
"""How long a reset waits for whoever reads or writes the file just now; a server, which stays, is found before."""


def migrate(settings: Settings, revision: str, faults: Faults = no_faults) -> str:
    """Bring the schema to that revision; what was done, in one sentence. Raises StoreError."""
    if revision == "base":
        raise StoreError("Schema 'base' has no tables, so every job would be lost; use reset for that.")
    make_private(settings)
    database = Database.from_settings(settings)
    try:
        before = database.read_now(migrations.revision_of)
        migrations.migrate(database, revision, faults)
        after = database.read_now(migrations.revision_of)
    finally:
        database.close()
    return f"The job database {database.where} has schema {after}; it had {before or 'none'}."


def reset(settings: Settings, faults: Faults = no_faults) -> str:
    """Start with an empty database; what was done, in one sentence. Raises StoreError while a server uses it.

    A SQLite file is kept beside the new one, a damaged one too; the tables of a PostgreSQL database are dropped.
    """
    make_private(settings)
    _check_unused(settings.data_dir / "servers")
    database = Database.from_settings(settings)
    try:
        if not database.is_sqlite:
            database.read_now(_check_no_leases)
            migrations.start_anew(database, faults)
            return f"The job database {database.where} is empty."
        kept = _set_aside(Path(database.where), faults)
        migrations.upgrade(database, faults)
    finally:
        database.close()
    return f"The job database {database.where} is empty." + (
        "" if kept is None else f" The old one is {kept}; delete it when you are sure."
    )


def _set_aside(path: Path, faults: Faults) -> Path | None:
    if not path.exists():
        return None
    _fold_log(path)
    kept = path.with_name(f"{path.name}.{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    for suffix in _FILES:
        part = path.with_name(path.name + suffix)
        if part.exists():
            faults("aside.before")
            part.rename(kept.with_name(kept.name + suffix))
            faults("aside.after")
    return kept


def _fold_log(path: Path) -> None:
    """Bring the log into the file, so that one rename moves everything: a log without its file is lost.

    A damaged file keeps its log as it is. Raises StoreError while another program uses the file.
    """
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.DatabaseError as exc:
        busy = "locked" in str(exc)
    if busy:
        raise StoreError(f"Another program uses the job database {path}; close it, then reset the database.")


def _check_unused(servers: Path) -> None:
    for lock in servers.glob("*.lock"):
        try:
            with FileLock(lock, timeout=0):
                pass
        except Timeout:
            raise StoreError(f"A server uses {servers.parent}; stop it, then reset the database.") from None


def _check_no_leases(connection: sa.Connection) -> None:
    if not sa.inspect(connection).has_table(jobs.name):
        return
    held = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.lease_until > clock(connection))
    count = connection.execute(held).scalar_one()
    if count:
        raise StoreError(f"{count} jobs of this database are running; stop the servers, then reset the database.")


def _agreed(where: str) -> bool:
    if not sys.stdin.isatty():
        return False
    sys.stderr.write(f"Every job in {where} will be gone. Type yes to go on: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() == "yes"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 if it succeeded."""
    parser = argparse.ArgumentParser(prog="python -m synthaix.jobs.migrations", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate").add_argument("revision", nargs="?", default="head")
    commands.add_parser("reset").add_argument("--yes", action="store_true", help="do not ask")
    given = parser.parse_args(arguments)
    try:
        settings = load_settings()
        if given.command == "migrate":
            done = migrate(settings, given.revision)
        elif given.yes or _agreed(Database.from_settings(settings).where):
            done = reset(settings)
        else:
            raise StoreError("Nothing was changed: every job would be gone, so say CONFIRM=yes or type yes.")
    except SynthaixError as exc:
        sys.stderr.write(f"synthaix: {exc}\n")
        return 1
    sys.stderr.write(f"{done}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
