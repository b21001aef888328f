"""Numeric bounds: "between 1 and 10", "0-99", "from -20 to 60", "at least 18", "up to 120", ">= 0", "18+"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from synthaix.schema.language.numbers import VALUE, read_value

if TYPE_CHECKING:
    from synthaix.schema.language.draft import Draft

_NUM = rf"(?P<{{}}>{VALUE})"
_UNIT = (
    r"(?: ?(?P<unit{}>%|°[CF]?|percent\b|[a-zµ]{{1,7}}/[a-z]{{1,5}}\b|[a-zA-Zµ²³]{{1,12}}[²³23]?\b(?! "
    r"(?:and|to)\b)|(?=$|\W)))?"
)
_TO = r"\s?(?:to|and|[-–—]|\.\.\.?|through|thru|up to|until|till)\s?"
_LEAD = (
    r"(?:(?<![a-zA-Z])(?:is |are |must be |should be |(?:(?<![\w] )value |values )|anything |somewhere |"
    r"ranging |ranges? |"
    r"range |in the range |within |varying |always |only |"
    r"an? |on a scale |scale )*(?:between|from|of|in|:|=)?\s*)"
)
_BETWEEN = re.compile(
    (
        rf"(?P<lead>{_LEAD})(?<![\w.-])(?P<low>{VALUE})(?: ?(?:%|(?!to\b|and\b)[a-zA-Z°]{{1,3}})(?= ?(?:to|and|-|"
        rf"–)))?{_TO}(?P<high>{VALUE})(?![\w.]*\d|[:-]\d)(?: (?:inclusive|scale|range|or so))*"
    ),
    re.IGNORECASE,
)
_MIN_MAX = re.compile(
    (
        rf"\bmin(?:imum)?(?: (?:of|value))?\s*[:=]?\s*(?P<low>{VALUE})\s*(?:,|;|and|/|"
        rf"-)?\s*\bmax(?:imum)?(?: (?:of|value))?\s*[:=]?\s*(?P<high>{VALUE})(?!\w)"
    ),
    re.IGNORECASE,
)
_CHAIN = re.compile(rf"(?<![\w.])(?P<low>{VALUE})\s?<=?\s?[a-z_ ]{{0,30}}<=?\s?(?P<high>{VALUE})(?!\w)", re.IGNORECASE)
_AT_LEAST = re.compile(
    rf"(?:(?:,|which|that)\s*)?(?:\b(?:is|are|must be|should be|always|of)\s+)*(?:\b(?:at least|no "
    rf"less than|not less than|no fewer than|not below|never below|minimum(?: of)?|min(?:\.|imum)?(?: "
    rf"value)?(?: of)?|starting (?:at|from)|"
    rf"from|upwards? of)\s*[:=]?\s*|>=\s?)(?P<low>{VALUE})(?: (?:and|or) (?:up|above|more|older|over|"
    rf"higher|upwards?|later|after|newer|onwards?))?(?!\w)",
    re.IGNORECASE,
)
_MORE_THAN = re.compile(
    (
        rf"(?:\b(?:is|are|must be|should be|always)\s+)*(?:\b(?:(?<!no )(?<!not )more than|greater than|"
        rf"larger than|higher "
        rf"than|older than|over|above|exceeding|bigger than)\s*|>\s?)(?P<low>{VALUE})(?!\w)"
    ),
    re.IGNORECASE,
)
_PLUS = re.compile(
    (
        rf"(?<![\w.])(?P<low>{VALUE})(?:\s?\+| (?:and|or) (?:up|above|more|older|over|higher|later|after|"
        rf"newer|onwards?))(?!\w)"
    ),
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    rf"(?:\b(?:is|are|must be|should be|always|of)\s+)*(?:\b(?:at most|no more than|not more than|up "
    rf"to|max(?:\.|imum)?(?: value)?(?: of)?|not exceeding|not above|never above|never exceeds|capped "
    rf"at|limited to|until|"
    rf"out of|not over|no higher than|no greater than)\s*[:=]?\s*|<=\s?)(?:a maximum of )?(?P<high>{VALUE})(?!\w)",
    re.IGNORECASE,
)
_LESS_THAN = re.compile(
    (
        rf"(?:\b(?:is|are|must be|should be|always)\s+)*(?:\b(?:less than|under|below|fewer than|smaller "
        rf"than|lower than|younger than)\s*|<\s?)(?P<high>{VALUE})(?!\w)"
    ),
    re.IGNORECASE,
)
_SUFFIXED = re.compile(
    (
        rf"(?<![\w.])(?P<high>{VALUE}) (?:max(?:imum)?|at most|tops|or (?:less|fewer|under|below|earlier|"
        rf"lower|before|younger))\b"
    ),
    re.IGNORECASE,
)
_NON_NEGATIVE = re.compile(
    (
        r"\b(?:is |are |must be |should be |always )*(?:non-?negative|not negative|never negative|zero or "
        r"(?:more|greater|above|higher))\b"
    ),
    re.IGNORECASE,
)
_POSITIVE = re.compile(
    (
        r"\b(?:(?:is |are |must be |should be |always |strictly |a )+positive(?: (?:integer|number|"
        r"value))?|positive (?:integer|number|value)s?)\b"
    ),
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"\b(?:(?:it |which |that |they )?(?:can|may|might|could|is allowed to|allowed to|are allowed to) "
    r"(?:also |sometimes |even )?(?:be|go|become|turn) negative|"
    r"(?:possibly|sometimes|occasionally|maybe|perhaps) negative|negatives? (?:allowed|possible|ok|"
    r"okay|permitted|values allowed|is possible|values possible|values ok)|"
    r"negative values (?:are )?(?:allowed|possible|ok|permitted)|allow(?:s|ing)? negatives?(?: "
    r"values)?|positive or negative|positive and negative|negative or positive|"
    r"(?:including|incl\.?) negatives?(?: values)?|negatives? (?:are|mean|indicate|for) [\w ]{2,40}|negative "
    r"(?:if|when|for|where|means) [\w ]{2,40}|"
    r"signed(?! by| on| at| up| off| in| out| copy|_)|could be negative|(?:can|may|might|could) "
    r"(?:be|go|fall|drop) (?:below|under) zero|may be below zero|can be below zero|goes negative|plus "
    r"or minus)\b|\+/-(?! ?\d)|±(?! ?\d)",
    re.IGNORECASE,
)
_PLUS_MINUS = re.compile(rf"(?:\+/-|±|plus or minus)\s?(?P<high>{VALUE})(?!\w)", re.IGNORECASE)
_TRAILING_UNIT = re.compile(r"\s?(%|°[CF]?|percent\b|[a-zA-ZµΩ]{1,9}(?:/[a-z0-9]{1,4})?[²³23]?\b)")


_SMALL = dict(
    zip(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve"),
        (*range(11), 12),
        strict=True,
    )
)
_SMALL_WORD = re.compile(
    rf"\b(?P<lead>at least|at most|up to|no more than|more than|less than|minimum of|maximum of|"
    rf"minimum|maximum|between|"
    rf"(?<=\d )to|(?<=\d )and) (?P<word>{'|'.join(_SMALL)})\b",
    re.IGNORECASE,
)


_OUT_OF = re.compile(r"(?<=[a-z]) /\s?(?P<high>\d{1,4})$")
"""A mark's maximum: "score /100"."""


