"""/rooms: the list, its export, a new room, and bulk deletion."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.lk import rooms as lk_rooms
from app.commands.lk import writing
from app.inputs.rooms.rooms import CreateRoom, DeleteRooms
from app.navigation.figures import Figure
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.jobs.kinds import JobKind
from app.services.lists import Ask
from app.services.livekit.client import LiveKit
from app.services.livekit.steps import Outcome, one_by_one
from app.services.rooms import new_room, rooms
from app.services.rooms.new_agents import NewAgent
from app.services.rooms.rooms import Room, Wanted
from app.text.json_text import json_note
from app.text.paths import ROOMS, name_in, room_path
from app.web.actions.background import Item, in_background
from app.web.actions.report import Work, report
from app.web.confirmation import confirm_many
from app.web.context import RequestContext
from app.web.deps import AuditDep, LiveKitDep, PolledLiveKitDep
from app.web.exports import Ending, as_file
from app.web.forms import FormPage, Loaded, read
from app.web.listing import AskDep, asked, filters
from app.web.pages import done, page

BULK_SECONDS = 120

router = APIRouter()
ListDep = Annotated[Ask, asked("rooms")]
WantedDep = Annotated[Wanted, filters(Wanted)]


async def _to_create(ctx: RequestContext) -> Loaded:
    """Load the lk command: an example at first, then the one for what was entered."""
    form = await CREATE.read_valid(ctx.request)
    if form is not None:
        return {"command": _create_command(form)}, {}
    is_new = ctx.request.method == "GET"
    return {"command": lk_rooms.create_room(name="NAME") if is_new else None}, {}


def _create_command(form: CreateRoom) -> str | None:
    """Return the lk command that creates this room; None if it takes more than lk can set."""
    agents = form.agents_to_dispatch
    pairs = [(agent.agent_name, agent.metadata) for agent in agents]
    if any(NewAgent(agent_name=a.agent_name, metadata=a.metadata) != a for a in agents):
        return None
    return lk_rooms.create_room(**form.model_dump() | {"agents": pairs, "tags": form.tag_texts})


CREATE = FormPage("rooms/new.html.j2", CreateRoom, _to_create)


@router.get("/rooms", dependencies=[sees(Permission.ROOMS_READ)])
async def rooms_index(
    request: Request, livekit: PolledLiveKitDep, ask: ListDep, wanted: WantedDep
) -> Response:
    """Show one page of the matching rooms."""
    table = await rooms.table(livekit, ask, wanted)
    return await page(
        request,
        "rooms/index.html.j2",
        topics=("rooms",),
        figures={ROOMS: Figure(table.total)},
        rooms=table.at(ROOMS),
        wanted=wanted,
        command=lk_rooms.list_rooms(),
    )


@router.get("/rooms/-/export.{ending}", dependencies=[sees(Permission.ROOMS_READ)])
async def export_rooms(
    livekit: LiveKitDep, ask: AskDep, wanted: WantedDep, ending: Ending
) -> Response:
    """Return all matching rooms as a file; if LiveKit fails, an error page, never an empty file."""
    matching = await rooms.matching(livekit, ask, wanted)
    return as_file("rooms", ending, matching, Room)


@router.get("/rooms/-/new", dependencies=[sees(Permission.ROOMS_WRITE)])
async def new_room_form(request: Request) -> Response:
    """Show the form for a new room."""
    return await CREATE.show(request)


@router.post("/rooms/-/new", dependencies=[does("room.create", Permission.ROOMS_WRITE, CREATE)])
async def create_room(request: Request, livekit: LiveKitDep, audit: AuditDep) -> Response:
    """Create the room and go to it."""
    form = await CREATE.read(request)
    audit.note(room=form.name)
    values = form.model_dump() | {"agents": form.agents_to_dispatch, "tags": form.tag_texts}
    room = await new_room.create(livekit, new_room.NewRoom(**values))
    note = json_note(form.metadata)
    return done(
        request, room_path(room.name), f"Room {room.name} is open.{note}", "warn" if note else "ok"
    )


@router.post("/rooms/-/delete", dependencies=[does("room.delete", Permission.ROOMS_WRITE)])
async def delete_rooms(request: Request, livekit: LiveKitDep, audit: AuditDep) -> Response:
    """Show what would be deleted; delete it when exactly that is confirmed."""
    form = await read(request, DeleteRooms)
    chosen = await _chosen(livekit, form)
    question = await confirm_many(
        request,
        "rooms/delete_many.html.j2",
        form,
        chosen,
        lambda room: room.sid,
        disconnects=lambda room: room.participants,
        folds=lambda room: not (room.participants or room.recording),
        command=writing.several(lk_rooms.delete_room(room=room.name) for room in chosen),
    )
    if question is not None:
        return question
    items = [Item(room.sid, room.name) for room in chosen]
    if job := await in_background(request, JobKind.DELETE_ROOMS, items):
        return job
    names = [room.name for room in chosen]

    def note(outcomes: Sequence[Outcome[str]]) -> None:
        audit.note(rooms={each.item: each.error or "deleted" for each in outcomes})

    steps = one_by_one(livekit, names, rooms.delete, BULK_SECONDS)
    work = Work(steps, len(names), "Delete", "room", "rooms", note)
    return await report(request, "rooms/deleted.html.j2", work)


async def _chosen(livekit: LiveKit, form: DeleteRooms) -> list[Room]:
    """Return the rooms to delete, those that somebody would miss first."""
    if form.scope == "matching":
        wanted = Wanted(form.people, form.recording, form.older)
        chosen = await rooms.matching(livekit, Ask(q=form.q), wanted)
    else:
        names = [name_in(part) for part in form.room]
        chosen = await rooms.named(livekit, names) if names else []
    return sorted(chosen, key=lambda room: (not room.recording, -room.participants, room.name))
