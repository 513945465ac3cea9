"""What a token allows, in words, by its claims alone.

Rules: protocol, auth/grants.go, and where livekit-server asks for each grant (service/auth.go).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from livekit.protocol import models

from app.services.tokens.claims import Claims

KINDS = frozenset(models.ParticipantInfo.Kind.keys())
# Never counted against a room's limit (livekit-server, rtc/participant.go, IsDependent).
UNCOUNTED = frozenset({"agent", "egress"})
# Grants of the server API: claim, and what it lets its holder do.
SERVER = (
    ("video", "roomCreate", "create rooms and delete any room"),
    ("video", "roomList", "list all rooms"),
    ("video", "roomRecord", "start, stop and list egress in any room"),
    ("video", "ingressAdmin", "manage every ingress, and read their stream keys"),
    ("sip", "admin", "manage SIP trunks and dispatch rules"),
    ("sip", "call", "make telephone calls"),
    ("agent", "admin", "deploy agents on LiveKit Cloud (nothing on a server of one's own)"),
)
SOURCES = {
    "camera": "camera",
    "microphone": "microphone",
    "screen_share": "screen share",
    "screen_share_audio": "the sound of a screen share",
}


@dataclass(frozen=True, slots=True)
class Power:
    """One thing that a token allows or does not; `name` is the room it is about."""

    allowed: bool
    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """The claims that a join turns on, read as LiveKit reads them."""

    joins: bool
    room: str
    identity: str
    name: str
    kind: str
    preset: str
    opens: Mapping[str, Any]
    counted: bool


def terms(claims: Claims) -> Terms:
    """Give the claims that matter for a join; whatever has the wrong type reads as absent."""
    video = _object(claims, "video")
    kind = _text(claims, "kind").lower()
    kind = kind if kind.upper() in KINDS else "standard"
    return Terms(
        joins=video.get("roomJoin") is True,
        room=_text(video, "room"),
        identity=_text(claims, "sub") or _text(claims, "jti"),
        name=_text(claims, "name"),
        kind=kind,
        preset=_text(claims, "roomPreset"),
        opens=_object(claims, "roomConfig"),
        counted=kind not in UNCOUNTED
        and not (video.get("agent") is True or video.get("recorder") is True),
    )


def powers(claims: Claims) -> list[Power]:
    """Give what the token allows, and what it does not, in the order of weight."""
    video = _object(claims, "video")
    said = terms(claims)
    found = [Power(said.joins, "join the room" if said.joins else "join a room", said.room)]
    if said.joins:
        found += _inside(video)
    admin = video.get("roomAdmin") is True
    moderate = "moderate the room: remove, mute and change participants, send data, send agents"
    found.append(Power(admin, moderate if admin else "moderate a room", said.room if admin else ""))
    for part, claim, text in SERVER:
        found.append(Power(_object(claims, part).get(claim) is True, text))
    found.append(Power(video.get("agent") is True, "register as a worker of agents"))
    if goal := _text(video, "destinationRoom"):
        text = "with moderation, move or forward participants into the room"
        found.append(Power(admin, text, goal))
    return found


def _inside(video: Claims) -> Iterator[Power]:
    """Give what it allows in the room; what is not said of the first three is allowed."""
    publishes = video.get("canPublish") is not False
    yield Power(video.get("canSubscribe") is not False, "see and hear the others")
    yield Power(publishes, f"publish {_sources(video) if publishes else 'audio and video'}")
    unsaid = publishes if video.get("canPublishData") is None else True
    yield Power(video.get("canPublishData") is not False and unsaid, "send data to the others")
    for claim, text in (
        ("canUpdateOwnMetadata", "change its own name, metadata and attributes"),
        ("hidden", "stay unseen by the others"),
        ("recorder", "have the room shown as being recorded"),
        ("canSubscribeMetrics", "receive metrics of the others"),
        ("canManageAgentSession", "manage agent sessions"),
    ):
        yield Power(video.get(claim) is True, text)


def _sources(video: Claims) -> str:
    named = video.get("canPublishSources")
    if not isinstance(named, list) or not named:
        return "audio and video"
    words = [
        SOURCES.get(source, "a source unknown here") for source in named if isinstance(source, str)
    ]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words) + " only"


def _object(claims: Claims, name: str) -> Claims:
    value = claims.get(name)
    return value if isinstance(value, dict) else {}


def _text(claims: Claims, name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""
