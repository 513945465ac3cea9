"""/api/v1/participants and /api/v1/rooms/{room}/participants: who is in the rooms."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from app.security.roles import Permission
from app.services.audit.changes import between
from app.services.rooms import everywhere, moderation, participants
from app.services.rooms.everywhere import Wanted
from app.services.rooms.people import Muted, Publishing
from app.services.rooms.states import ParticipantKind
from app.web.api.access import api_router, reads, writes
from app.web.api.bodies import described, json_body
from app.web.api.listing import AskedDep, Page, Record, Text, page, scanned
from app.web.deps import AuditDep, Identity, LiveKitDep, RoomName

router = api_router("", "Participants")
OF_ROOM = "/rooms/{room}/participants"
ONE = f"{OF_ROOM}/{{identity}}"
Kind = Annotated[Literal[""] | ParticipantKind, Query(description="what it is")]
Source = Annotated[Publishing, Query(description="the source of a track that it publishes")]
IsMuted = Annotated[Muted, Query(description="if at least one of those tracks is muted")]


class PublishedTrack(Record):
    """A published track: its source, or else its kind."""

    sid: str
    what: str
    kind: str
    muted: bool


class Participant(Record):
    """A participant and its room."""

    room: str
    identity: str
    name: str
    sid: str
    kind: str
    state: str
    joined: datetime | None
    hidden: bool
    tracks: tuple[PublishedTrack, ...]


class Permissions(Record):
    """What a participant may do; an empty list of sources allows all of them."""

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


class Track(Record):
    """A published track; width and height are 0 for audio."""

    sid: str
    name: str
    source: str
    kind: str
    codec: str
    width: int
    height: int
    muted: bool
    encryption: str
    simulcast: bool
    stereo: bool
    stream: str


class ParticipantDetails(Record):
    """All that LiveKit reports of a participant, data tracks excepted."""

    sid: str
    identity: str
    name: str
    state: str
    kind: str
    joined: datetime | None
    region: str
    metadata: str
    attributes: Mapping[str, str]
    permissions: Permissions
    tracks: tuple[Track, ...]


class Mute(BaseModel):
    """A track to mute, or to ask the participant's client to unmute."""

    model_config = ConfigDict(extra="forbid")

    track: str = Field(min_length=1, max_length=256, description="The SID of the track.")
    muted: bool = True


@router.get("/participants", dependencies=reads(Permission.ROOMS_READ))
async def list_participants(
    livekit: LiveKitDep,
    asked: AskedDep,
    q: Text = "",
    kind: Kind = "",
    publishing: Source = "",
    muted: IsMuted = "",
) -> Page[Participant]:
    """List the participants of all rooms.

    LiveKit lists participants one room at a time, so a page is about up to 100 rooms, by room and
    identity; the next page continues in the same rooms, or in the next ones.
    """
    start, position = asked.in_scan(q, 2)
    wanted = Wanted(kind, publishing, muted, start)
    return scanned(Participant, *await everywhere.after(livekit, wanted, position))


@router.get(OF_ROOM, dependencies=reads(Permission.ROOMS_READ))
async def list_participants_of_room(
    livekit: LiveKitDep,
    room: RoomName,
    asked: AskedDep,
    q: Text = "",
    kind: Kind = "",
    publishing: Source = "",
    muted: IsMuted = "",
) -> Page[Participant]:
    """List the participants of a room, by identity."""
    wanted = Wanted(kind, publishing, muted)
    found = await everywhere.after_in(livekit, room, wanted, asked.position(q, 2))
    return page(Participant, found)


@router.get(ONE, dependencies=reads(Permission.ROOMS_READ))
async def get_participant(
    livekit: LiveKitDep, room: RoomName, identity: Identity
) -> ParticipantDetails:
    """Get a participant."""
    return ParticipantDetails.model_validate(await participants.get(livekit, room, identity))


@router.delete(
    ONE,
    status_code=204,
    dependencies=writes("participant.remove", Permission.PARTICIPANTS_MODERATE),
)
async def remove_participant(livekit: LiveKitDep, room: RoomName, identity: Identity) -> None:
    """Remove a participant from a room; its token stays valid for joining again."""
    await moderation.remove(livekit, room, identity)


@router.post(
    f"{ONE}/mute",
    status_code=204,
    dependencies=writes("participant.mute", Permission.PARTICIPANTS_MODERATE),
    openapi_extra=described(Mute),
)
async def mute_track(
    livekit: LiveKitDep,
    room: RoomName,
    identity: Identity,
    audit: AuditDep,
    sent: Annotated[Mute, json_body(Mute)],
) -> None:
    """Mute a track of a participant, or ask its client to unmute it."""
    audit.note(track=sent.track, muted=sent.muted)
    track = await moderation.mute(livekit, room, identity, sent.track, sent.muted)
    if sent.muted:  # a client that is asked to unmute may not do it
        audit.changes(between({"muted": track.muted}, {"muted": True}))
