"""Bringing a job database to the schema this code was written for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from synthaix.errors import StoreError
from synthaix.jobs.faults import Faults, no_faults

if TYPE_CHECKING:
    from alembic.config import Config

    from synthaix.jobs.database import Database

HEAD = "0002"
"""The newest revision under `versions`; kept here so that a database that is up to date costs no import of Alembic."""

_LOCK = 0x53594E58
"""The key of the advisory lock on PostgreSQL ("SYNX"); on SQLite the write transaction is the lock."""


def upgrade(database: Database, faults: Faults = no_faults) -> None:
    """Create or bring up to date. Raises StoreError for a database that newer code has written.

    Everything runs in one transaction, which a second server starting at the same moment waits for.
    """
    if database.read_now(revision_of) != HEAD:
        migrate(database, "head", faults)


def migrate(database: Database, revision: str, faults: Faults = no_faults) -> None:
    """Bring the database to that revision, up or down, in one transaction. Raises StoreError."""
    down = _is_older(revision, database.read_now(revision_of))
    faults("downgrade.before" if down else "upgrade.before")
    database.write_now(lambda connection: _migrate(connection, database.where, revision))
    faults("downgrade.after" if down else "upgrade.after")


def start_anew(database: Database, faults: Faults = no_faults) -> None:
    """Drop every table with what is in it, and create them again, in one transaction. Raises StoreError."""

    def work(connection: sa.Connection) -> None:
        _migrate(connection, database.where, "base")
        _migrate(connection, database.where, "head")

    faults("reset.before")
    database.write_now(work)
    faults("reset.after")


def revision_of(connection: sa.Connection) -> str | None:
    """The revision the database stands at; None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return found


def config_for(connection: sa.Connection) -> Config:
    """An Alembic configuration bound to the connection, with no file behind it."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _migrate(connection: sa.Connection, where: str, revision: str) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = config_for(connection)
    present = revision_of(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if present is not None and present not in known:
        raise StoreError(
            f"The job database {where} was written by a newer SynthAIx (schema {present}); "
            "upgrade SynthAIx, or set SYNTHAIX_DATA_DIR to another directory."
        )
    if revision != "head" and revision not in {*known, "base"}:
        raise StoreError(f"There is no schema {revision!r}; use one of {', '.join(sorted(known))}.")
    (command.downgrade if _is_older(revision, present) else command.upgrade)(config, revision)


def _is_older(revision: str, present: str | None) -> bool:
    return revision == "base" or (revision != "head" and present is not None and revision < present)
