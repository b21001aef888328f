"""Reading the domain files, and finding the domain a sentence is about.

A file holds domains, each opened by a line `## title | phrase, phrase, …`; a phrase is found in a sentence when all its
words are. The lines below it are columns: `name`, optionally `:type`, then facts divided by ` | `:

    "text"           description
    1..12            minimum and maximum
    {a:3/b:1}        enum, with weights where given
    ?0.2             share of nulls
    > other, < other after, before
    = a * b          expression over the row
    @person.email    field of a family
    ~3.5,0.8         lognormal: mean and sigma of the logarithm
    %0.04            share of true
    #ORD-6           sequence: prefix and width
    *[A-Z]{3}        pattern
    & by: x -> a:3/b; y -> c    values by the value of column `by`; those of the line, if any, for the rest
    x40              the values made so far are a pool of so many, which recur

What a name says by itself (type, description, values) is left out here and inferred like anywhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from synthaix.schema.language import types
from synthaix.schema.language.describe import describe
from synthaix.schema.language.draft import Draft
from synthaix.schema.language.nouns import singular, subject_candidates
from synthaix.schema.language.text import COUNT, vocabulary, words
from synthaix.schema.table import Column

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Domain:
    """A subject: its title in the plural, the phrases that name it, and its column lines."""

    title: str
    phrases: tuple[frozenset[str], ...]
    lines: tuple[str, ...]

    def columns(self) -> list[Column]:
        """The columns, in the order a practitioner lists them."""
        subject = singular(self.title.split()[-1])
        names = frozenset(re.split(r"[:|\s?]", line, maxsplit=1)[0] for line in self.lines)
        return [_column(line, subject, names) for line in self.lines]


@lru_cache(maxsize=1)
def all_domains() -> tuple[Domain, ...]:
    """Every domain, in the order of the files. Titles are distinct."""
    out: list[Domain] = []
    folder = resources.files(__package__)
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".txt"):
            out += _read(file.read_text(encoding="utf-8"))
    return tuple(out)


def _read(text: str) -> Iterator[Domain]:
    for block in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        head, *lines = [line.strip() for line in block.splitlines()]
        title, _, phrases = head.partition(" | ")
        named = [title, *phrases.split(",")]
        yield Domain(title, tuple(_stems(phrase) for phrase in named if phrase.strip()), tuple(filter(None, lines)))


def _stems(text: str) -> frozenset[str]:
    return frozenset(_AMERICAN.get(stem, stem) for stem in map(singular, words(text.replace("-", " "))))


_AMERICAN = {
    "enrolment": "enrollment",
    "centre": "center",
    "licence": "license",
    "colour": "color",
    "tyre": "tire",
    "programme": "program",
    "organisation": "organization",
    "theatre": "theater",
    "jewellery": "jewelry",
    "catalogue": "catalog",
    "cheque": "check",
}
"""The files are written in American spelling."""


def find_domain(text: str) -> Domain | None:
    """The domain whose phrase says most of the subject; None for no match.

    The words up to the subject's own noun count most, that noun again, and what qualifies it ("for a clinic in
    Berlin") least: a place alone is no subject beside another noun. `text` may hold the mark of a row count.
    """
    present = _stems(text.replace(COUNT, " "))
    named = [(wanted, domain) for domain in all_domains() for wanted in domain.phrases if wanted <= present]
    best: tuple[float, Domain] | None = None
    for rank, said in enumerate(subject_candidates(text)[:3] or [[]]):
        phrase = [next(iter(_stems(word)), "") for word in said]
        for wanted, domain in named:
            score = _score(wanted, phrase) * 0.8**rank
            if score > 0 and (best is None or score > best[0]):
                best = (score, domain)
    return None if best is None else best[1]


def _score(wanted: frozenset[str], phrase: list[str]) -> float:
    """How well a domain's phrase fits the words of the subject, of which the last is the head; 0 for not at all."""
    noun = phrase[-1] if phrase else ""
    inside = [phrase.index(word) for word in wanted if word in phrase]
    if not inside and phrase and noun not in _VAGUE and wanted <= _SETTINGS:
        return 0
    if phrase and noun not in _VAGUE and noun not in wanted and len(inside) < len(wanted) + (noun in _ACTS):
        return 0
    score = sum(_weight(word) * (1.5 if word in phrase else 0.6) for word in wanted)
    score += 0.5 * (len(wanted) - 1) + 0.02 * max(inside, default=0)
    return score + (1 if noun not in _VAGUE else 0.3) * (noun in wanted)


_ACTS = vocabulary(
    "rating booking order fine fee complaint sighting guide member fund request application vote bet quote survey "
    "failure accident certificate contract subscription reservation rental dispute refund donation tip bonus"
)
"""Heads that make another subject of the words before them: "song ratings" are no songs."""


_SETTINGS = vocabulary(
    "city town village country company hospital school university store shop restaurant hotel bank farm factory "
    "clinic warehouse airport app website museum library gym business firm startup organization office market "
    "station street park team sport person people student teacher client customer question machine learning training "
    "course project workshop class test unit exercise demo dashboard model"
)
"""Where and for whom things happen: no subject where the sentence has another."""


