"""Identifiers: does a row stand for the thing (distinct), or does the thing occur in many rows (recurring)?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthaix.generate.concepts import word_set, words_of
from synthaix.schema import generator as kinds

if TYPE_CHECKING:
    from synthaix.schema.table import Column, TableSchema

ID_WORDS = frozenset({"id", "uuid", "guid", "identifier", "pk", "ids"})

_RECURRING = {
    "user": 2000, "customer": 2000, "client": 800, "member": 2000, "account": 1500, "subscriber": 2000, "visitor": 4000,
    "patient": 1500, "student": 1000, "player": 1000, "guest": 1500, "passenger": 2000, "buyer": 1500, "sender": 1500,
    "receiver": 1500, "recipient": 1500, "employee": 300, "worker": 300, "staff": 200, "driver": 250, "agent": 60,
    "doctor": 80, "physician": 80, "nurse": 120, "teacher": 80, "instructor": 80, "professor": 80, "author": 150,
    "manager": 40, "technician": 50, "operator": 60, "seller": 300, "host": 300, "product": 500, "item": 500,
    "article": 500, "sku": 500, "book": 800, "movie": 600, "song": 1200, "video": 1000, "game": 100, "store": 40,
    "shop": 60, "branch": 30, "merchant": 300, "vendor": 120, "supplier": 80, "partner": 60, "company": 300,
    "organization": 200, "tenant": 100, "device": 150, "sensor": 120, "meter": 400, "machine": 60, "equipment": 60,
    "server": 40, "node": 40, "vehicle": 200, "car": 200, "truck": 60, "bus": 40, "aircraft": 60, "asset": 200,
    "category": 25, "department": 15, "warehouse": 8, "project": 60, "team": 20, "group": 30, "campaign": 40,
    "course": 120, "class": 60, "hotel": 120, "property": 400, "room": 150, "route": 40, "station": 60, "city": 100,
    "region": 12, "country": 40, "location": 50, "site": 25, "plan": 5, "page": 80, "parent": 200, "line": 8,
    "plant": 6, "farm": 60, "field": 80, "bank": 30, "hospital": 20, "ward": 12, "experiment": 30, "variant": 3,
}  # fmt: skip
"""Things that take part in many rows, and how many of them a believable table has."""

_HAPPENINGS = word_set(
    "timestamp transaction order ordered amount payment paid purchase purchased event session trip ride visit "
    "reading quantity qty click page call message shipped delivered ticket booking checkin logged recorded "
    "measurement action sale sold invoice review watched played viewed"
)
"""Words of columns that tell of something that happened to, or was done by, the thing with the identifier."""

_TRAITS = word_set(
    "manager department category company supplier vendor store branch team parent region country city location plan "
    "warehouse class school organization doctor tenant group site bank hospital ward farm plant line agent"
)
"""Things another thing belongs to: their identifier beside its own does not make the row an encounter of the two."""

_SUMMARIES = word_set("total count last first lifetime average avg num number latest most recent preferred")
"""Words that turn such a column into a trait: total_orders, last_purchase_date."""

_PREFIXES = {
    "user": "usr_", "customer": "CUST-", "transaction": "TXN-", "order": "ORD-", "product": "PROD-", "invoice": "INV-",
    "employee": "EMP-", "patient": "PAT-", "payment": "PAY-", "account": "ACC-", "session": "sess_", "event": "evt_",
    "device": "dev-", "sensor": "sensor-", "ticket": "TCK-", "shipment": "SHP-", "student": "STU-", "booking": "BKG-",
    "reservation": "RES-", "vehicle": "VEH-", "request": "req_", "claim": "CLM-", "policy": "POL-",
}  # fmt: skip

_DEFAULT_SIZE = 1_000
_WIDE = 10**9
_WIDTH = 6
_WIDEST = 18
"""Digits that a counter can have; a longer identifier is a random code."""

Choice = tuple[kinds.Generator, str]


def is_identifier(column: Column) -> bool:
    """Whether the column's name says that it identifies something."""
    words = words_of(column.name)
    return bool(words) and (words[-1] in ID_WORDS or column.type == "uuid")


def identifier(column: Column, table: TableSchema) -> Choice:
    """The generator of an identifier column, and why."""
    entity = _entity(column)
    if column.unique or _is_the_row(column, entity, table):
        why = "unique was asked for" if column.unique else f"each row is one {entity or 'record'}"
        return _keys(column, entity), f"{why}, so every value is new"
    size = min(_RECURRING.get(entity, _DEFAULT_SIZE), _room(column))
    spread: kinds.Pool = kinds.Pool(size=size, distribution="zipf", of=_keys(column, entity))
    return spread, f"a {entity} takes part in many rows, some far more often than others"


def _room(column: Column) -> int:
    """How many identifiers the column's bounds leave."""
    if column.type == "integer":
        low, high = column.bound("minimum"), column.bound("maximum")
        return _WIDE if high is None else max(1, int(high) - (1 if low is None else int(low)) + 1)
    return _WIDE if column.max_length is None else 10 ** min(column.max_length, 9) - 1


def _entity(column: Column) -> str:
    words = [word for word in words_of(column.name) if word not in ID_WORDS]
    return words[-1] if words else ""


def _is_the_row(column: Column, entity: str, table: TableSchema) -> bool:
    if not entity:
        return True
    identifiers = [other for other in table.columns if is_identifier(other)]
    if identifiers[0] is not column and _entity(identifiers[0]) != "":
        return entity not in _RECURRING and _entity(identifiers[0]) in _RECURRING and _first_event(column, identifiers)
    if identifiers[0] is not column:
        return False  # the row has an "id" of its own
    if entity not in _RECURRING:
        return True
    others = [other for other in table.columns if other is not column]
    rest = [_entity(other) for other in identifiers[1:]]
    has_event = any(other not in _RECURRING or other not in _TRAITS for other in rest)
    return not has_event and not any(_happens(other) for other in others)


def _first_event(column: Column, identifiers: list[Column]) -> bool:
    return next((other for other in identifiers if _entity(other) not in _RECURRING), None) is column


def _happens(column: Column) -> bool:
    words = set(words_of(column.name))
    return bool(words & _HAPPENINGS) and not words & _SUMMARIES and column.type != "boolean"


def _keys(column: Column, entity: str) -> kinds.Generator:
    if column.type == "uuid" or (words_of(column.name)[-1] in ("uuid", "guid") and column.type != "integer"):
        return kinds.Uuid()
    if column.type == "integer":
        low, high = column.bound("minimum"), column.bound("maximum")
        start = 1 if low is None else int(low)
        return kinds.Sequence(start=start if high is None or start <= high else int(high))
    if column.min_length is not None and column.min_length > _WIDEST:
        return kinds.Pattern(pattern=f"[A-Z0-9]{{{column.min_length}}}")
    prefix = _PREFIXES.get(entity, f"{entity[:4].upper()}-" if entity else "")
    room = column.max_length if column.max_length is not None else 99
    if len(prefix) + _WIDTH > room:
        prefix = ""
    width = max(min(_WIDTH, room), (column.min_length or 0) - len(prefix))
    return kinds.Sequence(prefix=prefix, width=min(width, 18))
