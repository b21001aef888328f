"""Lists of allowed values: "low|medium|high", "cash 10%, card 60%, app 30%", "yes/no"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TRUTHS = frozenset(
    tuple(pair.split("/"))
    for pair in "yes/no no/yes y/n n/y true/false false/true t/f 0/1 1/0 on/off".split()  # noqa: SIM905 (pairs)
)
YES_NO = re.compile(
    (
        r"(?<![\w/])(?:yes ?(?:/|or|\|) ?no|y ?(?:/|or|\|) ?n|true ?(?:/|or|\|) ?false|t/f|no ?/ ?yes|"
        r"false ?/ ?true)(?![\w/])"
    ),
    re.IGNORECASE,
)

_INTRODUCED = re.compile(
    r"^(?:(?:is|are|can be|may be|must be|should be|being|will be|as|with|takes?|has|having)\s+)?"
    r"(?:(?:always |either |exactly |i\.?e\.?,? |namely,? )?(?:one|any) of(?: the)?(?: following)?(?: "
    r"values| options)?|either|choose from|chosen from|chosen between|picked from|drawn from|selected "
    r"from|"
    r"from(?= [^\d])|among|enum(?:eration)?(?: of)?|(?:allowed |possible |valid )?(?:values?|options?|"
    r"choices|levels|categories)\b(?: are| of|=|:)?|in(?= [\[{(])|such as one of|out of|i\.?e\.?|"
    r"namely|that is|viz\.?)\s*,?[:=\-]?\s*",
    re.IGNORECASE,
)
_EXAMPLES = re.compile(
    (
        r"^(?:e\.?g\.?|for example|for instance|like|such as|ex\.?|for ex\.?)[:,\s]\s*|\b(?:etc\.?|and so "
        r"on|and more|and others|\.\.\.)$|\.\.\."
    ),
    re.IGNORECASE,
)
_RATIO = re.compile(r"(?<![\w.])(?P<ratio>\d{1,3}(?:\.\d+)?|\.\d+) ?(?:%|percent\b|pct\b)")
_BARE_WEIGHT = re.compile(r"^(?P<value>[^\d=:]+?)\s*[:=]\s*(?P<weight>\d{1,3}(?:\.\d+)?)$")
_INTEGER = re.compile(r"[-+]?\d{1,15}$")
_DECIMAL = re.compile(r"[-+]?\d{0,15}\.\d{1,10}$")
MAX_VALUE = 60
"""A longer piece is prose, not a value."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The values in the order of the sentence; weights parallel to them, or None."""

    values: tuple[str | int | float, ...]
    weights: tuple[float, ...] | None = None

    @property
    def truth(self) -> bool:
        """Whether these are the two answers of a yes/no question."""
        return tuple(str(value).lower() for value in self.values) in _TRUTHS


def introduced(text: str) -> tuple[str, bool]:
    """The text without words such as "one of", and whether there were any."""
    match = _INTRODUCED.match(text)
    return (text[match.end() :], True) if match and match.end() < len(text) else (text, False)


def are_examples(text: str) -> bool:
    """Whether the list is open ("e.g. a, b", "a, b, etc."), so that it is no list of allowed values."""
    return _EXAMPLES.search(text) is not None


_NUMBERS = re.compile(r"\d{1,4}(?: ?/ ?\d{1,4}){2,}(?: ?(?:%|°? ?[a-zA-Z]{1,10}))?")
"""Three or more numbers between slashes are values, two may be a date or a rate."""
_KEYED = re.compile(r"^(?P<key>[A-Z0-9]{1,4}) ?[=:] ?[a-z][\w -]+$", re.IGNORECASE)
"""A code with its meaning: "P=private"."""


def pieces(text: str) -> list[str]:
    """The values of a list as written, split at the separator the writer used."""
    text = text.strip().strip("[]{}").strip()
    for separator in (r"\s*\|+\s*", r"\s*;\s*", r"\s*,(?!\d{3}(?!\d))\s*(?:(?:or|and)\s+(?:else\s+)?)?"):
        if re.search(separator, text):
            parts = [part for part in re.split(separator, text) if part] or [""]
            last = re.split(r"\s+(?:or|and)\s+", parts[-1]) if separator.startswith(r"\s*,") else [parts[-1]]
            return _trim([*parts[:-1], *last])
    if re.search(r"\s+or\s+", text):
        return _trim(re.split(r"\s+or\s+", text))
    if "/" in text and (not re.search(r"https?://|\d/\d{2,}", text) or _NUMBERS.fullmatch(text)):
        return _trim(re.split(r"\s*/\s*", text))
    if " & " in text or " + " in text:
        return _trim(re.split(r"\s+[&+]\s+", text))
    if re.search(r"\s+and\s+", text):
        return _trim(re.split(r"\s+and\s+", text))
    return _trim([text])


def _trim(parts: list[str]) -> list[str]:
    out = []
    for part in parts:
        part = (
            re.sub(r"^(?:or|and|either|an?|the)\s+(?=\S)", "", part.strip()) if len(part.split()) > 1 else part.strip()
        )
        out.append(part.strip().strip("\"'").rstrip(".?").strip())
    keys = [_KEYED.match(part) for part in out if part]
    if len(keys) > 1 and all(keys):
        return [match["key"] for match in keys if match]
    return [part for part in out if part]


