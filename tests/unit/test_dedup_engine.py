from __future__ import annotations

import random

import numpy as np
import polars as pl
import pytest

from synthaix.dedup.engine import Deduplicator, Verdict
from synthaix.dedup.roles import SAMPLE_ROWS
from synthaix.errors import ArgumentError
from synthaix.schema.table import TableSchema, parse_schema

NAMES = ["Alice Johnson", "Bernd Krause", "Chloe Martin", "Dmitri Ivanov", "Esther Okafor", "Farid Haddad"]


def table(**columns: str | dict[str, object]) -> TableSchema:
    listed = [{"name": name, **({"type": kind} if isinstance(kind, str) else kind)} for name, kind in columns.items()]
    return parse_schema({"columns": listed})


TRANSACTIONS = table(user_id="string", amount="float", currency="string", timestamp="datetime")
CUSTOMERS = table(customer_id="integer", name="string", email="string", phone="string", street="string", city="string")


def judged(schema: TableSchema, frame: pl.DataFrame, cut: int | None = None, **options: object) -> Verdict:
    """The whole frame through a fresh Deduplicator, `cut` rows a call."""
    deduplicator = Deduplicator.open(schema, sample=frame.head(SAMPLE_ROWS), **options)  # type: ignore[arg-type]
    size = cut or max(1, len(frame))
    verdicts = [
        deduplicator.admit(frame[start : start + size], np.arange(start, min(start + size, len(frame))))
        for start in range(0, len(frame), size)
    ]
    return Verdict(np.concatenate([v.keep for v in verdicts]), [d for v in verdicts for d in v.duplicates])


def transactions(rows: int, seed: int = 1) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "user_id": [f"user_{number:04d}" for number in rng.integers(0, 500, rows)],
            "amount": rng.lognormal(3, 1, rows).round(2),
            "currency": rng.choice(["USD", "EUR", "GBP"], rows),
            "timestamp": pl.Series(rng.integers(1_600_000_000, 1_760_000_000, rows) * 1_000_000).cast(
                pl.Datetime("us", "UTC")
            ),
        }
    )


def customers(rows: int, seed: int = 2) -> pl.DataFrame:
    rng = random.Random(seed)

    def word(letters: int) -> str:
        return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(letters))

    people = [(word(6).title(), word(8).title()) for _ in range(rows)]
    return pl.DataFrame(
        {
            "customer_id": range(1, rows + 1),
            "name": [f"{first} {last}" for first, last in people],
            "email": [f"{first}.{last}@{word(5)}.example".lower() for first, last in people],
            "phone": [f"+1 555-{rng.randrange(1000):03d}-{rng.randrange(10_000):04d}" for _ in range(rows)],
            "street": [f"{rng.randrange(1, 900)} {word(7).title()} Street" for _ in range(rows)],
            "city": [rng.choice(["Boston", "Denver", "Austin", "Tampa"]) for _ in range(rows)],
        }
    )


def typed_twice(frame: pl.DataFrame, rows: list[int]) -> pl.DataFrame:
    again = frame[rows].with_columns(
        pl.col("customer_id") + 1_000_000,
        pl.col("name").str.to_uppercase().str.replace("A", "AA"),
        pl.col("phone").str.replace_all(r"[ +-]", ""),
        pl.col("street").str.replace("Street", "Stret"),
    )
    return pl.concat([frame, again])


def test_ten_thousand_distinct_transactions_are_all_kept() -> None:
    frame = transactions(10_000).unique(maintain_order=True)

    verdict = judged(TRANSACTIONS, frame)

    assert verdict.keep.all()
    assert verdict.duplicates == []


@pytest.mark.parametrize(
    "edit",
    [
        pl.col("amount") + 0.01,
        pl.col("timestamp") + pl.duration(seconds=1),
        pl.col("user_id") + "0",
        pl.col("currency").replace({"USD": "EUR", "EUR": "GBP", "GBP": "USD"}),
    ],
    ids=["amount", "timestamp", "user_id", "currency"],
)
def test_a_transaction_that_differs_in_one_field_is_kept(edit: pl.Expr) -> None:
    frame = transactions(300)
    both = pl.concat([frame, frame.with_columns(edit)])

    assert judged(TRANSACTIONS, both).keep.all()


