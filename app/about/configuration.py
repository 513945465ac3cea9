"""The settings in force, by group, as they may be seen: secrets by their ends at most."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from app.config.origins import Origin
from app.config.settings import Settings
from app.text.formatters import masked

GROUPS: dict[str, tuple[str, ...]] = {
    "LiveKit": (
        "livekit_url",
        "livekit_public_url",
        "livekit_api_key",
        "livekit_api_secret",
        "livekit_timeout",
    ),
    "Sign-in": ("admin_username", "admin_password", "session_secret", "signin_tries_per_minute"),
    "What it does": ("environment", "read_only", "enable_sip", "refresh_seconds"),
    "Cache": ("cache_seconds", "redis_url"),
    "Network": (
        "host",
        "port",
        "workers",
        "root_path",
        "allowed_origins",
        "allowed_hosts",
        "trusted_proxies",
    ),
    "Log and figures": ("log_level", "log_format", "metrics_token"),
}
# Who reads a report elsewhere needs to know that they are set, not what they are.
NAMES = frozenset({"livekit_api_key", "admin_username"})
SOURCES = {
    Origin.GIVEN: "the program",
    Origin.ENVIRONMENT: "environment",
    Origin.DOTENV: ".env",
    Origin.DEFAULT: "default",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One setting: its name in the environment, its value as it may be seen, where it is from.

    `report` is the value for eyes elsewhere, without any part of a secret or a name.
    """

    name: str
    value: str
    report: str
    source: str
    secret: bool


def groups(settings: Settings) -> dict[str, list[Line]]:
    """Give every setting, by group."""
    return {title: [_line(settings, name) for name in names] for title, names in GROUPS.items()}


def _line(settings: Settings, field: str) -> Line:
    value, origin, name = getattr(settings, field), settings.origin(field), field.upper()
    secrets = list(_secrets(value))
    shown = ", ".join(map(masked, secrets)) if secrets else _text(value)
    if field == "session_secret" and origin is Origin.DEFAULT:
        shown = "a new one at each start"
    hidden = bool(secrets) or field in NAMES
    return Line(
        name=name,
        value=shown,
        report="(set)" if hidden and origin is not Origin.DEFAULT else shown,
        source=SOURCES.get(origin, f"{name}_FILE"),
        secret=bool(secrets),
    )


def _secrets(value: Any) -> Iterator[str]:
    for each in value if isinstance(value, tuple) else (value,):
        if isinstance(each, SecretStr):
            yield each.get_secret_value()


def _text(value: Any) -> str:
    """Give a value as it would be written in the environment; empty where there is none."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case tuple():
            return ", ".join(value)
        case _:
            return str(value)
