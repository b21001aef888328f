"""Plain text: one spelling for dashes, quotes and bullets, and splitting that respects brackets and quotes."""

from __future__ import annotations

import re
import unicodedata


def vocabulary(words: str) -> frozenset[str]:
    """The words of a text with spaces between them."""
    return frozenset(words.split())


_SPELLINGS = str.maketrans(
    {
        "‘": "'", "’": "'", "“": '"', "”": '"', "«": '"', "»": '"', "„": '"',
        "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " ", "\r": "\n", "\u2028": "\n", "\ufeff": "",
        "–": "–", "—": "—", "−": "-", "‐": "-", "‑": "-", "…": "...", "×": " x ", "≥": ">=", "≤": "<=",
        "：": ":", "，": ", ", "、": ", ", "；": "; ", "（": " (", "）": ") ", "。": ". ",
        "\u200b": "", "\u200e": "", "\u200f": "",
    }
)  # fmt: skip

# How other languages say "with" and "and"; an "and" is only folded in a prompt that has its language's "with".
_CONJUNCTIONS = (
    (re.compile(r"\b(?:con|incluyendo)\b", re.IGNORECASE), re.compile(r"\s(?:y|e)\s")),
    (re.compile(r"\b(?:mit|enthaltend)\b", re.IGNORECASE), re.compile(r"\sund\s", re.IGNORECASE)),
    (re.compile(r"\b(?:avec|comprenant|contenant)\b", re.IGNORECASE), re.compile(r"\set\s", re.IGNORECASE)),
    (re.compile(r"\b(?:com|contendo)\b", re.IGNORECASE), re.compile(r"\se\s", re.IGNORECASE)),
    (re.compile(r"\bmet\b", re.IGNORECASE), re.compile(r"\sen\s", re.IGNORECASE)),
)
_ENGLISH = re.compile(r"\b(?:with|and|including|having|the|of)\b", re.IGNORECASE)

OPEN, CLOSE = "([{", ")]}"
COUNT = "\uf8ff"
"""Stands where the row count stood, so that no later step takes its digits for a range. A private-use character."""

# A full stop after one of these does not end a sentence.
_ABBREVIATIONS = vocabulary(
    "no nr e.g i.e eg ie vs approx max min incl excl st mr mrs dr avg temp qty num dept ref tel addr misc est cf ca "
)

_SHORTENED = vocabulary(
    "sq adj vol tel std dev pop alt yr yrs hr hrs wk sec addr acct amt bal cat cert desc dist emp eng exp fig gen "
    "inst inv lic loc "
    "mfr mgr mkt op org orig pkg pmt pos prod prof qtr rec reg rep req resp ret rev rm seq ser spec sta sub sup "
    "svc sys tot trans "
    "univ var veh ver wt ht cu cap conc coeff diam elev freq lab med mon pres resid sched stat tech therm util wk"
)
"""Abbreviations in names; before a small letter their full stop ends no sentence: "sq. m", "adj. close"."""
_ENDINGS = vocabulary("no nr num qty temp tel ref addr dept")
"""Abbreviations that may end a name: "Claim no. Policy no." are two sentences."""


