"""The list of ingresses: filtered, sorted, paged, and as plain rows for an export."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from livekit.api import IngressInfo

from app.services import lists
from app.services.following import Following, Position, following
from app.services.ingress.ingresses import BASE_URLS, Ingress, input_of, listed, record, status_of
from app.services.ingress.states import IngressStatus
from app.services.lists import Ask, Columns, Listing, Table, Tabs, contain
from app.services.livekit.client import LiveKit
from app.services.terms import in_metadata, terms

# Active ones come first, values newer than this build last.
RANKS: dict[str, int] = {
    status: rank
    for rank, status in enumerate(
        (
            IngressStatus.PUBLISHING,
            IngressStatus.BUFFERING,
            IngressStatus.ERROR,
            IngressStatus.INACTIVE,
            IngressStatus.COMPLETE,
        )
    )
}

State = Literal["", "publishing", "buffering", "error", "inactive", "complete"]
Input = Literal["", "rtmp", "whip", "url"]

COLUMNS: Columns[IngressInfo] = Columns(
    {
        "state": lambda info: RANKS.get(status_of(info), len(RANKS)),
        "name": lambda info: f"{(info.name or info.ingress_id).casefold()}\0{info.ingress_id}",
        "input": input_of,
        "room": lambda info: info.room_name,
        "bitrate": lambda info: info.state.video.average_bitrate + info.state.audio.average_bitrate,
        "updated": lambda info: info.state.updated_at,
    },
    default="state",
    ties="name",
)


@dataclass(frozen=True, slots=True)
class Wanted(lists.Wanted[IngressInfo]):
    """Which ingresses a list shows; an empty value means all."""

    state: State = ""
    input: Input = ""

    def matches(self, info: IngressInfo, q: str) -> bool:
        """Return whether the ingress is one of them, with `q` in its names or its metadata."""
        names = (info.ingress_id, info.name, info.room_name, info.participant_identity)
        text, metadata = terms(q)
        return (
            self.state in {"", status_of(info)}
            and self.input in {"", input_of(info)}
            and contain(names, text)
            and in_metadata(info.participant_metadata, metadata)
        )


@dataclass(frozen=True, slots=True)
class Row:
    """An ingress as one row of an export, without secrets; bitrates in bits per second."""

    id: str
    name: str
    input: str
    status: str
    error: str
    room: str
    identity: str
    participant_name: str
    metadata: str
    url: str
    enabled: bool
    reusable: bool
    transcoding: bool
    video_codec: str | None
    width: int | None
    height: int | None
    frame_rate: float | None
    video_bitrate: int | None
    audio_codec: str | None
    channels: int | None
    sample_rate: int | None
    audio_bitrate: int | None
    started: datetime | None
    ended: datetime | None
    updated: datetime | None


def row(ingress: Ingress) -> Row:
    """Return the ingress as a row."""
    video, audio = ingress.video_in, ingress.audio_in
    return Row(
        id=ingress.id,
        name=ingress.name,
        input=ingress.input,
        status=ingress.status,
        error=ingress.error,
        room=ingress.room,
        identity=ingress.identity,
        participant_name=ingress.participant_name,
        metadata=ingress.metadata,
        url=ingress.url,
        enabled=ingress.enabled,
        reusable=ingress.reusable,
        transcoding=ingress.transcoding,
        video_codec=video.codec if video else None,
        width=video.width if video else None,
        height=video.height if video else None,
        frame_rate=video.frame_rate if video else None,
        video_bitrate=video.bitrate if video else None,
        audio_codec=audio.codec if audio else None,
        channels=audio.channels if audio else None,
        sample_rate=audio.sample_rate if audio else None,
        audio_bitrate=audio.bitrate if audio else None,
        started=ingress.started,
        ended=ingress.ended,
        updated=ingress.updated,
    )


def _missing(infos: Iterable[IngressInfo]) -> tuple[str, ...]:
    """Return the settings that LiveKit's configuration lacks for some of the ingresses."""
    without_url = {input_of(info) for info in infos if not info.url}
    return tuple(setting for kind, setting in BASE_URLS.items() if kind in without_url)


LISTING = Listing(COLUMNS, record, Tabs("state", lambda infos: Counter(map(status_of, infos))))


async def table(
    livekit: LiveKit, ask: Ask, wanted: Wanted
) -> tuple[Table[Ingress], tuple[str, ...]]:
    """Return one page of the matching ingresses, and which base URLs LiveKit lacks; one call."""
    ingresses = await listed(livekit)
    return LISTING.table(ingresses, ask, wanted), _missing(ingresses)


async def after(livekit: LiveKit, wanted: Wanted, position: Position) -> Following[Ingress]:
    """Return the matching ingresses after a position, by ID."""
    infos = await listed(livekit)
    return following(LISTING, infos, lambda info: (info.ingress_id,), wanted, position)


async def matching(livekit: LiveKit, ask: Ask, wanted: Wanted) -> list[Ingress]:
    """Return all matching ingresses in the requested order, to export or to delete them."""
    return [record(info) for info in LISTING.matching(await listed(livekit), ask, wanted)]
