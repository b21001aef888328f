"""What constrains a column whatever it is called: nulls, shares, lengths, dates, order and bounds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from synthaix.schema.language.dates import MOMENT, find_window
from synthaix.schema.language.lengths import take_lengths
from synthaix.schema.language.presence import take_presence
from synthaix.schema.language.ranges import take_ranges

if TYPE_CHECKING:
    from synthaix.schema.language.draft import Draft

_AFTER = re.compile(
    r"(?:[,;]?\s*\b(?:which|that|and|it|but)\s+)?(?:\b(?:is|are|must(?: always)?|should(?: always)?|"
    r"has to|have to|needs to|always|never|be|comes?|falls?|at or|on or|(?:the )?same(?: day| time)? or|equal to "
    r"or|some(?:time|times| time| days| "
    r"hours| minutes)?|shortly|strictly)\s+)*"
    r"(?P<word>\bnot before|\bno earlier than|\bnot earlier than|\blater than(?: or equal to)?|\bafter|"
    r"\bfollowing|\bpast|\bsubsequent to|\bgreater than(?: or equal to)?|>=?)\s+(?:the "
    r")?(?P<target>[a-z_][\w -]{0,50})$",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:[,;]?\s*\b(?:which|that|and|it|but)\s+)?(?:\b(?:is|are|must(?: always)?|should(?: always)?|"
    r"has to|have to|needs to|always|never|be|comes?|falls?|at or|on or|strictly|shortly)\s+)*"
    r"(?P<word>\bnot after|\bno later than|\bnot later than|\bearlier than(?: or equal to)?|\bbefore|"
    r"\bprior to|\bless than(?: or equal to)?|\bpreceding|<=?)\s+(?:the )?(?P<target>[a-z_][\w "
    r"-]{0,50})$",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    (
        r"(?:\b(?:between|from)\s+)?(?P<low>\d{1,2}(?::\d\d)? ?(?:am|pm)|\d{1,2}:\d\d) ?(?:and|to|-|–|"
        r"until) ?(?P<high>\d{1,2}(?::\d\d)? ?(?:am|pm)|\d{1,2}:\d\d)"
    ),
    re.IGNORECASE,
)
_YEARS_AS_NUMBERS = re.compile(
    (
        r"(?:up to|from|>=?|<=?|by|through|over|of|on|for|within|around|across|between|"
        r"dated)?\s*\d{4}(?:\s?(?:to|and|[-–—]|\.\.\.?|until|through)\s?\d{4})?$"
    ),
    re.IGNORECASE,
)


def take_modifiers(text: str, draft: Draft, *, named: bool = False) -> str:
    """Everything that constrains a column, except choices and types."""
    text = take_presence(text, draft)
    text = take_lengths(text, draft)
    text = _clock(text, draft)
    text = take_window(text, draft)
    text = _order(text, draft, whole=named)
    return take_ranges(text, draft)


def _clock(text: str, draft: Draft) -> str:
    match = _CLOCK.search(text)
    if match is None:
        return text
    low, high = _clock_text(match["low"]), _clock_text(match["high"])
    if low and high and low <= high:
        draft.facts.update(minimum=low, maximum=high)
        return f"{text[: match.start()]} {text[match.end() :]}".strip()
    return text


def _clock_text(text: str) -> str | None:
    found = re.match(r"(\d{1,2})(?::(\d\d))? ?(am|pm)?", text.lower())
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return f"{hour:02d}:{minute:02d}:00" if hour < 24 and minute < 60 else None


def take_window(text: str, draft: Draft) -> str:
    """Record a date window; bare years that read as numbers are left for the numeric bounds."""
    found = find_window(text)
    if found is None:
        return text
    window, start, end = found
    words = text[start:end].strip()
    if (
        window.years
        and _YEARS_AS_NUMBERS.fullmatch(words)
        and not re.match(r"(?:since|in|during|before|after|until)\b", words)
    ):
        return text
    draft.window = draft.window or window
    return re.sub(r" +", " ", f"{text[:start]} {text[end:]}").strip(" ,;")


def _order(text: str, draft: Draft, *, whole: bool) -> str:
    for pattern, field in ((_AFTER, "after"), (_BEFORE, "before")):
        match = pattern.search(text)
        if match and match.start() == 0 and whole:
            return text  # "before meal" is a name
        if (
            match
            and not re.match(MOMENT, match["target"], re.IGNORECASE)
            and not re.fullmatch(r"(?:zero|one|two|ten|the|a)", match["target"].strip())
        ):
            setattr(draft, field, match["target"].strip())
            draft.order_words = match.group().strip() if whole else ""
            return text[: match.start()].strip(" ,;:-")
    return text
