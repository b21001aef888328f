from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from synthaix.errors import StoreError
from synthaix.jobs.blob import decode_frame, decode_positions, encode_frame, encode_positions
from synthaix.schema.physical import dtypes_of
from tests.support.export_samples import ROWS, TABLE


def test_every_column_type_survives_exactly() -> None:
    frame = pl.DataFrame(ROWS, schema=dtypes_of(TABLE))

    again = decode_frame(encode_frame(frame))

    assert again.schema == frame.schema
    assert again.equals(frame)


def test_an_empty_frame_keeps_its_types() -> None:
    frame = pl.DataFrame(schema=dtypes_of(TABLE))

    assert decode_frame(encode_frame(frame)).schema == frame.schema


def test_a_slice_is_stored_without_the_rest_of_its_frame() -> None:
    frame = pl.DataFrame({"text": [f"value number {number}" for number in range(50_000)]})

    assert len(encode_frame(frame.slice(20_000, 10))) < 2_000


def test_damaged_bytes_are_a_store_error_with_a_remedy() -> None:
    with pytest.raises(StoreError, match="damaged; restore"):
        decode_frame(b"not arrow at all")


@pytest.mark.parametrize("positions", [[], [0], [5, 6, 7], [0, 3, 2**40]])
def test_positions_survive(positions: list[int]) -> None:
    array = np.array(positions, dtype=np.int64)

    assert decode_positions(encode_positions(array)).tolist() == positions


def test_a_dense_run_of_positions_takes_a_few_bytes() -> None:
    assert len(encode_positions(np.arange(10**6, 10**6 + 10_000))) < 600
