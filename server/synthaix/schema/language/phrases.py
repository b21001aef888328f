"""Finding the column list in a prompt, and telling it from the subject and the remarks around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from synthaix.schema.language.counted import hides_columns, lift_count, without_counts
from synthaix.schema.language.definitions import defined, read_definitions, untitled
from synthaix.schema.language.items import split_items
from synthaix.schema.language.plausible import is_plausible, is_telling, is_titled
from synthaix.schema.language.presence import share_of
from synthaix.schema.language.structured import read_structured
from synthaix.schema.language.text import COUNT, groups, inside, pairs, sentences

MAX_CUES = 24
"""Places of one sentence that are tried as the beginning of its list; more never helped, and the work stays linear."""


@dataclass(slots=True)
class Outline:
    """A prompt in parts: what it is about, its column items, and what else it says."""

    header: str
    items: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    explicit: bool = True
    """The sentence says that these are the columns, or lists several."""


_EXPLICIT = re.compile(
    r"\b(?:(?:the|these|those|following|with|as)\s+)*(?:\d+ |few |several )?(?:columns?|fields|"
    r"field(?=\s*(?:names?\b|[:=]))|"
    r"attributes?|variables?|properties|features|headers?|header row|keys|schema|structure|data "
    r"?fields|parameters|col(?:umn)? names?|cols?|columnas|campos|colonnes|champs|spalten|felder|"
    r"colonne|campi|colunas|kolommen|velden)\b"
    r"(?:\s+(?:names?(?=\s*(?:are\b|[:=–—-]))|are|should be|is|needed|required|i need|i want|we need|"
    r"we want|like|such as|as "
    r"follows|include|includes|including|wanted|being|would be|will be|called|named|of|to include|must "
    r"be|below|here|for|in order|in this order|son|sont|sind|sono|são))*"
    r"(?:\s*\([^()]{0,60}\)(?=\s*[:=])|,? only(?=\s*:)|,? ?(?:tab|comma|pipe|semicolon)[- ](?:separated|"
    r"delimited))?\s*(?:[:=]|[-–—]+(?=\s)|"
    r"\bare\b)?\s*",
    re.IGNORECASE,
)
_CUE = re.compile(
    r"(?:^(?:please )?(?:record|include|store|capture|add|track|log|note|use)\b|\b(?:with|w/|including|"
    r"includes?|incl\.?|having|has|have|containing|contains?|comprising|"
    r"comprises|consisting of|consists of|made up of|featuring|features|showing|shows|listing|lists|"
    r"covering|covers|capturing|captures|tracking|tracks|recording|records|storing|stores?|holding|"
    r"holds|"
    r"give me|gives?|needs?|shall have|should have|must have|should contain|should include|must "
    r"include|must contain|to have|to include|to contain|described by|described with|such as|namely|"
    r"i\.e\.|along with|plus|like|using|thinking(?: of)?|where(?= \w+ (?:is|are|can be) [\w-]+(?:,|/| or ))|"
    r"for (?:each|every)(?: one| of (?:them|these))?,?(?= (?:the|record|capture|store|list|show|i|we|give)\b)|"
    r"(?:should|must|will|can|to|that|which|they|each|and|shall|would) (?:also )?(?:record|store|show|"
    r"hold|capture|list|track|describe|keep|note|carry|specify|report)|i want|i need|i'd like|we want|"
    r"we need|we'd like|i am after|i'm after|looking for|shaped like|"
    r"con|avec|mit|met|med|com|incluyendo|comprenant|contenant|enthaltend|contenente|que contenga|que "
    r"contengan|contendo)\b|w/)"
    r"(?:\s+(?:the following|following|these|those|the|columns?|fields?|attributes?|information|info|"
    r"details|data|their|for each|each|all of|just|only)\b)*\s*(?:[:=]|\s[-–—]\s)?\s*",
    re.IGNORECASE,
)
_BREAK = re.compile(r":(?!//)\s*|\s+(?:[-–—]+|->|=>|→|>>|::|//|~)\s+|—|,\s+(?=\S)|\n")


def outline(text: str) -> Outline:
    """The parts of a cleaned prompt in which COUNT stands for the row count."""
    structured = read_structured(text)
    if structured is not None:
        before, items, after = structured
        items, subjects = without_counts(items)
        before = ". ".join([before, *subjects])
        plausible = [item for item in items if is_plausible(item) or len(item) < 80]
        if len(plausible) >= 2:
            return Outline(before, plausible, sentences(after))
    return _from_sentences(sentences(_rejoined(text)))


_ALL = re.compile(
    r"(?:\s[-–—]+|[,;])\s+all (?=\w+ (?:in|during|between|since|before|after|from|within)\b)", re.IGNORECASE
)
"""Opens a remark on every row: "name, city - all hired in 2022"."""


def _rejoined(text: str) -> str:
    """Lines that a narrow window broke, as one."""
    text = _ALL.sub(". All ", text)
    return re.sub(r"(?<=[,&])\n|(?<=\band)\n|\n(?=and\b|or\b|with\b|including\b)", " ", text)


def _from_sentences(parts: list[str]) -> Outline:
    if (spoken := read_definitions(parts)) is not None:
        return Outline(*spoken)
    parts = [piece for sentence in parts for piece in lift_count(sentence)]
    best: tuple[float, int, int, float] | None = None
    for index, sentence in enumerate(parts):
        for position, strength in _cues(sentence):
            score = _score(split_items(sentence[position:]), strength)
            if score > 0 and (best is None or score > best[0] + 0.01):
                best = (score, index, position, strength)
    if best is None:
        return _from_brackets(parts)
    _, index, position, strength = best
    items, subjects = without_counts(split_items(parts[index][position:]))
    items = [*[item for part in parts[:index] if (item := defined(part))], *untitled(items, parts[index][position:])]
    header = ". ".join([*parts[:index], parts[index][:position], *subjects])
    remarks = []
    for sentence in parts[index + 1 :]:
        extra = _continued(sentence)
        if extra:
            items += extra
        else:
            remarks.append(sentence)
    header = ". ".join([header, *(remark for remark in remarks if re.match(r"(?:all|every) ", remark, re.IGNORECASE))])
    if COUNT not in header:
        header = ". ".join([header, *(remark for remark in remarks if COUNT in remark)])
    items, chatter = _sorted_out(items)
    return Outline(
        header,
        items,
        remarks + chatter + groups(header)[1] + _clauses(header),
        explicit=strength >= 3 or len(items) > 1,
    )


def _clauses(header: str) -> list[str]:
    return [
        piece.strip(" .")
        for piece in re.split(
            (
                r"[,;.]\s+|\b(?:where|of which|of whom|with|and)\s+(?=(?:about |around |roughly |"
                r"approximately |some |~)?\d)"
            ),
            groups(header)[0],
        )
        if share_of(piece.strip()) is not None
    ]


def _sorted_out(items: list[str]) -> tuple[list[str], list[str]]:
    """Items that can be columns, and the rest as remarks."""
    kept: list[str] = []
    other: list[str] = []
    for item in items:
        (kept if is_plausible(item) else other).append(item)
    return kept, other


def _continued(sentence: str) -> list[str]:
    """The items of "Also include …" behind the list."""
    match = re.match(
        (
            r"(?:and )?(?:also|plus|additionally|in addition|further(?:more)?|then|finally|oh and|"
            r"and)\b,?\s*(?:(?:please\s+)?(?:add|include|i need|i want|we need|with|have|needs?|there "
            r"should be|a|an|the)\s+)*"
        ),
        sentence,
        re.IGNORECASE,
    )
    if match is None or re.search(r"\b(?:must|should|may|can|is|are)\b", sentence[match.end() :]):
        return []
    items = without_counts(split_items(sentence[match.end() :]))[0]
    return items if items and all(is_plausible(item) for item in items) else []


def _cues(sentence: str) -> list[tuple[int, float]]:
    """Where a list may begin, with how strongly the words before it say so."""
    enclosed = inside(sentence)
    found = {0: 0.0}
    for pattern, strength in ((_BREAK, 0.3), (_CUE, 1.0), (_EXPLICIT, 3.0)):
        for match in pattern.finditer(sentence):
            if enclosed[match.start()] or match.end() >= len(sentence) or match.end() == match.start():
                continue
            if pattern is _CUE and _is_noun(sentence, match):
                continue
            before, comma = sentence[: match.start()], match.group().startswith(",")
            # A comma opens a list only right behind the subject: "4,000 cats, name, breed".
            if comma and (COUNT not in before or before.count(",") > 1):
                continue
            if pattern is _BREAK and match.group().startswith(":") and _is_deep(before):
                continue
            if pattern is _BREAK and COUNT in before and not comma:
                weight = 1.4  # "500 users: …"
            elif pattern is _CUE and re.match(r"(?:i|we|looking|give)\b", match.group(), re.IGNORECASE):
                weight = 0.4
            else:
                weight = strength
            found[match.end()] = max(found.get(match.end(), 0.0), weight)
    return sorted(found.items())[:MAX_CUES]


_DOUBLES = re.compile(
    r"(?:stores?|shows?|lists?|holds?|covers?|tracks?|records?|features?|needs?|gives?)\s*$", re.IGNORECASE
)


def _is_noun(sentence: str, match: re.Match[str]) -> bool:
    """Whether the cue word is the first word of a name: ": store code, business date", "store=Leeds"."""
    if re.search(r"[a-z]\s*=\s*$", match.group()):
        return True
    opened = re.search(r"[:,;(]\s*$", sentence[: match.start()]) is not None
    return opened and _DOUBLES.match(match.group()) is not None


_NEAR = 300
"""Characters before a colon that tell whether it stands inside a list; a bound keeps the work linear."""


def _is_deep(before: str) -> bool:
    """Whether a colon stands inside a list that began before it: "100 cats, name, breed; sex: …"."""
    listed = groups(before.split(COUNT, 1)[1][-_NEAR:])[0] if COUNT in before else ""
    return len(re.findall(r"[,;]", listed)) >= 2


def _score(raw: list[str], strength: float) -> float:
    """How well these pieces read as a list of columns; not above zero for no list."""
    items, subjects = without_counts(raw)
    if not items:
        return 0.0
    good = bad = sure = 0.0
    for index, item in enumerate(items):
        if is_plausible(item):
            good += 1
            sure += is_telling(item)
        else:
            bad += 1 + (index == 0)
    bad += 0.7 * is_titled(items[0])
    # A piece that goes with the count must not take columns away with it.
    bad += sum(2 for piece in subjects if hides_columns(piece))
    if good < 2 and not (strength >= 1 and good == 1 and sure and not bad):
        return 0.0
    if strength == 0 and (good < 3 and sure < 2):
        return 0.0
    if strength <= 0.3 and sure == 0 and good < 3:
        return 0.0
    return good + 0.5 * sure + strength - 2 * bad


def _from_brackets(parts: list[str]) -> Outline:
    """A list that stands in brackets behind the subject: "employees (name, department) - 500 of them"."""
    for index, sentence in enumerate(parts):
        for start, end in pairs(sentence):
            content = re.sub(
                rf"^\s*(?:{_EXPLICIT.pattern}|{_CUE.pattern})", "", sentence[start + 1 : end], flags=re.IGNORECASE
            )
            items = without_counts(split_items(content))[0]
            if _score(items, 1.0) > 0 and all(is_plausible(item) for item in items):
                header = ". ".join([*parts[:index], sentence[:start] + sentence[end + 1 :]])
                behind = [piece.strip() for piece in re.split(r";|^\s*where\b|\bwhere\b", sentence[end + 1 :])]
                behind = [
                    part
                    for piece in behind
                    if piece
                    for part in re.split(r"\s+and (?=[a-z_]+ (?:is|between|from|in|must|should|comes)\b)", piece)
                ]
                return Outline(header, items, behind + parts[index + 1 :] + _clauses(header))
    header = ". ".join(parts)
    return Outline(header, [], groups(header)[1] + _clauses(header))
