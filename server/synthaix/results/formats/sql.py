"""SQL that loads in PostgreSQL and in SQLite: one CREATE TABLE, then INSERTs of many rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import polars as pl

from synthaix.schema.physical import DEFAULT_DECIMAL_SCALE, json_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from synthaix.schema.table import Column, TableSchema

TABLE_NAME = "dataset"

_STATEMENT_ROWS = 500
_STATEMENT_BYTES = 500_000
"""SQLite may be built to refuse statements of a million bytes; a statement is well below, one row allowing."""

_TYPES = {
    "string": "TEXT",
    "text": "TEXT",
    "integer": "BIGINT",
    "float": "DOUBLE PRECISION",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP WITH TIME ZONE",
    "time": "TIME",
    "uuid": "UUID",
    "json": "JSON",
}
_BARE = frozenset({"integer", "float", "decimal"})


class Sql:
    """Standard quoting: names in double quotes, strings in single quotes with quotes doubled, nothing escaped.

    PostgreSQL reads that with `standard_conforming_strings` on, its default. A NUL character, which no
    PostgreSQL text can hold, is written as U+FFFD. All statements form one transaction.
    """

    media_type = "application/sql"

    def write(self, frames: Iterator[pl.DataFrame], table: TableSchema, stream: BinaryIO) -> None:
        """Write the table's definition, then its rows."""
        columns = ",\n".join(f'  "{column.name}" {_type(column)}' for column in table.columns)
        stream.write(f'BEGIN;\nCREATE TABLE "{TABLE_NAME}" (\n{columns}\n);\n'.encode())
        names = ", ".join(f'"{name}"' for name in table.names)
        head = f'INSERT INTO "{TABLE_NAME}" ({names}) VALUES\n'.encode()
        for frame in frames:
            for statement in _statements(_tuples(frame, table)):
                stream.write(head + statement + b";\n")
        stream.write(b"COMMIT;\n")


def _type(column: Column) -> str:
    if column.type == "decimal":
        return f"NUMERIC(38, {DEFAULT_DECIMAL_SCALE if column.decimals is None else column.decimals})"
    return _TYPES[column.type]


def _tuples(frame: pl.DataFrame, table: TableSchema) -> pl.Series:
    """Each row as `(literal, literal, …)`."""
    literals = [_literal(column) for column in table.columns]
    return json_frame(frame).select(pl.format("({})", pl.concat_str(literals, separator=", ")).alias("row"))["row"]


def _literal(column: Column) -> pl.Expr:
    cell = pl.col(column.name)
    if column.type in _BARE:
        text = cell.cast(pl.String)
    elif column.type == "boolean":
        text = pl.when(cell).then(pl.lit("TRUE")).when(~cell).then(pl.lit("FALSE"))
    else:
        quoted = cell.str.replace_all("'", "''", literal=True).str.replace_all("\x00", "\ufffd", literal=True)
        text = pl.format("'{}'", quoted)
    return text.fill_null("NULL").alias(column.name)


def _statements(tuples: pl.Series) -> Iterator[bytes]:
    """The tuples joined by commas, so many at a time as a statement may have."""
    if not len(tuples):
        return
    sizes = tuples.str.len_bytes() + 2
    start, used = 0, 0
    for row, size in enumerate(sizes):
        if row > start and (row - start >= _STATEMENT_ROWS or used + size > _STATEMENT_BYTES):
            yield ",\n".join(tuples[start:row]).encode()
            start, used = row, 0
        used += size
    yield ",\n".join(tuples[start:]).encode()
