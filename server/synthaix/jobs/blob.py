"""A chunk's rows as bytes: an Arrow IPC stream, compressed with zstd, and the candidates they came from.

The stream form is used because the file form costs four times as much to write and ten times as much to
read at a thousand rows (measured: 0.13 / 0.07 ms against 0.46 / 0.74 ms).
"""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.errors import StoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def encode_frame(frame: pl.DataFrame) -> bytes:
    """The frame as a compressed Arrow IPC stream; column types survive exactly."""
    buffer = io.BytesIO()
    frame.write_ipc_stream(buffer, compression="zstd")
    return buffer.getvalue()


def decode_frame(data: bytes) -> pl.DataFrame:
    """The frame that was encoded. Raises StoreError for bytes that are no such stream."""
    try:
        return pl.read_ipc_stream(io.BytesIO(data)).rechunk()
    except Exception as exc:
        raise StoreError(
            "A chunk of rows in the database is damaged; restore the database from a backup, or run the job again."
        ) from exc


def encode_positions(positions: NDArray[np.int64]) -> bytes:
    """Strictly increasing candidate positions as compressed differences; a dense run takes a few bytes."""
    steps = np.empty(len(positions), dtype="<i8")
    steps[:1] = positions[:1]
    np.subtract(positions[1:], positions[:-1], out=steps[1:])
    return pack(steps.tobytes())


def pack(data: bytes) -> bytes:
    """The bytes compressed for `zlib.decompress`.

    A small window: setting up the usual quarter of a megabyte takes longer than compressing a thousand bytes.
    """
    packer = zlib.compressobj(1, zlib.DEFLATED, wbits=12, memLevel=5)
    return packer.compress(data) + packer.flush()


def decode_positions(data: bytes) -> NDArray[np.int64]:
    """The positions that were encoded."""
    steps = np.frombuffer(zlib.decompress(data), dtype="<i8")
    return np.cumsum(steps, dtype=np.int64)
