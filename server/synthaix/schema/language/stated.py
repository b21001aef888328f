"""Types and formats a writer names: "(uuid)", "boolean", "BIGINT", "VARCHAR(120)", "as decimal"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from synthaix.schema.language.text import vocabulary
from synthaix.schema.language.typewords import AMBIGUOUS, FORMATS, SURE

if TYPE_CHECKING:
    from synthaix.schema.language.draft import Draft


_ORDINARY = frozenset({"serial", "long", "short", "real", "double", "money", "bit", "array"})
"""Types whose words mean something else outside programs."""


ALL_TYPES = frozenset(SURE) - _ORDINARY | frozenset(AMBIGUOUS)
_SIZED = re.compile(
    r"^(?P<base>[a-z0-9]+(?: varying)?)\s?\(\s?(?P<size>\d{1,5})(?:\s?,\s?(?P<scale>\d{1,2}))?\s?\)$", re.IGNORECASE
)
_LEADING = re.compile(
    (
        r"^(?:an? |the )?(?:(?:valid|random|standard|iso|signed|unsigned|nullable|positive) "
        r")?(?P<type>[a-z0-9/-]+(?: [a-z0-9]+)?)(?: (?:column|field|value|flag|number|address|attribute|"
        r"string))?,? (?:called|named|for(?: the)?(?! every| each| all| any)|labelled|labeled|titled|as) (?P<name>.+)$"
    ),
    re.IGNORECASE,
)
_WRAPPER = re.compile(
    (
        r"^(?:(?:as|is|of type|type|an?|with type|datatype|data type|dtype|which is|of|the|in|valid|random|"
        r"stored as|format|formatted as|in format)\s*[:=]?\s+|:\s*)+"
    ),
    re.IGNORECASE,
)
_TAIL_NOUNS = re.compile(r"\s+(?:type|column|field|value|values|flag|format|only)$", re.IGNORECASE)


def type_of(text: str) -> tuple[str | None, str | None, dict[str, int]]:
    """(type, format, facts) of a piece that names nothing but a type; (None, None, {}) for any other text."""
    word = re.sub(r"\s+", " ", text.strip().strip("\"'.,;").lower())
    word = _TAIL_NOUNS.sub("", _WRAPPER.sub("", word)) or word
    nullable = word.endswith("?") or re.search(r"\s?\| ?(?:null|none|undefined)$", word) is not None
    word = re.sub(r"\?$|\s?\| ?(?:null|none|undefined)$", "", word).strip()
    extra: dict[str, int] = {"nullable": True} if nullable else {}
    if optional := re.fullmatch(r"optional\[(\w+)\]", word):
        word, extra = optional[1], {"nullable": True}
    if re.fullmatch(r"\w+\[\]|(?:list|array|set|dict|map)[\[<(][\w, ]*[\]>)]", word):
        return "json", None, extra
    if sized := _SIZED.match(word):
        base = sized["base"]
        kind = SURE.get(base) or AMBIGUOUS.get(base)
        if kind is None:
            return None, None, {}
        return kind, None, extra | _size_facts(base, kind, int(sized["size"]), sized["scale"])
    kind = SURE.get(word) or AMBIGUOUS.get(word)
    if kind is not None:
        return kind, None, extra
    form = FORMATS.get(word)
    return (None, form, extra) if form and form != "iso" else (None, None, {})


def _size_facts(base: str, kind: str, size: int, scale: str | None) -> dict[str, int]:
    if kind == "string" and size:
        return {"max_length": size} | ({"min_length": size} if base in {"char", "nchar", "bpchar"} else {})
    if kind == "decimal":
        return {"decimals": min(12, int(scale or 0))}
    return {}


def is_ambiguous(text: str) -> bool:
    """Whether the word may as well be a value or part of a name."""
    word = _WRAPPER.sub("", text.strip().lower())
    return word in AMBIGUOUS or word in FORMATS


def is_ordinary(text: str) -> bool:
    """Whether the type is a word of everyday speech: "double", "short", "real"."""
    return text.strip().lower() in _ORDINARY


def apply_type(text: str, draft: Draft) -> bool:
    """Read the text as a type into the draft; False where it is none."""
    kind, form, facts = type_of(text)
    if kind is None and form is None:
        return False
    if kind is not None:
        if kind == "number":
            draft.hints.append("number")
        elif draft.type is None:
            draft.type, draft.stated = kind, True
    if form is not None:
        draft.facts.setdefault("format", form)
    for key, value in facts.items():
        draft.facts.setdefault(key, value)
    return True


def take_called(text: str, draft: Draft) -> str:
    """ "a uuid called request_id" -> "request_id", with the type recorded."""
    match = _LEADING.match(text)
    if match is None:
        return text
    for words in (match["type"], match["type"].split()[0]):
        kind, form, _ = type_of(words)
        if kind or form:
            apply_type(words, draft)
            return match["name"]
    return text


_NOT_LAST = vocabulary("serial bit short long real money array alphanumeric ")
_LAST_WORDS = "|".join(
    sorted(
        map(re.escape, (set(SURE) | {"timestamp", "date", "time", "text", "number", "flag"}) - _NOT_LAST),
        key=len,
        reverse=True,
    )
)
_LAST_SURE = re.compile(
    r"^(?P<name>.+?)[\s:]+(?P<join>(?:as|of type|type|is|in)\s+(?:an? )?)?"
    rf"(?P<type>{_LAST_WORDS})"
    r"(?:\s?\((?P<size>\d{1,5}(?:\s?,\s?\d{1,2})?)\))?(?P<optional>\?)?(?: (?:field|column|value))?$",
    re.IGNORECASE,
)
_AS_FORMAT = re.compile(
    r"^(?P<name>.+?),? (?:as|formatted as|of type|which is|being|stored as) (?:an? )?(?P<type>[\w -]+)$", re.IGNORECASE
)
_FIRST_SURE = re.compile(
    (
        r"^(?:an? |the )?(?P<type>int|integer|bigint|float|double|decimal|boolean|bool|string|str|varchar|"
        r"uuid|guid|json|datetime)\s+(?P<name>[a-z_].*)$"
    ),
    re.IGNORECASE,
)
_TEMPORAL_END = re.compile(r"(?:\b|_)(?:at|on|date|time|datetime|timestamp|dob)$", re.IGNORECASE)


def take_type(text: str, draft: Draft) -> str:
    """Take a type off the end or the front of a phrase: "cancelled boolean", "integer quantity"."""
    match = _LAST_SURE.match(text)
    if match and _is_type_here(match):
        words = match["type"] + (f"({match['size']})" if match["size"] else "")
        if apply_type(words, draft):
            if match["optional"]:
                draft.facts.setdefault("nullable", True)
            return match["name"].strip(" :-–=")
    match = _AS_FORMAT.match(text)
    if match and apply_type(match["type"], draft):
        return match["name"].strip()
    match = _FIRST_SURE.match(text)
    if match and apply_type(match["type"], draft):
        return match["name"].strip()
    return text


def _is_type_here(match: re.Match[str]) -> bool:
    """Whether the last word is a type and not the end of a name ("release date", "user uuid")."""
    word, name = match["type"], match["name"]
    lowered = word.lower()
    if match["join"] and match["join"].strip().lower() != "in":
        return True
    if lowered in {"timestamp", "date", "time"}:
        return (
            word.isupper()
            or "_" in name.split()[-1]
            or (lowered != "date" and re.search(r"(?:\b|_)(?:at|on)$", name) is not None)
            or (lowered == "date" and re.search(r"\b(?:on|at)$", name) is not None)
        )
    if lowered in {"date time", "date and time", "date-time"}:
        return "_" in name or word.isupper()
    if lowered == "text" and name.split()[-1].lower() in {
        "bio",
        "notes",
        "note",
        "description",
        "summary",
        "remarks",
        "body",
        "abstract",
        "biography",
    }:
        return True
    if lowered in {"text", "number", "flag"}:
        return word.isupper() or ("_" in name.split()[-1] and lowered != "flag")
    if lowered in {"uuid", "guid", "json"}:
        return (
            "_" in name
            or re.search(r"[a-z](?:Id|ID|Key|Ref)$", name) is not None
            or re.search(
                (
                    r"\b(?:id|key|ref|reference|code|token|payload|metadata|data|settings|config|tags|"
                    r"properties|attributes)$"
                ),
                name,
                re.IGNORECASE,
            )
            is not None
            or word.isupper()
        )
    return True
