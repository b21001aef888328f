"""How a column's values are made, as the caller writes it: an object told apart by `kind`.

A bare string is the kind with its defaults. These are descriptions only; the samplers that carry
them out live in `synthaix.generate`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

Scalar = str | int | float | bool | None
"""A single JSON value as it stands in an enum; never a list or an object."""


class _Generator(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


class Sequence(_Generator):
    """start, start+step, … written with an optional prefix and zero-padded to `width` digits."""

    kind: Literal["sequence"] = "sequence"
    start: int = 1
    step: int = 1
    prefix: str = ""
    suffix: str = ""
    width: int = Field(default=0, ge=0, le=18)


class Uuid(_Generator):
    """A version 4 UUID."""

    kind: Literal["uuid"] = "uuid"


class Uniform(_Generator):
    """Uniform on [min, max]; both ends included for integers."""

    kind: Literal["uniform"] = "uniform"
    min: float | None = None
    max: float | None = None


class Normal(_Generator):
    """Normal with `mean` and `std`, truncated to the column's bounds."""

    kind: Literal["normal"] = "normal"
    mean: float = 0.0
    std: float = Field(default=1.0, ge=0)


class LogNormal(_Generator):
    """exp of a normal with `mean` and `sigma` (both of the logarithm)."""

    kind: Literal["lognormal"] = "lognormal"
    mean: float = 3.0
    sigma: float = Field(default=1.0, ge=0)


class Exponential(_Generator):
    """Exponential with mean `scale`."""

    kind: Literal["exponential"] = "exponential"
    scale: float = Field(default=1.0, gt=0)


class Poisson(_Generator):
    """Poisson counts with mean `lam`."""

    kind: Literal["poisson"] = "poisson"
    lam: float = Field(default=3.0, ge=0, le=1e9)


class Boolean(_Generator):
    """True with probability `p`."""

    kind: Literal["boolean"] = "boolean"
    p: float = Field(default=0.5, ge=0, le=1)


class Case(_Generator):
    """The values one value of the `by` column allows."""

    values: tuple[Scalar, ...] = Field(min_length=1)
    weights: tuple[float, ...] | None = None


class Categorical(_Generator):
    """One of `values` by `weights` (any positive sum); `cases` replaces them by the value of column `by`."""

    kind: Literal["categorical"] = "categorical"
    values: tuple[Scalar, ...] = ()
    weights: tuple[float, ...] | None = None
    by: str | None = None
    cases: dict[str, Case] = Field(default_factory=dict)


class DateTime(_Generator):
    """A date or datetime in [start, end] (RFC 3339 or a date), spread by `shape`."""

    kind: Literal["datetime"] = "datetime"
    start: str | None = None
    end: str | None = None
    shape: Literal["uniform", "business_hours", "seasonal", "recent"] = "uniform"


class Pattern(_Generator):
    """A string matching the regular expression."""

    kind: Literal["pattern"] = "pattern"
    pattern: str = Field(min_length=1, max_length=500)


class Template(_Generator):
    """Text with `{column}` placeholders filled from the same row."""

    kind: Literal["template"] = "template"
    template: str = Field(min_length=1, max_length=2000)


class Expression(_Generator):
    """Arithmetic over other columns of the same row, in a safe expression language."""

    kind: Literal["expression"] = "expression"
    expr: str = Field(min_length=1, max_length=1000)


class _Family(_Generator):
    field: str | None = None
    locale: str | None = None


class Person(_Family):
    """A field of the row's one person: full_name, first_name, last_name, email, phone, …"""

    kind: Literal["person"] = "person"


class Address(_Family):
    """A field of the row's one address: street, city, state, postal_code, country, …"""

    kind: Literal["address"] = "address"


class Company(_Family):
    """A field of the row's one company: name, industry, website, department, …"""

    kind: Literal["company"] = "company"


class Internet(_Family):
    """ipv4, ipv6, mac, url, domain, user_agent, …"""

    kind: Literal["internet"] = "internet"


class Commerce(_Family):
    """product, category, brand, sku, color, …"""

    kind: Literal["commerce"] = "commerce"


class Finance(_Family):
    """currency_code, account_number, transaction_type, …"""

    kind: Literal["finance"] = "finance"


class Travel(_Family):
    """airline, airport_code, flight_number, cabin_class, …"""

    kind: Literal["travel"] = "travel"


class Text(_Family):
    """word, sentence, paragraph, title, review, …"""

    kind: Literal["text"] = "text"


class Identifier(_Generator):
    """A check-summed identifier: iban, card, isbn13, ean13, vin, …"""

    kind: Literal["identifier"] = "identifier"
    scheme: str


class Reference(_Generator):
    """A value of another job's column."""

    kind: Literal["reference"] = "reference"
    job_id: str = Field(pattern=r"^[0-9a-f]{32}$")
    column: str
    distribution: Literal["uniform", "zipf"] = "uniform"


class Pool(_Generator):
    """`size` distinct values that recur; `of` says how they look."""

    kind: Literal["pool"] = "pool"
    size: int = Field(default=500, ge=1, le=10_000_000)
    distribution: Literal["uniform", "zipf"] = "uniform"
    of: Generator | None = None


class Llm(_Generator):
    """Written by a language model; `prompt` adds what the description does not say."""

    kind: Literal["llm"] = "llm"
    prompt: str = Field(default="", max_length=2000)


def _from_kind(value: Any) -> Any:
    return {"kind": value} if isinstance(value, str) else value


Generator = Annotated[
    Annotated[
        Sequence
        | Uuid
        | Uniform
        | Normal
        | LogNormal
        | Exponential
        | Poisson
        | Boolean
        | Categorical
        | DateTime
        | Pattern
        | Template
        | Expression
        | Person
        | Address
        | Company
        | Internet
        | Commerce
        | Finance
        | Travel
        | Text
        | Identifier
        | Reference
        | Pool
        | Llm,
        Field(discriminator="kind"),
    ],
    BeforeValidator(_from_kind),
]

__all__ = [
    "Address", "Boolean", "Case", "Categorical", "Commerce", "Company", "DateTime", "Exponential", "Expression",
    "Finance", "Generator", "Identifier", "Internet", "JsonValue", "Llm", "LogNormal", "Normal", "Pattern", "Person",
    "Poisson", "Pool", "Reference", "Scalar", "Sequence", "Template", "Text", "Travel", "Uniform", "Uuid",
]  # fmt: skip
