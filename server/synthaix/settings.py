"""Configuration: read once from the environment and .env, then passed down.

Nothing below `app.py` and `cli.py` looks at the environment.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from synthaix.errors import SettingsError


def _origins(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _address(value: str | None) -> str | None:
    if value is not None and not _is_address(value):
        raise ValueError(f"{value[:80]!r} is not an address; send one such as http://127.0.0.1:8000")
    return value


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # a port beyond 65535, a broken IPv6 address
        return False


def _token(value: SecretStr | None) -> SecretStr | None:
    # A header cannot carry it otherwise, and a blank one would open nothing and blank out every log.
    if value is not None and not re.fullmatch(r"[!-~]+", value.get_secret_value()):
        raise ValueError(
            "a bearer token is printable ASCII without spaces; send one like those of openssl rand -hex 32"
        )
    return value


Address = Annotated[str | None, AfterValidator(_address)]
Level = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(lambda value: str(value).upper())]


class Settings(BaseSettings):
    """Every variable SynthAIx reads; `.env.example` lists them with their defaults."""

    # A host's config often carries "OPENAI_API_KEY": "" for a key that is not there: empty is absent.
    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
        frozen=True,
    )

    # Providers
    openai_api_key: SecretStr | None = Field(default=None, description="Key for OpenAI or a compatible server.")
    openai_base_url: Address = Field(default=None, description="Base URL of an OpenAI-compatible server.")
    anthropic_api_key: SecretStr | None = Field(default=None, description="Key for Anthropic.")
    anthropic_base_url: Address = Field(default=None, description="Base URL of an Anthropic-compatible server.")
    default_llm_provider: Literal["auto", "local", "openai", "anthropic"] = Field(
        default="auto", description="Which provider a job uses unless it names one."
    )
    default_model: str | None = Field(default=None, description="Which model a job uses unless it names one.")
    fallback_llm_provider: Literal["openai", "anthropic"] | None = Field(
        default=None, description="Which provider writes while a job's own is down; none when unset."
    )
    fallback_model: str | None = Field(default=None, description="The fallback's model.")

    hedge: float | None = Field(
        default=None,
        ge=0.5,
        le=0.999,
        validation_alias=AliasChoices("SYNTHAIX_HEDGE", "hedge"),
        description="Quantile of latency past which a request is sent a second time; never when unset.",
    )

    # Server
    log_level: Level = Field(default="INFO", description="Logs go to stderr.")
    otel_endpoint: Address = Field(
        default=None,
        validation_alias=AliasChoices("OTEL_EXPORTER_OTLP_ENDPOINT", "otel_endpoint"),
        description="Where spans go (OTLP over gRPC); none leave when unset.",
    )
    backend_host: str = Field(default="127.0.0.1", description="Address `synthaix serve` binds.")
    backend_port: int = Field(default=8000, ge=0, le=65535, description="Port `synthaix serve` binds.")
    cors_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_origins)] = Field(
        default=(), description="Comma-separated origins that browsers may call from."
    )
    auth_token: Annotated[SecretStr | None, AfterValidator(_token)] = Field(
        default=None,
        validation_alias=AliasChoices("SYNTHAIX_AUTH_TOKEN", "auth_token"),
        description="Bearer token that HTTP callers must send; required off loopback.",
    )
    auth_jwks_url: Address = Field(
        default=None,
        validation_alias=AliasChoices("SYNTHAIX_AUTH_JWKS_URL", "auth_jwks_url"),
        description="Where an identity provider (OIDC) publishes the keys that sign its tokens.",
    )
    auth_public_key: str | None = Field(
        default=None,
        validation_alias=AliasChoices("SYNTHAIX_AUTH_PUBLIC_KEY", "auth_public_key"),
        description="The signing key itself, in PEM, instead of the address of keys.",
    )
    auth_issuer: str | None = Field(
        default=None,
        validation_alias=AliasChoices("SYNTHAIX_AUTH_ISSUER", "auth_issuer"),
        description="The issuer that signed tokens must name.",
    )
    auth_audience: str | None = Field(
        default=None,
        validation_alias=AliasChoices("SYNTHAIX_AUTH_AUDIENCE", "auth_audience"),
        description="The audience that signed tokens must name.",
    )
    auth_algorithm: str = Field(
        default="RS256",
        validation_alias=AliasChoices("SYNTHAIX_AUTH_ALGORITHM", "auth_algorithm"),
        description="The algorithm that tokens are signed with.",
    )
    allow_private: Literal["on", "off"] = Field(
        default="off",
        validation_alias=AliasChoices("SYNTHAIX_ALLOW_PRIVATE", "allow_private"),
        description="Whether models and vectors inside a private network may be used where other machines may call.",
    )
    public_url: Address = Field(
        default=None,
        validation_alias=AliasChoices("SYNTHAIX_PUBLIC_URL", "public_url"),
        description="Base of download URLs over HTTP.",
    )

    # Jobs
    max_workers: int | None = Field(default=None, ge=1, le=256, description="Concurrent model requests of a job.")
    default_chunk_size: int | None = Field(default=None, ge=1, le=100_000, description="Rows a chunk.")
    deduplication_threshold: float = Field(default=0.85, ge=0, le=1, description="Similarity that makes a duplicate.")
    database_url: SecretStr | None = Field(default=None, description="postgresql://… ; an embedded file when unset.")
    resume: Literal["on", "off"] = Field(
        default="on",
        validation_alias=AliasChoices("SYNTHAIX_RESUME", "resume"),
        description="Whether unfinished jobs go on by themselves at start.",
    )

    # Vectors
    chromadb_path: Path | None = Field(
        default=None, description="Directory of the embedded vector store; inside the data directory when unset."
    )
    chromadb_url: Address = Field(default=None, description="http(s)://… of a ChromaDB server instead.")
    embedding_model: str | None = Field(
        default=None, description="wordllama, or a model at OPENAI_BASE_URL; the built-in one when unset."
    )

    # Places
    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("synthaix"),
        validation_alias=AliasChoices("SYNTHAIX_DATA_DIR", "data_dir"),
        description="Where jobs live.",
    )
    export_dir: Path | None = Field(
        default=None,
        validation_alias=AliasChoices("SYNTHAIX_EXPORT_DIR", "export_dir"),
        description="Where exported files land; inside the data directory when unset.",
    )

    # Retention
    retention_days: float | None = Field(
        default=None,
        gt=0,
        validation_alias=AliasChoices("SYNTHAIX_RETENTION_DAYS", "retention_days"),
        description="Days after which a job that has ended is removed; never when unset.",
    )
    retention_bytes: int | None = Field(
        default=None,
        ge=1,
        validation_alias=AliasChoices("SYNTHAIX_RETENTION_BYTES", "retention_bytes"),
        description="Bytes of rows and answers past which the jobs that ended first are removed; no bound when unset.",
    )

    # Limits
    limit_rows: int = Field(
        default=10_000_000,
        ge=1,
        validation_alias=AliasChoices("SYNTHAIX_LIMIT_ROWS", "limit_rows"),
        description="Rows a job.",
    )
    limit_columns: int = Field(
        default=200,
        ge=1,
        le=256,
        validation_alias=AliasChoices("SYNTHAIX_LIMIT_COLUMNS", "limit_columns"),
        description="Columns a table.",
    )
    limit_workers: int = Field(
        default=128,
        ge=1,
        validation_alias=AliasChoices("SYNTHAIX_LIMIT_WORKERS", "limit_workers"),
        description="Concurrent model requests a job.",
    )
    limit_jobs: int = Field(
        default=100,
        ge=1,
        validation_alias=AliasChoices("SYNTHAIX_LIMIT_JOBS", "limit_jobs"),
        description="Unfinished jobs at once.",
    )
    limit_hours: float = Field(
        default=72.0,
        gt=0,
        validation_alias=AliasChoices("SYNTHAIX_LIMIT_HOURS", "limit_hours"),
        description="Hours a job may run before it stops, resumable.",
    )
    limit_bytes: int = Field(
        default=64_000_000,
        ge=1024,
        validation_alias=AliasChoices("SYNTHAIX_LIMIT_BYTES", "limit_bytes"),
        description="Bytes a whole-result resource may have.",
    )
    limit_spend: float = Field(
        default=5.0,
        gt=0,
        validation_alias=AliasChoices("SYNTHAIX_LIMIT_SPEND", "limit_spend"),
        description="US dollars a job may spend when it names no budget and nobody confirmed it.",
    )

    limit_request_rate: float = Field(
        default=100.0,
        gt=0,
        validation_alias=AliasChoices("SYNTHAIX_LIMIT_REQUEST_RATE", "limit_request_rate"),
        description="Requests a second of one caller, where callers show a token; twice as many at once.",
    )

    # Quotas of one caller in 24 hours
    quota_jobs: int | None = Field(
        default=None,
        ge=1,
        validation_alias=AliasChoices("SYNTHAIX_QUOTA_JOBS", "quota_jobs"),
        description="Jobs a caller may start in 24 hours.",
    )
    quota_cells: int | None = Field(
        default=None,
        ge=1,
        validation_alias=AliasChoices("SYNTHAIX_QUOTA_CELLS", "quota_cells"),
        description="Rows x columns a caller may ask for in 24 hours.",
    )
    quota_spend: float | None = Field(
        default=None,
        gt=0,
        validation_alias=AliasChoices("SYNTHAIX_QUOTA_SPEND", "quota_spend"),
        description="US dollars a caller may spend in 24 hours.",
    )

    @property
    def exports(self) -> Path:
        """The directory that every exported file stays under."""
        return self.export_dir or self.data_dir / "exports"

    @property
    def price_file(self) -> Path:
        """The operator's own prices, over those of the package."""
        return self.data_dir / "prices.toml"

    @property
    def vectors(self) -> Path:
        """The directory that holds one vector store per job."""
        return self.chromadb_path or self.data_dir / "vectors"


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment. Raises SettingsError naming the variable, its fault and the remedy."""
    try:
        return Settings(**overrides)
    except ValidationError as exc:
        error = exc.errors(include_url=False, include_input=False)[0]
        name = str(error["loc"][0]).upper()
        reason = error["msg"].removeprefix("Value error, ").replace("Input should", "it should")
        raise SettingsError(f"{name} cannot be used: {reason[:1].lower()}{reason[1:]}.") from None
