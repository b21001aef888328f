"""The locales: which country each stands for, and the conventions that go with it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from synthaix.errors import SchemaError


@dataclass(frozen=True, slots=True)
class Locale:
    """A language as written in one country.

    `phone` are patterns in which `#` is a digit and `{area}` an area code of the country. Where the country's
    regulator sets numbers aside for drama and examples (US, CA, GB, DE, FR, AU, SE) they come from those;
    elsewhere the country's format is kept with an exchange of fives or zeros. `phone_wide` says how many
    digits vary when distinct numbers are asked for: those leave the reserved ranges.
    """

    code: str
    country: str
    language: str
    data: str
    mister: tuple[str, ...]
    miss: tuple[str, ...]
    suffixes: tuple[str, ...]
    phone: tuple[str, ...]
    street: str
    iban: str = ""
    phone_wide: int = 7
    surname_first: bool = False
    space: str = " "
    tail: float = 0.2
    """Share of names from the long tail of rare ones; 0 where that list cannot be romanised or is poor."""


_GERMAN = ("GmbH", "GmbH", "AG", "GmbH & Co. KG", "KG", "UG", "SE")
_SPANISH_TITLES = ("Sr.", "Dr."), ("Sra.", "Dra.")

_ALL = (
    Locale("en", "US", "English", "en", ("Mr.", "Mr.", "Mr.", "Dr."), ("Ms.", "Mrs.", "Ms.", "Dr."),
           ("Inc.", "LLC", "Corp.", "Group", "Co.", "Ltd."), ("+1-{area}-555-01##",), "{number} {street}",
           phone_wide=4),
    Locale("en_GB", "GB", "English", "en-gb", ("Mr", "Mr", "Mr", "Dr"), ("Mrs", "Ms", "Miss", "Dr"),
           ("Ltd", "Ltd", "PLC", "LLP", "Group"),
           ("+44 7700 900###", "+44 20 7946 0###", "+44 113 496 0###", "+44 114 496 0###", "+44 115 496 0###",
            "+44 116 496 0###", "+44 117 496 0###", "+44 118 496 0###", "+44 121 496 0###", "+44 131 496 0###",
            "+44 141 496 0###", "+44 151 496 0###", "+44 161 496 0###", "+44 191 498 0###", "+44 28 9649 6###",
            "+44 29 2018 0###"), "{number} {street}", "GB", tail=0.05),
    Locale("en_CA", "CA", "English", "en-ca", ("Mr.", "Mr.", "Dr."), ("Ms.", "Mrs.", "Dr."),
           ("Inc.", "Ltd.", "Corp.", "Group"), ("+1-{area}-555-01##",), "{number} {street}", phone_wide=4),
    Locale("en_AU", "AU", "English", "en-au", ("Mr", "Mr", "Dr"), ("Mrs", "Ms", "Miss", "Dr"),
           ("Pty Ltd", "Pty Ltd", "Ltd", "Group"),
           ("+61 2 5550 ####", "+61 2 7010 ####", "+61 3 5550 ####", "+61 3 7010 ####", "+61 7 5550 ####",
            "+61 7 7010 ####", "+61 8 5550 ####", "+61 8 7010 ####"), "{number} {street}", tail=0.05),
    Locale("en_IN", "IN", "English", "en", ("Mr.", "Shri", "Dr."), ("Ms.", "Smt.", "Dr."),
           ("Pvt. Ltd.", "Ltd.", "LLP", "Industries"), ("+91 55555 #####",), "{number}, {street}", phone_wide=8,
           tail=0.0),
    Locale("de", "DE", "German", "de", ("Herr", "Herr", "Herr Dr."), ("Frau", "Frau", "Frau Dr."), _GERMAN,
           ("+49 30 23125 ###", "+49 69 90009 ###", "+49 40 66969 ###", "+49 221 4710 ###", "+49 89 99998 ###"),
           "{street} {number}", "DE"),
    Locale("de_AT", "AT", "German", "de-at", ("Herr", "Herr Mag.", "Herr Dr."), ("Frau", "Frau Mag.", "Frau Dr."),
           ("GmbH", "GmbH", "AG", "KG", "OG"), ("+43 1 555 ####", "+43 316 555 ####", "+43 732 555 ####"),
           "{street} {number}", "AT", tail=0.05),
    Locale("de_CH", "CH", "German", "de-ch", ("Herr", "Herr Dr."), ("Frau", "Frau Dr."), ("AG", "AG", "GmbH", "SA"),
           ("+41 44 555 ## ##", "+41 31 555 ## ##", "+41 61 555 ## ##", "+41 22 555 ## ##"), "{street} {number}", "CH"),
    Locale("fr", "FR", "French", "fr", ("M.", "M.", "Dr"), ("Mme", "Mme", "Mlle", "Dr"),
           ("SARL", "SAS", "SA", "& Fils", "et Associés", "Groupe"),
           ("+33 1 99 00 ## ##", "+33 2 61 91 ## ##", "+33 3 53 01 ## ##", "+33 4 65 71 ## ##", "+33 5 36 49 ## ##",
            "+33 6 39 98 ## ##"), "{number} {street}", "FR"),
    Locale("es", "ES", "Spanish", "es", *_SPANISH_TITLES, ("S.L.", "S.A.", "S.L.U.", "e Hijos", "y Asociados"),
           ("+34 555 ## ## ##",), "{street}, {number}", "ES"),
    Locale("es_MX", "MX", "Spanish", "es-mx", *_SPANISH_TITLES, ("S.A. de C.V.", "S. de R.L.", "S.A.", "Grupo"),
           ("+52 55 5555 ####", "+52 33 5555 ####", "+52 81 5555 ####", "+52 22 5555 ####"), "{street} {number}",
           tail=0.05),
    Locale("it", "IT", "Italian", "it", ("Sig.", "Dott."), ("Sig.ra", "Dott.ssa"),
           ("S.r.l.", "S.p.A.", "S.n.c.", "& Figli", "S.a.s."), ("+39 300 555 ####",), "{street}, {number}", "IT"),
    Locale("nl", "NL", "Dutch", "nl", ("Dhr.", "Dhr.", "Dr."), ("Mevr.", "Mevr.", "Dr."),
           ("B.V.", "B.V.", "N.V.", "V.O.F.", "Groep"), ("+31 6 0055 ####",), "{street} {number}", "NL"),
    Locale("pt_BR", "BR", "Portuguese", "pt-br", ("Sr.", "Dr."), ("Sra.", "Dra."),
           ("Ltda.", "S.A.", "ME", "EIRELI", "e Filhos"),
           ("+55 11 90000-####", "+55 21 90000-####", "+55 31 90000-####", "+55 41 90000-####", "+55 51 90000-####",
            "+55 61 90000-####", "+55 71 90000-####", "+55 81 90000-####"), "{street}, {number}", "BR", tail=0.08),
    Locale("pt", "PT", "Portuguese", "pt", ("Sr.", "Dr.", "Eng."), ("Sra.", "Dra.", "Eng.ª"),
           ("Lda.", "S.A.", "Unipessoal Lda.", "e Filhos"), ("+351 900 00# ###",), "{street} {number}", "PT",
           tail=0.05),
    Locale("pl", "PL", "Polish", "pl", ("Pan",), ("Pani",), ("Sp. z o.o.", "S.A.", "Sp. j.", "Sp. k."),
           ("+48 500 00# ###",), "{street} {number}", "PL"),
    Locale("sv", "SE", "Swedish", "sv", ("Herr",), ("Fru", "Fröken"), ("AB", "AB", "HB", "KB"),
           ("+46 8 465 004 ##", "+46 31 390 06 ##", "+46 40 628 04 ##", "+46 980 319 2##", "+46 70 174 06 ##"),
           "{street} {number}", "SE", tail=0.03),
    Locale("no", "NO", "Norwegian", "no", ("Herr",), ("Fru",), ("AS", "AS", "ASA", "DA"), ("+47 555 0# ###",),
           "{street} {number}", "NO", tail=0.05),
    Locale("da", "DK", "Danish", "da", ("Hr.",), ("Fru", "Frk."), ("ApS", "A/S", "I/S", "K/S"), ("+45 55 5# ## ##",),
           "{street} {number}", "DK", tail=0.03),
    Locale("fi", "FI", "Finnish", "fi", ("Herra",), ("Rouva", "Neiti"), ("Oy", "Oy", "Oyj", "Ky", "Tmi"),
           ("+358 40 000 ####", "+358 50 000 ####"), "{street} {number}", "FI"),
    Locale("cs", "CZ", "Czech", "cs", ("Pan", "Ing.", "Mgr."), ("Paní", "Ing.", "Mgr."),
           ("s.r.o.", "s.r.o.", "a.s.", "v.o.s.", "k.s."), ("+420 555 00# ###",), "{street} {number}", "CZ"),
    Locale("tr", "TR", "Turkish", "tr", ("Bay", "Sayın"), ("Bayan", "Sayın"),
           ("A.Ş.", "Ltd. Şti.", "Holding", "San. ve Tic. A.Ş."), ("+90 555 000 ## ##",), "{street} No: {number}",
           "TR"),
    Locale("ru", "RU", "Russian", "ru", ("Г-н",), ("Г-жа",), ("ООО", "ООО", "АО", "ПАО"), ("+7 900 000-##-##",),
           "{street}, {number}", tail=0.1),
    Locale("uk", "UA", "Ukrainian", "uk", ("Пан",), ("Пані",), ("ТОВ", "ПАТ", "ПП"), ("+380 50 000-##-##",),
           "{street}, {number}", "UA", tail=0.1),
    Locale("ja", "JP", "Japanese", "ja", ("様",), ("様",), ("株式会社", "有限会社", "合同会社"),
           ("+81 3-5550-####", "+81 6-5550-####", "+81 52-555-####", "+81 90-0000-####"), "{street}{number}",
           surname_first=True, tail=0.0),
    Locale("ko", "KR", "Korean", "ko", ("씨",), ("씨",), ("주식회사", "(주)", "유한회사"),
           ("+82 10-0000-####", "+82 2-5550-####"), "{street} {number}", surname_first=True, space="", tail=0.0),
    Locale("zh", "CN", "Chinese", "zh", ("先生",), ("女士",), ("有限公司", "股份有限公司", "集团"),
           ("+86 100 0000 ####",), "{street}{number}号", surname_first=True, space="", tail=0.0),
)  # fmt: skip

LOCALES: dict[str, Locale] = {locale.code: locale for locale in _ALL}

WORLD = replace(LOCALES["en"], country="")
"""What counts of values are told when no locale is asked for: English, in no one country."""

_HOME = {locale.country: locale.code for locale in reversed(_ALL)}
_NEIGHBOURS = {
    "IE": "en_GB", "NZ": "en_AU", "BE": "fr", "LU": "fr", "LI": "de_CH", "AR": "es_MX", "CL": "es_MX", "CO": "es_MX",
    "PE": "es_MX", "VE": "es_MX", "EC": "es_MX", "UY": "es_MX", "PY": "es_MX", "BO": "es_MX", "CR": "es_MX",
    "GT": "es_MX", "CU": "es_MX", "DO": "es_MX", "PA": "es_MX", "TW": "zh", "HK": "zh", "SG": "en_GB", "SK": "cs",
    "MA": "fr", "TN": "fr", "DZ": "fr", "SN": "fr", "CI": "fr", "CM": "fr", "KZ": "ru", "LK": "en_IN", "BD": "en_IN",
    "NP": "en_IN", "ZA": "en_GB", "NG": "en_GB", "KE": "en_GB", "GH": "en_GB",
}  # fmt: skip
"""Countries without a locale of their own, and the one whose names come closest."""


NUMBERS: dict[str, int] = {code: place for place, code in enumerate(LOCALES)}
"""The place of each locale in vocabularies that hold all of them."""


def locale_of(name: str) -> Locale:
    """The locale called `name` ("de", "de_AT", "en-US"); "" is English. SchemaError for one that is unknown."""
    wanted = (name or "en").replace("-", "_")
    language, _, country = wanted.partition("_")
    exact = f"{language.lower()}_{country.upper()}" if country else language.lower()
    if exact in LOCALES:
        return LOCALES[exact]
    if exact == "nb" or exact == "nb_NO":
        return LOCALES["no"]
    home = LOCALES.get(language.lower())
    if home is not None and home.country == country.upper():
        return home
    raise SchemaError(f"Locale '{name}' is not supported; use one of {', '.join(LOCALES)}.")


def of_country(code: str) -> str:
    """The locale that fits a country best, English where none is close."""
    return _HOME.get(code) or _NEIGHBOURS.get(code, "en")
