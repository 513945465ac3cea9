"""A value for every setting that is not its default, as text and as the dashboard reads it."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from app.config.agents import WorkerAddress
from app.config.presets import S3Preset
from app.config.prices import ModelPrice, Prices

SAMPLES: dict[str, tuple[str, Any]] = {
    "DASHBOARD_NAME": ("Production Zürich", "Production Zürich"),
    "DASHBOARD_COLOR": ("Violet", "violet"),
    "HOST": ("0.0.0.0", "0.0.0.0"),  # noqa: S104
    "PORT": ("9001", 9001),
    "WORKERS": ("4", 4),
    "PUBLIC_URL": ("HTTPS://Dash.Example.com/livekit/", "https://dash.example.com/livekit"),
    "ROOT_PATH": ("/livekit/", "/livekit"),
    "LIVEKIT_URL": ("WSS://LiveKit.Example.com/Path/", "wss://livekit.example.com/Path"),
    "LIVEKIT_API_KEY": ("APIsample", "APIsample"),
    "LIVEKIT_API_SECRET": ("sample of an API secret", "sample of an API secret"),
    "LIVEKIT_PUBLIC_URL": ("https://media.example.com/", "https://media.example.com"),
    "LIVEKIT_TIMEOUT": ("2.5", 2.5),
    "ADMIN_USERNAME": ("Zoë", "Zoë"),
    "ADMIN_PASSWORD": ("pässwörd: with, signs", "pässwörd: with, signs"),
    "SESSION_SECRET": ("newest, older", ("newest", "older")),
    "ENVIRONMENT": ("Development", "development"),
    "READ_ONLY": ("true", True),
    "ENABLE_SIP": ("1", True),
    "EGRESS_PRESETS": (
        '[[preset]]\nname = "Tapes"\ntype = "s3"\nbucket = "tapes"\n',
        (S3Preset(name="Tapes", type="s3", bucket="tapes"),),
    ),
    "AGENT_WORKERS": (
        "HTTP://Agent-1:8081/, https://agents.example.com/voice/?metrics=9464",
        (
            WorkerAddress("http://agent-1:8081"),
            WorkerAddress("https://agents.example.com/voice", metrics_port=9464),
        ),
    ),
    "MODEL_PRICES": (
        'currency = "eur"\n[[model]]\nmodel = "small-*"\nper_million_input_tokens = 0.15\n',
        Prices(
            currency="EUR",
            models=(ModelPrice(model="small-*", per_million_input_tokens=Decimal("0.15")),),
        ),
    ),
    "REFRESH_SECONDS": ("30", 30),
    "ALLOWED_ORIGINS": (
        "https://a.example, http://b:81",
        ("https://a.example", "http://b:81"),
    ),
    "ALLOWED_HOSTS": ("a.example,*.b.example", ("a.example", "*.b.example")),
    "TRUSTED_PROXIES": ("10.0.0.2,10.1.0.0/16,::1", ("10.0.0.2", "10.1.0.0/16", "::1")),
    "SIGNIN_TRIES_PER_MINUTE": ("3", 3),
    "API_REQUESTS_PER_MINUTE": ("60", 60),
    "CACHE_SECONDS": ("2.5", 2.5),
    "REDIS_URL": ("redis://:pass@cache.example:6379/1", "redis://:pass@cache.example:6379/1"),
    "DATABASE_URL": (
        "postgresql://u:p@db.example.com/dash",
        "postgresql://u:p@db.example.com/dash",
    ),
    "STORAGE_URL": ("s3://bucket.of-ops/a/b/", "s3://bucket.of-ops/a/b"),
    "JOBS": ("Off", "off"),
    "RECORDINGS_ROOT": ("/out/recordings/", Path("/out/recordings")),
    "AUDIT_DAYS": ("90", 90),
    "RETENTION_EVENTS": ("7", 7),
    "RETENTION_SESSIONS": ("90", 90),
    "RETENTION_CALLS": ("180", 180),
    "RETENTION_CONVERSATIONS": ("14", 14),
    "RETENTION_RECORDINGS": ("3", 3),
    "RETENTION_EGRESS_RECORDINGS": ("365", 365),
    "OTLP_FORWARD_URL": ("HTTP://Collector:4318/otlp/", "http://collector:4318/otlp"),
    "OTLP_FORWARD_HEADERS": ("Authorization=Bearer%20x, a=b", "Authorization=Bearer%20x, a=b"),
    "EMERGENCY_ADMIN": ("false", False),
    "SESSION_IDLE_MINUTES": ("60", 60),
    "SESSION_HOURS": ("12", 12),
    "REQUIRE_SECOND_FACTOR": ("admin, night shift", ("admin", "night shift")),
    "OIDC_ISSUER": ("https://id.example.com/realms/Staff/", "https://id.example.com/realms/Staff/"),
    "OIDC_CLIENT_ID": ("dashboard of ops", "dashboard of ops"),
    "OIDC_CLIENT_SECRET": ("a client secret = + %", "a client secret = + %"),
    "OIDC_NAME": ("Acme & Söhne", "Acme & Söhne"),
    "OIDC_SCOPES": ("openid  groups", "openid groups"),
    "OIDC_ROLE_CLAIM": ("realm_access.roles", "realm_access.roles"),
    "OIDC_ROLES": ("a b=admin, cn=x = support", ("a b=admin", "cn=x=support")),
    "OIDC_DEFAULT_ROLE": ("viewer", "viewer"),
    "TRUSTED_USER_HEADER": ("X-Forwarded-User", "X-Forwarded-User"),
    "TRUSTED_USER_ROLE": ("night shift", "night shift"),
    "METRICS_TOKEN": ("a-token-of-32-characters-or-more!", "a-token-of-32-characters-or-more!"),
    "LOG_LEVEL": ("DEBUG", "debug"),
    "LOG_FORMAT": ("json", "json"),
}
# Settings that work only together with another.
NEEDS: dict[str, dict[str, str]] = {
    "OIDC_ISSUER": {"OIDC_CLIENT_ID": "client"},
    "OIDC_ROLE_CLAIM": {"OIDC_ROLES": "a=admin"},
    "OIDC_ROLES": {"OIDC_ROLE_CLAIM": "groups"},
}
REQUIRED = {
    "LIVEKIT_URL": "ws://127.0.0.1:7880",
    "LIVEKIT_API_KEY": "key",
    "LIVEKIT_API_SECRET": "secret",
    "ADMIN_PASSWORD": "password",
}
PRODUCTION = {
    "ENVIRONMENT": "production",
    "LIVEKIT_API_SECRET": "0123456789abcdefghijklmnopqrstuv",
    "ADMIN_PASSWORD": "correct-Horse-9-battery",
    "SESSION_SECRET": "vutsrqponmlkjihgfedcba9876543210",
}


def plain(value: Any) -> Any:
    """Return a setting's value with its secrets laid open."""
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    return value.get_secret_value() if hasattr(value, "get_secret_value") else value
