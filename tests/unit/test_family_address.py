"""One place per row: city, region, postal code, country and coordinates agree."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from synthaix.generate.families.base import country_codes
from synthaix.generate.families.locales import LOCALES
from synthaix.generate.families.places import cities, countries
from tests.support.families import entities, one_by_one

FIELDS = ["city", "state", "state_code", "postal_code", "country", "country_code", "continent", "latitude", "longitude",
          "timezone"]  # fmt: skip


def _disagreements(places: pl.DataFrame, city: str, region: str, country: str) -> list[dict[str, object]]:
    """Rows that match no line of the city table."""
    table = cities().frame.with_columns(pl.col("latitude", "longitude").cast(pl.Float64)).with_row_index("line")
    table = table.rename({"country": "code"}).with_columns(country=pl.col(country) if country != "country" else "code")
    on = {"city": city, "state": region, "state_code": "region_code", "country": country, "country_code": "code",
          "timezone": "timezone", "continent": "continent"}  # fmt: skip
    joined = places.with_row_index("row").join(
        table, left_on=list(on), right_on=list(on.values()), how="left", suffix="_centre"
    )
    near = (pl.col("latitude") - pl.col("latitude_centre")).abs() < 0.08
    found = joined.filter(near)["row"].unique()
    return places.with_row_index("row").filter(~pl.col("row").is_in(found.implode())).head(3).to_dicts()


@pytest.mark.parametrize("locale", LOCALES)
def test_all_columns_of_a_place_are_of_one_city_of_the_locale_s_country(locale: str) -> None:
    english = LOCALES[locale].language == "English"
    names = ("city", "region", "country_name") if english else ("local", "local_region", "country_local")
    places = entities("address", FIELDS, locale)
    assert _disagreements(places, *names) == []
    assert set(places["country_code"]) == {LOCALES[locale].country}


def test_without_a_locale_places_are_of_the_whole_world_and_still_agree() -> None:
    places = entities("address", FIELDS, "", 20_000)
    assert _disagreements(places, "city", "region", "country_name") == []
    assert places["country_code"].n_unique() > 80
    assert places["country_code"].value_counts(sort=True)["country_code"][0] == "US"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_locale_s_country_has_twenty_cities(locale: str) -> None:
    assert cities().frame.filter(pl.col("country") == LOCALES[locale].country).height >= 20


def test_the_city_table_is_sound() -> None:
    frame = cities().frame
    assert frame.height >= 400
    assert frame.null_count().sum_horizontal().item() == 0
    assert frame["latitude"].cast(pl.Float64).is_between(-90, 90).all()
    assert frame["longitude"].cast(pl.Float64).is_between(-180, 180).all()
    assert all(ZoneInfo(zone) for zone in frame["timezone"].unique())
    assert set(frame["country"]) <= set(countries()["code"])


@pytest.mark.parametrize(
    ("locale", "shape"),
    [("en", r"\d{5}"), ("en_GB", r"[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}"), ("en_CA", r"[A-Z]\d[A-Z] \d[A-Z]\d"),
     ("de", r"\d{5}"), ("fr", r"\d{5}"), ("nl", r"\d{4} [A-Z]{2}"), ("pt_BR", r"\d{5}-\d{3}"), ("pl", r"\d\d-\d{3}"),
     ("sv", r"\d{3} \d\d"), ("ja", r"\d{3}-\d{4}"), ("tr", r"\d{5}"), ("zh", r"\d{6}"), ("en_IN", r"\d{6}")],
)  # fmt: skip
def test_postal_codes_have_the_country_s_format(locale: str, shape: str) -> None:
    assert all(re.fullmatch(shape, str(code)) for code in one_by_one("address", "postal_code", locale))


def test_postal_codes_begin_as_they_do_in_the_city() -> None:
    places = entities("address", ["city", "postal_code"], "de")
    munich = places.filter(pl.col("city") == "München")["postal_code"]
    assert len(munich) > 0
    assert munich.str.starts_with("80").all()


def test_a_known_country_decides_the_place_however_it_is_written() -> None:
    known = {"country": pl.Series(["Germany", "us", "JPN", "Italia", "United Kingdom"] * 20)}
    codes = one_by_one("address", "country_code", "", 100, known)
    assert codes == ["DE", "US", "JP", "IT", "GB"] * 20
    cities_there = one_by_one("address", "city", "en", 100, {"country_code": pl.Series(["FR"] * 100)})
    assert set(cities_there) <= set(cities().frame.filter(pl.col("country") == "FR")["city"])


def test_a_known_state_decides_the_city() -> None:
    known = {"state": pl.Series(["California", "TX", "new york", "Bayern"] * 50)}
    places = entities("address", ["city", "state_code", "country_code"], "en", 200, known)
    assert places["state_code"].to_list() == ["CA", "TX", "NY", "BY"] * 50
    assert places["country_code"].to_list() == ["US", "US", "US", "DE"] * 50


def test_a_known_city_decides_the_rest() -> None:
    known = {"city": pl.Series(["Paris", "München", "Chicago", "Nowhere"])}
    assert one_by_one("address", "country_code", "", 4, known)[:3] == ["FR", "DE", "US"]
    assert one_by_one("address", "timezone", "", 4, known)[:3] == ["Europe/Paris", "Europe/Berlin", "America/Chicago"]


def test_the_full_address_holds_the_row_s_own_parts() -> None:
    for locale in ("", "en", "de", "ja", "pt_BR"):
        places = entities("address", ["full_address", "street", "city", "postal_code"], locale)
        for full, street, city, postal in places.iter_rows():
            assert street in full
            assert city in full
            assert postal in full


def test_streets_are_written_in_the_language_of_their_country() -> None:
    places = entities("address", ["street", "country_code"], "", 5_000)
    german = places.filter(pl.col("country_code") == "DE")["street"]
    assert german.str.contains(r" \d+$").all()
    american = places.filter(pl.col("country_code") == "US")["street"]
    assert american.str.contains(r"^\d+ ").all()


def test_street_is_its_name_and_number() -> None:
    for locale in LOCALES:
        for line, name, number in entities(
            "address", ["street", "street_name", "street_number"], locale, 50
        ).iter_rows():
            assert name in line
            assert number in line


def test_countries_are_understood_by_code_name_and_own_name() -> None:
    given = pl.Series(["de", "DEU", "Germany", "Deutschland", " germany ", "Narnia", None])
    codes = country_codes({"country": given})
    assert codes is not None
    assert codes.to_list() == ["DE"] * 5 + [None, None]
