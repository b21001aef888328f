"""Which columns come after which in every row: as the schema says, and as the names say."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from synthaix.errors import SchemaError
from synthaix.generate.concepts import words_of
from synthaix.schema.table import NUMERIC_TYPES, Column, TableSchema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from synthaix.schema import generator as kinds

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
"""Seconds."""

ORDERABLE = frozenset({"uniform", "normal", "lognormal", "exponential", "poisson", "datetime"})
"""Kinds whose values can be drawn beyond a given one."""


@dataclass(frozen=True, slots=True)
class Relation:
    """`later` is beyond `earlier` in every row where both have a value; `stated` in the schema, or inferred."""

    earlier: str
    later: str
    stated: bool


_PAIRS: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (frozenset(first.split()), frozenset(second.split()))
    for first, second in (
        ("start started starts begin began from", "end ended ends finish finished stop stopped until to"),
        ("checkin", "checkout"),
        ("in", "out"),
        ("departure departed depart", "arrival arrived arrive"),
        ("pickup", "dropoff"),
        ("login", "logout"),
        ("opened open", "closed close resolved"),
        ("admission admitted", "discharge discharged"),
        ("issue issued", "expiry expiration expires expired due"),
        ("manufacture manufactured production", "expiry expiration"),
        ("hire hired joining joined", "termination terminated leaving exit"),
        ("planted sowing planting", "harvest harvested"),
        ("effective", "expiry expiration"),
        ("invoice", "due"),
        ("borrowed borrow loan checkout", "returned return"),
    )
)
"""Words of two moments of one thing; what else the two names say must be the same."""

_LIFE = tuple(
    frozenset(words.split())
    for words in (
        "birth dob",
        "hire hired joined joining signup registered registration enrolled enrollment adopted adoption",
        "created ordered order placed submitted requested reported received booked filed purchase transaction",
        "paid payment approved confirmed assigned acknowledged",
        "shipped dispatched shipping",
        "delivered delivery completed resolved",
        "returned refunded cancelled closed",
        "updated modified",
        "deleted archived",
    )
)
"""Stations of a life, first to last; a table's dates are held in this order."""

_NUMBERS = (
    (frozenset({"min", "minimum", "lowest"}), frozenset({"max", "maximum", "highest"})),
    (frozenset({"low"}), frozenset({"high"})),
    (frozenset({"votes", "ballots", "cast"}), frozenset({"registered", "eligible", "voters", "electorate"})),
)

_MOMENT_WORDS = frozenset(["date", "time", "at", "on", "datetime", "timestamp", "day", "utc"])

_GAPS: tuple[tuple[frozenset[str], float], ...] = tuple(
    (frozenset(words.split()), seconds)
    for words, seconds in (
        ("last latest recent", 100 * DAY),
        ("death died deceased", 45 * 365 * DAY),
        ("dropoff", 18 * MINUTE),
        ("logout session", 25 * MINUTE),
        ("arrival arrived", 3 * HOUR),
        ("paid payment approved confirmed", 20 * MINUTE),
        ("assigned acknowledged", 45 * MINUTE),
        ("checkout", 3 * DAY),
        ("shipped dispatched shipping", 1.2 * DAY),
        ("delivered delivery", 3 * DAY),
        ("returned refunded return", 8 * DAY),
        ("cancelled canceled", 20 * DAY),
        ("resolved closed completed", 1.5 * DAY),
        ("discharge discharged", 4 * DAY),
        ("updated modified", 6 * DAY),
        ("due", 30 * DAY),
        ("harvest harvested", 110 * DAY),
        ("expiry expiration expires expired", 500 * DAY),
        ("termination terminated leaving exit", 800 * DAY),
        ("hire hired joined joining signup registered enrolled adopted adoption", 600 * DAY),
        ("deleted archived", 60 * DAY),
    )
)
"""Median distance from the moment before, by a word of the later column's name."""

_BEHIND = frozenset(
    {"last", "latest", "recent", "cancelled", "canceled", "returned", "refunded", "discharged"}
    | {"termination", "terminated", "death", "died", "divorce", "harvest"}
)

_DEFAULT_GAP = {"datetime": 4 * HOUR, "date": 7 * DAY, "time": 2 * HOUR}


