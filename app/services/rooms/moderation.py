"""Actions on a participant: remove, mute, edit, permit, subscribe, send.

Those that LiveKit passes on to the room's node check first that the participant is in the room.
For an absent one LiveKit responds only after 3 s, with `no response from servers`, which would look
like an outage.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import cast

from livekit.api import (
    MuteRoomTrackRequest,
    RoomParticipantIdentity,
    SendDataRequest,
    UpdateParticipantRequest,
    UpdateSubscriptionsRequest,
)
from livekit.protocol import models

from app.errors import Conflict, LiveKitNotFound, Unsupported
from app.services.audit.changes import between
from app.services.livekit.client import LiveKit
from app.services.livekit.differences import Difference
from app.services.rooms import participants, rooms
from app.services.rooms.participants import Participant, Permissions
from app.services.rooms.tracks import Track


async def remove(livekit: LiveKit, room: str, identity: str) -> None:
    """Disconnect the participant, whose token stays valid for joining again. Raises NotFound."""
    request = RoomParticipantIdentity(room=room, identity=identity)
    await livekit.write(livekit.api.room.remove_participant, request)


async def mute(livekit: LiveKit, room: str, identity: str, track_sid: str, muted: bool) -> Track:
    """Mute a track, or ask the client to unmute it, and return the track as it was before.

    Raises NotFound, and Unsupported if `room.enable_remote_unmute` is off.
    """
    participant = await participants.get(livekit, room, identity)
    track = next((t for t in participant.tracks if t.sid == track_sid), None)
    if track is None:
        raise LiveKitNotFound(f"{participant.label} isn't publishing this track.")
    await _mute(livekit, room, identity, track_sid, muted)
    return track


async def mute_all(livekit: LiveKit, room: str, identity: str) -> list[Track]:
    """Mute every track that isn't muted, and return them as they were. Raises NotFound."""
    participant = await participants.get(livekit, room, identity)
    live = [track for track in participant.tracks if not track.muted]
    for track in live:
        await _mute(livekit, room, identity, track.sid, True)
    return live


async def _mute(livekit: LiveKit, room: str, identity: str, sid: str, muted: bool) -> None:
    request = MuteRoomTrackRequest(room=room, identity=identity, track_sid=sid, muted=muted)
    try:
        await livekit.write(livekit.api.room.mute_published_track, request)
    except Conflict as error:
        if "remote unmute" not in error.reason:
            raise
        raise Unsupported(
            "On this LiveKit server, only participants themselves can unmute their tracks.",
            advice="To allow it, set room.enable_remote_unmute: true in livekit-server's config.",
        ) from error


@dataclass(frozen=True, slots=True)
class Changes:
    """What to change about a participant.

    LiveKit reads an empty name or metadata as unchanged, and deletes an attribute that is empty.
    """

    name: str = ""
    metadata: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


def changed(before: Participant, changes: Changes) -> tuple[Difference, ...]:
    """Return what an edit changes of a participant."""
    values = {name: text for name in ("name", "metadata") if (text := getattr(changes, name))}
    old = {name: getattr(before, name) for name in values}
    attributes = {name: before.attributes.get(name, "") for name in changes.attributes}
    return between(
        old | {"attributes": attributes}, values | {"attributes": dict(changes.attributes)}
    )


async def edit(livekit: LiveKit, room: str, identity: str, changes: Changes) -> None:
    """Change name, metadata and attributes. Raises NotFound, Invalid."""
    request = UpdateParticipantRequest(room=room, identity=identity, **asdict(changes))
    await livekit.write(livekit.api.room.update_participant, request)


async def permit(livekit: LiveKit, room: str, identity: str, permissions: Permissions) -> None:
    """Replace all permissions of the participant, as LiveKit does. Raises NotFound."""
    values = asdict(permissions)
    names = values.pop("can_publish_sources")
    sources = [
        cast(models.TrackSource, int(name)) if name.isdecimal() else name.upper() for name in names
    ]
    request = UpdateParticipantRequest(
        room=room,
        identity=identity,
        permission=models.ParticipantPermission(can_publish_sources=sources, **values),
    )
    await livekit.write(livekit.api.room.update_participant, request)


async def subscribe(
    livekit: LiveKit, room: str, identity: str, track_sids: Sequence[str], subscribed: bool
) -> None:
    """Subscribe the participant to tracks of others, or unsubscribe it. Raises NotFound."""
    await participants.get(livekit, room, identity)
    request = UpdateSubscriptionsRequest(
        room=room, identity=identity, track_sids=track_sids, subscribe=subscribed
    )
    await livekit.write(livekit.api.room.update_subscriptions, request)


async def send(
    livekit: LiveKit, room: str, payload: bytes, *, topic: str, lossy: bool, to: Sequence[str]
) -> None:
    """Send data to all in the room, or to those of `to`. Raises NotFound if one is absent."""
    if not to:
        await rooms.get(livekit, room)
    for identity in to:
        await participants.get(livekit, room, identity)
    kind = models.DataPacket.LOSSY if lossy else models.DataPacket.RELIABLE
    request = SendDataRequest(
        room=room, data=payload, kind=kind, topic=topic, destination_identities=to
    )
    await livekit.write(livekit.api.room.send_data, request)
