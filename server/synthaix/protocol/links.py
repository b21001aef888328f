"""Where a job's results can be had: resource URIs, and over HTTP a signed download address."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from mcp_types import ResourceLink

from synthaix.errors import ArgumentError

if TYPE_CHECKING:
    from pathlib import Path

DOWNLOAD_SECONDS = 3600
"""How long a download address works: longer than a slow download, shorter than a working day."""

_MOMENT = re.compile(r"[0-9]{1,12}")  # seconds since 1970; Python reads no integer of thousands of digits

MEDIA = {"csv": "text/csv", "jsonl": "application/x-ndjson", "parquet": "application/vnd.apache.parquet"}
"""Media types of the result resources, by format."""

FORMATS = tuple(MEDIA)


def resource_uris(job_id: str, completed: bool) -> dict[str, str]:
    """The resources of a job that exist now, by name."""
    base = f"synthaix://jobs/{job_id}"
    uris = {"status": base, "schema": f"{base}/schema", "rows": f"{base}/rows"}
    if completed:
        uris.update({name: f"{base}/results.{name}" for name in FORMATS})
        uris["report"] = f"{base}/report"
    return uris


def result_links(job_id: str) -> list[ResourceLink]:
    """The whole results of a completed job as links that a client can follow."""
    uris = resource_uris(job_id, completed=True)
    return [
        ResourceLink(
            type="resource_link",
            name=f"{job_id}.{name}",
            title=f"Results as {name}",
            uri=uris[name],
            mime_type=MEDIA[name],
        )
        for name, media_type in MEDIA.items()
    ]


@dataclass(frozen=True, slots=True)
class Links:
    """Download addresses of one server. `public_url` is None over stdio: the csv resource stands in."""

    key: bytes
    public_url: str | None = None

    def download(self, job_id: str, owner: str | None = None, format: str = "csv") -> str:
        """An address for a completed job's file; over HTTP it is absolute, signed and expires."""
        if self.public_url is None:
            return resource_uris(job_id, completed=True)["csv"]
        expires = int(time.time()) + DOWNLOAD_SECONDS
        query = {"format": format, "expires": expires, "signature": self._sign(job_id, format, expires, owner)}
        if owner is not None:
            query["owner"] = owner
        return f"{self.public_url.rstrip('/')}/jobs/{job_id}/download?{urlencode(query)}"

    def check(self, job_id: str, format: str, expires: str, signature: str, owner: str | None) -> None:
        """Raise ArgumentError unless the address is one that `download` made and has not expired."""
        if not _MOMENT.fullmatch(expires) or not hmac.compare_digest(
            signature.encode(), self._sign(job_id, format, int(expires), owner).encode()
        ):
            raise ArgumentError("The download address was altered; ask job_status for a new one.")
        if int(expires) < time.time():
            raise ArgumentError("The download address has expired; ask job_status for a new one.")

    def _sign(self, job_id: str, format: str, expires: int, owner: str | None) -> str:
        # JSON-like framing with lengths: no two different tuples give the same message.
        parts = (job_id, format, str(expires), "" if owner is None else "=" + owner)
        message = "".join(f"{len(part)}:{part}" for part in parts)
        return hmac.new(self.key, message.encode(), hashlib.sha256).hexdigest()


def signing_key(directory: Path) -> bytes:
    """The secret of this data directory, made on first use and readable by its owner only."""
    path = directory / "download.key"
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        draft = directory / f"download.key.{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        # A link is atomic and never replaces: of two servers starting at once, one key wins for both.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_bytes()