def take_ranges(text: str, draft: Draft) -> str:
    """Record the numeric bounds in the text; the text without them is given back."""
    text = _SMALL_WORD.sub(lambda match: f"{match['lead']} {_SMALL[match['word'].lower()]}", text)
    text = _cut(_NEGATIVE, text, draft, {"minimum": "negative"})
    for pattern in (_MIN_MAX, _CHAIN):
        text = _bounds(pattern, text, draft)
    text = _plus_minus(text, draft)
    text = _between(text, draft)
    for pattern in (_AT_LEAST, _MORE_THAN, _PLUS, _AT_MOST, _LESS_THAN, _SUFFIXED, _OUT_OF):
        text = _bounds(pattern, text, draft)
    text = _cut(_NON_NEGATIVE, text, draft, {"minimum": 0})
    return _cut(_POSITIVE, text, draft, {"minimum": "positive"})


def _cut(pattern: re.Pattern[str], text: str, draft: Draft, facts: dict[str, Any]) -> str:
    match = pattern.search(text)
    if match is None:
        return text
    for key, value in facts.items():
        draft.facts.setdefault(key, value)
    return f"{text[: match.start()]} {text[match.end() :]}".strip()


def _plus_minus(text: str, draft: Draft) -> str:
    match = _PLUS_MINUS.search(text)
    if match is None:
        return text
    high = read_value(match["high"])
    draft.facts.update(minimum=-high, maximum=high)
    return f"{text[: match.start()]} {text[match.end() :]}".strip()


def _between(text: str, draft: Draft) -> str:
    for match in _BETWEEN.finditer(text):
        low, high = read_value(match["low"]), read_value(match["high"])
        if (
            re.search(r"\d[-–]?$", match["low"])
            and match["high"].startswith(("-", "+"))
            and not re.search(r"(?:to|and|until|through)\s?$", match[0][: match.start("high") - match.start()])
            and "-" not in match[0][: -len(match["high"])]
        ):
            high = abs(high)
        if _same_magnitude(match["low"], match["high"]):
            low *= high // read_value(re.sub(r"[^\d.]", "", match["high"])) if isinstance(high, int) else 1
        if low > high:
            continue
        draft.facts.update(minimum=low, maximum=high)
        _hint(match[0], draft)
        return _without(text, match, draft)
    return text


def _hint(said: str, draft: Draft) -> None:
    """What the way a bound is written tells of the type: "$5" is money, "1.0" no whole number."""
    if re.search(r"[$€£¥₹]", said):
        draft.hints.append("money")
    if re.search(r"\d\.\d", said):
        draft.hints.append("fraction")


def _same_magnitude(low: str, high: str) -> bool:
    """ "10-50k" means ten thousand to fifty thousand."""
    return re.search(r"\d ?(?:k|K)$", high) is not None and re.fullmatch(r"\d{1,3}", low.strip()) is not None


def _bounds(pattern: re.Pattern[str], text: str, draft: Draft) -> str:
    match = pattern.search(text)
    if match is None:
        return text
    named = match.groupdict()
    if named.get("low") is not None:
        draft.facts["minimum"] = read_value(named["low"])
    if named.get("high") is not None:
        draft.facts["maximum"] = read_value(named["high"])
    _hint(match[0], draft)
    return _without(text, match, draft)


def _without(text: str, match: re.Match[str], draft: Draft) -> str:
    """The text without the range and without the unit behind it, which is kept in the draft."""
    from synthaix.schema.language.units import unit_of

    rest = text[match.end() :]
    behind = _TRAILING_UNIT.match(rest)
    if behind:
        unit = unit_of(behind[1])
        if unit is not None or behind[1].lower() in {"stars", "star", "points", "point", "people", "characters", "x"}:
            rest = rest[behind.end() :]
            draft.measured_in = draft.measured_in or unit
    return re.sub(r" +", " ", f"{text[: match.start()]} {rest}").strip()
