"""Nouns: the singular of a plural, and the subject of a sentence."""

from __future__ import annotations

import re
from functools import lru_cache

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


@lru_cache(maxsize=8192)
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


_ASKING = re.compile(
    r".*\b(?:need|make|generate|create|give|want|invent|build|produce|show|get|see|simulate|provide|prepare|write|"
    r"(?:data|dataset|table|records|rows|information|what) (?:\w+ )?about|"
    r"practi[sc]e \w+ on|have some|so (?=some|a few|fake|dummy)|for (?:our|my)|imagine)\b",
    re.IGNORECASE | re.DOTALL,
)
_EDGE = re.compile(
    r"\b(?:of|to|so|for(?! (?:sale|rent|hire|adoption|me|us|you)\b)|per|under|near|among|against|into|within|across|"
    r"after|before|through|over|or|as|than|who|whose|left|dug|spread|worldwide|my|our|your)\b",
    re.IGNORECASE,
)
_HOLDERS = vocabulary(
    "list lists listing set sets pack bunch handful couple dozen dozens hundreds thousands millions year years month "
    "months day days variety mix number range series pile load loads type types kind kinds topic page pages amount "
    "history log logs file copy do be fine enough total max should would say different ones fill me client someone "
    "what got any hey big small huge large tiny fictional anonymised anonymized invented x pls thx describing one "
    "show see invent simulate practise practice imagine have testing building worth s year's"
)
"""Words before "of" and around a request that name no subject themselves."""


def subject_words(header: str) -> list[str]:
    """The words of the noun phrase a sentence is about, its head last: "losses of a bank in Berlin" -> ["losses"].

    Unlike `subject_phrase` this stops at "of", "to" and their like, so that what merely qualifies the subject is out.
    """
    return next(iter(subject_candidates(header)), [])


def subject_candidates(header: str) -> list[list[str]]:
    """What may be that phrase, the likeliest first: after the row count, after a request, at the sentence's begin."""
    before, found, after = header.partition(COUNT)
    if found and re.search(r"\b(?:for|of|from|by|with)\s*$", before):
        before, after = after, before
    sentences = [piece for text in ([after] if found else []) + [before] for piece in re.split(r"[.?!]\s", text)]
    asked = [sentence[match.end() :] for sentence in sentences if (match := _ASKING.match(sentence))]
    read = map(_first_phrase, [*sentences[: bool(found)], *asked, *sentences])
    return [said for said in read if said]


_DENIED = re.compile(r"\b(?:no|not|without|don'?t|doesn'?t|nothing)\b", re.IGNORECASE)


def _first_phrase(sentence: str) -> list[str]:
    said = _DENIED.split(re.sub(r"^\s*for [^:,]*[:,]", "", sentence, flags=re.IGNORECASE))[0]
    for piece in (part for cut in _CUT.split(said) for part in _EDGE.split(cut)):
        kept = [word for word in words(piece) if word not in _FRAME and not word.isdigit()]
        if any(word not in _HOLDERS for word in kept):
            return _to_the_head(kept)
    return []


_PARTICIPLE = re.compile(r"\w{2,}[^e]ed$|^(?:sold|held|taken|found|born|won|paid|given|made|seen|driven|caught|drawn)$")


def _to_the_head(kept: list[str]) -> list[str]:
    """The words without what follows the head: "parcels delivered", "cars rented out"."""
    said = [word for word in kept if word not in _HOLDERS]
    if singular(said[-1]) == said[-1] or _PARTICIPLE.search(said[-1]):
        cut = next((at for at, word in enumerate(said) if at and _PARTICIPLE.search(word)), len(said))
        said = said[:cut]
    return said[-5:]
