"""The whole sentence: count, subject, columns, remarks, put together as one translation."""

from __future__ import annotations

import re

from synthaix.schema.count import find_count
from synthaix.schema.language import clauses
from synthaix.schema.language.draft import Draft
from synthaix.schema.language.fallback import general_columns
from synthaix.schema.language.finish import finish, kinds_of, settle_moments, unite
from synthaix.schema.language.item import read_item
from synthaix.schema.language.names import to_name
from synthaix.schema.language.nouns import MAX_NOUN, singular, subject_noun, subject_phrase, subject_words
from synthaix.schema.language.phrases import Outline, outline
from synthaix.schema.language.places import at_home, country_of, without_country
from synthaix.schema.language.refine import named_after, qualified, ranged, told
from synthaix.schema.language.stated import apply_type
from synthaix.schema.language.text import COUNT
from synthaix.schema.language.types import known
from synthaix.schema.table import MAX_COLUMNS, Column, TableSchema
from synthaix.schema.translation import Translation


def read_table(text: str, max_columns: int | None) -> Translation:
    """Translate a cleaned, non-empty prompt."""
    count = find_count(text)
    marked = text if count is None else f"{text[: count.start]}{COUNT}{text[count.end :]}"
    parts = outline(marked)
    parts.items, homes = _apart(parts.items)
    drafts = unite([draft for draft in map(read_item, parts.items) if draft is not None and draft.name])[:MAX_COLUMNS]
    if _names_subjects(drafts, parts):
        parts, drafts = Outline(marked), []
    _share_types(drafts)
    assumptions: list[str] = []
    questions: list[str] = []
    if len(drafts) == 1 and not parts.explicit and (extended := _with_one_more(drafts[0], parts, assumptions)):
        columns = extended
    elif drafts:
        columns = _listed(drafts, parts, assumptions, questions)
    else:
        columns = _of_subject(parts, assumptions, questions)
    if locale := country_of(parts.header, [*parts.remarks, *homes], marked):
        columns, local = at_home(columns, locale)
        assumptions += [f"{', '.join(local)}: written as in {locale}, the country that is named."] if local else []
    if count is None:
        questions.append("How many rows do you need?")
    elif count.vague:
        assumptions.append(f'"{text[count.start : count.end]}" is taken as {count.value} rows.')
    if max_columns is not None and len(columns) > max_columns:
        assumptions.append(f"Only the first {max_columns} of {len(columns)} columns were kept, as max_columns asks.")
        columns = _without_dangling(columns[:max_columns])
    table = TableSchema(columns=tuple(columns))
    return Translation(table, None if count is None else count.value, tuple(assumptions), tuple(questions))


def _apart(items: list[str]) -> tuple[list[str], list[str]]:
    """The items without the country that the last words of one name, and those words."""
    found = [without_country(item) for item in items]
    return [item for item, _ in found], [words for _, words in found if words]


def _names_subjects(drafts: list[Draft], parts: Outline) -> bool:
    """Whether the items are the subject itself: "a table listing orders", "events and conferences"."""
    if not 0 < len(drafts) <= 3 or any(draft.stated or draft.facts or draft.unit for draft in drafts):
        return False
    if (
        re.match(r"(?:an?|our|my)\s", drafts[0].text)
        and COUNT in parts.header
        and _is_known(subject_words(parts.header))
    ):
        return True
    if subject_words(parts.header):
        return False
    first = subject_words(drafts[0].text)
    if not first or singular(first[-1]) == first[-1]:
        return False
    pair = len(drafts) == 2 and not re.search(r"[,:;\n]", parts.header + "".join(parts.items))
    alone = (
        len(drafts) == 1
        or pair
        or re.search(r"\b(?:in|from|of)\b", drafts[0].text)
        or drafts[1].text.startswith("one ")
    )
    return bool(alone or not known(to_name(" ".join(first)))) and _is_known(first)


def _is_known(subject: list[str]) -> bool:
    from synthaix.schema.domains import find_domain

    return find_domain(" ".join(subject)) is not None


_ALL_OF_TYPE = re.compile(r"\((?:all|each|both)(?: of them)?(?: are)? (?P<type>[a-z]+?)s?\)", re.IGNORECASE)


def _share_types(drafts: list[Draft]) -> None:
    """ "date key, store key, product key (all ints)" gives the type to every column before it."""
    for index, draft in enumerate(drafts):
        match = _ALL_OF_TYPE.search(draft.text)
        if match is None:
            continue
        for earlier in drafts[: index + 1]:
            if not earlier.stated and not earlier.facts:
                apply_type(match["type"], earlier)


def _with_one_more(draft: Draft, parts: Outline, assumptions: list[str]) -> list[Column] | None:
    """ "bank customers with churn": the usual columns of the subject and the named one; None for no subject."""
    from synthaix.schema.domains import find_domain

    domain = find_domain(parts.header)
    if domain is None:
        return None
    assumptions.append(f"Besides {draft.name}, these are the columns usual for {domain.title}.")
    named = finish([draft], subject_noun(parts.header)).columns[0]
    columns = _windowed(domain.columns(), parts.header.replace(COUNT, " "), assumptions)
    return [*(column for column in columns if column.name != named.name), named]


def _listed(drafts: list[Draft], parts: Outline, assumptions: list[str], questions: list[str]) -> list[Column]:
    for remark in parts.remarks:
        if not clauses.apply_remark(remark, drafts):
            drafts += _added(remark, drafts, assumptions)
    settle_moments(drafts)
    kinds = kinds_of(drafts)
    window = clauses.table_window(parts.header)
    if window is not None:
        target = clauses.window_target(window, drafts, kinds)
        if target is not None:
            target.window = window
            assumptions.append(f"The dates named for the table bound {target.name}.")
    finished = finish(drafts, subject_noun(parts.header))
    assumptions += finished.assumptions
    for draft in drafts:
        assumptions += [note for note in draft.notes if note.endswith(".")]
        if draft.hints and any(len(hint) > 8 for hint in draft.hints):
            assumptions.append(f"{draft.name}: {max(draft.hints, key=len)!r} was read as a description.")
    _ask(drafts, finished.columns, questions)
    return finished.columns


