"""What stands in brackets or behind a colon: a type, a unit, values, bounds, or a remark."""

from __future__ import annotations

import re
from datetime import date

from synthaix.schema.language import choices as choose
from synthaix.schema.language import types
from synthaix.schema.language.absorb import FILLER, consume, merge, set_choices, take_sql
from synthaix.schema.language.dates import Window as DateWindow
from synthaix.schema.language.dates import read_moment
from synthaix.schema.language.draft import Draft
from synthaix.schema.language.lengths import take_pattern
from synthaix.schema.language.names import to_name
from synthaix.schema.language.presence import ONLY_SHARE, share_of
from synthaix.schema.language.stated import apply_type, is_ambiguous, is_ordinary, type_of
from synthaix.schema.language.text import groups, split_outside
from synthaix.schema.language.units import unit_of

_LETTERS = re.compile(r"(?:from )?([A-Z]) ?(?:-|–|to|\.\.) ?([A-Z])$")


_SIGNS = re.compile(
    r"(?:positive (?:or|/|,) ?negative|negative (?:or|/|,) ?positive|positive/negative|negative/positive)$",
    re.IGNORECASE,
)


def read_aside(text: str, draft: Draft) -> None:
    """Read what stands in brackets or behind a colon or dash."""
    text = take_pattern(text.strip(" ,;"), draft).strip(" ,;")
    text = take_sql(text, draft)
    text, asides = groups(text)
    for aside in asides:
        read_aside(aside, draft)
    if not text or FILLER.match(text):
        return
    if choose.YES_NO.fullmatch(re.sub(r"^(?:(?:must|can|should|may|will) be|is|either|always|as)\s+", "", text)):
        draft.type = draft.type or "boolean"
        return
    if _whole(text, draft):
        return
    if choose.are_examples(text) or _CHATTER.match(text):
        draft.hints.append(text)
        return
    _read_pieces(text, draft)


def _whole(text: str, draft: Draft) -> bool:
    """Asides that mean one thing as a whole: a type, a unit, a date, letters A-F, a share."""
    if type_of(text) != (None, None, {}):
        return apply_type(text, draft)
    if match := re.fullmatch(r"year(?:[,;] (?P<rest>\D*))?", text, re.IGNORECASE):
        draft.hints.append("year")
        read_aside(match["rest"] or "", draft)
        return True
    if match := re.fullmatch(r"year[,:;]? (?P<span>.*\d{4}.*)", text, re.IGNORECASE):
        draft.hints.append("year")
        read_aside(match["span"], draft)
        return True
    if re.fullmatch(
        r"(?:month ?/ ?year|mm/yy(?:yy)?|month and year|dd/mm/yyyy|yyyy-mm-dd|mm/dd/yyyy)", text, re.IGNORECASE
    ):
        draft.type = draft.type or "date"
        return True
    if _LONG.match(text) or _LATER.search(text):
        return True
    if re.fullmatch(r"[A-Za-zµ]{1,6}/(?:\d{1,4} ?[a-zA-Z]{1,3}|m[lg]|l|k?g|c?m[23²³]|hr|min|day|ha)", text):
        draft.hints.append("number")
        return True
    if match := _KEYED.match(text):
        draft.facts.setdefault("minimum", int(match["low"]))
        draft.facts.setdefault("maximum", int(match["high"]))
        return True
    match = _SHARE_OF_NAME.match(text)
    if (
        match
        and match["what"].lower() not in {"null", "empty", "missing", "blank", "unique"}
        and to_name(match["what"]) in to_name(draft.text.split("(")[0])
    ):
        draft.facts["true_ratio"] = share_of(text)
        return True
    parts = choose.pieces(text)
    if len(parts) == 2 and any(part.lower() in {"null", "none"} for part in parts):
        rest = next((part for part in parts if part.lower() not in {"null", "none"}), "")
        if apply_type(rest, draft):
            draft.facts["nullable"] = True
            return True
    if text.lower() in {"positive", "positive only", "always positive"}:
        draft.facts.setdefault("minimum", "positive")
        return True
    if match := _SIZED_WORD.fullmatch(text):
        return apply_type(f"{match['type']}({match['size']})", draft)
    if text.lower() in {"month", "day", "week", "weekday"}:
        return True
    if match := _CODES.fullmatch(text):
        low, high = int(match["low"]), int(match["high"])
        if low < high < low + 10:
            draft.facts["enum"] = tuple(f"{match['stem']}{number}" for number in range(low, high + 1))
            return True
    if _NOTHING_ELSE.fullmatch(text):
        draft.facts.setdefault("nullable", True)
        return True
    if match := _UNIT_VALUES.fullmatch(text):
        draft.unit = draft.unit or unit_of(match["unit"])
        read_aside(match["rest"], draft)
        return True
    if (words := _typed_phrase(text)) and apply_type(words, draft):
        return True
    unit = unit_of(re.sub(r"^(?:in|as|measured in|given in|unit:?) ", "", text))
    if unit is not None:
        draft.unit = draft.unit or unit
        return True
    if (moment := read_moment(text)) is not None and not draft.window:
        draft.window = DateWindow(moment[0], moment[1], moment[2])
        return True
    if match := _LETTERS.match(text):
        first, last = ord(match[1]), ord(match[2])
        if first < last:
            draft.facts["enum"] = tuple(chr(code) for code in range(first, last + 1))
            return True
    if ONLY_SHARE.match(text):
        draft.facts["true_ratio"] = share_of(text)
        return True
    if _SIGNS.match(text):
        if types.infer(Draft(text="", name=to_name(draft.text.split("(")[0]))) in {"integer", "float"}:
            draft.facts.setdefault("minimum", "negative")
        else:
            set_choices(choose.Choices(tuple(choose.pieces(text))), draft)
        return True
    return False


