"""Companies, products, payments, trips and visits: the columns of a row agree."""

from __future__ import annotations

import ipaddress
import re

import polars as pl
import pytest

from synthaix.generate.families import FAMILIES
from synthaix.generate.families.locales import LOCALES
from synthaix.generate.families.vocabulary import table, words
from tests.support.families import entities, one_by_one


@pytest.mark.parametrize("locale", LOCALES)
def test_website_domain_and_mailbox_of_a_company_are_its_own_and_reach_nobody(locale: str) -> None:
    for website, domain, email in entities("company", ["website", "domain", "email"], locale).iter_rows():
        assert re.fullmatch(r"[a-z0-9]+\.example", domain)
        assert website == f"https://www.{domain}"
        assert email.endswith(f"@{domain}")


def test_a_company_named_after_its_trade_is_in_that_industry() -> None:
    trades = {word: name for name, entry in words("company")["industries"].items() for word in entry["en"].split()}
    companies = entities("company", ["name", "industry", "domain", "ticker"], "en", 5_000)
    told = 0
    for name, industry, domain, ticker in companies.iter_rows():
        if " & " in name:
            continue
        trade = name.split()[1]
        told += 1
        assert trades[trade] == industry
        assert domain.startswith(name.split()[0].lower().replace("'", ""))
        assert domain.upper().startswith(ticker)
    assert told > 3_000


def test_a_known_industry_decides_the_name() -> None:
    known = {"industry": pl.Series(["Logistics", "Healthcare"] * 500)}
    names = [str(name) for name in one_by_one("company", "name", "en", 1_000, known)]
    logistics = set(words("company")["industries"]["Logistics"]["en"].split())
    assert all(" & " in name or name.split()[1] in logistics for name in names[::2])


def test_a_known_name_decides_the_website() -> None:
    known = {"name": pl.Series(["Søren's Bakery", "Acme, Inc."])}
    assert one_by_one("company", "website", "en", 2, known) == [
        "https://www.sorensbakery.example", "https://www.acmeinc.example",
    ]  # fmt: skip


def test_size_band_and_department_fit_the_company() -> None:
    companies = entities("company", ["employees", "size", "department", "job_title"], "en")
    titles = {name: listed.split("|") for name, listed in words("company")["departments"].items()}
    for employees, size, department, title in companies.iter_rows():
        low, _, high = size.partition("-")
        assert int(low.rstrip("+")) <= employees <= (int(high) if high else 10**9)
        assert title in titles[department]


def test_product_category_brand_material_and_price_agree() -> None:
    catalogue = words("commerce")["categories"]
    rows = entities("commerce", ["product", "category", "brand", "material", "price", "sku", "department"], "", 5_000)
    for product, category, brand, material, price, sku, department in rows.iter_rows():
        entry = catalogue[category]
        assert material in product
        assert material in entry["materials"].split("|")
        assert any(product.endswith(noun) for noun in entry["nouns"].split("|"))
        assert brand in entry["brands"].split("|")
        assert sku.startswith(re.sub(r"[^A-Za-z]", "", category)[:3].upper())
        assert department == category
        assert entry["price"][0] / 8 < price < entry["price"][0] * 8
        assert round(price, 2) == price


def test_a_known_category_decides_the_product_and_a_known_product_the_category() -> None:
    known = {"category": pl.Series(["Furniture", "Books"] * 100)}
    products = one_by_one("commerce", "product", "", 200, known)
    assert one_by_one("commerce", "category", "", 200, {"product": pl.Series(products)}) == ["Furniture", "Books"] * 100


def test_price_depends_on_the_kind_of_thing() -> None:
    rows = entities("commerce", ["category", "price"], "", 20_000)
    medians = dict(rows.group_by("category").agg(pl.col("price").median()).iter_rows())
    assert medians["Furniture"] > 5 * medians["Grocery"]


def test_currency_code_name_and_symbol_agree() -> None:
    known = words("finance")["currencies"]
    for locale in ("", "en", "ja"):
        fields = ["currency_code", "currency_name", "currency_symbol"]
        for code, name, symbol in entities("finance", fields, locale).iter_rows():
            assert known[code][:2] == [name, symbol]


def test_a_known_country_or_code_decides_the_currency() -> None:
    country = {"country": pl.Series(["Japan", "Germany", "Poland"] * 10)}
    assert one_by_one("finance", "currency_code", "", 30, country) == ["JPY", "EUR", "PLN"] * 10
    assert one_by_one("finance", "currency_symbol", "", 2, {"currency_code": pl.Series(["gbp", "USD"])}) == ["£", "$"]


def test_merchant_and_category_code_agree() -> None:
    merchants = words("finance")["merchants"]
    fields = ["merchant", "mcc", "mcc_description"]
    for merchant, code, description in entities("finance", fields).iter_rows():
        assert merchant in merchants[f"{code}|{description}"].split("|")