def test_a_copy_names_the_row_it_repeats_and_the_columns_that_decided() -> None:
    frame = transactions(50)
    verdict = judged(TRANSACTIONS, pl.concat([frame, frame[7:8]]))

    (duplicate,) = verdict.duplicates

    assert (duplicate.position, duplicate.duplicate_of, duplicate.similarity) == (50, 7, 1.0)
    assert duplicate.columns == TRANSACTIONS.names
    assert not verdict.keep[50]


def test_the_transaction_table_of_the_contract_is_never_embedded() -> None:
    class Forbidden:
        name, dimensions = "forbidden", 8

        def encode(self, texts: pl.Series) -> np.ndarray:
            raise AssertionError("an exact table was embedded")

        similarity = encode

    for sample in (pl.DataFrame(), transactions(500)):
        deduplicator = Deduplicator.open(TRANSACTIONS, sample=sample, embedding=Forbidden())  # type: ignore[arg-type]
        assert deduplicator.admit(transactions(500), np.arange(500)).keep.sum() > 490


def test_the_same_customer_typed_twice_is_a_duplicate() -> None:
    frame = customers(200)
    verdict = judged(CUSTOMERS, typed_twice(frame, list(range(0, 200, 10))))

    assert verdict.keep[:200].all()
    assert not verdict.keep[200:].any()
    assert [d.duplicate_of for d in verdict.duplicates] == list(range(0, 200, 10))
    assert all(0.85 <= d.similarity < 1 and set(d.columns) <= {"name", "street", "phone"} for d in verdict.duplicates)


def test_swapped_names_are_still_the_same_customer() -> None:
    schema = table(given_name="string", surname="string", email="string", street="string")
    rows = [
        {"given_name": "Renata", "surname": "Vasquez", "email": "renata.v@mail.example", "street": "12 Elm Road"},
        {"given_name": "Vasquez", "surname": "Renata", "email": "renata.v@mail.example", "street": "12 Elm Road"},
    ]
    assert judged(schema, pl.DataFrame(rows)).keep.tolist() == [True, False]


@pytest.mark.parametrize(("one", "other"), [("origin", "destination"), ("home_team", "away_team"), ("from", "to")])
def test_the_two_ends_of_something_are_not_exchanged(one: str, other: str) -> None:
    frame = pl.DataFrame({one: ["London", "Paris"], other: ["Paris", "London"]})

    assert judged(table(**{one: "string", other: "string"}), frame).keep.all()


def test_columns_that_draw_from_the_same_values_are_not_exchanged() -> None:
    people = customers(60)["name"].to_list()
    pairs = [(people[k], people[(k * 7 + 3) % 60]) for k in range(60)]
    frame = pl.DataFrame([*pairs, *((b, a) for a, b in pairs)], schema=["who", "friend"], orient="row")

    assert judged(table(who="string", friend="string"), frame.unique(maintain_order=True)).keep.all()


@pytest.mark.parametrize(
    "names",
    [
        ["Vitamin B", "Vitamin C", "Vitamin K"],
        ["Acme Tee Red S", "Acme Tee Red M", "Acme Tee Red XL", "Acme Tee Red XXL"],
        ["Final Fantasy I", "Final Fantasy II", "Final Fantasy IV", "Final Fantasy VI", "Final Fantasy IX"],
    ],
)
def test_what_differs_in_a_designator_alone_is_another_thing(names: list[str]) -> None:
    assert judged(table(name="string"), pl.DataFrame({"name": names})).keep.all()


@pytest.mark.parametrize(
    "names",
    [
        ["iPhone 15 Plus Blue", "iPhone 15 Plus Black", "iPhone 15 Plus Pink"],
        ["Connection to host beta was refused", "Connection to host gamma was refused"],
    ],
)
def test_a_word_in_place_of_quite_another_tells_things_apart(names: list[str]) -> None:
    assert judged(table(name="string"), pl.DataFrame({"name": names})).keep.all()


def test_titles_and_legal_forms_do_not_tell_names_apart() -> None:
    frame = pl.DataFrame({"name": ["Acme Data Systems Inc", "Acme Data Systems Ltd", "Acme Dara Systems Inc"]})

    assert judged(table(name="string"), frame).keep.tolist() == [True, False, False]


