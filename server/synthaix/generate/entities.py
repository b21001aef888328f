"""Which columns describe one entity: the sender's name and e-mail, the billing city and country."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthaix.generate.concepts import meaning_of, word_set, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from synthaix.schema import generator as kinds
    from synthaix.schema.table import Column, TableSchema

FAMILY_KINDS = frozenset(
    {"person", "address", "company", "internet", "commerce", "finance", "travel", "text", "identifier"}
)

_GIVEN = frozenset({"categorical", "pool", "reference", "datetime", "uniform", "normal", "lognormal", "poisson"})
"""Kinds that know nothing of entities: what they give, the families agree with."""

_PLACE = frozenset({"country", "country_code", "city", "state"})
"""Parts of an address that people, companies and money depend on too."""

_PLACELESS = frozenset({"address", "commerce", "text"})
"""Families that no other column's place says anything about."""

_SAME = frozenset(["contact", "primary", "main", "full", "work", "business", "current", "my", "the"])
"""Words before a part that do not name another entity."""


@dataclass(frozen=True, slots=True)
class Part:
    """One column's part in an entity: columns with the same `key` describe the same one.

    `known` maps fields of the entity to columns whose values it has to agree with.
    """

    key: str
    known: Mapping[str, str]


def parts_of(table: TableSchema, generators: Mapping[str, kinds.Generator]) -> dict[str, Part]:
    """The part of every column made by a family."""
    placed = {
        column.name: place for column in table.columns if (place := _place(column, generators[column.name])) is not None
    }
    merged = _merged(placed)
    made = {name for name in placed if generators[name].kind in FAMILY_KINDS}
    parts, taken = {}, set()
    for name in (column.name for column in table.columns if column.name in made):
        family, field, prefix = merged[name]
        # A second e-mail of one person is another address: it gets an entity of its own.
        slot = (family, field, prefix)
        number = 1
        while (*slot, number) in taken:
            number += 1
        taken.add((*slot, number))
        key = f"entity:{family}:{prefix}" + (f":{number}" if number > 1 else "")
        parts[name] = Part(key, _known(name, merged, generators, made))
    return parts


def _known(
    name: str,
    merged: Mapping[str, tuple[str, str, str]],
    generators: Mapping[str, kinds.Generator],
    made: set[str],
) -> dict[str, str]:
    """Columns of the same entity that are given, and the address the entity lives at."""
    family, _, prefix = merged[name]
    known: dict[str, str] = {}
    for other, (other_family, field, other_prefix) in merged.items():
        if other_prefix != prefix or other == name:
            continue
        given = other not in made and generators[other].kind in _GIVEN
        if (other_family == family and given) or (
            other_family == "address" and family not in _PLACELESS and field in _PLACE and (given or other in made)
        ):
            known.setdefault(field, other)
    return known


def _place(column: Column, generator: kinds.Generator) -> tuple[str, str, str] | None:
    """Family, field and prefix of a column that is made by a family, or whose name reads as one."""
    concept = meaning_of(column)
    if generator.kind in FAMILY_KINDS:
        field = str(getattr(generator, "field", None) or getattr(generator, "scheme", ""))
        phrase = concept.phrase if concept is not None else ()
        return generator.kind, field, _prefix(column, phrase)
    if concept is not None and concept.family is not None and concept.field is not None:
        return concept.family, concept.field, _prefix(column, concept.phrase)
    return None


def _prefix(column: Column, phrase: tuple[str, ...]) -> str:
    """The words of the name before the part's own: "sender" of sender_name."""
    words = words_of(column.name)
    role = phrase[0] if len(phrase) > 1 and words[: len(phrase)] == phrase else ""
    if role and phrase[-1] in ("name", "address", "location", "city", "phone", "email", "airport") and role not in _OWN:
        return role
    for start in range(len(words)):
        if words[start : start + len(phrase)] == phrase:
            words = words[:start]
            break
    else:
        words = words[:-1]
    return " ".join(word for word in words if word not in _SAME)


_OWN = word_set(
    "full first last middle given family birth job display screen e mail email phone mobile street company "
    "product brand business home zip postal user nick domain host airline name login contact"
)
"""First words of phrases that belong to the part itself and do not name whose it is."""


def _merged(placed: Mapping[str, tuple[str, str, str]]) -> dict[str, tuple[str, str, str]]:
    """Columns without a prefix join the only entity of their family that has one, unless it has that part already."""
    merged = dict(placed)
    for family in {place[0] for place in placed.values()}:
        members = {name: place for name, place in placed.items() if place[0] == family}
        named = {place[2] for place in members.values() if place[2]}
        if len(named) != 1:
            continue
        fields = [place[1] for place in members.values()]
        if len(set(fields)) == len(fields):
            merged.update({name: (place[0], place[1], "") for name, place in members.items()})
    return merged
