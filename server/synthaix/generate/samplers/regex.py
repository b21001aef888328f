"""The part of regular expressions that strings are generated from, as a tree.

Understood: literals, escapes, classes, \\d \\w \\s and the dot, groups, alternation, ? * + {m,n}, and anchors
at both ends. Refused by name: look-around, back-references, flags, word boundaries, nested unbounded repeats.
"""

from __future__ import annotations

import string
from dataclasses import dataclass

UNBOUNDED_EXTRA = 8
"""Repetitions beyond the least that * + and {m,} are given: enough for variety, short enough to read."""

LONGEST = 4_096
"""Characters a pattern may make; longer text wants a text generator."""

_PRINTABLE = "".join(chr(code) for code in range(0x20, 0x7F))
_SHORTHAND = {
    "d": string.digits,
    "w": string.ascii_letters + string.digits + "_",
    "s": " ",
    "D": "".join(char for char in _PRINTABLE if char not in string.digits),
    "W": "".join(char for char in _PRINTABLE if not (char.isalnum() or char == "_")),
    "S": _PRINTABLE.replace(" ", ""),
}
_CONTROL = {"t": "\t", "n": "\n", "r": "\r"}


class UnreadableError(Exception):
    """The pattern cannot be generated from; the message completes "pattern '…' …"."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set; a literal is a set of one."""

    options: str

    @property
    def count(self) -> int:
        """How many strings it makes, each way of making one counted."""
        return len(self.options)

    @property
    def shortest(self) -> int:
        """Characters of its shortest string."""
        return 1

    @property
    def longest(self) -> int:
        """Characters of its longest string."""
        return 1


@dataclass(frozen=True, slots=True)
class Chain:
    """Parts one after the other."""

    parts: tuple[Node, ...]

    @property
    def count(self) -> int:
        """How many strings it makes, each way of making one counted."""
        product = 1
        for part in self.parts:
            product *= part.count
        return product

    @property
    def shortest(self) -> int:
        """Characters of its shortest string."""
        return sum(part.shortest for part in self.parts)

    @property
    def longest(self) -> int:
        """Characters of its longest string."""
        return sum(part.longest for part in self.parts)


@dataclass(frozen=True, slots=True)
class Either:
    """One of several branches."""

    branches: tuple[Node, ...]

    @property
    def count(self) -> int:
        """How many strings it makes, each way of making one counted."""
        return sum(branch.count for branch in self.branches)

    @property
    def shortest(self) -> int:
        """Characters of its shortest string."""
        return min(branch.shortest for branch in self.branches)

    @property
    def longest(self) -> int:
        """Characters of its longest string."""
        return max(branch.longest for branch in self.branches)


@dataclass(frozen=True, slots=True)
class Repeat:
    """The inner part `low` to `high` times; `open` where the pattern itself sets no upper end."""

    inner: Node
    low: int
    high: int
    open: bool = False

    @property
    def count(self) -> int:
        """How many strings it makes, each way of making one counted."""
        return sum(self.inner.count**times for times in range(self.low, self.high + 1))

    @property
    def shortest(self) -> int:
        """Characters of its shortest string."""
        return self.low * self.inner.shortest

    @property
    def longest(self) -> int:
        """Characters of its longest string."""
        return self.high * self.inner.longest


Node = Chars | Chain | Either | Repeat


def read(pattern: str) -> Node:
    """The pattern as a tree. Raises UnreadableError."""
    reader = _Reader(pattern)
    node = reader.alternation()
    if reader.rest:
        raise UnreadableError(f"has an unmatched {reader.rest[0]!r} at position {reader.place}")
    if node.longest > LONGEST:
        raise UnreadableError(f"makes up to {node.longest} characters; keep it below {LONGEST}")
    return node


