"""Columns defined in sentences of their own: "Gate: A1, A2 or B1. Accepted: 98% true. Scanned at."."""

from __future__ import annotations

import re

from synthaix.schema.language.absorb import consume
from synthaix.schema.language.attach import is_remark
from synthaix.schema.language.draft import Draft
from synthaix.schema.language.heads import is_participle
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
    if (named := _named_one_by_one(parts)) is not None:
        return named
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


_FEWEST = 4
"""Sentences that are a column each, some only by name, that make a list."""


def _named_one_by_one(parts: list[str]) -> tuple[str, list[str], list[str]] | None:
    """As `read_definitions`, where sentences are bare names as well: "Supplier. Order date. Total."."""
    first = next((index for index, part in enumerate(parts) if _column_of(part)), len(parts))
    items: list[str] = []
    remarks: list[str] = []
    for part in parts[first:]:
        item = _column_of(part)
        if item:
            items.append(item)
        else:
            remarks.append(part)
    names = [re.split(r"[:(,]", item, maxsplit=1)[0].lower() for item in items]
    counted = [part for part in remarks if COUNT in part]
    if len(items) < _FEWEST or len(set(names)) < len(names) or len(remarks) > len(items) // 3 or first > 2:
        return None
    if sum(1 for item in items if is_telling(item)) < len(items) / 2:
        return None
    return ". ".join([*parts[:first], *counted]), items, [part for part in remarks if part not in counted]


def _column_of(part: str) -> str | None:
    """The item of a sentence that defines one column or is only its name; None for any other sentence."""
    if match := _definition(part):
        return _as_item(match)
    core = groups(part)[0]
    name, comma, rest = core.partition(",")
    if part.lower().rstrip(".") == "total":
        return part
    if COUNT in part or ";" in core or len(name.split()) > _LONGEST or not name[:1].isalnum() or _NO_NAME.match(name):
        return None
    worded = re.match(r"\s*(?:one of|either|any of)\b", rest)
    if comma and not worded and (not is_remark(rest.strip()) or "," in rest):
        return None
    return part if is_plausible(part) and len(split_items(name)) == 1 else None


_LONGEST = 8
"""Words of a sentence that is a column's name and what bounds it."""


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
        if re.match(r"(?:unique|optional|mandatory|required|nullable) and ", rest):
            rest = rest.replace(" and ", "; ", 1)
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
    wide = max(text.count(";"), *(len(re.findall(rf"\s{mark}\s", text)) for mark in ("-", "–", "&", r"\|")))
    if wide < _WIDE or not re.fullmatch(r"[\w' -]+", items[0]) or " " not in items[0] or "_" in items[0]:
        return items
    head = re.split(r" (?:of|for|in|at|from|by) ", items[0])[0].lower().split()[-1]
    plural = head.endswith("s") and not head.endswith("ss") and head not in PLURAL_STRINGS | COUNTS | MONEY | MEASURES
    plural = plural or (head in _ALSO_COUNTED and text.count("&") >= _WIDE)
    modified = is_participle(items[0].split()[0].lower())
    return items[1:] if (head in _TITLE_HEADS or (plural and not modified)) and is_telling(items[1]) else items


_WIDE = 2
"""Separators that are no commas, from which a title may stand before the first column as if it were one."""
_ALSO_COUNTED = vocabulary("sales orders returns visits")
