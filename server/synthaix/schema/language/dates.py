"""Date windows: "between Jan 2022 and June 2024", "since 2010", "in Q3 2023", "the last 6 months"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ],
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_YEAR = r"(?:1[4-9]|20|21)\d\d"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"

MOMENT = (
    rf"(?:(?:the )?(?:end|start|beginning|middle) of )?(?:"
    rf"{_YEAR}-(?:1[0-2]|0[1-9])-(?:3[01]|[12]\d|0[1-9])(?:[T ]\d\d:\d\d(?::\d\d)?Z?)?"
    rf"|{_YEAR}/(?:1[0-2]|0?[1-9])/(?:3[01]|[12]\d|0?[1-9])"
    rf"|{_YEAR}-(?:1[0-2]|0[1-9])(?!\d)"
    rf"|(?:3[01]|[12]\d|0?[1-9])[/.](?:3[01]|[12]\d|0?[1-9])[/.]{_YEAR}"
    rf"|(?:the )?{_DAY}(?: of)? {_MONTH},? {_YEAR}"
    rf"|{_MONTH} {_DAY},? {_YEAR}"
    rf"|{_MONTH},? {_YEAR}"
    rf"|(?:Q[1-4]|H[12]),?(?: of)? {_YEAR}|{_YEAR},? ?(?:Q[1-4]|H[12])"
    rf"|(?:the )?(?:first|second|third|fourth|last) (?:quarter|half) of {_YEAR}"
    rf"|(?:the )?(?:summer|winter|spring|autumn|fall) (?:of )?{_YEAR}"
    rf"|(?:the )?(?:{_YEAR[:-4]}\d0s|'?[2-9]0s)"
    rf"|(?:the year )?{_YEAR}"
    r"|today|now|yesterday|last year|this year|last month|this month)"
)
_FULL = re.compile(MOMENT + r"$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day of a window; None where it is open. `years` says that only years were named."""

    start: date | None
    end: date | None
    years: bool = False
    relative: bool = False
    """The window hangs on today's date ("last year")."""
    verb: str = ""
    """The word before the window, such as "issued" in "issued in 2018"."""


Today = Callable[[], date]


def read_moment(text: str, today: Today = date.today) -> tuple[date, date, bool] | None:
    """The first and last day a date expression covers, and whether it is a bare year. None if it is no date."""
    text = re.sub(r"\s+", " ", text.strip().lower())
    edge = re.match(r"(?:the )?(end|start|beginning|middle) of (.+)$", text)
    if edge:
        inner = read_moment(edge[2], today)
        if inner is None:
            return None
        first, last, _ = inner
        return (last, last, False) if edge[1] == "end" else (first, first, False)
    if not _FULL.match(text):
        return None
    try:
        return _relative(text, today()) or _exact_day(text) or _period(text)
    except ValueError:
        return None


def _relative(text: str, now: date) -> tuple[date, date, bool] | None:
    if text in {"today", "now"}:
        return now, now, False
    if text == "yesterday":
        return now - timedelta(days=1), now - timedelta(days=1), False
    if text in {"last year", "this year"}:
        year = now.year - (text == "last year")
        return date(year, 1, 1), date(year, 12, 31) if text == "last year" else now, False
    if text in {"last month", "this month"}:
        first = now.replace(day=1)
        if text == "this month":
            return first, now, False
        last = first - timedelta(days=1)
        return last.replace(day=1), last, False
    return None


def _exact_day(text: str) -> tuple[date, date, bool] | None:
    if match := re.match(rf"({_YEAR})[-/](\d\d?)[-/](\d\d?)", text):
        day = date(int(match[1]), int(match[2]), int(match[3]))
    elif match := re.fullmatch(rf"(\d\d?)[/.](\d\d?)[/.]({_YEAR})", text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        # Day first, as most of the world writes it, unless only month first can be meant.
        day = date(year, second, first) if second <= 12 else date(year, first, second)
    elif match := re.fullmatch(rf"(?:the )?(\d+)(?:st|nd|rd|th)?(?: of)? ([a-z]+)\.?,? ({_YEAR})", text):
        day = date(int(match[3]), _MONTHS[match[2]], int(match[1]))
    elif match := re.fullmatch(rf"([a-z]+)\.? (\d+)(?:st|nd|rd|th)?,? ({_YEAR})", text):
        day = date(int(match[3]), _MONTHS[match[1]], int(match[2]))
    else:
        return None
    return day, day, False


_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3}


