"""Choosing a generator for a column that names none: by what it lists, matches, identifies and means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from synthaix.generate import numeric, temporal
from synthaix.generate.concepts import ANIMALS, Concept, meaning_of, subject_of, words_of
from synthaix.generate.families.person import REFERENCE
from synthaix.generate.formulas import formula_of
from synthaix.generate.identity import identifier, is_identifier
from synthaix.generate.makes import model_of
from synthaix.generate.relations import inferred_pairs, is_birth
from synthaix.generate.samplers.regex import read
from synthaix.generate.samplers.shape import is_unambiguous
from synthaix.schema import generator as kinds
from synthaix.schema.table import NUMERIC_TYPES, TEMPORAL_TYPES, TEXTUAL_TYPES, Column, TableSchema

if TYPE_CHECKING:
    from collections.abc import Callable

Chosen = tuple[kinds.Generator, str]

_BY_FORMAT: dict[str, kinds.Generator] = {
    "email": kinds.Person(field="email"),
    "uuid": kinds.Uuid(),
    "ipv4": kinds.Internet(field="ipv4"),
    "ipv6": kinds.Internet(field="ipv6"),
    "uri": kinds.Internet(field="url"),
    "url": kinds.Internet(field="url"),
    "phone": kinds.Person(field="phone"),
    "hostname": kinds.Internet(field="hostname"),
    "mac": kinds.Internet(field="mac"),
    "iban": kinds.Identifier(scheme="iban"),
    "card": kinds.Identifier(scheme="card"),
    "isbn13": kinds.Identifier(scheme="isbn13"),
    "ean13": kinds.Identifier(scheme="ean13"),
    "vin": kinds.Identifier(scheme="vin"),
    "currency_code": kinds.Finance(field="currency_code"),
    "country_code": kinds.Address(field="country_code"),
    "language_code": kinds.Categorical(
        values=("en", "es", "zh", "de", "fr", "pt", "ja", "it", "nl", "pl"), weights=(38, 13, 11, 9, 8, 7, 5, 4, 3, 2)
    ),
    "timezone": kinds.Address(field="timezone"),
    "postal_code": kinds.Address(field="postal_code"),
    "color": kinds.Pattern(pattern="#[0-9a-f]{6}"),
    "slug": kinds.Internet(field="slug"),
    "username": kinds.Person(field="username"),
}

_JSON = kinds.Pattern(
    pattern=r'\{"source": "(web|mobile|api|import)", "version": [1-9], "verified": (true|false), "score": [1-9][0-9]\}'
)
_JSON_LIST = kinds.Pattern(pattern=r'\["(new|sale|popular|limited)", "(home|office|outdoor|travel)"\]')

_GOODS = frozenset({("commerce", "product"), ("commerce", "category")})
_PRICES = frozenset({"price", "unit price", "product price", "item price", "list price", "retail price", "sale price"})

_ANIMAL_YEARS = 17.9

_SHORT = 12
"""Up to this many characters a text without a known meaning is a code rather than words."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a choice may look at besides its column."""

    table: TableSchema
    today: datetime
    earlier: dict[str, str]
    subject: str
    birth: str | None

    @classmethod
    def of(cls, table: TableSchema) -> Scene:
        """The scene of a table; recent dates lead up to a fixed day, so that a schema gives the same rows on any."""
        earlier = {later: first for first, later in inferred_pairs(table)}
        earlier |= {column.name: column.after for column in table.columns if column.after is not None}
        earlier |= {column.before: column.name for column in table.columns if column.before is not None}
        born = {"birth date", "date of birth", "dob", "birthday", "birthdate", "birth"}
        births = (c.name for c in table.columns if c.type == "date" and " ".join(words_of(c.name)) in born)
        moment = datetime(REFERENCE.year, REFERENCE.month, REFERENCE.day, tzinfo=UTC)
        return cls(table, moment, earlier, subject_of(table), next(births, None))

    def within(self, column: Column) -> Column:
        """The column with the bounds of what comes after it, where it has none of its own."""
        later = next((self.table[name] for name, earlier in self.earlier.items() if earlier == column.name), None)
        bounded = column.minimum is not None or column.maximum is not None
        if later is None or bounded or later.type == "time" or later.maximum is None:
            return column
        return column.model_copy(update={"minimum": later.minimum, "maximum": later.maximum})

    @property
    def american(self) -> bool:
        """Whether addresses have states or ZIP codes, but no country."""
        words = {word for column in self.table.columns for word in words_of(column.name)}
        return bool(words & {"state", "zip", "zipcode"}) and not words & {"country", "nation"}

    @property
    def has_goods(self) -> bool:
        """Whether the rows name a product or its category, by which a price can go."""
        named = (
            meaning_of(column) for column in self.table.columns if column.type in TEXTUAL_TYPES and not column.enum
        )
        return any(concept is not None and (concept.family, concept.field) in _GOODS for concept in named)

    def is_animal(self, column: Column) -> bool:
        """Whether the column tells of an animal, which is younger than a person."""
        words = set(words_of(column.name))
        return bool(words & ANIMALS) or (self.subject in ANIMALS and not words & {"owner", "vet"})


