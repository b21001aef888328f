"""Columns for a subject nobody described: what people, places, happenings and things usually have."""

from __future__ import annotations

import re

from synthaix.schema.language.names import to_name
from synthaix.schema.language.nouns import singular
from synthaix.schema.language.text import vocabulary

_PEOPLE = vocabulary(
    "chef nurse pilot athlete coach judge monk priest soldier officer captain sailor guide agent expert member "
    "friend relative neighbor neighbour student apprentice intern graduate artist king queen emperor president "
    "minister senator politician actor actress model spy witness suspect prisoner criminal hero villain character "
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
    "factory plant depot terminal "
)
_HAPPENINGS = vocabulary(
    "event meeting trial hearing strike protest party ceremony performance show screening exhibition race tour "
    "walk flight voyage mission transfer delivery pickup call visit operation procedure treatment therapy session "
    "training drill round draw raid fire storm failure outage fault error warning alert action change update move "
    "swap exchange interaction transaction encounter observation sighting collection donation contribution vote "
    "bid offer order trade sale purchase return claim complaint dispute request response attempt scan measurement "
    "test experiment survey interview audition "
)
_PERSON_ROWS = (
    ("{name}_id", "string", "Unique {noun} identifier"),
    ("full_name", "string", "Full name"),
    ("email", "string", "E-mail address"),
    ("phone", "string", "Phone number"),
    ("date_of_birth", "date", "Date of birth"),
    ("gender", "string", "Gender"),
    ("city", "string", "City"),
    ("joined_date", "date", "Date the {noun} joined"),
    ("status", "string", "{Noun} status"),
)
_PLACE_ROWS = (
    ("{name}_id", "string", "Unique {noun} identifier"),
    ("name", "string", "{Noun} name"),
    ("type", "string", "{Noun} type"),
    ("address", "string", "Address"),
    ("city", "string", "City"),
    ("country", "string", "Country"),
    ("latitude", "float", "Latitude in degrees"),
    ("longitude", "float", "Longitude in degrees"),
    ("capacity", "integer", "Capacity"),
    ("opened_date", "date", "Date the {noun} opened"),
    ("status", "string", "{Noun} status"),
)
_HAPPENING_ROWS = (
    ("{name}_id", "string", "Unique {noun} identifier"),
    ("type", "string", "{Noun} type"),
    ("name", "string", "Name of the person concerned"),
    ("date", "datetime", "When the {noun} took place"),
    ("location", "string", "Where the {noun} took place"),
    ("duration_minutes", "integer", "Duration in minutes"),
    ("amount", "float", "Amount"),
    ("status", "string", "{Noun} status"),
    ("notes", "text", "Notes"),
)
_THING_ROWS = (
    ("{name}_id", "string", "Unique {noun} identifier"),
    ("name", "string", "{Noun} name"),
    ("type", "string", "{Noun} type"),
    ("description", "text", "{Noun} description"),
    ("quantity", "integer", "Quantity"),
    ("price", "float", "{Noun} price"),
    ("location", "string", "Location"),
    ("status", "string", "{Noun} status"),
    ("created_at", "datetime", "When the {noun} was created"),
)


def general_columns(noun: str) -> list[dict[str, str]]:
    """Name, type and description of the columns for that noun (in the singular)."""
    name = to_name(singular(noun)) or "record"
    words = {"name": name, "noun": noun, "Noun": noun[:1].upper() + noun[1:]}
    return [
        {"name": column.format(**words)[:63], "type": kind, "description": text.format(**words)}
        for column, kind, text in _rows(noun.lower())
    ]


def _rows(noun: str) -> tuple[tuple[str, str, str], ...]:
    if noun in _PEOPLE or _PERSON.match(noun):
        return _PERSON_ROWS
    if noun in _PLACES:
        return _PLACE_ROWS
    if noun in _HAPPENINGS or re.search(r"(?:tion|sion|ment|ing|al)$", noun):
        return _HAPPENING_ROWS
    return _THING_ROWS