def _period(text: str) -> tuple[date, date, bool] | None:
    found = re.search(r"\d{4}", text)
    year = int(found[0]) if found else 0
    if match := re.fullmatch(rf"{_YEAR}-(\d\d)", text):
        return _months(year, int(match[1]), 1)
    if match := re.search(r"\b([qh])([1-4])\b", text):
        length = 3 if match[1] == "q" else 6
        return _months(year, 1 + length * (int(match[2]) - 1), length)
    if match := re.search(r"\b(first|second|third|fourth|last) (quarter|half)", text):
        length = 3 if match[2] == "quarter" else 6
        index = 12 // length - 1 if match[1] == "last" else _ORDINALS[match[1]]
        return _months(year, 1 + length * index, length)
    if match := re.search(r"\b(spring|summer|autumn|fall|winter)\b", text):
        return _months(year, _SEASONS[match[1]][0], 3)
    if match := re.fullmatch(r"(?:the )?'?(\d{2,4})s", text):
        digits = match[1]
        decade = int(digits) if len(digits) == 4 else 1900 + int(digits)
        return date(decade, 1, 1), date(decade + 9, 12, 31), True
    if (match := re.fullmatch(rf"([a-z]+)\.?,? {_YEAR}", text)) and match[1] in _MONTHS:
        return _months(year, _MONTHS[match[1]], 1)
    if re.fullmatch(rf"(?:the year )?{_YEAR}", text):
        return date(year, 1, 1), date(year, 12, 31), True
    return None


def _months(year: int, month: int, length: int) -> tuple[date, date, bool]:
    last = month + length - 1
    end_year, end_month = year + (last - 1) // 12, (last - 1) % 12 + 1
    return date(year, month, 1), date(end_year, end_month, calendar.monthrange(end_year, end_month)[1]), False


_TO = r"\s?(?:to|and|or|until|till|through|thru|up to|[-–—]|\.\.\.?)\s?"
_SPAN = re.compile(
    rf"(?:\b(?:all |only )?(?:between|from|in|during|dated|within|over|spanning|covering)\s+)?"
    rf"\b(?P<first>{MOMENT}){_TO}(?P<second>{MOMENT})(?!\w)",
    re.IGNORECASE,
)
_MONTH_SPAN = re.compile(
    (
        rf"(?:\b(?:between|from|in|during)\s+)?\b(?P<first>{_MONTH}|{_DAY} "
        rf"{_MONTH}){_TO}(?P<second>(?:{_DAY} )?{_MONTH} (?P<year>{_YEAR}))(?!\w)"
    ),
    re.IGNORECASE,
)
_OPEN_ENDED = re.compile(
    rf"(?:(?:all|only|always|must be|should be) )?"
    rf"(?P<word>\b(?:since|starting(?: from| in| on)?|beginning(?: in| on)?|as of|on or after|not "
    rf"before|no earlier than|not earlier than|later than|from|after|"
    rf"before|until|till|up to|prior to|on or before|no later than|not later than|not after|earlier "
    rf"than|by the end of|through|by)"
    rf"|>=?|<=?)\s*(?P<moment>{MOMENT})(?: onwards?| on| and later| or later| or earlier| and after|\+)?(?![\w%])",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    (
        rf"(?:(?:all|only) )?\b(?:(?:in|during|within|throughout|for|of|from|over|on|dated|across|"
        rf"around)\s+|(?=(?:last|this) (?:year|month)\b|yesterday\b))(?P<moment>{MOMENT})(?![\w%-])"
    ),
    re.IGNORECASE,
)
_LAST = re.compile(
    r"(?:\b(?:in|during|within|over|from|for|across|of)\s+)?\b(?:the )?(?:last|past|previous|recent) "
    r"(?P<number>\d+|few|couple of|two|three|four|five|six|seven|ten|twelve|thirty|"
    r"ninety)?\s?(?P<unit>days?|weeks?|months?|years?|quarters?|decades?)\b",
    re.IGNORECASE,
)
_WORD_NUMBERS = {
    "": 1, "few": 3, "couple of": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10,
    "twelve": 12, "thirty": 30, "ninety": 90,
}  # fmt: skip
_UNIT_DAYS = {"day": 1, "week": 7, "month": 30.4375, "quarter": 91.3125, "year": 365.25, "decade": 3652.5}
_AFTER = frozenset({"after", "later than", ">"})
_BEFORE = frozenset({"before", "prior to", "<", "earlier than"})
_UNTIL = frozenset(
    {
        "until",
        "till",
        "up to",
        "on or before",
        "no later than",
        "not later than",
        "not after",
        "by",
        "by the end of",
        "through",
        "<=",
    }
)


