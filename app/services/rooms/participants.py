"""Participants: frozen records of ListParticipants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from types import MappingProxyType

from livekit.api import ListParticipantsRequest, RoomParticipantIdentity
from livekit.protocol import models

from app.services.lists import Columns, arrange
from app.services.livekit.client import LiveKit
from app.services.livekit.enums import Newer, from_proto, plain_name
from app.services.livekit.times import joined, joined_ms
from app.services.rooms.states import ParticipantKind
from app.services.rooms.tracks import DataTrack, Track, data_track_record, track_record
from app.text.natural import natural
from app.text.phones import any_like

# The attribute that marks a dashboard's observers; its value is the user's name.
MARK = "livekit-dashboard.observer"
BY_SID = attrgetter("sid")


class State(StrEnum):
    """The state of a participant's connection (livekit_models.proto, ParticipantInfo.State)."""

    JOINING = "joining"
    JOINED = "joined"
    ACTIVE = "active"
    DISCONNECTED = "disconnected"


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
    """A participant of a room; `disconnected` is the reason if it is leaving, else empty."""

    sid: str
    identity: str
    name: str
    state: State | Newer
    kind: ParticipantKind | Newer
    joined: datetime | None
    region: str
    metadata: str
    attributes: MappingProxyType[str, str]
    permissions: Permissions
    tracks: tuple[Track, ...]
    data_tracks: tuple[DataTrack, ...]
    protocol: int
    details: tuple[str, ...]
    disconnected: str

    @property
    def label(self) -> str:
        """The name to show: the display name, or else the identity."""
        return self.name or self.identity

    @property
    def serves(self) -> bool:
        """Return whether it is only there to record, feed or watch the room."""
        return (
            self.kind in {"egress", "ingress"} or self.permissions.recorder or self.observes != ""
        )

    @property
    def observes(self) -> str:
        """The dashboard user who watches through it; empty if it isn't an observer."""
        return self.attributes.get(MARK, "") if self.permissions.hidden else ""


def record(participant: models.ParticipantInfo) -> Participant:
    """Translate the protobuf."""
    return Participant(
        sid=participant.sid,
        identity=participant.identity,
        name=participant.name,
        state=from_proto(State, models.ParticipantInfo.State, participant.state),
        kind=from_proto(ParticipantKind, models.ParticipantInfo.Kind, participant.kind),
        joined=joined(participant),
        region=participant.region,
        metadata=participant.metadata,
        attributes=MappingProxyType(dict(sorted(participant.attributes.items()))),
        permissions=permissions(participant.permission),
        tracks=tuple(sorted(map(track_record, participant.tracks), key=attrgetter("place"))),
        data_tracks=tuple(sorted(map(data_track_record, participant.data_tracks), key=BY_SID)),
        protocol=participant.client_protocol,
        details=tuple(
            plain_name(models.ParticipantInfo.KindDetail, d) for d in participant.kind_details
        ),
        disconnected=_reason(participant.disconnect_reason),
    )


def _reason(number: int) -> str:
    if number == models.DisconnectReason.UNKNOWN_REASON:  # not disconnected
        return ""
    return plain_name(models.DisconnectReason, number).replace("_", " ")


def permissions(permission: models.ParticipantPermission) -> Permissions:
    """Translate the protobuf of what a participant may do."""
    return Permissions(
        can_subscribe=permission.can_subscribe,
        can_publish=permission.can_publish,
        can_publish_data=permission.can_publish_data,
        can_publish_sources=tuple(
            plain_name(models.TrackSource, source) for source in permission.can_publish_sources
        ),
        can_update_metadata=permission.can_update_metadata,
        can_subscribe_metrics=permission.can_subscribe_metrics,
        can_manage_agent_session=permission.can_manage_agent_session,
        hidden=permission.hidden,
        recorder=permission.recorder,
        agent=permission.agent,
    )


COLUMNS: Columns[models.ParticipantInfo] = Columns(
    {
        "name": lambda p: natural(p.name or p.identity),
        "identity": attrgetter("identity"),
        "joined": joined_ms,
        "tracks": lambda p: len(p.tracks),
    },
    default="name",
    ties="identity",
)


async def listed(livekit: LiveKit, room: str) -> Sequence[models.ParticipantInfo]:
    """Return all participants, hidden ones too; none if the room isn't open."""
    request = ListParticipantsRequest(room=room)
    call = livekit.reads_of(room).room.list_participants
    return (await livekit.read(call, request)).participants


async def offered(livekit: LiveKit, room: str) -> list[Participant]:
    """Return the participants to choose from, by name, without recorders, which publish nothing."""
    present = arrange(await listed(livekit, room), COLUMNS.default, COLUMNS)
    return [who for who in map(record, present) if who.kind != "egress"]


async def get(livekit: LiveKit, room: str, identity: str) -> Participant:
    """Return one participant. Raises NotFound."""
    request = RoomParticipantIdentity(room=room, identity=identity)
    return record(await livekit.read(livekit.reads_of(room).room.get_participant, request))


def is_called(participant: models.ParticipantInfo, text: str) -> bool:
    """Return whether a name, an ID or a phone number of the participant contains `text`.

    `text` is casefolded. A SIP participant has phone numbers and the call's ID.
    """
    attributes = participant.attributes
    ids = participant.identity, participant.name, participant.sid, attributes.get("sip.callID", "")
    numbers = attributes.get("sip.phoneNumber", ""), attributes.get("sip.trunkPhoneNumber", "")
    return any(text in name.casefold() for name in ids) or any_like(numbers, text)
