"""Dates that a status decides: an order that is pending has not been delivered, one that is delivered has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthaix.generate.concepts import word_set, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from synthaix.schema import generator as kinds
    from synthaix.schema.table import Column, TableSchema

_AFTER_DELIVERY = "delivered completed complete fulfilled received returned refunded"

_WITHDRAWN = "wont_fix wontfix rejected duplicate cancelled canceled"

_REACHED: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (word_set(marks), word_set(statuses))
    for marks, statuses in (
        ("delivered delivery", _AFTER_DELIVERY),
        ("shipped dispatched shipping", f"shipped dispatched in_transit out_for_delivery {_AFTER_DELIVERY}"),
        ("returned return", "returned refunded"),
        ("refunded refund", "refunded"),
        ("cancelled canceled cancellation", "cancelled canceled"),
        ("paid payment settled", "paid settled shipped dispatched in_transit refunded completed delivered returned"),
        ("resolved resolution", f"resolved closed done fixed verified completed {_WITHDRAWN}"),
        ("closed closing", f"closed done resolved completed merged {_WITHDRAWN} closed_won closed_lost won lost"),
        ("completed completion finished", "completed complete done finished closed resolved success"),
        ("discharge discharged", "discharged"),
        ("approved approval", "approved funded disbursed paid active closed"),
        ("rejected rejection", "rejected declined denied"),
        ("decision decided", "approved rejected denied declined accepted refused awarded"),
        ("merged", "merged"),
        ("issue issued", "issued approved"),
        ("cleared clearance", "cleared"),
        ("accepted acceptance", "accepted"),
        ("fixed", "fixed"),
        ("termination terminated leaving exit left", "terminated resigned retired left inactive former"),
        ("churned churn", "churned cancelled inactive"),
        ("ended end", "ended expired terminated cancelled canceled inactive completed finished closed"),
        ("deleted deletion archived", "deleted archived"),
        ("suspended suspension", "suspended"),
        ("hired hire", "hired"),
    )
)
"""A word of a date's name, and the statuses in which that date has come."""

_STATUS = word_set("status state stage")


@dataclass(frozen=True, slots=True)
class Stage:
    """A date is set in the rows whose `status` column has one of `values`, and in no other."""

    status: str
    values: frozenset[str]


def stages_of(table: TableSchema, generators: Mapping[str, kinds.Generator]) -> dict[str, Stage]:
    """Column -> what decides whether it is set.

    Only dates that may be null and state no share of nulls; only where one status column lists values some of which
    mean that the date has come and some that it has not.
    """
    listed = {column.name: _listed(column, generators[column.name]) for column in table.columns}
    statuses = {name: values for name, values in listed.items() if values}
    found = {}
    for column in table.columns:
        free = column.nullable and column.null_ratio is None and not column.unique
        if free and column.type in ("date", "datetime") and generators[column.name].kind == "datetime":
            deciding = [stage for name, values in statuses.items() if (stage := _stage(column, name, values))]
            if len(deciding) == 1:
                found[column.name] = deciding[0]
    return found


def _stage(column: Column, status: str, values: tuple[str, ...]) -> Stage | None:
    reached = frozenset(value for value in values if _plain(value) in _meant(column))
    return Stage(status, reached) if reached and len(reached) < len(values) else None


def _listed(column: Column, generator: kinds.Generator) -> tuple[str, ...]:
    """The values of a status column; none for every other."""
    words = words_of(column.name)
    if generator.kind != "categorical" or not words or words[-1] not in _STATUS:
        return ()
    values = getattr(generator, "values", ()) or column.enum or ()
    return tuple(value for value in values if isinstance(value, str))


def _meant(column: Column) -> frozenset[str]:
    """The statuses in which the date has come, by the first mark that its name carries."""
    words = set(words_of(column.name))
    return next((statuses for marks, statuses in _REACHED if words & marks), frozenset())


def _plain(status: str) -> str:
    return "_".join(words_of(status))
