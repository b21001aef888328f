"""How many rows a sentence asks for: always counted by code, because models read "2.5 thousand" as 25000."""

from __future__ import annotations

import re
from dataclasses import dataclass

from synthaix.schema.language.numbers import Number, find_numbers
from synthaix.schema.language.surroundings import (
    ADJACENT,
    AFTER_RANGE,
    ASKED,
    BOUND,
    COMPOUND,
    DAYS_OF,
    ENOUGH,
    FEW,
    GLUED,
    HAS,
    HEAD,
    HYPHENED,
    MEASURED,
    MONEY,
    NAMED,
    NAMING,
    NOT_US,
    OF_THEM,
    ONE_ROW,
    OPENER,
    OWNED,
    PARTS,
    PER_DAY,
    PRICED,
    SHORT_THINGS,
    SINGLE,
    STRONG,
    TIMES,
    TIMES_BEHIND,
    TIMES_INSIDE,
    WEAK_UNIT,
    WORD,
)
from synthaix.schema.language.text import clean, inside

MAX_COUNT = 10**12
"""A number beyond this is not a row count but an identifier or a typing error."""


@dataclass(frozen=True, slots=True)
class Count:
    """The row count and where its words stand in the cleaned text."""

    value: int
    start: int
    end: int
    vague: bool = False


def parse_count(prompt: str) -> int | None:
    """The number of rows the prompt asks for, or None where it names none.

    Years, ranges, ratings, prices, percentages, sizes and numbers that belong to a name are not taken for it.
    """
    count = find_count(clean(prompt))
    return None if count is None else count.value


def find_count(text: str) -> Count | None:
    """As `parse_count`, on text that `clean` has been over, with the position."""
    enclosed = inside(text)
    best: tuple[int, Number] | None = None
    for number in _combined(text, find_numbers(text)):
        points = _points(text, number, enclosed[number.start])
        if points > 0 and (best is None or points > best[0]):
            best = (points, number)
    if best is None:
        single = SINGLE.search(text)
        return None if single is None else Count(1, single.start(), single.start() + len(single[0].rsplit(None, 1)[0]))
    number = best[1]
    return Count(int(number.value), number.start, number.end, number.vague)


_BATCHES = re.compile(
    r"\s(?:batch|chunk|group|lot|set|block|bundle|bunch)(?:es|s) of\s(?:about |around |roughly )?$", re.IGNORECASE
)


_SPAN = re.compile(r"\s?(?:[-–]|to|and)\s?$", re.IGNORECASE)


_SPAN_HEAD = re.compile(
    r"^(?:[^.,;:!?\n\d]{0,60}\b(?:generate|create|make|produce|build|give|me|need|want|like|get|mock|prepare|"
    r"provide|simulate|please)\s+)?(?:some|about|around|roughly|(?:(?:somewhere|anywhere|anything) )?"
    r"(?:between|from|in the range))?\s*$",
    re.IGNORECASE,
)


def _combined(text: str, numbers: list[Number]) -> list[Number]:
    """The numbers, with "12 batches of 50" as their product and "500-1000 customers" as the upper end."""
    out: list[Number] = []
    for number in numbers:
        last = out[-1] if out else None
        between = text[last.end : number.start] if last else ""
        if last and _BATCHES.fullmatch(between):
            out[-1] = Number(last.value * number.value, last.start, number.end, False, True)
        elif last and _is_span(text, last, number, between):
            out[-1] = Number(number.value, last.start, number.end, number.worded, True)
        else:
            out.append(number)
    return out


def _is_span(text: str, low: Number, high: Number, between: str) -> bool:
    """Whether the request opens with a range of counts: "between 500 and 1000 users"."""
    if not _SPAN.fullmatch(between) or not 1 < low.value < high.value or _is_year(text, high):
        return False
    before = re.split(r"[.!?\n]\s", text[max(0, low.start - 120) : low.start])[-1]
    if between.strip().lower() == "and" and not re.search(r"\bbetween\s*$", before, re.IGNORECASE):
        return False
    behind = text[high.end : high.end + 60]
    return bool(_SPAN_HEAD.match(before) and re.match(r"\s+[a-z]", behind, re.IGNORECASE)) and not (
        MEASURED.match(behind) and not ADJACENT.match(behind)
    )


