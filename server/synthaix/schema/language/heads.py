"""What the words of a column's name say about its type: its shape, and the word that says what the thing is."""

from __future__ import annotations

import re

from synthaix.schema.language import lexicon as lex

PARTICIPLE = re.compile(r"[a-z]{2,}(?:ed|ied)$")
_COUNTING = re.compile(
    r"(?:number_of|num_|no_of|nr_of|nb_|n_|count_of|total_number|total_no|qty_|amount_of_(?:people|items|times|days))"
)
_SUMS = frozenset(
    {"amount", "price", "cost", "fee", "fees", "salary", "funding", "budget", "revenue", "income", "balance", "total"}
)
_BUILT = frozenset({"year_built", "year_founded", "year_made", "year_painted", "year_published", "vintage"})
_HOSTS = frozenset({"host", "hostname", "ip", "ip_address", "protocol", "server", "service", "address", "path", "url"})
_CALLS = frozenset({"call", "session", "shift", "trip", "game", "match", "ride", "job", "work"})
_STATES = frozenset(
    {"opened", "closed", "started", "ended", "admitted", "discharged", "received", "dispatched", "arrived", "departed"}
)
"""Participles that are moments where two of them stand in one table."""
_SPAN = re.compile(r"time_(?:to|spent|in|on|taken|since|between)")


def lettered(name: str) -> list[str]:
    """The name's words without numbers at its end: "pm2_5" and "address_line_2" are about pm2 and a line."""
    tokens = name.split("_")
    while len(tokens) > 1 and tokens[-1].isdigit():
        tokens.pop()
    return tokens


def is_participle(word: str) -> bool:
    """Whether the word is a past participle, as in "orders shipped"."""
    return (PARTICIPLE.match(word) is not None or word in lex.IRREGULAR_PARTICIPLES) and word not in lex.NOT_PARTICIPLES


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
    if several and (last in lex.TEXT_TRUE_FALSE or tokens[-2:] in (["opt", "in"], ["opt", "out"])):
        return "boolean"
    if several and last in {"monthly", "yearly", "annually", "daily", "weekly", "hourly"}:
        return by_form(tokens[:-1]) or by_head(tokens[:-1], frozenset())
    if _COUNTING.match(joined) or set(tokens[-2:]) & {"count", "counts"} or last in {"qty", "quantity", "counter"}:
        return "integer"
    if last == "hours" and first in {"opening", "business", "office", "visiting"}:
        return "string"
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
    if joined in {"check_in", "check_out", "checkin", "checkout"}:
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
    if before == "last" and is_participle(last) and last not in {"seen", "updated", "modified", "used", "active"}:
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
    if joined.endswith(("date_time", "date_and_time")):
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
    return "integer" if stem & lex.SPAN_NOUNS or _SPAN.match(joined) else "datetime"


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
        if plural(noun) == "integer" and _listed(noun) in {None, "integer"}:
            return "integer"
    if not is_participle(tokens[-1]):
        return None
    if noun in {"hours", "acres", "hectares"}:
        return "float"
    if plural(noun) == "integer" or noun in {"people", "children", "staff"}:
        return "integer"
    return "boolean" if tokens[-1] == "made" and len(tokens) == 2 and noun not in lex.MONEY else None


def by_head(tokens: list[str], siblings: frozenset[str]) -> str | None:
    """The type told by the word that says what the thing is. `siblings` are the table's other names."""
    last, head = tokens[-1], head_of(tokens)
    if tokens == ["port"]:
        return "string" if siblings and not siblings & _HOSTS else "integer"
    quotes = {"open", "high", "low", "close"}
    if (head in quotes and quotes <= siblings | {head}) or "_".join(tokens) in {"box_office", "adj_close"}:
        return "float"
    if tokens == ["number"]:
        return "integer"
    if tokens in (["opens"], ["closes"]):
        return "time"
    if tokens == ["paid"]:
        return "boolean"
    if head in {"played", "won", "drawn", "lost", "wins", "losses"} and {"won", "lost"} <= siblings | {head}:
        return "integer"
    if len(tokens) == 1 and head in _STATES and siblings & _STATES:
        return "datetime"
    if head == "number":
        return "integer" if tokens[-2:-1] and tokens[-2] in lex.ORDINAL_NUMBERS else "string"
    occasion = _occasion(head, tokens[-2] if len(tokens) > 1 else "", tokens)
    if occasion:
        return occasion
    if head in lex.EXTREMES and len(tokens) > 1:
        inner = by_head(tokens[:-1], siblings)
        return "float" if head in {"low", "high"} and inner not in {"integer", "float"} else inner
    found = _exact(head, tokens)
    if found or len(tokens) == 1:
        return found or plural(head)
    found = _exact(last, tokens) if last != head else None
    if found is None and tokens[-2] in lex.MONEY - {"due", "paid", "value"} and plural(head) == "integer":
        return "float"  # a currency: takings_pounds
    found = found or plural(head)
    if found is None and tokens[-2] in (lex.MEASURES | _SUMS) - {"period", "index", "current"} and len(last) <= 8:
        return "float"  # an unknown unit: salinity_psu
    return found


