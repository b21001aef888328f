from __future__ import annotations

import pytest

from synthaix.errors import SchemaError
from synthaix.generate.graph import needed, order
from synthaix.generate.infer import plan_columns
from tests.support.sampling import table_of


def expression(name: str, expr: str) -> dict[str, object]:
    return {"name": name, "type": "float", "generator": {"kind": "expression", "expr": expr}}


def test_columns_come_after_those_they_need() -> None:
    table = table_of(expression("c", "a + b"), expression("b", "a * 2"), "a:float", "d:float")
    plans = {plan.name: plan for plan in plan_columns(table)}

    names = order(table, plans, {"a": frozenset({"d"})})

    assert sorted(names) == ["a", "b", "c", "d"]
    assert [names.index(name) for name in ("d", "a", "b", "c")] == [0, 1, 2, 3]


def test_a_circle_names_its_columns() -> None:
    table = table_of(expression("a", "b + 1"), expression("b", "c + 1"), expression("c", "a + 1"), "d:float")
    plans = {plan.name: plan for plan in plan_columns(table)}

    with pytest.raises(SchemaError) as caught:
        order(table, plans, {})

    assert all(f"{name} ->" in str(caught.value) for name in "abc")


def test_templates_and_cases_need_their_columns() -> None:
    template = {"name": "t", "type": "string", "generator": {"kind": "template", "template": "{a} {{b}} {a}"}}
    cases = {
        "name": "k",
        "type": "string",
        "generator": {"kind": "categorical", "values": ["x"], "by": "b", "cases": {}},
    }
    table = table_of(template, cases, "a:string", "b:string")
    generators = {plan.name: plan.generator for plan in plan_columns(table)}

    assert needed(table["t"], generators["t"], table) == {"a"}
    assert needed(table["k"], generators["k"], table) == {"b"}
    assert needed(table["a"], generators["a"], table) == frozenset()
