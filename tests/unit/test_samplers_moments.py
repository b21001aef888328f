from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import pytest
from scipy import stats

from synthaix.errors import SchemaError
from tests.support.sampling import column_of

if TYPE_CHECKING:
    import polars as pl

START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC)


def moments(shape: str, kind: str = "datetime", rows: int = 20_000, **window: str) -> pl.Series:
    made = {"kind": "datetime", "shape": shape, **(window or {"start": "2024-01-01", "end": "2024-12-31"})}
    return column_of({"name": "zap", "type": kind, "generator": made}, rows=rows)


@pytest.mark.parametrize("shape", ["uniform", "business_hours", "seasonal", "recent"])
def test_moments_stay_within_their_window(shape: str) -> None:
    values = moments(shape)

    assert values.min() >= START  # type: ignore[operator]
    assert values.max() <= END  # type: ignore[operator]


def test_uniform_moments_are_spread_evenly() -> None:
    since = moments("uniform").dt.timestamp("ms").to_numpy() / 1000 - START.timestamp()
    share = since / (END - START).total_seconds()

    assert stats.kstest(share, stats.uniform().cdf).pvalue > 1e-3


def test_business_hours_leave_out_nights_and_weekends() -> None:
    values = moments("business_hours")

    assert values.dt.weekday().max() <= 5  # type: ignore[operator]
    assert values.dt.hour().is_between(8, 17).all()


def test_the_season_peaks_before_the_end_of_the_year() -> None:
    months = moments("seasonal").dt.month()

    december, june = (int((months == month).sum()) for month in (12, 6))
    assert december > 1.5 * june


def test_recent_moments_crowd_at_the_end() -> None:
    values = moments("recent")

    assert (values > datetime(2024, 7, 1, tzinfo=UTC)).mean() > 0.8  # type: ignore[operator]


@pytest.mark.parametrize("shape", ["uniform", "business_hours", "seasonal", "recent"])
def test_a_window_of_a_few_hours_works(shape: str) -> None:
    values = moments(shape, start="2024-05-14T09:30:00Z", end="2024-05-14T11:45:00Z")

    assert values.dt.date().unique().to_list() == [date(2024, 5, 14)]
    assert values.dt.time().is_between(time(9, 30), time(11, 45)).all()
    assert values.value_counts()["count"].max() < 40  # type: ignore[operator]


def test_dates_include_both_ends() -> None:
    values = moments("uniform", "date", start="2024-02-28", end="2024-03-01")

    assert sorted(values.unique()) == [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]


def test_times_of_day_keep_their_bounds() -> None:
    values = column_of({"name": "zap", "type": "time", "minimum": "22:00:00", "maximum": "22:00:09"})

    assert len(values.unique()) > 10  # such a short stretch is cut into milliseconds
    assert values.is_between(time(22), time(22, 0, 9)).all()


def test_unique_moments_never_repeat() -> None:
    values = column_of({"name": "created_at", "type": "datetime", "unique": True}, rows=50_000)

    assert values.n_unique() == 50_000


@pytest.mark.parametrize(
    ("column", "remedy"),
    [
        ({"type": "datetime", "generator": {"kind": "datetime", "start": "2024-05-02", "end": "2024-05-01"}}, "swap"),
        ({"type": "datetime", "generator": {"kind": "datetime", "start": "yesterday"}}, "send it as"),
        ({"type": "string", "generator": "datetime"}, "use type date"),
        (
            {
                "type": "datetime",
                "generator": {
                    "kind": "datetime",
                    "shape": "business_hours",
                    "start": "2024-05-18",
                    "end": "2024-05-19T20:00:00Z",
                },
            },
            "use shape uniform",
        ),
        ({"type": "datetime", "unique": True, "generator": {"kind": "datetime", "shape": "recent"}}, "drop unique"),
    ],
)
def test_impossible_windows_are_refused_with_a_remedy(column: dict[str, Any], remedy: str) -> None:
    with pytest.raises(SchemaError, match=remedy):
        column_of({"name": "zap", **column})
