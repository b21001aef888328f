"""Cursors: where the next page starts, sealed so that one from elsewhere is noticed.

A cursor is urlsafe base64 of: one byte version, five bytes row number (big-endian), six bytes of a
keyed BLAKE2b digest over version, scope, job id and row. It names a row and not a page, so it stays
valid while the job grows and whatever `limit` comes with it. The digest guards against mix-ups, not
against forgery: a cursor grants nothing that its job id does not.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from synthaix.errors import ArgumentError, BugError

_VERSION = b"\x01"
_ROW_BYTES = 5  # a trillion rows
_DIGEST_BYTES = 6
_KEY = b"synthaix cursor"


def encode_cursor(job_id: str, row: int, scope: str = "rows") -> str:
    """The cursor of the page that starts at `row` of the job; `scope` tells lists of one job apart."""
    if not 0 <= row < 256**_ROW_BYTES:
        raise BugError(f"row {row} does not fit a cursor")
    body = _VERSION + row.to_bytes(_ROW_BYTES, "big")
    return base64.urlsafe_b64encode(body + _digest(job_id, body, scope)).decode()


def decode_cursor(job_id: str, cursor: str, scope: str = "rows") -> int:
    """The row that the cursor names. Raises ArgumentError for one that was altered or belongs elsewhere."""
    try:
        data = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        data = b""
    body, digest = data[: 1 + _ROW_BYTES], data[1 + _ROW_BYTES :]
    if len(data) != 1 + _ROW_BYTES + _DIGEST_BYTES or digest != _digest(job_id, body, scope):
        raise ArgumentError(
            f"cursor {cursor[:60]!r} is not one of job {job_id}; "
            "send next_cursor of that job's page before, or leave it out to start at the first row."
        )
    return int.from_bytes(body[1:], "big")


def _digest(job_id: str, body: bytes, scope: str) -> bytes:
    return hashlib.blake2b(f"{scope}\0{job_id}\0".encode() + body, digest_size=_DIGEST_BYTES, key=_KEY).digest()
