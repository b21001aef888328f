"""The job database: one writer thread with group commit, readers beside it, on SQLite or PostgreSQL.

SQLite runs in WAL mode with synchronous=FULL: what a write has returned from survives the process and the
machine. Writers of other processes are waited for (`BEGIN IMMEDIATE` and a busy timeout).
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import anyio.to_thread
import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError as UrlError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from synthaix.errors import SettingsError, StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from synthaix.settings import Settings

T = TypeVar("T")
Work = Callable[[sa.Connection], T]
Many = Callable[[sa.Connection, Sequence[Any]], None]
"""Writes items of one kind, those that share a transaction together."""

Waiting = Callable[[str | None], None]
"""Is told what is waited for, and None once it is there."""

_LOCKED_SECONDS = 0.01  # between two attempts to change the mode of a new file, which takes another server a moment
BUSY_SECONDS = 20.0
"""How long a write waits for another process's write; a commit takes milliseconds, a slow disk's fsync a second."""

STALL_SECONDS = 20.0
"""How long PostgreSQL lets a server that does nothing keep a transaction open: others wait for the rows it holds."""

READERS = 4
"""Reads at once; a page takes a millisecond, so more would only queue on the interpreter's lock."""

WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between attempts of what a running job cannot do without; after half a minute the job stops, resumable."""

GROUP = 64
"""Writes that may share one commit, so that many jobs pay for one fsync."""


@dataclass(slots=True, eq=False)
class _Write:
    future: asyncio.Future[Any]
    work: Work[Any] | None = None
    many: Many | None = None  # writes `item`, where there is no work
    item: Any = None


class Database:
    """Reads and writes of one job database; both are awaited, and errors arrive as StoreError."""

    def __init__(self, url: sa.URL, *, readers: int = READERS) -> None:
        self.url = url
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.where = str(url.database) if self.is_sqlite else f"{url.host or 'localhost'}/{url.database}"
        self._writer_engine = _engine(url, writer=True, size=1)
        self._reader_engine = _engine(url, writer=False, size=readers)
        self._readers = anyio.CapacityLimiter(readers)
        self._queue: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False

    @classmethod
    def from_settings(cls, settings: Settings) -> Database:
        """The database the settings name, not yet touched. Raises SettingsError for an unusable DATABASE_URL."""
        if settings.database_url is None:
            return cls(sqlite_url(settings.data_dir / "synthaix.db"))
        return cls(server_url(settings.database_url.get_secret_value()))

    async def read(self, work: Work[T]) -> T:
        """The work's result, in a reader thread."""
        return await anyio.to_thread.run_sync(self.read_now, work, limiter=self._readers)

    def read_now(self, work: Work[T]) -> T:
        """As `read`, in this thread."""
        try:
            with self._reader_engine.connect() as connection:
                return work(connection)
        except SQLAlchemyError as exc:
            raise store_error(exc, self.where) from exc

    async def write(self, work: Work[T]) -> T:
        """The work's result once its transaction is durable.

        Several works may share one commit. An exception undoes only its own work: the others are run again
        without it, so a work may be called more than once and must leave nothing behind outside the database.
        If the caller is cancelled, the work is done completely or not at all.
        """
        write = _Write(asyncio.get_running_loop().create_future(), work=work)
        self._hand_in(write)
        result: T = await write.future
        return result

    async def write_one(self, many: Many, item: Any) -> None:
        """As `write`, for one item of many: those that share a commit are handed to `many` together, in order.

        Where that raises they are tried in ever smaller groups, so that none is lost to another's fault.
        """
        write = _Write(asyncio.get_running_loop().create_future(), many=many, item=item)
        self._hand_in(write)
        await write.future

    def write_now(self, work: Work[T]) -> T:
        """One transaction in this thread; for start-up, before the writer thread runs."""
        try:
            with self._writer_engine.begin() as connection:
                return work(connection)
        except SQLAlchemyError as exc:
            raise store_error(exc, self.where) from exc

    def close(self) -> None:
        """Finish the writes that were handed in, then close every connection."""
        self._closed = True
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None
        self._reader_engine.dispose()
        self._writer_engine.dispose()

    def _hand_in(self, write: _Write) -> None:
        if self._closed:
            raise StoreError(f"The job database {self.where} is closed; start the server again.")
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="synthaix-writer", daemon=True)
            self._thread.start()
        self._queue.put(write)

    def _run(self) -> None:
        while (write := self._queue.get()) is not None:
            group = [write]
            while len(group) < GROUP:
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    self._queue.put(None)
                    break
                group.append(following)
            self._commit([write for write in group if not write.future.cancelled()])

    def _commit(self, group: list[_Write]) -> BaseException | None:
        """Everything in one transaction. A work that fails is left to a transaction of its own, as are those after.

        What kept a transaction from being begun at all is told to everyone, and given back.
        """
        results: list[Any] = []
        begun = 0
        try:
            with self._writer_engine.begin() as connection:
                for many, part in groupby(group, lambda write: write.many):
                    alike = list(part)
                    if many is not None:
                        begun += len(alike)
                        many(connection, [write.item for write in alike])
                        results += [None] * len(alike)
                        continue
                    for write in alike:
                        begun += 1
                        assert write.work is not None
                        results.append(write.work(connection))
        except BaseException as exc:
            done = len(results)
            if len(group) > 1 and done < begun:
                half = (done + begun + 1) // 2
                return self._apart([group[:done], group[done:half], group[half:begun], group[begun:]])
            error = self._told(exc)
            _deliver(group, [(None, error)] * len(group))
            return None if begun else error
        _deliver(group, [(result, None) for result in results])
        return None

    def _apart(self, parts: list[list[_Write]]) -> BaseException | None:
        unreachable: BaseException | None = None
        for part in parts:
            if unreachable is not None:  # it was waited for once; every other part would wait as long again
                _deliver(part, [(None, unreachable)] * len(part))
            elif part:
                unreachable = self._commit(part)
        return unreachable

    def _told(self, exc: BaseException) -> BaseException:
        if not isinstance(exc, SQLAlchemyError):
            return exc
        error = store_error(exc, self.where)
        error.__cause__ = exc
        return error


