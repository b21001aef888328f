"""Nouns: the singular of a plural, and the subject of a sentence."""

from __future__ import annotations

import re

from synthaix.schema.language.text import COUNT, vocabulary, words

_IRREGULAR = dict(
    pair.split(":")
    for pair in [
        "people:person",
        "children:child",
        "men:man",
        "women:woman",
        "mice:mouse",
        "geese:goose",
        "feet:foot",
        "teeth:tooth",
        "oxen:ox",
        "lives:life",
        "wives:wife",
        "knives:knife",
        "leaves:leaf",
        "shelves:shelf",
        "wolves:wolf",
        "calves:calf",
        "halves:half",
        "thieves:thief",
        "indices:index",
        "vertices:vertex",
        "matrices:matrix",
        "criteria:criterion",
        "phenomena:phenomenon",
        "analyses:analysis",
        "diagnoses:diagnosis",
        "crises:crisis",
        "theses:thesis",
        "hypotheses:hypothesis",
        "addresses:address",
        "series:series",
        "species:species",
        "news:news",
        "movies:movie",
        "cookies:cookie",
        "ties:tie",
        "pies:pie",
        "selfies:selfie",
        "buses:bus",
        "statuses:status",
        "viruses:virus",
        "campuses:campus",
        "bonuses:bonus",
        "quizzes:quiz",
        "caches:cache",
        "volcanoes:volcano",
        "heroes:hero",
        "potatoes:potato",
        "tomatoes:tomato",
        "staff:employee",
        "data:data",
        "sales:sale",
        "aircraft:aircraft",
        "sheep:sheep",
        "fish:fish",
    ]
)


MAX_NOUN = 40
"""A longer word is no noun."""


def singular(noun: str) -> str:
    """The singular of an English plural; other words as they are."""
    lowered = noun.lower()
    if lowered in _IRREGULAR:
        return _IRREGULAR[lowered]
    if len(lowered) > 4 and lowered.endswith("ies"):
        return lowered[:-3] + "y"
    if re.search(r"(?:ss|sh|ch|x|zz)es$", lowered):
        return lowered[:-2]
    if len(lowered) > 3 and lowered.endswith("s") and not lowered.endswith(("ss", "us", "is")):
        return lowered[:-1]
    return lowered


_FRAME = vocabulary(
    "a an the of for in on with and or to me us my our your i we you it can could would should will please pls "
    "thanks thank hi hello hey there need needs want wants like love get give gimme generate create make build "
    "produce write prepare provide mock fake dummy sample synthetic random realistic made up dataset data set "
    "table csv json file list row rows record records entry entries some few lot lots about around roughly "
    "approximately just only using containing sure ok okay new test testing demo please kindly quick quickly set "
    "so that this these those each every all its their more plus called named sheet excel spreadsheet database "
    "sql db parquet export line lines item items batch example examples instance instances collection samples "
    "something someone him her them from "
)
_CUT = re.compile(
    (
        r"\b(?:with|including|include|having|containing|that (?:have|has|contain|include)|where|each|which|"
        r"whose|who|from|for(?= (?:our|my|the|a|testing|load|demo|use|some))|placed|made|issued|between|"
        r"since|during|about|regarding|concerning|used|in (?:the )?\d|in|at|on|by|w/|featuring|covering|"
        r"columns?|fields?)\b|[:;?!(\[{|\n]|\s[-–—]\s|,"
    ),
    re.IGNORECASE,
)


def subject_phrase(header: str) -> str:
    """The noun phrase the table is about, such as "financial transactions", or ""."""
    best = ""
    after = header.split(COUNT, 1)
    for candidate in ([after[1]] if len(after) > 1 else []) + [header.replace(COUNT, " ")]:
        text = re.sub(
            (
                r"^\s*(?:[-\w]+ )?(?:rows|records|entries|lines|samples|examples|instances|data ?points|"
                r"observations|items)\b(?: of| for| about| in| from)?"
            ),
            " ",
            candidate.strip(),
            flags=re.IGNORECASE,
        )
        text = re.sub(r"^\s*of (?:them|these|those)\b", " ", text, flags=re.IGNORECASE)
        for piece in _CUT.split(text):
            kept = [word for word in words(piece) if word not in _FRAME and not word.isdigit()]
            if kept:
                best = " ".join(kept[-4:])
                break
        if best:
            return best
    return best


def subject_noun(header: str) -> str:
    """The subject's last word in the singular: "financial transactions" -> "transaction"."""
    phrase = subject_phrase(header)
    return singular(phrase.split()[-1])[:MAX_NOUN] if phrase else ""
