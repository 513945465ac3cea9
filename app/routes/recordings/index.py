"""/recordings: the files that egress left, newest first, and their list as a file."""

import dataclasses
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.routes.history.shared import (
    Day,
    PlaceDep,
    Text,
    check_personal,
    check_room,
    listed,
    masking,
    none,
    range_of,
)
from app.routes.recordings.shown import masked
from app.security.guards import sees
from app.security.roles import Permission
from app.services.egress.states import EgressType
from app.services.history.lists.ranges import Span
from app.services.history.masking import Masking
from app.services.lists import Ask
from app.services.recordings import listing
from app.services.recordings.checking import TOPIC
from app.services.recordings.listing import Larger, Wanted
from app.services.recordings.recordings import Recording
from app.services.recordings.states import FileState, RecordingKind
from app.text.paths import RECORDINGS
from app.web.deps import StoreDep, UserDep
from app.web.exports import Ending, as_stream, copied
from app.web.listing import AskDep, asked, filters
from app.web.pages import page

router = APIRouter(prefix=RECORDINGS)


@dataclasses.dataclass(frozen=True, slots=True)
class Filters:
    """The list's own filters, as they are in the address; `q` is a file's name, or a job's ID."""

    room: Text = ""
    session: Text = ""
    egress: Text = ""
    type: Literal[""] | EgressType = ""
    kind: Literal[""] | RecordingKind = ""
    state: Literal[""] | FileState = ""
    larger: Larger = ""
    span: Span = ""
    since: Day = ""
    until: Day = ""

    def wanted(self, request: Request, q: str) -> Wanted:
        """Return what to search for now."""
        is_job = q.startswith(JOB_IDS)
        return Wanted(
            words="" if is_job else q,
            room=self.room,
            session=self.session,
            egress=q if is_job else self.egress,
            type=self.type,
            kind=self.kind,
            state=self.state,
            larger=self.larger,
            started=range_of(request, self.span, self.since, self.until),
        )


JOB_IDS = "EG_"
ListDep = Annotated[Ask, asked("recordings")]
FiltersDep = Annotated[Filters, filters(Filters)]


@router.get("", dependencies=[sees(Permission.RECORDINGS_READ)])
async def recordings_index(
    request: Request,
    store: StoreDep,
    user: UserDep,
    ask: ListDep,
    chosen: FiltersDep,
    place: PlaceDep,
) -> Response:
    """Show one page of the recordings that match."""
    wanted = chosen.wanted(request, ask.q)
    check_personal(user, wanted.words)
    check_room(user, wanted.room)
    found = await listing.page(store, wanted, dataclasses.replace(place, size=ask.per_page))
    masks = masking(user)
    shown = dataclasses.replace(found, rows=[masked(masks, each) for each in found.rows])
    return await page(
        request,
        "recordings/index.html.j2",
        live=place.before is None and place.after is None,
        topics=(TOPIC,),
        recordings=listed(shown, ask, dataclasses.asdict(chosen), RECORDINGS),
        searched=found.searched,
        filters=chosen,
        personal=not masks.on,
    )


@router.get("/-/export.{ending}", dependencies=[sees(Permission.RECORDINGS_READ)])
async def export_recordings(
    request: Request,
    store: StoreDep,
    user: UserDep,
    ask: AskDep,
    chosen: FiltersDep,
    ending: Ending,
) -> Response:
    """Send the list of all recordings that match as a file, of any number."""
    wanted = chosen.wanted(request, ask.q)
    check_personal(user, wanted.words)
    check_room(user, wanted.room)
    found = listing.every(store, wanted)
    rows = none() if request.state.is_head else _exported(found, masking(user))
    return await as_stream("recordings", ending, rows, ExportedRecording)


@dataclasses.dataclass(frozen=True, slots=True)
class ExportedRecording:
    """A recording in a file; null is what LiveKit didn't report, or nobody checked."""

    id: str
    egress_id: str
    room: str
    room_sid: str
    type: str
    kind: str
    filename: str
    location: str
    size: int | None
    pieces: int | None
    duration: timedelta | None
    started_at: datetime
    ended_at: datetime | None
    state: str
    found_size: int | None
    checked_at: datetime | None
    deleted_at: datetime | None
    deleted_by: str


async def _exported(found: AsyncIterator[Recording], masks: Masking) -> AsyncIterator[object]:
    async for each in found:
        shown = masked(masks, each)
        texts = {name: str(getattr(shown, name)) for name in ("type", "kind", "state")}
        yield copied(ExportedRecording, shown, room_sid=shown.session, **texts)
