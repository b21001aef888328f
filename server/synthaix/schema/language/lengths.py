"""Sizes of texts, precision of numbers, patterns: "up to 80 characters", "10-digit", "2 decimals"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synthaix.schema.language.draft import Draft

_CHARS = (
    r"(?:-| )?(?:characters?|chars?|letters?|symbols|ch)\b(?: long| max(?:imum)?| at most| or (?:less|"
    r"fewer)| in length)?"
)
_BETWEEN = re.compile(
    (
        rf"(?:\b(?:between|from|of|length|len)\s*:?\s*)*(?P<low>\d{{1,5}})\s?(?:to|and|or|-|–|"
        rf"\.\.)\s?(?P<high>\d{{1,5}}){_CHARS}"
    ),
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    rf"(?:\b|(?=<))(?:(?:of )?(?:up to|at most|no more than|not more than|max(?:\.|imum)?(?: of| length(?: "
    rf"of)?)?|under|less than|within|limited to|maximum)\s*:?\s*(?P<high>\d{{1,5}}){_CHARS}|"
    rf"<=?\s?(?P<high3>\d{{1,5}}){_CHARS}|"
    rf"(?P<high2>\d{{1,5}})(?:-| )?(?:characters?|chars?|letters?) (?:max(?:imum)?|at most|or (?:less|"
    rf"fewer)|limit|tops))",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    rf"\b(?:at least|no less than|min(?:\.|imum)?(?: of)?|more than|over)\s*:?\s*(?P<low>\d{{1,5}}){_CHARS}",
    re.IGNORECASE,
)
_MAX_LENGTH = re.compile(
    (
        r"\b(?:max(?:imum)?[ _-]?(?:len(?:gth)?)|length up to|length at most|len(?:gth)? ?<=?)\s*(?:of|is|"
        r":|=)?\s*(?P<high>\d{1,5})\b"
    ),
    re.IGNORECASE,
)
_EXACT = re.compile(
    (
        r"(?:\b(?:exactly|of|a|fixed|length)\s+)*(?<![\w.-])(?P<exact>\d{1,4}|two|three|four|five|six|"
        r"eight|ten)(?:-| )(?:(?P<case>uppercase|upper-case|capital|lowercase|alphanumeric|alphabetic|hex|"
        r"ascii) )?(?P<what>characters?|chars?|letters?|digits?|numerals?)\b(?: (?:long|each|code)(?= "
        r"*$))?"
    ),
    re.IGNORECASE,
)
_DIGITS = re.compile(
    r"(?:\b(?:between|from)\s*)?(?P<low>\d{1,2})\s?(?:to|-|–|and|or)\s?(?P<high>\d{1,2})(?:-| )digits?\b", re.IGNORECASE
)
_DECIMALS = re.compile(
    (
        r"(?:,?\s*\b(?:with|to|using|rounded to|at|up to|of|in|having|precise to)\s+)?(?:exactly "
        r")?(?P<decimals>\d{1,2}(?=[ -]?dp\b)|\d{1,2}(?=[ -])|no|one|two|three|four|zero)[ "
        r"-]?(?:decimals?(?: ?(?:places?|digits?|"
        r"points?))?|dp\b|d\.p\.|places?\b|digits? after the (?:decimal )?point|decimal-place)"
    ),
    re.IGNORECASE,
)
_ROUNDED = re.compile(
    r"\brounded to (?P<decimals>\d{1,2})\b|\b(?:scale|precision|decimals?)\s?[:=]?\s?(?P<scale>\d{1,2})\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\b(?:whole (?:numbers?|dollars?|euros?|pounds?)(?: only)?|no decimals?|integers? only)\b", re.IGNORECASE
)
_SMALL = {"no": 0, "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10}

PATTERN = re.compile(
    r"(?:[,;]?\s*\b(?:which |that |must |should |is )?(?:match(?:es|ing)?|regex(?:p)?|pattern|regular "
    r"expression|reg-?ex|following|conform(?:s|ing) to|satisf(?:ies|ying)|format|in the (?:form|"
    r"format)|formatted (?:as|like)|like|as)"
    r"(?: (?:the )?(?:regex(?:p)?|pattern|regular expression|format|form|mask))?(?: of)?\s*[:=]?\s*)"
    r"(?:/(?P<slashed>[^/\s]{2,200})/|\"(?P<quoted>[^\"\s]{2,200})\"|'(?P<single>[^'\s]{2,200})'|"
    r"(?P<bare>\^[^\s]{1,200}?\$|\S*(?:\[[^\]\s]{1,60}\]|\\[dw])\S*))",
    re.IGNORECASE,
)
_WHOLE_PATTERN = re.compile(r"(?P<bare>(?=\S*(?:\{\d|\\[dw]))(?=\S*(?:\[|\\[dw]))\S{4,200})")
"""An aside that is nothing but an expression: "([A-Z]{2}\\d{5})"."""
_ANCHORED = re.compile(r"(?<!\S)(?P<bare>\^[^\s]{1,200}?\$)(?=[\s,.;)]|$)")
_MASK = re.compile(
    r"(?:[,;]?\s*\b(?:in the (?:form|format)|format(?:ted)?(?: as| like)?|like|as|pattern|of the form|"
    r"mask)\s*[:=]?\s*)[\"']?(?P<mask>(?:[A-Z]{1,6}[-_/]?)?(?:[-_/.]?[#X9N]{2,12})+(?:[-_/.][#X9NA]{"
    r"1,12})*)[\"']?(?!\w)"
)


def take_pattern(text: str, draft: Draft) -> str:
    """Record a regular expression or a mask such as ORD-#####; the rest of the text is given back."""
    match = PATTERN.search(text) or _ANCHORED.search(text) or _WHOLE_PATTERN.fullmatch(text)
    if match:
        named = match.groupdict()
        raw = next(value for value in (named.get(key) for key in ("slashed", "quoted", "single", "bare")) if value)
        pattern = raw.rstrip(",;.") if not raw.endswith("\\.") else raw
        if _usable(pattern) and re.search(r"[\[\\^$]|\{\d", pattern):
            draft.facts["pattern"] = pattern
            return f"{text[: match.start()]} {text[match.end() :]}".strip()
    match = _MASK.search(text)
    if match and ("#" in match["mask"] or re.search(r"(?:XX|99|NN)", match["mask"])):
        draft.facts["pattern"] = _from_mask(match["mask"])
        return f"{text[: match.start()]} {text[match.end() :]}".strip()
    match = _EXAMPLE.search(text)
    if match:
        draft.facts["pattern"] = _of_example(match["code"])
        return f"{text[: match.start()]} {text[match.end() :]}".strip()
    return text


