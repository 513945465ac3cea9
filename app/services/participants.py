"""Participants and their tracks: frozen records of what ListParticipants gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from livekit.api import ListParticipantsRequest, RoomParticipantIdentity
from livekit.protocol import models

from app.services.livekit import LiveKit
from app.services.passes import MARK
from app.services.statuses import name_of
from app.services.times import joined, joined_ms
from app.tables import Columns, arrange


class State(StrEnum):
    """Where a participant stands (livekit_models.proto, ParticipantInfo.State)."""

    UNKNOWN = "unknown"
    JOINING = "joining"
    JOINED = "joined"
    ACTIVE = "active"
    DISCONNECTED = "disconnected"

    @classmethod
    def _missing_(cls, value: object) -> "State":
        return cls.UNKNOWN  # a state newer than this build


class Source(StrEnum):
    """Where a track comes from (livekit_models.proto, TrackSource)."""

    UNKNOWN = "unknown"
    CAMERA = "camera"
    MICROPHONE = "microphone"
    SCREEN_SHARE = "screen_share"
    SCREEN_SHARE_AUDIO = "screen_share_audio"

    @classmethod
    def _missing_(cls, value: object) -> "Source":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True)
class Layer:
    """One quality of a video track; `bitrate` in bits per second is the one it aims at."""

    quality: str
    width: int
    height: int
    bitrate: int


@dataclass(frozen=True, slots=True)
class Track:
    """One published track."""

    sid: str
    name: str
    source: Source
    kind: str
    codec: str
    width: int
    height: int
    layers: tuple[Layer, ...]
    muted: bool
    encryption: str
    simulcast: bool
    stereo: bool

    @property
    def what(self) -> str:
        """What it carries, in words: its source, or its kind where its client told no source."""
        return self.kind if self.source is Source.UNKNOWN else self.source.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a participant may do (livekit_models.proto, ParticipantPermission)."""

    can_subscribe: bool
    can_publish: bool
    can_publish_data: bool
    can_publish_sources: tuple[str, ...]
    can_update_metadata: bool
    can_subscribe_metrics: bool
    can_manage_agent_session: bool
    hidden: bool
    recorder: bool
    agent: bool


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody, or something, in a room; `disconnected` says why it is on its way out, if so."""

    sid: str
    identity: str
    name: str
    state: State
    kind: str
    joined: datetime | None
    region: str
    metadata: str
    attributes: MappingProxyType[str, str]
    permissions: Permissions
    tracks: tuple[Track, ...]
    protocol: int
    details: tuple[str, ...]
    disconnected: str

    @property
    def label(self) -> str:
        """The name to show: the display name, or the identity where there is none."""
        return self.name or self.identity

    @property
    def serves(self) -> bool:
        """Whether it only records, feeds or watches the room: it may less than others by design."""
        return (
            self.kind in {"egress", "ingress"} or self.permissions.recorder or self.observes != ""
        )

    @property
    def observes(self) -> str:
        """The user of a dashboard who watches by it; empty for everybody else."""
        return self.attributes.get(MARK, "") if self.permissions.hidden else ""


def word(enum: Any, number: int) -> str:
    """Give an enum value's name in lower case, its number for one newer than this build."""
    return name_of(enum, number).lower()


def record(participant: models.ParticipantInfo) -> Participant:
    """Translate the protobuf."""
    return Participant(
        sid=participant.sid,
        identity=participant.identity,
        name=participant.name,
        state=State(word(models.ParticipantInfo.State, participant.state)),
        kind=word(models.ParticipantInfo.Kind, participant.kind),
        joined=joined(participant),
        region=participant.region,
        metadata=participant.metadata,
        attributes=MappingProxyType(dict(sorted(participant.attributes.items()))),
        permissions=_permissions(participant.permission),
        tracks=tuple(track_record(track) for track in participant.tracks),
        protocol=participant.client_protocol,
        details=tuple(word(models.ParticipantInfo.KindDetail, d) for d in participant.kind_details),
        disconnected=_reason(participant.disconnect_reason),
    )


def _reason(number: int) -> str:
    if number == models.DisconnectReason.UNKNOWN_REASON:  # LiveKit has not said one
        return ""
    return word(models.DisconnectReason, number).replace("_", " ")


def _permissions(permission: models.ParticipantPermission) -> Permissions:
    return Permissions(
        can_subscribe=permission.can_subscribe,
        can_publish=permission.can_publish,
        can_publish_data=permission.can_publish_data,
        can_publish_sources=tuple(
            word(models.TrackSource, source) for source in permission.can_publish_sources
        ),
        can_update_metadata=permission.can_update_metadata,
        can_subscribe_metrics=permission.can_subscribe_metrics,
        can_manage_agent_session=permission.can_manage_agent_session,
        hidden=permission.hidden,
        recorder=permission.recorder,
        agent=permission.agent,
    )


def _codec(mime: str) -> str:
    """Give the codec's name; RED (RFC 2198) only wraps opus, twice for safety."""
    name = mime.partition("/")[2]
    return "opus with RED" if name == "red" else name


def track_record(track: models.TrackInfo) -> Track:
    """Translate the protobuf of a track."""
    codecs = [codec.mime_type for codec in track.codecs] or [track.mime_type]
    layers = track.layers or next((c.layers for c in track.codecs if c.layers), track.layers)
    return Track(
        sid=track.sid,
        name=track.name,
        source=Source(word(models.TrackSource, track.source)),
        kind=word(models.TrackType, track.type),
        codec=", ".join(dict.fromkeys(_codec(mime) for mime in codecs if mime)),
        width=track.width,
        height=track.height,
        layers=tuple(
            Layer(word(models.VideoQuality, y.quality), y.width, y.height, y.bitrate)
            for y in layers
        ),
        muted=track.muted,
        encryption=word(models.Encryption.Type, track.encryption),
        simulcast=track.simulcast,
        stereo=track.stereo,
    )


COLUMNS: Columns[models.ParticipantInfo] = Columns(
    {
        "name": lambda p: (p.name or p.identity).casefold(),
        "identity": attrgetter("identity"),
        "joined": joined_ms,
        "tracks": lambda p: len(p.tracks),
    },
    default="name",
    ties="identity",
)


async def listed(livekit: LiveKit, room: str) -> Sequence[models.ParticipantInfo]:
    """Give everybody in the room, hidden ones too; an absent room has nobody."""
    request = ListParticipantsRequest(room=room)
    answer = await livekit.read("ListParticipants", livekit.api.room.list_participants, request)
    return answer.participants


async def offered(livekit: LiveKit, room: str) -> list[Participant]:
    """Give who is in the room to choose from, by name, without recorders: they publish nothing."""
    everybody = arrange(await listed(livekit, room), COLUMNS.default, COLUMNS)
    return [who for who in map(record, everybody) if who.kind != "egress"]


async def get(livekit: LiveKit, room: str, identity: str) -> Participant:
    """Give one participant. Raises NotFound."""
    request = RoomParticipantIdentity(room=room, identity=identity)
    return record(await livekit.read("GetParticipant", livekit.api.room.get_participant, request))
