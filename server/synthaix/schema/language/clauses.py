"""What is said about the table, or about a column by name: "email must be unique", "issued in 2018"."""

from __future__ import annotations

import re

from synthaix.schema.language import types
from synthaix.schema.language.absorb import consume, merge
from synthaix.schema.language.aside import read_aside
from synthaix.schema.language.dates import Window, find_window, read_moment
from synthaix.schema.language.draft import Draft
from synthaix.schema.language.names import to_name
from synthaix.schema.language.presence import share_of
from synthaix.schema.language.text import groups, vocabulary

_SHARE_OF = re.compile(
    r"^(?:(?:and|with|where|but|of which|roughly|about|around|approximately|some|"
    r"~)\s*)*(?:\d{1,3}(?:\.\d+)?\s?%|\d{1,3} percent|half|a third|a quarter|one in (?:a )?\w+)\s*(?:of "
    r"(?:them|the \w+|those|rows|records|all \w+|\w+)|\w+(?= (?:has|have|is|are)\b))?\s*"
    r"(?P<verb>(?:is|are|have|has|were|was|should be|being|be|marked as|marked|flagged as|flagged|who are|"
    r"that are)\s+)*(?:an? )?(?P<what>[a-z][\w -]{1,40})$",
    re.IGNORECASE,
)


def apply_remark(remark: str, drafts: list[Draft]) -> bool:
    """Apply a sentence that mentions a column; False where it mentions none or says nothing."""
    text = re.sub(r",? (?:otherwise|else)\b.*$", "", remark.strip(" ?"))
    share = _SHARE_OF.match(text)
    if share and share_of(re.sub(r"^\D*(?=\d)", "", text) or text) is not None and _apply_share(text, share, drafts):
        return True
    done = False
    for clause in _split(text, drafts):
        done = _apply_clause(clause, drafts) or done
    return done


def _split(text: str, drafts: list[Draft]) -> list[str]:
    """The clauses of a remark: a comma begins a new one where a column's name follows."""
    clauses: list[str] = []
    for piece in re.split(
        (
            r"\s*;\s*|,\s+(?:and\s+)?|\s+and\s+(?=[a-z_]+(?: [a-z_]+){0,2} (?:is|are|must|should|can|may|"
            r"has|cannot|never|always)\b)"
        ),
        text,
    ):
        mentioned = _mentioned(piece, drafts)
        if clauses and (mentioned is None or (mentioned[1] > 25 and _mentioned(clauses[-1], drafts))):
            clauses[-1] = f"{clauses[-1]}, {piece}"
        else:
            clauses.append(piece)
    return clauses


def _apply_share(text: str, share: re.Match[str], drafts: list[Draft]) -> bool:
    what = share["what"]
    ratio = share_of(re.sub(r"^[^\d]*(?=\d)", "", text) if re.search(r"\d", text) else text)
    name = to_name(what)
    if ratio is None or not name:
        return False
    for draft in drafts:
        same = draft.name in {name, f"is_{name}", f"has_{name}"} or draft.name.endswith(f"_{name}")
        if not same and not name.startswith(f"{draft.name}_"):
            continue
        kind = types.infer(draft)
        if kind != "boolean" and re.match(r"ha(?:s|ve)\b", share["verb"] or "", re.IGNORECASE):
            draft.facts.setdefault("null_ratio", round(1 - ratio, 6))
            return True
        if kind in {"boolean", "string", "integer"} and "enum" not in draft.facts:
            draft.facts["true_ratio"] = ratio
            draft.type = draft.type or "boolean"
            return True
    return False


def shares(text: str) -> list[tuple[str, float]]:
    """Every "80% of them active" of a text, as (active, 0.8)."""
    out = []
    for piece in re.split(r"[,;.()]\s*|\s+with\s+|\s+where\s+", text):
        match = _SHARE_OF.match(piece.strip(" ?"))
        ratio = share_of(re.sub(r"^[^\d]*(?=\d)", "", piece) if re.search(r"\d", piece) else piece)
        if match and ratio is not None:
            out.append((match["what"], ratio))
    return out


