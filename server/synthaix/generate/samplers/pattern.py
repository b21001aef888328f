"""Strings that match a regular expression, whole windows at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthaix.errors import SchemaError
from synthaix.generate.samplers.overlap import MANY, overlaps
from synthaix.generate.samplers.regex import Chain, Chars, Either, Node, Repeat, UnreadableError, read
from synthaix.generate.samplers.shape import at_least, at_most, is_unambiguous
from synthaix.generate.samplers.strings import Bytes, to_strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from synthaix.generate.draws import Draws, Integers
    from synthaix.generate.samplers.base import Context, Row
    from synthaix.schema import generator as kinds
    from synthaix.schema.table import Column

PATTERN_TYPES = frozenset({"string", "text", "uuid", "json"})

_INDEX_LIMIT = 1 << 62
"""Spaces beyond this are numbered by their last places only; the places before follow from a mix of those."""

_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class _Fixed:
    """A stretch of single characters: one column of bytes (or code points) for each place."""

    tables: tuple[str, ...]

    @property
    def count(self) -> int:
        product = 1
        for table in self.tables:
            product *= len(table)
        return product


class Pattern:
    """Strings matching a pattern, within the column's lengths."""

    def __init__(self, column: Column, generator: kinds.Pattern, context: Context) -> None:
        if column.type not in PATTERN_TYPES:
            raise SchemaError(
                f"column {column.name!r}: generator pattern makes text, but the type is {column.type}; use type string."
            )
        self._name = column.name
        node = node_of(column, generator.pattern)
        if column.unique and not is_unambiguous(node):
            raise SchemaError(
                f"column {column.name!r}: pattern {generator.pattern!r} can make one string in several ways, so "
                f"unique cannot be guaranteed; use a pattern of fixed length."
            )
        self._node = node
        self.space = node.count

    def sample(self, draws: Draws, row: Row) -> pl.Series:
        """Every choice in the pattern made evenly, lengths too."""
        return _write(self._node, _Random(draws), draws.count).alias(self._name)

    def at(self, index: Integers) -> pl.Series:
        """The index-th string."""
        return _write(self._node, _Numbered(index), len(index)).alias(self._name)


def node_of(column: Column, pattern: str) -> Node:
    """The pattern cut to the column's lengths. Raises SchemaError."""
    try:
        node = read(pattern)
    except UnreadableError as exc:
        raise SchemaError(f"column {column.name!r}: pattern {pattern!r} {exc}.") from None
    if any((repeat.open or repeat.high >= MANY) and overlaps(repeat.inner) for repeat in _repeats(node)):
        raise SchemaError(
            f"column {column.name!r}: pattern {pattern!r} repeats parts that overlap, which take exponential time to "
            f"check; let each begin with a character of its own, as in (a|b)*, or repeat fewer than {MANY} times."
        )
    least, most = column.min_length or 0, column.max_length
    if most is not None and node.shortest > most:
        raise SchemaError(
            f"column {column.name!r}: pattern {pattern!r} makes at least {node.shortest} characters, but max_length "
            f"is {most}; raise max_length or shorten the pattern."
        )
    if most is not None:
        node = at_most(node, most)
    if least:
        node = at_least(node, least)
        node = node if most is None or node.longest <= most else at_most(node, most)
    if node.shortest < least:
        raise SchemaError(
            f"column {column.name!r}: pattern {pattern!r} makes strings of {node.shortest} characters, but min_length "
            f"is {least}; lower min_length or lengthen the pattern."
        )
    return node


def _repeats(node: Node) -> Iterator[Repeat]:
    match node:
        case Repeat():
            yield node
            yield from _repeats(node.inner)
        case Chain():
            for part in node.parts:
                yield from _repeats(part)
        case Either():
            for branch in node.branches:
                yield from _repeats(branch)