_CODES = re.compile(r"(?:from )?(?P<stem>[A-Z]{1,3})(?P<low>\d) ?(?:to|-|–|through) ?(?P=stem)(?P<high>\d)")
"""A run of codes: "P1 to P4"."""


_IN_YEAR = re.compile(
    r"(?P<before>(?:date|datetime|timestamp|hourly|daily|weekly|monthly)[,;] )?(?P<year>(?:19|"
    r"20)\d\d)(?P<after>[,;] .*)?",
    re.IGNORECASE,
)


_SIZED_WORD = re.compile(r"(?P<type>n?varchar|n?char|string) (?P<size>\d{1,4})", re.IGNORECASE)


_NOTHING_ELSE = re.compile(
    r"(?:only (?:if|when|for|where) [\w ]{2,40}|[A-Z1x] or (?:empty|blank|null|nothing))", re.IGNORECASE
)


_UNIT_VALUES = re.compile(r"in (?P<unit>[a-z]{1,12})[:,;] (?P<rest>.*\d.*)", re.IGNORECASE)


def _typed_phrase(text: str) -> str | None:
    """The type word of "yyyymmdd int", "short string" or "ISO 8601 string"; None for other remarks."""
    match = re.fullmatch(
        r"(?:short|long|yyyymmdd|unix seconds|unix|iso 8601|signed|unsigned|plain|small|big) (?P<type>[a-z]+)",
        text,
        re.IGNORECASE,
    )
    return match["type"] if match and type_of(match["type"])[0] else None


_CHATTER = re.compile(
    r"(?:just|only) (?:for|a|to|some)\b|for (?:testing|tests|a|the|my|our)\b|please\b|thanks\b|no (?:real|need|"
    r"duplicates|other)\b|nothing\b",
    re.IGNORECASE,
)


_LATER = re.compile(
    r"\d ?(?:minutes?|hours?|days?|weeks?|months?|years?) (?:later|afterwards|earlier|in advance)$", re.IGNORECASE
)
"""A distance to another moment, which bounds no number."""


_LONG = re.compile(
    r"(?:an?|one|two|three|\d+(?: ?(?:-|–|to) ?\d+)?|a few|some|a couple of) (?:short |long |brief "
    r")?(?:sentences?|words?|paragraphs?|lines?|"
    r"phrases?)(?: (?:or|to) (?:two|three|so|\d))?(?: long)?$",
    re.IGNORECASE,
)


_KEYED = re.compile(
    r"(?P<low>-?\d{1,3}) ?(?:=|:|is|being) ?[a-z][a-z ]*[,;/]? (?:and |to )?(?P<high>-?\d{1,3}) ?(?:=|:|is|"
    r"being) ?[a-z][a-z ]*(?:[;,].*)?$",
    re.IGNORECASE,
)
"""A scale by its ends: "1 = poor, 5 = great"."""


_SHARE_OF_NAME = re.compile(
    r"(?:about |around |roughly |~ ?|approximately )?\d{1,3}(?:\.\d+)? ?(?:%|percent) (?:of them )?(?:are "
    r")?(?P<what>[a-z]+)$",
    re.IGNORECASE,
)