def _deliver(group: list[_Write], outcomes: list[tuple[Any, BaseException | None]]) -> None:
    """Wake whoever waits, with one call for each event loop: waking it costs as much as a small write."""
    told = [(write.future, *outcome) for write, outcome in zip(group, outcomes, strict=True)]
    for loop in {future.get_loop() for future, _, _ in told}:
        # A loop that is closed has nobody left who waits.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, [one for one in told if one[0].get_loop() is loop])


def _settle(told: list[tuple[asyncio.Future[Any], Any, BaseException | None]]) -> None:
    for future, result, error in told:
        if future.done():
            continue  # whoever waited was cancelled
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)


def untold(message: str | None) -> None:
    """Nobody is told."""


async def patiently(attempt: Callable[[], Awaitable[T]], waiting: Waiting = untold) -> T:
    """The attempt's result, tried again with growing waits while the database is locked, full or away.

    Raises the last StoreError.
    """
    waits = iter(WAITS)
    waited = False
    while True:
        try:
            result = await attempt()
        except StoreError as exc:
            wait = next(waits, None)
            if wait is None:
                raise
            waited = True
            waiting(f"Waiting {wait:g} s: {exc}")
            await anyio.sleep(wait)
        else:
            if waited:
                waiting(None)
            return result


def sqlite_url(path: Path) -> sa.URL:
    """The URL of a database file."""
    return sa.URL.create("sqlite+pysqlite", database=str(path))


