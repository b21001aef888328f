"""The units of measure: how they are written, the suffix they give a name, and the type they suggest."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """`suffix` ends a column's name, `words` stand in its description."""

    suffix: str
    words: str
    type: str


# suffix | words for the description | type | spellings
_TABLE = """
kg|kilograms|float|kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes
g|grams|float|g gram grams gramme grammes
mg|milligrams|float|mg milligram milligrams
lbs|pounds|float|lb lbs
oz|ounces|float|oz ounces ounce
tonnes|tonnes|float|tonne tonnes tons ton t
cm|centimetres|float|cm cms centimetre centimetres centimeter centimeters
mm|millimetres|float|mm millimetre millimetres millimeter millimeters
m|metres|float|m
metres|metres|float|metre metres meter meters mtr
km|kilometres|float|km kms kilometre kilometres kilometer kilometers
miles|miles|float|mi mile miles
feet|feet|float|ft foot feet
inches|inches|float|inch inches
cm2|square centimetres|float|cm2 cm²
mm2|square millimetres|float|mm2 mm²
kwp|kilowatts peak|float|kwp
m3_h|cubic metres per hour|float|m3/h m³/h
lakhs|lakhs|float|lakh lakhs
hands|hands|float|hands
cwt|hundredweights|float|cwt
sek|Swedish kronor|float|sek
nok|Norwegian kroner|float|nok
dkk|Danish kroner|float|dkk
pln|zlotys|float|pln
idr|rupiah|float|idr
brl|reais|float|brl
mxn|Mexican pesos|float|mxn
zar|rand|float|zar
sgd|Singapore dollars|float|sgd
cny|yuan|float|cny rmb yuan
mcg|micrograms|float|mcg µg
iu|international units|float|iu
acres|acres|float|acre acres
ha|hectares|float|ha hectare hectares
m2|square metres|float|m2 m² sqm
sqm|square metres|float|sq.m
sqft|square feet|float|sqft sq.ft ft2 ft²
km2|square kilometres|float|km2 km²
m3_s|cubic metres per second|float|m3/s m³/s cumecs
w_m2|watts per square metre|float|w/m2 w/m²
mah|milliampere-hours|integer|mah
millicores|millicores|integer|millicores
psu|practical salinity units|float|psu
ntu|turbidity units|float|ntu
m3|cubic metres|float|m3 m³
litres|litres|float|l litre litres liter liters ltr
ml|millilitres|float|ml millilitre millilitres milliliter milliliters
gallons|gallons|float|gallon gallons gal
ms|milliseconds|integer|ms msec msecs millis millisecond milliseconds
us|microseconds|integer|µs microsecond microseconds
ns|nanoseconds|integer|ns nanosecond nanoseconds
s|seconds|integer|s
seconds|seconds|integer|sec secs second seconds
minutes|minutes|integer|min mins minute minutes
hours|hours|float|h hr hrs hour hours
days|days|integer|day days
weeks|weeks|integer|week weeks
months|months|integer|month months mths
years|years|integer|year years yr yrs
kb|kilobytes|integer|kb kilobyte kilobytes
mb|megabytes|integer|mb megabyte megabytes
gb|gigabytes|integer|gb gigabyte gigabytes
tb|terabytes|integer|tb terabyte terabytes
bytes|bytes|integer|byte bytes
bits|bits|integer|bit bits
mbps|megabits per second|float|mbps mbit/s mb/s
kbps|kilobits per second|float|kbps
gbps|gigabits per second|float|gbps
kwh|kilowatt-hours|float|kwh
mwh|megawatt-hours|float|mwh
kw|kilowatts|float|kw kilowatt kilowatts
mw|megawatts|float|mw megawatt megawatts
w|watts|float|watt watts
watts|watts|float|w
volts|volts|float|v volt volts
mv|millivolts|float|mv millivolt millivolts
amperes|amperes|float|ampere amperes
amps|amperes|float|amp amps
a|amperes|float|a
ma|milliamperes|float|ma milliamp milliamps
hz|hertz|float|hz hertz
khz|kilohertz|float|khz
mhz|megahertz|float|mhz
ghz|gigahertz|float|ghz
percent|percent|float|% percent pct percentage
celsius|degrees Celsius|float|celsius °c centigrade degc
c|degrees Celsius|float|c
fahrenheit|degrees Fahrenheit|float|fahrenheit °f degf
f|degrees Fahrenheit|float|f
kelvin|kelvins|float|kelvin
degrees|degrees|float|° degree degrees deg
bar|bar|float|bar bars
psi|pounds per square inch|float|psi
pa|pascals|float|pa pascal pascals
kpa|kilopascals|float|kpa
hpa|hectopascals|float|hpa
mbar|millibars|float|mbar
mmhg|millimetres of mercury|integer|mmhg
km_h|kilometres per hour|float|km/h kmh kph
mph|miles per hour|float|mph
m_s|metres per second|float|m/s
knots|knots|float|knot knots kts kn
rpm|revolutions per minute|integer|rpm
bpm|beats per minute|integer|bpm
db|decibels|float|db decibel decibels
dbm|decibel-milliwatts|float|dbm
lux|lux|float|lux
ppm|parts per million|float|ppm
ppb|parts per billion|float|ppb
ug_m3|micrograms per cubic metre|float|µg/m3 ug/m3 µg/m³
mg_l|milligrams per litre|float|mg/l
mg_dl|milligrams per decilitre|float|mg/dl
mmol_l|millimoles per litre|float|mmol/l
g_dl|grams per decilitre|float|g/dl
kcal|kilocalories|integer|kcal calories cal
joules|joules|float|joule joules j
kj|kilojoules|float|kj
n|newtons|float|newton newtons
nm|newton-metres|float|nm
usd|US dollars|float|usd dollar dollars $ us$
eur|euros|float|eur euro euros €
gbp|pounds sterling|float|gbp £
inr|Indian rupees|float|inr rupee rupees ₹ rs
jpy|yen|float|jpy yen ¥
chf|Swiss francs|float|chf
cad|Canadian dollars|float|cad
aud|Australian dollars|float|aud
cents|cents|integer|cents
px|pixels|integer|px pixel pixels
pages|pages|integer|pages
words|words|integer|words
cc|cubic centimetres|integer|cc
hp|horsepower|integer|hp bhp horsepower
"""


def _read() -> dict[str, Unit]:
    out: dict[str, Unit] = {}
    for line in _TABLE.strip().splitlines():
        suffix, words, kind, spellings = line.split("|")
        unit = Unit(suffix, words, kind)
        for spelling in spellings.split():
            out.setdefault(spelling, unit)
    return out


UNITS = _read()


SUFFIXES = (
    {key: unit for key, unit in UNITS.items() if re.fullmatch(r"[a-z]", key)}
    | {unit.suffix: unit for unit in UNITS.values()}
    | {"sec": UNITS["seconds"], "min": UNITS["minutes"]}
    | {
        spelling: unit
        for spelling, unit in UNITS.items()
        if re.fullmatch(r"[a-z]{2,}", spelling)
        and spelling
        not in {
            "nm",
            "ma",
            "pa",
            "rs",
            "db",
            "min",
            "day",
            "week",
            "month",
            "year",
            "hour",
            "second",
            "minute",
            "page",
            "word",
            "pages",
            "words",
            "point",
            "mile",
            "foot",
            "ton",
            "t",
            "bit",
            "byte",
            "bar",
            "knot",
            "cal",
        }
    }
)
