"""The row count: every way people write it, and every number that is not it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.schema.count import parse_count


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Generate 10k financial transactions with user ID and amount", 10_000),
        ("2.5 thousand electricity bills", 2_500),
        ("Half a million IoT readings", 500_000),
        ("1e5 product reviews", 100_000),
        ("twelve hundred users", 1_200),
        ("a dozen eggs with a weight", 12),
        ("1,200 invoices", 1_200),
        ("3M clickstream events", 3_000_000),
        ("30 000 parcel shipments", 30_000),
        ("1_000 patients", 1_000),
        ("1.8 million login attempts", 1_800_000),
        ("two hundred and fifty podcast episodes", 250),
        ("a hundred and twenty-five beehives", 125),
        ("2 lakh payments", 200_000),
        ("a couple of hundred students", 200),
        ("One hundred thousand game sessions", 100_000),
        ("thirty-five board games", 35),
        ("four dozen volcanoes", 48),
        ("a thousand rows of fake invoices", 1_000),
        ("10^4 rows of logs", 10_000),
        ("2500-row CSV of certificates", 2_500),
        ("Just 7 rows: weekday, opening time", 7),
        ("3x10^3 customers", 3_000),
        ("a hundred k rows of logs", 100_000),
        ("ten k users", 10_000),
        ("a score of books", 20),
        ("1.200.000 users with name and e-mail", 1_200_000),
        ("four and a half thousand lockers", 4_500),
        ("1,750 second-hand phones: brand, grade", 1_750),
        ("1100 x crane inspections: site, result", 1_100),
        ("Can I have 3000 genuine-looking addresses?", 3_000),
        ("2000 properties' certificates - address, rating", 2_000),
        ("We hold 3 auctions a year. Give me 150 lots", 150),
        ("52 weeks of sales: week number, store, units", 52),
        ("a gross of pencils", 144),
        ("twenty-five hundred patients", 2_500),
        ("around 1.5k sessions", 1_500),
        ("5,00,000 transactions", 500_000),
        ("12 batches of 50 customers", 600),
        ("500-1000 customers", 1_000),
        ("a quarter of a million meter events", 250_000),
        ("at most 300 employees with name", 300),
        ("lets have 40 farm animals", 40),
        ("help desk tickets (x600)", 600),
        ("bio : text, optional\n1000 accounts like that", 1_000),
        ("4,000 applications for 2025 entry", 4_000),
        ("one row is fine: api_key, owner", 1),
    ],
)
def test_a_count_is_read_in_every_form_people_write(prompt: str, expected: int) -> None:
    assert parse_count(prompt) == expected


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("satellites, 280", 280),
        ("breed, age in months, vaccinated boolean x 450", 450),
        ("chess games x800 (white player, black player)", 800),
        ("telescope observations (n=90): target, magnitude", 90),
        ("schema: a:str, b:int; count=1300", 1_300),
        ("Rows: 750. Columns: sku, price", 750),
        ("title: string, pages: int (160)", 160),
        ("movies, 400 of them, with title", 400),
        ("blog posts with a slug and a body. 300 is enough.", 300),
        ("employees (name, salary) - 500 of them", 500),
        ("can you make some employees, 300 or so", 300),
        ("name, email, city; 250 rows", 250),
        ("I need at least 500 customers", 500),
        ("I'm after 2,000 freight trains", 2_000),
    ],
)
def test_a_count_is_found_wherever_it_stands(prompt: str, expected: int) -> None:
    assert parse_count(prompt) == expected


@pytest.mark.parametrize(
    "prompt",
    [
        "orders from 2019 with a total between 5 and 500",
        "Generate iPhone 15 orders with order id and price",
        "Route 66 motels: name, rooms up to 120",
        "ratings 1-5 and ages 18 to 99",
        "price under $150, weight at most 20 kg",
        "HTTP 404 errors please: url, hits",
        "type 2 diabetes patients with age at least 18",
        "a table with these 5 columns: name, age, city, email, phone",
        "mock data for 2-bedroom flats",
        "users, 30% null emails",
        "wildfires since 2005",
        "supplier_name VARCHAR(120), credit NUMERIC(12,2)",
        "one row for each country",
        "codes of 6 digits and titles of up to 80 characters",
        "movies from the 90s",
        "",
        "!!!",
        "40k salary employees in Berlin with name and role",
        "exam results: student, grade A-F, pass or fail",
        "our 4 star hotel wants reservations: guest, room, nights",
        "S&P 500 companies: ticker, name, sector",
        "ride bookings with surge multiplier 1.0x to 3.5x, fare",
    ],
)
def test_numbers_that_are_not_the_row_count_are_left_alone(prompt: str) -> None:
    assert parse_count(prompt) is None


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("we're 3 students and need roughly 4,000 loan applications", 4_000),
        ("911 emergency calls dataset: 3000 entries", 3_000),
        ("500 weekly entries of the top 40 chart", 500),
        ("H1 2022 safety inspections: 900 records", 900),
        ("Generate 720 ISO 27001 audit findings", 720),
        ("20,000 COVID-19 test results", 20_000),
        ("180 K-12 schools", 180),
        ("500 employees with 401k contributions", 500),
        ("404 podcast subscribers", 404),
        ("Please prepare 1100 rows for the World Cup 2022 fan survey", 1_100),
        ("(presentation at 9am, 15 slides!) 350 rows of press mentions", 350),
        ("Generate 10 GB of logs? no, just 5000 log lines", 5_000),
        ("1000 rows in chunks of 200", 1_000),
    ],
)
def test_the_count_is_told_from_other_numbers_beside_it(prompt: str, expected: int) -> None:
    assert parse_count(prompt) == expected


@given(st.integers(min_value=2, max_value=10**9).filter(lambda n: not 1900 <= n <= 2035))
def test_any_plain_number_of_rows_is_read_exactly(number: int) -> None:
    assert parse_count(f"Generate {number} rows of customers") == number
    assert parse_count(f"Generate {number:,} customers with name and email") == number


@given(st.text(max_size=300))
def test_a_count_of_any_text_is_positive_or_absent(prompt: str) -> None:
    count = parse_count(prompt)

    assert count is None or count > 0
