"""Translation of whole sentences: the contract, refusals, guesses, and that nothing breaks it."""

from __future__ import annotations

import json
import random
import string
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthaix.errors import ArgumentError
from synthaix.jobs.translating import preview, previewed
from synthaix.schema.table import TableSchema, parse_schema
from synthaix.schema.translate import MAX_PROMPT, translate
from synthaix.schema.translation import Translation

SERVER = Path(__file__).resolve().parents[2] / "server"


def test_the_sentence_of_the_specification_gives_exactly_its_schema() -> None:
    translation = translate("Generate 10k financial transactions with user ID, amount, currency, and timestamp")

    assert translation.schema.compact() == {
        "columns": [
            {"name": "user_id", "type": "string", "description": "Unique user identifier"},
            {"name": "amount", "type": "float", "description": "Transaction amount"},
            {"name": "currency", "type": "string", "description": "Currency code (USD, EUR, etc.)"},
            {"name": "timestamp", "type": "datetime", "description": "Transaction timestamp"},
        ]
    }
    assert translation.inferred_count == 10_000
    assert translation.provider == "local"


def test_the_word_unique_in_a_description_makes_no_column_unique() -> None:
    column = translate("100 transactions with user id and amount").schema["user_id"]

    assert "Unique" in column.description
    assert column.unique is None


def test_only_what_the_sentence_said_is_set() -> None:
    column = translate("50 users with email, age and city").schema["email"]

    assert column.model_fields_set == {"name", "type", "description"}


@pytest.mark.parametrize("prompt", ["", "   ", "\n\t", "123 456", "?!", "\u200b"])
def test_a_prompt_with_nothing_to_go_on_is_refused_with_an_example(prompt: str) -> None:
    with pytest.raises(ArgumentError, match="describe the table, such as"):
        translate(prompt)


def test_a_prompt_that_is_a_document_is_refused_with_the_limit() -> None:
    with pytest.raises(ArgumentError, match=f"100000 characters; send at most {MAX_PROMPT}"):
        translate("a" * 100_000)


@pytest.mark.parametrize("value", [0, -3])
def test_max_columns_must_be_positive(value: int) -> None:
    with pytest.raises(ArgumentError, match=f"max_columns is {value}"):
        translate("10 users with name", value)


def test_max_columns_keeps_the_first_ones_and_says_so() -> None:
    translation = translate("10 trips with start date, end date after start date, price, notes", 2)

    assert translation.schema.names == ("start_date", "end_date")
    assert translation.schema["end_date"].after == "start_date"
    assert any("first 2 of 4" in line for line in translation.assumptions)


def test_max_columns_drops_references_to_columns_that_are_gone() -> None:
    translation = translate("10 trips with end date after start date, start date", 1)

    assert translation.schema.names == ("end_date",)
    assert translation.schema["end_date"].after is None


def test_a_known_subject_gets_the_columns_of_a_practitioner() -> None:
    translation = translate("5,000 hospital patients")

    assert {"patient_id", "date_of_birth", "gender", "admission_date", "discharge_date"} <= set(
        translation.schema.names
    )
    assert translation.schema["discharge_date"].after == "admission_date"
    assert any("usual for patients" in line for line in translation.assumptions)


def test_an_unknown_subject_gets_general_columns_and_a_question() -> None:
    translation = translate("30 flumphs please")

    assert translation.schema.names[0] == "flumph_id"
    assert any("Which columns should flumphs have?" in question for question in translation.questions)


def test_a_missing_row_count_is_asked_for() -> None:
    translation = translate("users with name and email")

    assert translation.inferred_count is None
    assert "How many rows do you need?" in translation.questions


def test_a_guess_of_how_far_below_zero_is_said() -> None:
    translation = translate("100 flights with number, delay in minutes (can be negative)")

    assert translation.schema["delay_minutes"].minimum is not None
    assert any("can be negative" in line for line in translation.assumptions)


def test_a_share_of_a_subject_sets_or_adds_a_boolean() -> None:
    listed = translate("1000 customers, 80% of them active, having customer_id, name, active").schema
    subject = translate("1000 customers, 30% of them blocked").schema

    assert listed["active"].generator is not None
    assert listed["active"].generator.model_dump() == {"kind": "boolean", "p": 0.8}
    assert subject["is_blocked"].generator is not None
    assert subject["is_blocked"].generator.model_dump() == {"kind": "boolean", "p": 0.3}


