"""Whole columns at once: gathering from vocabularies, joining strings, writing digits."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Index = NDArray[np.uint32]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

SLOTS = 1 << 14
"""Entries of a weighted vocabulary's table: a pick is one multiplication and one look-up, exact to 1/16384."""

_WIDEST_LOOKUP = 4
"""Digits written per look-up: 10,000 ready strings stay in the processor's cache."""


class Numbers(Protocol):
    """The random numbers of a window; `Draws`, or a part of its rows. Every array has `count` items."""

    @property
    def count(self) -> int:
        """Rows of the window."""
        ...

    def uniform(self, purpose: str) -> Floats:
        """Uniform on [0, 1)."""
        ...

    def integers(self, purpose: str, low: int, high: int) -> Integers:
        """Uniform on [low, high)."""
        ...

    def normal(self, purpose: str) -> Floats:
        """Standard normal."""
        ...

    def bits(self, purpose: str, words: int = 1) -> NDArray[np.uint64]:
        """64 random bits per word, shaped (count, words)."""
        ...


class Part:
    """The numbers of some rows of a window. Whole-window arrays are drawn once and shared by `seen`."""

    __slots__ = ("_rows", "_seen", "_whole", "count")

    def __init__(self, whole: Numbers, rows: Integers, seen: dict[tuple[Any, ...], Any]) -> None:
        self._whole, self._rows, self._seen = whole, rows, seen
        self.count = len(rows)

    def _part(self, *call: Any) -> Any:
        if call not in self._seen:
            self._seen[call] = getattr(self._whole, call[0])(*call[1:])
        return self._seen[call][self._rows]

    def uniform(self, purpose: str) -> Floats:
        """Uniform on [0, 1)."""
        return self._part("uniform", purpose)  # type: ignore[no-any-return]

    def integers(self, purpose: str, low: int, high: int) -> Integers:
        """Uniform on [low, high)."""
        return self._part("integers", purpose, low, high)  # type: ignore[no-any-return]

    def normal(self, purpose: str) -> Floats:
        """Standard normal."""
        return self._part("normal", purpose)  # type: ignore[no-any-return]

    def bits(self, purpose: str, words: int = 1) -> NDArray[np.uint64]:
        """64 random bits per word, shaped (count, words)."""
        return self._part("bits", purpose, words)  # type: ignore[no-any-return]


