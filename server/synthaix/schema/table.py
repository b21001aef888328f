"""A table and its columns: the schema that a person confirms and a job generates."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from synthaix.errors import SchemaError
from synthaix.schema.generator import Generator, Scalar

ColumnType = Literal[
    "string", "text", "integer", "float", "decimal", "boolean", "date", "datetime", "time", "uuid", "json"
]
COLUMN_TYPES: tuple[str, ...] = get_args(ColumnType)
NUMERIC_TYPES = frozenset({"integer", "float", "decimal"})
TEXTUAL_TYPES = frozenset({"string", "text"})
TEMPORAL_TYPES = frozenset({"date", "datetime", "time"})

FORMATS = (
    "email", "uuid", "ipv4", "ipv6", "uri", "url", "phone", "hostname", "mac", "iban", "card", "isbn13", "ean13",
    "vin", "currency_code", "country_code", "language_code", "timezone", "postal_code", "color", "slug", "username",
)  # fmt: skip
"""Formats that both the samplers and row validation understand."""

MAX_COLUMNS = 256
"""More columns than this is refused; real tables stay well below, and a model's context does not hold more."""

MAX_KEYS = 16
"""Composite keys of a table: each costs a look-up a row."""

MAX_SAFE_INTEGER = 2**53
"""JSON readers keep integers exact up to here (RFC 8259, section 6)."""

_NAME = re.compile(r"[^\W\d]\w*")

MAX_NAME = 63
"""PostgreSQL's identifier limit, so that an SQL export loads everywhere."""


def is_usable_name(name: str) -> bool:
    """Whether a column may have the name."""
    return _NAME.fullmatch(name) is not None and len(name) <= MAX_NAME


