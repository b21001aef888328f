"""Columns that belong to a thing which recurs: one customer has one name, however many orders they place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthaix.generate.concepts import word_set, words_of
from synthaix.generate.identity import ID_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from synthaix.generate.entities import Part
    from synthaix.schema import generator as kinds
    from synthaix.schema.table import Column, TableSchema

_PEOPLE = word_set(
    "user customer client member account subscriber visitor patient student player guest passenger buyer employee "
    "worker staff driver agent doctor teacher author manager seller host candidate applicant borrower tenant donor"
)
_GOODS = word_set("product item article sku goods")
_FIRMS = word_set("company merchant vendor supplier organization partner")
_THINGS = word_set("device sensor meter machine equipment asset camera tag node server gateway station")

_BEARERS = {"person": _PEOPLE, "commerce": _GOODS, "company": _FIRMS}
"""Whose identifier a family's columns follow where their names do not say whose they are."""

_FIELDS = {
    "commerce": word_set("product category department brand material price sku"),
    "person": None,
    "company": None,
}
"""The fields of a family that stay with the entity; None for all."""

_KEPT = word_set(
    "type category kind brand model make manufacturer segment tier gender sex country region city state district "
    "location site zone building room floor department role team os size color species breed industry name vendor "
    "language timezone nationality"
)
"""Last words of listed values that a thing keeps from row to row, unlike its status or its mood."""

_SITED = word_set("location site zone building room floor area") | {
    "sensor type",
    "device type",
    "machine type",
    "model",
}
"""What a device keeps although the name does not say that it is the device's."""

_LISTED = frozenset({"categorical", "pool", "pattern"})

MOST = 100_000
"""Things whose traits are held in memory; a larger pool hardly recurs."""


def traits_of(
    table: TableSchema, generators: Mapping[str, kinds.Generator], parts: Mapping[str, Part]
) -> dict[str, str]:
    """Column -> the identifier column that its value follows.

    A column follows when its name begins with the identifier's thing (customer_name beside customer_id), or when
    its family is the thing's own (email beside customer_id). Columns that it has to agree with (the city of its
    country) follow too; where one of them cannot, neither does the column.
    """
    owners = {column.name: thing for column in table.columns if (thing := _thing(column, generators[column.name]))}
    found: dict[str, str] = {}
    for owner, thing in owners.items():
        bears = {family for family, words in _BEARERS.items() if thing[-1] in words and _only(thing, words, owners)}
        for column in table.columns:
            if column.name not in found and column.name != owner:
                generator, part = generators[column.name], parts.get(column.name)
                if _follows(column, generator, part, thing, bears):
                    found[column.name] = owner
    return _agreeing(found, parts, generators)


def _thing(column: Column, generator: kinds.Generator) -> tuple[str, ...]:
    """The words of what a recurring identifier identifies; none for every other column."""
    words = words_of(column.name)
    recurring = generator.kind == "pool" and getattr(generator, "size", MOST + 1) <= MOST
    if not recurring or column.unique or len(words) < 2 or words[-1] not in ID_WORDS:
        return ()
    return words[:-1]


def _only(thing: tuple[str, ...], words: frozenset[str], owners: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether no other identifier could be the bearer."""
    return all(other == thing or other[-1] not in words for other in owners.values())


def _follows(
    column: Column, generator: kinds.Generator, part: Part | None, thing: tuple[str, ...], bears: set[str]
) -> bool:
    words = words_of(column.name)
    if column.unique or words[-1:] == ("id",):
        return False
    named = words[: len(thing)] == thing and len(words) > len(thing)
    sited = thing[-1] in _THINGS and (words[-1] in _SITED or " ".join(words[-2:]) in _SITED)
    sited |= thing[-1] == "account" and words[-1] == "currency"
    if part is not None:
        fields = _FIELDS.get(generator.kind)
        kept = fields is None or getattr(generator, "field", "") in fields
        bare = part.key == f"entity:{generator.kind}:" and generator.kind in bears
        return kept and generator.kind not in ("text", "identifier") and (named or bare or sited)
    if generator.kind not in _LISTED or getattr(generator, "by", None) is not None:
        return False
    return sited or (named and words[-1] in _KEPT)


def _agreeing(
    found: dict[str, str], parts: Mapping[str, Part], generators: Mapping[str, kinds.Generator]
) -> dict[str, str]:
    """The same with what the columns agree with, without the columns that have to agree with anything else."""
    movable = {name for name in generators if name in parts or generators[name].kind in _LISTED}
    changed = True
    while changed:
        changed = False
        for name, owner in list(found.items()):
            known = set(parts[name].known.values()) if name in parts else set()
            if any(found.get(other, owner) != owner or other not in movable for other in known):
                del found[name]
                changed = True
            elif more := known - set(found):
                found |= dict.fromkeys(more, owner)
                changed = True
    return found
