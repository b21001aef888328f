"""What people use instead, on the same rows: whole-row vectors in ChromaDB, SemHash, MinHash.

Each takes rows as "column: value" text without their id columns, and says which rows it would keep. The
embedding is wordllama (256 dimensions; its weights come in the wheel, so nothing is downloaded).
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dedup_data import Labelled

THRESHOLD = 0.85


class WordLlamaEncoder:
    """wordllama behind the encoder protocol of SemHash."""

    def __init__(self) -> None:
        import wordllama

        package = Path(wordllama.__file__).parent
        self._model = wordllama.WordLlama.load(cache_dir=package, disable_download=True)

    def encode(self, inputs: Sequence[Any], **_: Any) -> np.ndarray:
        """Unit vectors."""
        return np.asarray(self._model.embed(list(inputs), norm=True), dtype=np.float32)


def row_texts(data: Labelled) -> list[str]:
    """Rows as text, without the column that numbers them."""
    columns = [name for name in data.frame.columns if name not in ("rec_id", "customer_id", "review_id")]
    return [
        "; ".join(f"{name}: {value}" for name, value in zip(columns, row, strict=True) if value is not None)
        for row in data.frame.select(columns).iter_rows()
    ]


def whole_row_chromadb(data: Labelled) -> np.ndarray:
    """A row is dropped when ChromaDB holds one at cosine THRESHOLD or nearer; the first one stays."""
    import chromadb
    from chromadb.config import Settings

    vectors = WordLlamaEncoder().encode(row_texts(data))
    directory = tempfile.mkdtemp()
    client = chromadb.PersistentClient(directory, Settings(anonymized_telemetry=False))
    collection = client.create_collection("rows", configuration={"hnsw": {"space": "cosine"}}, embedding_function=None)
    keep = np.ones(len(vectors), dtype=bool)
    for start in range(0, len(vectors), 100):
        block = vectors[start : start + 100]
        near = np.zeros(len(block), dtype=bool)
        if start >= data.known and collection.count():
            answer = collection.query(query_embeddings=block, n_results=1, include=["distances"])
            near = np.array([distances[0] <= 1 - THRESHOLD for distances in answer["distances"] or []])
        here: list[int] = []
        for k in range(len(block)):
            inside = start >= data.known and bool(here) and float((block[here] @ block[k]).max()) >= THRESHOLD
            keep[start + k] = not (near[k] or inside)
            if keep[start + k]:
                here.append(k)
        if here:
            collection.add(ids=[str(start + k) for k in here], embeddings=block[here])
    shutil.rmtree(directory)
    return keep


def semhash(data: Labelled) -> np.ndarray:
    """SemHash's own self_deduplicate, or deduplicate against the known rows."""
    from semhash import SemHash

    records = [{"row": f"{number}", "text": text} for number, text in enumerate(row_texts(data))]
    encoder = WordLlamaEncoder()
    known, new = records[: data.known], records[data.known :]
    if known:
        result = SemHash.from_records(known, columns=["text"], model=encoder).deduplicate(new, threshold=THRESHOLD)
    else:
        result = SemHash.from_records(new, columns=["text"], model=encoder).self_deduplicate(threshold=THRESHOLD)
    keep = np.zeros(len(records), dtype=bool)
    keep[: data.known] = True
    keep[[int(record["row"]) for record in result.selected]] = True
    return keep


def minhash(data: Labelled) -> np.ndarray:
    """rensa's MinHash (128 permutations) over character 5-grams, LSH candidates at Jaccard THRESHOLD."""
    from rensa import RMinHash, RMinHashDeduplicator

    judge = RMinHashDeduplicator(threshold=THRESHOLD, num_perm=128, use_lsh=True, num_bands=16)
    keep = np.ones(len(data.frame), dtype=bool)
    for number, text in enumerate(row_texts(data)):
        sketch = RMinHash(num_perm=128, seed=42)
        folded = text.casefold()
        sketch.update([folded[k : k + 5] for k in range(max(1, len(folded) - 4))])
        keep[number] = judge.add(str(number), sketch) or number < data.known
    return keep


PEERS: dict[str, Callable[[Labelled], np.ndarray]] = {
    "ChromaDB, whole row": whole_row_chromadb,
    "SemHash": semhash,
    "MinHash (rensa)": minhash,
}
