"""Which column comes after which: the words of "after" and "before" pointed at columns, without a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthaix.schema.language.names import to_name
from synthaix.schema.table import NUMERIC_TYPES, TEMPORAL_TYPES

if TYPE_CHECKING:
    from synthaix.schema.language.draft import Draft


def resolve(drafts: list[Draft], kinds: dict[str, str]) -> None:
    """Point after/before at columns; words that name none go back into the name they were taken from."""
    asked = [(draft, side) for draft in drafts for side in ("after", "before") if getattr(draft, side) is not None]
    for draft, side in asked:
        counted = draft.order_words and kinds[draft.name] in NUMERIC_TYPES  # "balance after booking" is an amount
        if counted or _target(getattr(draft, side), draft, drafts, kinds) is None:
            _restore(draft, kinds)
            setattr(draft, side, None)
    asked = [(draft, side) for draft, side in asked if getattr(draft, side) is not None]
    order: dict[str, set[str]] = {}
    for draft, side in asked:
        target = _target(getattr(draft, side), draft, drafts, kinds)
        setattr(draft, side, None)
        if target is None:
            continue
        earlier, later = (target, draft.name) if side == "after" else (draft.name, target)
        if earlier not in _beyond(later, order):
            order.setdefault(earlier, set()).add(later)
            draft.facts[side] = target
            if kinds[draft.name] not in TEMPORAL_TYPES:
                kinds[draft.name] = draft.type = kinds[target]


def _beyond(name: str, order: dict[str, set[str]]) -> set[str]:
    """Everything that comes after the column, so that no circle is closed."""
    found, waiting = {name}, [name]
    while waiting:
        for later in order.get(waiting.pop(), ()):
            if later not in found:
                found.add(later)
                waiting.append(later)
    return found


def _target(words: str, draft: Draft, drafts: list[Draft], kinds: dict[str, str]) -> str | None:
    wanted = to_name(words)
    others = [other.name for other in drafts if other is not draft]
    close = [name for name in others if name == wanted]
    close += [
        name
        for name in others
        if name.startswith(f"{wanted}_") or wanted.startswith(f"{name}_") or name.endswith(f"_{wanted}")
    ]
    close += [name for name in others if wanted.split("_")[0] == name.split("_")[0] and len(wanted) > 3]
    return next((name for name in close if kinds[name] in TEMPORAL_TYPES), None)


def _restore(draft: Draft, kinds: dict[str, str]) -> None:
    longer = to_name(f"{draft.name} {draft.order_words}")
    if not draft.order_words or not longer or longer in kinds:
        return
    kind = kinds.pop(draft.name)
    draft.name = longer
    kinds[longer] = kind
