"""Models of cars by their make, for a model that stands beside its make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthaix.generate.concepts import words_of
from synthaix.schema import generator as kinds
from synthaix.schema.table import TEXTUAL_TYPES

if TYPE_CHECKING:
    from synthaix.schema.table import Column, TableSchema

_MODELS = {
    "Toyota": ("Corolla", "Camry", "RAV4", "Yaris", "Prius"),
    "Volkswagen": ("Golf", "Passat", "Polo", "Tiguan", "ID.4"),
    "Ford": ("F-150", "Focus", "Fiesta", "Escape", "Mustang"),
    "Honda": ("Civic", "Accord", "CR-V", "Jazz", "HR-V"),
    "BMW": ("1 Series", "3 Series", "5 Series", "X3", "X5"),
    "Hyundai": ("Tucson", "Elantra", "Kona", "i20", "Santa Fe"),
    "Mercedes-Benz": ("A-Class", "C-Class", "E-Class", "GLC", "GLE"),
    "Tesla": ("Model 3", "Model Y", "Model S", "Model X"),
    "Renault": ("Clio", "Megane", "Captur", "Twingo", "Zoe"),
    "Audi": ("A3", "A4", "A6", "Q3", "Q5"),
    "Nissan": ("Qashqai", "Altima", "Leaf", "Micra", "Rogue"),
    "Kia": ("Sportage", "Ceed", "Picanto", "Sorento", "Niro"),
    "Chevrolet": ("Silverado", "Malibu", "Equinox", "Tahoe"),
    "Mazda": ("Mazda2", "Mazda3", "CX-5", "MX-5"),
    "Volvo": ("V60", "XC40", "XC60", "XC90"),
    "Peugeot": ("208", "308", "2008", "3008"),
    "Fiat": ("500", "Panda", "Tipo"),
    "Skoda": ("Fabia", "Octavia", "Superb", "Kodiaq"),
    "Subaru": ("Impreza", "Forester", "Outback", "Crosstrek"),
    "Jeep": ("Wrangler", "Compass", "Renegade", "Grand Cherokee"),
}

_MAKE = frozenset({"make", "car make", "vehicle make", "car brand", "vehicle brand"})
_MODEL = frozenset({"model", "car model", "vehicle model", "model name"})
_OTHER = tuple(model for models in list(_MODELS.values())[:9] for model in models[:2])


def model_of(column: Column, table: TableSchema) -> kinds.Categorical | None:
    """The models that go with the row's make, or None where the column is no model or the table has no known make."""
    if _name(column) not in _MODEL or column.unique or column.min_length or column.max_length:
        return None
    make = next((other for other in table.columns if _name(other) in _MAKE and other.type in TEXTUAL_TYPES), None)
    if make is None or make.generator is not None:
        return None
    makes = make.enum if make.enum is not None else tuple(_MODELS)
    cases = {str(name): kinds.Case(values=_MODELS[str(name)]) for name in makes if name in _MODELS}
    return kinds.Categorical(values=_OTHER, by=make.name, cases=cases) if cases else None


def _name(column: Column) -> str:
    return " ".join(words_of(column.name))
