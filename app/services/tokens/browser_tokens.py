"""Passes for the dashboard's own scripts in a browser: short tokens, for one purpose each."""

from dataclasses import dataclass
from datetime import timedelta

from app.config.settings import Settings
from app.services.rooms.new_room import RoomOptions
from app.services.rooms.participants import MARK
from app.services.tokens.signing import NewToken, sign

# Long enough to join; LiveKit itself renews the token of who is there.
TTL = timedelta(minutes=2)
# The checks of a connection take a minute and more, and each joins anew.
CHECK_TTL = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Pass:
    """What a script needs to join: LiveKit's address for browsers, and a token."""

    url: str
    token: str


def to_watch(settings: Settings, room: str, user: str, observer: str) -> Pass:
    """Give a pass to watch `room`: hidden from all others, may subscribe and nothing else.

    `observer` tells one open page from another; who joins again with it takes its own place.
    """
    wanted = NewToken(
        ttl=TTL,
        grants=frozenset({"room_join", "can_subscribe", "hidden"}),
        room=room,
        identity=f"dashboard-observer-{observer}",
        name="Dashboard observer",
        attributes={MARK: user},
    )
    return _signed(settings, wanted)


def to_check(settings: Settings, check: str) -> Pass:
    """Give a pass to join and publish in a room of its own, which closes soon after the `check`."""
    wanted = NewToken(
        ttl=CHECK_TTL,
        grants=frozenset({"room_join", "can_subscribe", "can_publish"}),
        room=f"connection-check-{check}",
        identity=f"dashboard-doctor-{check}",
        room_options=RoomOptions(empty_timeout=60, departure_timeout=10, max_participants=2),
    )
    return _signed(settings, wanted)


def _signed(settings: Settings, wanted: NewToken) -> Pass:
    return Pass(settings.browser_url, sign(settings, wanted).text)
