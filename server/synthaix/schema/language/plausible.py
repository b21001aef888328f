"""Telling an item that can be a column from chatter."""

from __future__ import annotations

import re
from functools import lru_cache

from synthaix.schema.language import types
from synthaix.schema.language.absorb import consume
from synthaix.schema.language.draft import Draft
from synthaix.schema.language.item import MAX_ITEM, read_item
from synthaix.schema.language.names import to_name
from synthaix.schema.language.presence import share_of
from synthaix.schema.language.stated import ALL_TYPES
from synthaix.schema.language.text import COUNT, groups
from synthaix.schema.language.typewords import SURE

NOISE = re.compile(
    r"^(?:please|pls|thanks?|thank you|many thanks|cheers|hello|hi|hey|dear|ok(?:ay)?|sure|keep|make|"
    r"just|don'?t|do not|no need|nothing|let|i|i'm|i'd|i'll|i've|we|we're|we'd|you|it|it's|this|that's|"
    r"they|there|as an?|of(?= [\w ]+:)|from you|specifically|to (?:see|have|get|know)|generate|create|build|"
    r"produce|give|write|need|want|"
    r"prepare|provide|mock|fill|populate|simulate|could|can|would you|for(?! sale| rent| hire)|so|"
    r"because|since|as realistic|realistic|simple|doesn'?t|does "
    r"not|not too|nothing fancy|about|around|roughly|approximately|exactly|maybe \d|up to you|whatever|"
    r"any|anything|something|if possible|asap|quickly|quick|in total|total|where|when(?! )|but|while|"
    r"all (?:in|from|with|at|over)|mostly|ideally|preferably|random(?:ly)?|synthetic|all (?:rows|values|of)|every "
    r"row|each row|one "
    r"row|use|using|based|ready|suitable|good|great|nice|the more|etc|and so on)\b",
    re.IGNORECASE,
)
_CHATTER = re.compile(
    (
        r"\b(?:realistic|duplicates?|randomi[sz]ed|plausible|believable|possible|perfect|everything|"
        r"anything|something|sense|look(?:s|ing)? (?:real|like)|quality|variety|variation|distribution|"
        r"good mix|mix of|please|thanks|demo|testing|tests|test data|load test|training|workshop|project|"
        r"deadline|dashboard|prototype|presentation|csv|json format|excel|spreadsheet)\b"
    ),
    re.IGNORECASE,
)
_NESTED = re.compile(
    (
        r"\b(?:including|having|containing|that (?:have|has|contain|include)|consisting of|such as|"
        r"columns?|fields|(?<!years )(?<!experience )with (?:the|a|an|their|columns|fields|[a-z]+_[a-z]+))\b|"
        r"^(?:with|w/|including|"
        r"having|containing|featuring)\s|\sw/ (?!\d|two|one|three|no )|(?<!years )(?<!experience )\bwith (?!\d|"
        r"max|min|up to|at |no |two|three|four|six|eight|one|unit|decimals|dec|weight|"
        r"probab|share)\w|"
        r"^(?:where |in which |for which )?(?:each|every|all|they|it|these)(?: one| row| record| entry| of them| "
        r"\w+)? (?:has|have|having|needs|"
        r"described by|recording|showing|listing|"
        r"should|must|with)\b"
    ),
    re.IGNORECASE,
)


def is_titled(item: str) -> bool:
    """Whether the first item still has the table's title before it: "software patches: package"."""
    if len(item) > MAX_ITEM:
        return False
    if re.match(
        r"(?:an? |the |this )?(?:table|dataset|data set|schema|entity|model|struct|database)\b[^:]*:\s",
        item,
        re.IGNORECASE,
    ):
        return True
    match = re.match(r"[^:(=]+(?::|=|=>|->|→)\s+(?P<tail>[^|/,(]+)", item)
    return (
        match is not None and not re.search(r"\bor\b", match["tail"]) and bool(consume(match["tail"], Draft(text="")))
    )


@lru_cache(maxsize=2048)
def is_telling(item: str) -> float:
    """1 where the item can hardly be anything but a column."""
    draft = read_item(item)
    if draft is None:
        return 0.0
    return 1.0 if draft.keep or draft.informed or types.known(draft.name) else 0.0


@lru_cache(maxsize=2048)
def is_plausible(item: str) -> bool:
    """Whether the item can name a column."""
    if len(item) > MAX_ITEM:
        return False
    core = groups(item)[0].strip(" .,;:-")
    if (not core and groups(item)[1]) or re.match(r"check\s*\(", item, re.IGNORECASE):
        return False
    if re.match(r"\d+ [a-z]+s\b", core) or COUNT in core or len(core) > 160 or not re.search(r"[^\W\d]", core):
        return False
    first = re.split(r"\s*[,:;]\s+|\s[-–—]\s", core)[0]
    if first.lower() in ALL_TYPES - {
        "date",
        "time",
        "timestamp",
        "text",
        "number",
        "flag",
        "list",
        "object",
        "uuid",
        "datetime",
        "dates",
    }:
        return False
    if (
        share_of(core) is not None
        or (_NESTED.search(first) and " " in first)
        or (NOISE.match(core) and not is_name_like_noise(core) and not _is_ability(item, core))
    ):
        return False
    draft = read_item(item)
    if draft is None:
        return False
    if (
        _CHATTER.search(first)
        and len(first.split()) > 1
        and not (draft.keep or draft.informed or types.known(draft.name))
    ):
        return False
    spoken = re.match(r"(?:how|whether|when|the|what|which|if|who|where|would|did|does)\b", core, re.IGNORECASE)
    words = draft.name.count("_") + 1
    return words <= (7 if spoken else 6) and not re.search(
        r"\b(?:i|we|you|please|must|should)\b", draft.name.replace("_", " ")
    )


def _is_ability(item: str, core: str) -> bool:
    """ "can ride a horse (y/n)": a question about the row."""
    draft = read_item(item) if re.match(r"(?:can|could|would) \w", core) and len(core.split()) < 6 else None
    return draft is not None and draft.type == "boolean"


def is_name_like_noise(core: str) -> bool:
    """Names that begin like chatter: "total amount", "use case", "random seed", "any allergies"."""
    if len(core.split()) == 1 and (
        types.known(to_name(core)) or core.lower() in {"make", "use", "list", "store", "while"}
    ):
        return True
    if len(typed := core.lower().split()) == 2 and typed[1] in SURE:
        return True  # "ok boolean"
    return re.match(
        (
            r"(?:build|mock|use|make|fill|write|prepare) (?:number|date|id|name|year|version|time|type|"
            r"rate|level|speed|"
            r"quality|status|score|path|target)$|(?:total|since|use|good|ready|great|any|where|random|mock|"
            r"test)\s+\w+$|total\b|total_|when_|"
            r"[a-z]+_|since$|it (?:support|system|department|asset)"
        ),
        core,
        re.IGNORECASE,
    ) is not None or (
        re.match(r"(?:when|where|any|total|could|about)\b", core, re.IGNORECASE) is not None
        and len(core.split()) <= 6
        and not re.match(r"could|about", core)
    )
