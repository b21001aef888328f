"""Roles: what a difference in a column means, and how much its agreement is worth.

A *key* numbers rows and says nothing about them, as long as the other columns tell rows apart. An
*exact* column (numbers, dates, booleans, enums, codes, foreign ids) tells rows apart by any
difference. A *string* is something short that people mistype. A *text* is something long that people
rephrase. Roles and weights are decided once for a
job, from its schema and a fixed sample, and then frozen: a row's fate must not depend on when it came.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import polars as pl

from synthaix.dedup.canonical import canonical_columns, is_email, is_phone
from synthaix.dedup.measures import are_measures
from synthaix.errors import BugError

if TYPE_CHECKING:
    from synthaix.schema.table import Column, TableSchema

Role = Literal["key", "exact", "string", "text"]

SAMPLE_ROWS = 2_048
"""Rows that roles and weights are decided from: enough for 11 bits of entropy, little enough to wait for."""

_PRIOR_BITS: dict[str, float] = {"string": 8.0, "text": 11.0, "exact": 4.0, "key": 0.0}
_PRIOR_ROWS = 30  # the prior counts as much as this many sampled rows
_LEAST_BITS = 0.5  # a column that never varies in the sample may still vary later
_MOST_VALUES = 128  # of a closed set: the airports of a timetable, the cities of a region; people's names are more
_ENOUGH_ROWS = 50  # from here on "all different" in a sample is a fact rather than chance
_TEXT_CHARACTERS = 60  # a string column longer than this on average is prose

_ROW_ID = re.compile(
    r"^(id|_id|key|pk|row_?(id|num|number|no)|rec(ord)?_?(id|no|number)|index|uuid|guid|uid|seq(uence)?)$"
)
_ANY_ID = re.compile(r"(^|_)(id|uuid|guid|key|no|nr|num|number|ref|reference|code|sku|serial)$")
_PERSONAL_ID = re.compile(r"soc|ssn|tax|vat|nation|passport|licen[cs]e|insur|phone|mobile|street|house|postal|zip")
_CLOSED = re.compile(
    r"(^|_)(currency|code|status|state|gender|sex|type|kind|category|priority|severity|level|tier|method|channel|unit)$"
)
_CONTENT_FORMATS = frozenset({"email", "phone", "uri", "url", "hostname", "username", "slug", "postal_code"})
_CODE_FORMATS = frozenset(
    {"uuid", "ipv4", "ipv6", "mac", "iban", "card", "isbn13", "ean13", "vin", "currency_code", "country_code",
     "language_code", "timezone", "color"}
)  # fmt: skip
_CLOSED_BY_NAME = "named like a closed set of values"
_MEASURES = "dates, times or numbers as text"
_DIRECTED = re.compile(
    r"(^|_)(from|to|source|target|origin|destination|sender|recipient|receiver|payer|payee|debtor|creditor|buyer|seller"
    r"|home|away|host|guest|winner|loser|parent|child|manager|employee|before|after|old|new|start|end|departure|arrival"
    r"|subject|object|follower|followed|followee)(_|$)"
)
_SHARED = 0.5  # share of a column's values that another one has too, from which both name things of one sort
_CONTENT_GENERATORS = frozenset({"person", "company", "internet", "address"})
# A sampler never rephrases itself, but all its sentences are built alike: only equal ones repeat each other.
_CODE_GENERATORS = frozenset(
    {"categorical", "pool", "pattern", "identifier", "sequence", "uuid", "reference", "boolean", "text"}
)
_ROOM = 100  # times the rows wanted: with so many combinations chance alone repeats one row in a hundred at most


@dataclass(frozen=True, slots=True)
class ColumnRole:
    """One column's role, its weight in bits, why, the closed set of values it was seen to take, and its form.

    `movable` values may have been entered in another column: names exchanged, lines of an address.
    """

    name: str
    role: Role
    bits: float
    why: str
    vocabulary: tuple[str, ...] = ()
    form: Literal["plain", "email", "phone"] = "plain"
    movable: bool = True


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles of a table's columns, in schema order."""

    columns: tuple[ColumnRole, ...]

    def named(self, *roles: Role) -> tuple[ColumnRole, ...]:
        """The columns that have one of these roles."""
        return tuple(column for column in self.columns if column.role in roles)

    def to_bytes(self) -> bytes:
        """For storing with the job."""
        return json.dumps([asdict(column) for column in self.columns], separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Roles:
        """What `to_bytes` gave. Raises BugError for anything else."""
        try:
            return cls(tuple(ColumnRole(**{**c, "vocabulary": tuple(c["vocabulary"])}) for c in json.loads(data)))
        except (ValueError, TypeError, KeyError) as exc:
            raise BugError("The stored column roles of a job cannot be read.") from exc


def roles_of(
    table: TableSchema,
    sample: pl.DataFrame | None = None,
    compared: frozenset[str] | None = None,
    wanted: int | None = None,
) -> Roles:
    """Every column's role and weight, from the schema and the first SAMPLE_ROWS rows of a sample.

    `compared` names the columns the caller wants compared: they are never keys, all others are. `wanted` rows
    are to be made, or None where they exist already. Where the other columns cannot tell rows apart, keys count.
    """
    rows = None if sample is None else distinct_rows(table, sample.head(SAMPLE_ROWS))
    wordy = any(_role_by_schema(column)[0] in ("string", "text") for column in table.columns)
    found = []
    for column in table.columns:
        values = rows[column.name] if rows is not None and column.name in rows.columns else None
        if compared is not None and column.name not in compared:
            found.append(ColumnRole(column.name, "key", 0.0, "not among the columns to compare"))
            continue
        role, why = _role(column, values, wordy)
        if role == "key" and compared is not None:
            role, why = "exact", "named by the caller"
        # A value outside the set it was seen to draw from is a typing error, not another value.
        worded = column.type == "string" and why != _MEASURES
        vocabulary = _vocabulary(values) if worded and values is not None else ()
        found.append(ColumnRole(column.name, role, _bits(role, values), why, vocabulary, _form(column)))
    if compared is None and not _tells_apart(found, rows, wanted):
        found = [_counted(column) for column in found]
    fixed = _directed(found, rows)
    return Roles(tuple(replace(column, movable=False) if column.name in fixed else column for column in found))


def _directed(columns: list[ColumnRole], rows: pl.DataFrame | None) -> set[str]:
    """The string columns whose values mean another thing in another column: London to Paris is not Paris to London.

    Told by their names, or by drawing from the same values, which given names and surnames hardly do.
    """
    strings = [column.name for column in columns if column.role == "string"]
    fixed = {name for name in strings if _DIRECTED.search(name.casefold())}
    if rows is None or len(rows) < _ENOUGH_ROWS:
        return fixed
    values = {name: rows[name].drop_nulls().unique() for name in strings if name in rows.columns}
    for one, other in combinations(values, 2):
        fewer, more = sorted((values[one], values[other]), key=len)
        if len(fewer) and float(fewer.is_in(more.implode()).sum()) > _SHARED * len(fewer):
            fixed |= {one, other}
    return fixed


def _tells_apart(columns: list[ColumnRole], rows: pl.DataFrame | None, wanted: int | None) -> bool:
    """Whether the columns beside the keys say which entity a row is about: who it is, not only of what kind.

    Two orders of three pieces are two orders, whereas one person entered under two numbers is one person.
    """
    if not any(column.role in ("string", "text") for column in columns):
        return False
    room = 1.0
    for column in columns:
        if column.role == "key":
            continue
        if rows is None or column.name not in rows.columns:
            if column.role in ("string", "text"):
                return True  # written by a model, or not known yet
            continue
        room *= _space(rows[column.name])
    known = 0 if rows is None else len(rows)
    return room >= (_ROOM * wanted if wanted is not None else known)


def _space(values: pl.Series) -> float:
    """How many values a column can take, judged by how often sampled ones recur (the birthday estimate)."""
    rows, distinct = len(values), values.n_unique()
    if 2 * distinct < rows:
        return float(max(distinct, 1))
    return rows * rows / (2.0 * max(rows - distinct, 1))


def _counted(column: ColumnRole) -> ColumnRole:
    if column.role != "key":
        return column
    return replace(column, role="exact", bits=_PRIOR_BITS["exact"], why="the other columns cannot tell rows apart")


def distinct_rows(table: TableSchema, sample: pl.DataFrame) -> pl.DataFrame:
    """The sample's distinct rows in canonical form: a copied row must not hide that an id is one."""
    known = [column for column in table.columns if column.name in sample.columns]
    if not known:
        return pl.DataFrame()
    return pl.DataFrame(canonical_columns(sample, known)).unique(maintain_order=True)


def _role(column: Column, values: pl.Series | None, wordy: bool) -> tuple[Role, str]:
    role, why = _role_by_schema(column)
    if role == "key" or values is None:
        return role, why
    name = column.name.casefold()
    if _ANY_ID.search(name) and not _PERSONAL_ID.search(name) and column.type in ("string", "integer"):
        distinct = values.n_unique() == len(values) and len(values) > 1
        if distinct and (len(values) >= _ENOUGH_ROWS or wordy) and column.format not in _CONTENT_FORMATS:
            return "key", "an id whose values are all different"
        return ("exact", "an id that recurs") if role == "string" else (role, why)
    if role == "string" and _form(column) == "plain" and are_measures(values, name):
        return "exact", _MEASURES
    if role == "string" or why == _CLOSED_BY_NAME:
        return _string_role(values, role, why)
    return role, why


def _string_role(values: pl.Series, role: Role, why: str) -> tuple[Role, str]:
    present = values.drop_nulls()
    if len(present) < _ENOUGH_ROWS:
        return role, why
    if _vocabulary(values):
        return "exact", "few values, each of which recurs"
    if float(present.str.len_chars().mean() or 0) > _TEXT_CHARACTERS:  # type: ignore[arg-type]
        return "text", f"more than {_TEXT_CHARACTERS} characters on average"
    coded = present.str.contains(r"^[^\s@]*[\p{L}][^\s@]*$") & present.str.contains(r"\d") & ~present.str.contains("@")
    if bool(coded.mean() == 1.0) and present.str.len_chars().n_unique() <= 3:
        return "exact", "codes of letters and digits"
    return "string", why


def _role_by_schema(column: Column) -> tuple[Role, str]:
    name, generator = column.name.casefold(), column.generator
    kind = None if generator is None else generator.kind
    if column.type == "uuid" or kind in ("uuid", "sequence"):
        return "key", "numbers the rows"
    if _ROW_ID.match(name) and column.type in ("string", "integer"):
        return "key", "named like a row's id"
    content = column.format in _CONTENT_FORMATS or _form(column) != "plain" or kind in _CONTENT_GENERATORS
    if column.unique and not content and (column.type == "integer" or _ANY_ID.search(name)):
        return "key", "a unique id"
    if column.type not in ("string", "text"):
        return "exact", f"type {column.type}"
    if column.enum is not None or kind in _CODE_GENERATORS or column.format in _CODE_FORMATS:
        return "exact", "a closed set of values or a code"
    if column.type == "text":
        return "text", "type text"
    if _CLOSED.search(name) and not _PERSONAL_ID.search(name):
        return "exact", _CLOSED_BY_NAME
    if _foreign_id(name):
        return "exact", "named like a reference to something else"
    return "string", "type string"


def _form(column: Column) -> Literal["plain", "email", "phone"]:
    return "email" if is_email(column) else "phone" if is_phone(column) else "plain"


def _foreign_id(name: str) -> bool:
    return bool(re.search(r"_(id|uuid|guid)$", name)) and not _PERSONAL_ID.search(name)


def _vocabulary(values: pl.Series) -> tuple[str, ...]:
    """The closed set a string column draws from, or nothing: not too many values that each recur often."""
    present = values.drop_nulls()
    counts = present.value_counts()
    often = counts.filter(pl.col("count") >= max(5, len(present) // 400))
    if len(present) < _ENOUGH_ROWS or len(often) > _MOST_VALUES or int(often["count"].sum()) < 0.95 * len(present):
        return ()
    return tuple(sorted(often[values.name].to_list()))


def _bits(role: Role, values: pl.Series | None) -> float:
    """Shannon entropy of the sampled values, shrunk towards the role's prior while they are few."""
    prior = _PRIOR_BITS[role]
    if role == "key" or values is None:
        return prior
    present = values.drop_nulls()
    if not len(present):
        return prior
    shares = present.value_counts()["count"] / len(present)
    entropy = -sum(share * math.log2(share) for share in sorted(shares.to_list()))
    blended = (entropy * len(present) + prior * _PRIOR_ROWS) / (len(present) + _PRIOR_ROWS)
    return float(round(max(_LEAST_BITS, blended), 6))