def find_window(text: str, today: Today = date.today) -> tuple[Window, int, int] | None:
    """The first date window in the text and where its words stand, or None."""
    for read in (_between, _open_window, _trailing, _in_period):
        found = read(text, today)
        if found is not None:
            return found
    return None


def _placed(window: Window, text: str, match: re.Match[str]) -> tuple[Window, int, int]:
    """The window with the word before it, which may say what happened then ("issued in 2018")."""
    before = re.search(
        r"([a-z]{3,}),? ?(?:(?:all|only|always|must be|should be) )?$", text[: match.start()], re.IGNORECASE
    )
    return replace(window, verb=before[1].lower() if before else ""), match.start(), match.end()


def _between(text: str, today: Today) -> tuple[Window, int, int] | None:
    if match := _MONTH_SPAN.search(text):
        first = read_moment(f"{match['first']} {match['year']}", today)
        second = read_moment(match["second"], today)
    elif match := _SPAN.search(text):
        first, second = read_moment(match["first"], today), read_moment(match["second"], today)
    else:
        return None
    if first is None or second is None or first[0] > second[1]:
        return None
    return _placed(Window(first[0], second[1], first[2] and second[2]), text, match)


def _open_window(text: str, today: Today) -> tuple[Window, int, int] | None:
    match = _OPEN_ENDED.search(text)
    moment = read_moment(match["moment"], today) if match else None
    if match is None or moment is None:
        return None
    first, last, years = moment
    word = re.sub(r"\s+", " ", match["word"].lower())
    whole = first != last
    if word == "from" and whole and not re.search(r"(?:onwards?| on|later|after|\+)$", match.group()):
        return _placed(Window(first, last, years), text, match)  # "data from H1 2022" means in it
    if word in _AFTER:
        window = Window(last + timedelta(days=1) if whole else first, None, years)
    elif word in _BEFORE:
        window = Window(None, first - timedelta(days=1) if whole else last, years)
    elif word in _UNTIL:
        window = Window(None, last, years)
    else:
        window = Window(first, None, years)
    return _placed(window, text, match)


def _in_period(text: str, today: Today) -> tuple[Window, int, int] | None:
    match = _WITHIN.search(text)
    moment = read_moment(match["moment"], today) if match else None
    if match is None or moment is None:
        return None
    relative = bool(re.search(r"last|this|today|now|yesterday", match["moment"].lower()))
    return _placed(Window(moment[0], moment[1], moment[2], relative), text, match)


def _trailing(text: str, today: Today) -> tuple[Window, int, int] | None:
    match = _LAST.search(text)
    if match is None:
        return None
    number, unit = (match["number"] or "").lower(), match["unit"].lower()
    count = int(number) if number.isdigit() else _WORD_NUMBERS[number]
    days = count * _UNIT_DAYS[unit.rstrip("s")]
    now = today()
    if days > 365_000 or (not number and unit == "year"):
        return None
    return _placed(Window(now - timedelta(days=round(days)), now, relative=True), text, match)
