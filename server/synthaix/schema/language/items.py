"""Splitting a column list into its items, however the writer separated them."""

from __future__ import annotations

import re
from functools import lru_cache

from synthaix.schema.language import types
from synthaix.schema.language.aside import consume
from synthaix.schema.language.choices import YES_NO
from synthaix.schema.language.draft import Draft
from synthaix.schema.language.lexicon import DATES, MEASURES, MONEY, STRINGS
from synthaix.schema.language.modifiers import take_modifiers
from synthaix.schema.language.names import to_name
from synthaix.schema.language.numbers import VALUE
from synthaix.schema.language.stated import is_ambiguous, type_of
from synthaix.schema.language.text import COUNT, count_outside, groups, split_outside, vocabulary

_AND = "\uf8fe"
"""Stands for an "and" that joins no items ("between 1 and 10"): a private-use character, in no cleaned prompt."""

_JOINED = re.compile(
    r"\b(?P<left>between\s+(?:the\s+)?[^,;()]{1,30}?|terms|research|pros|profit|food|date|research|"
    r"first name|rise|supply|mergers|health|arts|search|trial|wear|back|bed|name|q|bread|oil|black|"
    r"plus|more|lost) and "
    r"(?P<right>"
    + VALUE
    + (
        r"|\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|conditions|development|cons|loss|"
        r"beverage|time|fall|demand|acquisitions|safety|crafts|rescue|error|tear|forth|breakfast|a|butter|"
        r"gas|white|minus|found)"
    ),
    re.IGNORECASE,
)
_SEMICOLON = re.compile(r"\s*;+\s*")
_COMMA = re.compile(
    r"\s*(?:,(?!\d{3}(?!\d))|,(?<!\d,)|,(?=\s))\s*(?:(?:and finally|and also|and then|as well as|along "
    r"with|and|plus|&|then|finally|lastly|or)\s+(?=\S))?|\s+(?:and also|as well as|along with|together "
    r"with|in addition to|and|&)\s+|\s\+\s"
)
_WIDE = tuple(
    re.compile(pattern) for pattern in (r"\s+/\s+", r"\s\+\s", r"\s+&\s+", r"\s*\|\s*", r"\s+[-–—•·]\s+", r"\s+then\s+")
)
_ADJECTIVES = vocabulary(
    "first last start end starting ending min max minimum maximum billing shipping home away pickup dropoff "
    "pick-up drop-off origin destination departure arrival opening closing check-in check-out checkin checkout "
    "old new gross net upper lower inbound outbound sender receiver buyer seller source target primary secondary "
    "mailing mother's father's daily monthly weekly yearly annual hourly planned actual expected systolic "
    "diastolic current previous given family left right front rear mobile work office cell day night morning evening "
    "male female online offline highest lowest best worst incoming outgoing entry exit "
)
_ADJECTIVE = "|".join(sorted(map(re.escape, _ADJECTIVES), key=len, reverse=True))
_SHARED_NOUN = re.compile(
    rf"(?<![\w-])(?P<first>{_ADJECTIVE}) (?:and|&|/) (?P<second>{_ADJECTIVE}) (?P<noun>[a-z]+)(?![\w(])"
    r"(?: of (?:the|a|an|each|every|their|its) \w+(?=\s*(?:[,.;]|$)))?",
    re.IGNORECASE,
)
_WHICH = re.compile(r", which (is|are|can be|may be|must be|should be) (?=[^,]+(?:, [^,]+)* or )", re.IGNORECASE)
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
_SHARED_VALUE = re.compile(
    (
        r"^(?:where |with )?(?:(?:about |around )?\d{1,3}(?:\.\d+)? ?(?:%|percent) (?:of (?:them )?)?[\w' "
        r"-]{1,40}|[\w' -]{1,40} \d{1,3}(?:\.\d+)? ?(?:%|percent))$"
    ),
    re.IGNORECASE,
)
_LAST_VALUE = re.compile(r"^(?P<first>[\w'+-]+) or (?P<second>[\w'+-]+(?: [\w'+-]+){0,2})$")
MAX_REMARK = 300
"""A longer piece is prose and no remark on an item."""

