"""How many rows a sentence asks for: always counted by code, because models read "2.5 thousand" as 25000."""

from __future__ import annotations

import re
from dataclasses import dataclass

from synthaix.schema.language.numbers import Number, find_numbers
from synthaix.schema.language.text import clean, inside

MAX_COUNT = 10**12
"""A number beyond this is not a row count but an identifier or a typing error."""

_UNIT = (
    r"rows?|records?|entries|entry|lines?|data ?points?|tuples?|observations?|instances?|examples?|samples?|"
    r"documents?|filas|lignes|zeilen|datens[aä]tze|registros|enregistrements|righe|linhas|rijen"
)
_STRONG = re.compile(rf"[ -]?(?:(?!and\b|or\b|of\b)[a-z][\w-]*\s+){{0,2}}(?:{_UNIT})\b", re.IGNORECASE)
_WEAK_UNIT = re.compile(r"\s*(?:items?|units?|cases?|pieces?)\b", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:\b(?:(?:(?:num|number|n|no|total|amount)[_ ]?(?:of[_ ])?)?(?:rows?|records|entries|"
    r"samples)(?:[_ ]?(?:count|wanted|needed|number))?|"
    r"nrows|how many|(?:rows|records|entries) to (?:generate|create|make))[\"']?\s*(?:[:=]|is|of|should be|->)*|"
    r"\b(?:count|size|total|limit|n|qty|quantity|population|sample size)[\"']?\s*(?:[:=]|should be|->)+|"
    r"(?:^|[.,;]\s|\n)(?:limit|sample size|total|count)|\blimit)"
    r"\s*(?:about|around|roughly|approximately|~)?\s*$",
    re.IGNORECASE,
)
_ADJACENT = re.compile(rf"[ -]?(?:{_UNIT})\b", re.IGNORECASE)
_SHORT_THINGS = re.compile(
    r"\s(?:tvs?|videos?|monitors?|screens?|displays?|uhd|resolution|cameras?|runners?|races?|runs?|"
    r"marathons?|sprints?|dash|hurdles|"
    r"relays?|freestyle|swim)\b",
    re.IGNORECASE,
)
"""What "4K", "10k" and "100m" say of these is no number of them."""
_SINGLE = re.compile(
    (r"\b(?:a|one) single (?:row|record|entry|line)\b|\bjust (?:a|one) (?:row|record|entry|line)\b"), re.IGNORECASE
)
_TIMES = re.compile(r"(?:^|[\s,;)])(?:x|\*)\s?$", re.IGNORECASE)
_TIMES_INSIDE = re.compile(r"\(\s?[x*]\s?$", re.IGNORECASE)
_OF_THEM = re.compile(r"\s*of (?:them|those|these|each|it)\b", re.IGNORECASE)
_ENOUGH = re.compile(
    r"\s*(?:or so|(?:is|are|will be|would be|should be|ought to be) (?:enough|plenty|fine|ok|okay|good|"
    r"perfect|great|sufficient|ideal)|"
    r"(?:will|should|would|ought to) (?:do|suffice)|in total|total|altogether|please|pls|thanks|in all|"
    r"max|minimum)\b|\s*$",
    re.IGNORECASE,
)
_LEADING_ROWS = re.compile(rf"(?:{_UNIT})\s*$", re.IGNORECASE)

# Before a count: verbs that ask, words that soften, and the edge of a sentence.
_OPENER = re.compile(
    r"(?:^|[\n:;.!?(,/|>\-–—*]\s*|\b(?:generate|create|creating|make|making|produce|build|give|gimme|"
    r"me|us|need|needs|want|wants|like|get|have|having|write|"
    r"listing|showing|holding|describing|hunting|prepare|provide|mock|fake|synthesi[sz]e|simulate|"
    r"invent|fabricate|fill|populate|some|about|around|roughly|approximately|approx\.?|circa|"
    r"ca\.?|nearly|almost|exactly|just|only|on|about|regarding|of|for|up|the|with|please|another|least|"
    r"some|say|love|see|"
    r"return|list|show|output|insert|"
    r"dump|spin up|knock up|together|holds?|draft|compile|assemble|seed|load|contain|contains|containing|containing "
    r"about|covering|over|than|like to have|"
    r"using|by|be|is|these|those|my|our|all|total|x|do|him|her|them|to|at|and|genera|génère|générer|"
    r"crea|erzeuge|erstelle|gib mir|maak|gerar|gere)"
    r"|~|≈)\s*$",
    re.IGNORECASE,
)
_NOT_US = re.compile(
    (
        r"\b(?:we'?re|we are|i'?m|i am|i have|we have|us|our team of|team of|they are|they're|it'?s|class "
        r"of|are|has|is|aged?|got)\s*$"
    ),
    re.IGNORECASE,
)
_NAMING = re.compile(
    r"\b(?:type|route|iso|http|phase|version|v|ver|top|level|covid|windows|chapter|section|part|grade|"
        r"tier|category|cat|"
    r"class|model|step|day|week|month|year|quarter|q|h|fy|no|nr|number|numbers|num|id|code|port|area|"
        r"highway|interstate|formula|gate|"
    r"platform|form|room|floor|unit|zone|district|page|season|episode|round|stage|studio|ps|xbox|ios|"
        r"android|python|java|"
    r"least|most|maximum|minimum|max|min|under|over|above|below|exceed(?:s|ing)?|than|between|from|"
        r"until|till|since|in|before|after|during|by|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|"
        r"mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
    r"[ -]?$|(?<![/|])(?<!or )\b(?:no|nr|v)\. ?$",
    re.IGNORECASE,
)  # fmt: skip
_BOUND = re.compile(
    r"(?:\b(?:between|from|to|up to|at least|at most|no more than|not more than|more than|less than|"
    r"fewer than|over|under|above|below|exceeding|"
    r"max(?:imum)?|min(?:imum)?|within|every|per|each|of size|page|and)|(?<![-=])[<>]|(?<!=)=|\.\.|\d[-–]|"
    r"(?<!to )(?<!and )(?<![-–])\b\d+ [-–]|\d\s*to|"
    r"\bchunks? of|\bbatch(?:es)? of|\bgroups? of|\bout of|±)\s*[$€£¥₹]?$",
    re.IGNORECASE,
)
_AFTER_RANGE = re.compile(r"\s?(?:[-–]|\.\.|to|and)\s?[$€£¥₹]?-?\d", re.IGNORECASE)
_MEASURED = re.compile(
    r"[ -]?(?:%|percent\b|pct\b|per ?cent\b|°|(?:kg|g|mg|km|m|cm|mm|ft|feet|lb|lbs|oz|mi|miles?|kw|kwh|"
    r"gb|mb|kb|tb|ms|s|sec|secs|seconds?|mins?|minutes?|hrs?|"
    r"hours?|days?|weeks?|months?|years?|yrs?|quarters?|decades?|am|pm|dp|th|st|nd|rd|px|bit|bits|usd|"
    r"eur|gbp|dollars?|euros?|pounds?|litres?|liters?|"
    r"metres?|meters?|degrees?|stars?|points? scale|"
    r"(?:\w+ )?(?:columns?|fields?|attributes?|variables?|features|properties|headers|tables?|sheets?|"
    r"files?|datasets?|workers?|threads|chunks|batches)|"
    r"characters?|chars?|letters?|digits?|decimals?|decimal|places|words|sentences|slides|people need|"
    r"-?bedroom|-?door|-?seat|-?year|-?day|-?month|"
    r"different|distinct|unique|possible|levels|options|choices|categories|values|times|x)\b)",
    re.IGNORECASE,
)
_COMPOUND = re.compile(
    r"\s(?:meter|day|hour|minute|second|month|year|degree|file|table|column|field|dataset|worker|feature|"
    r"property|header|sheet|letter|word|digit|star|mile|pound|choice|option|level|quarter|am|bit)\s"
    r"(?!and\b|or\b|of\b|is\b|has\b|was\b|as\b|this\b)(?:[a-z-]+\s)?[a-z]{3,}s\b"
)
"""A unit that only begins a plural: "250 meter events", "90 day passes"."""
_HYPHENED = re.compile(r"-(?!rows?\b|records?\b|entry\b|line\b|item\b|sample\b)[a-z]|'s\b|(?<=\d)s\b|/", re.IGNORECASE)
_WORD = re.compile(r"\s+[^\W\d]")
_MONEY = re.compile(r"(?:[$€£¥₹@]\s?|(?<!^)(?<!\n)#\s?|#)$")
_ASKED = re.compile(
    r"\b(?:need|want|give me|make|make it|generate|create|produce|like|get|just|only|about|around|"
    r"roughly|approximately|some|(?:there|these|they) (?:should|must|will) be|there (?:are|be)|should be|"
    r"(?:array|list|set|dataset|total|batch|sample|table|collection|number) of)\s*$",
    re.IGNORECASE,
)
_GLUED = re.compile(r"[^\W\d_]-$|\w\.$|[\w@#&]$|/$")


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
        single = _SINGLE.search(text)
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
        _MEASURED.match(behind) and not _ADJACENT.match(behind)
    )


def _points(text: str, number: Number, enclosed: bool) -> int:
    """How surely this number is the row count; zero for never."""
    before, after = text[max(0, number.start - 60) : number.start], text[number.end : number.end + 60]
    after = after[1:] if re.match(r"\+\s", after) else after
    before = f"{before} " if before.endswith("\n") else before  # "$" would match before the line end
    if number.value.denominator != 1 or not 0 < number.value <= MAX_COUNT:
        return 0
    if number.worded and number.value == 1:
        return 55 if _ONE_ROW.match(after) else 0
    if (_TIMES.search(before) or re.match(r"\s?x\s*[({\[:]|x\s+[a-z]", after)) and not enclosed:
        return 80
    if _TIMES_INSIDE.search(before) and re.match(r"\s?\)", after):
        return 80
    if _is_alternative(number, before, after):
        return 0
    if text[number.end - 1].isalpha() and not number.worded and _SHORT_THINGS.match(after):
        return 0
    if (
        _MONEY.search(before)
        or _GLUED.search(before)
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
        _STRONG.match(after)
        and (_ADJACENT.match(after) or not _MEASURED.match(after))
        and not re.search(r"\b(?:of|per|every|page|first|last|top)\s+$", before[-8:])
    ):
        return 100
    if _STRONG.match(after) and re.search(r"(?<!chunks )(?<!batches )(?<!groups )(?<!pages )(?<!out )\bof\s+$", before):
        return 0 if _MEASURED.match(after) or re.search(r"\b(?:chunk|batch|group|page)s?\b[^.]{0,12}$", before) else 95
    if re.match(r"\s*(?:rows?|records?)\b", after) and not _MEASURED.match(after):
        return 40
    return _weaker(text, number, before, after, enclosed)


_ONE_ROW = re.compile(
    r"\s+(?:single )?(?:row|record|entry)\b(?! (?:per|for|each|=)| is (?!fine|enough|ok|okay|plenty|all|sufficient))",
    re.IGNORECASE,
)


def _is_alternative(number: Number, before: str, after: str) -> bool:
    """Whether the number is one of several values: "paper 1, 2 or 3"."""
    if number.value >= 100:
        return False
    first = re.match(r"\s*,\s*\d{1,3}(?:\s*,|,?\s+(?:or|and)\s+\d{1,3}\b)", after)
    later = re.search(r"\b\d{1,3}\s*(?:,|,?\s*\b(?:or|and))\s*$", before)
    return bool(first or (later and re.match(r"\s*,?\s*(?:or|and)\s+\d|\s*[,.;:)]|\s*$", after)))


def _weaker(text: str, number: Number, before: str, after: str, enclosed: bool) -> int:
    measured = _MEASURED.match(after) and not _COMPOUND.match(after)
    if _AFTER_RANGE.match(after) or measured or _HYPHENED.match(after):
        return 0
    if _NAMED.search(before):
        return 97
    if _OF_THEM.match(after):
        return 90
    if _NOT_US.search(before) and not re.search(r"\b(?:like|total|count) (?:is|are|has)\s*$", before):
        return 0
    if enclosed:
        return (
            45
            if re.search(r"(?:^|[^\w])\(\s*(?:about |around |n ?= ?)?$", before)
            and re.match(r"(?:\s(?:in )?total|\s(?:rows|records|entries|items|pcs|of them|please))?\s*\)", after)
            and number.value >= 10
            else 20
            if re.search(r"\w\s\(\s*$", before) and number.value >= 100 and re.match(r"\s[a-z]+s[,;]", after)
            else 0
        )
    if _is_year(text, number) and not _WEAK_UNIT.match(after):
        return 0
    if _OWNED.search(before) and number.value < 100:
        return 0
    if _in_head(text, number):
        return 70
    if _ENOUGH.match(after) and _trails(before):
        return 65
    asked = re.search(r"\bafter\s+$", before) is not None
    if _BOUND.search(before) and not asked:
        return 0
    if number.value < 10 and number.worded and not _FEW.search(before):
        return 0
    if number.value < 50 and _HAS.search(before):
        return 0  # "cars with 4 doors"
    return _by_neighbours(number, before, after)


_HAS = re.compile(r"\b(?:with|having|has|(?<!\blets )(?<!let's )(?<!\bto )(?<!\bi )(?<!\bwe )have)\s+$", re.IGNORECASE)
_OWNED = re.compile(
    r"\b(?:across|from|in|at|over|between|among|of|for|by)\s+(?:all\s+)?(?:our|my|the|their|its)\s+$", re.IGNORECASE
)
"""What is there already and not to be made: "sales across our 12 stores"."""

_FEW = re.compile(
    r"(?:^|\b(?:generate|create|give me|make(?: me)?|need|want|produce|build|exactly|just|only)\s+)$", re.IGNORECASE
)
"""Before a worded number below ten that counts: "make me five users"."""


def _by_neighbours(number: Number, before: str, after: str) -> int:
    if re.search(r"\b(?:i'?m|we'?re|am|are) after\s+$", before, re.IGNORECASE) and _WORD.match(after):
        return 60
    if _NAMING.search(before):
        return 0
    if re.match(r"\s*(?:[.,:;!?)\n]|$|[-–—])", after) and _trails(before):
        return 50
    if not _WORD.match(after):
        if (
            number.value >= 20
            and not number.worded
            and re.match(r"\s*[.!?]?\s*$", after)
            and re.search(r"(?:^|\s)[a-z]+s\s+$", before)
        ):
            return 35
        return 48 if _ASKED.search(before) and re.match(r"\s*(?:[.,:;!?(){\[\n/]|$)", after) else 0
    if _OPENER.search(before):
        return 50 if re.search(r"\b(?:for|and|to|with|at|by|than)\s*$", before) else 60
    named = number.value >= 100 and re.search(r"\b[a-z]+\s+$", before)
    return 30 if named and re.match(r"\s+(?:[a-z][\w-]*\s+){0,3}[a-z]+s\b", after) else 0


def _trails(before: str) -> bool:
    """Whether the number is a remark of its own: after a comma, a dash or a sentence's end."""
    soft = (
        r"(?:(?:about|around|roughly|approximately|approx\.?|say|some|just|make it|make that|i need|need|"
        r"give me|maybe|like|only|for|ca\.?|circa|~)\s*)*"
    )
    return re.search(rf"(?:^|[,;:.!?)\n/]|\s[-–—]|//)\s*{soft}$", before, re.IGNORECASE) is not None


_HEAD = re.compile(
    r"^(?:[^.,;:!?\n\d]{0,80}?\b(?:generate|create|make|produce|build|give|need|want|like|get|write|"
    r"prepare|provide|mock|synthesi[sz]e|simulate|"
    r"invent|fabricate|populate|see|for|love|of)\b[^.,;:!?\n\d]{0,30}?)?"
    r"\b(?:at least|up to|at most|a maximum of|more than|no more than|not more than|over|no fewer than|"
    r"no less than|fewer than|less than|around|about)\s+$",
    re.IGNORECASE,
)


def _in_head(text: str, number: Number) -> bool:
    """ "I need at least 500 customers": a bound that opens the sentence is the count."""
    sentence = re.split(r"[.!?\n]\s", text[max(0, number.start - 160) : number.start])[-1]
    if not _HEAD.search(sentence) or number.value < 10:
        return False
    return re.match(
        r"\s+[a-z][\w-]*\s*(?:[a-z][\w-]*\s*){0,3}", text[number.end : number.end + 80]
    ) is not None and not re.search(r"\b(?:with|having|including|containing|columns?|fields?|whose|where)\b", sentence)


def _is_year(text: str, number: Number) -> bool:
    """Four ungrouped digits that read as a year; round ones are left to count."""
    literal = text[number.start : number.end]
    return literal.isdigit() and 1900 <= number.value <= 2035 and number.value % 50 != 0
