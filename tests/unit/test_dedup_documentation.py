"""The examples of docs/deduplication.md, read from the page and judged by the engine."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from synthaix.dedup.engine import Deduplicator
from synthaix.schema.table import parse_schema

PAGE = Path(__file__).parents[2] / "docs" / "deduplication.md"
THRESHOLDS = (0.75, 0.85, 0.95, 1.0)
BASE = re.compile(r"^Compared with `([^`]+)`:$", re.MULTILINE)
LINE = re.compile(r"^\| `([^`]+)` \| ([\d.]+) \| (\w+) \| (\w+) \| (\w+) \| (\w+) \|$", re.MULTILINE)
TYPES = {"price": "float", "review": "text"}


def cells(row: str) -> dict[str, str]:
    """`name: Ann Lee; city: Rome` by column."""
    return dict(cell.split(": ", 1) for cell in row.split("; "))


def examples() -> list[tuple[dict[str, str], str, float, tuple[str, ...]]]:
    """(first row, what the other has instead, similarity, verdict at each threshold)."""
    parts = BASE.split(PAGE.read_text("utf-8"))[1:]
    return [
        (cells(base), other, float(score), tuple(said))
        for base, text in zip(parts[::2], parts[1::2], strict=True)
        for other, score, *said in LINE.findall(text)
    ]


def judged(one: dict[str, str], other: str, threshold: float) -> tuple[str, float]:
    """The second row's verdict, and its similarity to the first; 0 where it is kept. Weights are the schema's."""
    table = parse_schema({"columns": [{"name": name, "type": TYPES.get(name, "string")} for name in one]})
    frame = pl.DataFrame([one, one | cells(other)]).with_columns(
        pl.col(name).cast(pl.Float64) for name in one if TYPES.get(name) == "float"
    )
    verdict = Deduplicator.open(table, threshold=threshold, sample=pl.DataFrame()).admit(frame, np.arange(2))
    if verdict.keep[1]:
        return "kept", 0.0
    return "duplicate", verdict.duplicates[0].similarity


def test_the_page_has_examples_of_every_role() -> None:
    found = examples()

    assert len(found) >= 15
    assert {name for one, *_ in found for name in one} >= {"name", "email", "phone", "price", "review"}


@pytest.mark.parametrize(("one", "other", "score", "said"), examples())
def test_an_example_is_judged_as_the_page_says(
    one: dict[str, str], other: str, score: float, said: tuple[str, ...]
) -> None:
    assert tuple(judged(one, other, threshold)[0] for threshold in THRESHOLDS) == said
    assert judged(one, other, 0.01)[1] == pytest.approx(score, abs=0.0006)
