"""Patterns cut to lengths, and whether every string has one way of being made."""

from __future__ import annotations

from dataclasses import replace

from synthaix.generate.samplers.regex import LONGEST, UNBOUNDED_EXTRA, Chain, Chars, Either, Node, Repeat, opens


def at_most(node: Node, room: int) -> Node:
    """The node without its strings longer than `room` characters (`node.shortest` <= room)."""
    if node.longest <= room:
        return node
    match node:
        case Either():
            return Either(tuple(at_most(branch, room) for branch in node.branches if branch.shortest <= room))
        case Repeat():
            low = max(node.low, 1)
            share = max(node.inner.shortest, min(node.inner.longest, room // low))
            if share == 0 or node.inner.shortest > room:
                return replace(node, high=node.low)
            inner = at_most(node.inner, share)
            return Repeat(inner, node.low, max(node.low, min(node.high, room // max(inner.longest, 1))), node.open)
        case Chain():
            spare = room - node.shortest
            parts = []
            for part in node.parts:
                cut = at_most(part, min(part.longest, part.shortest + spare))
                spare -= cut.longest - cut.shortest if cut.shortest == part.shortest else cut.longest - part.shortest
                parts.append(cut)
            return Chain(tuple(parts))
    return node


def at_least(node: Node, need: int) -> Node:
    """The node without its strings shorter than `need` characters; open repeats grow where they must."""
    if node.shortest >= need:
        return node
    match node:
        case Either():
            grown = [at_least(branch, need) for branch in node.branches]
            return Either(tuple(branch for branch in grown if branch.shortest >= need) or tuple(grown))
        case Repeat() if node.inner.shortest > 0:
            low = max(node.low, -(-need // node.inner.shortest))
            high = max(node.high, low + UNBOUNDED_EXTRA) if node.open else node.high
            return Repeat(node.inner, min(low, high), high, node.open)
        case Chain():
            parts = list(node.parts)
            # Closed repeats first: an open one can take up whatever is left.
            for index in sorted(range(len(parts)), key=lambda place: opens(parts[place])):
                others = sum(part.shortest for part in parts) - parts[index].shortest
                parts[index] = at_least(parts[index], min(need - others, _reach(parts[index])))
            return Chain(tuple(parts))
    return node


def _reach(node: Node) -> int:
    return LONGEST if opens(node) else node.longest


def is_unambiguous(node: Node, follow: frozenset[str] = frozenset(), at_end: bool = True) -> bool:
    """Whether no string can be made in two ways, as far as one character of look-ahead tells."""
    match node:
        case Either():
            firsts = [_first(branch) for branch in node.branches]
            optional = [branch for branch in node.branches if branch.shortest == 0]
            lengths = {branch.longest for branch in node.branches} | {branch.shortest for branch in node.branches}
            apart = sum(len(first) for first in firsts) == len(frozenset().union(*firsts)) and len(optional) <= 1
            literals = len(lengths) == 1 and all(branch.count == 1 for branch in node.branches)
            different = literals and len({_only(branch) for branch in node.branches}) == len(node.branches)
            if optional and frozenset().union(*firsts) & follow:
                return False
            return (apart or different) and all(is_unambiguous(b, follow, at_end) for b in node.branches)
        case Repeat():
            first = _first(node.inner)
            if node.low != node.high and first & follow:
                return False
            if node.inner.shortest == 0:
                return False
            return is_unambiguous(node.inner, follow | (first if node.high > 1 else frozenset()), at_end)
        case Chain():
            for index in range(len(node.parts) - 1, -1, -1):
                part = node.parts[index]
                if not is_unambiguous(part, follow, at_end):
                    return False
                follow = _first(part) | (follow if part.shortest == 0 else frozenset())
            return True
    return True


def _first(node: Node) -> frozenset[str]:
    match node:
        case Chars():
            return frozenset(node.options)
        case Either():
            return frozenset().union(*(_first(branch) for branch in node.branches))
        case Repeat():
            return _first(node.inner) if node.high else frozenset()
    found: frozenset[str] = frozenset()
    for part in node.parts:
        found |= _first(part)
        if part.shortest:
            break
    return found


def _only(node: Node) -> str:
    """The one string of a node whose count is 1."""
    match node:
        case Chars():
            return node.options
        case Either():
            return _only(node.branches[0])
        case Repeat():
            return _only(node.inner) * node.low
    return "".join(_only(part) for part in node.parts)
