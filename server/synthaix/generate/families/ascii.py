"""Names in the letters an e-mail address can have."""

from __future__ import annotations

import re
import unicodedata

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu",
    "я": "ya", "і": "i", "ї": "yi", "є": "ye", "ґ": "g",
}  # fmt: skip
_LETTERS = {"ß": "ss", "æ": "ae", "ø": "o", "å": "a", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "œ": "oe", "ı": "i"}
_PLAIN = str.maketrans(_LETTERS | _CYRILLIC)
_GERMAN = _PLAIN | str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_REST = re.compile(r"[^a-z0-9]")


def handle(name: str, *, german: bool = False) -> str:
    """`name` as lower-case ASCII letters and digits, "" when nothing can be written that way.

    Accents are dropped by canonical decomposition; Cyrillic letters and those without one have a table.
    """
    letters = name.lower().translate(_GERMAN if german else _PLAIN)
    return _REST.sub("", letters if letters.isascii() else unicodedata.normalize("NFKD", letters))
