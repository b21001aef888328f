"""The internet family: addresses, requests, clients and keys of one visit per row.

Browser, system, device and user agent agree; URL, domain and hostname share their site, URL and path their
page. Domains end in `.example` (RFC 2606). IPv4 addresses look public: the first octet is one of the large
allocated blocks, and private, loopback, link-local, shared, documentation and multicast ranges never occur;
they may belong to somebody. IPv6 addresses are of the documentation range 2001:db8::/32.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.families.base import Field, FieldFamily, Rows
from synthaix.generate.families.codes import random_symbols, with_serial
from synthaix.generate.families.vectors import Index, Integers, Vocabulary, fixed, gather, join, plain
from synthaix.generate.families.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Callable

_HEX = "0123456789abcdef"
_ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

_OCTETS = tuple(octet for octet in range(11, 223) if octet not in (100, 127, 169, 172, 192, 198, 203, 214, 215))
"""First octets without any range that is not public (RFC 6890), and without the military's."""

_VERSIONS = {"c": (120, 143), "f": (121, 145), "s": (16, 19), "m": (0, 6), "b": (23, 28)}
"""Version numbers of the browsers, from and up to: Chromium, Firefox, Safari and its minor, Samsung."""


@lru_cache(maxsize=32)
def _weighted(name: str) -> Vocabulary:
    entries = words("internet")[name]
    return Vocabulary(entries, list(entries.values()))


@lru_cache(maxsize=32)
def _listed(name: str, separator: str | None = None) -> Vocabulary:
    text = words("internet")[name]
    return Vocabulary(list(dict.fromkeys(text.split(separator) if separator != "" else text)))


@lru_cache(maxsize=1)
def _octets() -> pl.Series:
    return pl.Series([str(octet) for octet in range(256)])


def ipv4(rows: Rows) -> pl.Series:
    """A public-looking address."""
    return _ipv4_at(rows, rows.numbers.integers("internet.ipv4", 0, len(_OCTETS) << 24))


def _ipv4_at(rows: Rows, index: Integers) -> pl.Series:
    first = gather(pl.Series([str(octet) for octet in _OCTETS]), index >> 24)
    rest = [gather(_octets(), index >> shift & 255) for shift in (16, 8, 0)]
    return join(first, ".", rest[0], ".", rest[1], ".", rest[2])


def _hex(name: str, length: int, description: str) -> Field:
    def write(rows: Rows, index: Integers | None) -> pl.Series:
        matrix = random_symbols(_HEX, length, rows.numbers, f"internet.{name}")
        return fixed(matrix if index is None else with_serial(matrix, _HEX, index, min(length, 12)))

    space = None if length > 10 else 16**length
    return Field(description, lambda rows: write(rows, None), space, at=write, mixes=True)


def _grouped(opening: str, groups: int, size: int, mark: str, name: str, description: str) -> Field:
    """Hexadecimal groups behind a fixed opening: MAC and IPv6 addresses."""

    def write(rows: Rows, index: Integers | None) -> pl.Series:
        matrix = random_symbols(_HEX, groups * size, rows.numbers, f"internet.{name}")
        if index is not None:
            matrix = with_serial(matrix, _HEX, index, min(groups * size, 12))
        text = np.full((rows.count, groups * (size + 1)), ord(mark), dtype=np.uint8)
        for group in range(groups):
            text[:, group * (size + 1) + 1 : (group + 1) * (size + 1)] = matrix[:, group * size : (group + 1) * size]
        return join(opening, fixed(text))

    space = None if groups * size > 10 else 16 ** (groups * size)
    return Field(description, lambda rows: write(rows, None), space, at=write, mixes=True)


def _site(rows: Rows) -> pl.Series:
    return gather(_sites(), rows.numbers.integers("internet.site", 0, len(_sites())))


@lru_cache(maxsize=1)
def _sites() -> pl.Series:
    """Names of sites: coined words, with and without a second one."""
    coined = [name.lower() for name in dict.fromkeys(words("company")["coined"].split())]
    seconds = ("", "shop", "online", "hub", "media", "labs", "world", "direct", "cloud", "store")
    return pl.Series([f"{name}{second}" for name in coined for second in seconds])


