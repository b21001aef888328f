"""The country people and addresses are from: "German customers", "25 employees in France"."""

from __future__ import annotations

import re

from synthaix.schema.language.text import COUNT, groups, vocabulary
from synthaix.schema.table import TEXTUAL_TYPES, Column

# locale: countries | nationalities
_TABLE = """
en_US: the us,usa,the usa,united states,the united states,america|american,us
en_GB: uk,the uk,united kingdom,the united kingdom,great britain,england,scotland,wales|british,english,uk
en_CA: canada|canadian
en_AU: australia|australian
en_IN: india|indian
de_DE: germany,deutschland|german
de_AT: austria|austrian
de_CH: switzerland|swiss
fr_FR: france|french
es_ES: spain|spanish
es_MX: mexico|mexican
it_IT: italy|italian
nl_NL: the netherlands,netherlands,holland|dutch
pt_BR: brazil|brazilian
pt_PT: portugal|portuguese
pl_PL: poland|polish
sv_SE: sweden|swedish
no_NO: norway|norwegian
da_DK: denmark|danish
fi_FI: finland|finnish
cs_CZ: the czech republic,czech republic,czechia|czech
tr_TR: turkey,türkiye|turkish
ru_RU: russia|russian
uk_UA: ukraine|ukrainian
ja_JP: japan|japanese
ko_KR: korea,south korea|korean,south korean
zh_CN: china|chinese
"""


def _read(side: int) -> dict[str, str]:
    rows = (line.partition(": ") for line in _TABLE.strip().splitlines())
    return {word: code for code, _, words in rows for word in words.split("|")[side].split(",")}


_COUNTRIES, _NATIONS = _read(0), _read(1)


def _any(words: dict[str, str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_HOMES = (
    "customers? clients? users? people persons? employees? staff workers? patients? students? teachers? citizens? "
    "residents? members? contacts? households? companies company businesses firms? addresses address suppliers? "
    "vendors? drivers? doctors? nurses? tenants? guests? subscribers? applicants? candidates? buyers? sellers? "
    "shoppers? voters? donors? players? athletes? authors? lawyers? engineers? hospitals? schools? stores? shops? "
    "hotels? restaurants? offices? branches branch leads? profiles? accounts? pensioners? passengers?"
).replace(" ", "|")
"""Whom and what a nationality gives a name or an address; "French courses" and "Danish pastries" are neither."""

_LIVING = (
    r"(?:(?:all |who |that |which |they )*(?:are |is )?(?:living|live|lives|based|located|resident|situated) )?"
    r"(?:in|from|across|throughout)"
)
_IN = rf"\b{_LIVING} (?P<country>{_any(_COUNTRIES)})(?![\w-])(?! to\b)"
_SEVERAL = re.compile(rf"\b(?:{_any(_COUNTRIES)}),? (?:(?:or|and|&) )?(?-i:[A-Z])", re.IGNORECASE)
_COUNTRY = re.compile(_IN, re.IGNORECASE)
_NATION = re.compile(rf"\b(?P<nation>{_any(_NATIONS)}) (?:[a-z]+ )?(?:{_HOMES})\b", re.IGNORECASE)
_COUNTED = re.compile(rf"{COUNT}[^,;:.()]{{0,60}}")
_LAST = re.compile(rf"^(?P<item>.*\S),? {_IN}\W*$", re.IGNORECASE)

_AT_HOME = vocabulary(
    "name surname firstname lastname fullname email phone mobile telephone address street city town state province "
    "county region postcode zip country company employer username user contact customer client employee owner manager "
    "author driver patient guest"
)
_PRECISE = vocabulary("postal_code zip_code first_name last_name full_name phone_number company_name street_address")


def lives(name: str) -> bool:
    """Whether a column of that name holds a person, a part of a person or of an address, or a company."""
    return name in _PRECISE or name.split("_")[-1] in _AT_HOME


def without_country(item: str) -> tuple[str, str]:
    """ "city in France" -> "city" and "in France"; an item that names its country stays: "born in France"."""
    match = _LAST.match(item)
    if match is None or not lives(match["item"].lower().replace(" ", "_")):
        return item, ""
    return match["item"], item[match.end("item") :]


def country_of(header: str, said: list[str], text: str) -> str | None:
    """The locale of the one country the table's people are from, such as "de_DE".

    `header` is the text before the list, `said` are its remarks; of the whole `text` only what stands behind the row
    count is read. None where no country is named, or several.
    """
    if _SEVERAL.search(text):
        return None
    counted = [match.group() for match in _COUNTED.finditer(text)]
    found: set[str] = set()
    for part in (groups(header)[0], *said, *counted):
        found |= {_COUNTRIES[match["country"].lower()] for match in _COUNTRY.finditer(part)}
        found |= {
            _NATIONS[match["nation"].lower()]
            for match in _NATION.finditer(part)
            if match["nation"] not in {"us", "polish"}  # "us", and not "US"
        }
    return found.pop() if len(found) == 1 else None


def at_home(columns: list[Column], locale: str) -> tuple[list[Column], list[str]]:
    """The columns, those of people and addresses in the locale; and the names of these."""
    changed = {
        column.name: column.model_copy(update={"locale": locale})
        for column in columns
        if column.type in TEXTUAL_TYPES and column.enum is None and column.pattern is None and lives(column.name)
        if column.generator is None or column.generator.kind in {"person", "address", "company"}
    }
    return [changed.get(column.name, column) for column in columns], list(changed)
