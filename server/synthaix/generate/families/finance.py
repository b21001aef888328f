"""The finance family: currency, merchant, account and transaction words of one payment per row.

Currency code, name and symbol agree, merchant and its category code agree. With a locale, two payments in
three are in its country's currency, and a known country decides alone. Merchants and banks are invented and
English in every locale; IBANs, card numbers and ISINs are in the identifier family.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from synthaix.generate.families.base import Field, FieldFamily, Rows, country_codes
from synthaix.generate.families.vectors import (
    Index,
    Integers,
    Vocabulary,
    digits,
    gather,
    join,
    positions,
    random_digits,
)
from synthaix.generate.families.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Callable

_OWN_CURRENCY = 2 / 3
_LETTERS = pl.Series(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


@lru_cache(maxsize=16)
def _weighted(name: str) -> Vocabulary:
    entries: dict[str, Any] = words("finance")[name]
    return Vocabulary(entries, [entry[-1] if isinstance(entry, list) else entry for entry in entries.values()])


@lru_cache(maxsize=16)
def _column(name: str, place: int) -> pl.Series:
    """One column of a table keyed by code."""
    return pl.Series([entry[place] for entry in words("finance")[name].values()])


def _choice(name: str) -> Callable[[Rows], pl.Series]:
    return lambda rows: _weighted(name).sample(rows.numbers, f"finance.{name}")


def _currency_index(rows: Rows) -> Index:
    place = {code: number for number, code in enumerate(words("finance")["currencies"])}
    drawn = _weighted("currencies").index(rows.numbers, "finance.currency")
    if "currency_code" in rows.known:
        stated = positions(rows.known["currency_code"].cast(pl.String).str.to_uppercase(), place)
        return np.where(stated < 0, drawn, stated).astype(np.uint32)
    homes = words("finance")["currency_of"]
    codes = country_codes(rows.known)
    if codes is not None:
        own = {code: place[homes.get(code, "EUR")] for code in codes.unique().drop_nulls()}
        stated = positions(codes, own)
        return np.where(stated < 0, drawn, stated).astype(np.uint32)
    if rows.world:
        return drawn
    home = place[homes.get(rows.locale.country, "EUR")]
    return np.where(rows.numbers.uniform("finance.own") < _OWN_CURRENCY, home, drawn).astype(np.uint32)


def currency_code(rows: Rows) -> pl.Series:
    """ISO 4217."""
    return gather(_weighted("currencies").values, _currency_index(rows))


def currency_name(rows: Rows) -> pl.Series:
    """The currency's English name."""
    return gather(_column("currencies", 0), _currency_index(rows))


def currency_symbol(rows: Rows) -> pl.Series:
    """The currency's sign."""
    return gather(_column("currencies", 1), _currency_index(rows))


@lru_cache(maxsize=1)
def _merchants() -> tuple[pl.Series, pl.Series, pl.Series]:
    """Merchant, category code and category, one row per merchant."""
    table = [
        (name, *kind.split("|")) for kind, names in words("finance")["merchants"].items() for name in names.split("|")
    ]
    names, codes, kinds = zip(*table, strict=True)
    return pl.Series(names), pl.Series(codes), pl.Series(kinds)


def _merchant_index(rows: Rows) -> Integers:
    names, codes, _ = _merchants()
    drawn = rows.numbers.integers("finance.merchant", 0, len(names))
    for field, column in (("merchant", names), ("mcc", codes)):
        if field in rows.known:
            stated = positions(rows.known[field], {value: place for place, value in enumerate(column)})
            return np.where(stated < 0, drawn, stated)
    return drawn


def _merchant(place: int) -> Callable[[Rows], pl.Series]:
    return lambda rows: gather(_merchants()[place], _merchant_index(rows))


def crypto_name(rows: Rows) -> pl.Series:
    """The name of the row's crypto currency."""
    return gather(_column("cryptos", 0), _weighted("cryptos").index(rows.numbers, "finance.cryptos"))


