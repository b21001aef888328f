"""The subjects that are known without columns: complete, valid, generable, and found by what people call them."""

from __future__ import annotations

from collections import Counter

import pytest

from synthaix.generate.infer import check_feasible, plan_columns
from synthaix.generate.sampler import TableSampler
from synthaix.generate.window import Window
from synthaix.schema.domains import Domain, all_domains, find_domain
from synthaix.schema.table import TableSchema
from synthaix.schema.translate import translate
from synthaix.schema.validation import valid_rows

DOMAINS = all_domains()
every_domain = pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.title)


def test_there_are_many_domains_with_titles_and_phrases_of_their_own() -> None:
    titles = Counter(domain.title for domain in DOMAINS)
    phrases = Counter(phrase for domain in DOMAINS for phrase in set(domain.phrases))

    assert len(DOMAINS) >= 500
    assert [title for title, times in titles.items() if times > 1] == []
    assert [sorted(phrase) for phrase, times in phrases.items() if times > 1] == []


@every_domain
def test_a_domain_has_a_handful_of_described_columns(domain: Domain) -> None:
    table = TableSchema(columns=tuple(domain.columns()))

    assert 7 <= len(table.columns) <= 16
    assert all(column.description for column in table.columns)


@every_domain
def test_a_domain_generates_rows_that_pass_their_own_schema(domain: Domain) -> None:
    table = TableSchema(columns=tuple(domain.columns()))
    plan = plan_columns(table)
    check_feasible(table, plan, 200)

    frame = TableSampler(table, plan, 1).window(Window(0, 200))

    assert valid_rows(frame, table).all()


@every_domain
def test_a_domain_is_found_by_its_title(domain: Domain) -> None:
    found = find_domain(f"some {domain.title}")

    assert found is not None
    assert found.title == domain.title


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("5,000 hospital patients", "patients"),
        ("30 000 parcel shipments", "shipments"),
        ("I need 100,000 credit card transactions", "credit card transactions"),
        ("a couple thousand social media posts", "social media posts"),
        ("500 support tickets for our help desk", "support tickets"),
        ("concert tickets sold in 2022", "concert tickets"),
        ("Produce 2K SaaS subscriptions", "subscriptions"),
        ("exam results for two hundred pupils", "exam results"),
        ("5000 tweets about football", "social media posts"),
        ("1000 books for a library", "books"),
        ("library book loans", "library loans"),
        ("2k online course enrolments", "enrollments"),
        ("fake data about volcano eruptions", "volcanic eruptions"),
        ("customer churn data for a telecom", "customer churn records"),
        ("volunteers for an animal shelter", "volunteers"),
        ("parcels delivered by couriers in Munich", "shipments"),
        ("Blood donors aged 18 to 65, 1,100 people", "blood donations"),
        ("we run a small business and would like to see 500 taxi rides", "taxi rides"),
        ("the orders of a company", "orders"),
        ("orders in New York, Paris and Tokyo", "orders"),
        ("a table listing recipes", "recipes"),
        ("lists of scientific papers", "research papers"),
        ("events and conferences", "event listings"),
        ("company payroll for 300 employees", "payroll"),
        ("ninety tour guides", "guides"),
    ],
)
def test_a_sentence_finds_its_domain(prompt: str, title: str) -> None:
    assert any(f"usual for {title}" in line for line in translate(prompt).assumptions)


def test_no_domain_is_found_for_an_unknown_subject() -> None:
    assert find_domain("flumphs and grues") is None


def test_an_order_s_status_decides_which_dates_are_set() -> None:
    table = TableSchema(columns=tuple(next(d for d in DOMAINS if d.title == "orders").columns()))

    frame = TableSampler(table, plan_columns(table), 3).window(Window(0, 500))

    delivered = frame["status"] == "delivered"
    assert (frame["delivered_at"].is_not_null() == delivered).all()
    assert (frame["shipped_at"].drop_nulls() > frame.filter(frame["shipped_at"].is_not_null())["ordered_at"]).all()
    assert ((frame["total"] - frame["quantity"] * frame["unit_price"]).abs() < 0.01).all()


def test_a_line_can_decide_values_by_another_column_and_let_them_recur() -> None:
    lines = (
        "cup_id",
        "kind | {tea/coffee}",
        "size | {small/large} | & kind: tea -> small:3/large; coffee -> small",
        "waiter | @person.full_name | x4",
    )
    table = TableSchema(columns=tuple(Domain("cups", (), lines).columns()))

    frame = TableSampler(table, plan_columns(table), 1).window(Window(0, 500))

    assert set(frame.filter(kind="coffee")["size"]) == {"small"}
    assert set(frame.filter(kind="tea")["size"]) == {"small", "large"}
    assert frame["waiter"].n_unique() == 4


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("40 beekeepers", {"beekeeper_id", "full_name", "email"}),
        ("crossbow malfunctions", {"malfunction_id", "date", "severity", "location"}),
        ("castle fees", {"fee_id", "amount", "date", "status", "castle_name"}),
        ("kazoo tunings", {"tuning_id", "customer_name", "date", "price"}),
        ("riddles for children", {"riddle_id", "title", "content", "author_name"}),
    ],
)
def test_an_unknown_subject_gets_the_columns_of_its_nature(prompt: str, expected: set[str]) -> None:
    assert expected <= set(translate(prompt).schema.names)


def test_nobody_joins_before_being_grown_or_in_a_year_to_come() -> None:
    table = TableSchema(columns=tuple(next(d for d in DOMAINS if d.title == "students").columns()))

    frame = TableSampler(table, plan_columns(table), 3).window(Window(0, 500))

    assert (frame["enrollment_date"] > frame["date_of_birth"]).all()
    assert (frame["enrollment_date"].dt.year() <= 2026).all()
