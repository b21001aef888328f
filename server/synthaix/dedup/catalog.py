"""Which embedding EMBEDDING_MODEL names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthaix.dedup.embedding import Embedding, HashedNgrams

if TYPE_CHECKING:
    from synthaix.dedup.vector_cache import Faults
    from synthaix.settings import Settings


def embedding_of(settings: Settings, model: str | None, faults: Faults = lambda point: None) -> Embedding:
    """The embedding of that name; the built-in one for None. Nothing is loaded or sent before its first use.

    Raises SettingsError where a package or a key is missing.
    """
    if model is None:
        return HashedNgrams()
    from synthaix.dedup import semantic

    if model == semantic.MODEL:
        return semantic.WordLlama()
    from synthaix.dedup.hosted import HostedEmbedding
    from synthaix.providers.catalog import embeddings

    return HostedEmbedding(embeddings(settings, model), settings.data_dir / "embeddings", faults)