def test_a_window_of_the_subject_bounds_its_main_date() -> None:
    schema = translate("2,400 library cards issued in 2018: card number, issue date, last renewal").schema

    assert (schema["issue_date"].minimum, schema["issue_date"].maximum) == ("2018-01-01", "2018-12-31")
    assert schema["last_renewal"].minimum is None


def test_a_later_sentence_constrains_the_columns_it_names() -> None:
    schema = translate(
        "400 ferry crossings. Columns: departed_at, arrived_at, incident_note. "
        "arrived_at must be after departed_at. incident_note is null in 95% of rows."
    ).schema

    assert schema["arrived_at"].after == "departed_at"
    assert schema["incident_note"].null_ratio == 0.95


def test_order_that_would_run_in_a_circle_is_not_taken_over() -> None:
    schema = translate("10 rows: start date (after end date), end date (after start date)").schema

    assert (schema["start_date"].after, schema["end_date"].after) == ("end_date", None)


def test_repeated_names_become_one_column() -> None:
    assert translate("10 rows: name, email, name, email (optional)").schema.names == ("name", "email")


def test_other_languages_fall_back_to_finding_the_list() -> None:
    spanish = translate("Crea 500 clientes con nombre, apellido, teléfono y fecha de alta")
    german = translate("Erzeuge 200 Kunden mit Name, Stadt und Geburtsdatum")

    assert spanish.schema.names == ("nombre", "apellido", "telefono", "fecha_de_alta")
    assert spanish.schema["fecha_de_alta"].type == "date"
    assert german.schema.names == ("name", "stadt", "geburtsdatum")
    assert german.inferred_count == 200


def test_importing_the_translator_imports_nothing_heavy() -> None:
    code = (
        "import sys, synthaix.schema.translate;"
        "heavy = {'numpy', 'polars', 'sqlalchemy', 'chromadb', 'openai', 'anthropic', 'mimesis'} & set(sys.modules);"
        "own = [name for name in sys.modules if name.startswith('synthaix.schema.language')];"
        "print(sorted(heavy), own)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(SERVER)}
    )

    assert done.stdout.strip() == "[] []"


def _sound(prompt: str) -> None:
    """Translate, and check that a reader of JSON accepts the result."""
    try:
        translation = translate(prompt)
    except ArgumentError:
        return
    again = parse_schema(json.loads(json.dumps(translation.schema.compact())))
    assert isinstance(again, TableSchema)
    assert again.names == translation.schema.names
    assert translation.inferred_count is None or translation.inferred_count > 0


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_a_valid_schema_or_a_clear_refusal(prompt: str) -> None:
    _sound(prompt)


_WORDS = [
    "with",
    "and",
    "or",
    "name,",
    "email,",
    "age",
    "(1-5),",
    "id",
    "unique,",
    "null",
    "optional,",
    "from",
    "2020",
    "to",
    "2021,",
    "after",
    "start",
    "date,",
    "start",
    "date,",
    ";",
    ":",
    "-",
    "/",
    "(",
    ")",
    "[a|b]",
    "30%",
    "yes/no",
    "price",
    "$5",
    "between",
    "1",
    "and",
    "10,",
    "at",
    "least",
    "uuid",
    "float",
    "status:",
    "open,",
    "closed",
    "500",
    "rows",
    "of",
    "users.",
    "Columns:",
    "max",
    "20",
    "characters,",
    "kg",
    "in",
    "{x}",
    "<",
    ">",
    "=",
    ">=",
    "--",
    "|",
    "\n",
    "-",
    "1)",
    "2)",
    '{"a":',
    '"int"}',
    "matching",
    "^[A-Z]{3}$",
    "e.g.",
    "before",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(_WORDS), max_size=40))
def test_any_mixture_of_the_grammars_words_gives_a_valid_schema(words: list[str]) -> None:
    _sound(" ".join(words))


@pytest.mark.parametrize(
    "unit",
    [
        "a, ",
        "word ",
        "12 and ",
        "(a ",
        "a: ",
        "with a ",
        "between 1 and ",
        "a or ",
        "a/",
        "x; ",
        "- a\n",
        "1. a 2. b ",
        "a - ",
        "[{(",
        "5% of x ",
    ],
)
def test_the_longest_prompt_of_one_pattern_is_still_read(unit: str) -> None:
    _sound((unit * MAX_PROMPT)[:MAX_PROMPT])


