"""Where in a sentence a column list may begin, and how strongly the words before it say so."""

from __future__ import annotations

import re

from synthaix.schema.language.text import COUNT, groups, inside

MAX_CUES = 24
"""Places of one sentence that are tried as the beginning of its list; more never helped, and the work stays linear."""


EXPLICIT = re.compile(
    r"\b(?:(?:the|these|those|following|with|as)\s+)*(?:\d+ |few |several )?(?:(?:column|field|attribute) list|"
    r"columns?|fields|"
    r"field(?=\s*(?:names?\b|[:=]))|"
    r"attributes?|variables?|properties|features|headers?|header row|keys|schema|structure|data "
    r"?fields|parameters|col(?:umn)? names?|cols?|columnas|campos|colonnes|champs|spalten|felder|"
    r"colonne|campi|colunas|kolommen|velden)\b"
    r"(?:\s+(?:names?(?=\s*(?:are\b|[:=–—-]))|are|should be|is|needed|required|i need|i want|we need|"
    r"we want|like|such as|as "
    r"follows|include|includes|including|wanted|being|would be|will be|called|named|of|to include|must "
    r"be|below|here|for|in order|in this order|son|sont|sind|sono|são))*"
    r"(?:\s*\([^()]{0,60}\)(?=\s*[:=])|,? only(?=\s*:)|,? ?(?:tab|comma|pipe|semicolon)[- ](?:separated|"
    r"delimited)|\s+in (?:english|order|this order|it|there|the table)(?=\s*[:=]))?\s*(?:[:=]|[-–—]+(?=\s)|"
    r"\bare\b)?\s*",
    re.IGNORECASE,
)


CUE = re.compile(
    r"(?:^(?:please )?(?:record|include|store|capture|add|track|log|note|use)\b|\b(?:with|w/|including|"
    r"includes?|incl\.?|having|has|have|containing|contains?|comprising|"
    r"comprises|consisting of|consists of|made up of|featuring|features|showing|shows|listing|lists|"
    r"covering|covers|capturing|captures|tracking"
    r"(?! (?:numbers?|no|id|code|url|link|status|ref)\b)|tracks|recording|records|storing|stores?|holding|"
    r"holds|"
    r"give me|gives?|needs?|shall have|should have|must have|should contain|should include|must "
    r"include|must contain|to have|to include|to contain|described by|described with|such as|namely|specifically|"
    r"i\.e\.|along with|plus|like|using|thinking(?: of)?|where(?= (?:\w+ ){1,3}?(?:is|are|can be) [\w-]+(?:,|/| or ))|"
    r"for (?:each|every)(?: one| of (?:them|these))?,?(?= (?:the|record|capture|store|list|show|i|we|give)\b)|"
    r"(?:should|must|will|can|to|that|which|they|each|and|shall|would) (?:also )?(?:record|store|show|"
    r"hold|capture|list|track|describe|keep|note|carry|specify|report)|i want|i need|i'd like|we want|"
    r"we need|we'd like|i am after|i'm after|looking for|shaped like|"
    r"con|avec|mit|met|med|com|incluyendo|comprenant|contenant|enthaltend|contenente|que contenga|que "
    r"contengan|contendo)\b|w/|\bw(?= [a-z])|\bi\.e\.,?|(?<=[,)] )(?:keep|note|store|save|log)\b)"
    r"(?:\s+(?:the following|following|these|those|the|columns?|fields?|attributes?|information|info|"
    r"details|data|their|for each|each|all of|just|only)\b)*\s*(?:[:=]|\s[-–—]\s)?\s*",
    re.IGNORECASE,
)


_BREAK = re.compile(r":(?!//)\s*|\s+(?:[-–—]+|->|=>|→|>>|::|//|~)\s+|\s\|\s(?=[^|]*$)|—|,\s+(?=\S)|\n")


def cues(sentence: str) -> list[tuple[int, float]]:
    """Where a list may begin, with how strongly the words before it say so."""
    enclosed = inside(sentence)
    found = {0: 0.0}
    if match := _SIMPLY.match(sentence):
        found[match.end()] = 0.3
    for pattern, strength in ((_BREAK, 0.3), (CUE, 1.0), (EXPLICIT, 3.0)):
        for match in pattern.finditer(sentence):
            if enclosed[match.start()] or match.end() >= len(sentence) or match.end() == match.start():
                continue
            if pattern is CUE and _is_noun(sentence, match):
                continue
            before, comma = sentence[: match.start()], match.group().startswith(",")
            # A comma opens a list only right behind the subject: "4,000 cats, name, breed".
            if comma and (COUNT not in before or before.count(",") > 1):
                continue
            if pattern is _BREAK and match.group().startswith(":") and _is_deep(before):
                continue
            if pattern is _BREAK and COUNT in before and not comma:
                weight = 1.4  # "500 users: …"
            elif pattern is CUE and re.match(r"(?:i|we|looking|give)\b", match.group(), re.IGNORECASE):
                weight = 0.4
            else:
                weight = strength
            found[match.end()] = max(found.get(match.end(), 0.0), weight)
    return sorted(found.items())[:MAX_CUES]


_SIMPLY = re.compile(r"(?:just|only|simply|basically|essentially)\s+", re.IGNORECASE)


_DOUBLES = re.compile(
    r"(?:stores?|shows?|lists?|holds?|covers?|tracks?|records?|features?|needs?|gives?)\s*$", re.IGNORECASE
)


def _is_noun(sentence: str, match: re.Match[str]) -> bool:
    """Whether the cue word is the first word of a name: ": store code, business date", "store=Leeds"."""
    if re.search(r"[a-z]\s*=\s*$", match.group()):
        return True
    if re.match(r"such as|like", match.group(), re.IGNORECASE) and re.match(
        r"[^,;:]* or |[A-Z]*[-/]?\d", sentence[match.end() :]
    ):
        return True  # "a language such as French or Dutch" gives examples
    if re.search(rf"(?:\d|{COUNT})\s*$", sentence[: match.start()]) and _DOUBLES.match(match.group()):
        return True  # "3 stores over a year"
    opened = re.search(r"[:,;(]\s*$", sentence[: match.start()]) is not None
    return opened and _DOUBLES.match(match.group()) is not None


_NEAR = 300
"""Characters before a colon that tell whether it stands inside a list; a bound keeps the work linear."""


def _is_deep(before: str) -> bool:
    """Whether a colon stands inside a list that began before it: "100 cats, name, breed; sex: …"."""
    listed = groups(before.split(COUNT, 1)[1][-_NEAR:])[0] if COUNT in before else ""
    if re.search(r";[^,:;]*$", listed):
        return True
    return len(re.findall(r"[,;](?!\s*(?:[A-Z][a-z]+|(?:19|20)\d\d)\s*(?:[,;]|$))", listed)) >= 2
