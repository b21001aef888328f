"""Taking what is said beside a name into the draft: SQL words, choices, modifiers, a type or a unit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from synthaix.schema.language import choices as choose
from synthaix.schema.language.modifiers import take_modifiers
from synthaix.schema.language.stated import apply_type
from synthaix.schema.language.units import unit_of

if TYPE_CHECKING:
    from synthaix.schema.language.draft import Draft


_SIZED_TYPE = re.compile(
    (
        r"\b(?:n?varchar2?|character varying|n?char|bpchar|numeric|decimal|number|float|double|int|integer|"
        r"bigint|smallint|tinyint|timestamp|timestamptz|datetime|string|str|"
        r"time)\s?\(\s?\d{1,5}(?:\s?,\s?\d{1,2})?\s?\)"
    ),
    re.IGNORECASE,
)


_SQL_WORDS = re.compile(
    (
        r"\b(?:primary key|unsigned|auto[_ ]?increment|identity|generated always|"
        r"default (?=[\d'\"]|true|false|null|now|current|uuid|gen)\S+|references "
        r"\S+(?:\s?\([^)]*\))?|collate \S+)\b"
    ),
    re.IGNORECASE,
)


FILLER = re.compile(
    (
        r"^(?:(?:and|but|or|with|which|that|is|are|be|it|they|all|always|only|values?|please|also|then|the|"
        r"a|an|of|in|as|must|should|can|may|will|rows?|inclusive|each|each one|for each|here|ideally|about|"
        r"say|so|where|column|field|=|:|-|,|;|\.|\s)+)$"
    ),
    re.IGNORECASE,
)


def take_sql(text: str, draft: Draft) -> str:
    """Record a sized SQL type and a primary key; the text without SQL words is given back."""
    if match := _SIZED_TYPE.search(text):
        apply_type(match.group(), draft)
        text = f"{text[: match.start()]} {text[match.end() :]}"
    if re.search(r"\bauto_?(?: ?increment)\b", text, re.IGNORECASE):
        draft.type = draft.type or "integer"
    if re.search(r"\bprimary key\b", text, re.IGNORECASE):
        draft.facts["unique"] = True
    return _SQL_WORDS.sub(" ", text).strip()


_EMPTY = frozenset({"blank", "empty", "null"})


def set_choices(found: choose.Choices, draft: Draft) -> None:
    """Record values and weights; the answers of a yes/no question make a boolean."""
    if found.truth and not found.weights:
        draft.type = draft.type or "boolean"
        return
    if found.truth and found.weights:
        yes = next(
            index
            for index, value in enumerate(found.values)
            if str(value).lower() in {"yes", "y", "true", "t", "1", "on"}
        )
        draft.type = draft.type or "boolean"
        draft.facts["true_ratio"] = round(found.weights[yes] / sum(found.weights), 6)
        return
    if not found.weights and len(kept := [value for value in found.values if str(value).lower() not in _EMPTY]) > 1:
        draft.facts.update({"nullable": True} if len(kept) < len(found.values) else {})
        found = choose.Choices(tuple(kept))
    draft.facts["enum"] = found.values
    if found.weights:
        draft.facts["weights"] = found.weights


def consume(text: str, draft: Draft) -> str:
    """Read modifiers, a type or a unit; what could not be read is given back ("" for nothing)."""
    rest = take_modifiers(text, draft).strip(" ,;:.")
    if draft.informed and re.match(r"(?:if|when|until|unless|while|where|because) ", rest):
        return ""
    if not rest or FILLER.match(rest):
        return ""
    if apply_type(rest, draft):
        return ""
    unit = unit_of(re.sub(r"^(?:in|as|measured in) ", "", rest))
    if unit is not None:
        draft.unit = draft.unit or unit
        return ""
    if choose.YES_NO.fullmatch(rest):
        draft.type = draft.type or "boolean"
        return ""
    return rest


def merge(source: Draft, target: Draft) -> None:
    """Add what one draft knows to another; what the target knows already stays."""
    target.facts = source.facts | target.facts
    target.type = target.type or source.type
    target.stated = target.stated or source.stated
    target.unit = target.unit or source.unit
    target.measured_in = target.measured_in or source.measured_in
    target.window = target.window or source.window
    target.after = target.after or source.after
    target.before = target.before or source.before
    target.hints += source.hints
