from __future__ import annotations

import anyio
import pytest

from synthaix.errors import ProviderDown
from synthaix.generate.calls import all_of


async def test_an_error_lets_the_other_calls_end_before_it_is_raised() -> None:
    ended: list[str] = []

    async def fails() -> None:
        raise ProviderDown("away")

    async def ends() -> None:
        await anyio.sleep(0.05)
        ended.append("paid for")

    with pytest.raises(ProviderDown, match="away"):
        await all_of([fails, ends])
    assert ended == ["paid for"]
