"""What must be settled before other machines may call: who they are, and which addresses a call can reach."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from synthaix.errors import SettingsError
from synthaix.protocol.auth import is_guarded
from synthaix.providers.faults import without_password

if TYPE_CHECKING:
    from synthaix.settings import Settings

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def check_exposure(settings: Settings, host: str) -> None:
    """Raise SettingsError where binding `host` would open more than was meant; loopback is always fine.

    Addresses of models come from the configuration alone. One inside a private network is still a way in for whoever
    may start jobs, so it has to be allowed by name.
    """
    if host in _LOOPBACK:
        return
    if not is_guarded(settings):
        raise SettingsError(
            f"BACKEND_HOST {host} is reachable from other machines; set SYNTHAIX_AUTH_TOKEN or SYNTHAIX_AUTH_JWKS_URL "
            "to serve there, or use 127.0.0.1."
        )
    if settings.allow_private == "on":
        return
    for variable, url in (
        ("OPENAI_BASE_URL", settings.openai_base_url),
        ("ANTHROPIC_BASE_URL", settings.anthropic_base_url),
        ("CHROMADB_URL", settings.chromadb_url),
    ):
        if url and is_private(url):
            raise SettingsError(
                f"{variable} {without_password(url)} is inside a private network, and BACKEND_HOST {host} lets other "
                "machines reach it through this server; set SYNTHAIX_ALLOW_PRIVATE=on if that is meant."
            )


def is_private(url: str) -> bool:
    """Whether the address is not one of the public internet. Names are judged by their form; none is looked up."""
    name = urlsplit(url).hostname or ""
    try:
        return not ipaddress.ip_address(name).is_global
    except ValueError:
        return "." not in name or name.endswith((".local", ".internal", ".localhost"))
