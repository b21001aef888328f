"""Columns defined in sentences of their own: "Gate: A1, A2 or B1. Accepted: 98% true. Scanned at."."""

from __future__ import annotations

import re

from synthaix.schema.language.aside import consume
from synthaix.schema.language.draft import Draft
from synthaix.schema.language.items import split_items
from synthaix.schema.language.lexicon import COUNTS, MEASURES, MONEY, PLURAL_STRINGS
from synthaix.schema.language.plausible import is_plausible, is_telling
from synthaix.schema.language.text import COUNT, groups, vocabulary

_DEFINITION = re.compile(
    r"^(?:the |each |every )?(?P<name>[A-Za-z][\w'./-]*(?: [\w'./-]+){0,4}?)(?:"
    r"(?P<colon>:\s+)|\s+(?P<verb>is|are|was|has to be|must be|must|should be|should|may be|may|can be|can|"
    r"matches|defaults to|comes|falls|ranges|runs|goes|lies)\s+)(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"^(?:it|they|this|that|there|these|those|no|all|some|half|each|every|i|we|you|please|make|columns?|fields?|rows?|"
    r"records?|data|dates?|values?|names?|numbers?|ids?|emails?|everything|nothing|use|keep|note|the rest|count|total|"
    r"output|format|what|which|here|example|examples|e\.g|schema|table|dataset|volume|size|seed|locale|language|one|"
    r"hello|hi|context|background|task|goal|purpose|prompt|subject|topic|title of the table)\b(?! \w)",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:(?:then|also|finally|lastly|plus|and|next|other columns?|other fields?|the rest|further columns?)\b[:,]?\s*)+"
    r"(?:(?:add|include|with|the)\s+)*",
    re.IGNORECASE,
)
_ENOUGH = 3
"""Sentences of this form that make a list; fewer are remarks on a list that stands elsewhere."""


def read_definitions(parts: list[str]) -> tuple[str, list[str], list[str]] | None:
    """(header, items, remarks) where most sentences define one column each; None otherwise."""
    found = {index: match for index, part in enumerate(parts) if (match := _definition(part))}
    names = [match["name"].lower() for match in found.values()]
    if len(found) < _ENOUGH or len(set(names)) < len(names) or len(found) < (len(parts) - 1) / 2:
        return None
    first = min(found)
    told = " ".join(parts[:first]).lower()
    mentioned = sum(1 for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", told))
    if mentioned > 1 or told.count(",") > 3:
        return None
    items: list[str] = []
    remarks: list[str] = []
    for index, part in enumerate(parts[first:], start=first):
        if index in found:
            items.append(_as_item(found[index]))
        elif COUNT not in part and (more := _further(part)):
            items += more
        else:
            remarks.append(part)
    return ". ".join([*parts[:first], *(part for part in remarks if COUNT in part)]), items, remarks


def _definition(part: str) -> re.Match[str] | None:
    match = _DEFINITION.match(part)
    if match is None or COUNT in part or _NO_NAME.match(match["name"]) or ";" in groups(part)[0]:
        return None
    if match["colon"] and re.search(r":\s", match["rest"]):
        return None
    if len(groups(match["rest"])[0].split()) > 16 or not is_plausible(match["name"]):
        return None
    return match


def _as_item(match: re.Match[str]) -> str:
    verb, rest = (match["verb"] or "").lower(), match["rest"]
    if verb in {"is", "are", "was"}:
        rest = re.sub(r"^(?:an? |always |one of )+(?=\S)", "", rest)
        if re.match(r"(?:a )?percentage\b", rest, re.IGNORECASE):
            return f"{match['name']} percent ({re.sub(r'^(?:a )?percentage', '', rest).strip()})"
    if verb in {"matches", "defaults to"}:
        rest = f"{verb} {rest}"
    if verb == "defaults to":
        return f"{match['name']} {rest}"
    return f"{match['name']}: {rest}"


def _further(part: str) -> list[str]:
    """The items of "Then dealer, sold on and mileage", or of a sentence that is only a name."""
    rest = _OPENING.sub("", part)
    if rest == part and (len(part.split()) > 4 or "," in part):
        return []
    items = split_items(rest)
    return items if items and all(is_plausible(item) for item in items) else []


_STATED = re.compile(
    r"^(?:the |each |every |an? )?(?P<name>[a-z][\w-]*(?: [\w-]+){0,2}) (?:is|must be|should be|has to be|needs to be) "
    r"(?P<rest>[^:;]{4,80})$",
    re.IGNORECASE,
)


def defined(part: str) -> str | None:
    """The column of a sentence before the list, "the hull number is mandatory and unique"; None for any other."""
    match = _STATED.match(part.strip())
    if match is None or COUNT in part or _NO_NAME.match(match["name"]) or match["name"].lower().endswith("s"):
        return None
    rest = re.sub(r"\s+and\s+", ", ", match["rest"])
    scratch = Draft(text="")
    if any(consume(piece, scratch) for piece in rest.split(", ")) or not scratch.informed:
        return None
    return f"{match['name']} ({rest})" if is_plausible(match["name"]) else None


_TITLE = re.compile(
    r"^(?:.*\b(?:sample|samples of|invented|mock|fake|synthetic|dummy|some|realistic|made-up|pretend|"
    r"simulated)\b[^-–—:(]*?)"
    r"\s[-–—]+\s+(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_TITLE_HEADS = vocabulary("survey data log list table dataset catalog catalogue register report sheet inventory diary ")


def untitled(items: list[str], text: str) -> list[str]:
    """The items without the table's title before them: "mock exam results - candidate number", "UK towns; city"."""
    if len(items) < 3:
        return items
    if match := _TITLE.match(items[0]):
        return [match["rest"], *items[1:]]
    if text.count(";") < len(items) - 1 or not re.fullmatch(r"[\w' -]+", items[0]):
        return items
    last = items[0].lower().split()[-1]
    plural = last.endswith("s") and not last.endswith("ss") and last not in PLURAL_STRINGS | COUNTS | MONEY | MEASURES
    if " " in items[0] and (last in _TITLE_HEADS or plural) and "_" not in items[0] and is_telling(items[1]):
        return items[1:]
    return items
