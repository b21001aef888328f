"""Columns for a subject nobody described, by the nature of its noun: people, places, incidents, ..."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from synthaix.schema.language.names import to_name
from synthaix.schema.language.nouns import singular
from synthaix.schema.language.text import vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

_PEOPLE = vocabulary(
    "chef nurse pilot athlete coach judge monk priest soldier officer captain sailor guide agent expert member "
    "friend relative neighbor neighbour student apprentice intern graduate artist king queen emperor president "
    "minister senator politician student teacher doctor patient child parent customer user client tenant guest person "
    "driver tourist dentist worker employee actor actress model spy witness suspect prisoner criminal hero "
    "villain character "
    "wizard pirate ninja celebrity alumni alumnus staff candidate participant "
)
_ROLE_ENDINGS = (
    "eer ist ian ster ologist man woman person monger smith wright keeper holder owner worker maker driver rider "
    "player dancer singer painter trainer cleaner baker farmer builder designer lawyer dealer hunter walker "
    "swimmer runner climber gardener buyer seller sponsor mentor tutor donor juror mayor inventor editor author "
    "inspector collector creditor debtor investor contractor vendor operator "
)
_PERSON = re.compile(rf"[a-z]{{3,}}(?:{'|'.join(_ROLE_ENDINGS.split())})$")
_PLACES = vocabulary(
    "park station store shop museum hospital stadium beach castle church temple cemetery theater theatre cinema "
    "library school market mall office branch campus lighthouse harbor harbour port island venue arena gallery "
    "zoo aquarium farm vineyard observatory shelter camp campsite pool gym court monument landmark site location "
    "place area zone region village town street square garden forest cave waterfall mosque palace embassy prison "
    "factory plant depot terminal bakery "
    "restaurant hotel airport bank warehouse clinic pharmacy bar cafe club mountain lake river "
)
_NATURES = {
    "incident": (
        "accident failure fault error attack fire storm explosion collapse leak theft breach strike outage breakdown "
        "crash spill raid cut disaster emergency fight riot hazard warning alert alarm blackout burglary robbery flood "
        "malfunction interruption protest evacuation rescue"
    ),
    "payment": (
        "payment fine fee bill sale purchase donation bet deposit withdrawal order refund charge salary wage tax "
        "transaction contribution offer bid trade commission bonus subsidy rent sponsorship tip pledge"
    ),
    "service": (
        "booking appointment visit session class treatment lesson consultation inspection repair cleaning "
        "installation delivery reservation rental therapy massage training workshop drill checkup procedure operation "
        "collection pickup ride trip tuning fitting shoot tutorial interview hire transfer"
    ),
    "gathering": (
        "event party festival concert conference match race tournament ceremony parade show performance exhibition "
        "tour meeting hearing trial screening audition round draw auction competition contest game fair gala retreat "
        "camp voyage mission walk march excursion reunion"
    ),
    "request": (
        "request application complaint petition claim proposal nomination registration enquiry inquiry suggestion "
        "dispute appeal response submission permit vote report notification ticket task quote estimate"
    ),
    "observation": "sighting observation encounter catch find discovery specimen",
    "measurement": "measurement reading test sample scan experiment level result score value survey reading metric",
    "opinion": "rating review opinion vote comment feedback testimonial recommendation",
    "writing": (
        "story poem letter essay book article document certificate contract speech text script joke song lyric quote "
        "myth legend diary manual report memo postcard note manuscript novel tale fable prayer sermon riddle"
    ),
    "vehicle": (
        "car truck van bus motorhome caravan motorcycle bicycle bike boat ship plane helicopter train tram scooter "
        "tractor camper vehicle automobile lorry locomotive"
    ),
    "animal": (
        "animal dog cat horse bird fish rabbit hamster parrot snake lizard turtle goat sheep pig cow chicken duck "
        "llama camel elephant lion tiger bear wolf fox monkey whale dolphin penguin hedgehog frog bat owl"
    ),
    "group": "team club band company association group choir orchestra union party league crew committee gang family",
}
_NATURE_OF = {word: nature for nature, listed in _NATURES.items() for word in listed.split()}

_ROWS = {
    "person": (
        "full_name email phone date_of_birth:date gender specialization city country years_of_experience:integer "
        "joined_date:date rating:float status"
    ),
    "place": (
        "name type address city country latitude:float longitude:float capacity:integer manager_name phone "
        "opened_date:date rating:float status"
    ),
    "incident": (
        "type date:datetime location latitude:float longitude:float severity cause description:text "
        "duration_minutes:integer people_affected:integer cost:float reported_by status"
    ),
    "payment": (
        "customer_name item description quantity:integer amount:float currency date:datetime due_date:date "
        "payment_method location status"
    ),
    "service": (
        "customer_name email provider_name type date:datetime duration_minutes:integer location price:float "
        "payment_method rating:integer status notes:text"
    ),
    "gathering": (
        "name type date:datetime location organizer_name participants:integer duration_minutes:integer price:float "
        "description:text winner_name status"
    ),
    "request": (
        "applicant_name email type description:text date:datetime priority assigned_to location amount:float "
        "decision_date:date status"
    ),
    "observation": (
        "species observer_name date:datetime location latitude:float longitude:float count:integer habitat weather "
        "notes:text"
    ),
    "measurement": (
        "subject_id type value:float unit timestamp:datetime location device_id recorded_by result status notes:text"
    ),
    "opinion": (
        "user_id user_name item_id item_name rating:integer title comment:text date:datetime helpful_votes:integer"
    ),
    "writing": (
        "title author_name category content:text language date:date pages:integer word_count:integer rating:float "
        "views:integer status"
    ),
    "vehicle": (
        "make model year:integer type color mileage_km:integer fuel_type seats:integer price:float location owner_name "
        "registration_date:date status"
    ),
    "animal": (
        "name species breed sex age_years:float weight_kg:float color birth_date:date owner_name location "
        "health_status notes:text"
    ),
    "group": (
        "name type city country founded_year:integer members:integer leader_name email phone website "
        "annual_budget:float status"
    ),
    "happening": (
        "type name date:datetime location person_name description:text duration_minutes:integer amount:float "
        "quantity:integer status notes:text"
    ),
    "thing": (
        "name type description:text manufacturer color weight_kg:float price:float quantity:integer location "
        "owner_name rating:float created_at:datetime status"
    ),
}
_DESCRIBED = {
    "name": "{Noun} name", "type": "{Noun} type", "status": "{Noun} status", "date": "When the {noun} took place",
    "location": "Where the {noun} is or took place", "description": "{Noun} description", "price": "{Noun} price",
    "joined_date": "Date the {noun} joined", "opened_date": "Date the {noun} opened", "title": "{Noun} title",
    "created_at": "When the {noun} was created",
}  # fmt: skip


def general_columns(noun: str, qualifiers: Sequence[str] = ()) -> list[dict[str, str]]:
    """Name, type and description of the columns for that noun (in the singular).

    `qualifiers` are words before it: the library of "library fines" becomes a column where it is a place or a person.
    """
    name = to_name(singular(noun)) or "record"
    nature = _nature(noun.lower())
    rows = [f"{name}_id", *_ROWS[nature].split()]
    rows[1:1] = [
        f"{to_name(word)}_name"
        for word in dict.fromkeys(map(singular, qualifiers))
        if nature not in {"person", "place", "group"} and _nature(word) in {"person", "place", "animal"}
    ]
    thing = to_name(singular(qualifiers[-1])) if qualifiers else ""
    rows = [re.sub(r"^item_", f"{thing}_", row) if thing else row for row in rows]
    columns: dict[str, dict[str, str]] = {}
    for row in rows:
        column, _, kind = row.partition(":")
        columns.setdefault(column, {"name": column[:63], "type": kind or "string", "description": _about(column, noun)})
    return list(columns.values())


def _about(column: str, noun: str) -> str:
    if column.endswith("_id") and column == f"{to_name(singular(noun)) or 'record'}_id":
        return f"Unique {noun} identifier"
    text = _DESCRIBED.get(column) or column.replace("_", " ").capitalize()
    return text.format(noun=noun, Noun=noun[:1].upper() + noun[1:])


def _nature(noun: str) -> str:
    """The kind of thing the noun names."""
    if noun in _NATURE_OF:
        return _NATURE_OF[noun]
    if noun in _PEOPLE or _PERSON.match(noun):
        return "person"
    if noun in _PLACES:
        return "place"
    return "happening" if re.search(r"(?:tion|sion|ment|ing|al)$", noun) else "thing"
