"""What readers get of a job: pages, files, whole results, reports, duplicates."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import sqlalchemy as sa

from synthaix.errors import ArgumentError, ConflictError
from synthaix.jobs.draft import whole
from synthaix.jobs.faults import Faults, no_faults
from synthaix.jobs.outcomes import RowsPage
from synthaix.jobs.preparation import referred_job, table_of
from synthaix.jobs.spec import references_of
from synthaix.jobs.tables import duplicates, exports
from synthaix.results.cursor import decode_cursor, encode_cursor
from synthaix.results.export import Exported, draft_of, export_frames, render
from synthaix.results.page import MAX_LIMIT, read_page
from synthaix.results.paths import directory_of, resolve_export_path
from synthaix.results.report import quality

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import polars as pl

    from synthaix.generate.plan import ColumnPlan
    from synthaix.jobs.job import JobRecord
    from synthaix.jobs.marks import Marks
    from synthaix.jobs.store import JobStore
    from synthaix.precedence import Precedence
    from synthaix.schema.table import TableSchema
    from synthaix.settings import Settings

EXPORTERS = 2
"""Exports at once; each holds a few batches of rows, and together they must leave the pages their turn."""

ROWS_A_LOOK = 65_536
"""Rows read from the database at once for an export: a look has a fixed cost, and memory is bounded."""

FORMATS = ("csv", "jsonl", "parquet", "sql")

DUPLICATES_BYTES = 24_000
"""Bytes of duplicates in a page, as of rows: a host reads no more than 32 kB at once."""


class JobChunks:
    """The accepted rows of a job, decoded chunk by chunk when they are asked for."""

    def __init__(self, store: JobStore, record: JobRecord) -> None:
        self._store = store
        self._job_id = record.job_id
        self.total = record.rows_generated
        # Every chunk but the last is full, so no look-up is needed to find a row's chunk.
        self.first_rows = range(0, max(record.rows_generated, 1), record.chunk_size)

    def frame(self, index: int) -> pl.DataFrame:
        """The rows of one chunk, cut to those this reader was told of."""
        return self._store.frame(self._job_id, index).head(self.total - self.first_rows[index])

    def frames(self) -> Iterator[pl.DataFrame]:
        """Every chunk in order; several small ones come with one look into the database."""
        count = len(self.first_rows) if self.total else 0
        several = max(1, ROWS_A_LOOK // self.first_rows.step)
        for start in range(0, count, several):
            stop = min(start + several, count)
            *full, last = self._store.frames(self._job_id, start, stop)
            yield from full
            yield last.head(self.total - self.first_rows[stop - 1])


class Reading:
    """Reads jobs for callers. Whole results are read in threads that stand still while another call is answered."""

    def __init__(
        self, settings: Settings, store: JobStore, marks: Marks, precedence: Precedence, faults: Faults = no_faults
    ) -> None:
        self._settings = settings
        self._store = store
        self._marks = marks
        self._precedence = precedence
        self._faults = faults
        self._readers = anyio.CapacityLimiter(4)
        self._exporters = anyio.CapacityLimiter(EXPORTERS)

    async def check_references(self, columns: tuple[ColumnPlan, ...], owner: str | None) -> None:
        """Raise NotFoundError or ConflictError unless every job the plan refers to can be drawn from."""
        for name, reference in references_of(columns).items():
            await anyio.to_thread.run_sync(
                referred_job, self._store, name, reference, owner or "", limiter=self._readers
            )

    async def rows(
        self, record: JobRecord, cursor: str | None, limit: int, columns: Sequence[str] | None, max_bytes: int
    ) -> RowsPage:
        """A page of accepted rows; the cursor goes on after the last row given, while the job runs too."""
        start = 0 if cursor is None else decode_cursor(record.job_id, cursor)
        limit = whole("limit", limit, 1, MAX_LIMIT)
        table = table_of(record)
        _check_columns(columns, table)
        json_columns = frozenset(column.name for column in table.columns if column.type == "json")
        page = await anyio.to_thread.run_sync(
            lambda: read_page(JobChunks(self._store, record), start, limit, columns, max_bytes, json_columns),
            limiter=self._readers,
        )
        last = record.ended and page.next_row >= record.rows_generated
        following = None if last else encode_cursor(record.job_id, page.next_row)
        return RowsPage(page.rows, record.rows_generated, following, page.truncated)

    async def export(self, record: JobRecord, format: str, path: str | None) -> Exported:
        """The accepted rows in a file under the owner's export directory, recorded with its checksum."""
        _check_format(format)
        directory = directory_of(self._settings, record.owner)
        target = resolve_export_path(directory, path, f"{record.job_id}.{format}")
        exported = await anyio.to_thread.run_sync(self._write, record, format, target, limiter=self._exporters)
        values = {
            "job_id": record.job_id,
            "format": format,
            "path": str(exported.path),
            "rows": exported.rows,
            "bytes": exported.bytes,
            "sha256": exported.sha256,
            "created_at": datetime.now(UTC),
        }
        self._faults("record.before")
        await self._store.database.write(lambda connection: connection.execute(sa.insert(exports).values(**values)))
        self._faults("record.after")
        return exported

    def _write(self, record: JobRecord, format: str, target: Path) -> Exported:
        draft = draft_of(target)
        mark = self._marks.set("draft", secrets.token_hex(16), str(draft.absolute()))
        try:
            self._faults("export.before")
            exported = export_frames(self._frames(record), table_of(record), format, target, draft, self._written)
            self._faults("rename.after")
            return exported
        finally:
            if mark is not None:
                mark.clear()

    def _frames(self, record: JobRecord) -> Iterator[pl.DataFrame]:
        return self._precedence.in_turn(JobChunks(self._store, record).frames())

    def _written(self) -> None:
        self._faults("export.after")
        self._faults("rename.before")

    async def whole(self, record: JobRecord, format: str) -> bytes:
        """The result as one piece. Raises LimitError past SYNTHAIX_LIMIT_BYTES, ConflictError before the job's end."""
        _check_format(format)
        if not record.ended:
            raise ConflictError(
                f"Job {record.job_id} is {record.status}; wait for its end with job_status, or page with get_rows."
            )
        return await anyio.to_thread.run_sync(
            lambda: render(self._frames(record), table_of(record), format, self._settings.limit_bytes),
            limiter=self._exporters,
        )

    async def report(self, record: JobRecord) -> dict[str, Any]:
        """What the rows accepted so far are like, and what was removed on the way."""
        examined, columns = await anyio.to_thread.run_sync(
            lambda: quality(self._frames(record), table_of(record)), limiter=self._exporters
        )
        spec = json.loads(record.spec)
        return {
            "job_id": record.job_id,
            "status": record.status,
            "total_rows": record.total_rows,
            "rows_generated": record.rows_generated,
            "rows_deduplicated": record.rows_deduplicated,
            "deduplication_threshold": spec["threshold"] if spec.get("deduplicate", True) else None,
            "rows_examined": examined,
            "columns": columns,
        }

    async def duplicates(
        self, record: JobRecord, cursor: str | None, limit: int
    ) -> tuple[list[dict[str, Any]], str | None]:
        """A page of what a deduplication removed, in input order, and the next page's cursor."""
        if record.kind != "deduplication":
            raise ConflictError(
                f"Job {record.job_id} is a generation, which only counts its duplicates; "
                "list those of a deduplicate result."
            )
        start = 0 if cursor is None else decode_cursor(record.job_id, cursor, "duplicates")
        limit = whole("limit", limit, 1, MAX_LIMIT)
        query = (
            sa.select(duplicates)
            .where(duplicates.c.job_id == record.job_id, duplicates.c.ordinal >= start)
            .order_by(duplicates.c.ordinal)
            .limit(limit + 1)
        )
        rows = await self._store.database.read(lambda connection: connection.execute(query).all())
        found = _within(DUPLICATES_BYTES, [_duplicate(row) for row in rows[:limit]])
        more = len(rows) > len(found)
        return found, encode_cursor(record.job_id, start + len(found), "duplicates") if more else None


def _within(limit: int, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many of the items as fit into `limit` bytes of JSON, and at least one."""
    size = 0
    for count, item in enumerate(items):
        size += len(json.dumps(item)) + 1
        if size > limit and count:
            return items[:count]
    return items


def _duplicate(row: sa.Row[Any]) -> dict[str, Any]:
    found = {
        "index": row.row_index,
        "duplicate_of": row.duplicate_of,
        "similarity": row.similarity,
        "columns": json.loads(row.columns),
    }
    return found if row.against_job_id is None else {**found, "against_job_id": row.against_job_id}


def _check_columns(columns: Sequence[str] | None, table: TableSchema) -> None:
    for name in columns or ():
        if name not in table.names:
            raise ArgumentError(
                f"columns names {str(name)[:80]!r}, which does not exist; use {', '.join(table.names)}."
            )


def _check_format(format: str) -> None:
    if format not in FORMATS:
        raise ArgumentError(f"format is {str(format)[:40]!r}; send one of {', '.join(FORMATS)}.")