_BANDS = re.compile(
    r"(?:U ?\d+|(?:under |over |<|>)?\d+ ?[-–] ?\d+|\d+ ?\+|[<>] ?\d+|(?:under|over) \d+)(?: ?[a-z%]{1,7})?$",
    re.IGNORECASE,
)


_NUMBERISH = re.compile(
    r"(?:[<>]=? ?)?[$€£]?-?\d[\d.,]*[kKM]?%?\s?(?:(?:[-–]|to)\s?[$€£]?\d[\d.,]*[kKM]?%?|\+)?$|(?:under|"
    r"over|above|below) \d+$"
)


_SHARED = re.compile(r"[a-z].*\d ?%|\d ?%.*[a-z]", re.IGNORECASE)


def _read_pieces(text: str, draft: Draft) -> None:
    if match := _IN_YEAR.fullmatch(text):
        draft.window = draft.window or DateWindow(
            date(int(match["year"]), 1, 1), date(int(match["year"]), 12, 31), True
        )
        text = f"{match['before'] or ''}{match['after'] or ''}".strip(" ,;")
        if not text:
            return
    parts = choose.pieces(text)
    body, said = choose.introduced(text)
    banded = sum(1 for part in parts if _BANDS.match(part))
    if banded >= 2 and len(parts) >= 3 and banded >= len(parts) - 1:
        set_choices(choose.Choices(tuple(parts)), draft)
        return
    said = said or (len(parts) > 1 and all(_SHARED.search(part) for part in parts))
    if said or (len(parts) >= 2 and all(_NUMBERISH.match(part) for part in parts) and not _is_pair(text, parts)):
        found = choose.read_choices(body)
        if found:
            set_choices(found, draft)
            return
    if _is_pair(text, parts):
        low, high = (float(part) for part in parts)
        draft.facts.update(
            minimum=int(low) if low.is_integer() else low, maximum=int(high) if high.is_integer() else high
        )
        return
    values: list[str] = []
    scratches: list[tuple[str, Draft]] = []
    for piece in split_outside(text, re.compile(r"\s*(?:,(?!\d{3}(?!\d))|;)\s*(?:and\s+)?(?=\S)")):
        scratch = Draft(text=draft.text)
        rest = consume(piece, scratch)
        if rest:
            values.append(piece)
        else:
            scratches.append((piece, scratch))
    loose = [piece for piece, scratch in scratches if not (scratch.facts or scratch.type or scratch.window)]
    if len(loose) == len(scratches) and len(loose) + len(values) >= 2 and (values or len(loose) > 1):
        values, scratches = [text], []
    if (
        values
        and scratches
        and all(
            is_ambiguous(piece)
            or re.fullmatch(r"positive|required|optional|missing|unknown|none|distinct", piece, re.IGNORECASE)
            for piece, _ in scratches
        )
    ):
        values, scratches = [text], []
    if len(scratches) > 1 and not values and all(is_ambiguous(piece) for piece, _ in scratches):
        values, scratches = [text], []
    if _are_types_as_values(values, [piece for piece, _ in scratches], text):
        values, scratches = [text], []
    for _, scratch in scratches:
        merge(scratch, draft)
    if values:
        _read_values(values, draft)


def _are_types_as_values(values: list[str], read: list[str], text: str) -> bool:
    """Whether type words stand among choices: "single, double, suite" and "text, date, boolean".

    A column has one type, so three of them are values. A word that is a type only to a programmer is a value beside
    others, unless it opens the aside with a single remark behind it: "double, calibrated".
    """
    if not read or any(type_of(piece) == (None, None, {}) for piece in read):
        return False
    if not values:
        return len({type_of(piece)[:2] for piece in read}) > 2
    if any(len(value.split()) > 3 for value in values):
        return False
    ordinary = all(is_ordinary(piece) or is_ambiguous(piece) for piece in read)
    return ordinary and (len(values) + len(read) > 2 or not text.startswith(read[0]))


def _is_pair(text: str, parts: list[str]) -> bool:
    """Two ascending numbers with a comma between them are a range: [0, 100]."""
    if len(parts) != 2 or " or " in text or "/" in text or "|" in text:
        return False
    return all(re.fullmatch(r"-?\d+(?:\.\d+)?", part) for part in parts) and float(parts[0]) < float(parts[1])


def _read_values(values: list[str], draft: Draft) -> None:
    found = choose.read_choices(", ".join(values))
    if found:
        set_choices(found, draft)
        return
    if len(values) == 1:
        rest = consume(values[0], draft)
        if rest and len(rest) < 200:
            draft.hints.append(rest)