class Vocabulary:
    """Strings drawn uniformly, or by weight."""

    __slots__ = ("_table", "values")

    def __init__(self, values: Iterable[str], weights: Sequence[float] | Floats | None = None) -> None:
        self.values = pl.Series(list(values), dtype=pl.String)
        self._table = None if weights is None else slots(np.asarray(weights, dtype=np.float64))

    def __len__(self) -> int:
        return len(self.values)

    def index(self, numbers: Numbers, purpose: str) -> Index:
        """Which value each row gets."""
        if self._table is None:
            return numbers.integers(purpose, 0, len(self.values)).astype(np.uint32)
        return self._table[numbers.integers(purpose, 0, SLOTS)]

    def at(self, tickets: Integers) -> Index:
        """The value each number in [0, SLOTS) stands for."""
        if self._table is None:
            return (tickets * len(self.values) // SLOTS).astype(np.uint32)
        return self._table[tickets]

    def sample(self, numbers: Numbers, purpose: str) -> pl.Series:
        """The values themselves."""
        return gather(self.values, self.index(numbers, purpose))


class Ragged:
    """Lists of strings, one after the other in `values`; list k has `counts[k]` of them from `firsts[k]`."""

    __slots__ = ("counts", "firsts", "values")

    def __init__(self, lists: Iterable[Sequence[str]]) -> None:
        kept = [list(each) for each in lists]
        self.values = pl.Series([value for each in kept for value in each], dtype=pl.String)
        self.counts = np.array([len(each) for each in kept], dtype=np.int64)
        self.firsts: Integers = np.cumsum(self.counts) - self.counts

    def index(self, lists: Integers | int, uniform: Floats) -> Integers:
        """A place in `values` for each row, from the number of its list and a number in [0, 1)."""
        return (uniform * self.counts[lists]).astype(np.int64) + self.firsts[lists]

    def sample(self, lists: Integers | int, uniform: Floats) -> pl.Series:
        """The value for each row."""
        return gather(self.values, self.index(lists, uniform))


def slots(weights: Floats, size: int = SLOTS) -> Index:
    """A table in which value k fills a share of entries proportional to its weight (largest remainders)."""
    share = weights / weights.sum() * size
    whole = np.floor(share).astype(np.int64)
    rest = size - int(whole.sum())
    # A stable sort keeps ties in order, so that the table is the same on every machine.
    whole[np.argsort(-(share - whole), kind="stable")[:rest]] += 1
    return np.repeat(np.arange(len(weights), dtype=np.uint32), whole)


def gather(values: pl.Series, index: NDArray[Any]) -> pl.Series:
    """`values[index]`, one string per row."""
    return values.gather(pl.Series(index.astype(np.uint32, copy=False)))


def join(*parts: pl.Series | str) -> pl.Series:
    """The parts of each row written one after another; plain strings repeat in every row."""
    expressions = [pl.lit(part) if isinstance(part, str) else pl.col(str(place)) for place, part in enumerate(parts)]
    columns = [part.alias(str(place)) for place, part in enumerate(parts) if isinstance(part, pl.Series)]
    return pl.DataFrame(columns).select(pl.concat_str(expressions).alias("joined"))["joined"]


def fixed(matrix: NDArray[np.uint8]) -> pl.Series:
    """Rows of ASCII codes, shaped (count, width), as strings."""
    count, width = matrix.shape
    if count == 0:
        return pl.Series([], dtype=pl.String)
    return pl.Series(np.ascontiguousarray(matrix).view(f"S{width}").ravel()).cast(pl.String)


@lru_cache(maxsize=512)
def _written(pattern: str) -> pl.Series:
    """Every filling of a pattern with at most four `#`, in numerical order."""
    width = pattern.count("#")
    numbers = pl.Series(range(10**width)).cast(pl.String).str.zfill(width) if width else pl.Series([""])
    pieces = pattern.split("#")
    parts: list[pl.Series | str] = [pieces[0]]
    for place, piece in enumerate(pieces[1:]):
        parts += [numbers.str.slice(place, 1), piece]
    return join(*parts) if width else pl.Series([pattern])


def pieces_of(pattern: str) -> list[str]:
    """A `#` pattern cut into pieces of at most four digits each."""
    cut: list[str] = []
    current, digits = "", 0
    for is_digit, run in groupby(pattern, key=lambda letter: letter == "#"):
        for letter in run:
            if is_digit and digits == _WIDEST_LOOKUP:
                cut.append(current)
                current, digits = "", 0
            current += letter
            digits += is_digit
    return [*cut, current]


def digits(pattern: str, numbers: Integers) -> pl.Series:
    """`numbers` written into the `#` places of `pattern`, zero-padded; each below 10 ** (count of #)."""
    written: list[pl.Series | str] = []
    rest = numbers
    for piece in reversed(pieces_of(pattern)):
        size = 10 ** piece.count("#")
        rest, low = np.divmod(rest, size) if size > 1 else (rest, np.zeros(len(numbers), dtype=np.int64))
        written.append(gather(_written(piece), low))
    return written[0] if len(written) == 1 and isinstance(written[0], pl.Series) else join(*reversed(written))


def random_digits(pattern: str, numbers: Numbers, purpose: str) -> pl.Series:
    """`pattern` with every `#` replaced by a random digit."""
    return digits(pattern, numbers.integers(purpose, 0, 10 ** pattern.count("#")))


def plain(numbers: NDArray[Any]) -> pl.Series:
    """Integers as decimal strings."""
    return pl.Series(numbers).cast(pl.String)


def where(mask: NDArray[np.bool_], chosen: pl.Series | str, other: pl.Series | str) -> pl.Series:
    """`chosen` in the rows of the mask, `other` elsewhere."""
    branch = pl.when(pl.Series(mask)).then(pl.lit(chosen)).otherwise(pl.lit(other))
    return pl.select(branch.alias("v"))["v"]


def positions(values: pl.Series, among: Mapping[str, int], missing: int = -1) -> Integers:
    """The number each string stands for, `missing` for others."""
    text = values.cast(pl.String)
    mapped = text.replace_strict(dict(among), default=missing, return_dtype=pl.Int64)
    return mapped.fill_null(missing).to_numpy()
