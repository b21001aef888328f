"""What stands in brackets or behind a colon: a type, a unit, values, bounds, or a remark."""

from __future__ import annotations

import re

from synthaix.schema.language import choices as choose
from synthaix.schema.language import types
from synthaix.schema.language.dates import Window as DateWindow
from synthaix.schema.language.dates import read_moment
from synthaix.schema.language.draft import Draft
from synthaix.schema.language.lengths import take_pattern
from synthaix.schema.language.modifiers import take_modifiers
from synthaix.schema.language.names import to_name
from synthaix.schema.language.presence import ONLY_SHARE, share_of
from synthaix.schema.language.stated import apply_type, is_ambiguous, type_of
from synthaix.schema.language.text import groups, split_outside
from synthaix.schema.language.units import unit_of

_SIZED_TYPE = re.compile(
    (
        r"\b(?:n?varchar2?|character varying|n?char|bpchar|numeric|decimal|number|float|double|int|integer|"
        r"bigint|smallint|tinyint|timestamp|timestamptz|datetime|string|str|"
        r"time)\s?\(\s?\d{1,5}(?:\s?,\s?\d{1,2})?\s?\)"
    ),
    re.IGNORECASE,
)
_SQL_WORDS = re.compile(
    (
        r"\b(?:primary key|unsigned|auto_?increment|identity|generated always|"
        r"default (?=[\d'\"]|true|false|null|now|current|uuid|gen)\S+|references "
        r"\S+(?:\s?\([^)]*\))?|collate \S+)\b"
    ),
    re.IGNORECASE,
)
_LETTERS = re.compile(r"(?:from )?([A-Z]) ?(?:-|–|to|\.\.) ?([A-Z])$")
_SIGNS = re.compile(
    r"(?:positive (?:or|/|,) ?negative|negative (?:or|/|,) ?positive|positive/negative|negative/positive)$",
    re.IGNORECASE,
)
_FILLER = re.compile(
    (
        r"^(?:(?:and|but|or|with|which|that|is|are|be|it|they|all|always|only|values?|please|also|then|the|"
        r"a|an|of|in|as|must|should|can|may|will|rows?|inclusive|each|each one|for each|here|ideally|about|"
        r"say|so|where|column|field|=|:|-|,|;|\.|\s)+)$"
    ),
    re.IGNORECASE,
)


def take_sql(text: str, draft: Draft) -> str:
    """Record a sized SQL type and a primary key; the text without SQL words is given back."""
    if match := _SIZED_TYPE.search(text):
        apply_type(match.group(), draft)
        text = f"{text[: match.start()]} {text[match.end() :]}"
    if re.search(r"\bprimary key\b", text, re.IGNORECASE):
        draft.facts["unique"] = True
    return _SQL_WORDS.sub(" ", text).strip()


def set_choices(found: choose.Choices, draft: Draft) -> None:
    """Record values and weights; the answers of a yes/no question make a boolean."""
    if found.truth and not found.weights:
        draft.type = draft.type or "boolean"
        return
    if found.truth and found.weights:
        yes = next(
            index
            for index, value in enumerate(found.values)
            if str(value).lower() in {"yes", "y", "true", "t", "1", "on"}
        )
        draft.type = draft.type or "boolean"
        draft.facts["true_ratio"] = round(found.weights[yes] / sum(found.weights), 6)
        return
    draft.facts["enum"] = found.values
    if found.weights:
        draft.facts["weights"] = found.weights


def read_aside(text: str, draft: Draft) -> None:
    """Read what stands in brackets or behind a colon or dash."""
    text = take_pattern(text.strip(" ,;"), draft).strip(" ,;")
    text = take_sql(text, draft)
    text, asides = groups(text)
    for aside in asides:
        read_aside(aside, draft)
    if not text or _FILLER.match(text):
        return
    if choose.YES_NO.fullmatch(re.sub(r"^(?:(?:must|can|should|may|will) be|is|either|always|as)\s+", "", text)):
        draft.type = draft.type or "boolean"
        return
    if _whole(text, draft):
        return
    if choose.are_examples(text):
        draft.hints.append(text)
        return
    _read_pieces(text, draft)


def _whole(text: str, draft: Draft) -> bool:
    """Asides that mean one thing as a whole: a type, a unit, a date, letters A-F, a share."""
    if type_of(text) != (None, None, {}):
        return apply_type(text, draft)
    if text.lower() == "year":
        draft.hints.append("year")
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
    if _LONG.match(text):
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


_LONG = re.compile(
    r"(?:an?|one|two|three|\d|a few|some|a couple of) (?:short |long |brief )?(?:sentences?|words?|paragraphs?|lines?|"
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
    for _, scratch in scratches:
        merge(scratch, draft)
    if values:
        _read_values(values, draft)


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


def consume(text: str, draft: Draft) -> str:
    """Read modifiers, a type or a unit; what could not be read is given back ("" for nothing)."""
    rest = take_modifiers(text, draft).strip(" ,;:.")
    if not rest or _FILLER.match(rest):
        return ""
    if apply_type(rest, draft):
        return ""
    unit = unit_of(re.sub(r"^(?:in|as|measured in) ", "", rest))
    if unit is not None:
        draft.unit = draft.unit or unit
        return ""
    if choose.YES_NO.fullmatch(rest):
        draft.type = draft.type or "boolean"
        return ""
    return rest


def merge(source: Draft, target: Draft) -> None:
    """Add what one draft knows to another; what the target knows already stays."""
    target.facts = source.facts | target.facts
    target.type = target.type or source.type
    target.stated = target.stated or source.stated
    target.unit = target.unit or source.unit
    target.measured_in = target.measured_in or source.measured_in
    target.window = target.window or source.window
    target.after = target.after or source.after
    target.before = target.before or source.before
    target.hints += source.hints
