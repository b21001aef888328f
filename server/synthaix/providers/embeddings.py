"""OpenAI embeddings, and every server that speaks the same: Ollama, llama.cpp, vLLM, text-embeddings-inference.

Called from worker threads: an embedding is asked for where vectors are computed, never on the event loop.
"""

from __future__ import annotations

import base64
import binascii
import random
import time
from collections import deque
from contextlib import suppress
from queue import SimpleQueue
from threading import BoundedSemaphore, Event, Lock, Thread
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from synthaix.errors import AnswerUnusable, ProviderBusy, ProviderDown
from synthaix.providers import faults
from synthaix.providers.http import BadStatus, failures_of, pool_options
from synthaix.providers.openai_chat import OFFICIAL_URL, is_official

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from openai import OpenAI

INPUTS = 512
"""Texts a request: a quarter of what the API takes, so that several requests share a window of rows."""

INPUT_BYTES = 250_000
"""UTF-8 bytes a request: the API takes 300,000 tokens, and no token is shorter than a byte."""

CONNECTIONS = 8
"""Requests a job has under way at once."""

SHORTENED = 512
"""Numbers a vector of OpenAI's third generation is asked for: a third of the memory for 1% of the quality."""

REQUEST_SECONDS = 60.0
PATIENCE_SECONDS = 90.0
"""How long a server that did answer before may be away or busy."""

ATTEMPTS_UNKNOWN = 3
"""Tries at a server that has never answered: more likely wrong than down."""

_CLOSED = "The embedding was closed before it had answered."
_BACKOFF = (0.25, 8.0)
_SPLIT = frozenset({400, 413, 422})  # statuses of a request that may be too large