def domain(rows: Rows) -> pl.Series:
    """northwindshop.example"""
    return join(_site(rows), ".example")


def _domain_at(rows: Rows, index: Integers) -> pl.Series:
    return join(_site(rows), "-", plain(index + 1), ".example")


def hostname(rows: Rows) -> pl.Series:
    """web-03.eu-west.northwindshop.example"""
    role, zone = (_listed(name).sample(rows.numbers, f"internet.{name}") for name in ("host_words", "host_zones"))
    number = gather(_two_digits(), rows.numbers.integers("internet.host", 1, 41))
    return join(role, "-", number, ".", zone, ".", domain(rows))


@lru_cache(maxsize=1)
def _two_digits() -> pl.Series:
    return pl.Series([f"{number:02d}" for number in range(100)])


def slug(rows: Rows) -> pl.Series:
    """bright-garden-ideas"""
    parts = ("slug_adjectives", "slug_nouns", "slug_tails")
    first, second, third = (_listed(name).sample(rows.numbers, f"internet.{name}") for name in parts)
    return join(first, "-", second, "-", third)


def _slug_at(rows: Rows, index: Integers) -> pl.Series:
    return join(slug(rows), "-n", plain(index + 1))


def path(rows: Rows) -> pl.Series:
    """/blog/bright-garden-ideas, or the section alone, or an id in it."""
    section = _listed("sections", "|").sample(rows.numbers, "internet.section")
    kind = rows.numbers.uniform("internet.path")
    number = plain(rows.numbers.integers("internet.path.id", 1, 100_000))
    inner = pl.select(
        pl.when(pl.Series(kind < 0.4)).then(join("/", slug(rows)))
        .when(pl.Series(kind < 0.7)).then(join("/", number)).otherwise(pl.lit("")).alias("v")
    )["v"]  # fmt: skip
    return join("/", section, inner)


def url(rows: Rows) -> pl.Series:
    """https://www.<domain><path>"""
    return join("https://www.", rows.given("domain", domain), rows.given("path", path))


def _url_at(rows: Rows, index: Integers) -> pl.Series:
    return join("https://www.", domain(rows), "/", slug(rows), "-n", plain(index + 1))


@lru_cache(maxsize=1)
def _clients() -> tuple[Vocabulary, tuple[pl.Series, ...]]:
    """What visits: its browser, system and device, and every user agent it can have."""
    entries = words("internet")["clients"]
    rows, weights = [], []
    for kind, weight in entries.items():
        browser, system, device, agent = kind.split("|")
        agents = [agent]
        for mark, (low, high) in _VERSIONS.items():
            if "{" + mark + "}" in agent:
                numbers = range(low, high)
                agents = [each.replace("{" + mark + "}", str(number)) for each in agents for number in numbers]
        rows += [(browser, system, device, each) for each in agents]
        # Newer versions come last and are more common.
        recent = np.linspace(0.2, 1.8, len(agents))
        weights += list(weight * recent / recent.sum())
    columns = tuple(pl.Series(list(column)) for column in zip(*rows, strict=True))
    return Vocabulary([row[3] for row in rows], weights), columns


def _client(place: int) -> Callable[[Rows], pl.Series]:
    return lambda rows: gather(_clients()[1][place], _client_index(rows))


def _client_index(rows: Rows) -> Index:
    return _clients()[0].index(rows.numbers, "internet.client")


def http_status(rows: Rows) -> pl.Series:
    """200 in most rows."""
    return _weighted("statuses").sample(rows.numbers, "internet.status").cast(pl.Int64)


def port(rows: Rows) -> pl.Series:
    """Well-known ports, and in one row of ten any high one."""
    common = _weighted("ports").sample(rows.numbers, "internet.port").cast(pl.Int64).to_numpy()
    high = rows.numbers.integers("internet.port.high", 49_152, 65_536)
    return pl.Series(np.where(rows.numbers.uniform("internet.port.kind") < 0.9, common, high))