def _apply_clause(clause: str, drafts: list[Draft]) -> bool:
    subject = _mentioned(clause, drafts)
    if subject is None:
        return False
    draft, start, end = subject
    them = "them" if re.search(r"\bof $", clause[:start], re.IGNORECASE) else ""  # "20% of emails null"
    rest = re.sub(r" {2,}", " ", f"{clause[:start]} {them} {clause[end:]}").strip()
    main, asides = groups(rest)
    scratch = Draft(text=draft.text, name=draft.name)
    main = re.sub(
        (
            r"^(?:make(?: sure)?|ensure|keep|the|please|note(?: that)?|also|and|but|set|let|values? (?:of|"
            r"for|in)|column|field|all|every|each)\s+"
        ),
        "",
        main,
        flags=re.IGNORECASE,
    )
    main = re.sub(
        (
            r"^(?:column|field|values?|that)?\s*(?:is|are|must be|should be|has to be|can be|=|"
            r":)?\s*(?=one of|either|any of)"
        ),
        "",
        main,
        flags=re.IGNORECASE,
    )
    if re.match(r"(?:one of|either|any of)\b", main, re.IGNORECASE):
        read_aside(main, scratch)
    elif consume(main, scratch) and not scratch.informed:
        values = re.match(
            r"(?:is|are|can be|may be|takes|must be|should be|=|:)?\s*(.+(?:\bor\b|/|\|).+)$", main, re.IGNORECASE
        )
        if values and len(main) < 200:
            read_aside(values[1], scratch)
    for aside in asides:
        read_aside(aside, scratch)
    if not scratch.informed:
        return False
    merge(scratch, draft)
    return True


def _mentioned(clause: str, drafts: list[Draft]) -> tuple[Draft, int, int] | None:
    """The column a clause is about: the one named first, the longest name winning a tie."""
    best: tuple[int, int, Draft, int] | None = None
    lowered = clause.lower()
    for draft in drafts:
        words = [re.escape(word) for word in draft.name.split("_")]
        match = re.search(r"(?<!\w)(?:the |every |each |all )?" + r"[\s_-]?".join(words) + r"(?:e?s)?(?!\w)", lowered)
        if match and (best is None or (match.start(), -len(draft.name)) < (best[0], best[1])):
            best = (match.start(), -len(draft.name), draft, match.end())
    return None if best is None else (best[2], best[0], best[3])


_LEADING = re.compile(
    (
        r"\b(?P<moment>(?:Q[1-4]|H[12]),? (?:19|20)\d\d|(?:19|20)\d\d (?:Q[1-4]|H[12])|(?:jan|feb|mar|apr|"
        r"may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (?:19|20)\d\d)\b"
    ),
    re.IGNORECASE,
)
_AVOID = vocabulary("birth dob birthday expiry expiration expires due warranty deadline end founded built ")


_VERBS = {
    verb: frozenset(words.split())
    for verbs, words in (
        ("sold bought", "sold sale purchased purchase bought order ordered"),
        ("placed", "placed order ordered booking created"),
        ("made taken", "booking booked made created order ordered reservation reserved taken"),
        ("born", "birth birthdate dob born"),
        ("hired employed", "hire hired start joined"),
        ("held", "held event date start match"),
        ("joined registered enrolled", "joined join registered registration signup enrolled enrollment"),
        ("sent", "sent shipped dispatched created"),
        ("launched released published", "launch launched release released published publication posted"),
    )
    for verb in verbs.split()
}
"""What a verb before a window dates, beyond words of its own stem."""


def table_window(header: str) -> Window | None:
    """The window the subject's sentence puts all rows in: "placed between …", "since 2005", "H1 2022 inspections"."""
    found = find_window(groups(header)[0]) or find_window(header)
    if found is not None:
        return found[0]
    match = _LEADING.search(header)
    moment = read_moment(match["moment"]) if match else None
    return Window(moment[0], moment[1]) if moment else None


def window_target(window: Window, drafts: list[Draft], kinds: dict[str, str]) -> Draft | None:
    """The column a table's window is about: the one its verb names, or the first that dates the row."""
    dated = [
        draft
        for draft in drafts
        if kinds[draft.name] in {"date", "datetime"}
        and draft.window is None
        and not {"minimum", "maximum"} & set(draft.facts)
    ]
    meant = _VERBS.get(window.verb, frozenset())
    for draft in dated:
        if meant & set(draft.name.split("_")):
            return draft
    stem = re.sub(r"(?:ed|ied|d|ing)$", "", window.verb)[:6]
    if len(stem) >= 3:
        for draft in dated:
            if any(token.startswith(stem[: max(3, len(stem) - 1)]) for token in draft.name.split("_")):
                return draft
    fit = [draft for draft in dated if not set(draft.name.split("_")) & _AVOID]
    return fit[0] if fit else None