_EXAMPLE = re.compile(
    r"\s(?:like|such as|e\.g\.|in the (?:form|format)|formatted (?:like|as)) "
    r"[\"']?(?P<code>[A-Z]{1,6}(?:[-_/]\d{1,10})+|[A-Z]{2,5}\d{2,10})[\"']?(?!\w)"
)


def _of_example(code: str) -> str:
    """AB-123 -> ^AB\\-\\d{3}$: the letters of a code stay, its digits vary."""
    runs = re.findall(r"\d+|\D+", code)
    return "^" + "".join(rf"\d{{{len(run)}}}" if run.isdigit() else re.escape(run) for run in runs) + "$"


def _usable(pattern: str) -> bool:
    if len(pattern) > 500:
        return False
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _from_mask(mask: str) -> str:
    """ORD-##### -> ^ORD-\\d{5}$; X and A stand for letters where a mask mixes them with digits."""
    out = []
    for run in re.finditer(r"#+|9{2,}|N{2,}|X{2,}|A{2,}|[^#]", mask):
        token = run.group()
        if token[0] in "#9" or (token[0] == "N" and len(token) > 1):
            out.append(rf"\d{{{len(token)}}}")
        elif token[0] == "A" and len(token) > 1:
            out.append(rf"[A-Z]{{{len(token)}}}")
        elif token[0] == "X" and len(token) > 1:
            out.append(rf"[A-Z]{{{len(token)}}}" if "#" in mask or "9" in mask else rf"\d{{{len(token)}}}")
        else:
            out.append(re.escape(token))
    return "^" + "".join(out) + "$"


_CHARACTERS = re.compile(r"\d,\d{3}[ -]?(?:characters|chars|letters)\b", re.IGNORECASE)


def take_lengths(text: str, draft: Draft) -> str:
    """Record lengths and decimals said in the text; the rest of the text is given back."""
    facts = draft.facts
    if _CHARACTERS.search(text):
        text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    for pattern in (_DIGITS, _BETWEEN, _AT_MOST, _AT_LEAST, _MAX_LENGTH):
        match = pattern.search(text)
        if match is None:
            continue
        named = match.groupdict()
        high = named.get("high") or named.get("high2") or named.get("high3")
        if named.get("low"):
            facts["min_length"] = int(named["low"])
        if high:
            facts["max_length"] = max(1, int(high))
        if pattern is _DIGITS:
            facts["pattern"] = rf"^\d{{{int(named['low'])},{int(named['high'])}}}$"
        text = _without(text, match)
    text = _exact(text, draft)
    for pattern in (_DECIMALS, _ROUNDED):
        match = pattern.search(text)
        if match:
            named = match.groupdict()
            digits = named.get("decimals") or named.get("scale") or "0"
            facts["decimals"] = min(12, int(digits) if digits.isdigit() else _SMALL[digits.lower()])
            text = _without(text, match)
            break
    match = _WHOLE.search(text)
    if match:
        draft.type = draft.type or "integer"
        text = _without(text, match)
    return text


def _exact(text: str, draft: Draft) -> str:
    match = _EXACT.search(text)
    if match is None:
        return text
    word = match["exact"].lower()
    size = int(word) if word.isdigit() else _SMALL[word]
    if not 1 <= size <= 1000:
        return text
    draft.facts.update(min_length=size, max_length=size)
    what, case = match["what"].lower(), (match["case"] or "").lower()
    if what.startswith(("digit", "numeral")):
        draft.facts["pattern"] = rf"^\d{{{size}}}$"
        draft.hints.append("digits")
    elif case.startswith(("upper", "capital")):
        draft.facts["pattern"] = rf"^[A-Z]{{{size}}}$"
    elif case.startswith("lower"):
        draft.facts["pattern"] = rf"^[a-z]{{{size}}}$"
    return _without(text, match)


def _without(text: str, match: re.Match[str]) -> str:
    return re.sub(r" +", " ", f"{text[: match.start()]} {text[match.end() :]}").strip(" ,;")
