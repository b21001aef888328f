"""Strings made of byte matrices: the fastest way from numpy to polars for text of known width."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

DIGITS = np.frombuffer(b"0123456789", dtype=np.uint8)
HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)


def to_strings(matrix: Bytes, name: str = "") -> pl.Series:
    """One string for each row of an ASCII (or valid UTF-8) matrix."""
    rows, width = matrix.shape
    if rows == 0 or width == 0:
        return pl.Series(name, [""] * rows, dtype=pl.String)
    flat = pl.Series(name, np.ascontiguousarray(matrix).reshape(-1))
    return flat.reshape((rows, width)).cast(pl.List(pl.UInt8)).cast(pl.Binary).cast(pl.String)


def digits(numbers: NDArray[np.int64], width: int) -> Bytes:
    """Numbers in [0, 10^width) as zero-padded decimal digits, one column for each place."""
    out = np.empty((len(numbers), width), dtype=np.uint8)
    rest = numbers
    for place in range(width - 1, -1, -1):
        higher = rest // 10
        out[:, place] = (rest - higher * 10).astype(np.uint8) + ord("0")
        rest = higher
    return out


def literal(text: str, rows: int) -> Bytes:
    """The same bytes in every row."""
    raw = np.frombuffer(text.encode(), dtype=np.uint8)
    return np.broadcast_to(raw, (rows, len(raw)))