_TYPE_WORDS = "bigint|smallint|int|integer|varchar|jsonb?|timestamptz?|uuid|boolean|bool|numeric|serial|bytea"
_NO_VALUES = frozenset({"null", "none", "empty", "nothing", "missing", "blank", "more", "less", "not", "so"})
_OPENS = re.compile(
    (
        r"^(?P<name>[^:=]{1,60}?)\s*(?::|=>|->|(?<![<>!=])=(?![=>])|\s[-–—]\s|\s(?P<is>is|are|can be|may "
        r"be)\s(?!either|one of|any of)|\s(?:is |being |as |can be |either being )?(?P<word>either|one of|"
        r"any of|enum of))\s*(?:(?P<word2>either|one of|any of|values?|options?)(?: the "
        r"following)?\s*[:]?\s*)?(?P<rest>[^:]{1,80})$"
    ),
    re.IGNORECASE,
)


def split_items(text: str) -> list[str]:
    """The items of a list, each with the remarks and values that belong to it."""
    text = _JOINED.sub(lambda match: f"{match['left']} {_AND} {match['right']}", text.strip())
    text = _SHARED_NOUN.sub(_each_with_noun, text)
    text = _COORDINATES.sub("latitude, longitude", _WHICH.sub(r" \1 ", text))
    pieces = [part for piece in _attach(_pieces(text)) for part in _unpacked(piece)]
    return [piece.replace(_AND, "and") for piece in pieces]


def _unpacked(piece: str) -> list[str]:
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
    if match := _PARTS.match(piece.strip()):
        parts = re.split(r"\s*(?:,|/|\band\b|&)\s*", match["parts"].strip())
        if len(parts) > 1 and all(to_name(part) in _OF_ADDRESS for part in parts):
            named = match["name"].lower().endswith("name")
            return [f"{part} name" if named and " " not in part and "name" not in part else part for part in parts]
    return [piece]


_HEADS = (STRINGS | MEASURES | MONEY | DATES) - {"gender", "sex", "home", "low", "high", "no", "size", "due"}


def _pieces(text: str) -> list[str]:
    pieces = split_outside(text, _SEMICOLON)
    if len(pieces) > 2 or (len(pieces) == 2 and max(count_outside(piece, re.compile(",")) for piece in pieces) < 2):
        out = [re.sub(r"^(?:and|plus|&)\s+", "", piece, flags=re.IGNORECASE) for piece in pieces]
        return [part for piece in out for part in _mixed(piece)]
    if len(pieces) == 2:  # a remark behind the list, as in "name, age, city; 250 rows"
        return [piece for part in pieces for piece in _pieces(part)]
    commas = count_outside(text, re.compile(r","))
    for pattern in _WIDE:
        found = count_outside(text, pattern)
        if found >= 2 and found > 2 * commas:
            return _unfolded(split_outside(text, pattern))
    pieces = split_outside(text, _COMMA)
    return pieces


def _mixed(piece: str) -> list[str]:
    """A piece between semicolons that is a comma list itself: "name, river, material: steel, stone; toll"."""
    head = re.split(r":|=|\s[-–—]\s", groups(piece)[0], maxsplit=1)[0]
    parts = split_outside(piece, _COMMA)
    before = parts[: head.count(",") + 1]
    if len(before) < 3 or any(is_remark(part) or re.search(r"\bor\b|^\d", part) for part in before[1:]):
        return [piece]
    return _attach(parts)


def _unfolded(pieces: list[str]) -> list[str]:
    """The first and last piece of a wide list may hold a comma or an "and" that still separates."""
    last = split_outside(pieces[-1], _COMMA)
    return [*pieces[:-1], *last]


def _attach(pieces: list[str]) -> list[str]:
    """Give remarks and values of a running list to the item they belong to."""
    out: list[str] = []
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        taken = _values(pieces, index)
        if taken:
            out.append(", ".join([piece, *pieces[index + 1 : index + 1 + taken]]))
            index += taken + 1
            continue
        if out and _SHARED_VALUE.match(piece) and re.search(r"\d ?(?:%|percent)", out[-1]) and "(" not in out[-1]:
            out[-1] = f"{out[-1]}, {piece}"
            index += 1
            continue
        if out and _ends_values(piece, out):
            index += 1
            continue
        if out and is_remark(piece):
            out[-1] = f"{out[-1]} ({piece})"
        else:
            out.append(piece)
        index += 1
    return out


