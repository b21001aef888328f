"""Distinct values a free-text column, on a model that tends to repeat itself: our prompts against naive ones.

    python benchmarks/llm_diversity.py [ROWS]

The scripted model has favourites. Left alone it draws ideas from one list by Zipf's law, as steeply as makes 28 of 200
values distinct (what a small real model did with a plain prompt). A word that the prompt gives for a row makes it think
of that word's own favourites, drawn as steeply, from the same stock of ideas; it takes up one word a row, whichever. A
value it is told to avoid it replaces by its next idea, nine times in ten. It knows nothing else of the prompts. The
naive prompt is the same request without hints, themes and values to avoid. Deduplication is off: all values are the
model's.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from typing import Any

import anyio
import orjson
import polars as pl

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "server"), str(ROOT)]

from synthaix.generate.prompt import block, is_free  # noqa: E402
from synthaix.generate.window import Window  # noqa: E402
from synthaix.providers.base import Dialect, ModelRequest, Reply, Rung  # noqa: E402
from synthaix.providers.scripted import read_blocks, shaped, tokens_of, value_of  # noqa: E402
from synthaix.schema.table import TableSchema, parse_schema  # noqa: E402
from tests.support.writing import client_of, writer_of  # noqa: E402

STOCK = 5_000
"""Ideas the model has at all; the favourites of different words overlap in them."""

RANKS = 1_000
STEEPNESS = 1.75
"""Exponent of Zipf's law over that many ranks: 28 distinct values in 200 draws."""

ROWS_A_REQUEST, WORKERS, SEED = 20, 10, 1
KEPT = ("batch", "rows", "given")
"""What a naive request says of its rows."""

TABLE = parse_schema(
    {
        "columns": [
            {"name": "product", "type": "string", "description": "Product name"},
            {"name": "rating", "type": "integer", "minimum": 1, "maximum": 5},
            {"name": "title", "type": "string", "description": "Title of the review"},
            {"name": "review", "type": "text", "description": "What the customer wrote"},
        ]
    }
)


class Habitual:
    """The model; see the module's words. Its draws depend on the number of the request and nothing else."""

    name = label = "habitual"
    base_url = "habitual:"
    dialect: Dialect = "openai"
    rungs: tuple[Rung, ...] = ("json_schema",)

    def __init__(self, naive: bool) -> None:
        self._naive = naive
        self._chances = list(accumulate((rank + 1) ** -STEEPNESS for rank in range(RANKS)))

    async def send(
        self, model: str, request: ModelRequest, rung: Rung, seconds: float, sent: Callable[[], None]
    ) -> Reply:
        """One answer; see `Provider.send`."""
        sent()
        blocks = read_blocks(request.system, request.user)
        asked = blocks["rows"]
        if self._naive:
            asked = {key: value for key, value in asked.items() if key in KEPT}
            request = replace(request, user=block("rows", asked))
        table, rng = blocks["table"], random.Random(f"{SEED}|{asked['batch']}|{asked['rows'][0]}")
        rows = [
            shaped(table["keys"], number, [self._value(column, asked, place, rng) for column in table["columns"]])
            for place, number in enumerate(asked["rows"])
        ]
        text = orjson.dumps({"r": rows}).decode()
        return Reply(text, "stop", tokens_of(request.system + request.user), tokens_of(text))

    async def aclose(self) -> None:
        """Nothing to close."""

    def _value(self, column: dict[str, Any], asked: dict[str, Any], place: int, rng: random.Random) -> Any:
        if column["type"] not in ("string", "text"):
            return value_of(column, rng.randrange(10**6))
        words = list(words_for(asked, place))
        topic = rng.choice(words) if words else ""
        value = self._idea(column, topic, rng)
        banned = asked.get("avoid", {}).get(column["name"], ())
        for _ in range(20):
            if not any(value.startswith(ban) for ban in banned) or rng.random() < 0.1:
                break
            value = self._idea(column, topic, rng)
        return value

    def _idea(self, column: dict[str, Any], topic: str, rng: random.Random) -> str:
        rank = rng.choices(range(RANKS), cum_weights=self._chances)[0]
        digest = blake2b(f"{column['name']}|{topic}|{rank}".encode(), digest_size=8).digest()
        return str(value_of(column, int.from_bytes(digest, "big") % STOCK))


def words_for(asked: dict[str, Any], place: int) -> Iterator[str]:
    """The words a request gives for one row: in a list beside the rows, or for all of them."""
    for key, value in asked.items():
        if key in (*KEPT, "avoid"):
            continue
        beside = isinstance(value, list) and len(value) == len(asked["rows"])
        yield from re.findall(r"\w+", str(value[place] if beside else value))


async def written(table: TableSchema, rows: int, naive: bool) -> tuple[pl.DataFrame, int]:
    """The rows that the writer of a job gets from the model, and the input tokens they took."""
    client = client_of(Habitual(naive), max_workers=WORKERS)
    writer = writer_of(client, table, seed=SEED)
    frames: dict[int, pl.DataFrame] = {}
    limiter, used = anyio.CapacityLimiter(WORKERS), 0

    async def one(window: Window) -> None:
        nonlocal used
        async with limiter:
            candidates = await writer.write(window)
        frames[window.start] = candidates.frame
        used += candidates.usage.input_tokens

    async with anyio.create_task_group() as tasks:
        for start in range(0, rows, ROWS_A_REQUEST):
            tasks.start_soon(one, Window(start, min(ROWS_A_REQUEST, rows - start)))
    return pl.concat([frames[start] for start in sorted(frames)]), used


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    ours, ours_tokens = anyio.run(written, TABLE, rows, False)
    naive, naive_tokens = anyio.run(written, TABLE, rows, True)
    print(f"{rows:,} rows, {ROWS_A_REQUEST} a request, {WORKERS} workers, no deduplication")
    print(f"{'column':10} {'naive in 200':>12} {'naive':>7} {'ours':>7} {'times':>6}")
    for column in TABLE.columns:
        if is_free(column):
            few, plain, varied = (frame[column.name].n_unique() for frame in (naive[:200], naive, ours))
            print(f"{column.name:10} {few:>12,} {plain:>7,} {varied:>7,} {varied / plain:>6.1f}")
    print(f"input tokens: {naive_tokens / rows:.1f} a row naive, {ours_tokens / rows:.1f} ours")


if __name__ == "__main__":
    main()
