"""/api/v1/recordings: the files that egress left, and one of them."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.routes.history.shared import check_personal, check_room, masking
from app.routes.recordings.recording import send
from app.routes.recordings.shown import masked
from app.security.roles import Permission
from app.services.egress.states import EgressType
from app.services.history.lists.ranges import Range
from app.services.history.masking import Masking
from app.services.recordings import listing, recordings
from app.services.recordings.listing import Larger, Wanted
from app.services.recordings.media import SIGNS, UNKNOWN
from app.services.recordings.states import FileState, RecordingKind
from app.web.api.access import api_router, reads
from app.web.api.history import Moment, RoomPattern, following, place_of
from app.web.api.listing import AskedDep, Page, Record, Seconds
from app.web.deps import RecordingId, StoreDep, UserDep

router = api_router("/recordings", "Recordings")

Name = Annotated[str, Query(max_length=1000)]
CONTENT = {"schema": {"type": "string", "format": "binary"}}
TYPES = (UNKNOWN, *(media_type for _, _, media_type in SIGNS.values()))
FILE: dict[str, Any] = {"content": dict.fromkeys(TYPES, CONTENT)}
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: FILE | {"description": "All of it, with the media type of its content."},
    206: FILE | {"description": "The part that the header Range asks for."},
    416: {"description": "There is no such part."},
}


class Recording(Record):
    """A result of an egress job; null is what LiveKit didn't report, or nobody checked.

    Without the permission personal.read, `filename` and `location` are empty, and
    phone numbers in `room` are masked.
    """

    id: str
    egress_id: str
    room: str
    session: str = Field(description="The SID of the session.")
    type: str
    kind: str = Field(description="mp4, webm, ogg, m4a, mp3, hls, images or other.")
    filename: str = Field(description="Of hls, the playlist; of images, how their names begin.")
    location: str
    size: int | None = Field(description="In bytes, as LiveKit reported it.")
    pieces: int | None = Field(description="Of hls and images: how many files.")
    duration: Seconds | None
    started_at: datetime
    ended_at: datetime | None
    state: str = Field(
        description="What the last check found: unchecked, there, different (another size), "
        "missing, unreachable (no declared storage holds it), or deleted."
    )
    found_size: int | None
    problem: str = Field(description="Why the last check had no result.")
    checked_at: datetime | None
    deleted_at: datetime | None
    deleted_by: str


@router.get("", dependencies=reads(Permission.RECORDINGS_READ))
async def list_recordings(
    store: StoreDep,
    user: UserDep,
    asked: AskedDep,
    q: Annotated[
        str, Query(max_length=1000, description="a part of the file's name; needs personal.read")
    ] = "",
    room: RoomPattern = "",
    session: Name = "",
    egress_id: Name = "",
    type: EgressType | None = None,
    kind: RecordingKind | None = None,
    state: FileState | None = None,
    larger: Annotated[Larger, Query(description="the least size, as LiveKit reported it")] = "",
    since: Annotated[Moment | None, Query(description="when they started at least")] = None,
    until: Annotated[Moment | None, Query(description="before when they started")] = None,
) -> Page[Recording]:
    """List the recordings, newest first."""
    check_personal(user, q)
    check_room(user, room)
    wanted = Wanted(
        words=q,
        room=room,
        session=session,
        egress=egress_id,
        type=type or "",
        kind=kind or "",
        state=state or "",
        larger=larger,
        started=Range(since, until),
    )
    found = await listing.page(store, wanted, place_of(asked))
    masks = masking(user)
    return following(Recording, found, [_shown(masks, each) for each in found.rows])


@router.get("/{recording}", dependencies=reads(Permission.RECORDINGS_READ))
async def get_recording(store: StoreDep, user: UserDep, name: RecordingId) -> Recording:
    """Get a recording."""
    return _shown(masking(user), await recordings.get(store, name))


@router.get(
    "/{recording}/file",
    dependencies=reads(Permission.RECORDINGS_READ),
    response_class=Response,
    responses=ANSWERS,
)
async def get_recording_file(request: Request, store: StoreDep, name: RecordingId) -> Response:
    """Get the file of a recording.

    It is read from its storage, if the dashboard can reach that. Each time somebody opens it is in
    the audit log.
    """
    return await send(request, store, name, download=True)


def _shown(masks: Masking, recording: recordings.Recording) -> Recording:
    return Recording.model_validate(masked(masks, recording))
