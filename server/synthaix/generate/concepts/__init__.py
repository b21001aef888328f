"""What the name and the description of a column say about its values."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from synthaix.generate.concepts import concept as reading
from synthaix.generate.concepts.concept import Concept, word_set
from synthaix.schema.table import NUMERIC_TYPES, TEXTUAL_TYPES, Column, TableSchema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Table = dict[tuple[str, ...], Concept]

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[a-z0-9]+")

_TRAILING = word_set(
    "usd eur gbp value amount total text string str name code field type number num no nr desc info data in of "
    "per the current kg g cm mm m km miles mi ft in lb lbs c f celsius fahrenheit percent pct ms sec s min h hr "
    "hours mb gb kb kwh kw w v a ppm db hz dollars euros cents 1 2 3 4 5 one two"
)
"""Words at the end of a name that say less than the word before them."""

_SAYS_LITTLE = frozenset(
    {"status", "type", "category", "weight", "height", "temperature", "age", "title", "condition", "score", "size"}
    | {"level", "name", "price", "subject", "state"}
)
"""Names that the thing they belong to decides: a ticket's status is another than a patient's."""


_NAMING = ("id", "uuid", "number", "no", "code", "key", "name")

_TELLING = {"cuisine": "restaurant", "breed": "pet", "species": "pet", "impressions": "campaign"}
"""Columns that only one kind of thing has."""

ANIMALS = word_set("pet dog cat puppy kitten animal")
"""Subjects that live shorter than people."""


def _lines(name: str) -> list[str]:
    text = files(__package__).joinpath("data", f"{name}.txt").read_text("utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


_ONLY_AFTER: dict[tuple[str, ...], frozenset[str]] = {
    ("name",): frozenset(word for line in _lines("people") for word in line.split()),
    ("category",): frozenset({"product", "item", "goods", "article", "main", "sub"}),
    ("size",): frozenset({"file", "packet", "payload", "body", "content", "image", "product", "shirt"}),
}
"""Words that mean something only alone or after one of these: customer_name is a person's, widget_name is not."""

_CLAUSE = re.compile(r"[.,;:(\[/]| of | for | in | from | that | which | when | where | whether | at ")


def words_of(text: str) -> tuple[str, ...]:
    """The lower-case words of a snake_case, camelCase or spaced text."""
    return tuple(_WORD.findall(_CAMEL.sub(" ", text).lower()))


@cache
def _tables() -> dict[str, tuple[Table, ...]]:
    """The concepts by words, in the order they are looked up, for each group of types."""
    numbers = _table("numbers", reading.number_concepts)
    schemes = _table("schemes", reading.scheme_concepts)
    entities = _table("entities", reading.entity_concepts)
    categories = _table("categories", reading.category_concepts)
    codes = _table("codes", reading.code_concepts)
    language = _table("language", lambda line: reading.entity_concepts(line, language=True))
    return {
        "number": (numbers,),
        "string": (schemes, entities, categories, codes, language),
        "text": (language, entities, schemes, codes, categories),
        "boolean": (_table("flags", reading.flag_concepts),),
    }


def _table(name: str, read: Callable[[str], Iterable[Concept]]) -> Table:
    """A data file by words; where two lines share a name, the first has it."""
    table: Table = {}
    for line in _lines(name):
        for concept in read(line):
            table.setdefault(concept.phrase, concept)
    return table


def size() -> int:
    """How many names are understood."""
    return len({phrase for tables in _tables().values() for table in tables for phrase in table})


def _group(kind: str) -> str | None:
    if kind in NUMERIC_TYPES:
        return "number"
    if kind in TEXTUAL_TYPES:
        return kind
    return "boolean" if kind == "boolean" else None


@lru_cache(maxsize=8192)
def concept_of(name: str, kind: str, description: str = "") -> Concept | None:
    """The concept that a column of this type stands for, by its name, else by its description."""
    group = _group(kind)
    if group is None:
        return None
    tables = _tables()[group]
    return _by_name(words_of(name), tables) or _by_description(description, tables)


def meaning_of(column: Column, subject: str = "") -> Concept | None:
    """The concept that the column stands for; `subject` (what a row is) decides names that say little alone."""
    words = words_of(column.name)
    if subject and len(words) == 1 and words[0] in _SAYS_LITTLE:
        found = concept_of(f"{subject} {words[0]}", column.type)
        if found is not None and found.phrase == (subject, words[0]):
            return found
    return concept_of(column.name, column.type, column.description)


def subject_of(table: TableSchema) -> str:
    """The thing a row is or is about, by its first identifier: "order" for order_id; else by a column only it has."""
    named = [words for column in table.columns if len(words := words_of(column.name)) > 1 and words[-1] in _NAMING]
    if named and named[0][-1] != "name":
        return named[0][-2]
    told = (_TELLING[column.name.lower()] for column in table.columns if column.name.lower() in _TELLING)
    return next(told, named[0][-2] if named else "")


def _by_name(words: tuple[str, ...], tables: tuple[Table, ...]) -> Concept | None:
    """The longest phrase that ends the name; else the same without a trailing word that says little."""
    for spelled in (words, _singular(words)):
        rest = spelled
        while rest:
            for start in range(len(rest)):
                found = _in(rest[start:], tables, rest[:start])
                if found is not None:
                    return found
            if rest[-1] not in _TRAILING:
                break
            rest = rest[:-1]
    return None


def _by_description(description: str, tables: tuple[Table, ...]) -> Concept | None:
    """A phrase that ends the first clause, else any phrase of two words or more."""
    clause = _CLAUSE.split(description, maxsplit=1)[0]
    found = _by_name(words_of(clause), tables)
    if found is not None:
        return found
    words = words_of(description)
    for length in (4, 3, 2):
        for start in range(len(words) - length + 1):
            found = _in(words[start : start + length], tables)
            if found is not None:
                return found
    return None


def _in(words: tuple[str, ...], tables: tuple[Table, ...], before: tuple[str, ...] = ()) -> Concept | None:
    if before and words in _ONLY_AFTER and before[-1] not in _ONLY_AFTER[words]:
        return None
    return next((table[words] for table in tables if words in table), None)


def _singular(words: tuple[str, ...]) -> tuple[str, ...]:
    last = words[-1] if words else ""
    if len(last) > 3 and last.endswith("s") and not last.endswith("ss"):
        last = f"{last[:-3]}y" if last.endswith("ies") else last[:-1]
    return (*words[:-1], last) if words else words


def completed(column: Column, subject: str = "") -> Column:
    """The column with the natural limits of what it stands for, where it sets none and names no generator."""
    concept = meaning_of(column, subject)
    if concept is None or column.type not in NUMERIC_TYPES:
        return column
    changes: dict[str, float | int] = {}
    if column.decimals is None and column.type == "float" and concept.decimals is not None:
        changes["decimals"] = concept.decimals
    free = column.generator is None and column.enum is None and not column.unique
    if free and column.minimum is None and column.maximum is None:
        changes |= {key: value for key, value in _limits(concept, column) if value is not None}
    return column.model_copy(update=changes) if changes else column


def _limits(concept: Concept, column: Column) -> Iterator[tuple[str, float | None]]:
    for key, value in (("minimum", concept.low), ("maximum", concept.high)):
        yield key, int(value) if value is not None and value.is_integer() else value


__all__ = ["ANIMALS", "Concept", "completed", "concept_of", "meaning_of", "size", "subject_of", "word_set", "words_of"]
