"""Which provider and model a job uses, and the client that talks to them."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from synthaix.errors import ArgumentError, SettingsError
from synthaix.precedence import GiveWay, at_once
from synthaix.providers.base import Carry, by_oneself
from synthaix.providers.client import ModelClient
from synthaix.providers.fallback import Client, FallbackClient
from synthaix.providers.prices import Price, load_prices

if TYPE_CHECKING:
    from synthaix.providers.base import Provider
    from synthaix.providers.embeddings import OpenAIEmbeddings
    from synthaix.providers.patience import Patience
    from synthaix.settings import Settings

PROVIDERS = ("local", "openai", "anthropic", "scripted")
"""What `provider` may be; `scripted` invents rows without a network, for tests and examples."""

DEFAULT_MODELS = {"openai": "gpt-6-luna", "anthropic": "claude-haiku-5-5", "scripted": "scripted"}
"""The cheapest current model of each provider: rows need fluency, not reasoning."""

_NO_KEY = "no-key"
"""Sent to a server of the caller's own when there is no key: the SDK insists on one, Ollama and the like do not."""


def default_provider(settings: Settings) -> str:
    """`local`, `openai` or `anthropic`: what DEFAULT_LLM_PROVIDER says, or for `auto` the first that is configured."""
    if settings.default_llm_provider != "auto":
        return settings.default_llm_provider
    if settings.openai_api_key or settings.openai_base_url:
        return "openai"
    if settings.anthropic_api_key or settings.anthropic_base_url:
        return "anthropic"
    return "local"


def default_model(settings: Settings, provider: str) -> str | None:
    """The model a job of that provider uses unless it names one; None for `local`."""
    if settings.default_model and provider == default_provider(settings):
        return settings.default_model
    return DEFAULT_MODELS.get(provider)


def check_provider(settings: Settings, provider: str) -> None:
    """Raise ArgumentError or SettingsError unless that provider can be called with these settings."""
    if provider not in PROVIDERS:
        raise ArgumentError(f"provider is {provider[:80]!r}; send one of local, openai, anthropic.")
    if provider in ("openai", "anthropic"):
        _credentials(settings, provider)


def fallback_for(settings: Settings, provider: str, model: str | None) -> tuple[str, str] | None:
    """The (provider, model) that stands in for another while that is down; None where there is none but itself.

    Raises SettingsError where the configured one cannot be called.
    """
    name = settings.fallback_llm_provider
    if name is None or provider not in ("openai", "anthropic"):
        return None
    chosen = settings.fallback_model or DEFAULT_MODELS[name]
    if (name, chosen) == (provider, model):
        return None
    try:
        _credentials(settings, name)
    except SettingsError as exc:
        raise SettingsError(f"FALLBACK_LLM_PROVIDER cannot be used: {exc}") from None
    return name, chosen


def job_client(
    settings: Settings,
    provider: str | None = None,
    model: str | None = None,
    *,
    max_workers: int | None = None,
    give_way: GiveWay = at_once,
    carry: Carry = by_oneself,
) -> Client:
    """The client of that provider and model, with the configured fallback behind it; raises as `model_client`."""
    name = provider or default_provider(settings)
    chosen = model or default_model(settings, name)
    stand_in = fallback_for(settings, name, chosen)
    if stand_in is None:
        return model_client(settings, name, chosen, max_workers=max_workers, give_way=give_way, carry=carry)
    first = model_client(
        settings, name, chosen, max_workers=max_workers, replaceable=True, give_way=give_way, carry=carry
    )
    return FallbackClient(
        first, model_client(settings, *stand_in, max_workers=max_workers, give_way=give_way, carry=carry)
    )


def model_client(
    settings: Settings,
    provider: str | None = None,
    model: str | None = None,
    *,
    max_workers: int | None = None,
    patience: Patience | None = None,
    replaceable: bool = False,
    give_way: GiveWay = at_once,
    carry: Carry = by_oneself,
) -> ModelClient:
    """The client of that provider and model, or of the configured ones; nothing is sent yet.

    Raises ArgumentError for a provider that is none, SettingsError where a key or address is missing or unusable.
    """
    name = provider or default_provider(settings)
    check_provider(settings, name)
    if name == "local":
        raise ArgumentError("provider is 'local', which calls no model; set OPENAI_API_KEY or ANTHROPIC_API_KEY.")
    chosen = model or default_model(settings, name) or DEFAULT_MODELS[name]
    workers = max_workers or settings.max_workers or 50
    return ModelClient(
        _adapter(settings, name, carry),
        chosen,
        max_workers=workers,
        price=model_price(settings, name, chosen),
        patience=patience,
        replaceable=replaceable,
        hedge=settings.hedge,
        give_way=give_way,
    )


def embeddings(settings: Settings, model: str) -> OpenAIEmbeddings:
    """The client of that embedding model at OPENAI_BASE_URL; nothing is sent yet. SettingsError where a key lacks."""
    from synthaix.providers.embeddings import OpenAIEmbeddings

    if settings.openai_api_key is None and _is_official("openai", settings.openai_base_url):
        raise SettingsError(
            f"EMBEDDING_MODEL is {model[:80]!r}, which needs OPENAI_API_KEY, or OPENAI_BASE_URL of a server of your "
            "own; leave EMBEDDING_MODEL empty for the built-in embedding."
        )
    return OpenAIEmbeddings(model, *_credentials(settings, "openai"))


def model_price(settings: Settings, provider: str, model: str) -> Price | None:
    """What the model costs where these settings reach it; None where that is unknown."""
    if provider == "scripted":
        return Price(0.0, 0.0)
    base_url = settings.openai_base_url if provider == "openai" else settings.anthropic_base_url
    table = load_prices(settings.price_file)
    return table.price(provider, model, official=_is_official(provider, base_url))


def in_own_network(settings: Settings, provider: str) -> bool:
    """Whether the provider is reached on this machine or in a private network, where nobody bills by the token."""
    base_url = settings.openai_base_url if provider == "openai" else settings.anthropic_base_url
    host = None if base_url is None else urlsplit(base_url).hostname
    if host is None:
        return False
    try:
        return ip_address(host).is_private
    except ValueError:  # a name: without a dot it is a neighbour's, as in compose
        return "." not in host or host.endswith((".local", ".internal", ".lan", ".localhost"))


def _adapter(settings: Settings, name: str, carry: Carry) -> Provider:
    if name == "scripted":
        from synthaix.providers.scripted import Scripted

        return Scripted()
    key, base_url = _credentials(settings, name)
    if name == "openai":
        from synthaix.providers.openai_chat import OpenAIChat

        return carry(OpenAIChat(key, base_url))
    from synthaix.providers.anthropic_messages import AnthropicMessages

    return carry(AnthropicMessages(key, base_url))


def _credentials(settings: Settings, name: str) -> tuple[str, str | None]:
    secret = settings.openai_api_key if name == "openai" else settings.anthropic_api_key
    base_url = settings.openai_base_url if name == "openai" else settings.anthropic_base_url
    variable = name.upper()
    if secret is not None:
        return secret.get_secret_value(), base_url
    if _is_official(name, base_url):
        raise SettingsError(
            f"provider {name!r} needs a key: set {variable}_API_KEY, or {variable}_BASE_URL to a server of your own."
        )
    return _NO_KEY, base_url


def _is_official(name: str, base_url: str | None) -> bool:
    host = {"openai": "api.openai.com", "anthropic": "api.anthropic.com"}.get(name)
    return base_url is None or urlsplit(base_url).hostname == host