def _added(remark: str, drafts: list[Draft], assumptions: list[str]) -> list[Draft]:
    """ "70% subscribed" beside a list that has no such column adds it."""
    out = []
    for what, ratio in clauses.shares(remark):
        name = to_name(what)
        if re.match(r"(?:from|in|at|with|of|on) ", what):
            continue
        if name and name.count("_") <= 1 and name not in {draft.name for draft in drafts} and len(drafts) < MAX_COLUMNS:
            out.append(
                Draft(
                    text=what,
                    name=name if name.startswith(("is_", "has_")) else f"is_{name}",
                    type="boolean",
                    facts={"true_ratio": ratio},
                )
            )
            assumptions.append(f"A column {out[-1].name} was added for the share that was named.")
    return [draft for draft in out if draft.name not in {other.name for other in drafts}][:1]


def _ask(drafts: list[Draft], columns: list[Column], questions: list[str]) -> None:
    """Ask about a name that tells nothing, once."""
    for draft, column in zip(drafts, columns, strict=True):
        if column.name in {"value", "data", "misc", "other", "field", "info"} and not draft.informed:
            questions.append(f"What does {column.name} hold? It is taken as {column.type}.")
            return


def _without_dangling(columns: list[Column]) -> list[Column]:
    """Columns whose after, before and generators name only columns that are still there."""
    names = {column.name for column in columns}
    out = []
    for column in columns:
        changes = {
            side: None
            for side in ("after", "before")
            if getattr(column, side) is not None and getattr(column, side) not in names
        }
        kept = {key: value for key, value in column.model_dump(exclude_unset=True).items() if key not in changes}
        if column.generator is not None and not _self_contained(column, names):
            kept.pop("generator", None)
        out.append(Column.model_validate(kept))
    return out


def _self_contained(column: Column, names: set[str]) -> bool:
    generator = column.generator
    if generator is None:
        return True
    if generator.kind == "expression":
        used = set(re.findall(r"[a-zA-Z_]\w*(?!\w*\s*\()", re.sub(r"'[^']*'|\"[^\"]*\"", "", generator.expr)))
        return not (used - names - {"if", "else", "and", "or", "not", "None", "True", "False", "null", "in"})
    if generator.kind == "template":
        return set(re.findall(r"\{(\w+)", generator.template)) <= names
    if generator.kind == "categorical":
        return generator.by is None or generator.by in names
    return True


def _of_subject(parts: Outline, assumptions: list[str], questions: list[str]) -> list[Column]:
    """The columns a person would expect of a subject named without any."""
    from synthaix.schema.domains import find_domain

    header = parts.header.replace(COUNT, " ")
    domain = find_domain(parts.header)
    if domain is not None:
        columns = domain.columns()
        assumptions.append(f"No columns were named, so these are the ones usual for {domain.title}.")
    else:
        *qualifiers, head = subject_words(parts.header) or ["record"]
        columns = [Column.model_validate(row) for row in general_columns(singular(head)[:MAX_NOUN], qualifiers)]
        phrase = subject_phrase(parts.header) or "this subject"
        assumptions.append("No columns were named and the subject is not a known one, so the columns are general.")
        questions.append(f"Which columns should {phrase} have?")
    if domain is not None:
        columns = named_after(columns, header, frozenset().union(*domain.phrases))
    columns = ranged(qualified(columns, header), header, assumptions)
    columns = told(columns, header, assumptions)
    columns = _windowed(columns, header, assumptions)
    return _shared(columns, header, assumptions)


def _windowed(columns: list[Column], header: str, assumptions: list[str]) -> list[Column]:
    window = clauses.table_window(header)
    if window is None:
        return columns
    drafts = [Draft(text=column.name, name=column.name) for column in columns]
    kinds = {column.name: column.type for column in columns}
    target = clauses.window_target(window, drafts, dict(kinds))
    if target is None:
        return columns
    target.window = window
    target.type = kinds[target.name]
    bounded = finish([target], "").columns[0]
    assumptions.append(f"The dates named for the table bound {target.name}.")
    changes = {key: getattr(bounded, key) for key in ("minimum", "maximum") if getattr(bounded, key) is not None}
    return [_changed(column, changes) if column.name == target.name else column for column in columns]


def _changed(column: Column, changes: dict[str, object]) -> Column:
    return Column.model_validate(column.model_dump(exclude_unset=True) | changes)


def _shared(columns: list[Column], header: str, assumptions: list[str]) -> list[Column]:
    """ "80% of them active" sets a boolean of the subject, or adds one."""
    for what, ratio in clauses.shares(header):
        name = to_name(what)
        if not name or len(name.split("_")) > 3:
            continue
        generator: dict[str, object] = {"generator": {"kind": "boolean", "p": ratio}}
        found = next(
            (
                column
                for column in columns
                if column.type == "boolean" and column.name in {name, f"is_{name}", f"has_{name}"}
            ),
            None,
        )
        if found is not None:
            columns = [_changed(column, generator) if column is found else column for column in columns]
        elif f"is_{name}" not in {column.name for column in columns} and len(columns) < MAX_COLUMNS:
            columns = [
                *columns,
                Column.model_validate(
                    {"name": f"is_{name}"[:63], "type": "boolean", "description": f"Whether it is {what}"} | generator
                ),
            ]
            assumptions.append(f"A column is_{name} was added for the share that was named.")
    return columns
