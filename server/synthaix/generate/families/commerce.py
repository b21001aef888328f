"""The commerce family: one product per row with its category, brand, price and code, and words of its order.

Product, category, brand, material and price agree: a desk is Furniture and costs what desks cost, and the
code starts with the category's letters. Brands and carriers are invented. English in every locale.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product as combinations
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.generate.families.base import Field, FieldFamily, Rows
from synthaix.generate.families.vectors import (
    Floats,
    Integers,
    Vocabulary,
    digits,
    gather,
    join,
    plain,
    positions,
    random_digits,
)
from synthaix.generate.families.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """Every product there is: arrays beside `products`, grouped by category."""

    products: pl.Series
    materials: pl.Series
    category: Integers
    typical_price: Floats
    firsts: Integers
    counts: Integers
    by_name: dict[str, int]


@lru_cache(maxsize=1)
def _categories() -> Vocabulary:
    entries = words("commerce")["categories"]
    return Vocabulary(entries, [entry["w"] for entry in entries.values()])


@lru_cache(maxsize=1)
def _catalogue() -> _Catalogue:
    names: list[str] = []
    materials: list[str] = []
    counts, prices = [], []
    for entry in words("commerce")["categories"].values():
        lists = [entry[part].split("|") for part in ("adjectives", "materials", "nouns")]
        made = list(combinations(*lists))
        names += [" ".join(parts) for parts in made]
        materials += [parts[1] for parts in made]
        counts.append(len(made))
        # Each kind of thing has its own place within the spread of its category.
        rank = np.linspace(-1, 1, len(lists[2]))
        level = {noun: float(np.exp(entry["price"][1] * step)) for noun, step in zip(lists[2], rank, strict=True)}
        prices += [entry["price"][0] * level[parts[2]] for parts in made]
    sizes = np.array(counts)
    return _Catalogue(
        pl.Series(names), pl.Series(materials), np.repeat(np.arange(len(counts)), sizes), np.array(prices),
        np.cumsum(sizes) - sizes, sizes, {name: place for place, name in enumerate(names)},
    )  # fmt: skip


def _product_index(rows: Rows) -> Integers:
    """Which product of the catalogue each row has; a known product or category decides."""
    catalogue = _catalogue()
    category = _categories().index(rows.numbers, "commerce.category").astype(np.int64)
    if "category" in rows.known:
        stated = positions(rows.known["category"], {name: place for place, name in enumerate(_categories().values)})
        category = np.where(stated < 0, category, stated)
    place = (rows.numbers.uniform("commerce.product") * catalogue.counts[category]).astype(np.int64)
    drawn = catalogue.firsts[category] + place
    if "product" not in rows.known:
        return drawn
    known = rows.known["product"].cast(pl.String)
    if known.equals(gather(catalogue.products, drawn)):
        return drawn
    stated = positions(known, catalogue.by_name)
    return np.where(stated < 0, drawn, stated)


def _category_index(rows: Rows) -> Integers:
    return _catalogue().category[_product_index(rows)]


def product(rows: Rows) -> pl.Series:
    """Wireless Aluminium Headphones."""
    return gather(_catalogue().products, _product_index(rows))


def category(rows: Rows) -> pl.Series:
    """The product's category."""
    return gather(_categories().values, _category_index(rows))


def material(rows: Rows) -> pl.Series:
    """The material in the product's name."""
    return gather(_catalogue().materials, _product_index(rows))


@lru_cache(maxsize=1)
def _brands() -> list[list[str]]:
    return [entry["brands"].split("|") for entry in words("commerce")["categories"].values()]


def brand(rows: Rows) -> pl.Series:
    """An invented brand of the category."""
    each = len(_brands()[0])
    index = _category_index(rows) * each + rows.numbers.integers("commerce.brand", 0, each)
    return gather(pl.Series([name for names in _brands() for name in names]), index)


def price(rows: Rows) -> pl.Series:
    """What such a product costs, mostly ending in .99, .49 or .95; two decimals."""
    typical = _catalogue().typical_price[_product_index(rows)]
    varied = typical * np.exp(0.18 * rows.numbers.normal("commerce.price"))
    ending = np.array([0.99, 0.99, 0.99, 0.95, 0.49, 0.0])[rows.numbers.integers("commerce.ending", 0, 6)]
    return pl.Series(np.round(np.maximum(np.floor(varied), 1) + ending, 2))


@lru_cache(maxsize=1)
def _prefixes() -> pl.Series:
    """Three capitals for each category, all different."""
    return _categories().values.str.replace_all(r"[^A-Za-z]", "").str.slice(0, 3).str.to_uppercase()


def sku(rows: Rows) -> pl.Series:
    """ELE-04817-BK: category, number, variant."""
    number = random_digits("-#####-", rows.numbers, "commerce.sku")
    return join(
        gather(_prefixes(), _category_index(rows)), number, _variants().sample(rows.numbers, "commerce.variant")
    )


@lru_cache(maxsize=1)
def _variants() -> Vocabulary:
    return Vocabulary(["BK", "WH", "GR", "BL", "RD", "GN", "S", "M", "L", "XL"])


def _sku_at(rows: Rows, index: Integers) -> pl.Series:
    number, variant = np.divmod(index, len(_variants()))
    prefix = gather(_prefixes(), _category_index(rows))
    return join(prefix, digits("-########-", number), gather(_variants().values, variant))


def coupon(rows: Rows) -> pl.Series:
    """SPRING25."""
    stems = Vocabulary(words("commerce")["coupons"].split())
    return join(
        stems.sample(rows.numbers, "commerce.coupon"), plain(5 * rows.numbers.integers("commerce.percent", 1, 11))
    )


def discount(rows: Rows) -> pl.Series:
    """Per cent, 0 in about half of the rows."""
    return _weighted("discounts").sample(rows.numbers, "commerce.discounts").cast(pl.Int64)


@lru_cache(maxsize=16)
def _weighted(name: str) -> Vocabulary:
    entries = words("commerce")[name]
    return Vocabulary(entries, list(entries.values()))


def _listed(name: str, description: str) -> Field:
    make: Callable[[Rows], pl.Series] = lambda rows: _weighted(name).sample(rows.numbers, f"commerce.{name}")  # noqa: E731
    return Field(description, make, lambda _: len(_weighted(name)))


COMMERCE = FieldFamily(
    "commerce",
    {
        "product": Field(
            "Product by adjective, material and kind", product, lambda _: _catalogue().products.n_unique()
        ),
        "category": Field("Category of the product", category, lambda _: len(_categories())),
        "department": Field("Department of the store: the category", category, lambda _: len(_categories())),
        "brand": Field("Invented brand of the category", brand, lambda _: sum(map(len, _brands()))),
        "material": Field("Material of the product", material, lambda _: _catalogue().materials.n_unique()),
        "price": Field("Price usual for the product", price, 6_000),
        "sku": Field("Article code that starts with the category", sku, lambda _: 10**9, at=_sku_at, mixes=True),
        "color": _listed("colors", "Colour"),
        "size": _listed("sizes", "Size of clothing"),
        "payment_method": _listed("payment_methods", "How the order was paid"),
        "order_status": _listed("order_statuses", "State of the order"),
        "shipping_method": _listed("shipping_methods", "Kind of shipping"),
        "carrier": _listed("carriers", "Invented carrier"),
        "unit": _listed("units", "Unit of sale"),
        "coupon": Field("Coupon code", coupon, lambda _: 10 * len(words("commerce")["coupons"].split())),
        "discount": Field("Discount in per cent", discount, lambda _: len(_weighted("discounts"))),
    },
)
