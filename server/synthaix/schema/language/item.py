"""One item of a column list: its name, and everything said beside the name."""

from __future__ import annotations

import re

from synthaix.schema.language import choices as choose
from synthaix.schema.language import types
from synthaix.schema.language.absorb import set_choices, take_sql
from synthaix.schema.language.aside import read_aside
from synthaix.schema.language.draft import Draft
from synthaix.schema.language.lengths import take_pattern
from synthaix.schema.language.modifiers import take_modifiers
from synthaix.schema.language.names import to_name
from synthaix.schema.language.spoken import reword
from synthaix.schema.language.stated import take_called, take_type
from synthaix.schema.language.text import groups
from synthaix.schema.language.units import BARE_UNIT, IN_UNIT, unit_of
from synthaix.schema.language.valued import values_inside

MAX_ITEM = 600
"""Characters of one item that are read; a longer one is prose."""


_SEPARATOR = re.compile(
    r"\s*(?::(?!//|\d)|(?<![<>!=])=(?![=>])|(?<!\d)\s[-–—]+\s|\s[-–—]+\s(?![$€£¥₹]?-?\d)|\s?[—]\s?|\s->\s|\s=>\s|"
    r"\s~\s)\s*"
)


def read_item(text: str) -> Draft | None:
    """The column an item describes, or None where it names none."""
    draft = Draft(text=text)
    text = re.sub(r"(?<=\w)\((?:e?s)\)", "", text[:MAX_ITEM].strip())
    text = re.sub(r"\s+[-–—]+$", "", text)
    text, weights = _take_weights(text)
    text = take_pattern(text, draft)
    if match := _TYPED.match(text):
        read_aside(match["type"], draft)
        read_aside(match["rest"].strip(" ,;"), draft)
        return _named(match["name"], draft)
    text = _CLOCKED.sub(lambda match: " (time)" if match["clock"] else " (date)", _MUST_BE.sub(": ", text))
    text = _EXAMPLES.sub("", take_sql(text, draft))
    if len(_BRACKETED_SHARE.findall(text)) > 1:
        text = _BRACKETED_SHARE.sub(r" \1", text)
    main, asides = groups(text)
    if not main and asides:
        main, asides = asides[0], asides[1:]
    if asides:
        main = re.sub(r"\s(?:in|of|from|as|is|being|either|one of|any of|values|enum)$", "", main)
    name, *tails = values_inside(main, draft) or _parts(main) or [""]
    name = _read_name(name, draft)
    for aside in (*tails, *asides):
        read_aside(aside, draft)
    if weights and len(weights) == len(draft.facts.get("enum", ())) and "weights" not in draft.facts:
        draft.facts["weights"] = weights
    return _named(name, draft)


_BRACKETED_SHARE = re.compile(r" \((\d{1,3}(?:\.\d+)? ?%)\)")


_MUST_BE = re.compile(r"(?<=\w) (?:must|should|has to|needs to|will) be an? (?=\w)", re.IGNORECASE)


_CLOCKED = re.compile(
    r" (?:(?P<clock>hh:mm(?::ss)?|mm:ss)|dd/mm/yyyy|mm/dd/yyyy|yyyy-mm-dd|dd\.mm\.yyyy)(?= *(?:$|[(,;]))", re.IGNORECASE
)


_EXAMPLES = re.compile(r"(?<=\w),? (?:such as|e\.g\.|for example|for instance)(?= ).*$")
"""Examples behind a name are no values: "a preferred language such as French or Dutch"."""


_TYPED = re.compile(
    r"^(?P<name>(?!is\b|as\b|an?\b|the\b|of\b|unsigned\b)[a-z_]\w*) (?P<type>bigint|smallint|int|varchar|"
    r"jsonb?|timestamptz?|"
    r"numeric|bytea)(?P<rest>(?: (?:nullable|null|not null|unique|optional|primary key|pk))?)$",
    re.IGNORECASE,
)
"""A column as SQL declares it, whose name may be a word that means something in prose: "before json nullable"."""


_WEIGHTS = re.compile(
    r"[,;]?\s*(?:[-–—]+\s*)?\b(?:with |in |and )?(?:the )?(?:weights?|weighted|probabilities|shares|"
    r"proportions?|ratios?|"
    r"split|distributed|distribution)(?: of| as| is| are| in)?\s?[:=]?\s?\(?(?P<numbers>\d{1,3}(?:\.\d+)? ?%?"
    r"(?:\s?[/,:]\s?(?:and )?\d{1,3}(?:\.\d+)? ?%?|\s?(?:and|to)\s\d{1,3} ?%?)+)(?: (?:percent|"
    r"respectively))?(?=\s*(?:\)|$))",
    re.IGNORECASE,
)


def _take_weights(text: str) -> tuple[str, tuple[float, ...]]:
    """The text without "with weights 30/20/50", and those weights."""
    match = _WEIGHTS.search(text)
    if match is None:
        return text, ()
    weights = tuple(float(number) for number in re.findall(r"\d+(?:\.\d+)?", match["numbers"]))
    whole = tuple(int(weight) if weight.is_integer() else weight for weight in weights)
    return f"{text[: match.start()]}{text[match.end() :]}".strip(), whole if sum(weights) > 0 else ()


def _parts(main: str) -> list[str]:
    """The name and the remarks behind it, told apart by a colon, a dash or a comma."""
    pieces = [piece for piece in _SEPARATOR.split(main, maxsplit=1) if piece.strip()] or [main]
    head, _, rest = pieces[0].partition(", ")
    return [part for part in (head, rest, *pieces[1:]) if part.strip()]


