"""Spoken descriptions of a column as the words of a name: "whether it was approved", "how many people came"."""

from __future__ import annotations

import re

_CLAUSE = re.compile(
    r"^(?:whether(?: or not)?|if|is it|was it|has it|are they|did|does|do)\s+(?:(?:or not )?(?:it|they|"
    r"he|she|we|the \w+(?: \w+)?|this|that|a \w+|each \w+|there|someone|somebody|the)\s+)??"
    r"(?P<verb>is|are|was|were|has|have|had|did|does|do|will be|can be|would|can|has been|have been|"
    r"had been)?\s*(?:already |ever |currently |still |been |a |an |the |actually )*(?P<rest>.+)$",
    re.IGNORECASE,
)


_SUBJECT_CLAUSE = re.compile(
    (
        r"^(?:whether(?: or not)?|if)\s+(?:it|they|he|she|we|you|there|someone|this|that|(?:the|a|an|each|"
        r"every)\s+\w+(?:\s\w+)?)\s+(?P<verb>is|are|was|were|has been|have been|had been|has|have|had|will "
        r"be|can be|would|can|did|does|do|gets?|got)\s+(?:already |ever |currently |still |been |a |an |"
        r"the |actually )*(?P<rest>.+)$"
    ),
    re.IGNORECASE,
)


_MANY = re.compile(
    (
        r"^how many (?P<noun>[\w' -]+?)(?:\s+(?:they|he|she|it|we|you|were|was|are|is|have|has|had|live|"
        r"lives|do|does|did|of|in|there|per|the|each|got|came|went|she's|he's)\b.*)?$"
    ),
    re.IGNORECASE,
)


_MUCH = re.compile(
    (
        r"^how much (?:of )?(?:(?P<noun>[\w -]+?)\s+(?:they|he|she|it|we|you|the \w+|was|is|were|are|has|"
        r"have)\s*(?P<verb>\w+)?.*|(?P<only>(?:they|he|she|it|we|you|the \w+)\s+(?P<verb2>\w+).*))$"
    ),
    re.IGNORECASE,
)


_WHEN = re.compile(
    (
        r"^(?:when|the (?:date|day) (?:when |on which |that )?)\s*(?:it|they|he|she|we|the \w+|"
        r"this)\s+(?:was |were |is |are |has been |have been |had been |got "
        r")?(?P<verb>\w+)(?:\s+(?P<particle>in|out|up|off|on|down|over|back))?\b"
    ),
    re.IGNORECASE,
)


_PAST = {
    "moved": "move",
    "started": "start",
    "ended": "end",
    "joined": "join",
    "left": "leave",
    "arrived": "arrival",
    "departed": "departure",
    "paid": "payment",
    "checked": "check",
    "signed": "sign",
    "died": "death",
    "began": "start",
    "bought": "purchase",
    "sold": "sale",
    "hired": "hire",
    "born": "birth",
    "opened": "opened",
    "closed": "closed",
    "expires": "expiry",
    "starts": "start",
    "ends": "end",
    "owe": "owed",
    "owes": "owed",
    "pay": "paid",
    "pays": "paid",
    "paying": "paid",
    "spent": "spent",
    "earn": "earned",
    "cost": "cost",
    "costs": "cost",
    "weighs": "weight",
    "weighed": "weight",
}


def reword(phrase: str) -> tuple[str, str | None]:
    """A spoken description of a column as the words of a name, and the type its form implies.

    "whether it was approved" -> ("approved", "boolean"); "how many people came" -> ("number of people", "integer").
    """
    text = phrase.strip(" ,;:.-–—?!\"'")
    text = re.sub(r"\b(it|that|there|he|she)'s\b", r"\1 is", text, flags=re.IGNORECASE)
    text = re.sub(r"\b(they|we|you)'(?:re|ve)\b", r"\1 are", text, flags=re.IGNORECASE)
    text = re.sub(r"^(?:and|then|also|plus|as well as|finally|lastly|or|&)\s+", "", text, flags=re.IGNORECASE)
    return _doer(text) or _answer(text) or _extent(text) or _moment(text) or (text, None)


_WHO = re.compile(
    r"^who (?:has |had |have )?(?P<verb>\w+)(?: (?P<particle>in|out|up|off))?(?: (?:it|them|this|that|the "
    r"\w+|an? \w+))?$",
    re.IGNORECASE,
)


_PASSIVE = {
    "wrote": "written", "took": "taken", "made": "made", "gave": "given", "drew": "drawn", "sold": "sold",
    "bought": "bought", "sent": "sent", "built": "built", "drove": "driven", "found": "found", "won": "won",
    "paid": "paid", "did": "done", "owns": "owned", "runs": "run", "reviews": "reviewed", "leads": "led", "led": "led",
}  # fmt: skip