class _Random:
    """Choices drawn at random, each under a purpose of its own."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._made = 0
        self._rows: Integers | None = None

    def below(self, size: int, weights: tuple[int, ...] | None = None) -> Integers:
        """A number in [0, size) for each row; `weights` are for numbering only."""
        self._made += 1
        drawn = self._draws.integers(f"choice {self._made}", 0, size)
        return drawn if self._rows is None else drawn[self._rows]

    def subset(self, rows: Integers) -> _Random:
        """The same source for some of the rows, with choices of its own."""
        self._made += 1
        out = _Random(self._draws.child(f"part {self._made}"))
        out._rows = rows if self._rows is None else self._rows[rows]
        return out


class _Numbered:
    """Choices read off a number, least significant first, so that different numbers make different strings."""

    def __init__(self, index: Integers) -> None:
        self._rest = index.copy()
        self._mixed = (index.astype(np.uint64) + np.uint64(1)) * _MIX
        self._spent = 1

    def below(self, size: int, weights: tuple[int, ...] | None = None) -> Integers:
        """The next digit; with `weights`, the number of the block of that many values it falls in."""
        if self._spent >= _INDEX_LIMIT:
            self._mixed = (self._mixed ^ (self._mixed >> np.uint64(29))) * _MIX
            return ((self._mixed >> np.uint64(11)) % np.uint64(size)).astype(np.int64)
        if weights is not None:
            edges = np.cumsum([0, *(min(weight, _INDEX_LIMIT) for weight in weights)], dtype=np.float64)
            total = min(sum(weights), _INDEX_LIMIT)
            if sum(weights) >= _INDEX_LIMIT:
                return self.below(size)
            exact = edges.astype(np.int64)
            digit = self._rest % total
            chosen = np.searchsorted(exact[1:], digit, side="right").astype(np.int64)
            # Within the block the offset is what the inner choices read; above it, the rest of the number.
            self._rest = (self._rest // total) * np.asarray(weights, dtype=np.int64)[chosen] + digit - exact[chosen]
            return chosen
        self._rest, digit = np.divmod(self._rest, size)
        self._spent *= size
        return digit

    def subset(self, rows: Integers) -> _Numbered:
        """The same source for some of the rows."""
        out = _Numbered(self._rest[rows])
        out._mixed, out._spent = self._mixed[rows], self._spent
        return out

    def put_back(self, rows: Integers, part: _Numbered) -> None:
        """What a part has left over is read on by what follows it."""
        self._rest[rows] = part._rest


_Source = _Random | _Numbered


def _write(node: Node, source: _Source, rows: int) -> pl.Series:
    pieces = [_piece(part, source, rows) for part in _pieces(node)]
    if not pieces:
        return pl.Series([""] * rows, dtype=pl.String)
    joined = pieces[0]
    for piece in pieces[1:]:
        joined = joined + piece
    return joined


def _pieces(node: Node) -> list[_Fixed | Either | Repeat]:
    """The node as a row of pieces, neighbouring single characters joined."""
    flat: list[_Fixed | Either | Repeat] = []
    for part in _flat(node):
        if isinstance(part, Chars):
            before = flat.pop().tables if flat and isinstance(flat[-1], _Fixed) else ()  # type: ignore[union-attr]
            flat.append(_Fixed((*before, part.options)))
        else:
            flat.append(part)
    return flat


def _flat(node: Node) -> list[Chars | Either | Repeat]:
    match node:
        case Chain():
            return [piece for part in node.parts for piece in _flat(part)]
        case Repeat() if node.low == node.high:
            return _flat(node.inner) * node.low
    return [node]


def _piece(piece: _Fixed | Either | Repeat, source: _Source, rows: int) -> pl.Series:
    match piece:
        case _Fixed():
            return _characters(piece.tables, source, rows)
        case Either():
            counts = tuple(branch.count for branch in piece.branches)
            return _branches(list(piece.branches), source.below(len(counts), counts), source, rows)
    repeats = [Chain((piece.inner,) * times) for times in range(piece.low, piece.high + 1)]
    counts = tuple(branch.count for branch in repeats)
    chosen = source.below(len(counts), counts)
    if isinstance(source, _Random) and isinstance(piece.inner, Chars):
        longest = _characters((piece.inner.options,) * piece.high, source, rows)
        lengths = pl.Series("length", chosen + piece.low)
        return pl.DataFrame([longest.alias("text"), lengths]).select(pl.col("text").str.head(pl.col("length")))["text"]
    return _branches(list(repeats), chosen, source, rows)


def _branches(branches: list[Node], chosen: Integers, source: _Source, rows: int) -> pl.Series:
    """Each row from its own branch."""
    places, parts = [], []
    for number, branch in enumerate(branches):
        where = np.flatnonzero(chosen == number)
        part = source.subset(where)
        if not where.size:
            continue
        places.append(where)
        parts.append(_write(branch, part, len(where)))
        if isinstance(source, _Numbered) and isinstance(part, _Numbered):
            source.put_back(where, part)
    if not parts:
        return pl.Series([""] * rows, dtype=pl.String)
    back = np.empty(rows, dtype=np.uint32)
    back[np.concatenate(places)] = np.arange(rows, dtype=np.uint32)
    return pl.concat(parts).gather(pl.Series(back))


def _characters(tables: tuple[str, ...], source: _Source, rows: int) -> pl.Series:
    if all(table.isascii() for table in tables):
        out: Bytes = np.empty((rows, len(tables)), dtype=np.uint8)
        for place, table in enumerate(tables):
            codes = np.frombuffer(table.encode(), dtype=np.uint8)
            out[:, place] = codes[0] if len(table) == 1 else codes[source.below(len(table))]
        return to_strings(out)
    joined = pl.Series([""] * rows, dtype=pl.String)
    for table in tables:
        digits = np.zeros(rows, np.int64) if len(table) == 1 else source.below(len(table))
        joined = joined + pl.Series(list(table)).gather(pl.Series(digits.astype(np.uint32)))
    return joined
