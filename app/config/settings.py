"""The only reader of the environment: every setting, its default and its validation.

Each setting NAME can come from the environment, from `.env`, or from a file named by NAME_FILE
(for secrets mounted by an orchestrator). A test compares docs/settings.md with this file.
"""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from app.config import checks, presets
from app.config.accounts import AccountSettings
from app.config.agents import AgentSettings
from app.config.forwarding import ForwardingSettings
from app.config.history import HistorySettings
from app.config.origins import Origin, origins
from app.config.prices import PriceSettings
from app.config.single_sign_on import SingleSignOnSettings
from app.config.sources import FromFile, SettingsError, environment
from app.config.storage import StorageSettings

SPLIT = BeforeValidator(checks.parts)
LOWER = BeforeValidator(checks.lower)
Url = Annotated[str, AfterValidator(checks.livekit_url)]
Allowed = Annotated[str, AfterValidator(checks.origin)]
Host = Annotated[str, AfterValidator(checks.host_pattern)]
Network = Annotated[str, AfterValidator(checks.network)]


class Settings(
    StorageSettings,
    AccountSettings,
    SingleSignOnSettings,
    HistorySettings,
    ForwardingSettings,
    AgentSettings,
    PriceSettings,
):
    """The configuration in force, immutable.

    Validators see the fields before theirs, so `environment` comes first.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    environment: Annotated[Literal["development", "production"], LOWER] = "development"
    dashboard_name: Annotated[str, AfterValidator(checks.display_name)] = Field("", max_length=40)
    dashboard_color: Annotated[
        Literal["violet", "rose", "amber", "teal", "blue", "gray"] | None, LOWER
    ] = None
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    workers: int = Field(1, ge=1, le=64)
    root_path: Annotated[str, AfterValidator(checks.root_path)] = ""
    public_url: Annotated[str, AfterValidator(checks.public_url)] | None = None
    livekit_url: Url = Field(min_length=1)
    livekit_api_key: str = Field(min_length=1)
    livekit_api_secret: SecretStr = Field(min_length=1)
    livekit_public_url: Url | None = None
    livekit_timeout: float = Field(5.0, gt=0, le=60)
    admin_username: str = Field("admin", min_length=1, max_length=200)
    admin_password: SecretStr = Field(min_length=1)
    session_secret: Annotated[tuple[SecretStr, ...], NoDecode, SPLIT] = Field(
        (), validate_default=True
    )
    read_only: bool = False
    enable_sip: bool = False
    egress_presets: Annotated[
        tuple[presets.Preset, ...], NoDecode, BeforeValidator(presets.read)
    ] = ()
    refresh_seconds: int = Field(5, ge=1, le=3600)
    allowed_origins: Annotated[tuple[Allowed, ...], NoDecode, SPLIT] = ()
    allowed_hosts: Annotated[tuple[Host, ...], NoDecode, SPLIT] = ("*",)
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode, SPLIT] = ("127.0.0.1", "::1")
    signin_tries_per_minute: int = Field(10, ge=1, le=1000)
    cache_seconds: float = Field(0.0, ge=0, le=60)
    redis_url: Annotated[SecretStr, AfterValidator(checks.redis_url)] | None = Field(
        None, validate_default=True
    )
    audit_days: int = Field(400, ge=1, le=36_500)
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
        """Read NAME_FILE beside the environment; a setting given both ways is refused."""
        return init_settings, FromFile(settings_cls), env_settings, dotenv_settings

    def origin(self, name: str) -> Origin:
        """Return where the setting of this field name comes from."""
        return self._origins.get(name, Origin.DEFAULT)

    @property
    def production(self) -> bool:
        """True if the stricter rules of a public deployment apply."""
        return self.environment == "production"

    @property
    def livekit_host(self) -> str:
        """Host and port of the LiveKit server, as the top bar shows it."""
        return urlsplit(self.livekit_url).netloc

    @property
    def browser_url(self) -> str:
        """LiveKit's URL for browsers and other participants, `ws://` or `wss://`."""
        url = urlsplit(self.livekit_public_url or self.livekit_url)
        return url._replace(scheme=url.scheme.replace("http", "ws")).geturl()

    @field_validator("*", mode="before")
    @classmethod
    def _is_text(cls, value: object) -> object:
        try:
            str(value).encode()
        except UnicodeEncodeError:
            raise ValueError("not UTF-8 text") from None
        return value

    @field_validator("admin_username")
    @classmethod
    def _can_be_sent(cls, value: str) -> str:
        if ":" in value:
            raise ValueError(
                "can't contain a colon, which HTTP Basic sign-in cannot send (RFC 7617)"
            )
        return value

    @field_validator("admin_password")
    @classmethod
    def _strong_password(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        username = info.data.get("admin_username", "")
        _refuse_in_production(checks.weak_password(value, username), info)
        return value

    @field_validator("livekit_api_secret")
    @classmethod
    def _strong_secret(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        _refuse_in_production(checks.weak_secret(value), info)
        return value

    @field_validator("session_secret")
    @classmethod
    def _strong_secrets(
        cls, value: tuple[SecretStr, ...], info: ValidationInfo
    ) -> tuple[SecretStr, ...]:
        _refuse_in_production(checks.weak_secrets(value), info)
        return value or (SecretStr(secrets.token_urlsafe(32)),)

    @field_validator("redis_url")
    @classmethod
    def _one_cache_for_all(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        several = info.data.get("workers", 1) > 1
        if info.data.get("cache_seconds") and several and not value:
            reason = "required by CACHE_SECONDS with several workers, so that they share one cache"
            raise ValueError(f"missing; {reason}")
        return value


def _refuse_in_production(problem: str | None, info: ValidationInfo) -> None:
    if problem and info.data.get("environment") == "production":
        raise ValueError(f"{problem} (ENVIRONMENT=production)")


def likely_misspelled() -> dict[str, str]:
    """Return the unknown names in the environment and `.env` that resemble a setting."""
    return checks.near_misses(environment(), [name.upper() for name in Settings.model_fields])


def doubtful(settings: Settings) -> dict[str, str]:
    """Return the settings whose value was probably not meant so, and why; no value is shown."""
    texts = {name.upper(): getattr(settings, name) for name in type(settings).model_fields}
    return checks.doubtful(texts)


def load_settings(**overrides: Any) -> Settings:
    """Read the settings, `overrides` first.

    Raises SettingsError with one line for each setting that is missing or invalid.
    """
    try:
        if problem := checks.unreadable(Path(".env")):
            raise SettingsError([problem])
        settings = Settings(**overrides)
        settings._origins = _origins(overrides)
        return settings
    except ValidationError as error:
        raise SettingsError(sorted(set(_lines(error)))) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f".env: cannot be read: {error}"]) from None


def _origins(overrides: dict[str, Any]) -> dict[str, Origin]:
    """Return the origin of each setting that is not at its default."""
    dotenv = overrides.get("_env_file", Settings.model_config["env_file"])
    return origins(
        {
            Origin.GIVEN: overrides,
            Origin.FILE: FromFile(Settings)(),
            Origin.ENVIRONMENT: EnvSettingsSource(Settings)(),
            Origin.DOTENV: DotEnvSettingsSource(Settings, env_file=dotenv)(),
        },
        Settings.model_fields,
    )


def _lines(error: ValidationError) -> Iterator[str]:
    """Yield a readable line per problem; the rejected value is left out, it may be a secret."""
    for problem in error.errors():
        name = str(problem["loc"][0]).upper() if problem["loc"] else "settings"
        if problem["type"] == "missing":
            yield f"{name}: missing; set {name} or {name}_FILE (see docs/settings.md)"
        else:
            message = problem["msg"].removeprefix("Value error, ")
            yield from (f"{name}: {line}" for line in message.splitlines())