class Column(BaseModel):
    """One column: its name, type and description, and what constrains its values."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    name: str
    type: ColumnType
    description: str = Field(default="", max_length=2000)
    nullable: bool | None = None
    null_ratio: float | None = Field(default=None, ge=0, le=1)
    unique: bool | None = None
    minimum: int | float | str | None = None
    maximum: int | float | str | None = None
    decimals: int | None = Field(default=None, ge=0, le=12)
    enum: tuple[Scalar, ...] | None = None
    weights: tuple[float, ...] | None = None
    pattern: str | None = Field(default=None, min_length=1, max_length=500)
    format: str | None = None
    min_length: int | None = Field(default=None, ge=0, le=100_000)
    max_length: int | None = Field(default=None, ge=1, le=100_000)
    locale: str | None = None
    after: str | None = None
    before: str | None = None
    generator: Generator | None = None

    @field_validator("name")
    @classmethod
    def _usable_name(cls, name: str) -> str:
        if not is_usable_name(name):
            raise ValueError(
                f"{name[:80]!r} is not a usable column name; "
                f"use letters, digits and underscores, not starting with a digit, at most {MAX_NAME} characters"
            )
        return name

    @field_validator("format")
    @classmethod
    def _known_format(cls, value: str | None) -> str | None:
        if value is not None and value not in FORMATS:
            raise ValueError(f"format {value[:80]!r} is unknown; use one of {', '.join(FORMATS)}")
        return value

    @field_validator("enum")
    @classmethod
    def _enum_has_values(cls, value: tuple[Scalar, ...] | None) -> tuple[Scalar, ...] | None:
        if value is None:
            return value
        if not value:
            raise ValueError("enum is empty; list at least one value or leave enum out")
        if len({(type(item), item) for item in value}) != len(value):
            raise ValueError("enum lists a value twice; list each value once and use weights for how often it occurs")
        return value

    @field_validator("minimum", "maximum", mode="before")
    @classmethod
    def _bound_is_a_value(cls, value: Any) -> Any:
        if isinstance(value, bool):
            raise ValueError(f"a bound cannot be {value}; send a number or a date")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Column:
        low, high = self.bound("minimum"), self.bound("maximum")
        if low is not None and high is not None and low > high:
            raise ValueError(f"minimum {self.minimum} is greater than maximum {self.maximum}; swap or change them")
        if self.min_length is not None and self.max_length is not None and self.min_length > self.max_length:
            raise ValueError(f"min_length {self.min_length} is greater than max_length {self.max_length}; change one")
        if self.weights is not None:
            if self.enum is None:
                raise ValueError("weights need an enum to weigh; add enum or leave weights out")
            check_weights(self.weights, len(self.enum))
        if self.nullable is False and self.null_ratio:
            raise ValueError(f"null_ratio {self.null_ratio} contradicts nullable false; drop one of them")
        return self

    def bound(self, which: Literal["minimum", "maximum"]) -> Any:
        """The bound as the column's own Python type, or None.

        Raises ValueError where the bound cannot be read as that type, or the type has no order.
        """
        value = self.minimum if which == "minimum" else self.maximum
        if value is None:
            return None
        try:
            return _typed_bound(self.type, value)
        except ValueError as exc:
            raise ValueError(f"{which} {value!r} {exc}") from exc

    @property
    def may_be_null(self) -> bool:
        """Whether a null is a valid value here."""
        return bool(self.nullable or self.null_ratio)


def check_weights(weights: tuple[float, ...], values: int) -> None:
    """Raise ValueError unless `weights` run parallel to that many values with a positive sum."""
    if len(weights) != values:
        raise ValueError(f"{len(weights)} weights do not fit {values} values; send one weight for each value")
    if any(weight < 0 or not math.isfinite(weight) for weight in weights) or sum(weights) <= 0:
        raise ValueError("weights must be zero or greater with a positive sum")


def _typed_bound(kind: str, value: float | str) -> Any:
    if kind in NUMERIC_TYPES:
        if isinstance(value, str):
            try:
                value = float(value)
            except ValueError:
                raise ValueError(f"is not a number, as a column of type {kind} needs") from None
        if not math.isfinite(value):
            raise ValueError("is not a finite number; send a number, or leave it out for no bound")
        if kind == "integer":
            if abs(value) > MAX_SAFE_INTEGER:
                raise ValueError(f"is beyond ±{MAX_SAFE_INTEGER}, where JSON readers lose integers")
            return int(value) if float(value).is_integer() else value
        return value
    if kind in TEMPORAL_TYPES:
        if not isinstance(value, str):
            raise ValueError(f"is not a {kind}; send it as a string such as {_EXAMPLE[kind]!r}")
        try:
            return _READ[kind](value)
        except ValueError:
            raise ValueError(f"is not a {kind}; send it as a string such as {_EXAMPLE[kind]!r}") from None
    raise ValueError(f"cannot bound a column of type {kind}; use min_length, max_length, pattern or enum")


def read_date(value: str) -> date:
    """A date, or the date of a datetime. Raises ValueError."""
    return date.fromisoformat(value[:10]) if len(value) > 10 else date.fromisoformat(value)


def read_datetime(value: str) -> datetime:
    """An RFC 3339 datetime, or midnight of a date, in UTC. Raises ValueError."""
    from datetime import UTC

    moment = datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


_READ: dict[str, Any] = {"date": read_date, "datetime": read_datetime, "time": time.fromisoformat}
_EXAMPLE = {"date": "2024-01-31", "datetime": "2024-01-31T09:30:00Z", "time": "09:30:00"}


class TableSchema(BaseModel):
    """The columns of one table, in order, with distinct names.

    `unique` lists composite keys: columns that no two rows agree in together.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    columns: tuple[Column, ...]
    unique: tuple[tuple[str, ...], ...] = Field(default=(), max_length=MAX_KEYS)

    @field_validator("columns", mode="before")
    @classmethod
    def _some_columns(cls, value: Any) -> Any:
        if not isinstance(value, (list, tuple)):
            raise ValueError("columns must be a list of columns, each with name, type and description")
        if not value:
            raise ValueError("the schema has no columns; send at least one column with name, type and description")
        if len(value) > MAX_COLUMNS:
            raise ValueError(f"the schema has {len(value)} columns; send at most {MAX_COLUMNS}")
        return value

    @field_validator("unique", mode="before")
    @classmethod
    def _some_keys(cls, value: Any) -> Any:
        keys = () if value is None else value  # assistants fill in what they leave out
        if isinstance(keys, (list, tuple)) and all(
            isinstance(key, (list, tuple)) and all(isinstance(name, str) for name in key) for key in keys
        ):
            if len(keys) > MAX_KEYS:
                raise ValueError(f"unique lists {len(keys)} keys; send at most {MAX_KEYS}")
            return keys
        raise ValueError(
            f"unique is {repr(value)[:80]}; beside columns it lists names that are unique together, as in "
            '[["order_id", "line"]]; of one column say unique: true there'
        )

    @model_validator(mode="after")
    def _names_agree(self) -> TableSchema:
        seen: set[str] = set()
        for column in self.columns:
            # SQL folds case, so two names that differ in case only cannot both be exported.
            if column.name.casefold() in seen:
                raise ValueError(f"column name {column.name!r} is used twice; give each column its own name")
            seen.add(column.name.casefold())
        for column in self.columns:
            for which in ("after", "before"):
                target = getattr(column, which)
                if target is not None and (target == column.name or target not in self.names):
                    raise ValueError(
                        f"column {column.name!r} is {which} {target!r}, which is not another column; "
                        f"name one of {', '.join(self.names)} other than itself, or leave {which} out"
                    )
        for key in self.unique:
            self._check_key(key)
        return self

    def _check_key(self, key: tuple[str, ...]) -> None:
        if len(key) < 2:
            raise ValueError(
                f"unique lists {list(key)}, but a composite key has two columns or more; "
                "set unique: true on the column itself"
            )
        unknown = [name for name in key if name not in self.names]
        if unknown:
            raise ValueError(
                f"unique names {unknown[0][:80]!r}, which is no column; name some of {', '.join(self.names)}"
            )
        if len(set(key)) < len(key):
            raise ValueError(f"unique lists a column twice in {list(key)}; name each once")

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(column.name for column in self.columns)

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def compact(self) -> dict[str, Any]:
        """As JSON for a reader: only what was set, in the order of the schema language."""
        unset = {"unique"} if not self.unique else None
        return self.model_dump(mode="json", exclude_unset=True, exclude_none=True, exclude=unset)


