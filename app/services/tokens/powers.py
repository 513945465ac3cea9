"""What a token allows, judged by its claims alone.

Rules: protocol, auth/grants.go, and livekit-server's check of each grant (service/auth.go).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from livekit.protocol import models

from app.services.tokens.claims import Claims

KINDS = frozenset(models.ParticipantInfo.Kind.keys())
# Never counted against a room's limit (livekit-server, rtc/participant.go, IsDependent).
UNCOUNTED = frozenset({"agent", "egress"})
# Grants of the server API: claim, and what it allows.
SERVER = (
    ("video", "roomCreate", "create rooms and delete any room"),
    ("video", "roomList", "list all rooms"),
    ("video", "roomRecord", "start, stop and list egress in any room"),
    ("video", "ingressAdmin", "manage all ingresses and read their stream keys"),
    ("sip", "admin", "manage SIP trunks and dispatch rules"),
    ("sip", "call", "place phone calls"),
    ("agent", "admin", "deploy agents on LiveKit Cloud (no effect on a self-hosted server)"),
)
SOURCES = {
    "camera": "camera",
    "microphone": "microphone",
    "screen_share": "screen share",
    "screen_share_audio": "screen share audio",
}


@dataclass(frozen=True, slots=True)
class Power:
    """One thing that a token allows or denies; `name` is the room it applies to."""

    allowed: bool
    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """The claims that decide a join, as LiveKit reads them."""

    joins: bool
    room: str
    identity: str
    name: str
    kind: str
    preset: str
    opens: Mapping[str, Any]
    counted: bool


def terms(claims: Claims) -> Terms:
    """Return the claims that decide a join; a claim of a wrong type counts as absent."""
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
    """Return what the token allows and denies, most important first."""
    video = _object(claims, "video")
    wanted = terms(claims)
    joins = "join the room" if wanted.joins else "join a room"
    listed = [Power(wanted.joins, joins, wanted.room)]
    if wanted.joins:
        listed += _in_room(video)
    admin = video.get("roomAdmin") is True
    moderate = "moderate the room: remove, mute and edit participants, send data, dispatch agents"
    text = moderate if admin else "moderate a room"
    listed.append(Power(admin, text, wanted.room if admin else ""))
    for part, claim, text in SERVER:
        listed.append(Power(_object(claims, part).get(claim) is True, text))
    listed.append(Power(video.get("agent") is True, "register as an agent worker"))
    if goal := _text(video, "destinationRoom"):
        text = "as a moderator, move or forward participants to the room"
        listed.append(Power(admin, text, goal))
    return listed


def _in_room(video: Claims) -> Iterator[Power]:
    """Yield what the token allows in the room; the first three grants default to allowed."""
    publishes = video.get("canPublish") is not False
    yield Power(video.get("canSubscribe") is not False, "subscribe to other participants")
    yield Power(publishes, f"publish {_sources(video) if publishes else 'audio and video'}")
    data = video.get("canPublishData")
    yield Power(publishes if data is None else data is not False, "send data")
    for claim, text in (
        ("canUpdateOwnMetadata", "update its own name, metadata and attributes"),
        ("hidden", "stay hidden from other participants"),
        ("recorder", "mark the room as recorded"),
        ("canSubscribeMetrics", "subscribe to metrics"),
        ("canManageAgentSession", "manage agent sessions"),
    ):
        yield Power(video.get(claim) is True, text)


def _sources(video: Claims) -> str:
    named = video.get("canPublishSources")
    if not isinstance(named, list) or not named:
        return "audio and video"
    sources = [
        SOURCES.get(source.lower(), "an unknown source")
        for source in named
        if isinstance(source, str)
    ]
    joined = [", ".join(sources[:-1]), sources[-1]] if len(sources) > 1 else sources
    return " and ".join(joined) + " only"


def _object(claims: Claims, name: str) -> Claims:
    value = claims.get(name)
    return value if isinstance(value, dict) else {}


def _text(claims: Claims, name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""
