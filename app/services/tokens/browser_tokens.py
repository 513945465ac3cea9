"""Short-lived tokens for the dashboard's own pages in the browser, each for one purpose."""

from dataclasses import dataclass
from datetime import timedelta

from app.config.settings import Settings
from app.services.rooms.new_room import RoomOptions
from app.services.rooms.participants import MARK
from app.services.tokens.signing import NewToken, sign

# Long enough to join; LiveKit itself renews the token of a connected participant.
TTL = timedelta(minutes=2)
# The connection test takes more than a minute, and each of its checks joins again.
CHECK_TTL = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class BrowserToken:
    """What a script needs to join: LiveKit's URL for browsers, and a token."""

    url: str
    token: str


def observer_token(settings: Settings, room: str, user: str, observer: str) -> BrowserToken:
    """Return a token to watch `room`: hidden from the others, allowed to subscribe only.

    `observer` identifies one open page: joining again with it replaces its own connection. As an
    agent it takes no place, isn't counted in lists of rooms, joins a full room, and doesn't keep
    its room open: LiveKit calls that dependent (IsDependent in pkg/rtc/participant.go).
    """
    wanted = NewToken(
        ttl=TTL,
        grants=frozenset({"room_join", "can_subscribe", "hidden"}),
        room=room,
        identity=f"dashboard-observer-{observer}",
        name="Dashboard observer",
        kind="agent",
        attributes={MARK: user},
    )
    return _signed(settings, wanted)


def check_token(settings: Settings, check: str) -> BrowserToken:
    """Return a token to join and publish in a temporary room, which closes after the `check`."""
    wanted = NewToken(
        ttl=CHECK_TTL,
        grants=frozenset({"room_join", "can_subscribe", "can_publish"}),
        room=f"connection-check-{check}",
        identity=f"dashboard-doctor-{check}",
        room_options=RoomOptions(empty_timeout=60, departure_timeout=10, max_participants=2),
    )
    return _signed(settings, wanted)


def _signed(settings: Settings, wanted: NewToken) -> BrowserToken:
    return BrowserToken(settings.browser_url, sign(settings, wanted).text)