def _points(text: str, number: Number, enclosed: bool) -> int:
    """How surely this number is the row count; zero for never."""
    before, after = text[max(0, number.start - 60) : number.start], text[number.end : number.end + 60]
    after = re.sub(r"^(?:\s?\+|-?ish)(?=\s)", "", after)
    before = f"{before} " if before.endswith("\n") else before  # "$" would match before the line end
    if number.value.denominator != 1 or not 0 < number.value <= MAX_COUNT:
        return 0
    if number.worded and number.value == 1:
        return 55 if ONE_ROW.match(after) else 0
    if (TIMES.search(before) or TIMES_BEHIND.match(after)) and not enclosed:
        return 80
    if TIMES_INSIDE.search(before) and re.match(r"\s?\)", after):
        return 80
    if _is_alternative(number, before, after):
        return 0
    if text[number.end - 1].isalpha() and not number.worded and SHORT_THINGS.match(after):
        return 0
    if (
        MONEY.search(before)
        or GLUED.search(before)
        or (before.endswith("-") and not re.search(r"[\s(]-$", before[-2:]))
    ):
        return 0
    if re.match(r"\s?(?:%|percent|per cent|pct)", after) or re.match(r"[.,:]\d|\s?(?:am|pm)\b|\.\w", after):
        return 0
    if re.search(r"(?:%|percent)\s+of\s+(?:the\s+)?$", before):
        return 0
    if _is_year(text, number) and re.match(r"\s+(?:entry|line|sample|example|instance|document)\b", after):
        return 0
    if (
        STRONG.match(after)
        and (ADJACENT.match(after) or not MEASURED.match(after))
        and not re.search(r"\b(?:of|per|every|page|first|last|top)\s+$", before[-8:])
    ):
        return 100
    if STRONG.match(after) and re.search(r"(?<!chunks )(?<!batches )(?<!groups )(?<!pages )(?<!out )\bof\s+$", before):
        return 0 if MEASURED.match(after) or re.search(r"\b(?:chunk|batch|group|page)s?\b[^.]{0,12}$", before) else 95
    if re.match(r"\s*(?:rows?|records?)\b", after) and not MEASURED.match(after):
        return 40
    return _weaker(text, number, before, after, enclosed)


def _is_alternative(number: Number, before: str, after: str) -> bool:
    """Whether the number is one of several values: "paper 1, 2 or 3"."""
    if number.value >= 100:
        return False
    first = re.match(r"\s*,\s*\d{1,3}(?:\s*,|,?\s+(?:or|and)\s+\d{1,3}\b)", after)
    later = re.search(r"\b\d{1,3}\s*(?:,|,?\s*\b(?:or|and))\s*$", before)
    return bool(first or (later and re.match(r"\s*,?\s*(?:or|and)\s+\d|\s*[,.;:)]|\s*$", after)))


def _weaker(text: str, number: Number, before: str, after: str, enclosed: bool) -> int:
    measured = MEASURED.match(after) and not (COMPOUND.match(after) and number.value > MAX_STARS)
    if measured and re.match(r" (?:Year|Grade|Day|Week) \d", after):
        measured = None
    if measured and number.value > MAX_PARTS and PARTS.match(after):
        measured = None
    if re.match(r"\s+[a-z]+ (?:a|per|each|every) (?:year|month|week|day|hour|night|shift)\b(?! [a-z]+s\b)", after):
        return 0  # "we hold 3 auctions a year"
    if measured and ASKED.search(before) and re.match(r"\s(?:characters|words|letters)(?::|,| with\b| for\b)", after):
        measured = None
    if number.value < 100 and re.search(r"\bof\s+$", before) and re.match(r"\s\w+s' ", after):
        return 0  # "cars of 40 drivers' families"
    if PRICED.match(text, number.end) or re.match(r",[^\s\d]", after):
        return 0
    if DAYS_OF.match(after) and _opens(before) and PER_DAY[after.split()[0][:3].lower()].search(text):
        return 30
    if AFTER_RANGE.match(after) or measured or HYPHENED.match(after):
        return 0
    if NAMED.search(before):
        return 97
    if OF_THEM.match(after):
        return 90
    if NOT_US.search(before) and not re.search(r"\b(?:like|total|count) (?:is|are|has)\s*$", before):
        return 0
    if enclosed:
        return (
            45
            if re.search(r"(?:^|[^\w])[(\[]\s*(?:about |around |say |approx\.? |roughly |n ?[=:]? ?)?$", before)
            and re.match(r"(?:\s(?:in )?total|\s(?:rows|records|entries|items|pcs|of them|please))?\s*[)\]]", after)
            and number.value >= 10
            else 45
            if number.value >= 10 and re.match(r"\s[a-z]+s\s?\)(?::|\s[-–—]|\swith\b|\s*[.!]?\s*$)", after)
            else 20
            if re.search(r"\w\s\(\s*$", before) and number.value >= 100 and re.match(r"\s[a-z]+s[,;]", after)
            else 0
        )
    if _is_year(text, number) and not WEAK_UNIT.match(after):
        return 0
    if OWNED.search(before) and number.value < 100:
        return 0
    if _in_head(text, number):
        return 70
    if ENOUGH.match(after) and _trails(before):
        return 65
    asked = re.search(r"\bafter\s+$", before) is not None
    if BOUND.search(before) and not asked:
        return 0
    if number.value < 100 and re.search(r"\band\s+$", before):
        return 0
    if number.value < 10 and number.worded and not FEW.search(before):
        return 0
    if (
        number.value < 10
        and not number.worded
        and re.search(r"\b(?!need|want|ask|please|look)[a-z]{3,} for\s+$", before)
    ):
        return 0  # "daily sales for 3 stores"
    if number.value < 50 and HAS.search(before):
        return 0  # "cars with 4 doors"
    return _by_neighbours(number, before, after)