def _weight(word: str) -> float:
    return 0.5 if word in _VAGUE else 1.0


_VAGUE = vocabulary(
    "event record data log reading attendee entry report list stat case result sample item score history activity "
    "class user member customer client transaction check service statistic summary info detail person people track "
    "session ticket sale test value measurement observation"
)
"""Heads that say little of a subject: "earthquake events" are about earthquakes."""


_NAME = re.compile(r"(?P<name>\w+)(?::(?P<type>\w+))?$")


def _column(line: str, subject: str, names: frozenset[str]) -> Column:
    head, *facts = [part.strip() for part in line.split(" | ")]
    match = _NAME.match(head)
    if match is None:
        raise ValueError(f"domain column {line!r} has no name")
    draft = Draft(text=head, name=match["name"])
    fields: dict[str, Any] = {}
    for fact in sorted(facts, key=lambda fact: fact[0] == "&"):
        _fact(fact, fields)
    draft.facts |= {key: fields[key] for key in ("enum", "minimum", "maximum", "pattern") if key in fields}
    kind = match["type"] or _kind_of(fields) or types.infer(draft, names - {draft.name})
    described = fields.pop("description", None) or describe(draft, kind, subject)
    return Column.model_validate({"name": draft.name, "type": kind, "description": described} | fields)


def _kind_of(fields: dict[str, Any]) -> str | None:
    """The type that a generator of the line makes, where it makes only one."""
    kind = fields.get("generator", {}).get("kind")
    return {"boolean": "boolean", "lognormal": "float", "sequence": "string"}.get(kind) or (
        "string" if kind in _FAMILIES else None
    )


_FAMILIES = vocabulary("person address company internet commerce finance travel text ")


def _fact(fact: str, fields: dict[str, Any]) -> None:
    mark, rest = fact[0], fact[1:].strip()
    if mark == '"':
        fields["description"] = fact.strip('"')
    elif mark == "{":
        _enum(rest.rstrip("}"), fields)
    elif mark == "?":
        fields["nullable"] = True
        if rest:
            fields["null_ratio"] = float(rest)
    elif mark == "&":
        _cases(rest, fields)
    elif mark == "x" and rest.isdecimal():
        fields["generator"] = {"kind": "pool", "size": int(rest), "distribution": "zipf", "of": fields["generator"]}
    elif mark in "><":
        fields["after" if mark == ">" else "before"] = rest
    elif mark == "*":
        fields["pattern"] = rest
    elif mark == "@":
        family, field = rest.split(".")
        fields["generator"] = {"kind": family, "field": field}
    elif mark in _GENERATORS:
        fields["generator"] = _GENERATORS[mark](rest)
        if mark == "=" and re.search(r"else None$", rest):
            # The expression alone says where nulls stand.
            fields["nullable"], fields["null_ratio"] = True, 0.0
    else:
        low, high = fact.split("..")
        fields["minimum"], fields["maximum"] = _number(low), _number(high)


def _sequence(text: str) -> dict[str, Any]:
    prefix, _, width = text.rpartition("-")
    return {"kind": "sequence", "prefix": f"{prefix}-" if prefix else "", "width": int(width)}


def _lognormal(text: str) -> dict[str, Any]:
    mean, sigma = text.split(",")
    return {"kind": "lognormal", "mean": float(mean), "sigma": float(sigma)}


_GENERATORS = {
    "=": lambda text: {"kind": "expression", "expr": text},
    "~": _lognormal,
    "%": lambda text: {"kind": "boolean", "p": float(text)},
    "#": _sequence,
}


def _number(text: str) -> int | float | str:
    if text in {"True", "False"}:
        return text == "True"
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d+\.\d+", text) else text


def _cases(text: str, fields: dict[str, Any]) -> None:
    by, _, listed = text.partition(": ")
    cases = {}
    for case in listed.split("; "):
        key, _, choices = case.partition(" -> ")
        chosen: dict[str, Any] = {}
        _enum(choices, chosen)
        cases[key] = {name: chosen[key] for name, key in (("values", "enum"), ("weights", "weights")) if key in chosen}
    rest = fields.get("enum", ())
    fields["generator"] = {"kind": "categorical", "by": by, "values": rest, "cases": cases}
    if "weights" in fields:
        fields["generator"]["weights"] = fields.pop("weights")
    if rest:
        fields["enum"] = tuple(dict.fromkeys([*rest, *(value for case in cases.values() for value in case["values"])]))


def _enum(text: str, fields: dict[str, Any]) -> None:
    values, weights = [], []
    for part in text.split("/"):
        value, colon, weight = part.rpartition(":")
        values.append(_number((value if colon else part).replace("\\", "/")))  # a backslash stands for a slash
        weights.append(float(weight) if colon else 1.0)
    fields["enum"] = tuple(values)
    if len(set(weights)) > 1:
        fields["weights"] = tuple(weights)
