"""An embedding model behind an API: asked once for each text, calibrated by the model's own vectors."""

from __future__ import annotations

import hashlib
import logging
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np

from synthaix.dedup.calibration import Calibration, calibrate
from synthaix.dedup.embedding import unit
from synthaix.dedup.vector_cache import Faults, VectorCache
from synthaix.errors import AnswerUnusable

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl
    from numpy.typing import NDArray

    from synthaix.providers.embeddings import OpenAIEmbeddings

logger = logging.getLogger(__name__)


class HostedEmbedding:
    """Vectors of a model at an address, kept in a file in `directory`. Nothing is sent before the first use.

    `encode`, `similarity`, `cosine` and `dimensions` raise ProviderError, StoreError, or SettingsError for a model that
    cannot tell texts apart. The first use asks for the calibration's texts: about 640, or 30,000 tokens, once.
    """

    remote = True

    def __init__(self, client: OpenAIEmbeddings, directory: Path, faults: Faults = lambda point: None) -> None:
        self._client = client
        self.name = f"{client.model} at {_address(client.base_url)}"
        digest = hashlib.blake2b(self.name.encode(), digest_size=12).hexdigest()
        self._cache = VectorCache(directory / f"{digest}.sqlite3", faults=faults)

    @property
    def dimensions(self) -> int:
        """Length of the model's vectors."""
        return self._calibrated[0]

    def encode(self, texts: pl.Series) -> NDArray[np.float32]:
        """Unit vectors, each as the model gave it the first time."""
        found = self._vectors(texts)
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts.to_list()):
            if text:
                if found[text].shape != vectors[row].shape:
                    raise AnswerUnusable(
                        f"{self.name} gives vectors of {len(found[text])} numbers and gave {self.dimensions} before; "
                        "if another model stands behind that name now, give it a name of its own."
                    )
                vectors[row] = found[text]
        return vectors

    def similarity(self, cosine: NDArray[np.float32]) -> NDArray[np.float32]:
        """Calibrated cosines."""
        return self._calibrated[1].similarity(cosine)

    def cosine(self, similarity: float) -> float:
        """The cosine that stands for a similarity."""
        return self._calibrated[1].cosine(similarity)

    def close(self) -> None:
        """Close the connections, and say what was consumed."""
        self._client.close()
        if self._client.tokens:
            logger.info("%s embedded %d tokens", self.name, self._client.tokens)

    @cached_property
    def _calibrated(self) -> tuple[int, Calibration]:
        """The dimensions, and the map: the same at every start, because its texts' vectors are kept too."""
        sizes: list[int] = []

        def encode(texts: pl.Series) -> NDArray[np.float32]:
            found = self._vectors(texts)
            sizes.extend({len(vector) for vector in found.values()})
            if len(sizes) != 1:
                raise AnswerUnusable(f"{self.name} answered with vectors of different lengths.")
            return np.array([found[text] for text in texts.to_list()])

        calibration = calibrate(self._client.model, encode)
        return sizes[0], calibration

    def _vectors(self, texts: pl.Series) -> dict[str, NDArray[np.float32]]:
        wanted = [text for text in texts.unique(maintain_order=True).to_list() if text]
        found = self._cache.find(wanted)
        missing = [text for text in wanted if text not in found]
        for some, vectors in self._client.embed(missing):
            self._cache.put(some, unit(vectors))  # at once: what was paid for survives a failure of the next
        return found | self._cache.find(missing)


def _address(url: str) -> str:
    parts = urlsplit(url)
    port = "" if parts.port is None else f":{parts.port}"
    return f"{parts.hostname}{port}{parts.path}"  # an address may carry a password