@pytest.mark.parametrize(
    "again", ["14 Oak Grove St, Denver", "14 Oka Grove Street, Denver", "14 Oak Grove Stret Denver"]
)
def test_slips_and_abbreviations_of_a_word_are_the_same_word(again: str) -> None:
    frame = pl.DataFrame({"address": ["14 Oak Grove Street, Denver", again]})

    assert judged(table(address="string"), frame, threshold=0.75).keep.tolist() == [True, False]


def test_towns_of_a_timetable_are_themselves_however_alike_their_names() -> None:
    towns = [
        start + end
        for start in ("Nor", "Sou", "Wes", "Eas", "Mid", "Hal", "Bra", "Lyn")
        for end in ("ton", "tham", "tford", "thill", "tley")
    ]
    frame = pl.DataFrame(
        [(one, other) for one in towns for other in towns if one != other],
        schema=["origin", "destination"],
        orient="row",
    )

    assert judged(table(origin="string", destination="string"), frame).keep.all()


@pytest.mark.parametrize("values", [["A+", "A-", "A"], ["C", "C++", "C#"], ["+5", "-5"]])
def test_signs_tell_values_apart(values: list[str]) -> None:
    frame = pl.DataFrame({"name": "Ann Lee", "value": values})

    assert judged(table(name="string", value="string"), frame).keep.all()


def test_hyphens_between_words_are_punctuation() -> None:
    frame = pl.DataFrame({"name": ["Ann Smith-Jones", "Ann Smith Jones", "Ann Smith - Jones"]})

    assert judged(table(name="string"), frame, threshold=0.99).keep.tolist() == [True, False, False]


def test_threshold_one_means_equal_canonical_rows_only() -> None:
    schema = table(id="integer", name="string")
    frame = pl.DataFrame({"id": [1, 2, 3], "name": ["Jane  DOE", " jane doe", "Jane Do"]})

    assert judged(schema, frame, threshold=1.0).keep.tolist() == [True, False, True]


def test_without_deduplication_only_unique_columns_are_enforced() -> None:
    schema = table(code={"type": "string", "unique": True}, name="string")
    frame = pl.DataFrame({"code": ["A1", "a1 ", None, None, "B2"], "name": ["x", "y", "x", "x", "x"]})

    verdict = judged(schema, frame, deduplicate=False)

    assert verdict.keep.tolist() == [True, False, True, True, True]
    assert verdict.duplicates[0].columns == ("code",)


def test_a_unique_value_is_free_again_when_its_row_was_turned_away() -> None:
    schema = table(a={"type": "integer", "unique": True}, b={"type": "integer", "unique": True}, c="float")
    frame = pl.DataFrame({"a": [1, 1, 2], "b": [1, 2, 2], "c": [0.5, 1.5, 2.5]})

    assert judged(schema, frame).keep.tolist() == [True, False, True]


def test_a_unique_email_is_content_and_not_a_row_id() -> None:
    schema = table(name="string", email={"type": "string", "unique": True, "format": "email"}, city="string")
    frame = pl.DataFrame(
        {
            "name": ["John Smith"] * 2,
            "email": ["john.smith4@mail.example", "jsmith@work.example"],
            "city": ["Boston"] * 2,
        }
    )
    assert judged(schema, frame).keep.all()


@pytest.mark.parametrize("cut", [1, 7, 64, 211, 1000])
def test_the_outcome_does_not_depend_on_how_the_stream_is_cut(cut: int) -> None:
    frame = typed_twice(customers(150), list(range(150))).sample(fraction=1.0, shuffle=True, seed=4)
    frame = pl.concat([frame, frame[::5]])
    whole = judged(CUSTOMERS, frame)

    pieces = judged(CUSTOMERS, frame, cut=cut)

    assert pieces.keep.tolist() == whole.keep.tolist()
    assert pieces.duplicates == whole.duplicates


