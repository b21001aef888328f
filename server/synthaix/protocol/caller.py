"""Who is calling: the subject of the access token, or nobody in particular."""

from __future__ import annotations


def caller() -> str | None:
    """The owner that this call's jobs belong to; None over stdio and without authentication."""
    from fastmcp.server.dependencies import get_access_token

    token = get_access_token()
    if token is None:
        return None
    from synthaix.protocol.auth import owner_of

    return owner_of(token)
