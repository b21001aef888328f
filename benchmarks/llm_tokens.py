"""Output tokens a row in the encoding of our answers, against the same rows as plain JSON objects with full keys.

    python benchmarks/llm_tokens.py [ROWS]

The rows are sampled, 20 in an answer, and written both ways without a space between tokens. `llm` mode has the model
write every column, `auto` only those that need language; the plain rows are always whole. Each of our answers is read
back as an answer of a model is, and the rows must be the same. Tokenizer: o200k_base of OpenAI's models, as the package
bpe-openai ships it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import orjson
import polars as pl

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "server"), str(ROOT)]

from synthaix.generate.encoding import Encoding, compact, given  # noqa: E402
from synthaix.generate.infer import plan_columns  # noqa: E402
from synthaix.generate.intake import Intake  # noqa: E402
from synthaix.generate.sampler import TableSampler  # noqa: E402
from synthaix.generate.window import Window  # noqa: E402
from synthaix.providers.scripted import shaped  # noqa: E402
from synthaix.schema.physical import json_rows  # noqa: E402
from synthaix.schema.table import Column, TableSchema  # noqa: E402
from synthaix.schema.translate import translate  # noqa: E402

ROWS_A_REQUEST = 20
SENTENCES = {
    "the specification's table": "Generate 10k financial transactions with user ID, amount, currency, and timestamp",
    "product reviews": "reviews with product name, rating 1 to 5, title, review text and review date",
    "support tickets": "support tickets with ticket id, customer name, email, subject, message, priority, opened at",
    "job postings": "job postings with company, title, city, salary, a long description and whether it is remote",
    "a wide table": (
        "customers with first name, last name, email, phone, street, city, postcode, country, birth date, "
        "signup date, last login, loyalty points, is vip, notes"
    ),
}


def tokenizer() -> Callable[[str], int]:
    """How many tokens a text has."""
    try:
        import bpe_openai
    except ImportError:
        sys.exit("This benchmark counts tokens with bpe-openai: pip install bpe-openai")
    encoding = bpe_openai.get_encoding("o200k_base")
    return lambda text: len(encoding.encode(text))


def answers(encoding: Encoding, rows: list[dict[str, Any]]) -> list[str]:
    """What a model that keeps to the encoding answers, a request after the other."""
    texts = []
    for start in range(0, len(rows), ROWS_A_REQUEST):
        written = [
            shaped(keys, number, [_cell(column, row[column.name]) for column in encoding.columns])
            for number, row in enumerate(rows[start : start + ROWS_A_REQUEST])
            for keys in [None if encoding.keys is None else list(encoding.keys)]
        ]
        texts.append(orjson.dumps({"r": written}).decode())
    return texts


def _cell(column: Column, value: Any) -> Any:
    return value.replace(":", "")[:6] if column.type == "time" and value is not None else given(column, value)


def plain(rows: list[dict[str, Any]]) -> list[str]:
    """The rows as objects with full keys, as many an answer."""
    parts = [rows[start : start + ROWS_A_REQUEST] for start in range(0, len(rows), ROWS_A_REQUEST)]
    return [json.dumps({"rows": part}, separators=(",", ":"), ensure_ascii=False) for part in parts]


async def read_back(table: TableSchema, encoding: Encoding, texts: list[str], frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of the answers, as a job reads them; the columns a model did not write come from `frame`."""
    names = tuple(column.name for column in encoding.columns)
    intake = Intake(table, names, lambda: 1.0)
    told = None if len(names) == len(table.columns) else frame.drop(names)
    frames = []
    for number, text in enumerate(texts):
        start = number * ROWS_A_REQUEST
        wanted = frozenset(range(start, min(start + ROWS_A_REQUEST, frame.height)))
        frames.append((await intake.read(text, start, wanted, told, 0, 0.0)).frame)
    return pl.concat(frames)


def needing_language(table: TableSchema) -> tuple[Column, ...]:
    """The columns that `auto` mode sends to a model."""
    kinds = {column.name: column.generator.kind for column in plan_columns(table, "auto")}
    return tuple(column for column in table.columns if kinds[column.name] == "llm")


def main() -> None:
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    count = tokenizer()
    print(f"{total:,} rows, {ROWS_A_REQUEST} an answer, o200k_base")
    print(
        f"{'table':26} {'columns':>7} {'plain':>7} {'llm':>7} {'of plain':>9} {'auto':>7} {'of plain':>9} {'lost':>5}"
    )
    for name, sentence in SENTENCES.items():
        table = translate(sentence).schema
        frame = TableSampler(table, plan_columns(table, "local"), 1).window(Window(0, total))
        rows = json_rows(frame, frozenset(column.name for column in table.columns if column.type == "json"))
        baseline = sum(map(count, plain(rows))) / total
        cells, lost = [], 0
        for columns in (table.columns, needing_language(table)):
            if not columns:
                cells += [f"{'-':>7}", f"{'-':>9}"]
                continue
            texts = answers(compact(columns), rows)
            ours = sum(map(count, texts)) / total
            back = anyio.run(read_back, table, compact(columns), texts, frame)
            same = back.height == total and back.equals(frame)
            lost += 0 if same else total - _alike(back, frame)
            cells += [f"{ours:>7.1f}", f"{ours / baseline:>9.1%}"]
        print(f"{name:26} {len(table.columns):>7} {baseline:>7.1f} {' '.join(cells)} {lost:>5}")


def _alike(back: pl.DataFrame, frame: pl.DataFrame) -> int:
    return back.join(frame, on=frame.columns, how="semi", nulls_equal=True).height


if __name__ == "__main__":
    main()
