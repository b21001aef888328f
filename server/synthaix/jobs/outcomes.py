"""What the engine answers with, where it is neither a job's status nor a schema."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synthaix.schema.translation import Translation


@dataclass(frozen=True, slots=True)
class Translated:
    """A translation and the first rows that its schema gives."""

    translation: Translation
    preview: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class RowsPage:
    """Rows as JSON values. `total`: rows accepted so far; `next_cursor`: None once an ended job was read."""

    rows: list[dict[str, Any]]
    total: int
    next_cursor: str | None
    truncated: bool


@dataclass(frozen=True, slots=True)
class DedupResult:
    """What a deduplication found. `unique_rows` and `duplicates` are the first ones; the job `result_id` has all.

    `renamed`: headers of the input that could not be column names, and what they are called instead. `omitted`: columns
    of the input that the caller's schema does not have.
    """

    result_id: str
    input_rows: int
    unique_count: int
    duplicate_count: int
    unique_rows: list[dict[str, Any]]
    duplicates: list[dict[str, Any]]
    threshold: float
    renamed: dict[str, str] = field(default_factory=dict)
    omitted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `synthaix doctor`; `remedy` says what to do where it is not ok."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over every job of the database."""

    jobs: dict[str, int] = field(default_factory=dict)
    rows_generated: int = 0
    rows_deduplicated: int = 0
