"""The tool deduplicate on rows as the world has them."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tests.support.server import call, client_of, refusal, settings_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from fastmcp import Client


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client[Any]]:
    async with client_of(settings_for(tmp_path)) as connected:
        yield connected


def customers(rows: int) -> list[dict[str, Any]]:
    """Distinct people, every seventh of them typed again with a slip."""
    rng = random.Random(4)

    def word(letters: int) -> str:
        return "".join(rng.choice("abcdefghijklmnoprstuvw") for _ in range(letters)).title()

    people = [{"name": f"{word(6)} {word(8)}", "city": word(7), "visits": rng.randrange(9)} for _ in range(rows)]
    again = [{**person, "name": str(person["name"]).upper().replace("A", "AA", 1)} for person in people[::7]]
    return people + again


async def test_rows_of_different_shapes_are_compared_with_their_gaps(client: Client[Any]) -> None:
    rows = [{"a": 1}, {"b": "x"}, {"a": 1}, {"a": 1, "b": "x"}, {}, {"b": "X "}, {"c": None}]

    result = await call(client, "deduplicate", rows=rows, threshold=1)

    assert [(d["index"], d["duplicate_of"]) for d in result["duplicates"]] == [(2, 0), (5, 1), (6, 4)]


async def test_nested_values_are_compared_by_content(client: Client[Any]) -> None:
    rows = [{"v": {"a": 1, "b": [1, {"c": None}]}}, {"v": {"b": [1, {"c": None}], "a": 1}}, {"v": {"a": 1, "b": [1]}},
            {"v": [1, 2]}, {"v": [2, 1]}, {"v": "text"}]  # fmt: skip

    result = await call(client, "deduplicate", rows=rows)

    assert [d["index"] for d in result["duplicates"]] == [1]
    assert result["unique_count"] == 5


async def test_nan_and_infinities_of_a_file_are_read_and_kept_apart(client: Client[Any], tmp_path: Path) -> None:
    exports = settings_for(tmp_path).exports
    exports.mkdir(parents=True, exist_ok=True)
    values = [float("nan"), None, float("inf"), float("-inf"), float("inf"), 1.0, float("nan")]
    pl.DataFrame({"x": values, "n": [1] * 7}).write_parquet(exports / "odd.parquet")

    result = await call(client, "deduplicate", path="odd.parquet", threshold=1)

    # A NaN is a missing value; infinities are values.
    assert [(d["index"], d["duplicate_of"]) for d in result["duplicates"]] == [(1, 0), (4, 2), (6, 0)]


async def test_nan_in_the_call_is_a_missing_value(client: Client[Any]) -> None:
    schema = {"columns": [{"name": "x", "type": "float"}]}
    result = await call(client, "deduplicate", rows=[{"x": 1.5}, {"x": "NaN"}, {"x": None}], schema=schema)

    assert [(d["index"], d["duplicate_of"]) for d in result["duplicates"]] == [(2, 1)]


async def test_a_text_of_ten_megabytes_is_compared(client: Client[Any]) -> None:
    long = "lorem ipsum dolor sit amet " * 400_000
    rows = [{"body": long}, {"body": "short"}, {"body": long.upper()}, {"body": long + "and more"}]

    result = await call(client, "deduplicate", rows=rows, columns=["body"])

    assert [d["index"] for d in result["duplicates"]] == [2, 3]
    assert result["unique_count"] == 2


async def test_a_million_identical_rows_leave_one(client: Client[Any], tmp_path: Path) -> None:
    exports = settings_for(tmp_path).exports
    exports.mkdir(parents=True, exist_ok=True)
    pl.select(name=pl.lit("Ann Lee").repeat_by(1_000_000).explode(), n=1).write_parquet(exports / "same.parquet")

    result = await call(client, "deduplicate", path="same.parquet")

    assert (result["input_rows"], result["unique_count"], result["duplicate_count"]) == (1_000_000, 1, 999_999)
    assert result["truncated"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"rows": []}, ("rows is empty",)),
        ({"rows": [{}, {}]}, ("rows is empty",)),
        ({"rows": [{"a": 1}], "threshold": 1.5}, ("1.5", "from 0 to 1")),
        ({"rows": [{"a": 1}], "columns": ["price"]}, ("'price'", "use a")),
        ({"rows": [{"a": "x\0y"}]}, ("row 0", "'a'", "NUL")),
        ({"rows": [{"x": "Infinity"}], "schema": {"columns": [{"name": "x", "type": "float"}]}}, ("row 0", "'x'")),
        ({"rows": [{"a": 2**60}]}, (str(2**60), "as text")),
        ({"rows": [{"a": "x"}], "schema": {"columns": [{"name": "a", "type": "date"}]}}, ("row 0", "'a'")),
    ],
)
async def test_what_cannot_be_compared_is_refused(
    client: Client[Any], arguments: dict[str, Any], words: tuple[str, ...]
) -> None:
    text = await refusal(client, "deduplicate", **arguments)

    assert all(word in text for word in words), text
    assert (await call(client, "list_jobs"))["jobs"] == []


async def test_control_characters_and_right_to_left_text_are_kept_as_sent(client: Client[Any]) -> None:
    names = ["שלום עולם", "\u202bשלום\u200f עולם\u202c", "مرحبا بالعالم", "a\x07b\x1b[31m", "a b [31m", "🙂🙃", "🙃🙂"]
    rows = [{"name": name, "n": 1} for name in names]

    result = await call(client, "deduplicate", rows=rows)

    assert [d["index"] for d in result["duplicates"]] == [1, 4]
    assert [row["name"] for row in result["unique_rows"]] == [names[k] for k in (0, 2, 3, 5, 6)]


async def test_renamed_headers_are_told(client: Client[Any]) -> None:
    result = await call(client, "deduplicate", rows=[{"Full Name": "Ann Lee"}, {"Full Name": "ANN LEE"}])

    assert result["unique_rows"] == [{"Full_Name": "Ann Lee"}]
    assert "'Full Name' is Full_Name" in result["next_step"]


async def test_eight_callers_at_once_get_what_one_gets(client: Client[Any]) -> None:
    rows = customers(980)
    assert len(rows) == 1_120
    alone = await call(client, "deduplicate", rows=rows)

    together = await asyncio.gather(*(call(client, "deduplicate", rows=rows) for _ in range(8)))

    assert alone["unique_count"] == 980
    for result in together:
        assert [result[key] for key in ("unique_count", "duplicates", "unique_rows")] == [
            alone[key] for key in ("unique_count", "duplicates", "unique_rows")
        ]


async def test_eight_copies_of_the_same_rows_leave_what_one_leaves(client: Client[Any]) -> None:
    rows = customers(980)
    alone = await call(client, "deduplicate", rows=rows)
    mixed = [row for start in range(0, 1_120, 40) for row in rows[start : start + 40] * 8]

    result = await call(client, "deduplicate", rows=mixed)
    pages = [(await call(client, "get_rows", job_id=job["result_id"], limit=1_000))["rows"] for job in (alone, result)]

    assert result["input_rows"] == 8 * 1_120
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    "values",
    [
        ["2026-01-01", "2026-01-02", "2026-01-12"],
        ["2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z"],
        ["01.02.2026 08:00", "01.02.2026 08:01"],
        ["8:00", "8:30"],
        ["19.90", "19.99"],
        ["$1,299.00", "€1,299.00"],
    ],
)
async def test_moments_and_numbers_that_json_carries_as_text_tell_rows_apart(
    client: Client[Any], values: list[str]
) -> None:
    rows = [{"customer": "Ann Lee", "city": "London", "when": value} for value in [*values, values[0]]]

    result = await call(client, "deduplicate", rows=rows)

    assert [(d["index"], d["duplicate_of"]) for d in result["duplicates"]] == [(len(values), 0)]


async def test_deduplicating_the_result_removes_nothing(client: Client[Any]) -> None:
    # Four recurring colours among 60 rows are a closed set; the 40 rows that are left would no longer show it.
    colours = ("dark grey", "dark gray", "pale rose", "pale rosa")
    rows = [
        {"model": name, "colour": colour}
        for name in [str(person["name"]) for person in customers(10)[:10]]
        for colour in colours
    ]
    again = [{**row, "model": f"{row['model']}e"} for row in rows[:20]]

    first = await call(client, "deduplicate", rows=rows + again)
    second = await call(client, "deduplicate", job_id=first["result_id"])

    assert (first["duplicate_count"], second["duplicate_count"]) == (20, 0)


async def test_a_result_of_which_every_row_went_is_not_waited_for(client: Client[Any]) -> None:
    rows = [{"name": "Ann Lee"}]
    kept = await call(client, "deduplicate", rows=rows)
    none = await call(client, "deduplicate", rows=rows, against=kept["result_id"])

    text = await refusal(client, "deduplicate", job_id=none["result_id"])

    assert "ended without rows" in text
    assert "wait" not in text


async def test_columns_that_the_schema_leaves_out_are_named(tmp_path: Path) -> None:
    rows = [{"name": "Ann Lee", "age": 30, "city": "Leeds"}, {"name": "Ann Lee", "age": 31, "city": "York"}]
    schema = {"columns": [{"name": "name", "type": "string"}]}
    async with client_of(settings_for(tmp_path)) as client:
        result = await call(client, "deduplicate", rows=rows, schema=schema)

    assert result["unique_count"] == 1
    assert result["next_step"].endswith("Columns that the schema does not have were left out: 'age', 'city'.")
