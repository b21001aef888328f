"""How well sentences are understood with no model, over the labelled corpus.

Prints the ratios for the files that were tuned on and for the one that was set aside, and the time per sentence.
Of the set-aside file only totals are shown: a failing sentence that is read is no longer set aside.

    python benchmarks/translation.py [--failures]      (failures of the tuned files only)
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "server"), str(ROOT)]

from synthaix.schema.translate import translate  # noqa: E402
from tests.support.translation_score import read_corpus, score_corpus  # noqa: E402

CORPUS = ROOT / "tests" / "corpus" / "translation"
BOTH = "tuned + held_out"
"""The corpus that was written before the translator, one half of it set aside."""

TARGETS = {
    "column recall": 0.97,
    "column precision": 0.97,
    "type accuracy": 0.97,
    "constraint accuracy": 0.95,
    "count accuracy": 1.0,
}


def main() -> None:
    for half in ("tuned", "tuned_more", "tuned_third", "tuned_fourth", "subjects", "subjects_more", "held_out", BOTH):
        labels = [label for name in half.split(" + ") for label in read_corpus(CORPUS / f"{name}.jsonl")]
        started = time.perf_counter()
        score = score_corpus(labels, translate)
        elapsed = time.perf_counter() - started
        print(f"{half}: {score.sentences} sentences, {1000 * elapsed / max(1, score.sentences):.2f} ms each")
        listed = score.listed_produced > 0
        for name, ratio in score.summary().items():
            if not listed and name in {"column precision", "constraint accuracy"}:
                continue
            print(
                f"  {name:20} {ratio:7.4f}   target {TARGETS[name]:.2f}   "
                f"{'met' if ratio >= TARGETS[name] else 'MISSED'}"
            )
        if half not in ("held_out", BOTH) and "--failures" in sys.argv:
            print("\n".join(f"    {failure}" for failure in score.failures))


if __name__ == "__main__":
    main()