def test_airline_code_and_flight_number_agree() -> None:
    airlines = words("travel")["airlines"]
    for airline, code, flight in entities("travel", ["airline", "airline_code", "flight_number"]).iter_rows():
        assert airlines[code][0] == airline
        assert re.fullmatch(rf"{code}\d{{2,4}}", flight)


def test_airport_columns_agree_and_the_destination_is_elsewhere() -> None:
    lines = set(table("airports").select("code", "airport", "city", "country").iter_rows())
    fields = ["airport_code", "airport_name", "airport_city", "airport_country_code", "destination_code",
              "destination_airport", "destination_city"]  # fmt: skip
    cities = {code: city for code, _, city, _ in lines}
    for *airport, code, _, city in entities("travel", fields, "de").iter_rows():
        assert tuple(airport) in lines
        assert cities[code] == city
        assert code != airport[0]


def test_a_flight_leaves_or_reaches_the_airlines_country() -> None:
    airlines, homes = words("travel")["airlines"], set(table("airports")["country"])
    country = dict(table("airports").select("code", "country").iter_rows())
    fields = ["airline_code", "airport_code", "destination_code"]
    for code, origin, destination in entities("travel", fields).iter_rows():
        home = airlines[code][1]
        assert home not in homes or home in (country[origin], country[destination])


def test_distance_minutes_aircraft_and_passengers_of_a_flight_agree() -> None:
    fleet = words("travel")["aircraft"]
    fields = ["airport_code", "destination_code", "distance_km", "flight_minutes", "aircraft", "passengers"]
    frame = entities("travel", fields, "", 20_000)
    for _, _, distance, minutes, aircraft, passengers in frame.iter_rows():
        seats, _, reach, _ = fleet[aircraft]
        assert distance <= max(reach, 900)
        assert 0.5 * seats < passengers <= seats
        assert 0.93 < (minutes - 30) / (distance / 13.5) < 1.07 or distance < 400
    london = frame.filter(airport_code="LHR", destination_code="JFK")["distance_km"]
    assert all(5_500 < distance < 5_650 for distance in london)  # 5,570 km between the cities
    assert len(london)


def test_the_destination_of_a_row_is_what_a_column_says() -> None:
    known = {"airport_code": pl.Series(["LHR"] * 3), "destination_code": pl.Series(["JFK", "CDG", "SYD"])}

    assert one_by_one("travel", "distance_km", "", 3, known) == [5570, 344, 16994]


def test_seats_are_where_their_cabin_is() -> None:
    rows = entities("travel", ["cabin_class", "seat"], "", 5_000)
    first = rows.filter(pl.col("cabin_class") == "First")["seat"]
    assert first.str.contains(r"^[1-4][A-D]$").all()
    assert one_by_one("travel", "seat", "", 2, {"cabin_class": pl.Series(["First", "First"])})[0] <= "4D"  # type: ignore[operator]


def test_browser_system_device_and_user_agent_agree() -> None:
    marks = {"Chrome": "Chrome/", "Safari": "Version/", "Edge": "Edg/", "Firefox": "Firefox/",
             "Samsung Internet": "SamsungBrowser/"}  # fmt: skip
    systems = {
        "Windows": "Windows NT",
        "macOS": "Macintosh",
        "Linux": "X11; Linux",
        "Android": "Android",
        "iOS": " OS ",
    }
    for agent, browser, system, device in entities("internet", ["user_agent", "browser", "os", "device"]).iter_rows():
        assert marks[browser] in agent
        assert systems[system] in agent
        assert (device == "mobile") == ("Mobile" in agent and "iPad" not in agent)


def test_url_hostname_domain_and_path_of_a_visit_agree() -> None:
    for url, host, domain, path in entities("internet", ["url", "hostname", "domain", "path"]).iter_rows():
        assert url == f"https://www.{domain}{path}"
        assert host.endswith(f".{domain}")
        assert domain.endswith(".example")


def test_network_addresses_are_read_by_the_standard_library() -> None:
    assert all(ipaddress.IPv4Address(each).is_global for each in one_by_one("internet", "ipv4", "", 20_000))
    documentation = ipaddress.IPv6Network("2001:db8::/32")
    assert all(ipaddress.IPv6Address(each) in documentation for each in one_by_one("internet", "ipv6"))
    macs = one_by_one("internet", "mac")
    assert all(re.fullmatch(r"02(:[0-9a-f]{2}){5}", str(mac)) for mac in macs)


@pytest.mark.parametrize(("field", "length"), [("md5", 32), ("sha1", 40), ("sha256", 64), ("session_id", 24)])
def test_digests_have_their_length(field: str, length: int) -> None:
    assert all(re.fullmatch(rf"[0-9a-f]{{{length}}}", str(each)) for each in one_by_one("internet", field))


def test_families_without_a_locale_of_their_own_answer_in_english_everywhere() -> None:
    for name, field in (("text", "sentence"), ("commerce", "product"), ("travel", "hotel")):
        assert one_by_one(name, field, "ja", 20) == one_by_one(name, field, "en", 20)
    assert FAMILIES["text"].locales == tuple(LOCALES)
