"""A known subject's columns in line with what else the sentence says: its noun, its qualifiers, its ranges."""

from __future__ import annotations

import re

from synthaix.schema.language import clauses
from synthaix.schema.language.draft import Draft
from synthaix.schema.language.finish import finish
from synthaix.schema.language.names import to_name
from synthaix.schema.language.nouns import singular
from synthaix.schema.language.numbers import VALUE, read_value
from synthaix.schema.language.presence import share_of
from synthaix.schema.language.text import vocabulary, words
from synthaix.schema.table import MAX_COLUMNS, NUMERIC_TYPES, Column

_NO_ENTITY = vocabulary(
    "record data log list table history stat statistic summary info detail report dataset entry row sample thing "
    "shop store company market industry file value number activity stock reading observation measurement "
    "event metric ping nps"
)


def named_after(columns: list[Column], header: str, known: frozenset[str]) -> list[Column]:
    """The identifier named after the thing asked for: "blood donors" have a donor_id.

    `known` are the words of the subject's phrases.
    """
    first = columns[0]
    said = words(header)
    stems = {singular(word) for word in said}
    if not first.name.endswith("_id") or set(first.name.split("_")[:-1]) & stems:
        return columns
    things = [singular(word) for word in said if word.endswith("s") and singular(word) in known]
    noun = next((thing for thing in things if thing not in _NO_ENTITY and len(thing) > 2), "")
    name = f"{to_name(noun)}_id"
    if not noun:
        return columns
    if name in {column.name for column in columns} or any(_uses(column, first.name) for column in columns[1:]):
        return columns
    changes = {"name": name, "description": f"Unique {noun} identifier"}
    return [Column.model_validate(first.model_dump(exclude_unset=True) | changes), *columns[1:]]


def _uses(column: Column, name: str) -> bool:
    """Whether a column's generator or order names that column."""
    return re.search(rf"\b{re.escape(name)}\b", str(column.model_dump(exclude={"name", "description"}))) is not None


_QUALIFIERS: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        r"\b(?:shoes?|clothing|clothes|fashion|apparel|t-?shirts?|dress(?:es)?|sneakers?|boots|footwear)\b",
        (("size", "string", "Size"), ("color", "string", "Color")),
    ),
    (
        r"\belectric (?:vehicle|car|scooter|bike|bus)|\bevs?\b|\be-?bikes?\b",
        (
            ("battery_capacity_kwh", "float", "Battery capacity in kilowatt-hours"),
            ("range_km", "integer", "Range in km"),
        ),
    ),
    (
        r"\bmobile apps?\b|\bios\b|\bandroid\b|\bapp(?: store| users?| bugs?| crash(?:es)?)\b",
        (("platform", "string", "Platform"), ("app_version", "string", "Version of the app")),
    ),
    (r"\bcall cent(?:re|er)\b", (("agent_name", "string", "Agent who took the call"),)),
    (r"\b(?:house|home|property|car|flat|apartment)s? sales?\b", (("sale_date", "date", "Date of the sale"),)),
    (
        r"\bsubscription payments?\b",
        (("payment_id", "string", "Unique payment identifier"), ("paid_at", "datetime", "When the payment was made")),
    ),
    (r"\binternational\b|\bworldwide\b|\bglobal\b", (("country", "string", "Country"),)),
    (r"\b(?:amazon|ebay|etsy|online) (?:orders?|purchases?)\b", (("shipping_address", "string", "Shipping address"),)),
)


def qualified(columns: list[Column], header: str) -> list[Column]:
    """The columns that a qualifier brings: shoes have a size, electric vehicles a battery."""
    out = list(columns)
    for pattern, more in _QUALIFIERS:
        if not re.search(pattern, header, re.IGNORECASE):
            continue
        names = {column.name for column in out}
        out += [
            Column.model_validate({"name": name, "type": kind, "description": text})
            for name, kind, text in more
            if name not in names and len(out) < MAX_COLUMNS
        ]
    return out


_RANGE = re.compile(
    rf"\b(?P<word>[a-z]+)\s+(?:(?:between|from|of|in the range)\s+)?(?P<low>{VALUE})\s?(?:to|and|"
    rf"[-–—])\s?(?P<high>{VALUE})"
    r"(?![\d:/-])(?:\s(?P<unit>[a-z]+))?",
    re.IGNORECASE,
)
_MEANT = {
    "priced": "price", "costing": "price", "cost": "price", "worth": "value", "valued": "value", "aged": "age",
    "ages": "age", "age": "age", "weighing": "weight", "rated": "rating", "ratings": "rating", "scored": "score",
    "earning": "salary", "paying": "salary", "paid": "salary", "lasting": "duration", "amounts": "amount",
    "measuring": "height", "tall": "height", "totalling": "total", "totaling": "total", "salaries": "salary",
    "prices": "price", "scores": "score",
}  # fmt: skip
_UNITS = {"stars": "rating", "star": "rating", "years": "age", "minutes": "duration", "points": "score"}


def ranged(columns: list[Column], header: str, assumptions: list[str]) -> list[Column]:
    """The columns with the bounds the subject's own sentence gives: "priced between 20000 and 90000"."""
    for match in _RANGE.finditer(header):
        low, high = read_value(match["low"]), read_value(match["high"])
        meant = _MEANT.get(match["word"].lower()) or _UNITS.get((match["unit"] or "").lower())
        target = next((column for column in columns if meant and _is_about(column, meant)), None)
        if target is None or low > high:
            continue
        kept = {
            key: value
            for key, value in target.model_dump(exclude_unset=True).items()
            if key not in {"generator", "enum", "weights"}
        }
        bounded = Column.model_validate(kept | {"minimum": low, "maximum": high})
        columns = [bounded if column is target else column for column in columns]
        assumptions.append(f"{target.name} goes from {low} to {high}, as the sentence says.")
    return columns


def _is_about(column: Column, meant: str) -> bool:
    return column.type in NUMERIC_TYPES and meant in words(column.name.replace("_", " "))


_WHERE = re.compile(r"\b(?:where|whose|in which|for which)\s+(?:the\s+)?(?P<said>.+)", re.IGNORECASE)


def told(columns: list[Column], header: str, assumptions: list[str]) -> list[Column]:
    """The columns with what "where amount is between 10 and 500, currency is EUR or USD" says of them."""
    match = _WHERE.search(header)
    if match is None:
        return columns
    drafts = [Draft(text=column.name, name=column.name, type=column.type) for column in columns]
    for piece in re.split(r",\s+(?:and\s+)?|\s+and\s+(?=[a-z_]+ (?:is|are)\b)", match["said"]):
        if share_of(piece) is None:
            clauses.apply_remark(piece, drafts)
    out = []
    for column, draft in zip(columns, drafts, strict=True):
        if not draft.facts and draft.window is None:
            out.append(column)
            continue
        said = finish([draft], "").columns[0].model_dump(exclude_unset=True, exclude={"name", "type", "description"})
        kept = column.model_dump(exclude_unset=True, exclude=_MADE if _MADE & set(said) else None)
        out.append(Column.model_validate(kept | said))
        assumptions.append(f"{column.name} keeps to what the sentence says of it.")
    return out


_MADE = {"generator", "enum", "weights", "minimum", "maximum", "pattern", "format"}
"""What a known subject's column says of its values; it gives way to what the sentence says of them."""
