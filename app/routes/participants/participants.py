"""/participants: everybody in all rooms, and their export."""

from typing import Annotated, Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.navigation.figures import Figure
from app.security.audit import export_recorded
from app.security.guards import sees
from app.security.roles import Permission
from app.services.lists import Ask
from app.services.rooms import everywhere
from app.services.rooms.everywhere import Member, Wanted
from app.services.rooms.people import Muted, Publishing
from app.services.rooms.states import ParticipantKind
from app.text.paths import PARTICIPANTS
from app.web.deps import LiveKitDep, PolledLiveKitDep
from app.web.exports import Ending, as_file
from app.web.listing import AskDep, ScanStart, asked, filters
from app.web.pages import page

router = APIRouter(prefix="/participants")


def _wanted(
    kind: Literal[""] | ParticipantKind = "",
    publishing: Publishing = "",
    muted: Muted = "",
    start: ScanStart = 0,
) -> Wanted:
    """Read the list's own filters from the query."""
    return Wanted(kind, publishing, muted, start)


ListDep = Annotated[Ask, asked("participants")]
WantedDep = Annotated[Wanted, filters(_wanted)]


@router.get("", dependencies=[sees(Permission.ROOMS_READ)])
async def participants_index(
    request: Request, livekit: PolledLiveKitDep, ask: ListDep, wanted: WantedDep
) -> Response:
    """Show the participants of the rooms that were searched, and which those are."""
    people, counts, scan = await everywhere.table(livekit, ask, wanted)
    return await page(
        request,
        "participants/index.html.j2",
        topics=("participants", "rooms"),
        figures={PARTICIPANTS: Figure(counts.participants)} if scan.complete else None,
        people=people.at(PARTICIPANTS),
        counts=counts,
        scan=scan,
        wanted=wanted,
    )


@router.get("/-/export.{ending}", dependencies=[sees(Permission.ROOMS_READ)])
async def export_participants(
    request: Request, livekit: LiveKitDep, ask: AskDep, wanted: WantedDep, ending: Ending
) -> Response:
    """Return the matching participants of the rooms that were searched as a file."""
    async with export_recorded(request, "participants.export", ending):
        people, _, _ = await everywhere.table(livekit, ask.whole, wanted)
        return as_file("participants", ending, people.rows, Member)
