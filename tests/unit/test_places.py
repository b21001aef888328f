"""What an error says of the address a request went to."""

from __future__ import annotations

import pytest

from synthaix.providers.faults import Place, not_an_api, without_password


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:secret@host:8443/v1", "https://host:8443/v1"),
        ("https://host/v1?api-key=secret#secret", "https://host/v1"),
        ("http://secret@[::1]:1/v1", "http://[::1]:1/v1"),
        ("https://api.openai.com/v1", "https://api.openai.com/v1"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    place = Place("The server", url, "m", "OPENAI_API_KEY", "OPENAI_BASE_URL", "key")

    assert without_password(url) == shown
    assert shown in str(not_an_api(place, b"hello"))
    assert "secret" not in str(not_an_api(place, b"hello"))
