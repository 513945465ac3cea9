"""The API keys whose webhooks are accepted."""

from collections.abc import Mapping

from app.config.settings import Settings
from app.services.webhooks.signed_tokens import SigningKey

DEFAULT_SERVER = "default"


def signing_keys(settings: Settings) -> Mapping[str, SigningKey]:
    """Return the key of each configured server, by API key."""
    secret = settings.livekit_api_secret.get_secret_value()
    return {settings.livekit_api_key: SigningKey(DEFAULT_SERVER, secret)}
