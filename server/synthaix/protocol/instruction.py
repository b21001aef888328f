"""Errors become one instruction: what was wrong, which value, what to send instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import ValidationError

_SHOWN = 80
"""Characters of a wrong value that are repeated to the caller: enough to recognise it."""

_SECRET = re.compile(
    r"""
    (?P<before> \b bearer \s+ | :// [^\s/:@]+ : (?= [^\s/@]+ @ )
        | \b (?: api[_-]?key | token | password | secret | signature ) ["']? \s* [=:] \s* ["']? (?= [^\s,;"']* \d ) )
    (?: [^\s,;"'@/]{8,} | (?<= : ) [^\s/@]+ (?= @ ) )
    | \b sk- [\w-]{6,}
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What looks like a key: sk-..., a bearer token, the password of a URL, a labelled value with a digit in it; and the
signature of a download address, which opens it for an hour."""


def redact(text: str) -> str:
    """The text without anything that looks like a key."""
    return _SECRET.sub(lambda found: (found["before"] or "") + "[redacted]", text)


def argument_instruction(exc: ValidationError, schema: dict[str, Any]) -> str:
    """One sentence for the first fault of a call, with what the tool's input schema expects there."""
    error = exc.errors(include_url=False)[0]
    properties: dict[str, Any] = schema.get("properties", {})
    path = [str(part) for part in error["loc"]]
    name = path[0] if path else "arguments"
    if error["type"] == "unexpected_keyword_argument":
        return f"{_shown(name)} is not an argument of this tool; it takes {', '.join(properties)}."
    wanted = _expectation(properties.get(name, {}))
    if error["type"] in {"missing_argument", "missing_positional_only_argument"}:
        return f"{name} is missing; send {wanted}."
    shown = _shown(error.get("input"))
    if len(path) < 2:
        return f"{name} is {shown}, which cannot be used; send {wanted}."
    items = _items(properties.get(name, {}))
    of = f" of which each is {items}" if items else ""
    return f"{name} (at {'.'.join(path[1:])}) is {shown}, which cannot be used; send {wanted}{of}."


def _items(schema: dict[str, Any]) -> str:
    options = [option for option in schema.get("anyOf", [schema]) if option.get("type") == "array"]
    return _expectation(options[0]["items"]) if options and options[0].get("items") else ""


def _shown(value: Any) -> str:
    text = redact(repr(value))
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _expectation(schema: dict[str, Any]) -> str:
    options = [option for option in schema.get("anyOf", [schema]) if option.get("type") != "null"]
    return " or ".join(_one(option) for option in options)


def _one(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return repr(schema["const"])
    kind = schema.get("type", "value")
    if kind in {"integer", "number"}:
        noun = "a whole number" if kind == "integer" else "a number"
        low, high = schema.get("minimum"), schema.get("maximum")
        if low is not None and high is not None:
            return f"{noun} from {low} to {high}"
        return noun if low is None else f"{noun} of at least {low}"
    if kind == "string":
        low, high = schema.get("minLength"), schema.get("maxLength")
        if low or high:
            return f"a string of {low or 0} to {high or 'any number of'} characters"
    return {
        "array": "a list", "object": "an object", "boolean": "true or false", "string": "a string",
    }.get(str(kind), f"a {kind}")  # fmt: skip