def choose(column: Column, scene: Scene) -> Chosen:
    """The generator a person would choose for the column, and the reason in a few words."""
    if column.enum is not None:
        return kinds.Categorical(values=column.enum, weights=column.weights), "one of the listed values"
    if column.pattern is not None:
        return kinds.Pattern(pattern=column.pattern), "matches its pattern"
    if column.format is not None and column.type not in NUMERIC_TYPES:
        return localised(_BY_FORMAT[column.format], column), f"has the format {column.format}"
    if is_identifier(column) and column.type in ("string", "text", "integer", "uuid"):
        return identifier(column, scene.table)
    chosen = _BY_TYPE[column.type](column, scene)
    return at_home(localised(chosen[0], column), scene), chosen[1]


def best_text(column: Column, scene: Scene) -> Chosen:
    """The best text that needs no model."""
    bare = column.model_copy(update={"generator": None})
    if bare.enum or bare.pattern or bare.format or meaning_of(bare) is not None:
        return choose(bare, scene)
    return localised(kinds.Text(field="paragraph" if column.type == "text" else "sentence"), column), "reads as text"


def localised(generator: kinds.Generator, column: Column) -> kinds.Generator:
    """The generator in the column's locale, where it has one and the generator none."""
    if column.locale is not None and getattr(generator, "locale", column.locale) is None:
        return generator.model_copy(update={"locale": column.locale})
    return generator


def at_home(generator: kinds.Generator, scene: Scene) -> kinds.Generator:
    """An address of the United States where the table speaks of states and ZIP codes and of no country."""
    if isinstance(generator, kinds.Address) and generator.locale is None and scene.american:
        return generator.model_copy(update={"locale": "en"})
    return generator


def _is_free(column: Column) -> bool:
    return column.minimum is None and column.maximum is None and not column.unique


def _boolean(column: Column, scene: Scene) -> Chosen:
    concept = meaning_of(column)
    if concept is None:
        return kinds.Boolean(), "true and false alike"
    return concept.generator, f"{concept.words!r} usually has this share of true"


def _number(column: Column, scene: Scene) -> Chosen:
    formula = formula_of(column, scene.table)
    if formula is not None:
        return formula
    if words_of(column.name) == ("age",) and _is_free(column) and scene.birth is not None:
        return _age(scene, scene.table[scene.birth])
    if " ".join(words_of(column.name)) in _PRICES and column.type != "integer" and _is_free(column) and scene.has_goods:
        return kinds.Commerce(field="price"), "what such a product costs"
    return numeric.choose(column, scene.today, scene.subject)


def _age(scene: Scene, birth: Column) -> Chosen:
    why = "follows from the birth date"
    if not scene.is_animal(birth):
        return kinds.Person(field="age"), why
    if birth.may_be_null:
        return kinds.Uniform(min=0, max=18), "years an animal lives"
    day, born = scene.today, birth.name
    months = f"{day.month} - month({born}) + ({day.day} - day({born})) / 31"
    return kinds.Expression(expr=f"floor({day.year} - year({born}) + ({months}) / 12)"), why


