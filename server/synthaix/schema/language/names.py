"""Column names: "the holder's name" -> holder_name, "PM2.5" -> pm2_5, "estimatedDelivery" -> estimated_delivery."""

from __future__ import annotations

import re
import unicodedata

from synthaix.schema.language.lexicon import MEASURES, MONEY
from synthaix.schema.language.typos import TYPOS

MAX_NAME = 63
_DIGIT_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_ARTICLES = re.compile(
    r"^(?:(?:an?|the|their|his|her|its|our|your|my|each|some|also|plus|and|then|finally|lastly|or|one|"
    r"as well as|every|both|any|random|fake|realistic|maybe|perhaps|possibly|"
    r"ideally|optionally|of course|a column for|a field for|columns? for|fields? for|including|which|"
    r"what|corresponding|associated|respective|additional|exact|full list of)\s+)+(?=\S)",
    re.IGNORECASE,
)

_RELATIVE = re.compile(
    (
        r"(?<=\w)\s+(?:that|which|who|they|he|she|we|you|it|i|where|for each|of each|for every|of every|per row|in "
        r"the|at which|on which|to be|if)\s.*$"
    ),
    re.IGNORECASE,
)
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
_STOP_OF = re.compile(
    r"\b(of|for|from|by|in|on|to|at|per|with) (?:the|a|an|their|his|her|its|each|our|your)\b", re.IGNORECASE
)


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
    return ("age", "integer") if re.match(r"how old\b", text, re.IGNORECASE) else None


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


def to_name(phrase: str, *, keep: bool = False) -> str:
    """A valid column name for the phrase, or "" where it has no letters or digits."""
    text = re.sub(r"\be-mail", "email", phrase.strip(), flags=re.IGNORECASE)
    if not keep:
        text = _simplify(text)
    text = (
        text.replace("%", " percent ")
        .replace("&", " and ")
        .replace("#", " number ")
        .replace("+", " plus ")
        .replace("µ", "u")
        .replace("°", " ")
        .replace("²", "2")
        .replace("³", "3")
    )
    text = re.sub(r"(?<=\w)['’]s?\b", "", text)
    text = _camel(_ascii(text))
    tokens = [token for token in re.split(r"[\W_]+", text.lower()) if token]
    tokens = [_correct(token) for token in tokens] if not keep else tokens
    name = "_".join(tokens)
    if name[:1].isdigit():
        name = _DIGIT_WORDS[int(name[0])] + "_" + name[1:].lstrip("_") if name[0].isascii() else f"n_{name}"
    return name[:MAX_NAME].strip("_")


def _simplify(text: str) -> str:
    text = _ARTICLES.sub("", text)
    text = _STOP_OF.sub(r"\1", text)
    if match := re.match(r"^(?:date|day) of last (?P<what>[\w ]+)$", text, re.IGNORECASE):
        text = f"last {match['what']} date"
    if match := re.match(
        r"^(?:number|no\.?|nr\.?|#|count|amount|total number|total) of (?:the )?(?P<what>[\w ]+)$", text, re.IGNORECASE
    ):
        return (
            f"number of {match['what']}"
            if re.match(r"(?:num|no|nr|#|count|total number)", text, re.IGNORECASE)
            else text
        )
    if len(text.split()) > 2:
        text = _RELATIVE.sub("", text)
    text = re.sub(r"\bin (?=(?:(?:us )?\w{3} )?(?:millions?|thousands?|billions?)\b)", "", text, flags=re.IGNORECASE)
    text = _measure_in_unit(text)
    return re.sub(r"\s+(?:field|column)$", "", text, flags=re.IGNORECASE)


def _measure_in_unit(text: str) -> str:
    """ "fee in satoshis" -> "fee satoshis"; "people in household" stays."""
    match = re.search(r"(?P<measure>[a-z]+) in (?=[a-z]+(?: [a-z]+)?$)", text, re.IGNORECASE)
    if match is None or match["measure"].lower() not in MONEY | MEASURES:
        return text
    return f"{text[: match.start()]}{match['measure']} {text[match.end() :]}"


def _correct(token: str) -> str:
    if token in TYPOS:
        return TYPOS[token]
    stem = token[:-1]
    return TYPOS[stem] + "s" if token.endswith("s") and not token.endswith("ss") and stem in TYPOS else token


def _ascii(text: str) -> str:
    """Latin letters without accents; other scripts as they are."""
    out = []
    for char in unicodedata.normalize("NFC", text):
        base = unicodedata.normalize("NFKD", char)
        out.append(base[0] if len(base) > 1 and base[0].isascii() and base[0].isalpha() else char)
    return "".join(out).replace("ß", "ss").replace("ø", "o").replace("æ", "ae").replace("œ", "oe")


_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z]+\b)|(?<=[A-Z])(?=[A-Z][a-z])")


def _camel(text: str) -> str:
    """Split camelCase words; short symbols such as pH, kWh and HbA1c stay whole."""
    out = []
    for word in text.split(" "):
        if re.fullmatch(r"[A-Za-z]\w*", word) and not word.isupper() and _humped(word):
            word = _HUMP.sub("_", word)
        out.append(word)
    return " ".join(out)


def _humped(word: str) -> bool:
    humps = [hump for hump in re.split(r"_|" + _HUMP.pattern, word) if hump]
    if len(humps) < 2 or word in {
        "iOS",
        "macOS",
        "MySQL",
        "GitHub",
        "YouTube",
        "LinkedIn",
        "PayPal",
        "eBay",
        "iPhone",
        "LaTeX",
        "WiFi",
    }:
        return False
    return (len(word) >= 5 and all(len(hump) >= 2 for hump in humps[:1]) and not re.search(r"\d", humps[0])) or (
        word[0].islower() and len(humps[0]) >= 2
    )
