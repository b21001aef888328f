"""Everything SynthAIx raises on purpose, drawn as a tree.

SynthaixError
├── CallerError               the caller can mend it: the message says what, which value, what to send
│   ├── ArgumentError         an argument is missing, malformed or out of bounds
│   ├── SchemaError           a column, or the columns together, cannot be generated
│   ├── NotFoundError         no such job, column or file for this caller
│   ├── ConflictError         the call contradicts an earlier one (idempotency key, state of the job)
│   ├── LimitError            a configured limit would be passed
│   └── SettingsError         an environment variable has an unusable value
├── ProviderError             a model provider failed; `retryable` says whether waiting can help
│   ├── ProviderBusy          429 or 529: paced, `retry_after` in seconds where the provider said so
│   ├── ProviderDown          connection refused, timeout, 5xx
│   ├── ProviderRefused       wrong key, unknown model, not an API: the same call can never succeed
│   ├── FormatUnsupported     the structured-output rung is not available; one rung lower may be
│   └── AnswerUnusable        HTTP 200 whose content could not be read as rows
├── BudgetReached             the next request could pass the caller's budget
├── LeaseLost                 another server has taken the job over; this one must stop writing
├── StoreError                the database is locked, full, read-only, corrupt or newer than the code
└── BugError                  a broken promise inside SynthAIx

Third-party exceptions are wrapped once, at the adapter that called the library, with `from exc`.
"""

from __future__ import annotations


class SynthaixError(Exception):
    """Root of every error raised on purpose; `str(error)` is one sentence fit for the caller."""


class CallerError(SynthaixError):
    """The caller's mistake. The message names the value and says what to send instead."""


class ArgumentError(CallerError):
    """An argument is missing, malformed or out of bounds."""


class SchemaError(CallerError):
    """A column, or the columns together, cannot be generated as described."""


class NotFoundError(CallerError):
    """The named job, column or file does not exist for this caller."""


class ConflictError(CallerError):
    """The call contradicts an earlier call or the present state of the job."""


class LimitError(CallerError):
    """A configured limit would be passed."""


class SettingsError(CallerError):
    """An environment variable holds a value that cannot be used."""


class ProviderError(SynthaixError):
    """A model provider failed. `retryable`: whether the same request may succeed later."""

    retryable = False


class ProviderBusy(ProviderError):
    """The provider asked for fewer requests (429, 529). `retry_after` is in seconds, or None."""

    retryable = True

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ProviderDown(ProviderError):
    """No usable answer arrived: connection refused, timeout, or a 5xx status."""

    retryable = True


class ProviderRefused(ProviderError):
    """The provider will never accept this request: wrong key, unknown model, not an API."""


class FormatUnsupported(ProviderError):
    """The provider rejects this rung of the structured-output ladder; a lower one may work."""


class AnswerUnusable(ProviderError):
    """The provider answered 200 with content from which no row could be read."""

    retryable = True


class BudgetReached(SynthaixError):
    """The next request could pass the job's budget, so it was not sent."""


class LeaseLost(SynthaixError):
    """The job's lease belongs to another server now; nothing more may be written for it."""


class StoreError(SynthaixError):
    """The database cannot be used: locked, full, read-only, corrupt, or newer than this code."""


class BugError(SynthaixError):
    """A promise inside SynthAIx was broken; never the caller's fault."""
