"""Names with their values behind them: "tier is basic, gold or platinum", "verdict accepted or rejected"."""

from __future__ import annotations

import re

from synthaix.schema.language import choices as choose
from synthaix.schema.language.absorb import consume, set_choices
from synthaix.schema.language.aside import read_aside
from synthaix.schema.language.draft import Draft
from synthaix.schema.language.text import vocabulary

_IS_LIST = re.compile(
    (
        r"^(?P<name>(?!whether|if |how |when |what |is |was )[\w' -]{2,40}?),? (?:is|are|can be|may be|"
        r"being|will be|must be) (?P<values>[^,]+(?:, [^,]+)*,? or [^,]+|[^,]+(?:, [^,]+){2,})$"
    ),
    re.IGNORECASE,
)


_OR_LIST = re.compile(
    r"^(?P<name>[\w']+(?: [\w']+){0,3}) (?P<values>[\w'+-]+(?:(?:, [\w'+ -]+)+,?)? or [\w'+-]+(?: [\w'+-]+){0,2})$"
)


_VALUES_FIRST = re.compile(
    r"^(?P<values>[\w-]+(?:(?: ?/ ?| or |, (?:or )?)[\w-]+)+) as (?:the |its |their )?(?P<name>[a-z][\w ]{2,30})$",
    re.IGNORECASE,
)


_LINK = r"(?:,? (?:where|with|split|distributed|being|is)|:|,| -)? "


_WEIGHED = re.compile(rf"^(?P<name>.+?)(?: is| are)?{_LINK}(?P<values>(?:about |around )?\d.*)$")


_WEIGHED_SLASHED = re.compile(
    r"^(?P<name>[\w' ]+?)(?: is| are|:|,| =)? (?P<values>[\w'-]+ \d{1,3} ?%(?: ?[/|] ?[\w'-]+ \d{1,3} ?%)+)$",
    re.IGNORECASE,
)


_WEIGHED_BEHIND = re.compile(rf"^(?P<name>.+?)(?: is| are)?{_LINK}(?P<values>[\w'-]+ \d.*)$")


def values_inside(main: str, draft: Draft) -> list[str] | None:
    """The name of "tier is basic, gold or platinum", "verdict accepted or rejected", "kind where 10% a, 90% b".

    The values go to the draft; None where the item lists none in this way.
    """
    if (match := _WEIGHED_SLASHED.match(main)) and (found := choose.read_choices(match["values"])) and found.weights:
        set_choices(found, draft)
        return [match["name"]]
    if match := _VALUES_FIRST.match(main):
        found = choose.read_choices(match["values"])
        if found and consume(match["name"], Draft(text="")) and not found.truth:
            first, *others = map(str, found.values)
            if "".join(others).islower():  # the capital only began the sentence
                found = choose.Choices((first[:1].lower() + first[1:], *others))
            set_choices(found, draft)
            return [match["name"]]
    if len(re.findall(r"\d(?:\.\d+)? ?(?:%|percent\b)", main)) >= 2 and not re.match(r"[^:\d]+: ?[^\d:]", main):
        match = _WEIGHED.match(main) or _WEIGHED_BEHIND.match(main)
        found = choose.read_choices(match["values"]) if match else None
        if match and found and found.weights:
            set_choices(found, draft)
            return [re.sub(r"\s(?:is|are)$", "", match["name"])]
    if named := choose.split_named(main) if re.search(r"\b(?:one of|either|any of)\b", main) else None:
        set_choices(named[1], draft)
        return [named[0]]
    if match := _LETTERED.match(main):
        set_choices(choose.Choices(tuple(map(chr, range(ord(match["first"]), ord(match["last"]) + 1)))), draft)
        return [match["name"]]
    if match := _LISTED_NUMBERS.match(main):
        found = choose.read_choices(match["values"] or match["bands"])
        if found:
            set_choices(found, draft)
            return [match["name"]]
    if match := _CODED.match(main):
        read_aside(match["codes"], draft)
        return [match["name"]]
    if match := _EITHER.fullmatch(main):
        return _either(match, draft)
    for pattern in (_IS_LIST, _OR_LIST):
        match = pattern.match(main)
        if match is None or (pattern is _OR_LIST and not _bare_values(match["values"])):
            continue
        found = choose.read_choices(match["values"])
        if found and consume(match["values"], Draft(text="")):
            set_choices(found, draft)
            return [match["name"]]
    return None


_LETTERED = re.compile(r"^(?P<name>[\w' -]*[a-z]) (?:from )?(?P<first>[A-H]) ?(?:-|–|to) ?(?P<last>[B-Z])$")
"""A name with a run of letters: "EPC rating A-G"."""


_BAND = r"\d+ ?[-–] ?\d+"


_LISTED_NUMBERS = re.compile(
    rf"^(?P<name>[^:\d]*[a-z])(?: in (?P<values>\d+(?:\.\d+)?(?:, \d+(?:\.\d+)?)+(?:,? (?:or|and) \d+)?)|:? "
    rf"(?P<bands>{_BAND}(?:, {_BAND})*,? or {_BAND}))$",
    re.IGNORECASE,
)


_CODED = re.compile(
    r"^(?P<name>[\w' -]*[a-z])(?: is| are|:|,)? (?P<codes>(?:from )?[A-Z]{1,3}\d ?(?:to|-|–) ?[A-Z]{1,3}\d)$"
)


_EITHER = re.compile(
    r"(?:an? )?(?P<first>[a-z][\w-]+)(?: or |/)(?P<second>[a-z][\w-]+)(?: (?P<noun>[a-z]+))?", re.IGNORECASE
)


_DECIDED = vocabulary("verdict result outcome status decision answer state type flag option mode")


_OPPOSED = vocabulary(
    "pass/fail won/lost win/lose open/closed in/out buy/sell debit/credit on/off male/female ok/nok go/no-go "
    "up/down left/right "
    "hot/cold new/used indoor/outdoor full/empty live/dead day/night public/private internal/external"
)


def _either(match: re.Match[str], draft: Draft) -> list[str] | None:
    """ "delivery or pickup", "an ok/nok verdict", "pass/fail": two values that are the column's whole name."""
    first, second, noun = match["first"], match["second"], match["noun"]
    slashed = "/" in match.group()
    if noun and noun.lower() not in _DECIDED:
        return None
    if slashed and not noun and f"{first}/{second}".lower() not in _OPPOSED:
        return None
    if second.lower() in _NOTHING or first.lower() in {"more", "one", "when", "whether"}:
        return None
    set_choices(choose.Choices((first, second)), draft)
    return [noun or match.group()]


_NOTHING = vocabulary("null none empty missing blank more less later so not nothing na zero")


def _bare_values(values: str) -> bool:
    return not re.search(
        (
            r"\b(?:null|none|empty|missing|blank|more|less|above|below|later|earlier|fewer|not|so|older|up|"
            r"over|under|after|before|equal)\b"
        ),
        values,
        re.IGNORECASE,
    )
