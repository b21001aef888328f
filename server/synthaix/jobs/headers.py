"""Headers of rows that come from elsewhere, as column names: spaces and signs become underscores."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from synthaix.schema.table import MAX_NAME, is_usable_name

if TYPE_CHECKING:
    from collections.abc import Iterable


def column_names(headers: Iterable[str]) -> dict[str, str]:
    """Each header's column name: itself where it can be one and is not taken, case aside; in the order given."""
    headers = list(headers)
    names = {header: header for header in headers if is_usable_name(header)}
    taken: set[str] = set()
    for header in sorted(headers, key=lambda header: header not in names):  # names that fit come first
        name = names.get(header) or _fitted(header)
        names[header] = _free(name, taken)
        taken.add(names[header].casefold())
    return {header: names[header] for header in headers}


def _fitted(header: str) -> str:
    name = re.sub(r"\W+", "_", header).strip("_")[:MAX_NAME]
    return name if is_usable_name(name) else f"column_{name}"[:MAX_NAME].rstrip("_")


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name[: MAX_NAME - len(str(number)) - 1]}_{number}"
    return free
