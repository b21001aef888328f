"""The contract of an export format."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from synthaix.schema.table import TableSchema


class ResultFormat(Protocol):
    """One file format. Stateless: an instance serves any number of exports at once."""

    media_type: str

    def write(self, frames: Iterator[pl.DataFrame], table: TableSchema, stream: BinaryIO) -> None:
        """Write the frames (physical types, schema order) to `stream` one after the other, holding few in memory.

        `frames` is read in the calling thread, and an error it raises comes through. Without a frame
        the file is that of an empty table.
        """