def test_rows_known_before_a_restart_count_as_accepted() -> None:
    frame = typed_twice(customers(120), list(range(0, 120, 3)))
    whole = judged(CUSTOMERS, frame)
    first = Deduplicator.open(CUSTOMERS, sample=frame.head(SAMPLE_ROWS))
    head = first.admit(frame[:130], np.arange(130)).keep

    resumed = Deduplicator.open(CUSTOMERS, frozen=first.frozen())
    resumed.admit_known(frame[:130].filter(pl.Series(head)), np.flatnonzero(head))
    tail = resumed.admit(frame[130:], np.arange(130, len(frame)))

    assert tail.keep.tolist() == whole.keep[130:].tolist()
    assert tail.duplicates == [d for d in whole.duplicates if d.position >= 130]


def test_a_match_in_another_job_names_its_source() -> None:
    frame = customers(20)
    deduplicator = Deduplicator.open(CUSTOMERS, sample=frame)
    deduplicator.admit_known(frame, np.arange(20), source="earlier")

    verdict = deduplicator.admit(typed_twice(frame, [4])[20:], np.array([0]))

    assert [(d.duplicate_of, d.source) for d in verdict.duplicates] == [(4, "earlier")]


def test_producers_of_the_same_rows_leave_what_one_leaves() -> None:
    frame = customers(140)
    interleaved = pl.concat([frame[start : start + 20] for start in range(0, 140, 20) for _ in range(8)])

    verdict = judged(CUSTOMERS, interleaved, cut=20)

    assert interleaved.filter(pl.Series(verdict.keep)).equals(frame)


def test_the_column_that_ran_out_is_named() -> None:
    schema = table(code={"type": "string", "unique": True}, amount="float")
    deduplicator = Deduplicator.open(schema, sample=pl.DataFrame())
    deduplicator.admit(pl.DataFrame({"code": ["A", "A", "A"], "amount": [1.0, 2.0, 3.0]}), np.arange(3))

    assert deduplicator.exhausted_column() == "code"


def test_nothing_is_exhausted_before_a_row_was_turned_away() -> None:
    assert Deduplicator.open(TRANSACTIONS).exhausted_column() is None


def test_numbers_inside_words_tell_rows_apart() -> None:
    schema = table(address="string")
    frame = pl.DataFrame({"address": ["Flat 12, 5 Elm Road", "Flat 13, 5 Elm Road", "flat 12 - 5 elm road"]})

    assert judged(schema, frame).keep.tolist() == [True, True, False]


@pytest.mark.parametrize("threshold", [1.5, -0.1, float("nan"), True, "high"])
def test_a_threshold_outside_its_range_is_refused(threshold: object) -> None:
    with pytest.raises(ArgumentError, match=r"threshold is .*; send a number from 0 to 1"):
        Deduplicator.open(CUSTOMERS, threshold=threshold)  # type: ignore[arg-type]


def test_a_column_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(ArgumentError, match="'nme', which does not exist; use customer_id, name"):
        Deduplicator.open(CUSTOMERS, columns=["nme"])


def test_rows_of_another_shape_are_refused() -> None:
    with pytest.raises(ArgumentError, match="lack column 'email'"):
        judged(CUSTOMERS, customers(3).drop("email"))


def test_only_the_named_columns_are_compared() -> None:
    frame = pl.DataFrame({"id": [1, 2], "name": ["Ann", "Ann"], "city": ["Rome", "Oslo"]})
    schema = table(id="integer", name="string", city="string")

    assert judged(schema, frame).keep.all()
    assert judged(schema, frame, columns=["name"]).keep.tolist() == [True, False]


def test_odd_numbers_have_a_right_answer() -> None:
    schema = table(x="float", n="integer")
    frame = pl.DataFrame({"x": [0.1 + 0.2, 0.3, float("nan"), None, float("inf"), -0.0, 0.0], "n": [1] * 7})

    assert judged(schema, frame).keep.tolist() == [True, False, True, False, True, True, False]


def test_nested_values_are_compared_by_content() -> None:
    schema = table(tags="json", name="string")
    frame = pl.DataFrame({"tags": ['{"a":1,"b":[2]}', '{"b": [2], "a": 1}', '{"a":1,"b":[3]}'], "name": ["same"] * 3})
    lists = pl.DataFrame({"tags": [[1, 2], [1, 2], [2, 1]], "name": ["same"] * 3})

    assert judged(schema, frame).keep.tolist() == [True, False, True]
    assert judged(schema, lists).keep.tolist() == [True, False, True]