def color_hex(rows: Rows) -> pl.Series:
    """#1fa2c9"""
    return join("#", fixed(random_symbols(_HEX, 6, rows.numbers, "internet.color")))


def _token(rows: Rows, index: Integers | None) -> pl.Series:
    matrix = random_symbols(_ALPHANUMERIC, 40, rows.numbers, "internet.token")
    return fixed(matrix if index is None else with_serial(matrix, _ALPHANUMERIC, index, 10))


def locale(rows: Rows) -> pl.Series:
    """de-DE: the row's locale, or any of those supported."""
    codes = _locale_tags()
    if rows.world:
        return codes.sample(rows.numbers, "internet.locale")
    return pl.Series([_tag(rows.locale.code, rows.locale.country)]).new_from_index(0, rows.count)


def _tag(code: str, country: str) -> str:
    return f"{code.split('_')[0]}-{country}"


@lru_cache(maxsize=1)
def _locale_tags() -> Vocabulary:
    from synthaix.generate.families.locales import LOCALES

    return Vocabulary([_tag(each.code, each.country) for each in LOCALES.values()])


def username(rows: Rows) -> pl.Series:
    """brightgarden42"""
    parts = ("slug_adjectives", "slug_nouns")
    first, second = (_listed(name).sample(rows.numbers, f"internet.user.{name}") for name in parts)
    return join(first, second, plain(rows.numbers.integers("internet.user", 1, 10_000)))


def _choice(name: str, description: str) -> Field:
    return Field(
        description,
        lambda rows: _weighted(name).sample(rows.numbers, f"internet.{name}"),
        lambda _: len(_weighted(name)),
    )


INTERNET = FieldFamily(
    "internet",
    {
        "ipv4": Field("Public-looking IPv4 address", ipv4, len(_OCTETS) << 24, at=_ipv4_at, mixes=True),
        "ipv6": _grouped("2001:db8", 6, 4, ":", "ipv6", "IPv6 address for documentation"),
        "mac": _grouped("02", 5, 2, ":", "mac", "Locally administered MAC address"),
        "url": Field("URL under .example", url, 10**8, at=_url_at, mixes=True),
        "domain": Field("Domain under .example", domain, 10**7, at=_domain_at, mixes=True),
        "hostname": Field("Name of a server", hostname, lambda _: len(_sites()) * 14 * 8 * 40),
        "path": Field("Path of a page", path),
        "slug": Field("Words of a page's address", slug, 10**8, at=_slug_at, mixes=True),
        "user_agent": Field("Browser's user agent", _client(3), lambda _: _clients()[1][3].n_unique()),
        "browser": Field("Browser of the user agent", _client(0), lambda _: _clients()[1][0].n_unique()),
        "os": Field("System of the user agent", _client(1), lambda _: _clients()[1][1].n_unique()),
        "device": Field("Device of the user agent", _client(2), lambda _: _clients()[1][2].n_unique()),
        "username": Field("Nickname", username, 20 * 20 * 9_999),
        "http_method": _choice("methods", "HTTP method"),
        "http_status": Field("HTTP status", http_status, lambda _: len(_weighted("statuses"))),
        "mime_type": _choice("mime_types", "Media type"),
        "port": Field("Port number", port, lambda _: len(_weighted("ports")) + 16_384),
        "protocol": _choice("protocols", "Transport protocol"),
        "language": _choice("languages", "ISO 639-1 code"),
        "locale": Field("Language and country", locale, lambda at: 1 if at.country else len(_locale_tags())),
        "md5": _hex("md5", 32, "MD5 digest"),
        "sha1": _hex("sha1", 40, "SHA-1 digest"),
        "sha256": _hex("sha256", 64, "SHA-256 digest"),
        "session_id": _hex("session", 24, "Session key"),
        "token": Field("Access token of 40 characters", lambda rows: _token(rows, None), at=_token, mixes=True),
        "color_hex": Field("Colour", color_hex, 16**6),
        "emoji": Field(
            "Emoji", lambda rows: _listed("emoji", "").sample(rows.numbers, "internet.emoji"),
            lambda _: len(_listed("emoji", "")),
        ),
    },
)  # fmt: skip