def read_choices(text: str) -> Choices | None:
    """The values of a list, or None where the text is no list of at least two values."""
    text, _ = introduced(text.strip())
    parts = pieces(text)
    if len(parts) < 2 or any(len(part) > MAX_VALUE for part in parts):
        return None
    weighted = [_weighted(part) for part in parts]
    values, weights = [value for value, _ in weighted], [weight for _, weight in weighted]
    distinct = list(dict.fromkeys(values))
    if len(distinct) < 2:
        return None
    known = [weight for weight in weights if weight is not None]
    if not known or len(distinct) != len(values):
        return Choices(_typed(distinct))
    missing = len(weights) - len(known)
    rest = max(0.0, 100 - sum(known)) / missing if missing else 0.0
    filled = tuple(_plain(rest if weight is None else weight) for weight in weights)
    return Choices(_typed(values), filled) if sum(filled) > 0 else Choices(_typed(values))


def _weighted(part: str) -> tuple[str, float | None]:
    match = _RATIO.search(part)
    if match:
        rest = (part[: match.start()] + " " + part[match.end() :]).strip(" ()[]:=-,")
        rest = re.sub(
            r"^(?:of (?:them |the time |rows )?)?(?:are |is )?|\s+(?:at|in|for|with|about|around)$",
            "",
            re.sub(r"\s+", " ", rest),
        ).strip()
        if rest:
            return rest, float(match["ratio"])
    match = _BARE_WEIGHT.match(part)
    if match:
        return match["value"].strip(), float(match["weight"])
    return part, None


def _plain(weight: float) -> float:
    return int(weight) if float(weight).is_integer() else round(weight, 6)


_MEASURED = re.compile(r"(?P<sign>[$€£¥₹] ?)?(?P<number>[-+]?\d+(?:\.\d+)?) ?(?P<unit>%|°? ?[a-zA-Z]{1,10}|percent)?$")


def _bare(values: list[str]) -> list[str]:
    """Numbers without the sign or unit they share: "€12, €24" and "12, 24 or 36 months"."""
    found = [_MEASURED.match(value) for value in values]
    if not all(found):
        return values
    units = [match["unit"] for match in found if match]
    signs = {match["sign"] for match in found if match}
    behind = not any(units[:-1]) and units[-1] is not None
    everywhere = len(set(units)) == 1 and (units[0] in {"%", "percent"} or signs - {None})
    if len(signs) > 1 or not (behind or everywhere) or (behind and not _counts(units[-1] or "")):
        return values
    return [match["number"] for match in found if match]


def _typed(values: list[str]) -> tuple[str | int | float, ...]:
    values = _bare(values)
    if all(_INTEGER.match(value) and not re.match(r"[-+]?0\d", value) for value in values):
        return tuple(dict.fromkeys(int(value) for value in values))
    if all(_INTEGER.match(value) or _DECIMAL.match(value) for value in values) and any(
        "." in value for value in values
    ):
        return tuple(dict.fromkeys(float(value) for value in values))
    return tuple(values)


_NAMED_CHOICES = re.compile(
    r"^(?P<name>[^|/:]*?\S)\s+(?P<values>[\w+.-]+(?: ?\| ?[\w+. -]+)+|[\w+-]+(?:/[\w+-]+)+(?: [a-z]+)?)$"
)
_TAILED = re.compile(
    (
        r"^(?P<name>.*?\S)[\s:,–-]+(?P<word>(?:is |being |as |with |can be |which is |that is )?(?:either|"
        r"one of|any of|among|chosen from|picked from|drawn from|enum(?: of)?|from(?= [a-zA-Z]+[/|"
        r",])))\s+(?P<values>.+)$"
    ),
    re.IGNORECASE,
)


_SPACED = re.compile(r"^(?P<name>[\w']+(?: [\w']+){0,2}) (?P<values>[\w'+-]+(?: [/|] [\w'+-]+(?: [\w'+-]+)?)+)$")


def split_named(text: str) -> tuple[str, Choices] | None:
    """ "priority low/medium/high", "filter one of U, B, V" -> the name and its values."""
    match = _TAILED.match(text)
    if match and not re.fullmatch(r"(?:and|or|the|a)", match["name"], re.IGNORECASE):
        choices = read_choices(match["values"])
        if choices:
            return match["name"].strip(" :,-–"), choices
    match = _SPACED.match(text) or _NAMED_CHOICES.match(text)
    if match is None:
        return None
    parts = pieces(match["values"])
    if "|" not in match["values"] and (
        _is_unit(match["values"])
        or re.fullmatch(
            r"\d+/\d+|\d+/\d+/\d{4,}|\d{3,}(?:/\d+)+|and/or|n/a|w/o?|[A-Z]/B", match["values"], re.IGNORECASE
        )
    ):
        return None
    name, values = match["name"].strip(), match["values"]
    if degree := re.search(r"\s(?:very|not|too|slightly|extremely|somewhat|highly|strongly)$", name, re.IGNORECASE):
        name, values = name[: degree.start()], f"{degree.group().strip()} {values}"
    choices = read_choices(values)
    return (name, choices) if choices and len(parts) >= 2 else None


def _counts(text: str) -> bool:
    """Whether the word behind the last number is what all of them count: "20, 40 or 60 seats"."""
    return _is_unit(text) or (text.islower() and text.endswith("s") and len(text) > 3)


def _is_unit(text: str) -> bool:
    from synthaix.schema.language.units import unit_of

    return unit_of(text) is not None
