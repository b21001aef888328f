"""The words of the row count: taking them off an item, and telling the subject that stands beside them."""

from __future__ import annotations

import re

from synthaix.schema.language.plausible import NOISE, is_name_like_noise
from synthaix.schema.language.text import COUNT, groups, inside, pairs

_COUNT_WORDS = re.compile(
    rf"(?:[\s,;(]|\b(?:x|times|about|around|roughly|approximately|approx\.?|circa|ca\.?|some|say|make "
    rf"it|make that|num[_ ]rows|n_?rows|row[_ ]count|sample[_ ]size|give me|gimme|i need|i want|i'd like|we need|"
    rf"need|want|please|pls|for|just|only|so|"
    rf"maybe|count|rows?|size|total|n|limit|generate|create|of|in|"
    rf"at least|up to|exactly|like|and|fill it with|fill with|populate with|do|produce|with|them|it|or|"
    rf"will|be|all)(?=[\s:=,;(]|{COUNT}|$)|[*=:~+–—>-]|//)*\s*{COUNT}\+?"
    r"(?:[\s-]*(?:(?:rows?|records?|entries|lines|samples|examples|instances|observations|data ?points|"
    r"tuples|more|additional|extra|further|of (?:them|those|these|it)|or so|or more|please|pls|thanks?|"
    r"thank you|in total|total|"
    r"altogether|in all|is enough|are enough|will do|should do|would be (?:great|good|nice|perfect|"
    r"fine|enough)|is fine|is plenty|will be (?:plenty|enough|fine)|"
    r"needed|wanted|would do|synthetic|fake|mock|random|like (?:this|these|that|it|those)|of data|x|times|each|"
    r"should be (?:enough|fine|plenty)|suffice|will suffice|max|worth|items|pieces|units|"
    r"cases)\b[\s,.)!]*))*\)?",
    re.IGNORECASE,
)


_STRONG = re.compile(r"(?<=\S)(?::(?!//)\s+|\s*;\s+|\s+(?:[-–—]+|->|=>|//)\s+|\s?—\s?)")


def lift_count(sentence: str) -> list[str]:
    """A count behind the list, as a sentence of its own: "name, email - 500 users" -> "500 users", "name, email"."""
    place = sentence.find(COUNT)
    if place < 0:
        return [sentence]
    enclosed = inside(sentence)
    breaks = [match for match in _STRONG.finditer(sentence) if not enclosed[match.start()]]
    left = [match for match in breaks if match.end() <= place]
    if (
        not left
        or not _COUNT_WORDS.match(sentence[left[-1].end() : place + 1])
        or len(re.findall(r"[,;]|\s[/+&|]\s", groups(sentence[: left[-1].start()])[0])) < 2
    ):
        return [sentence]
    label = re.search(
        r"[\s,;(]+(?:rows?|count|n|size|total|records?|entries|number of (?:rows|records)|how many|quantity)$",
        sentence[: left[-1].start()],
        re.IGNORECASE,
    )
    label = label if left[-1].group().strip() in {":", "=", "-", "–", "—"} else None
    cut = label.start() if label else left[-1].start()
    right = next((match for match in breaks if match.start() > place), None)
    comma = re.search(r",\s", sentence[place:])
    end = right.start() if right else len(sentence)
    if comma and place + comma.start() < end:
        end = place + comma.start()
    behind = sentence[end:].strip(" ,;:-–—")
    rest = f"{sentence[:cut]}, {behind}" if behind else sentence[:cut]
    return [sentence[left[-1].end() : end], rest]


_SHORTEST = 3
"""Pieces beyond which a plural before the bare count is the subject and no column."""


def without_counts(raw: list[str]) -> tuple[list[str], list[str]]:
    """The items without the count's words, and the pieces that named the subject beside the count."""
    items, subjects = [], []
    if (
        len(raw) > _SHORTEST
        and raw[1].strip() == COUNT
        and re.fullmatch(r"[\w ]*[a-rt-z]s", raw[0].strip(), re.IGNORECASE)
    ):
        subjects, raw = [raw[0]], raw[1:]  # "customers, 300, name, city"
    for piece in raw:
        for start, end in reversed(pairs(piece) if COUNT in piece else []):
            if COUNT in piece[start:end] and re.search(r"\w", piece[:start]):
                subjects.append(piece[start + 1 : end])
                piece = f"{piece[:start]}{piece[end + 1 :]}"
        kept = _without_count(piece)
        if kept:
            items.append(kept)
        elif COUNT in piece:
            subjects.append(piece)
    return items, subjects


def hides_columns(piece: str) -> bool:
    """Whether a piece that goes with the count still has columns in it."""
    behind = piece.split(COUNT, 1)[-1]
    return bool(
        re.search(
            r":\s*\S|\s(?:[-–—]+|->|=>)\s|\b(?:with|including|having|containing|columns?|fields?|has|have)\b", behind
        )
    )


def _without_count(item: str) -> str:
    """The item without the words of the row count; "" where the rest is not a column but the subject."""
    place = item.find(COUNT)
    if place < 0:
        return item
    match = _COUNT_WORDS.search(item)
    if match is None:
        return ""
    before, after = item[: match.start()], item[match.end() :].strip(" ,;:.-–—/!+*?")
    if after and not re.match(r"[({\[]", after):
        # "email for a mailing list of 8000 people": the item stands before the purpose.
        if (
            re.match(r"\W*(?:for|of|about|on|from) ", match.group())
            and re.match(r"(?:[a-z][\w -]*s|people|staff)(?: (?:in|from) [\w ]+)?$", after)
            and before.strip()
        ):
            return before.strip(" ,;:-")  # "attending physician for 2000 encounters"
        purpose = re.search(r"\s(?:for|to fill|across|about)\s+(?:an?|the|my|our|some)\b", before)
        return before[: purpose.start()].strip(" ,;:-") if purpose else ""
    rest = f"{before} {after}".strip(" ,;:.-–—/!+*")
    return "" if NOISE.match(rest) and not is_name_like_noise(rest) else rest