@lru_cache(maxsize=1)
def _banks() -> Vocabulary:
    return Vocabulary(words("finance")["banks"].split("|"))


def bank_name(rows: Rows) -> pl.Series:
    """An invented bank."""
    return _banks().sample(rows.numbers, "finance.bank")


def bic(rows: Rows) -> pl.Series:
    """SWIFT code of the row's bank: its letters, the country, a location whose 0 marks a test code, and XXX."""
    stems = _banks().values.str.replace_all(r"[^A-Za-z]", "").str.slice(0, 4).str.to_uppercase()
    bank = gather(stems, _banks().index(rows.numbers, "finance.bank"))
    codes = country_codes(rows.known)
    country: pl.Series | str = rows.locale.country if codes is None else codes.fill_null(rows.locale.country)
    return join(bank, country, gather(_LETTERS, rows.numbers.integers("finance.bic", 0, 26)), "0XXX")


def account_number(rows: Rows) -> pl.Series:
    """Ten digits."""
    return random_digits("##########", rows.numbers, "finance.account")


def stock_ticker(rows: Rows) -> pl.Series:
    """Three or four capitals."""
    picks = [gather(_LETTERS, rows.numbers.integers(f"finance.ticker.{place}", 0, 26)) for place in range(3)]
    last = gather(pl.concat([_LETTERS, pl.Series([""] * 26)]), rows.numbers.integers("finance.ticker.3", 0, 52))
    return join(*picks, last)


def _patterned(pattern: str, purpose: str, description: str) -> Field:
    return Field(
        description,
        lambda rows: random_digits(pattern, rows.numbers, purpose),
        10 ** pattern.count("#"),
        at=lambda _, index: digits(pattern, index),
        mixes=True,
    )


def _listed(name: str, description: str) -> Field:
    return Field(description, _choice(name), lambda _: len(_weighted(name)))


FINANCE = FieldFamily(
    "finance",
    {
        "currency_code": Field("ISO 4217 code", currency_code, lambda _: len(_weighted("currencies"))),
        "currency_name": Field("Name of the currency", currency_name, lambda _: len(_weighted("currencies"))),
        "currency_symbol": Field(
            "Sign of the currency", currency_symbol, lambda _: _column("currencies", 1).n_unique()
        ),
        "transaction_type": _listed("transaction_types", "Kind of transaction"),
        "payment_status": _listed("payment_statuses", "State of a payment"),
        "account_type": _listed("account_types", "Kind of account"),
        "card_network": _listed("card_networks", "Network of a payment card"),
        "crypto": _listed("cryptos", "Symbol of a crypto currency"),
        "crypto_name": Field("Name of the crypto currency", crypto_name, lambda _: len(_weighted("cryptos"))),
        "merchant": Field("Invented merchant", _merchant(0), lambda _: _merchants()[0].n_unique()),
        "mcc": Field("Merchant category code of the merchant", _merchant(1), lambda _: _merchants()[1].n_unique()),
        "mcc_description": Field("What the category is", _merchant(2), lambda _: _merchants()[2].n_unique()),
        "bank_name": Field("Invented bank", bank_name, lambda _: len(_banks())),
        "bic": Field("SWIFT code of the bank", bic, lambda _: len(_banks()) * 26),
        "account_number": _patterned("##########", "finance.account", "Ten digits"),
        "routing_number": _patterned("0000#####", "finance.routing", "Nine digits of a district that does not exist"),
        "invoice_number": _patterned("INV-########", "finance.invoice", "Invoice number"),
        "tax_id": _patterned("00-#######", "finance.tax", "Employer number with a prefix that is never issued"),
        "cost_center": _patterned("CC-####", "finance.cost", "Cost centre"),
        "stock_ticker": Field("Stock symbol", stock_ticker, 26**3 + 26**4),
        "ticker": Field("Stock symbol", stock_ticker, 26**3 + 26**4),
    },
)
