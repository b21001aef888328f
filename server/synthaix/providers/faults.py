"""One place where a provider's failures become SynthAIx errors, without any secret in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from synthaix.errors import FormatUnsupported, ProviderBusy, ProviderDown, ProviderError, ProviderRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from synthaix.providers.base import Rung

_KEY = re.compile(r"\b(?:sk|pk|rk|key)-[\w*.…-]{6,}|Bearer\s+\S+", re.IGNORECASE)
_TOO_LONG = re.compile(r"context[ _](?:length|window)|too (?:long|many tokens|large)|maximum context|max_tokens", re.I)
_NO_CREDIT = re.compile(r"insufficient_quota|credit balance|billing|exceeded your current quota", re.I)
_HTML = re.compile(rb"\s*<(?:!doctype|html|head|body)", re.I)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request went, in the words an error needs. An address is kept without its password."""

    label: str  # "OpenAI"
    base_url: str
    model: str
    key_variable: str
    url_variable: str
    secret: str
    model_variable: str = "DEFAULT_MODEL"

    def __post_init__(self) -> None:
        """Errors are kept with the job and told to callers."""
        object.__setattr__(self, "base_url", without_password(self.base_url))


def without_password(url: str) -> str:
    """The address without user, password and query, any of which may be a key."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def redact(text: str, secrets: Iterable[str] = (), limit: int = 200) -> str:
    """`text` on one line, at most `limit` characters, with every key replaced by `***`."""
    for secret in secrets:
        if len(secret) >= 4:
            text = text.replace(secret, "***")
    text = " ".join(_KEY.sub("***", text).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def looks_like_html(body: bytes) -> bool:
    """Whether a web page answered instead of an API."""
    return _HTML.match(body) is not None


def not_an_api(place: Place, body: bytes) -> ProviderRefused:
    """The error for a 200 that is no API reply."""
    what = "a web page" if looks_like_html(body) else "something that is not JSON"
    usually = " (it usually ends in /v1)" if place.url_variable == "OPENAI_BASE_URL" else ""
    return ProviderRefused(
        f"{place.base_url} answered with {what} instead of an API reply; set {place.url_variable} to the API's "
        f"address{usually}."
    )


def no_answer(place: Place, why: str) -> ProviderDown:
    """The error for a connection that failed or timed out."""
    return ProviderDown(f"{place.label} at {place.base_url} did not answer: {redact(why, [place.secret])}")


def too_long(status: int, body: bytes) -> bool:
    """Whether the request was refused because it does not fit the model: a smaller one may."""
    return status == 413 or (status in (400, 422) and _TOO_LONG.search(_text(body)) is not None)


def from_status(place: Place, status: int, headers: Mapping[str, str], body: bytes, rung: Rung) -> ProviderError:
    """The error that an HTTP status other than 200 stands for."""
    said = redact(_message(body), [place.secret])
    if status in (401, 403):
        return ProviderRefused(
            f"{place.label} refused the key ({status}); set {place.key_variable} to a key that is valid "
            f"for {place.base_url}."
        )
    if status == 402 or (status in (400, 403, 429) and _NO_CREDIT.search(_text(body))):
        return ProviderRefused(f"{place.label} says the account cannot pay ({status}): {said}")
    if status == 404 and (looks_like_html(body) or not said):
        return not_an_api(place, body)
    if status == 404 and place.model not in said and "model" not in said.casefold():
        return ProviderRefused(
            f"{place.label} at {place.base_url} knows no such place ({said}); set {place.url_variable} to the API's "
            f"address, or send a model it has instead of {place.model!r}."
        )
    if status == 404:
        return ProviderRefused(
            f"{place.label} at {place.base_url} does not know model {place.model!r}; "
            f"send another model, or set {place.model_variable} to one it has ({said})."
        )
    if status in (429, 529):
        return ProviderBusy(f"{place.label} asks for fewer requests ({status}).", retry_after(headers))
    if status in (408, 409) or status >= 500:
        return ProviderDown(f"{place.label} at {place.base_url} failed with status {status}.")
    if looks_like_html(body) or status < 400:
        return not_an_api(place, body)
    if rung != "prompt" and status in (400, 415, 422):
        return FormatUnsupported(f"{place.label} rejects the {rung} form for {place.model!r} ({status}): {said}")
    return ProviderRefused(f"{place.label} rejects the request for {place.model!r} ({status}): {said}")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait as `Retry-After` (seconds or a date, RFC 9110) or `retry-after-ms` says, or None."""
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        value = headers.get("retry-after")
        return None if value is None else max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(headers["retry-after"]).timestamp() - time())
    except (ValueError, TypeError, KeyError):
        return None


def _text(body: bytes) -> str:
    return body[:4000].decode("utf-8", "replace")


def _message(body: bytes) -> str:
    """The words of an error body: `error.message`, `message`, `detail`, or the text itself."""
    try:
        data: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "" if looks_like_html(body) else _text(body)
    error = data.get("error", data) if isinstance(data, dict) else data
    if isinstance(error, dict):
        for key in ("message", "detail", "error"):
            if isinstance(error.get(key), str):
                return str(error[key])
    return error if isinstance(error, str) else _text(body)
