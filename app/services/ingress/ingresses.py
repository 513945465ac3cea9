"""Ingresses: frozen records of what ListIngress returns.

Only `EncoderTarget` has the stream key and the full address: no list or export can hold one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
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
    video_options,
)
from app.services.ingress.reach import reach_problem
from app.services.ingress.states import IngressStatus, InputType
from app.services.livekit import redaction
from app.services.livekit.client import LiveKit
from app.services.livekit.enums import Newer, from_proto
from app.services.livekit.times import from_nanoseconds
from app.services.rooms.tracks import Track, track_record

ACTIVE = frozenset({IngressStatus.PUBLISHING, IngressStatus.BUFFERING})
# A user with a password, with and without a scheme before it, and a query or a fragment.
USER = re.compile(r"\A((?:[^/?#]*//)?)[^/?#]*@")
QUERY = re.compile(r"\A([^?#]*)([?#].)?", re.DOTALL)
# The line of LiveKit's configuration (config.go, IngressConfig) that such an ingress needs.
BASE_URLS = {InputType.RTMP: "rtmp_base_url", InputType.WHIP: "whip_base_url"}


@dataclass(frozen=True, slots=True)
class Ingress:
    """An ingress; times are None if LiveKit didn't report them.

    `url` is the address without credentials. `video_in`, `audio_in` and `tracks` are those of the
    last session if none is active.
    """

    id: str
    name: str
    input: InputType | Newer
    status: IngressStatus | Newer
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
        """The name to show: its own, or else its ID."""
        return self.name or self.id

    @property
    def active(self) -> bool:
        """True if it receives media now."""
        return self.status in ACTIVE

    @property
    def explanation(self) -> Explanation | None:
        """What its error means; None without an error, or if nothing more is known."""
        return explain(self.error) if self.error else None

    @property
    def missing(self) -> str:
        """The setting that LiveKit's configuration lacks for an address; empty if it has one."""
        return "" if self.url or isinstance(self.input, Newer) else BASE_URLS.get(self.input, "")

    @property
    def reach_problem(self) -> str:
        """Why encoders may not reach its address; empty if nothing speaks against it."""
        return reach_problem(self.url) if self.url and self.input in BASE_URLS else ""


@dataclass(frozen=True, slots=True)
class EncoderTarget:
    """An encoder's settings, a secret; `key` is empty if LiveKit pulls from `url` itself."""

    url: str = field(repr=False)
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OfRoom:
    """The ingresses of one room: the active ones, and the number of idle ones."""

    active: tuple[Ingress, ...]
    idle: int


def status_of(info: IngressInfo) -> IngressStatus | Newer:
    """Return the status of the message."""
    return _status(info.state.status)


@lru_cache(16)  # lists sort and filter by it
def _status(number: int) -> IngressStatus | Newer:
    return from_proto(IngressStatus, IngressState.Status, number, strip="ENDPOINT_")


def input_of(info: IngressInfo) -> InputType | Newer:
    """Return the input type of the message."""
    return _input(info.input_type)


@lru_cache(16)
def _input(number: int) -> InputType | Newer:
    return from_proto(InputType, IngressInput, number, strip="_INPUT")


def without_secrets(url: str) -> str:
    """Return an address without user, password, query and fragment: each may be a credential.

    Everything else stays as LiveKit has it.
    """
    try:
        urlsplit(url)
    except ValueError:
        return redaction.HIDDEN
    stem, mark = QUERY.match(url).groups()  # type: ignore[union-attr]  # matches any text
    if url and not stem:
        return redaction.HIDDEN  # nothing but query or fragment
    shown = USER.sub(rf"\1{redaction.HIDDEN}@", stem)
    return f"{shown}?{redaction.HIDDEN}" if mark else shown


def record(info: IngressInfo) -> Ingress:
    """Return the record of a message, without key and credentials."""
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
    """Return the error; a worker may repeat the address or the key in it."""
    error = info.state.error
    if info.url:
        error = error.replace(info.url, without_secrets(info.url))
    if info.stream_key:
        error = error.replace(info.stream_key, "{...}")
    return redaction.text(error)


async def listed(livekit: LiveKit, room: str = "") -> Sequence[IngressInfo]:
    """Return every ingress, or those of a room, unordered; for this package's services."""
    request = ListIngressRequest(room_name=room)
    return (await livekit.read(livekit.api.ingress.list_ingress, request)).items


async def _info(livekit: LiveKit, ingress_id: str) -> IngressInfo:
    if ingress_id:  # an empty one would ask for all of them
        request = ListIngressRequest(ingress_id=ingress_id)
        try:
            call = livekit.api.ingress.list_ingress
            return (await livekit.read(call, request)).items[0]
        except NotFound:
            pass
    raise LiveKitNotFound(f"Ingress {ingress_id} does not exist, or was deleted.")


async def get(livekit: LiveKit, ingress_id: str) -> Ingress:
    """Return one ingress. Raises NotFound."""
    return record(await _info(livekit, ingress_id))


async def named(livekit: LiveKit, ids: Sequence[str]) -> list[Ingress]:
    """Return those of the ingresses that exist, in that order, with one call."""
    infos = {info.ingress_id: info for info in await listed(livekit)} if ids else {}
    return [record(infos[id_]) for id_ in dict.fromkeys(ids) if id_ in infos]


async def with_target(livekit: LiveKit, ingress_id: str) -> tuple[Ingress, EncoderTarget]:
    """Return one ingress with its stream key and full address. Raises NotFound."""
    info = await _info(livekit, ingress_id)
    return record(info), EncoderTarget(url=info.url, key=info.stream_key)


async def of_room(livekit: LiveKit, room: str) -> OfRoom:
    """Return the ingresses of one room, with one call."""
    infos = await listed(livekit, room) if room else ()
    active = _active(infos)
    return OfRoom(active, len(infos) - len(active))


def _active(infos: Iterable[IngressInfo]) -> tuple[Ingress, ...]:
    active = [info for info in infos if status_of(info) in ACTIVE]
    active.sort(key=lambda info: (-info.state.status, -info.state.started_at, info.ingress_id))
    return tuple(record(info) for info in active)
