"""Who may call over HTTP: one static token, signed tokens of an identity provider, or both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synthaix.errors import SettingsError

if TYPE_CHECKING:
    from fastmcp.server.auth import AccessToken, AuthProvider, TokenVerifier

    from synthaix.settings import Settings

_STATIC = "token"
"""The client id, and so the owner of jobs, of whoever sends the static token."""


def is_guarded(settings: Settings) -> bool:
    """Whether callers over HTTP must show a token."""
    return any((settings.auth_token, settings.auth_jwks_url, settings.auth_public_key))


def auth_provider(settings: Settings, base_url: str | None) -> AuthProvider | None:
    """The verifier of tokens; None where none is configured. Raises SettingsError for half a configuration."""
    if not is_guarded(settings):
        return None
    from fastmcp.server.auth import MultiAuth

    verifiers: dict[str, TokenVerifier] = {}
    if settings.auth_token is not None:
        verifiers["static"] = _static(settings.auth_token.get_secret_value())
    if settings.auth_jwks_url or settings.auth_public_key:
        verifiers["signed"] = _signed(settings)
    if settings.auth_jwks_url and settings.auth_issuer and base_url:
        return _announced(verifiers, settings.auth_issuer, base_url)
    return next(iter(verifiers.values())) if len(verifiers) == 1 else MultiAuth(verifiers=verifiers)


def owner_of(token: AccessToken) -> str:
    """The owner of this caller's jobs: an identity provider's subject, or the one name of the static token.

    A signed token without a subject, as machines get them, belongs to its client: never to whoever has that name here.
    """
    claims: dict[str, Any] = token.claims or {}
    if "iss" not in claims:
        return token.client_id
    subject = claims.get("sub")
    return f"{claims['iss']} {subject}" if subject else f"{claims['iss']}|{token.client_id}"


def _static(token: str) -> TokenVerifier:
    from fastmcp.server.auth.providers.jwt import StaticTokenVerifier

    return StaticTokenVerifier({token: {"client_id": _STATIC, "scopes": []}})


def _signed(settings: Settings) -> TokenVerifier:
    from fastmcp.server.auth.providers.jwt import JWTVerifier

    if settings.auth_jwks_url and settings.auth_public_key:
        raise SettingsError("SYNTHAIX_AUTH_JWKS_URL and SYNTHAIX_AUTH_PUBLIC_KEY are both set; keep one of them.")
    if not settings.auth_issuer or not settings.auth_audience:
        # Without them a token that the same provider signed for another service would open this one.
        raise SettingsError(
            "Signed tokens need SYNTHAIX_AUTH_ISSUER and SYNTHAIX_AUTH_AUDIENCE: who signs them, and for which service."
        )
    try:
        return JWTVerifier(
            jwks_uri=settings.auth_jwks_url,
            public_key=settings.auth_public_key,
            issuer=settings.auth_issuer,
            audience=settings.auth_audience,
            algorithm=settings.auth_algorithm,
        )
    except ValueError as exc:
        raise SettingsError(f"SYNTHAIX_AUTH_ALGORITHM or the key cannot be used: {exc}.") from None


def _announced(verifiers: dict[str, TokenVerifier], issuer: str, base_url: str) -> AuthProvider:
    """Tell clients where to get a token, so that a host can send the person there (RFC 9728)."""
    from fastmcp.server.auth import MultiAuth, RemoteAuthProvider
    from pydantic import AnyHttpUrl

    signed = verifiers["signed"]
    remote = RemoteAuthProvider(token_verifier=signed, authorization_servers=[AnyHttpUrl(issuer)], base_url=base_url)
    others = {name: verifier for name, verifier in verifiers.items() if verifier is not signed}
    return MultiAuth(server=remote, verifiers=others) if others else remote