def _moment(column: Column, scene: Scene) -> Chosen:
    if is_birth(column) and column.type != "time" and scene.is_animal(column):
        return temporal.lately(scene.within(column), scene.today, _ANIMAL_YEARS), "years an animal lives"
    if _is_free(column) and column.name == scene.birth and column.name not in scene.earlier:
        return kinds.Person(field="birth_date"), "birth dates of adults"
    return temporal.choose(scene.within(column), scene.today, scene.earlier.get(column.name))


def _uuid(column: Column, scene: Scene) -> Chosen:
    return kinds.Uuid(), "a random UUID"


def _json(column: Column, scene: Scene) -> Chosen:
    plural = words_of(column.name)[-1:] and words_of(column.name)[-1].endswith("s")
    return (_JSON_LIST, "a short list") if plural else (_JSON, "a small object")


def _has_room(column: Column, length: int) -> bool:
    """Whether a text of that length keeps to the column's own bounds of it."""
    return (column.min_length or 0) <= length <= (column.max_length or length)


def _text(column: Column, scene: Scene) -> Chosen:
    models = model_of(column, scene.table)
    if models is not None:
        return models, f"goes with {models.by!r}"
    concept = meaning_of(column, scene.subject)
    if concept is not None and _fits(concept, column):
        return concept.generator, f"the name reads as {concept.words!r}"
    if column.max_length is not None and column.max_length <= _SHORT:
        return _code(column), "too short for words, so a code"
    words = words_of(column.name)
    last = words[-1] if words else ""
    numbered = f"{words[-2].title()} " if last == "name" and len(words) > 1 else ""
    if numbered and column.unique and _has_room(column, len(numbered) + 4):
        return kinds.Sequence(prefix=numbered, width=4), f"numbered names of a {words[-2]}"
    if numbered and not column.unique and _has_room(column, len(numbered) + 3):
        names = kinds.Sequence(prefix=numbered, width=3)
        return kinds.Pool(size=200, distribution="zipf", of=names), f"names of a {words[-2]} that recur"
    if last in ("code", "key", "number", "no", "ref") or column.unique:
        return _code(column), "a code"
    if last in ("type", "category", "kind", "class", "group") and not column.min_length:
        return kinds.Categorical(values=("A", "B", "C", "D"), weights=(45, 30, 17, 8)), "a few categories"
    if column.type == "text":
        return kinds.Text(field="paragraph"), "no known meaning, so a paragraph"
    return kinds.Text(field="sentence" if len(column.description.split()) > 3 else "word"), "no known meaning, so words"


def _code(column: Column) -> kinds.Generator:
    least, most = column.min_length or 0, column.max_length
    length = max(least, min(8 if most is None else most, max(least, 8)))
    return kinds.Pattern(pattern=f"[A-Z0-9]{{{length}}}")


def _fits(concept: Concept, column: Column) -> bool:
    """Whether values of the concept can have the column's lengths (and be unique, where that is wanted)."""
    generator = concept.generator
    least, most = column.min_length or 0, column.max_length if column.max_length is not None else 10**6
    if isinstance(generator, kinds.Categorical):
        lengths = [len(str(value)) for value in generator.values]
        return not column.unique and min(lengths) >= least and max(lengths) <= most
    if isinstance(generator, kinds.Pattern):
        node = read(generator.pattern)
        if column.unique and not is_unambiguous(node):
            return False
        return node.shortest <= most and node.longest >= least
    if isinstance(generator, kinds.Identifier):
        return column.min_length is None and column.max_length is None
    if isinstance(generator, kinds.Text):
        return most >= _SHORT
    return most >= _SHORT and least <= _SHORT


_BY_TYPE: dict[str, Callable[[Column, Scene], Chosen]] = {
    "string": _text,
    "text": _text,
    "uuid": _uuid,
    "json": _json,
    "boolean": _boolean,
    **dict.fromkeys(NUMERIC_TYPES, _number),
    **dict.fromkeys(TEMPORAL_TYPES, _moment),
}