class _Reader:
    """Recursive descent over the pattern."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.place = 0
        self.depth = 0

    @property
    def rest(self) -> str:
        return self.pattern[self.place :]

    def take(self, text: str) -> bool:
        if self.pattern.startswith(text, self.place):
            self.place += len(text)
            return True
        return False

    def alternation(self) -> Node:
        self.depth += 1
        if self.depth > 50:
            raise UnreadableError("nests more than 50 groups; flatten it")
        branches = [self.chain()]
        while self.take("|"):
            branches.append(self.chain())
        self.depth -= 1
        return branches[0] if len(branches) == 1 else Either(tuple(branches))

    def chain(self) -> Node:
        parts: list[Node] = []
        while self.rest and self.rest[0] not in "|)":
            if self.take("^"):
                if parts:
                    raise UnreadableError("has a ^ that is not at the start")
                continue
            if self.take("$") or self.take("\\Z"):
                if self.rest and self.rest[0] not in "|)":
                    raise UnreadableError("has a $ that is not at the end")
                continue
            if self.take("\\A"):
                continue
            parts.append(self.quantified(self.atom()))
        return parts[0] if len(parts) == 1 else Chain(tuple(parts))

    def quantified(self, node: Node) -> Node:
        bounds = self.quantifier()
        if bounds is None:
            return node
        self.take("?")  # lazy or greedy: the same strings
        if self.rest[:1] in ("*", "+", "{") and self.rest[:1]:
            raise UnreadableError("repeats a repeat; group it or take one of them out")
        low, high = bounds
        if high is None and opens(node):
            raise UnreadableError(
                "nests unbounded repeats, which take exponential time to check; bound one, as in {1,5}"
            )
        if high is not None and high < low:
            raise UnreadableError(f"repeats {low} to {high} times; swap the numbers")
        if (high or low) > LONGEST:
            raise UnreadableError(f"repeats more than {LONGEST} times; use a text generator for long text")
        return Repeat(node, low, low + UNBOUNDED_EXTRA if high is None else high, high is None)

    def quantifier(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("?", (0, 1)), ("*", (0, None)), ("+", (1, None))):
            if self.take(sign):
                return bounds
        end = self.pattern.find("}", self.place)
        if not self.rest.startswith("{") or end < 0:
            return None
        low, comma, high = self.pattern[self.place + 1 : end].partition(",")
        if not (low.isdecimal() or (comma and not low)) or not (high.isdecimal() or not high) or not (low or high):
            return None  # a brace that is no quantifier stands for itself
        self.place = end + 1
        first = int(low or 0)
        return first, (int(high) if high else None) if comma else first

    def atom(self) -> Node:
        char = self.pattern[self.place]
        self.place += 1
        if char == "(":
            return self.group()
        if char == "[":
            return Chars(self.bracket())
        if char == ".":
            return Chars(string.ascii_lowercase + string.digits)
        if char == "\\":
            return Chars(self.escape())
        if char in "?*+":
            raise UnreadableError(f"has a {char!r} with nothing to repeat; escape it as \\{char}")
        return Chars(char)

    def group(self) -> Node:
        if self.take("?"):
            if self.take("P<") or (self.rest[:1] == "<" and self.rest[1:2] not in ("=", "!") and self.take("<")):
                end = self.pattern.find(">", self.place)
                if end < 0:
                    raise UnreadableError("has a group name without '>'")
                self.place = end + 1
            elif not self.take(":"):
                raise UnreadableError(
                    f"uses (?{self.rest[:2]}…, which cannot be generated from; only plain and (?:…) groups are"
                )
        node = self.alternation()
        if not self.take(")"):
            raise UnreadableError("has a '(' without its ')'")
        return node

    def escape(self) -> str:
        if not self.rest:
            raise UnreadableError("ends in a lone backslash")
        char = self.pattern[self.place]
        self.place += 1
        if char in _SHORTHAND:
            return _SHORTHAND[char]
        if char in _CONTROL:
            return _CONTROL[char]
        if char in "xu":
            size = 2 if char == "x" else 4
            code = self.pattern[self.place : self.place + size]
            if len(code) == size and all(digit in string.hexdigits for digit in code):
                self.place += size
                return chr(int(code, 16))
        if char.isalnum():
            raise UnreadableError(f"uses \\{char}, which cannot be generated from; leave it out")
        return char

    def bracket(self) -> str:
        negated = self.take("^")
        options: list[str] = []
        first = True
        while first or not self.rest.startswith("]"):
            if not self.rest:
                raise UnreadableError("has a '[' without its ']'")
            first = False
            low = self.member()
            if len(low) == 1 and self.rest[:1] == "-" and self.rest[1:2] not in ("]", ""):
                self.take("-")
                high = self.member()
                if len(high) != 1 or ord(high) < ord(low):
                    raise UnreadableError(f"has the range {low}-{high[:1]}, which is empty; swap its ends")
                options += [chr(code) for code in range(ord(low), ord(high) + 1)]
            else:
                options += low
        self.take("]")
        kept = [char for char in _PRINTABLE if char not in options] if negated else list(dict.fromkeys(options))
        if not kept:
            raise UnreadableError("has a class that no printable character belongs to")
        return "".join(kept)

    def member(self) -> str:
        char = self.pattern[self.place]
        self.place += 1
        return self.escape() if char == "\\" else char


def opens(node: Node) -> bool:
    """Whether the node holds a repeat that the pattern sets no upper end to."""
    match node:
        case Repeat():
            return node.open or opens(node.inner)
        case Chain():
            return any(opens(part) for part in node.parts)
        case Either():
            return any(opens(branch) for branch in node.branches)
    return False
