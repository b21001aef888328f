"""How fast the local engine samples, in ratios taken side by side on one machine.

    python benchmarks/local.py [--rows 1000000] [--repeat 5]

Each line compares our sampler with another way of making the same columns. Numbers of one run belong
together: the two sides take turns, and the best of the rounds counts for each.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import numpy as np

from synthaix.generate.infer import plan_columns
from synthaix.generate.sampler import TableSampler
from synthaix.generate.window import Window
from synthaix.schema.table import TableSchema, parse_schema

if TYPE_CHECKING:
    from collections.abc import Callable

SPECIFICATION = "user_id:string amount:float currency:string timestamp:datetime"
PEOPLE = "name:string email:string city:string company:string"
SIX = f"{SPECIFICATION} quantity:integer is_active:boolean"

_PEER_ROWS = 50_000
"""Rows of the pure-Python peers, which take seconds for more; their speed does not depend on it."""


def table_of(columns: str) -> TableSchema:
    parts = (column.split(":") for column in columns.split())
    return parse_schema({"columns": [{"name": name, "type": kind} for name, kind in parts]})


def ours(columns: str, rows: int) -> Callable[[], object]:
    table = table_of(columns)
    sampler = TableSampler(table, plan_columns(table), seed=1)
    return lambda: sampler.window(Window(0, rows))


def bare_numpy(rows: int) -> Callable[[], object]:
    """The four columns of the specification as numpy arrays, the way a careful person would write them."""
    users = np.array([f"usr_{number:06d}" for number in range(1, 2001)])
    currencies = np.array(["USD", "EUR", "GBP", "JPY", "CNY", "INR", "CAD", "AUD", "CHF", "BRL"])
    weights = np.array([0.38, 0.24, 0.1, 0.07, 0.06, 0.05, 0.04, 0.03, 0.02, 0.01])
    popularity = 1 / (np.arange(2000) + 11.0) ** 0.8
    popularity /= popularity.sum()
    start = np.datetime64("2025-11-23T00:00:00", "us")

    def make() -> object:
        rng = np.random.default_rng(1)
        return {
            "user_id": users[rng.choice(2000, rows, p=popularity)],
            "amount": np.round(rng.lognormal(4.0943, 1.1, rows), 2),
            "currency": currencies[rng.choice(10, rows, p=weights)],
            "timestamp": start + (rng.integers(0, 31_536_000, rows) * 1_000_000).astype("timedelta64[us]"),
        }

    return make


def bare_numpy_even(rows: int) -> Callable[[], object]:
    """The same with users and currencies drawn evenly, which is the least numpy can be asked for."""
    users = np.array([f"usr_{number:06d}" for number in range(1, 2001)])
    currencies = np.array(["USD", "EUR", "GBP", "JPY", "CNY", "INR", "CAD", "AUD", "CHF", "BRL"])
    start = np.datetime64("2025-11-23T00:00:00", "us")

    def make() -> object:
        rng = np.random.default_rng(1)
        return {
            "user_id": users[rng.integers(0, 2000, rows)],
            "amount": np.round(rng.lognormal(4.0943, 1.1, rows), 2),
            "currency": currencies[rng.integers(0, 10, rows)],
            "timestamp": start + (rng.integers(0, 31_536_000, rows) * 1_000_000).astype("timedelta64[us]"),
        }

    return make


def mimesis_people(rows: int) -> Callable[[], object] | None:
    if importlib.util.find_spec("mimesis") is None:
        return None
    from mimesis import Generic
    from mimesis.locales import Locale

    def make() -> object:
        source = Generic(Locale.EN, seed=1)
        person, address, finance = source.person, source.address, source.finance
        return [(person.full_name(), person.email(), address.city(), finance.company()) for _ in range(rows)]

    return make


def seedfaker_people(rows: int) -> Callable[[], object] | None:
    if importlib.util.find_spec("seedfaker") is not None:
        from seedfaker import SeedFaker

        source = SeedFaker(seed="1", locale="en")
        return lambda: source.records(["name", "email", "city", "company-name"], n=rows)
    if shutil.which("seedfaker") is None:
        return None
    command = ["seedfaker", "name", "email", "city", "company-name", "-n", str(rows), "--seed", "1"]
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def seconds(make: Callable[[], object]) -> float:
    start = time.perf_counter()
    make()
    return time.perf_counter() - start


def compare(title: str, mine: tuple[Callable[[], object], int], other: tuple[Callable[[], object] | None, int]) -> None:
    """Print rows per second of both, and their ratio; the sides take turns so that noise meets both."""
    if other[0] is None:
        print(f"{title:<46} not installed, skipped")
        return
    rounds = [(seconds(mine[0]), seconds(other[0])) for _ in range(REPEAT)]
    speed = mine[1] / min(first for first, _ in rounds)
    peer = other[1] / min(second for _, second in rounds)
    print(f"{title:<46} {speed:>12,.0f} rows/s   {peer:>12,.0f} rows/s   ratio {speed / peer:6.2f}")


def main(rows: int) -> None:
    print(f"{'best of ' + str(REPEAT):<46} {'ours':>19}   {'other':>19}")
    four, people = (ours(SPECIFICATION, rows), rows), (ours(PEOPLE, rows), rows)
    compare("four columns vs bare numpy (as skewed)", four, (bare_numpy(rows), rows))
    compare("four columns vs bare numpy (drawn evenly)", four, (bare_numpy_even(rows), rows))
    compare("name, e-mail, city, company vs Mimesis", people, (mimesis_people(_PEER_ROWS), _PEER_ROWS))
    compare("name, e-mail, city, company vs seedfaker", people, (seedfaker_people(_PEER_ROWS), _PEER_ROWS))
    six = min(seconds(ours(SIX, rows)) for _ in range(REPEAT))
    print(f"six columns: {rows:,} rows in {six:.3f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    REPEAT = arguments.repeat
    main(arguments.rows)
