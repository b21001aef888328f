"""The output schema of each tool: what a client may rely on, in as few tokens as say it."""

from __future__ import annotations

from typing import Any

_STRING: dict[str, Any] = {"type": "string"}
_INTEGER: dict[str, Any] = {"type": "integer"}
_NUMBER: dict[str, Any] = {"type": "number"}
_BOOLEAN: dict[str, Any] = {"type": "boolean"}
_OBJECT: dict[str, Any] = {"type": "object"}
_MAYBE_STRING: dict[str, Any] = {"type": ["string", "null"]}
_MAYBE_NUMBER: dict[str, Any] = {"type": ["number", "null"]}
_MAYBE_OBJECT: dict[str, Any] = {"type": ["object", "null"]}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


_USAGE = _object(requests=_INTEGER, input_tokens=_INTEGER, output_tokens=_INTEGER, cost_usd=_MAYBE_NUMBER)

TRANSLATION = _object(
    schema=_object(columns=_list(_object(name=_STRING, type=_STRING))),
    inferred_count={"type": ["integer", "null"]},
    assumptions=_list(_STRING),
    questions=_list(_STRING),
    preview=_list(_OBJECT),
    provider=_STRING,
    next_step=_STRING,
)

STARTED = _object(
    job_id=_MAYBE_STRING,
    status=_STRING,
    total_rows=_INTEGER,
    total_chunks=_INTEGER,
    seed=_INTEGER,
    created_at=_MAYBE_STRING,
    plan=_OBJECT,
    resources=_OBJECT,
    next_step=_STRING,
)

STATUS = _object(
    job_id=_STRING,
    status=_STRING,
    total_rows=_INTEGER,
    total_chunks=_INTEGER,
    completed_chunks=_INTEGER,
    progress_percentage=_NUMBER,
    rows_generated=_INTEGER,
    rows_deduplicated=_INTEGER,
    estimated_completion=_MAYBE_STRING,
    elapsed_seconds=_NUMBER,
    rows_per_second=_NUMBER,
    usage=_USAGE,
    results=_MAYBE_OBJECT,
    resumable=_BOOLEAN,
    stop_reason=_MAYBE_STRING,
    message=_MAYBE_STRING,
    next_step=_STRING,
)

DEDUPLICATION = _object(
    result_id=_STRING,
    input_rows=_INTEGER,
    unique_count=_INTEGER,
    duplicate_count=_INTEGER,
    unique_rows=_list(_OBJECT),
    truncated=_BOOLEAN,
    duplicates=_list(_object(index=_INTEGER, duplicate_of=_INTEGER, similarity=_NUMBER, columns=_list(_STRING))),
    threshold=_NUMBER,
    resources=_OBJECT,
    next_step=_STRING,
)

PAGE = _object(rows=_list(_OBJECT), total=_INTEGER, next_cursor=_MAYBE_STRING, truncated=_BOOLEAN)

EXPORT = _object(path=_STRING, format=_STRING, rows=_INTEGER, bytes=_INTEGER, sha256=_STRING, resource=_STRING)

JOBS = _object(
    jobs=_list(
        _object(job_id=_STRING, status=_STRING, total_rows=_INTEGER, rows_generated=_INTEGER, created_at=_MAYBE_STRING)
    ),
    next_cursor=_MAYBE_STRING,
)
