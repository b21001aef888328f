"""Scores translations against labelled sentences.

A label is one JSON object a line: `prompt`, `count` (or null), `kind` ("listed": the sentence names its columns;
"subject": it names only a subject) and `columns`, each with every acceptable `name` and `type` and the `constraints`
that the sentence states.

Column recall and type accuracy are over all sentences. Precision is over the listed ones: a subject has no closed list.
A constraint is right when the column carries it with the labelled value; a constraint that a listed sentence did not
state counts against the accuracy too, unless a stated one implies it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from synthaix.schema.table import Column
    from synthaix.schema.translation import Translation

CONSTRAINTS = (
    "nullable",
    "null_ratio",
    "unique",
    "minimum",
    "maximum",
    "decimals",
    "enum",
    "weights",
    "pattern",
    "format",
    "min_length",
    "max_length",
    "after",
    "before",
)
_IMPLIED = {
    "nullable": {"null_ratio"},
    "pattern": {"min_length", "max_length"},
    "min_length": {"pattern"},
    "max_length": {"pattern"},
    "minimum": {"can_be_negative"},
}


@dataclass
class Score:
    """Counts that add up over sentences; every ratio is in 0..1."""

    sentences: int = 0
    counts_right: int = 0
    expected: int = 0
    found: int = 0
    listed_produced: int = 0
    listed_found: int = 0
    types_right: int = 0
    constraints: int = 0
    constraints_right: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def count_accuracy(self) -> float:
        return self.counts_right / max(1, self.sentences)

    @property
    def recall(self) -> float:
        return self.found / max(1, self.expected)

    @property
    def precision(self) -> float:
        return self.listed_found / max(1, self.listed_produced)

    @property
    def type_accuracy(self) -> float:
        return self.types_right / max(1, self.found)

    @property
    def constraint_accuracy(self) -> float:
        return self.constraints_right / max(1, self.constraints)

    def summary(self) -> dict[str, float]:
        """The five ratios by name."""
        return {
            "column recall": self.recall,
            "column precision": self.precision,
            "type accuracy": self.type_accuracy,
            "constraint accuracy": self.constraint_accuracy,
            "count accuracy": self.count_accuracy,
        }


def read_corpus(path: Path) -> list[dict[str, Any]]:
    """The labelled sentences of a corpus file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def score_corpus(labels: Iterable[dict[str, Any]], translate: Callable[[str], Translation]) -> Score:
    """Translate every sentence and add up how well the labels were met."""
    score = Score()
    for label in labels:
        _score_one(score, label, translate(label["prompt"]))
    return score


def _score_one(score: Score, label: dict[str, Any], translation: Translation) -> None:
    name = label["id"]
    score.sentences += 1
    score.counts_right += translation.inferred_count == label["count"]
    if translation.inferred_count != label["count"]:
        score.failures.append(f"{name}: count {translation.inferred_count}, expected {label['count']}")
    produced = {column.name: column for column in translation.schema.columns}
    pairs = _matched(label["columns"], produced)
    score.expected += len(label["columns"])
    score.found += len(pairs)
    if label["kind"] == "listed":
        score.listed_produced += len(produced)
        score.listed_found += len(pairs)
        extra = set(produced) - {column.name for _, column in pairs}
        if extra:
            score.failures.append(f"{name}: extra {sorted(extra)}")
    matched = [expected for expected, _ in pairs]
    missing = [expected["name"][0] for expected in label["columns"] if expected not in matched]
    if missing:
        score.failures.append(f"{name}: missing {missing} in {list(produced)}")
    for expected in label["columns"]:
        if expected not in matched:
            score.constraints += len(expected["constraints"])
    for expected, column in pairs:
        _score_column(score, label, expected, column)


def _matched(expected: list[dict[str, Any]], produced: dict[str, Column]) -> list[tuple[dict[str, Any], Column]]:
    free = dict(produced)
    pairs = []
    for column in expected:
        name = next((name for name in column["name"] if name in free), None)
        if name is not None:
            pairs.append((column, free.pop(name)))
    return pairs


def _score_column(score: Score, label: dict[str, Any], expected: dict[str, Any], column: Column) -> None:
    where = f"{label['id']}: {column.name}"
    score.types_right += column.type in expected["type"]
    if column.type not in expected["type"]:
        score.failures.append(f"{where} is {column.type}, expected {expected['type']}")
    wanted: dict[str, Any] = expected["constraints"]
    for key, value in wanted.items():
        right = holds(column, key, value, label)
        score.constraints += 1
        score.constraints_right += right
        if not right:
            score.failures.append(f"{where}: {key} expected {value!r}, column {column.model_dump(exclude_unset=True)}")
    if label["kind"] != "listed":
        return
    for key in CONSTRAINTS:
        if getattr(column, key) is not None and key not in wanted and not (_IMPLIED.get(key, set()) & set(wanted)):
            score.constraints += 1
            score.failures.append(f"{where}: {key}={getattr(column, key)!r} was not said")


def holds(column: Column, key: str, value: Any, label: dict[str, Any]) -> bool:
    """Whether the column carries the labelled constraint."""
    if key == "can_be_negative":
        return isinstance(column.minimum, (int, float)) and column.minimum < 0
    if key == "true_ratio":
        generator = column.generator
        return generator is not None and generator.kind == "boolean" and abs(generator.p - value) < 1e-3
    actual = getattr(column, key)
    if key == "nullable":
        return bool(actual or column.null_ratio) if value else actual is False
    if actual is None:
        return False
    if key == "enum":
        return sorted(map(str, actual)) == sorted(map(str, value))
    if key == "weights":
        return _same_shares(actual, value)
    if key in {"minimum", "maximum"}:
        return _same_bound(actual, value)
    if key == "null_ratio":
        return bool(abs(actual - value) < 1e-3)
    if key == "pattern":
        return bool(str(actual).strip("^$") == str(value).strip("^$"))
    if key == "format":
        return actual == value or {actual, value} == {"uri", "url"}
    if key in {"after", "before"}:
        names = next((column["name"] for column in label["columns"] if value in column["name"]), [value])
        return actual in names
    return bool(actual == value)


def _same_shares(actual: Iterable[float], expected: Iterable[float]) -> bool:
    ours, theirs = list(actual), list(expected)
    return len(ours) == len(theirs) and all(
        abs(a / sum(ours) - b / sum(theirs)) < 1e-3 for a, b in zip(ours, theirs, strict=True)
    )


def _same_bound(actual: Any, expected: Any) -> bool:
    """Numbers exactly; moments by their day, where "before 1 May" may or may not include that day."""
    if isinstance(actual, str) and isinstance(expected, str) and actual[:4].isdigit() and expected[:4].isdigit():
        try:
            return abs((date.fromisoformat(actual[:10]) - date.fromisoformat(expected[:10])).days) <= 1
        except ValueError:
            return False
    return bool(actual == expected)
