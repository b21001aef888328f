"""Nulls, uniqueness and shares: "optional", "30% null", "must be unique", "80% of them active"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synthaix.schema.language.draft import Draft

_SHARE = (
    r"(?:about |around |roughly |approximately |approx\.? |some |~ ?|exactly |circa |ca\.? "
    r")?(?P<share>\d{1,3}(?:\.\d+)?) ?(?:%|percent\b|per cent\b|pct\b)"
)
_FRACTION = (
    r"(?P<word>half|a third|a quarter|a fifth|a tenth|two thirds|three quarters|one in (?:ten|five|four|"
    r"three|twenty|a hundred|\d+)|1 in \d+)"
)
_WORDS = {
    "half": 0.5,
    "a third": 0.3333,
    "a quarter": 0.25,
    "a fifth": 0.2,
    "a tenth": 0.1,
    "two thirds": 0.6667,
    "three quarters": 0.75,
    "one in ten": 0.1,
    "one in five": 0.2,
    "one in four": 0.25,
    "one in three": 0.3333,
    "one in twenty": 0.05,
    "one in a hundred": 0.01,
}
_EMPTY = (
    r"(?:nulls?|missing|empty|blank|absent|none|NaN|unset|not (?:set|present|given|filled|filled in|"
    r"available|provided|known)|unknown|without (?:a )?value|left (?:blank|empty|out))"
)
_NULL_SHARE = (
    re.compile((
        rf"{_SHARE}(?: of (?:them|the (?:time|rows|values|records|entries)|rows|values|cases|records|"
        rf"entries))?(?: (?:are|is|should be|may be|being|can be|will be|have))?(?: (?:a|no))? "
        rf"?{_EMPTY}(?: values?)?(?!\w)"
    ), re.IGNORECASE),
    re.compile((
        rf"(?:\b(?:is|are|should be|must be|may be|can be|being|left|which is|that is)\s+)?\b{_EMPTY}(?: "
        rf"values?)? ?(?:in|for|at|with|:|=|about|rate|ratio|probability)? ?(?:of |in |for |= ?|: "
        rf"?)?{_SHARE}(?: of (?:the )?(?:rows|time|cases|records|values|them|entries|all rows))?"
    ), re.IGNORECASE),
    re.compile((
        rf"{_FRACTION}(?: of (?:them|the (?:time|rows|values)|rows))?(?: (?:are|is|should be))? "
        rf"?{_EMPTY}(?!\w)"
    ), re.IGNORECASE),
    re.compile(rf"\b{_EMPTY} (?:in|for) {_FRACTION} of (?:the )?(?:rows|cases|records|them)", re.IGNORECASE),
    re.compile((
        r"\b(?:present|filled|filled in|set|given|known|available|populated|provided|not null|"
        r"non-null)(?: only)? (?:in|for) (?:only )?(?P<filled>\d{1,3}(?:\.\d+)?) ?%(?: of (?:the "
        r")?(?:rows|time|cases|records|them))?"
    ), re.IGNORECASE),
)  # fmt: skip
_NOT_NULL = re.compile(
    r"(?:\b(?:is|are|must be|should be|always)\s+)*\b(?:not[ _-]null|non-?null(?:able)?|not nullable|"
    r"not empty|never (?:be )?(?:null|empty|missing|blank)|cannot be (?:null|empty|blank|missing)|"
    r"can't be (?:null|empty|blank)|"
    r"must not be (?:null|empty|blank)|can not be (?:null|empty)|may not be (?:null|empty)|not "
    r"optional|(?<!not )(?:required(?!\?)|mandatory|compulsory)|always (?:set|present|filled|filled in|given)|must be "
    r"(?:present|filled|filled in|set)|no nulls)(?![\w-])",
    re.IGNORECASE,
)
_NULLABLE = re.compile(
    r"(?:[,;]?\s*\b(?:which|that|and|but|it|they)\s+)?(?:\b(?:is|are|(?:can|may|might|could|should|"
    r"will|would) (?:also |sometimes |occasionally |often )?(?:be|have)|(?:can|may|might|could) be "
    r"left|allowed to be|permitted to be|left|sometimes|often|occasionally|mostly|usually|possibly|"
    r"maybe|perhaps|"
    r"potentially|or|allow(?:s|ed|ing)?|with(?: some| a few| occasional)?|has|have|contains?|some(?: "
    r"of them)?(?: are)?|a few(?: are)?|some values)\s+)*\b(?:optional(?:ly)?(?! \w+ (?:yes|no))|"
    r"nullable|nulls?(?: allowed| ok| okay| values?| possible| permitted| if [\w ]{1,40})?|(?<=be "
    r")(?:missing|empty|blank|absent|none|unknown)|"
    r"(?<=sometimes )(?:missing|empty|blank|absent|unknown)|(?<=often )(?:missing|empty|blank|absent)|"
    r"(?<=mostly )(?:missing|empty|blank)|(?<=usually )(?:missing|empty|blank)|(?<=occasionally "
    r")(?:missing|empty|blank|absent)|"
    r"(?<=possibly )(?:missing|empty|blank|absent)|(?<=maybe )(?:missing|empty|blank)|(?<=left )(?:out|"
    r"blank|empty)|(?<=or )(?:missing|empty|blank|none|nothing)|(?<=some )(?:missing|empty|blank)|"
    r"(?<=few )(?:missing|empty|blank)|missing values?|empty (?:ok|okay|allowed|possible)|blank (?:ok|"
    r"okay|allowed|if [\w ]{1,40})|empty if [\w ]{1,40}|may not (?:exist|be (?:present|known|there|set|"
    r"given))|not always (?:present|set|given|known|filled|filled in|there|available)|"
    r"not required|not mandatory|(?:null|empty|blank) (?:when|until|unless|while|for|as long as) [\w' ]{1,40}|"
    r"(?:otherwise|else) (?:null|empty|blank)|(?:when|where) there (?:is|was) (?:one|any)|if (?:any|known|"
    r"available|given|present|applicable|there is one|there "
    r"was one|provided|relevant|exists?|one exists|they have one|it exists)|when (?:known|available|"
    r"applicable|present)|where (?:known|available|applicable|given))(?![\w-])",
    re.IGNORECASE,
)
_UNIQUE = re.compile(
    r"(?:[,;]?\s*\b(?:which|that|and|it|they)\s+)?(?:\b(?:is|are|must be|should be|has to be|have to "
    r"be|needs? to be|always|all|each|every one|must|be|globally|strictly)\s+)*(?<!not )\b(?:unique(?: "
    r"values?| per row| across (?:all )?rows| key| for (?:each|every) \w+)?|distinct(?: values?)?|no "
    r"(?:duplicates?|dupes?|repeats?)(?: allowed)?|"
    r"never repeat(?:s|ed|ing)?|not repeat(?:ed|ing)?|without (?:duplicates?|repeats?|repetition)|"
    r"non-?repeating|primary key|pk|no two (?:rows )?(?:the same|alike|share (?:it|one|the "
    r"same)))(?![\w-])",
    re.IGNORECASE,
)
_TRUE_SHARE = (
    re.compile((
        rf"{_SHARE}(?: of (?:them|the time|rows|cases|records|the rows|values))?(?: (?:are|is|being|should "
        rf"be|set to|to be))* ?(?P<truth>true|yes|positive|1s?|ones|trues)(?!\w)"
    ), re.IGNORECASE),
    re.compile((
        rf"\b(?P<truth>true|yes|1(?!\d)) ?(?:in|for|at|with|:|=|about|around|probability|rate|ratio|p)? ?(?:of |"
        rf"in |for |= ?|: ?)?{_SHARE}(?: of (?:the |all )?(?:time|them|[a-z]{3,}s))?"
    ), re.IGNORECASE),
    re.compile(rf"\b(?P<truth>true|yes) (?:in|for|with|about)? ?{_FRACTION}(?: (?:rows|cases|of "
               rf"them))?(?!\w)", re.IGNORECASE),
    re.compile((
        rf"{_SHARE}(?: of (?:them|the time|rows|cases|records|the rows|values))?(?: (?:are|is|being|should "
        rf"be|set to|to be))* ?(?P<lie>false|no)(?!\w)"
    ), re.IGNORECASE),
    re.compile((
        rf"\b(?P<lie>false|no) ?(?:in|for|at|with|:|=)? ?(?:of |in |for |= ?|: ?)?{_SHARE}(?: of (?:the "
        rf")?(?:rows|time|cases|records|them|values))?"
    ), re.IGNORECASE),
)  # fmt: skip
ONLY_SHARE = re.compile(
    rf"^{_SHARE}(?: (?:of (?:the time|them|cases|rows)|probability|chance|rate|likely))?$", re.IGNORECASE
)


def take_presence(text: str, draft: Draft) -> str:
    """Record shares, nulls and uniqueness said in the text; the rest of the text is given back."""
    for pattern in _NULL_SHARE:
        match = pattern.search(text)
        if match:
            draft.facts["null_ratio"] = _ratio(match)
            draft.facts.setdefault("nullable", True)
            text = _without(text, match)
            break
    for pattern in _TRUE_SHARE:
        match = pattern.search(text)
        if match:
            ratio = _ratio(match)
            draft.facts["true_ratio"] = round(1 - ratio, 6) if "lie" in match.groupdict() else ratio
            text = _without(text, match)
            break
    for pattern, field, value in (
        (_NOT_NULL, "nullable", False),
        (_NULLABLE, "nullable", True),
        (_UNIQUE, "unique", True),
    ):
        match = pattern.search(text)
        if match:
            draft.facts.setdefault(field, value)
            text = _without(text, match)
    return text


def _without(text: str, match: re.Match[str]) -> str:
    return re.sub(r" +", " ", f"{text[: match.start()]} {text[match.end() :]}").strip(" ,;:-")


def _ratio(match: re.Match[str]) -> float:
    named = match.groupdict()
    if named.get("share"):
        return round(min(float(named["share"]), 100.0) / 100, 6)
    if named.get("filled"):
        return round(1 - min(float(named["filled"]), 100.0) / 100, 6)
    word = named["word"].lower()
    if word in _WORDS:
        return _WORDS[word]
    return round(1 / max(1, int(re.sub(r"\D", "", word.replace("1 in", "").replace("one in", "")) or 1)), 6)


def share_of(text: str) -> float | None:
    """The share a text opens with ("80% of them", "about 6%", "half of"), or None."""
    match = re.match(
        rf"(?:{_SHARE}|{_FRACTION}(?= (?:of|are|is|have|has|were)\b|$| \w+ (?:are|have|has|is)\b))",
        text.strip(),
        re.IGNORECASE,
    )
    return None if match is None else _ratio(match)