def _doer(text: str) -> tuple[str, str | None] | None:
    """ "who donated it", "what it is", "respondents aged": the person, the thing, the age."""
    if match := _WHO.match(text):
        verb = match["verb"].lower()
        done = _PASSIVE.get(verb, verb if verb.endswith("ed") else "")
        return (f"{done} by", None) if done else None
    if re.fullmatch(
        r"(?:(?:capture|record|note|store|say|list) )?what (?:it|this|that|the \w+) (?:is|was)", text, re.IGNORECASE
    ):
        return "item", None
    if match := re.match(
        r"(?:what|which) (?P<noun>[\w-]+(?: [\w-]+)??) (?:they|he|she|it|the \w+) (?:is|are|was|were|has|have|had|"
        r"\w+)\b",
        text,
    ):
        return match["noun"], None
    if re.fullmatch(
        r"where (?:they|he|she|it|the \w+) (?:lives?|resides?|is based|are based|stays?)", text, re.IGNORECASE
    ):
        return "address", None
    if match := re.match(
        r"what (?:they|he|she|it|we|the \w+) (?:have |has )?(?P<verb>spent|paid|earned|owed?s?|cost)\b",
        text,
        re.IGNORECASE,
    ):
        return f"amount {_PAST.get(match['verb'].lower(), match['verb'].lower())}", None
    if re.fullmatch(r"what (?:they|he|she) (?:do|does)(?: for (?:a living|work))?", text, re.IGNORECASE):
        return "occupation", None
    if re.fullmatch(r"(?:(?!months|years|weeks|days)[a-z]+s )?aged", text, re.IGNORECASE):
        return "age", "integer"
    return None


_NOUN_FIRST = re.compile(
    r"^(?:whether|if) (?!(?:it|they|he|she|we|you|there|this|that|the|a|an|or)\b)[\w-]+(?: [\w-]+)? "
    r"(?:is|are|was|were|has been|have been) ",
    re.IGNORECASE,
)


_NOUN_STATE = re.compile(
    r"^(?:whether(?: or not)?|if) (?P<noun>[\w' -]{1,30}?) (?:is|are|was|were|has been|have been|had been) "
    r"(?P<rest>\w+(?: \w+)?)$",
    re.IGNORECASE,
)


_ASKED = re.compile(
    r"^(?P<verb>would|will|did|do|does|can|are|is|was|has|have) (?:they|he|she|it|you|the \w+)\s+(?P<rest>.+)$",
    re.IGNORECASE,
)


def _answer(text: str) -> tuple[str, str] | None:
    """ "whether it was approved", "would they recommend us": the state that is asked for."""
    for pattern in () if _NOUN_FIRST.match(text) else (_SUBJECT_CLAUSE, _CLAUSE):
        match = pattern.match(text)
        if match is None or match["rest"].lower().startswith("of "):
            continue
        rest, verb = match["rest"], (match["verb"] or "").lower()
        owns = verb in {"has", "have", "had"} and not re.match(r"\w+(?:ed|en)\b", rest)
        prefix = "has " if owns else "would " if verb == "would" else ""
        return prefix + re.sub(r"\s+(?:or not|us|them|it)$", "", rest), "boolean"
    if match := _NOUN_STATE.match(text):
        return f"{match['noun']} {match['rest']}", "boolean"
    if match := _ASKED.match(text):
        prefix = "would " if match["verb"].lower() == "would" else ""
        return prefix + re.sub(r"\s+(?:us|them|it)$", "", match["rest"]), "boolean"
    return None


def _extent(text: str) -> tuple[str, str | None] | None:
    """ "how many", "how much", "how long", "how old"."""
    if match := _MANY.match(text):
        return f"number of {match['noun']}", "integer"
    if match := _MUCH.match(text):
        return _amount(match), "float"
    if re.match(r"how long\b", text, re.IGNORECASE):
        return "duration", None
    if match := re.match(
        r"how (?P<what>far|often|tall|heavy|fast|big|large|deep|hot|high|wide|expensive|strong|loud)\b(?P<rest>.*)",
        text,
        re.IGNORECASE,
    ):
        return _EXTENTS[match["what"].lower()], None
    return ("age", "integer") if re.match(r"how old\b", text, re.IGNORECASE) else None


_EXTENTS = {
    "far": "distance", "often": "frequency", "tall": "height", "heavy": "weight", "fast": "speed", "big": "size",
    "large": "size", "deep": "depth", "hot": "temperature", "high": "height", "wide": "width", "expensive": "price",
    "strong": "strength", "loud": "loudness",
}  # fmt: skip


def _moment(text: str) -> tuple[str, str | None] | None:
    """ "when it was paid", "the date they moved in"."""
    match = _WHEN.match(text)
    if match is None:
        return None
    verb, asked = match["verb"].lower(), text.lower().startswith("when")
    if match["particle"]:
        return f"{_PAST.get(verb, verb)} {match['particle']} date", None if asked else "date"
    if asked and verb not in {"arrived", "departed"} and re.search(r"(?:ed|en|t|id|ld|n)$", verb):
        return f"{verb} at", "datetime"
    return f"{_PAST.get(verb, verb)} date", None


def _amount(match: re.Match[str]) -> str:
    verb = (match["verb"] or match["verb2"] or "").lower()
    done = _PAST.get(verb, verb if verb.endswith("ed") else "")
    if match["noun"]:
        return f"{match['noun']} {done}".strip()
    return {
        "owed": "amount owed",
        "paid": "amount paid",
        "spent": "amount spent",
        "cost": "cost",
        "weight": "weight",
    }.get(done, f"amount {done}".strip())