def _read_name(text: str, draft: Draft) -> str:
    """Take everything off the name's own phrase that is not name: "storeys between 1 and 40" -> "storeys"."""
    if re.fullmatch(r"\s*not (?:before|after)\s*", text, re.IGNORECASE):
        return text
    text = _ASIDE_WORDS.sub("", text)
    if (match := _SHARED.fullmatch(text)) and types.infer(Draft(text="", name=to_name(match["name"]))) == "boolean":
        draft.facts["true_ratio"] = round(float(match["share"]) / 100, 6)
        return match["name"]
    if match := _OR_NULL.match(text):
        draft.facts["nullable"] = True
        text = match["name"]
    text = take_called(text, draft)
    if choose.YES_NO.search(text) and not choose.YES_NO.fullmatch(text.strip()):
        draft.type = draft.type or "boolean"
        text = re.sub(r"\s(?:as|is|-|:|=)?\s*$", "", choose.YES_NO.sub(" ", text).strip() + " ").strip()
    if named := choose.split_named(text):
        text, found = named
        set_choices(found, draft)
    text = text.strip("\"' ")
    if match := _DEFAULT.search(text):
        draft.type = draft.type or ("boolean" if match["value"] else None)
        text = f"{text[: match.start()]} {text[match.end() :]}".strip()
    text = take_modifiers(text, draft, named=True)
    text = re.sub(r"(?<=\w) an? (?:date|day|time)$", "", text)
    if match := re.search(r"(?<=\w) if (?:it |they )?(?:is |was |are )?(?!any\b)[a-z]+$", text):
        draft.facts.setdefault("nullable", True)
        text = text[: match.start()]
    if draft.facts.get("nullable"):
        text = re.sub(r"\s(?:when|if|where|unless|once) [\w ]+$", "", text)
    if text.endswith("?"):
        text = text.rstrip("? ")
        draft.hints.append("asked")
    text = re.sub(r"^(?:optional|nullable|possibly|maybe)\s+", "", text, flags=re.IGNORECASE)
    text = take_type(text, draft)
    return _take_unit(text, draft)


_SHARED = re.compile(
    r"(?P<name>[a-z][\w -]*[a-z]),? \(?(?:about |around |~ ?)?(?P<share>\d{1,2}(?:\.\d+)?) ?%\)?", re.IGNORECASE
)
"""A state with its share: "refunded 1%"."""


_DEFAULT = re.compile(r"\bdefault(?:s|ing)? (?:to|is|=) (?:(?P<value>true|false|yes|no)|\w+)\b", re.IGNORECASE)


_DEVICE = re.compile(r"\b(?:smart|water|gas|energy|electric(?:ity)?|parking|power|flow|heat) meter$", re.IGNORECASE)


_OR_NULL = re.compile(r"^(?P<name>\S.*?) ?\| ?(?:null|none|undefined|nil)$", re.IGNORECASE)


_ASIDE_WORDS = re.compile(
    r"\s(?:in (?:the )?(?:summer|winter|spring|autumn|fall|\d{4}(?:/\d\d)? season|[\d/]+ season|season)|"
    r"in e\.?164(?: format)?|on (?:weekdays|workdays|business days|weekends|working days)|during (?:office|"
    r"business|opening) hours|"
    r"(?:log-?)?(?:normally|uniformly|exponentially) distributed.*|(?:are|is|be|get) (?:stored|recorded|kept|"
    r"needed|captured|tracked)|"
    r"they were (?:picked|chosen|selected|given))$",
    re.IGNORECASE,
)


def _take_unit(text: str, draft: Draft) -> str:
    if re.search(r"\bper [a-z]+$", text, re.IGNORECASE) and not re.search(
        r"\bin [a-z]+ per [a-z]+$", text, re.IGNORECASE
    ):
        return text  # "price per litre"
    for pattern in (IN_UNIT, BARE_UNIT):
        match = pattern.search(text)
        if match is None:
            continue
        unit = unit_of(match["unit"])
        if unit == "years" and match["unit"].lower() == "year":
            draft.hints.append("year")
            return text[: match.start()].strip()
        if pattern is BARE_UNIT and _DEVICE.search(text):
            continue
        if unit is None or (
            pattern is BARE_UNIT
            and match["unit"] in {"days", "years", "hours", "percentage", "degree"}
            and not draft.facts
        ):
            continue
        draft.unit = draft.unit or unit
        if (
            pattern is IN_UNIT
            or unit == "percent"
            or not re.search(rf"\b{re.escape(unit)}$", text[: match.end()], re.IGNORECASE)
        ):
            return text[: match.start()].strip()
        return text[: match.start()].strip()
    return text


def _named(name: str, draft: Draft) -> Draft | None:
    if draft.informed and not draft.keep:
        name = re.sub(r"\s(?:in|of|as|is|are|with|to be|where)$", "", name.strip()) if " " in name else name
    name, implied = reword(name)
    if implied and draft.type is None:
        draft.type = implied
        if implied != "boolean" or "enum" in draft.facts:
            draft.type = None if "enum" in draft.facts else implied
    draft.keep = "_" in name and " " not in name
    draft.name = to_name(name, keep=draft.keep)
    if not draft.name:
        return None
    if "year" in draft.hints and not draft.name.endswith("year"):
        draft.name, draft.type = to_name(f"{draft.name}_year", keep=True), draft.type or "integer"
    suffix = draft.unit
    if suffix and not draft.keep and not draft.name.endswith(f"_{suffix}") and _worth(suffix, draft.name):
        draft.name = to_name(f"{draft.name}_{suffix}", keep=True)
    return draft


def _worth(suffix: str, name: str) -> bool:
    """Whether the unit belongs in the name: "weight_kg" yes, "age_years" no more than was said."""
    return f"_{suffix}_" not in f"_{name}_"
