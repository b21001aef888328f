"""Dates, times and numbers that arrive as text tell rows apart, whatever else of the rows agrees."""

from __future__ import annotations

import polars as pl
import pytest

from synthaix.dedup.measures import are_measures


@pytest.mark.parametrize(
    "values",
    [
        ["2026-01-01", "2026-01-02"],
        ["2026-01-01t12:00:00z", "2026-01-01t12:00:00.25+02:00"],
        ["2026-01-01 12:00:00", "2026-01-01 12:00:01"],
        ["01.02.2026 08:00", "1/2/26 8:30 pm"],
        ["jan 5, 2026", "5 february 2026", "mon, 05 jan 2026 12:00:00 gmt"],
        ["8:00", "10:30"],
        ["2026-01", "2026-02"],
        ["19.90", "1,299.00", "-3"],
        ["$5", "€5", "12.50 eur", "5%"],
        ["1e-3", "2.5"],
        ["19.90", "", "n/a", *["20.50"] * 10],
    ],
)
def test_dates_times_and_numbers_as_text_are_measures(values: list[str]) -> None:
    assert are_measures(pl.Series(values), "x")


@pytest.mark.parametrize(
    "values",
    [
        ["john smith", "jon smith"],
        ["19540923", "19541102"],  # a date of birth, mistyped like a name
        ["2602", "0501"],
        ["555-201-3344", "123-45-6789"],
        ["14 oak street", "16 oak street"],
        ["apt 12", "apt 13"],
        ["2026-01-01", "march", "soon"],
        ["v1.2", "v1.3"],
        ["", ""],
    ],
)
def test_names_and_digits_alone_are_none(values: list[str]) -> None:
    assert not are_measures(pl.Series(values), "x")


def test_digits_alone_are_numbers_where_the_column_is_named_so() -> None:
    assert are_measures(pl.Series(["1000", "1001"]), "total_amount")