def test_control_characters_and_right_to_left_marks_make_no_difference() -> None:
    frame = pl.DataFrame(
        {"name": ["שלום עולם", "\u202bשלום\u200f עולם\u202c", "a\x00b", "a b", "ＡＢＣ", "abc", "!!!", "???"]}
    )

    assert judged(table(name="string"), frame).keep.tolist() == [True, False, True, False, True, False, True, True]


def test_ten_megabytes_of_text_are_compared_by_excerpts() -> None:
    long = "lorem ipsum dolor sit amet " * 400_000
    frame = pl.DataFrame({"body": [long, long + "once more", "something else entirely", long.upper()]})

    assert judged(table(body="text"), frame).keep.tolist() == [True, False, True, False]


def test_a_million_identical_rows_leave_one() -> None:
    frame = transactions(1)[np.zeros(1_000_000, dtype=np.int64)]

    verdict = judged(TRANSACTIONS, frame)

    assert verdict.keep.sum() == 1
    assert len(verdict.duplicates) == 999_999


@pytest.mark.parametrize("schema", [TRANSACTIONS, CUSTOMERS], ids=["exact", "strings"])
def test_an_empty_frame_is_an_empty_verdict(schema: TableSchema) -> None:
    frame = (transactions(1) if schema is TRANSACTIONS else customers(1)).clear()

    verdict = judged(schema, frame) if len(frame) else Deduplicator.open(schema).admit(frame, np.arange(0))

    assert len(verdict.keep) == 0
    assert verdict.duplicates == []


def test_empty_strings_and_nulls_do_not_make_rows_alike() -> None:
    schema = table(name="string", email="string")
    frame = pl.DataFrame({"name": [None, "", "Ann Lee", None], "email": ["a@b.example", "", None, "c@d.example"]})

    assert judged(schema, frame).keep.all()


def test_a_table_of_ids_alone_is_compared_by_them() -> None:
    frame = pl.DataFrame({"id": [1, 2, 2]})

    assert judged(table(id="integer"), frame).keep.tolist() == [True, True, False]


@pytest.mark.parametrize("threshold", [0.85, 1.0])
def test_an_id_counts_where_the_other_columns_cannot_tell_rows_apart(threshold: float) -> None:
    schema = table(id="integer", status="string", quantity="integer")
    rows = 3_000
    frame = pl.DataFrame(
        {
            "id": range(rows),
            "status": [("new", "paid")[row % 2] for row in range(rows)],
            "quantity": [row % 5 for row in range(rows)],
        }
    )
    twice = pl.concat([frame, frame.head(10)])

    assert judged(schema, twice, threshold=threshold).keep.tolist() == [True] * rows + [False] * 10


@pytest.mark.parametrize(("wanted", "kept"), [(1_000, False), (1_000_000, True)])
def test_an_id_counts_where_more_rows_are_wanted_than_the_others_have_room_for(wanted: int, kept: bool) -> None:
    schema = table(id="integer", email="string")
    frame = pl.DataFrame({"id": range(2_048), "email": [f"user.{row * 7919}@mail.example" for row in range(2_048)]})
    deduplicator = Deduplicator.open(schema, sample=frame, wanted=wanted, threshold=1.0)
    deduplicator.admit(frame, np.arange(2_048))
    same_person = pl.DataFrame({"id": [5_000], "email": ["user.7919@mail.example"]})

    assert deduplicator.admit(same_person, np.array([2_048])).keep.tolist() == [kept]


@pytest.mark.parametrize("columns", [1, 5, 20])
def test_texts_of_a_sampler_repeat_each_other_only_when_they_are_equal(columns: int) -> None:
    names = [f"t{place}" for place in range(columns)]
    text = {"type": "text", "generator": "text"}
    schema = parse_schema({"columns": [{"name": name, **text} for name in names]})
    frame = pl.DataFrame(
        {name: [f"The parcel came on day {row} and was fine." for row in range(300)] for name in names}
    )

    assert judged(schema, pl.concat([frame, frame.head(3)])).keep.tolist() == [True] * 300 + [False] * 3
