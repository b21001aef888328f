"""The type a person would expect behind a column's name, where the sentence does not state one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthaix.schema.language import lexicon as lex
from synthaix.schema.language.forms import by_form
from synthaix.schema.language.heads import PARTICIPLE, by_head, is_participle, lettered
from synthaix.schema.language.text import vocabulary
from synthaix.schema.language.unit_table import SUFFIXES

if TYPE_CHECKING:
    from synthaix.schema.language.draft import Draft

_SHORT_UNITS = vocabulary("nm m s c f w v a g n h l k")
_LETTER_UNITS = vocabulary("g m w v l h")
_LETTERED = vocabulary("vitamin team group section option partner person party player paper block wing point hepatitis")
_LENGTHS_OF_TIME = vocabulary("minutes seconds s ms days months years")
_MOMENTS = frozenset({"date", "datetime", "time"})


def infer(draft: Draft, siblings: frozenset[str] = frozenset()) -> str:
    """The column type for the draft's name, unit and bounds. `siblings` are the table's other names."""
    tokens = lettered(draft.name)
    kind = (
        _by_years(tokens, draft)
        or by_form(tokens)
        or _by_unit(draft, tokens)
        or by_head(tokens, siblings)
        or _by_numbers(draft)
    )
    kind = kind or _by_state(tokens, draft)
    return _adjusted(kind or "string", tokens, draft)


def _by_years(tokens: list[str], draft: Draft) -> str | None:
    """ "planted between 1995 and 2020" and "joined in 1990-2020": a participle between years is a date or a year."""
    bounds = [draft.facts.get("minimum"), draft.facts.get("maximum")]
    if not all(isinstance(bound, int) and 1000 <= bound <= 2200 for bound in bounds):
        return None
    if len(tokens) > 1 and tokens[-1] == "in" and is_participle(tokens[-2]):
        return "integer"
    if len(tokens) > 1 and tokens[-1] in {"up", "out", "off"} and is_participle(tokens[-2]):
        return "date"
    return "date" if PARTICIPLE.match(tokens[-1]) and tokens[-1] not in {"founded", "painted"} else None


def known(name: str) -> bool:
    """Whether the name's words say what the column holds."""
    tokens = lettered(name)
    return (by_form(tokens) or by_head(tokens, frozenset())) is not None


def _by_unit(draft: Draft, tokens: list[str]) -> str | None:
    suffix = draft.unit or draft.measured_in or _unit_in(tokens)
    if suffix is None:
        return None
    unit = SUFFIXES.get(suffix)
    if unit is None:
        return "float" if suffix in {draft.unit, draft.measured_in} else None
    if unit.suffix in {"feet", "metres", "m"} and set(tokens) & {"elevation", "altitude"}:
        return "integer"
    if unit.suffix in _LENGTHS_OF_TIME and set(tokens) & ({"exposure"} | lex.AVERAGES):
        return "float"
    return unit.type


def _unit_in(tokens: list[str]) -> str | None:
    """The unit that ends the name itself: weight_kg, water_temp_c, speed_km_h."""
    if len(tokens) > 1 and tokens[-1] == "min" and tokens[-2] in lex.MONEY | {"rate", "age", "score", "temp", "range"}:
        return None
    if len(tokens) > 1 and tokens[-1] in SUFFIXES and tokens[-1] not in _SHORT_UNITS:
        return tokens[-1]
    if len(tokens) > 1 and tokens[-1] in _SHORT_UNITS and set(tokens[:-1]) & (lex.MEASURES | lex.COUNTS):
        return tokens[-1]
    if len(tokens) > 1 and tokens[-1] in _LETTER_UNITS and tokens[-2] not in lex.STRINGS | _LETTERED:
        return tokens[-1]
    return "_".join(tokens[-2:]) if len(tokens) > 2 and "_".join(tokens[-2:]) in SUFFIXES else None


def _by_numbers(draft: Draft) -> str | None:
    """The type told by bounds or values, where the name tells nothing."""
    enum = draft.facts.get("enum")
    if enum:
        if all(isinstance(value, int) for value in enum):
            return "integer"
        return "float" if all(isinstance(value, (int, float)) for value in enum) else "string"
    bounds = [draft.facts[key] for key in ("minimum", "maximum") if isinstance(draft.facts.get(key), (int, float))]
    if bounds:
        return "integer" if all(isinstance(bound, int) for bound in bounds) else "float"
    if "decimals" in draft.facts or draft.facts.get("minimum") in {"negative", "positive"}:
        return "float"
    if {"number", "money"} & set(draft.hints):
        return "float"
    if "true_ratio" in draft.facts:
        return "boolean"
    return "date" if draft.window is not None else None


