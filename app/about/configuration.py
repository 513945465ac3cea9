"""The settings in force, by group: secrets masked, passwords hidden."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from app.about.descriptions import DESCRIPTIONS
from app.config.origins import Origin
from app.config.settings import Settings
from app.text.formatters import MASK, masked

GROUPS: dict[str, tuple[str, ...]] = {
    "Identity": ("dashboard_name", "dashboard_color"),
    "LiveKit": (
        "livekit_url",
        "livekit_public_url",
        "livekit_api_key",
        "livekit_api_secret",
        "livekit_timeout",
    ),
    "Sign-in": ("admin_username", "admin_password", "session_secret", "signin_tries_per_minute"),
    "Features": (
        "environment",
        "read_only",
        "enable_sip",
        "egress_presets",
        "refresh_seconds",
        "agent_workers",
        "model_prices",
    ),
    "Cache": ("cache_seconds", "redis_url"),
    "Store": (
        "database_url",
        "storage_url",
        "jobs",
        "recordings_root",
        "audit_days",
        "retention_events",
        "retention_sessions",
        "retention_calls",
        "retention_conversations",
        "retention_recordings",
        "retention_egress_recordings",
    ),
    "Forwarding": ("otlp_forward_url", "otlp_forward_headers"),
    "Accounts": (
        "emergency_admin",
        "session_idle_minutes",
        "session_hours",
        "api_requests_per_minute",
        "require_second_factor",
    ),
    "Single sign-on": (
        "oidc_issuer",
        "oidc_client_id",
        "oidc_client_secret",
        "oidc_name",
        "oidc_scopes",
        "oidc_role_claim",
        "oidc_roles",
        "oidc_default_role",
        "trusted_user_header",
        "trusted_user_role",
    ),
    "Network": (
        "host",
        "port",
        "workers",
        "root_path",
        "public_url",
        "allowed_origins",
        "allowed_hosts",
        "trusted_proxies",
    ),
    "Logging and metrics": ("log_level", "log_format", "metrics_token"),
}
# A support report says that these are set, not their values.
NAMES = frozenset(
    {
        "livekit_api_key",
        "admin_username",
        "dashboard_name",
        "egress_presets",
        "storage_url",
        "recordings_root",
        "agent_workers",
        "model_prices",
        "oidc_issuer",
        "oidc_client_id",
        "oidc_name",
        "oidc_roles",
    }
)
# Chosen by people, so that even their first and last characters help to guess them.
HIDDEN = frozenset({"admin_password", "database_url", "redis_url", "otlp_forward_headers"})
SOURCES = {
    Origin.GIVEN: "the program",
    Origin.ENVIRONMENT: "environment",
    Origin.DOTENV: ".env",
    Origin.DEFAULT: "default",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One setting: its name in the environment, what it does, its value and its source.

    `report` is the value for a support report, without any part of a secret or name.
    """

    name: str
    description: str
    value: str
    report: str
    source: str
    secret: bool


def groups(settings: Settings) -> dict[str, list[Line]]:
    """Return every setting, by group."""
    return {title: [_line(settings, name) for name in names] for title, names in GROUPS.items()}


def _line(settings: Settings, field: str) -> Line:
    value, origin, name = getattr(settings, field), settings.origin(field), field.upper()
    secrets = list(_secrets(value))
    shown = ", ".join(_masked(field, each) for each in secrets) if secrets else _text(value)
    if field == "session_secret" and origin is Origin.DEFAULT:
        shown = "generated at each start"
    hidden = bool(secrets) or field in NAMES
    return Line(
        name=name,
        description=DESCRIPTIONS[field],
        value=shown,
        report="(set)" if hidden and origin is not Origin.DEFAULT else shown,
        source=SOURCES.get(origin, f"{name}_FILE"),
        secret=bool(secrets),
    )


def _masked(field: str, secret: str) -> str:
    return MASK if field in HIDDEN else masked(secret)


def _secrets(value: Any) -> Iterator[str]:
    for each in value if isinstance(value, tuple) else (value,):
        if isinstance(each, SecretStr):
            yield each.get_secret_value()


def _text(value: Any) -> str:
    """Return a value as it would be written in the environment; empty for none."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case tuple():
            return ", ".join(map(str, value))
        case _:
            return str(value)
