"""Canonical forms: what two spellings of one value have in common.

Two forms are made of a string. The *canonical* form decides equality (NFKC, case folded, invisible
characters dropped, white space collapsed). The *folded* form decides similarity: accents and
punctuation are gone too, a phone number is its digits, and very long text is represented by excerpts.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import orjson
import polars as pl

from synthaix.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from synthaix.schema.table import Column

DIGITS = 15
"""Significant decimal digits a float64 is sure to keep (DBL_DIG): 0.1 + 0.2 equals 0.3, the next digit differs."""

COMPARED_CHARACTERS = 4_000
"""Edit distance costs the product of both lengths; longer text is compared by excerpts of this total length."""

_SPACE = r"[\s\p{Z}\p{Cc}]+"
_INVISIBLE = r"\p{Cf}+"  # zero-width characters, soft hyphens, direction marks
_NOT_WORD = r"[^\p{L}\p{M}\p{N}+#−]+"
_NOT_WORD_NOR_AT = r"[^\p{L}\p{M}\p{N}@]+"

# A hyphen joins words, unless it ends one ("A-") or begins a number ("-5"): then it is a minus, and says something.
_MINUS_AFTER = r"([\p{L}\p{N}])-( |$)"
_MINUS_BEFORE = r"(^| )-(\p{N})"
_ACCENT = r"[\x{0300}-\x{036F}]+"


def canonical_columns(frame: pl.DataFrame, columns: Sequence[Column]) -> dict[str, pl.Series]:
    """Each column with equal values spelled equally; nulls stay null, NaN becomes null.

    The column's type counts, however its values are stored. Raises ArgumentError for a polars type that has no
    canonical form.
    """
    json = [column.name for column in columns if column.type == "json" and frame.schema[column.name] == pl.String]
    found = _canonical({c.name: _as_typed(frame[c.name], c) for c in columns if c.name not in json})
    found |= {name: canonical_json(frame[name]) for name in json}
    return {column.name: found[column.name] for column in columns}


def canonical_series(series: pl.Series) -> pl.Series:
    """The same for one column of which no more is known than its values."""
    return _canonical({series.name: series})[series.name]


def _as_typed(series: pl.Series, column: Column) -> pl.Series:
    if column.type in ("string", "text") and (series.dtype.is_numeric() or series.dtype == pl.Boolean):
        return series.cast(pl.String)
    if column.type == "float" and series.dtype.is_integer():
        return series.cast(pl.Float64)
    return series


def _canonical(columns: Mapping[str, pl.Series]) -> dict[str, pl.Series]:
    """All columns in one go: a step of polars costs much the same for one short column as for ten."""
    cells = pl.DataFrame([_plain(series).alias(str(place)) for place, series in enumerate(columns.values())])
    nested = [_is_nested(series.dtype) for series in columns.values()]  # JSON text by now, with its keys in order
    texts = [cell.name for cell, done in zip(cells, nested, strict=True) if cell.dtype == pl.String and not done]
    beyond = _beyond_ascii(cells, texts)
    cells = cells.with_columns(_casefolded(cells[name]) for name in beyond) if beyond else cells
    expressions = []
    for place, (name, series) in enumerate(columns.items()):
        cell = pl.col(str(place))
        if nested[place]:
            expressions.append(cell)
        elif str(place) in texts:
            folded = cell.str.replace_all(_INVISIBLE, "") if str(place) in beyond else cell.str.to_lowercase()
            expressions.append(folded.str.replace_all(_SPACE, " ").str.strip_chars(" "))
        else:
            expressions.append(_value(cell, series.dtype, name))
    found = cells.select(expressions).get_columns()
    return {name: series.alias(name) for name, series in zip(columns, found, strict=True)}


def _beyond_ascii(cells: pl.DataFrame, texts: Sequence[str]) -> list[str]:
    if not texts:
        return []
    more = cells.select(pl.col(name).str.len_bytes().sum() > pl.col(name).str.len_chars().sum() for name in texts)
    return [name for name, beyond in zip(texts, more.row(0), strict=True) if beyond]


def _is_nested(dtype: pl.DataType) -> bool:
    return dtype.is_nested() or dtype == pl.Object


def _plain(series: pl.Series) -> pl.Series:
    """As a type that polars has expressions for."""
    if _is_nested(series.dtype):
        return pl.Series(series.name, [json_text(value) for value in series.to_list()], dtype=pl.String)
    if series.dtype == pl.Null or isinstance(series.dtype, (pl.Categorical, pl.Enum)):
        return series.cast(pl.String)
    return series


def _value(cell: pl.Expr, dtype: pl.DataType, name: str) -> pl.Expr:
    if dtype.is_float():
        return cell.cast(pl.Float64).fill_nan(None).round_sig_figs(DIGITS)  # -0.0 stays, and has the hash of 0.0
    if isinstance(dtype, pl.Datetime):
        moment = cell if dtype.time_zone is None else cell.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        return moment.cast(pl.Datetime("us")).cast(pl.Int64)
    if isinstance(dtype, pl.Decimal):
        return cell.cast(pl.String)
    if isinstance(dtype, (pl.Duration, pl.Time, pl.Date)) or dtype.is_integer() or dtype == pl.Boolean:
        return cell.to_physical()
    if dtype == pl.Binary:
        return cell.bin.encode("hex")
    raise ArgumentError(f"column {name!r} has type {dtype}, which cannot be compared; send text, numbers or dates.")


def canonical_json(series: pl.Series) -> pl.Series:
    """JSON text with its keys in order; text that is not JSON is kept as it is."""
    return pl.Series(series.name, [_reordered(value) for value in series.to_list()], dtype=pl.String)


def json_text(value: Any) -> str | None:
    """Any nested value as JSON text with its keys in order."""
    if value is None:
        return None
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=str).decode()


def folded_text(canonical: pl.Series, column: Column | None = None) -> pl.Series:
    """What similarity is measured on, from the canonical form; never longer than COMPARED_CHARACTERS."""
    if column is not None and is_phone(column):
        digits = canonical.str.replace_all(r"[^\p{N}]+", "").str.strip_chars_start("0")
        return _or(digits, canonical)
    text = canonical
    if text.str.len_bytes().sum() != text.str.len_chars().sum():
        text = text.str.normalize("NFKD").str.replace_all(_ACCENT, "").str.normalize("NFC")
    noise = _NOT_WORD_NOR_AT if column is not None and is_email(column) else _NOT_WORD
    text = text.str.replace_all(_MINUS_AFTER, "${1}−${2}").str.replace_all(_MINUS_BEFORE, "${1}−${2}")
    return _excerpts(_or(text.str.replace_all(noise, " ").str.strip_chars(" "), canonical))


def is_email(column: Column) -> bool:
    """Whether the column holds e-mail addresses, by its format, generator or name."""
    drawn = column.generator is not None and getattr(column.generator, "field", None) == "email"
    return column.format == "email" or drawn or "email" in column.name.casefold().replace("_", "")


def is_phone(column: Column) -> bool:
    """Whether the column holds telephone numbers, by its format, generator or name."""
    generator = column.generator
    drawn = generator is not None and getattr(generator, "field", None) in {"phone", "telephone", "mobile"}
    name = column.name.casefold()
    return column.format == "phone" or drawn or any(word in name for word in ("phone", "mobile", "telefon", "fax"))


def _casefolded(series: pl.Series) -> pl.Series:
    # NFKC, case folded. polars lower-cases but does not fold ("ß", final sigma), so the few strings beyond ASCII go
    # through Python.
    nfkc = series.str.normalize("NFKC")
    folded = [None if value is None else _fold(value) for value in nfkc.to_list()]
    return pl.Series(series.name, folded, dtype=pl.String)


def _fold(value: str) -> str:
    return value.lower() if value.isascii() else unicodedata.normalize("NFKC", value.casefold())


def _reordered(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        return json_text(orjson.loads(value))
    except orjson.JSONDecodeError:
        return value


def _or(text: pl.Series, fallback: pl.Series) -> pl.Series:
    # "!!!" and "???" fold to nothing; without their own text they would be the same.
    return text.zip_with(text != "", fallback) if (text == "").any() else text


def _excerpts(text: pl.Series) -> pl.Series:
    length = text.str.len_chars()
    if (length.max() or 0) <= COMPARED_CHARACTERS:  # type: ignore[operator]
        return text
    half, quarter = COMPARED_CHARACTERS // 2, COMPARED_CHARACTERS // 4
    frame = pl.DataFrame({"text": text, "length": length.cast(pl.Int64)})
    whole, size = pl.col("text"), pl.col("length")
    cut = pl.concat_str(whole.str.head(half), whole.str.slice(size // 2, quarter), whole.str.tail(quarter))
    return frame.select(pl.when(size > COMPARED_CHARACTERS).then(cut).otherwise(whole).alias(text.name)).to_series()
