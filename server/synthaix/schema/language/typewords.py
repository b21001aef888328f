"""The words for types and formats, as SQL, programming languages and people write them."""

from __future__ import annotations

# type: words that can mean nothing else
_SURE = """
integer: int, integer, integers, bigint, smallint, tinyint, mediumint, int2, int4, int8, int16, int32
integer: int64, uint, uint8, uint32, uint64, serial, bigserial, whole number, long, short
float: float, floats, double, real, float32, float64, double precision
decimal: decimal, decimals, numeric, money, bigdecimal
boolean: bool, boolean, booleans, bit, checkbox, tickbox, tick box, toggle
string: str, string, strings, varchar, nvarchar, char, nchar, varchar2, character varying, bpchar, citext
string: alphanumeric
text: longtext, mediumtext, clob, free text, long text, freetext, free-text, long-form text
datetime: datetime, datetimes, timestamptz, datetime2, timestamp with time zone
datetime: timestamp-millis, timestamp-micros, timestamp_millis, timestamp_ms
datetime: timestamp without time zone, date-time, date and time, date time, iso timestamp, iso datetime
uuid: uuid, guid, uuid4, uuidv4, uniqueidentifier, uuid v4
json: json, jsonb, json object, array, list of strings, json array, json blob
"""

# type: words that also occur in names ("release date", "review text") or as values of a list
_AMBIGUOUS = """
date: date, dates, iso date, calendar date
time: time, time of day
datetime: timestamp
text: text, paragraph, prose
number: number, numbers
json: object, list, dict
boolean: flag
string: any
"""

# format: words
_FORMATS = """
email: email, e-mail, email address, e-mail address, mail
ipv4: ipv4, ip v4, ipv4 address, ip, ip address
ipv6: ipv6, ipv6 address, ip v6
uri: uri
url: url, link, web address
phone: phone, phone number, telephone, e.164, e164
hostname: hostname, host name
mac: mac, mac address
iban: iban
isbn13: isbn13, isbn-13, isbn
ean13: ean13, ean-13, ean
vin: vin
card: card number, credit card number, credit card, luhn
slug: slug
username: username
color: hex color, hex colour, color hex, color, colour, hex
country_code: iso country code, country code, iso country, iso 3166, iso2
currency_code: iso currency code, currency code, iso 4217, iso currency
iso: iso code
language_code: language code, iso language code
timezone: timezone, time zone, iana timezone
postal_code: postal code, postcode, zip code, zip
"""


def _read(table: str) -> dict[str, str]:
    rows = (line.partition(": ") for line in table.strip().splitlines())
    return {word.strip(): meaning for meaning, _, words in rows for word in words.split(",")}


SURE, AMBIGUOUS, FORMATS = _read(_SURE), _read(_AMBIGUOUS), _read(_FORMATS)
