"""Numbers as people write them: 1,200 · 10k · 2.5 thousand · half a million · 1e5 · a dozen · 2 lakh."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_SMALL = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
} | {"fourty": 40}
_SCALES = {
    "hundred": 100, "hundreds": 100, "thousand": 1000, "thousands": 1000, "million": 10**6, "millions": 10**6,
    "mio": 10**6, "mil": 10**6, "billion": 10**9, "bn": 10**9, "lakh": 10**5, "lakhs": 10**5, "lac": 10**5,
    "crore": 10**7, "crores": 10**7, "dozen": 12, "dozens": 12, "score": 20, "gross": 144,
    "k": 1000, "m": 10**6, "mm": 10**6, "b": 10**9,
}  # fmt: skip
_SUFFIXES = {"k": 1000, "m": 10**6, "mm": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9}

LITERAL = r"\d{1,3}(?:[,_' ]\d{3})+(?![\d,_'])|\d{1,2}(?:,\d\d)+,\d{3}(?![\d,])|\d+"
_TOKEN = re.compile(
    r"(?P<power>(?<![\w.,])(?:\d{1,3}(?:\.\d{1,3})? ?[x*·] ?)?10(?:\^|\*\*)\d{1,2})(?!\w)"
    r"|(?:(?<![\w.,])|(?<=\bx))(?P<literal>(?:"
    + LITERAL
    + r")(?:\.\d+)?(?:\.\d{3})*(?:[eE]\+?\d{1,2}(?!\w))?|\.\d+)(?P<suffix>(?:k|K|m|M|mm|MM|mn|b|B|bn| "
    r"?[kK](?= ))(?![\w/]))?"
    r"|(?P<word>[a-zA-Z]+)"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text: its value and where it stands."""

    value: Fraction
    start: int
    end: int
    worded: bool = False
    vague: bool = False
    """True for "a few hundred", where the value is a convention."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    value: Fraction
    start: int
    end: int


def find_numbers(text: str) -> list[Number]:
    """Every number in the text, from left to right, without overlaps."""
    tokens = _tokens(text)
    found: list[Number] = []
    index = 0
    while index < len(tokens):
        number, after = _read(tokens, index, text)
        if number is not None:
            found.append(number)
        index = max(after, index + 1)
    return found


def _tokens(text: str) -> list[_Token]:
    out = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if match["literal"]:
            value = _literal(match["literal"], text[end : end + 12])
            if match["suffix"]:
                value *= _SUFFIXES[match["suffix"].strip().lower()]
            out.append(_Token("literal", match.group(), value, start, end))
        elif match["power"]:
            out.append(_Token("literal", match.group(), _power(match["power"]), start, end))
        else:
            out.append(_Token("word", match["word"].lower(), Fraction(0), start, end))
    return out


def _power(text: str) -> Fraction:
    """The value of "10^4" or "3x10^3"."""
    factor, exponent = re.split(r"(?<!\d)10(?:\^|\*\*)", text)
    return Fraction(factor.strip(" x*·") or 1) * Fraction(10) ** int(exponent)


def _literal(digits: str, behind: str) -> Fraction:
    """The value of digits; "10.000" before a word is ten thousand, as much of Europe writes it."""
    dotted = re.fullmatch(r"\d{1,3}(?:\.\d{3})+", digits)
    scaled = re.match(r"\s?(?:thousand|million|billion|lakh|crore|k\b|m\b|mio)", behind, re.IGNORECASE)
    if dotted and (digits.count(".") > 1 or (not scaled and re.match(r"\s[A-Za-z]{4,}", behind))):
        return Fraction(digits.replace(".", ""))
    return Fraction(re.sub(r"[,_' ]", "", digits))


_PREFIXES: tuple[tuple[tuple[str, ...], Fraction, bool], ...] = (
    (("half", "a"), Fraction(1, 2), False),
    (("half", "of", "a"), Fraction(1, 2), False),
    (("a", "half"), Fraction(1, 2), False),
    (("quarter", "of", "a"), Fraction(1, 4), False),
    (("a", "quarter", "of", "a"), Fraction(1, 4), False),
    (("a", "quarter"), Fraction(1, 4), False),
    (("three", "quarters", "of", "a"), Fraction(3, 4), False),
    *(((word, "and", "a", "half"), value + Fraction(1, 2), False) for word, value in _SMALL.items() if 0 < value < 13),
    (("a", "couple", "of"), Fraction(2), False),
    (("a", "couple"), Fraction(2), False),
    (("couple", "of"), Fraction(2), False),
    (("couple",), Fraction(2), False),
    (("a", "baker", "s"), Fraction(13, 12), False),
    (("a", "few"), Fraction(3), True),
    (("few",), Fraction(3), True),
    (("several",), Fraction(3), True),
    (("some",), Fraction(3), True),
)


def _read(tokens: list[_Token], index: int, text: str) -> tuple[Number | None, int]:
    for prefix, factor, vague in sorted(_PREFIXES, key=lambda item: -len(item[0])):
        after = index + len(prefix)
        if after < len(tokens) and tuple(token.text for token in tokens[index:after]) == prefix:
            scale = tokens[after]
            plural_only = prefix == ("some",)
            if (
                _joined(tokens, index, after, text)
                and len(scale.text) > 1
                and scale.text in _SCALES
                and not plural_only
            ):
                value, end = _scales(tokens, after, factor, text)
                return Number(value, tokens[index].start, tokens[end - 1].end, True, vague), end
    return _cardinal(tokens, index, text)


def _joined(tokens: list[_Token], first: int, last: int, text: str) -> bool:
    """Whether only spaces or hyphens stand between those tokens."""
    return all(
        re.fullmatch(r"[\s-]{1,3}", text[tokens[i].end : tokens[i + 1].start]) is not None for i in range(first, last)
    )


def _scales(tokens: list[_Token], index: int, value: Fraction, text: str) -> tuple[Fraction, int]:
    """Multiply by the scale words that follow: (2, "hundred thousand") -> 200000."""
    while index < len(tokens) and tokens[index].text in _SCALES and (value < 10**9):
        if tokens[index].text in _COLLECTIVE:
            break
        if index and tokens[index - 1].kind == "literal" and not _joined(tokens, index - 1, index, text):
            break
        value *= _SCALES[tokens[index].text]
        index += 1
    return value, index


def _cardinal(tokens: list[_Token], index: int, text: str) -> tuple[Number | None, int]:
    first = tokens[index]
    if first.kind == "literal":
        value, end = first.value, index + 1
        if first.text[0] == "." and len(first.text) > 4:
            return None, end
        if end < len(tokens) and len(tokens[end].text) > 1 and _joined(tokens, index, end, text):
            value, end = _scales(tokens, end, value, text)
            value, end = _more(tokens, end, value, text)
        return Number(value, first.start, tokens[end - 1].end), end
    start = index
    if first.text in {"a", "an"}:
        after = index + 1
        if not (after < len(tokens) and tokens[after].text in _SCALES and len(tokens[after].text) > 1):
            return None, index + 1
        if not _joined(tokens, index, after, text):
            return None, index + 1
        index = after
    elif first.text not in _SMALL and first.text not in _TENS and first.text not in {"hundred", "thousand", "million"}:
        return None, index + 1
    return _worded(tokens, start, index, text)


def _more(tokens: list[_Token], index: int, value: Fraction, text: str) -> tuple[Fraction, int]:
    """ "2 thousand 5 hundred": a smaller scale goes on."""
    following = tokens[index : index + 2]
    if len(following) < 2 or following[0].kind != "literal" or not _joined(tokens, index - 1, index + 1, text):
        return value, index
    scale = _SCALES.get(following[1].text, 0)
    if len(following[1].text) < 2 or not scale or following[0].value * scale >= value:
        return value, index
    return value + following[0].value * scale, index + 2


def _worded(tokens: list[_Token], start: int, index: int, text: str) -> tuple[Number | None, int]:
    total, current, last = Fraction(0), Fraction(0), ""
    seen = False
    while index < len(tokens):
        if seen and not _joined(tokens, index - 1, index, text):
            break
        word = tokens[index].text
        if (word in _SMALL and last in {"", "scale", "and"}) or (
            word in _SMALL and last == "ten" and _SMALL[word] < 10
        ):
            current, last = current + _SMALL[word], "one"
        elif word in _TENS and last in {"", "scale", "and"}:
            current, last = current + _TENS[word], "ten"
        elif (word in _SCALES and len(word) > 1) or (word == "k" and seen):
            if word in _COLLECTIVE and not _collects(tokens, index, last):
                break
            scale = _SCALES[word]
            current = (current or Fraction(1)) * scale
            if scale >= 1000:
                total, current = total + current, Fraction(0)
            last = "scale"
        elif word == "and" and last == "scale" and _goes_on(tokens, index + 1):
            last = "and"
            index += 1
            continue
        else:
            break
        seen = True
        index += 1
    if not seen:
        return None, start + 1
    half = tuple(token.text for token in tokens[index : index + 3])
    if half == ("and", "a", "half") and last == "scale" and _joined(tokens, index - 1, index + 2, text):
        total, current, index = (total + current) * Fraction(3, 2), Fraction(0), index + 3
    return Number(total + current, tokens[start].start, tokens[index - 1].end, True), index


_COLLECTIVE = frozenset({"score", "gross"})


def _collects(tokens: list[_Token], index: int, last: str) -> bool:
    """Whether "score" or "gross" is a number here: "a score of books", "two score", but not "a score"."""
    behind = tokens[index + 1].text if index + 1 < len(tokens) else ""
    return behind == "of" or last in {"one", "ten"} or (behind in _SCALES and len(behind) > 2)


def _goes_on(tokens: list[_Token], index: int) -> bool:
    return index < len(tokens) and (tokens[index].text in _SMALL or tokens[index].text in _TENS)


VALUE = (
    r"[-+]?(?:[$€£¥₹] ?)?[-+]?(?:"
    + LITERAL
    + (
        r")?(?:\.\d+)?(?<=\d)(?:[eE][-+]?\d{1,2}(?!\w))?(?:(?:k|K|M|bn)(?![\w/]))?(?: ?(?:thousand|million|"
        r"billion|lakh|crore)\b)?"
    )
)
"""One literal number as it stands in a range, with its currency sign and magnitude."""

_VALUE = re.compile(
    r"(?P<sign>[-+]?)(?:[$€£¥₹] ?)?(?P<inner>[-+]?)(?P<digits>[\d,_' ]*(?:\.\d+)?(?:[eE][-+]?\d{1,2})?)"
    r"(?P<suffix>k|K|M|bn)?(?: ?(?P<scale>thousand|million|billion|lakh|crore))?"
)


def read_value(text: str) -> int | float:
    """The value of a text that matched VALUE. Raises ValueError for anything else."""
    match = _VALUE.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    value = Fraction(re.sub(r"[,_' ]", "", match["digits"]))
    if match["suffix"]:
        value *= _SUFFIXES[match["suffix"].lower()]
    if match["scale"]:
        value *= _SCALES[match["scale"]]
    if "-" in (match["sign"], match["inner"]):
        value = -value
    return int(value) if value.denominator == 1 else float(value)
