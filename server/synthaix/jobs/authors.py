"""Who wrote the rows of a job, where it was more than one model: a fallback stood in for a while."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa

from synthaix.errors import StoreError
from synthaix.jobs.blob import decode_positions
from synthaix.jobs.tables import answers, chunks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthaix.jobs.database import Database
    from synthaix.jobs.store import Chunk, Ending

AUTHORS = sa.select(answers.c.provider, answers.c.model).distinct().where(answers.c.job_id == sa.bindparam("job"))
"""Provider and model of every answer to a job."""

_ANSWERS = (
    sa.select(answers.c.provider, answers.c.model, answers.c.positions)
    .where(answers.c.job_id == sa.bindparam("job"))
    .order_by(answers.c.answer_id)
)
_CHUNKS = sa.select(chunks.c.chunk_index, chunks.c.positions).where(chunks.c.job_id == sa.bindparam("job"))


async def signed(database: Database, job_id: str, ready: Sequence[Chunk], ending: Ending) -> Ending:
    """The ending with a sentence on how many rows each model wrote, where there was more than one.

    `ready` are chunks that are not in the database yet.
    """
    try:
        counts = await database.read(lambda connection: _rows_by_model(connection, job_id, ready))
    except StoreError:
        return ending  # that the job stops matters more
    if not counts:
        return ending
    shares = ", ".join(f"{model} {rows:,}" for model, rows in counts.items())
    return replace(ending, message=" ".join(filter(None, (ending.message, f"Rows by model: {shares}."))))


def _rows_by_model(connection: sa.Connection, job_id: str, ready: Sequence[Chunk]) -> dict[str, int]:
    """Accepted rows by "provider model"; {} where one model, or none, wrote them all."""
    job = {"job": job_id}
    models = [f"{provider} {model}" for provider, model in connection.execute(AUTHORS, job)]
    if len(models) < 2:
        return {}
    written: dict[int, bytes] = {row.chunk_index: row.positions for row in connection.execute(_CHUNKS, job)}
    written |= {chunk.index: chunk.positions for chunk in ready}
    accepted = np.concatenate([decode_positions(positions) for positions in written.values()] or [np.empty(0, int)])
    # A row is asked for again only while it is missing, so the last answer to ask for it brought it.
    authors = np.full(int(accepted.max(initial=-1)) + 1, -1)
    for provider, model, positions in connection.execute(_ANSWERS, job):
        asked = decode_positions(positions)
        authors[asked[asked < len(authors)]] = models.index(f"{provider} {model}")
    found = np.bincount(authors[accepted] + 1, minlength=len(models) + 1)
    return {name: int(found[number + 1]) for number, name in enumerate(models)}
