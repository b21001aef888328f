"""What a caller asks of a job: one frozen value instead of seventeen arguments."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from synthaix.errors import ArgumentError
from synthaix.generate.plan import Mode
from synthaix.schema.generator import Generator, Pool, Reference
from synthaix.schema.table import TableSchema

if TYPE_CHECKING:
    from synthaix.generate.plan import ColumnPlan


class Budget(BaseModel):
    """The most a job may consume of models; a limit that is None does not bind."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    usd: float | None = Field(default=None, gt=0)
    tokens: int | None = Field(default=None, gt=0)
    requests: int | None = Field(default=None, gt=0)


def parse_budget(value: Any) -> Budget | None:
    """A budget from JSON data; None stays None. Raises ArgumentError naming the limit that is wrong."""
    if value is None or isinstance(value, Budget):
        return value
    if not isinstance(value, dict):
        raise ArgumentError(f"budget is {str(value)[:80]!r}; send an object with usd, tokens or requests.")
    try:
        return Budget.model_validate(value)
    except ValidationError as exc:
        error = exc.errors(include_url=False)[0]
        name = str(error["loc"][0])
        if error["type"] == "extra_forbidden":
            raise ArgumentError(f"budget.{name[:80]} is unknown; use usd, tokens or requests.") from None
        shown = str(error.get("input"))[:80]
        raise ArgumentError(f"budget.{name} is {shown!r}; send a number greater than 0, or leave it out.") from None


def read_budget(text: str | None) -> Budget:
    """A budget as a job's record keeps it; None binds nothing."""
    return Budget() if text is None else Budget.model_validate_json(text)


class GenerationRequest(BaseModel):
    """A generation exactly as the caller asked for it; None stands for the default.

    The fields are as wide as JSON on purpose: `jobs.draft` judges them, with one sentence for each fault.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    table: Any
    total_rows: Any
    chunk_size: Any = None
    max_workers: Any = None
    deduplicate: Any = None
    deduplication_threshold: Any = None
    mode: Any = None
    seed: Any = None
    provider: Any = None
    model: Any = None
    instructions: Any = None
    examples: Any = None
    budget: Any = None


class DedupRequest(BaseModel):
    """A deduplication as the caller asked for it: one of `rows`, `job_id` and `path`; None is the default."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    rows: Any = None
    job_id: Any = None
    path: Any = None
    threshold: Any = None
    table: Any = None
    columns: Any = None
    against: Any = None


def dedup_request(
    rows: Any = None,
    job_id: Any = None,
    path: Any = None,
    threshold: Any = None,
    schema: Any = None,
    columns: Any = None,
    against: Any = None,
) -> DedupRequest:
    """The request of a deduplicate call. Raises ArgumentError unless exactly one input is named."""
    given = [name for name, value in (("rows", rows), ("job_id", job_id), ("path", path)) if value is not None]
    if len(given) != 1:
        named = f"{' and '.join(given)} are given" if given else "none of rows, job_id and path is given"
        raise ArgumentError(f"{named}; send exactly one of them.")
    return DedupRequest(
        rows=rows, job_id=job_id, path=path, threshold=threshold, table=schema, columns=columns, against=against
    )


class GenerationSpec(BaseModel):
    """A job as it was asked for, with every default resolved; it never changes afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    table: TableSchema
    total_rows: int = Field(ge=1)
    chunk_size: int = Field(ge=1)
    max_workers: int = Field(ge=1)
    deduplicate: bool = True
    threshold: float = Field(ge=0, le=1)
    embedding: str | None = None
    """What EMBEDDING_MODEL was at the start: a job's vectors are of one model, whatever it is set to later."""
    mode: Mode
    seed: int = Field(ge=0)
    provider: str | None = None
    model: str | None = None
    instructions: str | None = None
    examples: tuple[dict[str, JsonValue], ...] = ()
    budget: Budget | None = None

    @property
    def total_chunks(self) -> int:
        """ceil(total_rows / chunk_size); it never changes."""
        return -(-self.total_rows // self.chunk_size)


def fingerprint(arguments: dict[str, Any]) -> str:
    """A digest of a call's arguments, by which a repeated idempotency key is judged."""
    text = json.dumps(arguments, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def references_of(columns: tuple[ColumnPlan, ...]) -> dict[str, Reference]:
    """The columns that draw their values from another job, and from which."""
    found = {}
    for column in columns:
        generator: Generator | None = column.generator
        while isinstance(generator, Pool):
            generator = generator.of
        if isinstance(generator, Reference):
            found[column.name] = generator
    return found


def default_chunking(total_rows: int) -> tuple[int, int]:
    """(max_workers, chunk_size) for a job of that many rows."""
    if total_rows < 1_000:
        return 10, 200
    if total_rows <= 10_000:
        return 20, 500
    return 50, 1_000
