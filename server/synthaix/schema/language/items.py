"""Splitting a column list into its items, however the writer separated them."""

from __future__ import annotations

import re

from synthaix.schema.language.attach import attach, is_remark
from synthaix.schema.language.numbers import VALUE
from synthaix.schema.language.text import COUNT, count_outside, groups, split_outside
from synthaix.schema.language.unpack import spread, unpacked

_AND = "\uf8fe"
"""Stands for an "and" that joins no items ("between 1 and 10"): a private-use character, in no cleaned prompt."""

_FIXED = (
    "terms/conditions research/development pros/cons profit/loss food/beverage food/drink date/time rise/fall "
    "supply/demand "
    "mergers/acquisitions health/safety arts/crafts search/rescue trial/error wear/tear back/forth bed/breakfast q/a "
    "bread/butter oil/gas black/white lost/found hit/run track/trace heating/cooling"
)
"""Pairs that an "and" makes one thing of."""
_JOINED = re.compile(
    rf"\b(?:{_FIXED.replace(' ', '|').replace('/', ' (?:and|&) ')})\b|"
    rf"\b(?P<left>between\s+(?:the\s+)?(?:[^,;()]|(?<=\d),(?=\d)){{1,30}}?|plus|more) and (?P<right>{VALUE}|\d|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|minus|now|today|present)\b",
    re.IGNORECASE,
)
_UNSEPARATED = re.compile(
    r"(?!.*\b(?:an?|the|called|named|as|is|are|of|for|in|with|not|or|null|unique|optional)\b)(?=\S+(?: "
    r"\S+)*_)[a-zA-Z]\w*(?: [a-zA-Z]\w*){2,}|[a-zA-Z]\w+(?:/[a-zA-Z]\w+){2,}(?= (?:for|of)\b|$)"
)
"""Names with nothing but spaces or slashes between them: "plate zone fee paid_at", "plate/zone/fee"."""
_ZERO = re.compile(r",? (?:which |that |it )?(?:can|may|could) (?:also )?be (?:zero|0)\b", re.IGNORECASE)
_SEMICOLON = re.compile(r"\s*;+\s*")
_COMMA = re.compile(
    r"\s*(?:,(?!\d{3}(?!\d))|,(?<!\d,)|,(?=\s))\s*(?:(?:and finally|and also|and then|as well as|along "
    r"with|and|plus|&|then|finally|lastly)\s+(?=\S))?|\s+(?:and also|as well as|along with|together "
    r"with|in addition to|and|&)\s+|\s\+\s"
)
_WIDE = tuple(
    re.compile(pattern) for pattern in (r"\s+/\s+", r"\s\+\s", r"\s+&\s+", r"\s*\|\s*", r"\s+[-–—•·]\s+", r"\s+then\s+")
)
_WHICH = re.compile(r", which (is|are|can be|may be|must be|should be) (?=[^,]+(?:, [^,]+)* or )", re.IGNORECASE)


def split_items(text: str) -> list[str]:
    """The items of a list, each with the remarks and values that belong to it."""
    text = _JOINED.sub(lambda match: re.sub(r" (?:and|&) ", f" {_AND} ", match.group()), text.strip())
    text = _ZERO.sub("", text)
    if match := _UNSEPARATED.fullmatch(text):
        return re.split(r"\s+|/", match.group())
    text = spread(_WHICH.sub(r" \1 ", text))
    pieces = [part for piece in _pieces(text) for part in unpacked(piece)]
    return [piece.replace(_AND, "and") for piece in pieces]


def _pieces(text: str) -> list[str]:
    pieces = split_outside(text, _SEMICOLON)
    counted = len(pieces) == 2 and any(COUNT in piece for piece in pieces)
    short = len(pieces) == 2 and max(count_outside(piece, re.compile(",")) for piece in pieces) < 2
    if len(pieces) > 2 or (short and not counted):
        out = [re.sub(r"^(?:and|plus|&)\s+", "", piece, flags=re.IGNORECASE) for piece in pieces]
        return _remarked([part for piece in out for part in _mixed(piece)])
    if len(pieces) == 2:  # a remark behind the list, as in "name, age, city; 250 rows"
        return [piece for part in pieces for piece in _pieces(part)]
    commas = count_outside(text, re.compile(r","))
    for pattern in _WIDE:
        found = count_outside(text, pattern)
        if found >= 2 and found > 2 * commas:
            return attach(_unfolded(split_outside(text, pattern)))
    if len(re.findall(r"\w\+(?=[a-z])", text)) >= 2:
        text = re.sub(r"(?<=\w)\+(?=[a-z])", " + ", text)
    return attach(split_outside(text, _COMMA))


def _remarked(pieces: list[str]) -> list[str]:
    """Pieces between semicolons, where one may be a remark on the piece before it."""
    out: list[str] = []
    for piece in pieces:
        if out and is_remark(piece):
            out[-1] = f"{out[-1]} ({piece})"
        else:
            out.append(piece)
    return out


def _mixed(piece: str) -> list[str]:
    """A piece between semicolons that is a comma list itself: "name, river, material: steel, stone; toll"."""
    head = re.split(r":|=|\s[-–—]\s", groups(piece)[0], maxsplit=1)[0]
    parts = split_outside(piece, _COMMA)
    before = parts[: head.count(",") + 1]
    if len(before) < 3 or any(is_remark(part) or re.search(r"\bor\b|^\d", part) for part in before[1:]):
        return [piece]
    return attach(parts)


def _unfolded(pieces: list[str]) -> list[str]:
    """The first and last piece of a wide list may hold a comma or an "and" that still separates."""
    last = split_outside(pieces[-1], _COMMA)
    return [*pieces[:-1], *last]