MAX_PARTS, MAX_STARS = 256, 7
"""A table has no more columns than this, a hotel no more stars."""


def _opens(before: str) -> bool:
    return (
        re.search(r"(?:^|[.:\n]\s*|\b(?:need|want|generate|create|make|for|give me)\s+)$", before, re.IGNORECASE)
        is not None
    )


def _by_neighbours(number: Number, before: str, after: str) -> int:
    if re.search(r"\b(?:i'?m|we'?re|am|are) after\s+$", before, re.IGNORECASE) and WORD.match(after):
        return 60
    if NAMING.search(before):
        return 0
    if re.match(r"\s*(?:[.,:;!?)\n]|$|[-–—=]|→)", after) and _trails(before):
        return 50
    if not WORD.match(after):
        if (
            number.value >= 20
            and not number.worded
            and re.match(r"\s*[.!?]?\s*$", after)
            and re.search(r"(?:^|\s)[a-z]+s\s+$", before)
        ):
            return 35
        return 48 if ASKED.search(before) and re.match(r"\s*(?:[.,:;!?(){\[\n/]|$)", after) else 0
    if OPENER.search(before):
        return 50 if re.search(r"\b(?:for|and|to|with|at|by|than)\s*$", before) else 60
    named = number.value >= 100 and re.search(r"\b[a-z]+\s+$", before)
    return 30 if named and re.match(r"\s+(?:[a-z][\w-]*\s+){0,3}[a-z]+s\b", after) else 0


def _trails(before: str) -> bool:
    """Whether the number is a remark of its own: after a comma, a dash or a sentence's end."""
    soft = (
        r"(?:(?:about|around|roughly|approximately|approx\.?|say|some|just|make it|make that|i need|need|"
        r"give me|maybe|like|only|for|ca\.?|circa|~)\s*)*"
    )
    return re.search(rf"(?:^|[,;:.!?)\n/]|\s[-–—]|[-=]>|//)\s*{soft}$", before, re.IGNORECASE) is not None


def _in_head(text: str, number: Number) -> bool:
    """ "I need at least 500 customers": a bound that opens the sentence is the count."""
    sentence = re.split(r"[.!?\n]\s", text[max(0, number.start - 160) : number.start])[-1]
    if not HEAD.search(sentence) or number.value < 10:
        return False
    return re.match(
        r"\s+[a-z][\w-]*\s*(?:[a-z][\w-]*\s*){0,3}", text[number.end : number.end + 80]
    ) is not None and not re.search(r"\b(?:with|having|including|containing|columns?|fields?|whose|where)\b", sentence)


def _is_year(text: str, number: Number) -> bool:
    """Four ungrouped digits that read as a year; round ones are left to count."""
    literal = text[number.start : number.end]
    return literal.isdigit() and 1900 <= number.value <= 2035 and number.value % 50 != 0
