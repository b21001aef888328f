"""A sentence becomes a table schema, with no model and no network.

The reading itself is in `synthaix.schema.language`, the known subjects are in `synthaix.schema.domains`; both are
imported when the first sentence arrives, so that importing this module costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthaix.errors import ArgumentError

if TYPE_CHECKING:
    from synthaix.schema.translation import Translation

MAX_PROMPT = 20_000
"""Characters of a prompt. A table of 256 columns with remarks fits; longer texts are documents, not requests."""


def translate(prompt: str, max_columns: int | None = None) -> Translation:
    """Read a prompt into a schema and a row count.

    `max_columns` keeps the first columns only. Raises ArgumentError where the prompt is empty or too long, where it
    has no words, or where `max_columns` is not a positive number.
    """
    text = _checked(prompt, max_columns)
    from synthaix.schema.language.table import read_table

    return read_table(text, max_columns)


def _checked(prompt: str, max_columns: int | None) -> str:
    if max_columns is not None and max_columns < 1:
        raise ArgumentError(f"max_columns is {max_columns}; send a positive number or leave it out.")
    if len(prompt) > MAX_PROMPT:
        raise ArgumentError(
            f"prompt has {len(prompt)} characters; send at most {MAX_PROMPT}, naming the subject, the "
            f"columns and the row count."
        )
    from synthaix.schema.language.text import clean

    text = clean(prompt)
    if not text:
        raise ArgumentError(
            'prompt is empty; describe the table, such as "500 customers with name, email and signup date".'
        )
    if not any(char.isalpha() for char in text):
        raise ArgumentError(
            f'prompt {prompt[:40]!r} has no words; describe the table, such as "500 customers with '
            f'name, email and signup date".'
        )
    return text


__all__ = ["MAX_PROMPT", "translate"]
