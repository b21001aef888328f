"""What the shape of a name says about the type: is_active, created_at, number_of_x."""

from __future__ import annotations

import re

from synthaix.schema.language import lexicon as lex
from synthaix.schema.language.heads import by_head, is_participle, listed, plural
from synthaix.schema.language.unit_table import SUFFIXES

_COUNTING = re.compile(
    r"(?:number_of|num_|no_of|nr_of|nb_|n_|count_of|total_number|total_no|qty_|amount_of_(?:people|items|times|days))"
)


_BUILT = frozenset({"year_built", "year_founded", "year_made", "year_painted", "year_published", "vintage"})


_CALLS = frozenset({"call", "session", "shift", "trip", "game", "match", "ride", "job", "work"})


_RHYTHMS = frozenset(
    {"monthly", "yearly", "annually", "daily", "weekly", "hourly", "quarterly", "supply", "family", "reply"}
)


_SPAN = re.compile(r"time_(?:to|spent|in|on|taken|since|between)")


def by_form(tokens: list[str]) -> str | None:
    """The type told by a name's shape: is_active, created_at, number_of_x. None where the shape tells nothing."""
    first, last, several = tokens[0], tokens[-1], len(tokens) > 1
    joined = "_".join(tokens)
    if several and last in {"uuid", "guid"}:
        return "uuid"
    if several and last in lex.ALLOWED and tokens[-2] not in lex.STRINGS | {"date", "amount"} and first != "number":
        return "boolean"
    if "per" in tokens[1:-1]:
        return _rate(tokens)
    if several and first in lex.BOOLEAN_FIRST and last not in {"at", "date"}:
        return "boolean"
    if several and is_participle(first) and last.endswith("ly") and last not in _RHYTHMS:
        return "boolean"
    if several and (last in lex.TEXT_TRUE_FALSE or tokens[-2:] in (["opt", "in"], ["opt", "out"])):
        return "boolean"
    if several and last in {"monthly", "yearly", "annually", "daily", "weekly", "hourly"}:
        return by_form(tokens[:-1]) or by_head(tokens[:-1], frozenset())
    if _COUNTING.match(joined) or set(tokens[-2:]) & {"count", "counts"} or last in {"qty", "quantity", "counter"}:
        return "integer"
    if last == "hours" and first in {"opening", "business", "office", "visiting"}:
        return "string"
    if several and last == "free":
        return "boolean"
    if several and len(first) > 1 and first in SUFFIXES and is_participle(last):
        return SUFFIXES[first].type
    if several and last in {"millions", "thousands", "billions"}:
        return "float"
    return _temporal_form(tokens, joined) or _participle_form(tokens)


def _rate(tokens: list[str]) -> str | None:
    """ "pieces per hour", "bottles per month", "cost per unit": what comes before "per" says what is counted."""
    head = tokens[: tokens.index("per")]
    if is_participle(head[-1]) and len(head) > 1:
        head = head[:-1]
    found = by_head(head, frozenset())
    if found in {"integer", "float"}:
        return found
    return "integer" if plural(f"{head[-1]}s") == "integer" and len(head) < 3 else None


def _temporal_form(tokens: list[str], joined: str) -> str | None:
    first, last, before = tokens[0], tokens[-1], tokens[-2] if len(tokens) > 1 else ""
    if joined in {"check_in", "check_out", "checkin", "checkout", "last_check_in"} or "when" in {first, last}:
        return "datetime"
    if len(tokens) == 2 and first in lex.STEPS and last in {"in", "out", "off"}:
        return "datetime"
    if tokens[-2:] in (["best", "before"], ["use", "by"], ["sell", "by"], ["due", "back"]):
        return "date"
    if len(tokens) > 2 and tokens[-2:] == ["to", "date"]:
        return "float"
    if tokens[-3:] == ["day", "of", "week"] or last == "weekday":
        return "string"
    if before and last == "to" and before not in lex.EFFECTIVE | lex.MONEY and not is_participle(before):
        return "string"
    if last == "until" or (last == "due" and before and before not in lex.MONEY):
        return "date"
    if last == "year" and before not in {"academic", "school", "of"}:
        return "integer"
    if last in {"started", "ended", "began", "finished"} and before and plural(before) is None:
        return "datetime"
    if tokens[-2:] == ["check", "up"]:
        return "date"
    if before and last == "at":
        return "time" if before in {"opens", "closes", "open", "close"} else "datetime"
    if before and last == "on" and (before not in lex.SWITCHED or before in lex.DATED_ON):
        return "date"
    if before and last == "since":
        return "date"
    if before in lex.POINTED and last == "for":
        return "datetime"
    if before in lex.SPANNED and last in {"ending", "commencing", "beginning", "starting"}:
        return "date"
    if (
        before in {"last", "first"}
        and is_participle(last)
        and last not in {"seen", "updated", "modified", "used", "active"}
    ):
        return "date"
    if joined in _BUILT or first == "year":
        return "integer"
    if last in {"date", "dob", "birthday", "birthdate", "dates"} or joined.startswith(("date_", "day_of_birth")):
        return "date"
    if (
        last in {"datetime", "timestamp", "timestamps"}
        or (before and last in {"dt", "ts", "dttm"})
        or joined.startswith(("datetime_", "timestamp_"))
    ):
        return "datetime"
    if joined.endswith(("time_stamp", "date_time", "date_and_time")):
        return "datetime"
    if tokens[-2:] == ["first", "time"]:
        return "boolean"
    if (before in _CALLS and last in lex.EDGES) or joined in lex.EDGES:
        return "datetime"
    if last == "time" or _SPAN.match(joined) or joined.startswith(("hour_of", "time_of")):
        return _time_of(tokens, joined)
    return None


def _time_of(tokens: list[str], joined: str) -> str:
    stem = set(tokens[:-1]) or set(tokens)
    if stem & lex.CLOCK_NOUNS or joined in {"time_of_day", "time", "local_time"} or joined.startswith("hour_of"):
        return "time"
    return "float" if "lap" in stem else "integer" if stem & lex.SPAN_NOUNS or _SPAN.match(joined) else "datetime"


def _participle_form(tokens: list[str]) -> str | None:
    """ "files changed" counts files, "arrest made" is yes or no; other heads speak for themselves."""
    if len(tokens) < 2:
        return None
    noun = tokens[-2]
    if tokens[-1] == "by" or (tokens[-1] in {"to", "from", "with"} and is_participle(noun)):
        return "date" if noun in lex.POINTED and tokens[-1] == "by" else "string"
    if tokens[-1] in lex.REMNANTS:
        if noun in lex.WHOLE_UNITS:
            return "integer"
        if noun in lex.MEASURED_UNITS:
            return "float"
        if plural(noun) == "integer" and listed(noun) in {None, "integer"}:
            return "integer"
    if not is_participle(tokens[-1]):
        return None
    if tokens[-1] in {"won", "lost", "scored", "conceded"} and noun.endswith("s") and noun != "status":
        return "integer"
    if noun == "sms":
        return "integer"
    if noun in {"hours", "acres", "hectares"}:
        return "float"
    if plural(noun) == "integer" or noun in {"people", "children", "staff"}:
        return "integer"
    return "boolean" if tokens[-1] == "made" and len(tokens) == 2 and noun not in lex.MONEY else None