def server_url(text: str) -> sa.URL:
    """The URL of a database server, with the driver this project ships. Raises SettingsError, without the secret."""
    try:
        url = sa.make_url(text)
    except UrlError:
        raise SettingsError(
            "DATABASE_URL is not a database URL; send postgresql://user:password@host/name, or leave it unset."
        ) from None
    backend = url.get_backend_name()
    if backend == "sqlite" and url.database:
        return url.set(drivername="sqlite+pysqlite")
    if backend in {"postgresql", "postgres"} and url.database:
        return url.set(drivername="postgresql+psycopg")
    raise SettingsError(
        f"DATABASE_URL names the database {backend!r}; send postgresql://user:password@host/name, or leave it unset."
    )


def clock(connection: sa.Connection) -> sa.ColumnElement[float]:
    """Seconds since 1970 by the database's own clock, so that servers on several hosts agree on it."""
    if connection.dialect.name == "sqlite":
        return (sa.func.julianday("now") - 2440587.5) * 86400.0
    return sa.cast(sa.extract("epoch", sa.func.clock_timestamp()), sa.Double)


def insert_or_ignore(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> int:
    """Insert the rows whose key is not there yet; how many were."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        return connection.execute(sqlite_insert(table).on_conflict_do_nothing(), rows).rowcount
    from sqlalchemy.dialects.postgresql import insert as postgresql_insert

    return connection.execute(postgresql_insert(table).on_conflict_do_nothing(), rows).rowcount


def store_error(exc: BaseException, where: str) -> StoreError:
    """What the database's failure means to a person, with the remedy."""
    text = str(getattr(exc, "orig", None) or exc).casefold()
    for sign, sentence in _SIGNS:
        if sign in text:
            return StoreError(sentence.format(where=where))
    if isinstance(exc, DBAPIError) and exc.connection_invalidated:
        return StoreError(f"The job database {where} closed the connection; the server tries again by itself.")
    return StoreError(f"The job database {where} failed ({type(exc).__name__}); run synthaix doctor.")


_SIGNS = (
    ("locked", "The job database {where} is locked by another program; close that program, then try again."),
    ("disk is full", "The disk that holds the job database {where} is full; free space, then call resume_job."),
    ("no space left", "The disk that holds the job database {where} is full; free space, then call resume_job."),
    ("readonly", "The job database {where} is read-only; make it and its directory writable."),
    ("unable to open", "The job database {where} cannot be opened; make its directory writable."),
    ("malformed", "The job database {where} is damaged; restore it from a backup, or set SYNTHAIX_DATA_DIR anew."),
    ("not a database", "The file {where} is not a job database; move it away, or set SYNTHAIX_DATA_DIR anew."),
    ("disk i/o", "The disk that holds the job database {where} failed to read or write; check the disk."),
    ("password authentication", "The job database {where} refused the password; correct DATABASE_URL."),
    ("does not exist", "The job database {where} lacks a table, role or database; correct DATABASE_URL or create it."),
    ("connection", "The job database {where} cannot be reached; start it, or correct DATABASE_URL."),
)


def _engine(url: sa.URL, *, writer: bool, size: int) -> sa.Engine:
    if url.get_backend_name() != "sqlite":
        # Readers see committed rows at once; a stale connection is replaced before it is used.
        remote = sa.create_engine(url, pool_size=size, max_overflow=0, pool_pre_ping=True)
        if writer:

            @sa.event.listens_for(remote, "connect")
            def _on_remote(connection: Any, _record: Any) -> None:
                with connection.cursor() as cursor:
                    cursor.execute(f"SET idle_in_transaction_session_timeout = {round(1000 * STALL_SECONDS)}")
                connection.commit()

        return remote
    engine = sa.create_engine(
        url, pool_size=size, max_overflow=0, connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS}
    )

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not guessed by the driver
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        if not writer:
            connection.execute("PRAGMA query_only=ON")

    if writer:

        @sa.event.listens_for(engine, "begin")
        def _on_begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """WAL mode, once no other server writes to the same new file: SQLite does not wait for a writer to change it."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as exc:
            if "locked" not in str(exc) or time.monotonic() > deadline:
                raise
            time.sleep(_LOCKED_SECONDS)
        else:
            return
