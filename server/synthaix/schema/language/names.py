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


_STOP_OF = re.compile(
    r"\b(of|for|from|by|in|on|to|at|per|with) (?:the|a|an|their|his|her|its|each|our|your)\b", re.IGNORECASE
)


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
    text = re.sub(r"(?<=\w)['’](?:s|d|ed)?\b", "", text)
    text = _camel(_ascii(text))
    tokens = [token for token in re.split(r"[\W_]+", text.lower()) if token]
    tokens = [_correct(token) for token in tokens] if not keep else tokens
    name = "_".join(tokens)
    if name[:1].isdigit():
        name = _DIGIT_WORDS[int(name[0])] + "_" + name[1:].lstrip("_") if name[0].isascii() else f"n_{name}"
    return name[:MAX_NAME].strip("_")


def _simplify(text: str) -> str:
    if not re.match(r"A (?:number|side|team|party|end)$|plus one$", text):
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
    if token.endswith("es") and token[:-2] in TYPOS:
        return TYPOS[token[:-2]] + "es"
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
