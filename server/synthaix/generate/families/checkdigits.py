"""Check digits of whole columns: every function takes payloads as int64 and gives one digit per row.

Payloads hold at most 18 digits; leading zeros change none of the results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from synthaix.generate.families.vectors import Integers

_VIN_WEIGHTS = np.array([8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2])
VIN_LETTERS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN_VALUES = np.array([*range(10), 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9])


def _from_right(payload: Integers) -> list[Integers]:
    """The digits, last first, as far as any payload reaches."""
    digits, rest = [], payload
    while rest.any():
        rest, digit = np.divmod(rest, 10)
        digits.append(digit)
    return digits


def luhn(payload: Integers) -> Integers:
    """Luhn's digit (ISO/IEC 7812-1): cards, IMEI."""
    total = np.zeros_like(payload)
    for place, digit in enumerate(_from_right(payload)):
        total += digit if place % 2 else digit * 2 - 9 * (digit > 4)
    return -total % 10


def ean(payload: Integers) -> Integers:
    """The digit of EAN, UPC, GTIN and ISBN-13: weights 3, 1, 3 … from the right."""
    total = np.zeros_like(payload)
    for place, digit in enumerate(_from_right(payload)):
        total += digit * (1 if place % 2 else 3)
    return -total % 10


def mod_11(payload: Integers) -> Integers:
    """Weights 2, 3, 4 … from the right, modulo 11: ISBN-10, ISSN, NHS. 10 stands for X."""
    total = np.zeros_like(payload)
    for place, digit in enumerate(_from_right(payload)):
        total += digit * (place + 2)
    return -total % 11


def mod_11_2(payload: Integers) -> Integers:
    """ISO/IEC 7064 MOD 11-2: ORCID, ISNI. 10 stands for X."""
    total = np.zeros_like(payload)
    for digit in reversed(_from_right(payload)):
        total = (total + digit) * 2 % 11
    check: Integers = (12 - total) % 11
    return check


def cusip(payload: Integers) -> Integers:
    """The digit of an eight-digit CUSIP: every second one from the right doubled, digits summed."""
    total = np.zeros_like(payload)
    for place, digit in enumerate(_from_right(payload)):
        value = digit if place % 2 else digit * 2
        total += value // 10 + value % 10
    return -total % 10


def mod_97(remainder: Integers, payload: Integers, width: int) -> Integers:
    """The remainder by 97 of a number, once `width` more digits are written behind it; width <= 16."""
    extended: Integers = (remainder * 10**width + payload) % 97
    return extended


def vin(symbols: NDArray[np.int64]) -> Integers:
    """Position nine of a VIN, from all 17 as places in `VIN_LETTERS`; 10 stands for X."""
    remainder: Integers = (_VIN_VALUES[symbols] * _VIN_WEIGHTS).sum(axis=1) % 11
    return remainder