def test_a_noisy_long_prompt_is_still_read() -> None:
    noise = random.Random(7)

    _sound("".join(noise.choice(string.printable) for _ in range(MAX_PROMPT)))


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("300 visits. Visitor. Arrived at. Reason (sick, check-up). Fee paid.", "visitor arrived_at reason fee_paid"),
        ("SELECT city, mayor, founded FROM towns LIMIT 50", "city mayor founded"),
        ("80 lots: qty int check (qty > 0), grade char(1) not null, seller_id FK", "qty grade seller_id"),
        ("40 rooms with min/max temp, width x height in cm, occupied", "min_temp max_temp width_cm height_cm occupied"),
        ("90 samples: depth_1..depth_3 floats between 0 and 1, site", "depth_1 depth_2 depth_3 site"),
        ("title, author and pages are all I need; 20 books", "title author pages"),
        ("orders, 300, buyer, city, total", "buyer city total"),
        ("12 stores: floor area sq. m, staff, city", "floor_area_sq_m staff city"),
        ("ages of trees & species & girth cm & planted on; 60 trees", "species girth_cm planted_on"),
        ("60 exams: student, grade A-F, pass or fail, board", "student grade pass_or_fail board"),
    ],
)
def test_lists_are_split_as_they_were_meant(prompt: str, names: str) -> None:
    assert [column.name for column in translate(prompt).schema.columns] == names.split()


def test_values_of_a_list_end_where_the_next_column_begins() -> None:
    columns = {
        column.name: column
        for column in translate(
            "70 cars: plate; state: new, sold, retired; pages 8 to 320; bag size 1-3, 4-6 or 7-9"
        ).schema.columns
    }

    assert list(columns) == ["plate", "state", "pages", "bag_size"]
    assert columns["state"].enum == ("new", "sold", "retired")
    assert (columns["pages"].minimum, columns["pages"].maximum) == (8, 320)
    assert columns["bag_size"].enum == ("1-3", "4-6", "7-9")


def test_a_body_mass_index_that_follows_from_weight_and_height_can_be_made() -> None:
    rows = preview(translate("90 rows: id, weight kg, height cm, bmi").schema)
    assert [row["bmi"] for row in rows] == pytest.approx(
        [row["weight_kg"] / (row["height_cm"] / 100) ** 2 for row in rows], abs=0.06
    )


def test_a_schema_without_a_preview_says_why() -> None:
    column = {"name": "share", "type": "float", "generator": {"kind": "expression", "expr": "1 / part"}}
    table = parse_schema({"columns": [{"name": "part", "type": "float"}, column]})

    told = previewed(Translation(table, 40))

    assert told.preview == []
    assert told.translation.assumptions[0].startswith("There is no preview")
    assert "divide by zero" in told.translation.assumptions[0]


@pytest.mark.parametrize(
    ("prompt", "locale"),
    [
        ("German customers with name, email, city", "de_DE"),
        ("25 employees in France with name, email and city", "fr_FR"),
        ("25 employees with name, email, and city in France", "fr_FR"),
        ("name, email, city for 30 people from Japan", "ja_JP"),
        ("100 users with name, email, city. All from Italy.", "it_IT"),
        ("40 users with name, email, city", None),
        ("40 users from Spain, Portugal and Greece with name, email, city", None),
        ("40 users, English column names please: name, email, city", None),
        ("40 users from Spain and Portugal with name, email, city", None),
        ("give us customers with name, email, city", None),
    ],
)
def test_people_of_a_named_country_have_its_names_and_cities(prompt: str, locale: str | None) -> None:
    columns = translate(prompt).schema.columns
    assert [(column.name, column.locale) for column in columns] == [(n, locale) for n in ("name", "email", "city")]
    assert len(preview(TableSchema(columns=columns))) == 5


def test_a_nationality_of_things_changes_no_name() -> None:
    columns = translate("30 French courses with name, price, made in Germany boolean").schema.columns
    assert [(column.name, column.locale) for column in columns] == [
        ("name", None), ("price", None), ("made_in_germany", None)
    ]  # fmt: skip


def test_what_is_said_of_a_known_subjects_columns_is_kept() -> None:
    prompt = "transactions where amount is between 10 and 500, currency is EUR or USD, and 5% of them are refunded"
    table = translate(prompt).schema
    assert (table["amount"].minimum, table["amount"].maximum) == (10, 500)
    assert table["currency"].enum == ("EUR", "USD")
    assert getattr(table["is_refunded"].generator, "p", None) == 0.05
    assert all(10 <= row["amount"] <= 500 and row["currency"] in ("EUR", "USD") for row in preview(table))
