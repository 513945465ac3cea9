"""Ingress: frozen records of what ListIngress gives.

Stream keys and full addresses stand in `Door` alone, so that no list or export can hold one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from livekit.api import IngressInfo, IngressInput, IngressState, ListIngressRequest

from app.errors import LiveKitNotFound, NotFound
from app.services.explanations import Explanation
from app.services.ingress.errors import explain
from app.services.ingress.media_received import AudioIn, VideoIn, audio_in, video_in
from app.services.ingress.options import (
    AudioOptions,
    VideoOptions,
    audio_options,
    known,
    video_options,
)
from app.services.ingress.states import IngressStatus, InputType
from app.services.livekit import redaction
from app.services.livekit.client import LiveKit
from app.services.livekit.times import from_nanoseconds
from app.services.rooms.tracks import Track, track_record

ACTIVE = frozenset({IngressStatus.PUBLISHING, IngressStatus.BUFFERING})
# The line of LiveKit's configuration (config.go, IngressConfig) that gives such an ingress its URL.
BASE_URLS = {InputType.RTMP: "rtmp_base_url", InputType.WHIP: "whip_base_url"}


@dataclass(frozen=True, slots=True)
class Ingress:
    """A way into a room, for something that is no LiveKit client; times None where not told.

    `url` is the address without what lets somebody in, for everybody to see. `video_in`,
    `audio_in` and `tracks` are of the last session where none goes on.
    """

    id: str
    name: str
    input: InputType
    status: IngressStatus
    error: str
    room: str
    identity: str
    participant_name: str
    metadata: str
    url: str
    enabled: bool
    reusable: bool
    transcoding: bool
    audio: AudioOptions
    video: VideoOptions
    video_in: VideoIn | None
    audio_in: AudioIn | None
    tracks: tuple[Track, ...]
    room_sid: str
    started: datetime | None
    ended: datetime | None
    updated: datetime | None

    @property
    def label(self) -> str:
        """The name to show: its own, or the id where it has none."""
        return self.name or self.id

    @property
    def active(self) -> bool:
        """Return whether media comes in now."""
        return self.status in ACTIVE

    @property
    def explanation(self) -> Explanation | None:
        """What its error means; None without an error, and if no more than the error is known."""
        return explain(self.error) if self.error else None

    @property
    def missing(self) -> str:
        """The line that LiveKit's configuration lacks for it to have an address; mostly empty."""
        return "" if self.url else BASE_URLS.get(self.input, "")


@dataclass(frozen=True, slots=True)
class Door:
    """How media gets in: a secret. `key` is empty where LiveKit pulls from `url` itself."""

    url: str = field(repr=False)
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OfRoom:
    """The ingresses of one room: those with media now, and how many others are ready."""

    active: tuple[Ingress, ...]
    idle: int


def status_of(info: IngressInfo) -> IngressStatus:
    """Return the state of the message."""
    return known(IngressStatus, IngressState.Status, info.state.status)


def input_of(info: IngressInfo) -> InputType:
    """Return the input type of the message."""
    return known(InputType, IngressInput, info.input_type)


def without_secrets(url: str) -> str:
    """Return an address without user, password, query and fragment: any of them may let one in."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return redaction.HIDDEN
    _, at, host = parts.netloc.rpartition("@")
    user = f"{redaction.HIDDEN}@" if at else ""
    rest = f"?{redaction.HIDDEN}" if parts.query or parts.fragment else ""
    return f"{parts.scheme}://{user}{host}{parts.path}{rest}" if url else ""


def record(info: IngressInfo) -> Ingress:
    """Translate the protobuf; key and credentials stay behind."""
    state = info.state
    return Ingress(
        id=info.ingress_id,
        name=info.name,
        input=input_of(info),
        status=status_of(info),
        error=_error(info),
        room=info.room_name,
        identity=info.participant_identity,
        participant_name=info.participant_name,
        metadata=info.participant_metadata,
        url=without_secrets(info.url),
        enabled=info.enabled if info.HasField("enabled") else True,
        reusable=info.reusable,
        transcoding=info.enable_transcoding,
        audio=audio_options(info.audio),
        video=video_options(info.video),
        video_in=video_in(state.video) if state.HasField("video") else None,
        audio_in=audio_in(state.audio) if state.HasField("audio") else None,
        tracks=tuple(track_record(track) for track in state.tracks),
        room_sid=state.room_id,
        started=from_nanoseconds(state.started_at),
        ended=from_nanoseconds(state.ended_at),
        updated=from_nanoseconds(state.updated_at),
    )


def _error(info: IngressInfo) -> str:
    """Return what went wrong; a worker may say back the address or the key that it was given."""
    said = info.state.error
    if info.url:
        said = said.replace(info.url, without_secrets(info.url))
    if info.stream_key:
        said = said.replace(info.stream_key, "{...}")
    return redaction.text(said)


async def listed(livekit: LiveKit, room: str = "") -> Sequence[IngressInfo]:
    """Return every ingress, or those of a room, in no order; for the services of this package."""
    request = ListIngressRequest(room_name=room)
    return (await livekit.read("ListIngress", livekit.api.ingress.list_ingress, request)).items


async def _info(livekit: LiveKit, ingress_id: str) -> IngressInfo:
    if ingress_id:  # an empty one would ask for all of them
        request = ListIngressRequest(ingress_id=ingress_id)
        try:
            call = livekit.api.ingress.list_ingress
            return (await livekit.read("ListIngress", call, request)).items[0]
        except NotFound:
            pass
    raise LiveKitNotFound(f"There is no ingress {ingress_id}, or it was deleted.")


async def get(livekit: LiveKit, ingress_id: str) -> Ingress:
    """Return one ingress. Raises NotFound."""
    return record(await _info(livekit, ingress_id))


async def named(livekit: LiveKit, ids: Sequence[str]) -> list[Ingress]:
    """Return those of the ingresses that are there, in that order, by one call."""
    found = {info.ingress_id: info for info in await listed(livekit)} if ids else {}
    return [record(found[id_]) for id_ in dict.fromkeys(ids) if id_ in found]


async def with_door(livekit: LiveKit, ingress_id: str) -> tuple[Ingress, Door]:
    """Return one ingress with its stream key and full address. Raises NotFound."""
    info = await _info(livekit, ingress_id)
    return record(info), Door(url=info.url, key=info.stream_key)


async def of_room(livekit: LiveKit, room: str) -> OfRoom:
    """Return the ingresses of one room, by one call."""
    found = await listed(livekit, room) if room else ()
    active = _active(found)
    return OfRoom(active, len(found) - len(active))


async def publishing(livekit: LiveKit) -> tuple[Ingress, ...]:
    """Return every ingress with media now, by one call: those in a room first, newest first."""
    return _active(await listed(livekit))


def _active(found: Iterable[IngressInfo]) -> tuple[Ingress, ...]:
    active = [info for info in found if status_of(info) in ACTIVE]
    active.sort(key=lambda info: (-info.state.status, -info.state.started_at, info.ingress_id))
    return tuple(record(info) for info in active)
