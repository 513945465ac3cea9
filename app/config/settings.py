"""The only reader of the environment: every setting, its default and its check.

Each setting NAME can come from the environment, from `.env`, or from a file named by NAME_FILE
(for secrets mounted by an orchestrator). docs/settings.md is held to this file by a test.
"""

import os
import secrets
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from app.config import checks
from app.config.origins import KEY, Origin, Origins


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(word.strip() for word in value.split(",") if word.strip())
    return value


SPLIT = BeforeValidator(_split)
LOWER = BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value)
Url = Annotated[str, AfterValidator(checks.livekit_url)]
Allowed = Annotated[str, AfterValidator(checks.origin)]
Host = Annotated[str, AfterValidator(checks.host_pattern)]
Network = Annotated[str, AfterValidator(checks.network)]


class SettingsError(Exception):
    """The configuration cannot be used; `lines` has one readable line a wrong setting."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class FromFile(PydanticBaseSettingsSource):
    """Reads NAME from the file that NAME_FILE points to, without its trailing line break."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Give the content of the file, or None where NAME_FILE is not set."""
        name = field_name.upper()
        path = self._environment.get(f"{name}_FILE")
        if not path:
            return None, field_name, False
        if self._environment.get(name):
            raise SettingsError([f"{name}: set it or {name}_FILE, not both"])
        try:
            text = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise SettingsError([f"{name}_FILE: cannot read {path}: {reason}"]) from error
        if not text:
            raise SettingsError([f"{name}_FILE: {path} is empty"])
        return text, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Give every field that has a NAME_FILE."""
        self._environment = _given()
        found = {}
        for name, field in self.settings_cls.model_fields.items():
            text, key, _ = self.get_field_value(field, name)
            if text is not None:
                found[key] = text
        return found


class Settings(BaseSettings):
    """The configuration in force; immutable once read."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    workers: int = Field(1, ge=1, le=64)
    root_path: Annotated[str, AfterValidator(checks.root_path)] = ""
    livekit_url: Url = Field(min_length=1)
    livekit_api_key: str = Field(min_length=1)
    livekit_api_secret: SecretStr = Field(min_length=1)
    livekit_public_url: Url | None = None
    livekit_timeout: float = Field(5.0, gt=0, le=60)
    admin_username: str = Field("admin", min_length=1, max_length=200)
    admin_password: SecretStr = Field(min_length=1)
    session_secret: Annotated[tuple[SecretStr, ...], NoDecode, SPLIT] = ()
    environment: Annotated[Literal["development", "production"], LOWER] = "development"
    read_only: bool = False
    enable_sip: bool = False
    refresh_seconds: int = Field(5, ge=1, le=3600)
    allowed_origins: Annotated[tuple[Allowed, ...], NoDecode, SPLIT] = ()
    allowed_hosts: Annotated[tuple[Host, ...], NoDecode, SPLIT] = ("*",)
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode, SPLIT] = ("127.0.0.1", "::1")
    signin_tries_per_minute: int = Field(10, ge=1, le=1000)
    cache_seconds: float = Field(0.0, ge=0, le=60)
    redis_url: Annotated[SecretStr, AfterValidator(checks.redis_url)] | None = None
    metrics_token: Annotated[SecretStr, AfterValidator(checks.token)] | None = None
    log_level: Annotated[Literal["debug", "info", "warning", "error"], LOWER] = "info"
    log_format: Annotated[Literal["auto", "text", "json"], LOWER] = "auto"

    _origins: dict[str, Origin] = PrivateAttr(default_factory=dict)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put NAME_FILE beside the environment; a setting given both ways is refused."""
        given = init_settings, FromFile(settings_cls), env_settings, dotenv_settings
        return *given, Origins(settings_cls)

    def origin(self, name: str) -> Origin:
        """Give what the setting of this field name comes from."""
        return self._origins.get(name, Origin.DEFAULT)

    @property
    def production(self) -> bool:
        """Whether the stricter rules of a public deployment hold."""
        return self.environment == "production"

    @property
    def livekit_host(self) -> str:
        """Host and port of the LiveKit server, as the top bar shows it."""
        return urlsplit(self.livekit_url).netloc

    @property
    def browser_url(self) -> str:
        """The address of LiveKit for browsers and other participants, `ws://` or `wss://`."""
        url = urlsplit(self.livekit_public_url or self.livekit_url)
        return url._replace(scheme=url.scheme.replace("http", "ws")).geturl()

    @model_validator(mode="wrap")
    @classmethod
    def _keep_origins(cls, given: Any, read: ModelWrapValidatorHandler["Settings"]) -> "Settings":
        origins = given.pop(KEY, {})
        settings = read(given)
        settings._origins = origins
        return settings

    @field_validator("*", mode="before")
    @classmethod
    def _is_text(cls, value: object) -> object:
        try:
            str(value).encode()
        except UnicodeEncodeError:
            raise ValueError("is not UTF-8 text") from None
        return value

    @field_validator("admin_username")
    @classmethod
    def _can_be_sent(cls, value: str) -> str:
        if ":" in value:
            raise ValueError(
                "must not have a colon; HTTP Basic sign-in cannot carry one (RFC 7617)"
            )
        return value

    @model_validator(mode="after")
    def _safe_in_production(self) -> "Settings":
        if not self.production:
            return self
        problems = [
            ("ADMIN_PASSWORD", checks.weak_password(self.admin_password, self.admin_username)),
            ("LIVEKIT_API_SECRET", checks.weak_secret(self.livekit_api_secret)),
            ("SESSION_SECRET", checks.weak_secrets(self.session_secret)),
        ]
        lines = [
            f"{name}: {problem} (ENVIRONMENT=production)" for name, problem in problems if problem
        ]
        if lines:
            raise SettingsError(lines)
        return self

    @model_validator(mode="after")
    def _one_cache_for_all(self) -> "Settings":
        if self.cache_seconds and self.workers > 1 and not self.redis_url:
            reason = (
                "CACHE_SECONDS with several workers needs it, or one shows what another changed"
            )
            raise SettingsError([f"REDIS_URL: missing; {reason}"])
        return self

    @model_validator(mode="after")
    def _session_secret_for_development(self) -> "Settings":
        if not self.session_secret:
            fresh = (SecretStr(secrets.token_urlsafe(32)),)
            object.__setattr__(self, "session_secret", fresh)
        return self


def _given() -> dict[str, str | None]:
    return {**dotenv_values(".env"), **os.environ}


def likely_misspelt() -> dict[str, str]:
    """Give the names in the environment and `.env` that are no setting, but nearly one."""
    return checks.near_misses(_given(), [name.upper() for name in Settings.model_fields])


def load_settings(**overrides: Any) -> Settings:
    """Read the settings, `overrides` first.

    Raises SettingsError with one line for each setting that is missing or wrong.
    """
    try:
        if problem := checks.unreadable(Path(".env")):
            raise SettingsError([problem])
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError(sorted({_line(e) for e in error.errors()})) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f".env: cannot be read: {error}"]) from None


def _line(error: Any) -> str:
    """One readable line; the refused value is left out, it may be a secret."""
    name = str(error["loc"][0]).upper() if error["loc"] else "settings"
    if error["type"] == "missing":
        return f"{name}: missing; set {name} or {name}_FILE (see docs/settings.md)"
    return f"{name}: {error['msg'].removeprefix('Value error, ')}"
