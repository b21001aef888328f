"""JSON Lines: one object a row, values as the tools show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import orjson

from synthaix.schema.physical import json_frame, json_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from synthaix.schema.table import TableSchema


class JsonLines:
    """Datetimes RFC 3339 with Z, decimals as strings, json columns as the values they stand for."""

    media_type = "application/jsonl"

    def write(self, frames: Iterator[pl.DataFrame], table: TableSchema, stream: BinaryIO) -> None:
        """Write one line a row, in UTF-8."""
        json_columns = frozenset(column.name for column in table.columns if column.type == "json")
        for frame in frames:
            if json_columns:
                rows = json_rows(frame, json_columns)
                stream.write(b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows))
            elif frame.height:
                json_frame(frame).write_ndjson(stream)
