"""The rooms and participants of the demo; small video at a low frame rate saves CPU time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from livekit import api

from dev.guests import Guise

SMALL = (320, 180)
HOUR = 3600


@dataclass(frozen=True)
class Member:
    """A participant of a scene."""

    identity: str
    guise: Guise = field(default_factory=Guise)


@dataclass(frozen=True)
class Scene:
    """A room with its participants."""

    name: str
    metadata: Mapping[str, object]
    cast: tuple[Member, ...]
    max_participants: int = 0

    def without(self, member: Member) -> Scene:
        """Return the scene without one of its participants."""
        return replace(self, cast=tuple(other for other in self.cast if other is not member))

    def request(self) -> api.CreateRoomRequest:
        """Return the request that creates the room."""
        return api.CreateRoomRequest(
            name=self.name,
            metadata=json.dumps(self.metadata),
            max_participants=self.max_participants,
            empty_timeout=HOUR,
        )


def _at_a_desk(identity: str, name: str, **metadata: object) -> Member:
    guise = Guise(name=name, metadata=json.dumps(metadata), audio=True, video=True)
    return Member(identity, Guise(**guise, video_size=SMALL, fps=5))


def _listener(number: int) -> Member:
    return Member(f"listener-{number}", Guise(name=f"Listener {number}"))


STANDUP = Scene(
    "standup",
    {"team": "media", "recurring": True, "links": {"board": "sprint-42"}},
    (
        Member(
            "ada",
            Guise(
                name="Ada Lovelace",
                metadata=json.dumps({"role": "host", "department": "media"}),
                attributes={"client": "web", "handRaised": "false"},
                audio=True,
                video=True,
                video_size=(640, 360),
                fps=6,
            ),
        ),
        _at_a_desk("grace", "Grace Hopper", role="engineer"),
        _at_a_desk("alan", "Alan Turing", role="engineer"),
    ),
    max_participants=10,
)

CALLER = Member(
    "sip_+15550100123",
    Guise(
        name="Phone +1 555 010 0123",
        kind="sip",
        attributes={
            "sip.callID": "SCL_demo8812",
            "sip.callStatus": "active",
            "sip.phoneNumber": "+15550100123",
            "sip.trunkPhoneNumber": "+15550100999",
            "sip.trunkID": "ST_demo",
            "sip.ruleID": "SDR_demo",
        },
        audio=True,
    ),
)

SUPPORT = Scene(
    "support-call-8812",
    {"ticket": 8812, "queue": "billing"},
    (
        _at_a_desk("mira", "Mira (support)", role="support"),
        CALLER,
    ),
)

TOWNHALL = Scene(
    "townhall",
    {"title": "What we ship next", "language": "en"},
    (
        Member(
            "joan",
            Guise(
                name="Joan Clarke",
                metadata=json.dumps({"role": "speaker"}),
                audio=True,
                video=True,
                screen=True,
                video_size=SMALL,
                fps=4,
            ),
        ),
        Member(
            "captions",
            Guise(
                name="Captions",
                kind="agent",
                attributes={"lk.agent.state": "listening"},
                metadata=json.dumps({"model": "captions-small"}),
            ),
        ),
        *(_listener(number) for number in range(1, 5)),
    ),
)

SCENES = (STANDUP, SUPPORT, TOWNHALL)
