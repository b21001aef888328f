"""What the words of a column's name say about its type: its shape, and the word that says what the thing is."""

from __future__ import annotations

import re

from synthaix.schema.language import lexicon as lex
from synthaix.schema.language.unit_table import SUFFIXES

PARTICIPLE = re.compile(r"(?:[a-z]*(?:[^e]|agr|fr|guarant|decr|refer|ref)ed|[a-z]*(?:agr|fr|guarant|decr|refer)eed)$")


_SUMS = frozenset(
    {"amount", "price", "cost", "fee", "fees", "salary", "funding", "budget", "revenue", "income", "balance", "total"}
)


_HOSTS = frozenset({"host", "hostname", "ip", "ip_address", "protocol", "server", "service", "address", "path", "url"})


_STATES = frozenset(
    [
        "opened",
        "closed",
        "started",
        "ended",
        "admitted",
        "discharged",
        "received",
        "dispatched",
        "arrived",
        "departed",
        "created",
        "resolved",
        "raised",
        "cleared",
        "submitted",
        "completed",
        "collected",
    ]
)
"""Participles that are moments where two of them stand in one table."""


_UNDATED = frozenset({"stop", "known", "word", "digits", "kin", "of"})


def lettered(name: str) -> list[str]:
    """The name's words without numbers at its end: "pm2_5" and "address_line_2" are about pm2 and a line."""
    tokens = name.split("_")
    while len(tokens) > 1 and tokens[-1].isdigit():
        tokens.pop()
    return tokens


def is_participle(word: str) -> bool:
    """Whether the word is a past participle, as in "orders shipped"."""
    return (PARTICIPLE.match(word) is not None or word in lex.IRREGULAR_PARTICIPLES) and word not in lex.NOT_PARTICIPLES


def by_head(tokens: list[str], siblings: frozenset[str]) -> str | None:
    """The type told by the word that says what the thing is. `siblings` are the table's other names."""
    last, head = tokens[-1], head_of(tokens)
    if tokens == ["port"]:
        return "string" if siblings and not siblings & _HOSTS else "integer"
    if tokens in (["last"], ["bid"], ["ask"]) and siblings & {"bid", "ask", "last"}:
        return "float"
    if len(tokens) == 2 and last in {"in", "out"} and tokens[0] in {"bytes", "packets", "bits", "messages"}:
        return "integer"
    quotes = {"open", "high", "low", "close"}
    if (head in quotes and quotes <= siblings | {head}) or "_".join(tokens) in {"box_office", "adj_close"}:
        return "float"
    if tokens == ["number"]:
        return "integer"
    if tokens in (["opens"], ["closes"]):
        return "time"
    if len(tokens) == 1 and head in lex.PLAIN_UNITS:
        return SUFFIXES[head].type
    if len(tokens) == 1 and head in lex.HAPPENS:
        return "datetime"
    if head == "booked" and siblings & {"capacity", "places", "spaces"}:
        return "integer"
    if len(tokens) > 2 and tokens[1] == "of" and head in SUFFIXES and len(head) > 1:
        return SUFFIXES[head].type
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
    if head == "size" and before in lex.SIZED_BY_NAME:
        return "string"
    if head == "answer" and before:
        return "string"
    if head == "factor" and before in {"rhesus", "rh", "risk", "form"}:
        return "string"
    if head == "period":
        return "float" if set(tokens) & lex.PERIODS or len(tokens) == 1 else "string"
    if head == "ball" and before in {"bonus", "power", "mega", "lucky", "thunder"}:
        return "integer"
    if head in {"status", "type", "id", "name", "code", "category", "class"}:
        return "string"
    if head in {"start", "end", "begin", "finish"}:
        return "date" if set(tokens) & lex.TIME_EVENTS_DATE_ONLY else "datetime"
    return _occasion(head, before, tokens) or _measured(head, tokens) or listed(head)


def _occasion(head: str, before: str, tokens: list[str]) -> str | None:
    """Moments that are not called so: last seen, next service, estimated delivery, valid from."""
    if before in {"last", "next", "latest", "previous", "first"}:
        if head in {"seen", "login", "logon", "heartbeat", "activity"} or head in lex.RECORDED:
            return "datetime"
        if head in lex.ROUTINE:
            return "date"
        if before in {"last", "next"} and listed(head) is None and plural(head) is None and head not in _UNDATED:
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
        return "integer" if words & {"stock", "experience", "reorder", "inventory"} else "string"
    if head in {"grade", "index"} and len(tokens) > 1 and not words & (lex.MEASURES - {"index"}):
        return "string"
    if head == "rate" and words & {"heart", "pulse", "respiratory", "breathing"}:
        return "integer"
    if head == "height" and "block" in words:
        return "integer"
    if (head == "point" and words & lex.SITES) or (head == "area" and words & lex.FIELDS_OF_WORK):
        return "string"
    if head in {"requests", "wishes"} and words & {"special", "dietary", "additional", "other"}:
        return "text"
    if head == "score" and words & lex.WHOLE_SCORES:
        return "integer"
    if head in {"delta", "change", "difference", "diff", "variance"} and len(tokens) > 1:
        return "integer" if "integer" in {listed(tokens[-2]), listed(f"{tokens[-2]}s")} else "float"
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


def listed(head: str) -> str | None:
    """The type of a word that stands in the lexicon, or None."""
    return next((kind for words, kind in _BY_SET if head in words), None)


def plural(head: str) -> str | None:
    """A plural that is no list of words counts things: impressions, violations, passengers."""
    if head in {"allergies", "symptoms", "conditions", "ingredients", "comments", "details"}:
        return "text" if head in lex.TEXTS else None
    looks = len(head) > 3 and head.endswith("s") and not head.endswith(("ss", "us", "is"))
    return "integer" if looks and head not in lex.PLURAL_STRINGS else None