def _by_state(tokens: list[str], draft: Draft) -> str | None:
    """Participles and adjectives that stand alone are yes/no: verified, on_insulin, mfa_used."""
    last = tokens[-1]
    if draft.after or draft.before:
        return "datetime"
    if {"format", "pattern", "max_length", "min_length"} & set(draft.facts):
        return None
    if PARTICIPLE.match(last) and last not in lex.NOT_PARTICIPLES and len(tokens) <= 3:
        return "boolean"
    if tokens[:2] == ["out", "of"] or (len(tokens) > 1 and last in {"on", "off"}):
        return "boolean"
    if len(tokens) != 2:
        return None
    if tokens[0] in lex.YES_ADJECTIVES and last not in lex.STRINGS | lex.TEXTS:
        return "boolean"
    return "boolean" if tokens[0] in {"on", "in", "with"} and last not in {"hand", "id"} else None


def _adjusted(kind: str, tokens: list[str], draft: Draft) -> str:
    """The guess in line with the values, bounds, sizes and windows that were stated."""
    facts = draft.facts
    if facts.get("enum"):
        return _of_values(kind, facts["enum"])
    if "asked" in draft.hints and "true_ratio" not in facts and _is_question(kind, tokens):
        return "boolean"
    if kind == "boolean" and tokens[-1] == "assigned" and (facts.get("nullable") or facts.get("null_ratio")):
        return "string"
    if "true_ratio" in facts and not facts.get("nullable"):
        return "boolean"
    if facts.get("format") or facts.get("pattern"):
        return kind if kind in {"string", "text"} else "string"
    if "max_length" in facts or "min_length" in facts:
        return "text" if kind == "text" and facts.get("max_length", 999) > 120 else "string"
    if "decimals" in facts:
        return kind if kind in {"float", "decimal"} or not facts["decimals"] else "float"
    bounds = [facts[key] for key in ("minimum", "maximum") if key in facts]
    if bounds:
        return _bounded(kind, tokens, bounds, draft)
    if "number" in draft.hints and kind not in {"integer", "float"}:
        return "float"
    if draft.window is not None and kind not in _MOMENTS | {"integer"}:
        return "date"
    return kind


def _is_question(kind: str, tokens: list[str]) -> bool:
    """Whether "vegan?" or "fee paid?" asks for yes or no, and "website?" only says that it may be missing."""
    if is_participle(tokens[-1]) or tokens[-1] in {"paid", "due"}:
        return len(tokens) > 1 or kind in {"string", "float", "integer"}
    return kind == "string" and len(tokens) <= 3 and tokens[-1] not in lex.STRINGS | lex.TEXTS


def _of_values(kind: str, enum: tuple[object, ...]) -> str:
    if all(isinstance(value, str) for value in enum):
        return "string"
    if all(isinstance(value, int) for value in enum):
        return kind if kind in {"integer", "float", "decimal"} else "integer"
    return "float" if all(isinstance(value, (int, float)) for value in enum) else "string"


_SHORT_TEXT = 40
"""A bound of a text from here on is its length."""


def _bounded(kind: str, tokens: list[str], bounds: list[object], draft: Draft) -> str:
    if kind in _MOMENTS and all(isinstance(bound, int) and 1000 <= bound <= 2200 for bound in bounds):
        return kind
    if any(isinstance(bound, str) and ":" in bound for bound in bounds):
        return "time"
    if kind == "text" and not tokens[-1].endswith("s") and isinstance(bounds[-1], int) and bounds[-1] >= _SHORT_TEXT:
        return "text"
    if kind == "time":
        return "integer"
    if any(isinstance(bound, float) for bound in bounds):
        return "float"
    if "fraction" in draft.hints:
        return "float"
    if kind in {"integer", "float"}:
        if tokens[0] in lex.AVERAGES:
            return "float"
        return "integer" if tokens[-1] in lex.STEPPED else kind
    if kind in {"date", "datetime"}:
        small = len(bounds) == 2 and all(isinstance(bound, int) and -1 < bound <= 366 for bound in bounds)
        return "integer" if small and draft.window is None else kind
    return "float" if "money" in draft.hints else "integer"