def relations_of(table: TableSchema, generators: Mapping[str, kinds.Generator]) -> tuple[Relation, ...]:
    """Stated and inferred relations, each pair once.

    Raises SchemaError where two columns cannot be compared, or neither can be drawn beyond the other.
    """
    found = {}
    for column in table.columns:
        for which in ("after", "before"):
            other = getattr(column, which)
            if other is not None:
                _comparable(column, table[other], which)
                pair = (other, column.name) if which == "after" else (column.name, other)
                if "llm" in (generators[other].kind, generators[column.name].kind):
                    continue  # the rows a model completes are held to the order when they are validated
                if not {generators[name].kind for name in pair} & ORDERABLE:
                    raise SchemaError(
                        f"column {column.name!r} is {which} {other!r}, but neither is drawn from a range "
                        f"({generators[pair[0]].kind}, {generators[pair[1]].kind}); give one a datetime or number "
                        f"generator, or drop {which}."
                    )
                found[pair] = Relation(pair[0], pair[1], stated=True)
    for earlier, later in inferred_pairs(table):
        drawn = generators[earlier].kind in ORDERABLE | {"person"} and generators[later].kind in ORDERABLE
        if drawn and (later, earlier) not in found:
            found.setdefault((earlier, later), Relation(earlier, later, stated=False))
    return tuple(found.values())


def inferred_pairs(table: TableSchema) -> list[tuple[str, str]]:
    """Pairs of columns whose names say that one comes after the other."""
    free = [
        column
        for column in table.columns
        if column.after is None and column.before is None and column.generator is None and not column.enum
    ]
    moments = [column for column in free if column.type in ("date", "datetime")]
    times = [column for column in free if column.type == "time"]
    numbers = [column for column in free if column.type in NUMERIC_TYPES]
    pairs = [pair for group in (moments, times) for pair in _twins(group, _PAIRS)]
    pairs += _twins(numbers, _NUMBERS)
    paired = {name for pair in pairs for name in pair}
    life = sorted((station, column.name) for column in moments if (station := _station(column)) is not None)
    chain = [pair for pair in pairwise(life) if pair[0][0] < pair[1][0]]
    pairs += [(first[1], second[1]) for first, second in chain if second[1] not in paired]
    return pairs


def gap_of(later: Column) -> float:
    """Median distance of a moment from the one before it, in seconds."""
    words = set(words_of(later.name))
    if later.type == "datetime" and "exit" in words:
        return 2 * HOUR
    gap = next((seconds for marks, seconds in _GAPS if words & marks), _DEFAULT_GAP.get(later.type, DAY))
    return max(gap, 1.5 * DAY) if later.type == "date" else gap


def is_past(column: Column) -> bool:
    """Whether the moment can only lie behind us, as a last visit or a cancellation does."""
    return bool(_BEHIND & set(words_of(column.name)))


def is_birth(column: Column) -> bool:
    """Whether the moment begins a life: what follows it by name follows years later."""
    return bool(frozenset(words_of(column.name)) & _LIFE[0])


def _twins(columns: list[Column], pairs: tuple[tuple[frozenset[str], frozenset[str]], ...]) -> list[tuple[str, str]]:
    found = []
    for column in columns:
        for other in columns:
            here, there = _marked(column), _marked(other)
            if any(
                here & first and there & second and here - first == there - second and column is not other
                for first, second in pairs
            ):
                found.append((column.name, other.name))
    return found


def _marked(column: Column) -> frozenset[str]:
    joined = column.name.lower().replace("check_in", "checkin").replace("check_out", "checkout")
    joined = joined.replace("pick_up", "pickup").replace("drop_off", "dropoff")
    return frozenset(words_of(joined)) - _MOMENT_WORDS


def _station(column: Column) -> int | None:
    words = frozenset(words_of(column.name))
    # The last station named counts: order_delivery_date is a delivery.
    return next((place for place in range(len(_LIFE) - 1, -1, -1) if words & _LIFE[place]), None)


def _comparable(column: Column, other: Column, which: str) -> None:
    kinds_of = {column.type, other.type}
    if not (kinds_of <= NUMERIC_TYPES or kinds_of <= {"date", "datetime"} or kinds_of == {"time"}):
        raise SchemaError(
            f"column {column.name!r} ({column.type}) is {which} {other.name!r} ({other.type}), which have no common "
            f"order; use two dates or datetimes, two times, or two numbers."
        )
