"""/api/v1/ingress: RTMP, WHIP and URL inputs, without their keys; deleting one."""

from datetime import datetime

from app.security.roles import Permission
from app.services.ingress import control, ingresses, listing
from app.services.ingress.listing import Input, State, Wanted
from app.web.api.access import api_router, reads, writes
from app.web.api.listing import AskedDep, Page, Record, Text, page
from app.web.deps import IngressId, LiveKitDep

router = api_router("/ingress", "Ingress")


class Video(Record):
    """Video that is received; bitrates are in bits per second, null is not reported."""

    codec: str
    width: int | None
    height: int | None
    frame_rate: float | None
    bitrate: int | None


class Audio(Record):
    """Audio that is received; the sample rate is in hertz, null is not reported."""

    codec: str
    channels: int | None
    sample_rate: int | None
    bitrate: int | None


class Ingress(Record):
    """An ingress; `url` has no credentials. Video and audio are those of the last session."""

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
    video_in: Video | None
    audio_in: Audio | None
    started: datetime | None
    ended: datetime | None
    updated: datetime | None


@router.get("", dependencies=reads(Permission.INGRESS_READ))
async def list_ingress(
    livekit: LiveKitDep,
    asked: AskedDep,
    q: Text = "",
    state: State = "",
    input: Input = "",
) -> Page[Ingress]:
    """List the ingresses, by ID."""
    position = asked.position(q, 1)
    return page(Ingress, await listing.after(livekit, Wanted(state, input), position))


@router.get("/{ingress}", dependencies=reads(Permission.INGRESS_READ))
async def get_ingress(livekit: LiveKitDep, ingress: IngressId) -> Ingress:
    """Get an ingress."""
    return Ingress.model_validate(await ingresses.get(livekit, ingress))


@router.delete(
    "/{ingress}",
    status_code=204,
    dependencies=writes("ingress.delete", Permission.INGRESS_WRITE),
)
async def delete_ingress(livekit: LiveKitDep, ingress: IngressId) -> None:
    """Delete an ingress, which ends its session."""
    await control.delete(livekit, ingress)
