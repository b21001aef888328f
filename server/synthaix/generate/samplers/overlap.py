"""Whether a repeated part of a pattern can be read in exponentially many ways, as in (a|a)*.

The part's automaton of positions (V. M. Glushkov, 1961) is run against itself: a repetition is exponentially
ambiguous where two different paths over the same text part and meet again (A. Weber, H. Seidl, 1991).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthaix.generate.samplers.regex import Chain, Chars, Either, Repeat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from synthaix.generate.samplers.regex import Node

MANY = 20
"""Repetitions from which two ways for each of them are as bad as repetition without an end."""

_MOST_POSITIONS = 200
_MOST_PAIRS = 20_000
"""Larger parts are not judged: checking them would itself take long."""

_Pair = tuple[int, int]


class _TooLargeError(Exception):
    """The part has more positions than are judged."""


class _TwoWaysError(Exception):
    """One character can follow another in two ways."""


@dataclass(frozen=True, slots=True)
class _Part:
    nullable: bool
    first: frozenset[int]
    last: frozenset[int]


_EMPTY = _Part(True, frozenset(), frozenset())


def overlaps(node: Node) -> bool:
    """Whether the node, repeated without an end, has two ways of reading one text at every repetition."""
    positions = _Positions()
    try:
        positions.loop(positions.read(node))
        return positions.part_and_meet()
    except _TwoWaysError:
        return True
    except _TooLargeError:
        return False


class _Positions:
    """The characters of a pattern, and which of them may follow which."""

    def __init__(self) -> None:
        self._chars: list[frozenset[str]] = []
        self._next: list[set[int]] = []

    def read(self, node: Node) -> _Part:
        match node:
            case Chars():
                return self._position(node)
            case Chain():
                part = _EMPTY
                for inner in node.parts:
                    part = self._join(part, self.read(inner))
                return part
            case Either():
                parts = [self.read(branch) for branch in node.branches]
                return _Part(
                    any(part.nullable for part in parts),
                    frozenset().union(*(part.first for part in parts)),
                    frozenset().union(*(part.last for part in parts)),
                )
        return self._repeated(node)

    def loop(self, part: _Part) -> _Part:
        """The part once or more."""
        self._link(part.last, part.first)
        return part

    def _position(self, chars: Chars) -> _Part:
        if len(self._chars) == _MOST_POSITIONS:
            raise _TooLargeError
        here = frozenset({len(self._chars)})
        self._chars.append(frozenset(chars.options))
        self._next.append(set())
        return _Part(False, here, here)

    def _repeated(self, node: Repeat) -> _Part:
        """X{1,3} as X(X(X)?)?: read as X X? X?, it would have two ways of its own."""
        if node.open:
            part = self.loop(self.read(node.inner))
            if not node.low:
                return _Part(True, part.first, part.last)
            rest = node.low - 1
        elif not node.high:
            return _EMPTY
        else:
            part, rest = _EMPTY, node.low
            for _ in range(node.high - node.low):
                whole = self._join(self.read(node.inner), part)
                part = _Part(True, whole.first, whole.last)
        for _ in range(rest):
            part = self._join(self.read(node.inner), part)
        return part

    def _join(self, left: _Part, right: _Part) -> _Part:
        self._link(left.last, right.first)
        return _Part(
            left.nullable and right.nullable,
            left.first | right.first if left.nullable else left.first,
            left.last | right.last if right.nullable else right.last,
        )

    def _link(self, here: frozenset[int], there: frozenset[int]) -> None:
        for place in here:
            if self._next[place] & there:
                raise _TwoWaysError
            self._next[place] |= there

    def part_and_meet(self) -> bool:
        """Whether two paths from one position over one text come to different positions, and to one again."""
        before: dict[_Pair, list[_Pair]] = {}
        waiting: list[_Pair] = [(place, place) for place in range(len(self._chars))]
        seen = set(waiting)
        while waiting:
            pair = waiting.pop()
            for after in self._after(pair):
                before.setdefault(after, []).append(pair)
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
            if len(seen) > _MOST_PAIRS:
                raise _TooLargeError
        # Every position is on the loop, so a parted pair that meets anywhere meets where it set out.
        return any(one != other for place in range(len(self._chars)) for one, other in before.get((place, place), ()))

    def _after(self, pair: _Pair) -> Iterator[_Pair]:
        for one in self._next[pair[0]]:
            for other in self._next[pair[1]]:
                if self._chars[one] & self._chars[other]:
                    yield one, other
