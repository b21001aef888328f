"""A numeric bound is a finite number, in whatever spelling it comes."""

from __future__ import annotations

import pytest

from synthaix.errors import SchemaError
from synthaix.schema.table import parse_schema


@pytest.mark.parametrize("kind", ["float", "decimal", "integer"])
@pytest.mark.parametrize("which", ["minimum", "maximum"])
@pytest.mark.parametrize("bound", ["NaN", "-inf", "1e999"])
def test_a_bound_that_is_no_finite_number_is_refused_by_name(kind: str, which: str, bound: str) -> None:
    with pytest.raises(SchemaError, match=rf"column 'price': {which} '{bound}' is not a finite number; send a number"):
        parse_schema({"columns": [{"name": "price", "type": kind, which: bound}]})