def _values(pieces: list[str], index: int) -> int:
    """How many of the following pieces are further values of the list that this piece opens."""
    match = _OPENS.match(groups(pieces[index])[0]) if "(" not in pieces[index] else None
    if match is None or _is_closed(match["rest"], bool(match["word"] or match["word2"])):
        return 0
    worded = bool(match["word"] or match["word2"])
    for count, piece in enumerate(pieces[index + 1 :], start=1):
        if (
            re.search(r"[:(=]|\w/\w", piece)
            or COUNT in piece
            or (worded and " " in piece and " " not in match["rest"].strip() and not re.search(r"\bor\b", piece))
        ):
            break
        if re.search(r"\bor\b", piece):
            return count
    if match["is"]:
        return 0
    count = 0
    for piece in pieces[index + 1 :]:
        if worded and " " in piece and " " not in match["rest"].strip():
            break
        if (
            re.search(r"[:(=_]", piece)
            or COUNT in piece
            or (types.known(to_name(piece)) and not worded)
            or _is_column(piece)
        ):
            break
        count += 1
    return count


def _ends_values(piece: str, out: list[str]) -> bool:
    """ "rarity common, rare or legendary": the last values of a list that no word opened, joined to where it began."""
    match = _LAST_VALUE.match(piece)
    if (
        match is None
        or YES_NO.search(piece)
        or match["second"].split()[0].lower() in _NO_VALUES
        or is_remark(piece)
        or re.match(r"(?:whether|if|how|when|would)\b", piece, re.IGNORECASE)
    ):
        return False
    back = 1
    while (
        back <= len(out)
        and " " not in out[-back]
        and not _is_column(out[-back])
        and not types.known(to_name(out[-back]))
    ):
        back += 1
    if (
        back > len(out)
        or not re.fullmatch(r"[\w' -]+", out[-back])
        or len(out[-back].split()) < 2
        or "_" in out[-back].split()[-1]
    ):
        return False
    out[-back:] = [", ".join([*out[-back:], piece])]
    return True


def _is_column(piece: str) -> bool:
    name = to_name(piece)
    return ("_" in name and types.known(name)) or bool(re.search(r"[a-z][A-Z]|_", piece))


@lru_cache(maxsize=2048)
def _is_closed(rest: str, worded: bool) -> bool:
    """Whether what stands behind the colon is no first value of a running list."""
    if re.search(r"\bor\b", rest) and not re.search(r"\bor\s*$", rest):
        return True
    if re.search(r"\||\w/\w", rest):
        return True
    if worded:
        return False
    return type_of(rest) != (None, None, {}) or not consume(rest, Draft(text="")) or len(rest.split()) > 4


@lru_cache(maxsize=2048)
def is_remark(piece: str) -> bool:
    """Whether the piece constrains the item before it and names nothing itself."""
    text = piece.strip()
    if len(text) > MAX_REMARK:
        return False
    if re.fullmatch(r"not (?:before|after)", text, re.IGNORECASE) or re.match(r"[\w ]+\(", text):
        return False
    if re.match(rf"[a-z_]\w* (?:{_TYPE_WORDS})\b", text, re.IGNORECASE) and not re.match(
        r"(?:must|is|are|as|or) ", text
    ):
        return False  # "pk bigint"
    scratch = Draft(text="")
    bare = re.sub(r"^(?:which|that|it|they|these|this|and|but|all|always|values?)\s+", "", text, flags=re.IGNORECASE)
    if type_of(bare) != (None, None, {}):
        return bare.lower() in {
            "string",
            "integer",
            "int",
            "float",
            "boolean",
            "bool",
            "decimal",
            "varchar",
            "nullable",
        }
    unread = take_modifiers(bare, Draft(text="")).strip(" ,;:.")
    if unread and unread != bare and is_ambiguous(unread):
        return False  # "hostname must be unique" names a column
    rest = consume(bare, scratch)
    if rest or not (scratch.informed):
        return False
    # "percent" or "days" alone is a name; "in percent" is a remark.
    return not (scratch.unit and not scratch.facts and not scratch.window) or bool(re.match(r"(?:measured )?in ", bare))


def _each_with_noun(match: re.Match[str]) -> str:
    """ "first and last name" means first name and last name."""
    noun = match["noun"]
    mark = ";" if match.string.count(";") > 1 else ","
    return f"{match['first']} {noun}{mark} {match['second']} {noun}"