class OpenAIEmbeddings:
    """Adapter to /embeddings through the openai SDK (retries off: waiting must end when the job does)."""

    def __init__(self, model: str, api_key: str, base_url: str | None = None) -> None:
        self.model = model
        self.base_url = (base_url or OFFICIAL_URL).rstrip("/")
        self.tokens = 0
        """Input tokens the server has counted."""
        self._api_key = api_key
        self._sdk: OpenAI | None = None
        self._opening = Lock()
        self._closed = Event()
        self._answered = False
        self._whole = False  # the server does not shorten vectors
        self._places = BoundedSemaphore(CONNECTIONS)
        self._place = faults.Place(
            "OpenAI" if is_official(self.base_url) else "The embedding server",
            self.base_url, model, "OPENAI_API_KEY", "OPENAI_BASE_URL", api_key, "EMBEDDING_MODEL",
        )  # fmt: skip

    def embed(self, texts: Sequence[str]) -> Iterator[tuple[list[str], NDArray[np.float32]]]:
        """Each text with its vector, a request at a time, in the order of the answers. Blocking.

        Raises ProviderRefused, ProviderBusy, ProviderDown or AnswerUnusable; requests not yet sent stay unsent.
        """
        waiting = deque(batches(texts))
        answers: SimpleQueue[tuple[list[str], NDArray[np.float32] | Exception] | None] = SimpleQueue()

        def work() -> None:
            with suppress(IndexError):
                while True:
                    batch = waiting.popleft()
                    try:
                        answers.put((batch, self._patiently(batch)))
                    except Exception as exc:  # carried to who asked
                        waiting.clear()
                        answers.put((batch, exc))
            answers.put(None)

        # Daemons: a server that stops does not wait for an answer that may never come.
        working = min(CONNECTIONS, len(waiting))
        for _ in range(working):
            Thread(target=work, name="embeddings", daemon=True).start()
        failure: Exception | None = None
        while working:
            answer = answers.get()
            if answer is None:
                working -= 1
            elif isinstance(answer[1], Exception):
                failure = failure or answer[1]
            else:  # what is under way when another fails is paid for
                yield answer[0], answer[1]
        if failure is not None:
            raise failure

    def close(self) -> None:
        """Close the connections; who waits for a retry gives up."""
        self._closed.set()
        with self._opening:
            sdk, self._sdk = self._sdk, None
        if sdk is not None:
            sdk.close()

    def _patiently(self, texts: list[str]) -> NDArray[np.float32]:
        failures, began = 0, time.monotonic()
        while True:
            try:
                with self._places:
                    return self._ask(texts)
            except (ProviderBusy, ProviderDown) as exc:
                failures += 1
                wait = min(_BACKOFF[1], _BACKOFF[0] * 2.0 ** min(failures - 1, 10)) * random.uniform(0.75, 1.25)
                if isinstance(exc, ProviderBusy) and exc.retry_after is not None:
                    wait = max(wait, exc.retry_after)
                unknown = isinstance(exc, ProviderDown) and not self._answered and failures >= ATTEMPTS_UNKNOWN
                if unknown or time.monotonic() + wait - began > PATIENCE_SECONDS or self._closed.wait(wait):
                    raise

    def _ask(self, texts: list[str]) -> NDArray[np.float32]:
        import openai

        body = self._body(texts)
        try:
            with failures_of(openai, self._place, REQUEST_SECONDS):
                raw = self._opened().embeddings.with_raw_response.create(
                    model=self.model, input=[], extra_body=body, timeout=REQUEST_SECONDS
                )
        except RuntimeError as exc:  # of the HTTP client, which says no more
            if not self._closed.is_set():
                raise
            raise ProviderDown(_CLOSED) from exc
        except BadStatus as bad:
            if bad.status == 400 and self._adapted(body, bad.content):
                return self._ask(texts)
            if bad.status in _SPLIT and len(texts) > 1:
                half = len(texts) // 2
                return np.concatenate([self._ask(texts[:half]), self._ask(texts[half:])])
            raise faults.from_status(self._place, bad.status, bad.headers, bad.content, "prompt") from None
        vectors = self._read(raw.http_response.content, len(texts))
        self._answered = True
        return vectors

    def _body(self, texts: list[str]) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self.model, "input": texts, "encoding_format": "base64"}
        if self.model.startswith("text-embedding-3-") and not self._whole:
            body["dimensions"] = SHORTENED
        return body

    def _adapted(self, body: Mapping[str, Any], content: bytes) -> bool:
        """Whether the server refused to shorten vectors, and is asked for whole ones from now on."""
        refused = "dimensions" in body and b"dimensions" in content
        self._whole |= refused
        return refused

    def _read(self, content: bytes, expected: int) -> NDArray[np.float32]:
        try:
            data = orjson.loads(content)
        except orjson.JSONDecodeError:
            raise faults.not_an_api(self._place, content) from None
        try:
            items = sorted(data["data"], key=lambda item: item["index"])
            vectors = np.array([_numbers(item["embedding"]) for item in items], dtype=np.float32)
            tokens = int((data.get("usage") or {}).get("prompt_tokens") or 0)
        except (KeyError, TypeError, ValueError, binascii.Error):
            vectors, tokens = np.empty(0, dtype=np.float32), 0
        if vectors.ndim != 2 or len(vectors) != expected or not vectors.shape[1] or not np.isfinite(vectors).all():
            raise AnswerUnusable(f"{self._place.label} answered without a vector for every text.")
        with self._opening:
            self.tokens += tokens
        return vectors

    def _opened(self) -> OpenAI:
        with self._opening:
            if self._closed.is_set():
                raise ProviderDown(_CLOSED)
            if self._sdk is None:
                from openai import DefaultHttpxClient, OpenAI

                client = DefaultHttpxClient(**pool_options(CONNECTIONS))
                self._sdk = OpenAI(api_key=self._api_key, base_url=self.base_url, max_retries=0, http_client=client)
            return self._sdk


def batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """The texts in requests of at most INPUTS and INPUT_BYTES."""
    batch: list[str] = []
    size = 0
    for text in texts:
        length = len(text.encode())
        if batch and (len(batch) == INPUTS or size + length > INPUT_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += length
    if batch:
        yield batch


def _numbers(value: Any) -> NDArray[np.float32]:
    """A vector as base64 of little-endian floats, or as a list from a server that knows no base64."""
    if isinstance(value, str):
        return np.frombuffer(base64.b64decode(value, validate=True), dtype="<f4")
    return np.array(value, dtype=np.float32)
