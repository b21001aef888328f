from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from synthaix.jobs.headers import column_names
from synthaix.schema.table import is_usable_name


def test_names_that_fit_stay_and_the_others_come_close() -> None:
    headers = ["id", "First Name", "E-mail (work)", "2024", "", "größe", "ID", "first_name"]

    assert column_names(headers) == {
        "id": "id",
        "First Name": "First_Name_2",
        "E-mail (work)": "E_mail_work",
        "2024": "column_2024",
        "": "column",
        "größe": "größe",
        "ID": "ID_2",
        "first_name": "first_name",
    }


@given(st.lists(st.text(max_size=80), unique=True, max_size=30))
def test_every_header_gets_a_usable_name_of_its_own(headers: list[str]) -> None:
    names = column_names(headers)

    assert list(names) == headers
    assert all(is_usable_name(name) for name in names.values())
    assert len({name.casefold() for name in names.values()}) == len(headers)
