from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import polars as pl
import pytest

from synthaix.results.export import render
from synthaix.schema.physical import dtypes_of
from synthaix.schema.table import parse_schema
from tests.support.export_samples import HARD_TEXTS, KEY, ROWS, TABLE, frames

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        yield connection


def test_every_row_loads_and_hard_texts_come_back_unchanged(database: sqlite3.Connection) -> None:
    database.executescript(render(frames(), TABLE, "sql", 100_000).decode())

    rows = database.execute('SELECT * FROM "dataset"').fetchall()
    assert len(rows) == len(ROWS)
    assert [row[1] for row in rows[:-1]] == list(HARD_TEXTS)
    assert rows[0][3:] == (
        -1.5e-7, -12.5, 1, "2024-02-29", "2024-02-29T23:59:58.123456Z", "09:30:00", KEY, '{"a":["it\'s",1.5,null]}',
    )  # fmt: skip
    assert rows[-1] == (None,) * len(TABLE.names)


@pytest.mark.parametrize(
    "text", ["'); DROP TABLE dataset; --", "$$", "\\'", "''", "';", "%s ? :name $1", "\n.quit\n\\q\n"]
)
def test_no_text_leaves_its_literal(database: sqlite3.Connection, text: str) -> None:
    table = parse_schema({"columns": [{"name": "a", "type": "string"}]})

    database.executescript(render([pl.DataFrame({"a": [text, "after"]})], table, "sql", 10_000).decode())

    assert database.execute("SELECT a FROM dataset").fetchall() == [(text,), ("after",)]


def test_a_nul_character_becomes_a_replacement_character(database: sqlite3.Connection) -> None:
    table = parse_schema({"columns": [{"name": "a", "type": "string"}]})

    content = render([pl.DataFrame({"a": ["a\0b"]})], table, "sql", 10_000)
    database.executescript(content.decode())

    assert b"\0" not in content
    assert database.execute("SELECT a FROM dataset").fetchone() == ("a\ufffdb",)


def test_names_that_are_sql_words_or_have_capitals_are_kept(database: sqlite3.Connection) -> None:
    database.executescript(render([], TABLE, "sql", 10_000).decode())

    assert [row[1] for row in database.execute("PRAGMA table_info(dataset)")] == list(TABLE.names)


def test_statements_are_bounded_in_rows_and_in_bytes(database: sqlite3.Connection) -> None:
    table = parse_schema({"columns": [{"name": "a", "type": "string"}]})
    short = pl.DataFrame({"a": ["x"] * 1200}, schema=dtypes_of(table))
    long = pl.DataFrame({"a": ["y" * 200_000] * 5}, schema=dtypes_of(table))

    content = render([short, long], table, "sql", 10_000_000).decode()
    statements = content.split("INSERT INTO")[1:]
    database.executescript(content)

    assert max(statement.count("\n") for statement in statements) <= 502
    assert max(len(statement) for statement in statements) < 700_000
    assert database.execute("SELECT count(*) FROM dataset").fetchone() == (1205,)


def test_a_failure_half_way_leaves_no_table(database: sqlite3.Connection) -> None:
    script = render(frames(), TABLE, "sql", 100_000).decode()
    broken = script.replace("COMMIT;", "INSERT INTO nowhere VALUES (1);")

    with pytest.raises(sqlite3.OperationalError):
        database.executescript(broken)
    database.rollback()

    assert database.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
