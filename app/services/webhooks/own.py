"""The dashboard's own webhook, which jobs that it starts report to besides those of LiveKit."""

from dataclasses import dataclass

from app.config.settings import Settings
from app.text.paths import LIVEKIT_HOOK


@dataclass(frozen=True, slots=True)
class OwnWebhook:
    """Where a job reports to, and the API key that signs it.

    The key is always given: without it and without webhook.api_key, LiveKit's queue of webhooks
    stops at the first one (protocol, webhook/resource_url_notifier.go, QueueNotify).
    """

    url: str
    signing_key: str


def own_webhook(settings: Settings) -> OwnWebhook | None:
    """Return the dashboard's own webhook; None without PUBLIC_URL."""
    if settings.public_url is None:
        return None
    return OwnWebhook(settings.public_url + LIVEKIT_HOOK, settings.livekit_api_key)
