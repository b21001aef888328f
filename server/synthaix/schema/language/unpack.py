"""Several columns written as one: "first and last name", "width x height in cm", "lat/long", "feature_1..feature_3"."""

from __future__ import annotations

import re

from synthaix.schema.language import types
from synthaix.schema.language.choices import YES_NO
from synthaix.schema.language.lexicon import DATES, MEASURES, MONEY, STRINGS
from synthaix.schema.language.names import to_name
from synthaix.schema.language.text import vocabulary

_ADJECTIVES = vocabulary(
    "low high first last start end starting ending min max minimum maximum billing shipping home away pickup dropoff "
    "pick-up drop-off origin destination departure arrival opening closing check-in check-out checkin checkout "
    "old new gross net upper lower inbound outbound sender receiver buyer seller source target primary secondary "
    "mailing mother's father's daily monthly weekly yearly annual hourly planned actual expected systolic "
    "diastolic current previous given family left right front rear mobile work office cell day night morning evening "
    "male female online offline highest lowest best worst incoming outgoing entry exit "
)
_NOUNS = vocabulary("day night morning evening home office work cell mobile")
"""Nouns among them, which may end a name of their own."""
_ADJECTIVE = "|".join(sorted(map(re.escape, _ADJECTIVES), key=len, reverse=True))
_SHARED_NOUN = re.compile(
    rf"(?<![\w-])(?P<first>{_ADJECTIVE}) (?:and|&|/) (?P<second>{_ADJECTIVE}) (?P<noun>[a-z]+)(?![\w(])"
    r"(?: of (?:the|a|an|each|every|their|its) \w+(?=\s*(?:[,.;]|$)))?",
    re.IGNORECASE,
)
_SLASHED_NOUN = re.compile(
    rf"(?<![\w/-])(?P<words>(?:{_ADJECTIVE}|avg|average|mean)(?:/(?:{_ADJECTIVE}|avg|average|mean))+) "
    rf"(?P<noun>[a-z]+)(?![\w(/])",
    re.IGNORECASE,
)
_COORDINATES = re.compile(
    r"\b(?:lat(?:itude)? ?/ ?(?:long?|lng|longitude)|lat,? ?(?:long?|lng))\b(?!\s*\()", re.IGNORECASE
)
_COMPARED = re.compile(r"(?<![\w.])(?P<left>[a-zA-Z_]\w*) (?P<sign><=?|>=?) (?P<right>[a-zA-Z_]\w*)(?![\w.])")
_SLASHED = re.compile(r"[a-zA-Z]+(?: [a-zA-Z]+)?(?:/[a-zA-Z]+(?: [a-zA-Z]+)?)+")
_PARTS = re.compile(
    r"^(?:an? |the |full )?(?P<name>[\w' ]*?\b(?:address|location|name|place|coordinates))\s?\((?P<parts>[^()]+)\)$",
    re.IGNORECASE,
)
_OF_ADDRESS = vocabulary(
    "street city state zip postcode county country town region province lat latitude lon longitude lng first last "
    "middle given family prefix suffix house_number house postal_code zip_code street_name line_1 line_2 number "
)


def spread(text: str) -> str:
    """The list with shared nouns and coordinates written out: "first and last name" -> "first name, last name"."""
    mark = "; " if text.count(";") > 1 else ", "
    text = _SLASHED_NOUN.sub(
        lambda match: mark.join(f"{word} {match['noun']}" for word in match["words"].split("/")), text
    )
    return _COORDINATES.sub("latitude, longitude", _SHARED_NOUN.sub(_each_with_noun, text))


def _each_with_noun(match: re.Match[str]) -> str:
    """ "first and last name" means first name and last name."""
    noun, before = match["noun"], match.string[: match.start()]
    if match["first"].lower() in _NOUNS and re.search(r"(?<!\bwith)(?<!\bthe)(?<!\band)(?<!\ba)\b[a-z]+ $", before):
        return match.group()  # "market day and buyer type"
    mark = ";" if match.string.count(";") > 1 else ","
    return f"{match['first']} {noun}{mark} {match['second']} {noun}"


def unpacked(piece: str) -> list[str]:
    """Several columns written as one: "startDate < endDate", "city/county/postcode", "address (street, city)"."""
    if match := _COMPARED.fullmatch(piece.strip()):
        word = "before" if match["sign"].startswith("<") else "after"
        return [f"{match['left']} ({word} {match['right']})", match["right"]]
    if _SLASHED.fullmatch(piece.strip()) and not YES_NO.search(piece):
        parts = [part.strip() for part in piece.split("/")]
        if all(to_name(part).split("_")[-1] in _HEADS | {"postcode", "area"} for part in parts) and parts != [
            "date",
            "time",
        ]:
            return parts
    if match := _TIMES.fullmatch(piece.strip()):
        return [f"{match['first']}{match['rest']}", f"{match['second']}{match['rest']}"]
    if match := _SERIES.fullmatch(piece.strip()):
        return _series(match)
    if match := _SIDES.match(piece.strip()):
        parts = [part.strip() for part in piece.split(" / ")]
        if all(types.known(to_name(part)) and " " in part for part in parts):
            return parts
    if match := _PARTS.match(piece.strip()):
        parts = re.split(r"\s*(?:,|/|\band\b|&)\s*", match["parts"].strip())
        if len(parts) > 1 and all(to_name(part) in _OF_ADDRESS for part in parts):
            named = match["name"].lower().endswith("name")
            return [f"{part} name" if named and " " not in part and "name" not in part else part for part in parts]
    if match := _PAIRED.fullmatch(piece.strip()):
        name = re.sub(r" range$", "", match["name"])
        return [f"{name} {match['first']}", f"{name} {match['second']}"]
    return [piece]


_SIZES = "width|height|length|depth|thickness|diameter|breadth"
_TIMES = re.compile(
    rf"(?P<first>{_SIZES}) (?:x|by|\*|and) (?P<second>{_SIZES})(?P<rest>(?: in \w+| \(?\w+\)?)?(?: ?\(.*\))?)",
    re.IGNORECASE,
)
_SERIES = re.compile(
    r"(?P<stem>[a-z]\w*?_?)(?P<low>\d{1,3}) ?(?:\.\.+|-|–|to|through) ?(?:(?P=stem))(?P<high>\d{1,3})(?P<rest>\b.*)",
    re.IGNORECASE,
)
_SIDES = re.compile(r"[a-z][\w ]*(?: / [a-z][\w ]*)+$", re.IGNORECASE)
_PAIRED = re.compile(
    r"(?P<name>[\w ]+) \((?P<first>systolic|min(?:imum)?|from|start|opening|before|lower|low|open)(?:,| and|/| &|/) ?"
    r"(?P<second>diastolic|max(?:imum)?|to|end|closing|after|upper|high|close)\)",
    re.IGNORECASE,
)
MAX_SERIES = 50
"""Columns of one series that are written out."""


def _series(match: re.Match[str]) -> list[str]:
    low, high = int(match["low"]), int(match["high"])
    if not low < high <= low + MAX_SERIES:
        return [match.group()]
    rest = re.sub(r"^ (float|int|integer|string|boolean|decimal)s\b", r" \1", match["rest"])
    return [f"{match['stem']}{number}{rest}" for number in range(low, high + 1)]


_HEADS = (STRINGS | MEASURES | MONEY | DATES) - {"gender", "sex", "home", "low", "high", "no", "size", "due"}