def clean(prompt: str) -> str:
    """The prompt with typographic variants folded, Markdown emphasis and control characters removed."""
    text = re.sub(r"(?<=\S)\t+(?=\S)", ", ", prompt)
    text = re.sub(r"(?<=\d)½", ".5", text).replace("½", "0.5").replace("¼", "0.25").replace("¾", "0.75")
    text = re.sub(r"\b(hundred|thousand|million) & ", r"\1 and ", text, flags=re.IGNORECASE)
    text = text.translate(_SPELLINGS).replace(COUNT, "")
    text = "".join(char for char in text if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs", "Co", "Cn"})
    text = re.sub(r"\*\*|__(?=\w)(?<![\w]__)|`", "", text)
    text = re.sub(r"(?m)^\s*[=_*#~-]{4,}(?=\s|$)", "", text)
    text = re.sub(r"[^\S\n]+", " ", text)
    if len(text.strip()) > 2 and re.fullmatch(r"\s*(?:\"[^\"]*\"|'[^']*')\s*", text):
        text = text.strip()[1:-1]
    return _english_and(re.sub(r" ?\n ?", "\n", text).strip())


def _english_and(text: str) -> str:
    if _ENGLISH.search(text):
        return text
    for marker, conjunction in _CONJUNCTIONS:
        if marker.search(text):
            return conjunction.sub(" and ", text)
    return text


def pairs(text: str) -> list[tuple[int, int]]:
    """The outermost bracket pairs, as positions of the opening and the closing bracket.

    Unclosed brackets count as text, so that one stray "(" does not swallow the rest.
    """
    found: list[tuple[int, int]] = []
    stack: list[int] = []
    for position, char in enumerate(text):
        if char in OPEN:
            stack.append(position)
        elif char in CLOSE and stack and OPEN.index(text[stack[-1]]) == CLOSE.index(char):
            found.append((stack.pop(), position))
    outermost: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if not outermost or start > outermost[-1][1]:
            outermost.append((start, end))
    return outermost


def inside(text: str) -> list[bool]:
    """For every character, whether it stands in brackets (a bracket itself does)."""
    out = [False] * len(text)
    for start, end in pairs(text):
        out[start : end + 1] = [True] * (end + 1 - start)
    return out


def split_outside(text: str, pattern: re.Pattern[str]) -> list[str]:
    """Split at matches of `pattern` that stand outside brackets; empty pieces are dropped."""
    enclosed = inside(text)
    pieces, last = [], 0
    for match in pattern.finditer(text):
        if match.start() == match.end() or enclosed[match.start()] or enclosed[match.end() - 1]:
            continue
        pieces.append(text[last : match.start()])
        last = match.end()
    pieces.append(text[last:])
    return [piece.strip() for piece in pieces if piece.strip()]


def count_outside(text: str, pattern: re.Pattern[str]) -> int:
    """How many matches of `pattern` stand outside brackets."""
    enclosed = inside(text)
    return sum(1 for match in pattern.finditer(text) if not enclosed[match.start()])


def groups(text: str) -> tuple[str, list[str]]:
    """The text without its outermost bracket groups, and the contents of those groups."""
    kept, contents, last = [], [], 0
    for start, end in pairs(text):
        kept.append(text[last:start])
        contents.append(text[start + 1 : end].strip())
        last = end + 1
    kept.append(text[last:])
    return re.sub(r" +", " ", " ".join(kept)).strip(), [content for content in contents if content]


_ENDING = re.compile(r"[.!?]+(?=\s)|\n+|[.!?]+$")


def sentences(text: str) -> list[str]:
    """The sentences of a text, split outside brackets; line ends are sentence ends too."""
    enclosed = inside(text)
    out, last = [], 0
    for match in _ENDING.finditer(text):
        start = match.start()
        asked = "?" in match.group() and re.match(r"\s?[(,;/]", text[match.end() : match.end() + 2])
        if enclosed[start] or asked or (text[start] == "." and _abbreviated(text, last, match.end())):
            continue
        out.append(text[last:start] + ("?" if "?" in match.group() else ""))
        last = match.end()
    out.append(text[last:])
    return [sentence.strip() for sentence in out if sentence.strip(" ?")]


def _abbreviated(text: str, start: int, end: int) -> bool:
    word = text[start : end - 1].rsplit(None, 1)[-1:] or [""]
    last = word[0].lstrip("(").lower()
    if len(last) == 1 and last.isalpha() and word[0].isupper() and re.match(r"\s[a-z]", text[end : end + 2]):
        return True  # "E. coli"
    if last == "etc":
        return text[end : end + 2].strip()[:1].islower()
    if last in _ENDINGS and re.match(r"\s[A-Z][a-z]", text[end : end + 3]) and len(text[start:end].split()) < 5:
        return False
    return last in _ABBREVIATIONS or (last in _SHORTENED and re.match(r"\s[a-z]", text[end : end + 2]) is not None)


def words(text: str) -> list[str]:
    """Lower-case words and numbers."""
    return re.findall(r"[^\W_]+(?:'[^\W_]+)?", text.lower())
