"""What `synthaix doctor` looks at: directories, database, vector store, providers."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio.to_thread

from synthaix.errors import SynthaixError
from synthaix.jobs.outcomes import Check
from synthaix.providers.faults import without_password

if TYPE_CHECKING:
    from pathlib import Path

    from synthaix.jobs.engine import Engine
    from synthaix.settings import Settings

_LEAST_FREE = 500_000_000
"""Bytes: a million rows with their exports take a few hundred megabytes."""


_REACH_SECONDS = 5.0
"""How long a server may take to accept a connection."""


async def examine(engine: Engine) -> list[Check]:
    """One check a line; none of them raises."""
    settings = engine.settings
    checks = [
        await anyio.to_thread.run_sync(_writable, "data directory", settings.data_dir, "SYNTHAIX_DATA_DIR"),
        await anyio.to_thread.run_sync(_writable, "export directory", settings.exports, "SYNTHAIX_EXPORT_DIR"),
        await anyio.to_thread.run_sync(_space, settings.data_dir),
        await _database(engine),
        await anyio.to_thread.run_sync(_vectors, settings),
        await anyio.to_thread.run_sync(_embedding, settings),
        *await anyio.to_thread.run_sync(_providers, settings),
    ]
    return checks


def _writable(name: str, path: Path, variable: str) -> Check:
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as exc:
        return Check(name, False, f"{path}: {exc.strerror or exc}", f"Make it writable, or set {variable} to another.")
    return Check(name, True, str(path))


def _space(path: Path) -> Check:
    try:
        free = shutil.disk_usage(path).free
    except OSError as exc:
        return Check("disk space", False, f"{path}: {exc.strerror or exc}", "Create the data directory.")
    detail = f"{free / 1e9:.1f} GB free"
    return Check("disk space", free >= _LEAST_FREE, detail, "" if free >= _LEAST_FREE else "Free at least 0.5 GB.")


async def _database(engine: Engine) -> Check:
    kind = "PostgreSQL" if engine.settings.database_url is not None else "SQLite"
    try:
        totals = await engine.totals()
    except SynthaixError as exc:
        return Check("database", False, str(exc), "Mend that, then run synthaix doctor again.")
    return Check("database", True, f"{kind}, {sum(totals.jobs.values())} jobs, {totals.rows_generated:,} rows")


def _vectors(settings: Settings) -> Check:
    if importlib.util.find_spec("chromadb") is None:
        return Check("vector store", False, "chromadb is not installed", "Install synthaix again.")
    if settings.chromadb_url is not None:
        return _reached("vector store", "ChromaDB server", settings.chromadb_url, "CHROMADB_URL")
    return _writable("vector store", settings.vectors, "CHROMADB_PATH")


def _reached(name: str, what: str, url: str, variable: str) -> Check:
    """Whether somebody accepts connections there; nothing is sent, so no key is needed and nothing is paid."""
    parts, shown = urlsplit(url), without_password(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        with socket.create_connection((parts.hostname or "", port), timeout=_REACH_SECONDS):
            return Check(name, True, f"{what} at {shown}")
    except (OSError, UnicodeError) as exc:
        reason = getattr(exc, "strerror", None) or str(exc)
        return Check(name, False, f"{what} at {shown}: {reason}", f"Start it, or correct {variable}.")


def _embedding(settings: Settings) -> Check:
    """The embedding, really asked for a vector where it is not the built-in one."""
    from synthaix.dedup.catalog import embedding_of

    remedy = "Mend that, or leave EMBEDDING_MODEL empty for the built-in embedding."
    try:
        embedding = embedding_of(settings, settings.embedding_model)
        try:
            detail = f"{embedding.name}, {embedding.dimensions} dimensions"
        finally:
            embedding.close()
    except SynthaixError as exc:
        return Check("embedding", False, str(exc), remedy)
    return Check("embedding", True, detail if settings.embedding_model else f"built-in, {detail}")


def _providers(settings: Settings) -> list[Check]:
    from synthaix.providers.catalog import check_provider, default_model, default_provider

    default = default_provider(settings)
    checks = [Check("default provider", True, f"{default} {default_model(settings, default) or ''}".strip())]
    for name in ("openai", "anthropic"):
        try:
            check_provider(settings, name)
        except SynthaixError as exc:
            # Only a fault if jobs would use it; without any provider everything works locally.
            checks.append(Check(name, name != default, f"not configured: {exc}", "" if name != default else str(exc)))
        else:
            found = _configured(name, settings)
            used = name in (default, settings.fallback_llm_provider)
            checks.append(found if used else replace(found, ok=True))
    if settings.fallback_llm_provider is not None:
        checks.append(_fallback(settings, default))
    return checks


def _configured(name: str, settings: Settings) -> Check:
    url = settings.openai_base_url if name == "openai" else settings.anthropic_base_url
    if url is None:
        return Check(name, True, "configured")
    return _reached(name, "configured, server", url, f"{name.upper()}_BASE_URL")


def _fallback(settings: Settings, default: str) -> Check:
    from synthaix.providers.catalog import default_model, fallback_for

    try:
        stand_in = fallback_for(settings, default, default_model(settings, default))
    except SynthaixError as exc:
        return Check("fallback provider", False, str(exc), str(exc))
    return Check("fallback provider", True, " ".join(stand_in) if stand_in else f"none for {default}")
