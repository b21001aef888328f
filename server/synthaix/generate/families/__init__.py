"""The vocabularies of the local engine: families of fields that agree with each other row by row.

A family is one module and one line in `FAMILIES`. All fields of one family that are sampled with the same
draws describe the same entity: the e-mail fits the name, the city the country, the price the product.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthaix.generate.families.address import ADDRESS
from synthaix.generate.families.base import Family
from synthaix.generate.families.commerce import COMMERCE
from synthaix.generate.families.company import COMPANY
from synthaix.generate.families.finance import FINANCE
from synthaix.generate.families.identifier import IDENTIFIER
from synthaix.generate.families.internet import INTERNET
from synthaix.generate.families.person import PERSON
from synthaix.generate.families.text import TEXT
from synthaix.generate.families.travel import TRAVEL

if TYPE_CHECKING:
    from collections.abc import Mapping

FAMILIES: Mapping[str, Family] = {
    family.name: family for family in (PERSON, ADDRESS, COMPANY, INTERNET, COMMERCE, FINANCE, TRAVEL, TEXT, IDENTIFIER)
}

__all__ = ["FAMILIES", "Family"]