def head_of(tokens: list[str]) -> str:
    """The word that says what the thing is: "date" in date_of_birth, "variance" in variance_against_budget."""
    for index, token in enumerate(tokens):
        if index and token in lex.PREPOSITIONS | lex.AFTERTHOUGHTS and tokens[index - 1] not in {"is", "has", "was"}:
            return tokens[index - 1]
    return tokens[-1]


def _exact(head: str, tokens: list[str]) -> str | None:
    before = tokens[-2] if len(tokens) > 1 else ""
    if head == "code" and before in {"status", "response"} and tokens[0] in {"http", "status"}:
        return "integer"
    if head == "size" and before in lex.SIZED_GROUPS:
        return "integer"
    if head == "answer" and before:
        return "string"
    if head == "period":
        return "float" if set(tokens) & lex.PERIODS or len(tokens) == 1 else "string"
    if head == "ball" and before in {"bonus", "power", "mega", "lucky", "thunder"}:
        return "integer"
    if head in {"status", "type", "id", "name", "code", "category", "class"}:
        return "string"
    if head in {"start", "end", "begin", "finish"}:
        return "date" if set(tokens) & lex.TIME_EVENTS_DATE_ONLY else "datetime"
    return _occasion(head, before, tokens) or _measured(head, tokens) or _listed(head)


def _occasion(head: str, before: str, tokens: list[str]) -> str | None:
    """Moments that are not called so: last seen, next service, estimated delivery, valid from."""
    if before in {"last", "next", "latest", "previous", "first"}:
        if head in {"seen", "login", "logon", "heartbeat", "activity"} or head in lex.RECORDED:
            return "datetime"
        if head in lex.ROUTINE:
            return "date"
    if before in {"estimated", "expected", "planned", "scheduled", "actual", "promised"}:
        if head in {"delivery", "completion"}:
            return "date"
        if head in {"arrival", "departure"}:
            return "datetime"
    if tokens in (["not", "before"], ["not", "after"]):
        return "datetime"
    if len(tokens) > 1 and tokens[-1] in {"from", "to", "until", "since"} and tokens[-2] in lex.EFFECTIVE:
        return "date"
    return None


def _measured(head: str, tokens: list[str]) -> str | None:
    """Words whose type hangs on the word before: levels, scores, ports, changes."""
    words = set(tokens)
    if head == "level":
        if words & lex.GAUGES:
            return "float"
        return "integer" if words & {"stock", "experience"} else "string"
    if head in {"grade", "index"} and len(tokens) > 1 and not words & (lex.MEASURES - {"index"}):
        return "string"
    if head == "score" and words & lex.WHOLE_SCORES:
        return "integer"
    if head in {"delta", "change", "difference", "diff", "variance"} and len(tokens) > 1:
        return "integer" if "integer" in {_listed(tokens[-2]), _listed(f"{tokens[-2]}s")} else "float"
    if head == "port":
        return "integer" if words & lex.NETWORK else "string" if len(tokens) > 1 else None
    if head == "month" and len(tokens) > 1:
        return "date"
    if head == "volume" and not words & {"ml", "litres", "liters", "m3"}:
        return "integer"
    if head in {"offer", "match", "interest", "credit", "prize", "bet"} and len(tokens) == 1:
        return "string"
    return None


_BY_SET = (
    (frozenset({"date"}), "date"),
    (lex.TIMESTAMPS, "datetime"),
    (lex.MONEY, "float"),
    (lex.STRINGS - {"no"}, "string"),
    (lex.COUNTS, "integer"),
    (lex.TEXTS, "text"),
    (lex.MEASURES, "float"),
    (lex.DATES, "date"),
    (lex.BOOLEANS, "boolean"),
)
"""In this order: a "balance" is money before it is a measure."""


def _listed(head: str) -> str | None:
    return next((kind for words, kind in _BY_SET if head in words), None)


def plural(head: str) -> str | None:
    """A plural that is no list of words counts things: impressions, violations, passengers."""
    if head in {"allergies", "symptoms", "conditions", "ingredients", "comments", "details"}:
        return "text" if head in lex.TEXTS else None
    looks = len(head) > 3 and head.endswith("s") and not head.endswith(("ss", "us", "is"))
    return "integer" if looks and head not in lex.PLURAL_STRINGS else None