def parse_schema(data: Any) -> TableSchema:
    """Read a schema from JSON data. Raises SchemaError: one sentence naming column, value and remedy."""
    if isinstance(data, TableSchema):
        return data
    if not isinstance(data, dict):
        raise SchemaError(f"schema must be an object with a list of columns, not {type(data).__name__}")
    try:
        return TableSchema.model_validate(data)
    except ValidationError as exc:
        raise SchemaError(_sentence(exc, data)) from None


def _sentence(exc: ValidationError, data: dict[str, Any]) -> str:
    error = exc.errors(include_url=False)[0]
    path = list(error["loc"])
    where = "schema"
    if len(path) >= 2 and path[0] == "columns" and isinstance(path[1], int):
        column = data["columns"][path[1]]
        name = column.get("name") if isinstance(column, dict) else None
        where = f"column {name[:80]!r}" if isinstance(name, str) and name else f"column number {path[1] + 1}"
        path = path[2:]
    field = ".".join(str(part) for part in path)
    kind, value = error["type"], repr(error.get("input"))[:80]
    if kind == "value_error":
        return f"{where}: {error['ctx']['error']}."
    if kind == "missing":
        return f"{where}: {field} is missing; every column needs a name and a type ({', '.join(COLUMN_TYPES)})."
    if kind == "extra_forbidden":
        known = TableSchema.model_fields if where == "schema" else Column.model_fields
        if "." in field:
            return f"{where}: {field} is unknown for that generator kind; leave it out."
        return f"{where}: {field!r} is unknown; use {', '.join(known)}."
    if field == "type":
        return f"{where}: type {value} is unknown; use one of {', '.join(COLUMN_TYPES)}."
    if kind in {"model_type", "model_attributes_type"} and not field:
        return f"{where} is {value}, which is not a column; send an object with name, type and description."
    if kind == "union_tag_invalid":
        kinds = error["ctx"]["expected_tags"].replace("'", "")
        return f"{where}: {field} is of kind {error['ctx']['tag'][:80]!r}, which is unknown; use one of {kinds}."
    return f"{where}: {field} is {value}; {_wanted(error['msg'])}."


def _wanted(message: str) -> str:
    """Pydantic's "Input should be …" as what to send."""
    return re.sub(r"^Input should (be|have) ", lambda found: "send " if found[1] == "be" else "send what has ", message)
