"""What can be done to a participant: remove, mute, edit, permit, subscribe, send.

Each looks first whether the participant is there: LiveKit itself answers some of these calls for
an absent one only after 3 s, with `no response from servers`, which would look like an outage.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from livekit.api import (
    MuteRoomTrackRequest,
    RoomParticipantIdentity,
    SendDataRequest,
    UpdateParticipantRequest,
    UpdateSubscriptionsRequest,
)
from livekit.protocol import models

from app.errors import Conflict, LiveKitNotFound, Unsupported
from app.services.livekit.client import LiveKit
from app.services.rooms import participants, rooms
from app.services.rooms.participants import Permissions
from app.services.rooms.tracks import Track


async def remove(livekit: LiveKit, room: str, identity: str) -> None:
    """Disconnect the participant; its token stays valid, it can join again. Raises NotFound."""
    request = RoomParticipantIdentity(room=room, identity=identity)
    await livekit.write(livekit.api.room.remove_participant, request)


async def mute(livekit: LiveKit, room: str, identity: str, track_sid: str, muted: bool) -> Track:
    """Mute a track, or ask the client to unmute it; give the track as it was before.

    Raises NotFound, and Unsupported where `room.enable_remote_unmute` is off.
    """
    participant = await participants.get(livekit, room, identity)
    track = next((t for t in participant.tracks if t.sid == track_sid), None)
    if track is None:
        raise LiveKitNotFound(f"{participant.label} does not publish this track any more.")
    await _mute(livekit, room, identity, track_sid, muted)
    return track


async def mute_all(livekit: LiveKit, room: str, identity: str) -> int:
    """Mute every track that is not muted, and give how many those were. Raises NotFound."""
    participant = await participants.get(livekit, room, identity)
    live = [track for track in participant.tracks if not track.muted]
    for track in live:
        await _mute(livekit, room, identity, track.sid, True)
    return len(live)


async def _mute(livekit: LiveKit, room: str, identity: str, sid: str, muted: bool) -> None:
    request = MuteRoomTrackRequest(room=room, identity=identity, track_sid=sid, muted=muted)
    try:
        await livekit.write(livekit.api.room.mute_published_track, request)
    except Conflict as error:
        if "remote unmute" not in error.reason:
            raise
        raise Unsupported(
            "This LiveKit server does not let anybody but the participant unmute a track.",
            advice="Set room.enable_remote_unmute: true in its configuration to allow it.",
        ) from error


async def edit(
    livekit: LiveKit,
    room: str,
    identity: str,
    *,
    name: str,
    metadata: str,
    attributes: Mapping[str, str],
) -> None:
    """Set name, metadata and attributes; an empty attribute is deleted.

    LiveKit reads an empty name or metadata as unchanged. Raises NotFound, Invalid.
    """
    request = UpdateParticipantRequest(
        room=room, identity=identity, name=name, metadata=metadata, attributes=attributes
    )
    await livekit.write(livekit.api.room.update_participant, request)


async def permit(livekit: LiveKit, room: str, identity: str, permissions: Permissions) -> None:
    """Replace the participant's permissions as a whole, as LiveKit does. Raises NotFound."""
    values = asdict(permissions)
    sources = [source.upper() for source in values.pop("can_publish_sources")]
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
    """Send data to everybody, or to those of `to`. Raises NotFound where they are not there."""
    if not to:
        await rooms.get(livekit, room)
    for identity in to:
        await participants.get(livekit, room, identity)
    kind = models.DataPacket.LOSSY if lossy else models.DataPacket.RELIABLE
    request = SendDataRequest(
        room=room, data=payload, kind=kind, topic=topic, destination_identities=to
    )
    await livekit.write(livekit.api.room.send_data, request)
