"""The words that come with the package, and the long tail of locale vocabularies from mimesis.

Files in `data/` hold facts and phrases compiled for this project; city coordinates, populations and time
zones are from GeoNames (CC BY 4.0). mimesis (MIT) is read as data, without importing it.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl

_DATA = Path(__file__).parent / "data"


@lru_cache(maxsize=32)
def table(name: str) -> pl.DataFrame:
    """`data/<name>.tsv`; every column is a string, and an empty cell is ""."""
    path = _DATA / f"{name}.tsv"
    read = pl.read_csv(path, separator="\t", quote_char=None, infer_schema=False)
    return read.with_columns(pl.all().fill_null(""))


@lru_cache(maxsize=32)
def words(name: str) -> dict[str, Any]:
    """`data/<name>.json`."""
    loaded: dict[str, Any] = json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=1)
def name_lists() -> dict[tuple[str, str], list[str]]:
    """(locale, kind) -> names, the most common first; kinds: m, f, s (surnames), sf (women's surnames).

    A name whose romanisation cannot be derived carries it after a colon.
    """
    lists = {}
    for line in (_DATA / "names.txt").read_text(encoding="utf-8").splitlines():
        locale, kind, *names = line.split()
        lists[locale, kind] = [name.replace("_", " ") for name in names]
    return lists


@lru_cache(maxsize=128)
def mimesis(folder: str, topic: str) -> dict[str, Any]:
    """One of the locale files of mimesis ("de", "person"), {} where there is none."""
    spec = find_spec("mimesis")
    if spec is None or not spec.submodule_search_locations:
        return {}
    path = Path(spec.submodule_search_locations[0]) / "datasets" / folder / f"{topic}.json"
    if not path.is_file():
        return {}
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=1)
def street_lists() -> dict[str, list[str]]:
    """Locale -> street names that most towns of the country have."""
    lines = (_DATA / "streets.txt").read_text(encoding="utf-8").splitlines()
    return {code: names.split("|") for code, _, names in (line.partition(" ") for line in lines)}
