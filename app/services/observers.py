"""Tokens for the dashboard's own scripts in a browser: short, and for one purpose each."""

from dataclasses import dataclass
from datetime import timedelta

from livekit.api import AccessToken, RoomConfiguration, VideoGrants

from app.settings import Settings

# Who joined with it is an observer of a dashboard, and what stands there is the user's name.
MARK = "livekit-dashboard.observer"
# Long enough to join; LiveKit itself renews the token of who is there.
TTL = timedelta(minutes=2)
# The checks of a connection take a minute and more, and each joins anew.
CHECK_TTL = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Pass:
    """What a script needs to join: LiveKit's address for browsers, and a token."""

    url: str
    token: str


def observer(settings: Settings, room: str, user: str, observer: str) -> Pass:
    """Give a pass to watch `room`: hidden from all others, may subscribe and nothing else.

    `observer` tells one open page from another; who joins again with it takes its own place.
    """
    grants = VideoGrants(
        room_join=True,
        room=room,
        hidden=True,
        can_subscribe=True,
        can_publish=False,
        can_publish_data=False,
        can_update_own_metadata=False,
    )
    token = _token(settings, f"dashboard-observer-{observer}", grants, TTL)
    token = token.with_name("Dashboard observer").with_attributes({MARK: user})
    return Pass(settings.browser_url, token.to_jwt())


def patient(settings: Settings, check: str) -> Pass:
    """Give a pass to join and publish in a room of its own, which closes soon after the `check`."""
    name = f"connection-check-{check}"
    grants = VideoGrants(room_join=True, room=name, can_publish_data=False)
    room = RoomConfiguration(name=name, empty_timeout=60, departure_timeout=10, max_participants=2)
    token = _token(settings, f"dashboard-doctor-{check}", grants, CHECK_TTL)
    return Pass(settings.browser_url, token.with_room_config(room).to_jwt())


def _token(settings: Settings, identity: str, grants: VideoGrants, ttl: timedelta) -> AccessToken:
    secret = settings.livekit_api_secret.get_secret_value()
    token = AccessToken(settings.livekit_api_key, secret).with_identity(identity)
    return token.with_grants(grants).with_ttl(ttl)
