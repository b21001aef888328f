"""Finding the column list in a prompt, and telling it from the subject and the remarks around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from synthaix.schema.language import types
from synthaix.schema.language.counted import hides_columns, lift_count, without_counts
from synthaix.schema.language.cues import CUE, EXPLICIT, cues
from synthaix.schema.language.definitions import defined, read_definitions, untitled
from synthaix.schema.language.items import split_items
from synthaix.schema.language.names import to_name
from synthaix.schema.language.plausible import is_plausible, is_telling, is_titled
from synthaix.schema.language.presence import share_of
from synthaix.schema.language.sql import declared
from synthaix.schema.language.structured import read_structured
from synthaix.schema.language.text import COUNT, groups, pairs, sentences
from synthaix.schema.language.unpack import unpacked


@dataclass(slots=True)
class Outline:
    """A prompt in parts: what it is about, its column items, and what else it says."""

    header: str
    items: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    explicit: bool = True
    """The sentence says that these are the columns, or lists several."""


def outline(text: str) -> Outline:
    """The parts of a cleaned prompt in which COUNT stands for the row count."""
    structured = read_structured(text)
    if structured is not None:
        before, items, after = structured
        items, subjects = without_counts([part for item in items for part in unpacked(item)])
        before = ". ".join([before, *subjects])
        plausible = [item for item in items if is_plausible(item) or len(item) < 80]
        if len(plausible) >= 2:
            return Outline(before, plausible, sentences(after))
    return _from_sentences(sentences(_rejoined(text)))


_ASKING = re.compile(
    r"(?:please,? |hi,? |hey,? |hello,? )?(?:can|could|would|will|may|might|what|how|is|are|do|does)\b", re.IGNORECASE
)
"""Opens a sentence whose question mark is the sentence's own, not the last column's."""


_ARE_ALL = re.compile(
    r"\s+(?:are|is) (?:all|everything|what|the (?:columns|fields|attributes)|my (?:columns|fields)|our (?:columns|"
    r"fields))"
    r"(?: that| which)?(?: (?:I|we) (?:need|want|care about|ask for))?(?=\s*(?:[.;!]|$))",
    re.IGNORECASE,
)
"""Ends a list that was named first: "name, city and age are all I need"."""


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
    parts = [_ARE_ALL.sub("", part) for part in parts]
    parts = [part.rstrip("? ") if _ASKING.match(part) else part for part in parts]
    parts = [piece for sentence in parts for piece in lift_count(sentence)]
    best: tuple[float, int, int, float] | None = None
    for index, sentence in enumerate(parts):
        for position, strength in cues(sentence):
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
    items, chatter = _sorted_out(declared(items))
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
    rest = sentence[match.end() :] if match else ""
    rest = re.sub(r"\b(?:that|which) (?:is|are|can be|may be|must be|should be)\b", "as", rest)
    if match is None or re.search(r"\b(?:must|should|may|can|is|are)\b", rest):
        return []
    items = without_counts(split_items(rest))[0]
    return items if items and all(is_plausible(item) for item in items) else []


def _is_late_title(item: str) -> bool:
    match = _LATE_TITLE.match(item)
    if match is None:
        return False
    proper = item[:1].isupper() and not item[1:2].isupper() and match["tail"].islower()
    return proper or match["s"] != "" or types.known(to_name(match["tail"]))


_LATE_TITLE = re.compile(r"[\w ]*[a-rt-z](?P<s>s?): (?P<tail>[a-z][\w ]*)$", re.IGNORECASE)
"""A title whose "and" was taken for a comma: "lost & found items: colour"."""


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
    bad += 0.7 * (is_titled(items[0]) or any(_is_late_title(item) for item in items[1:3]))
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
                rf"^\s*(?:{EXPLICIT.pattern}|{CUE.pattern})", "", sentence[start + 1 : end], flags=re.IGNORECASE
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
