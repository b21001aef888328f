"""Giving the values and remarks of a running list to the item they belong to."""

from __future__ import annotations

import re
from functools import lru_cache

from synthaix.schema.language import types
from synthaix.schema.language.absorb import consume
from synthaix.schema.language.choices import YES_NO
from synthaix.schema.language.draft import Draft
from synthaix.schema.language.heads import is_participle
from synthaix.schema.language.lexicon import DATES, MONEY, STRINGS
from synthaix.schema.language.modifiers import take_modifiers
from synthaix.schema.language.names import to_name
from synthaix.schema.language.presence import ONLY_SHARE
from synthaix.schema.language.stated import is_ambiguous, type_of
from synthaix.schema.language.text import COUNT, groups, vocabulary

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
        r"^(?P<name>[^:=]{1,60}?)\s*(?::|=>|->|(?<![<>!=])=(?![=>])|(?<!\d)\s[-–—]\s|\sin(?=\s\d+$)|\s(?P<is>is|"
        r"are|being|can be|may "
        r"be)\s(?!either|one of|any of)|\s(?:is |being |as |can be |either being )?(?P<word>either|among|one of|"
        r"any of|enum of))\s*(?:(?P<word2>either|one of|any of|values?|options?)(?: the "
        r"following)?\s*[:]?\s*)?(?P<rest>[^:]{1,80})$"
    ),
    re.IGNORECASE,
)


def attach(pieces: list[str]) -> list[str]:
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
        if out and _BAND_VALUES.fullmatch(piece) and (band := _BANDED.fullmatch(out[-1])):
            out[-1] = f"{band['name']}: {band['band']}, {piece}"
        elif out and is_remark(piece):
            out[-1] = f"{out[-1]} ({piece})"
        else:
            out.append(re.sub(r"^or\s+(?=\S)", "", piece))
        index += 1
    return out


_STATEFUL = vocabulary(
    "status state health condition outcome result stage phase disposition verdict decision type situation kind"
)
"""What has states, behind which a word such as "paid" is a value and no column."""


_BAND = r"\d+ ?[-–] ?\d+"
_BANDED = re.compile(rf"(?P<name>[^:]*[a-z]):? (?P<band>{_BAND}(?:, {_BAND})*)", re.IGNORECASE)
_BAND_VALUES = re.compile(rf"(?:or )?{_BAND}(?: or {_BAND})?")
"""Ranges that are values: "size 36-38, 39-42 or 43-46"."""


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
    if re.fullmatch(r"-?\d+(?:\.\d+)?", match["rest"].strip()):
        numbers = (re.fullmatch(r"(?:or )?-?\d+(?:\.\d+)?", piece) for piece in pieces[index + 1 :])
        return next((count for count, number in enumerate(numbers) if not number), len(pieces) - index - 1)
    count, stated = 0, match["name"].split()[-1].lower() in _STATEFUL
    for piece in pieces[index + 1 :]:
        if worded and " " in piece and " " not in match["rest"].strip():
            break
        if re.search(r"[:(=_]", piece) or COUNT in piece or _is_column(piece):
            break
        if types.known(to_name(piece)) and not worded and not (stated and " " not in piece):
            break
        count += 1
    return count


def _ends_values(piece: str, out: list[str]) -> bool:
    """ "rarity common, rare or legendary": the last values of a list that no word opened, joined to where it began."""
    match = _LAST_VALUE.match(piece)
    if (
        match is None
        or YES_NO.search(piece)
        or re.search(r"\bas\b", piece)
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
        or re.search(r"\b[A-Z] ?- ?[A-Z]$", out[-back])
        or _is_whole_name(out[-back])
        or not re.fullmatch(r"[\w' -]+", out[-back])
        or len(out[-back].split()) < 2
        or "_" in out[-back].split()[-1]
    ):
        return False
    out[-back:] = [", ".join([*out[-back:], piece])]
    return True


def _is_whole_name(text: str) -> bool:
    """Whether the last word is part of the name ("total price", "century built") and no value ("payment cash")."""
    last = text.split()[-1].lower()
    return (last in MONEY | STRINGS | DATES and last not in {"cash", "credit", "savings", "premium"}) or is_participle(
        last
    )


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


_MEASURED_NAME = re.compile(
    r"(?P<name>[a-z]+),?(?: (?:is|are|of))? (?:between |from |up to |at |max |min |[<>]=? ?|in |[$€£])?\d",
    re.IGNORECASE,
)
_UNIT_NAMES = vocabulary(
    "year years pages words hours hour minutes minute seconds second days day weeks week months month points "
    "miles litres liters "
    "calories kcal hp watts volts degrees gallons acres hectares cents feet inches percent pixels lux knots grams "
    "rpm bpm horsepower"
)
"""Units that are names where their number stands behind them: "pages 8 to 320"."""


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
    if (match := _MEASURED_NAME.match(text)) and match["name"].lower() in _UNIT_NAMES:
        return False
    if ONLY_SHARE.match(text):
        return True
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
