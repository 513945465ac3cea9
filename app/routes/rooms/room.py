"""/rooms/{room}/edit and …/delete: a room's metadata, and its end."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.lk import rooms as lk_rooms
from app.inputs.rooms.rooms import DeleteRoom, EditRoom
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.audit.changes import between
from app.services.rooms import rooms
from app.text.json_text import json_note, pretty
from app.text.paths import ROOMS, room_path
from app.web.context import RequestContext
from app.web.deps import AuditDep, LiveKitDep, RoomName
from app.web.forms import FormPage, Loaded
from app.web.pages import done

router = APIRouter()


async def _to_edit(ctx: RequestContext) -> Loaded:
    """Load the room's metadata to edit, and the lk command that sets it."""
    room = await rooms.get(ctx.livekit, ctx.name("room"))
    metadata = pretty(room.metadata)
    form = await EDIT.read_valid(ctx.request)
    entered = metadata if form is None else form.metadata
    command = lk_rooms.update_room_metadata(room=room.name, metadata=entered)
    return {"room": room, "command": command}, {"metadata": metadata, "shown": metadata}


async def _to_delete(ctx: RequestContext) -> Loaded:
    """Load the room to delete, and the lk command that deletes it."""
    room = await rooms.get(ctx.livekit, ctx.name("room"))
    return {"room": room, "command": lk_rooms.delete_room(room=room.name)}, {}


EDIT = FormPage("rooms/edit.html.j2", EditRoom, _to_edit)
DELETE = FormPage("rooms/delete.html.j2", DeleteRoom, _to_delete)


@router.get("/rooms/{room}/edit", dependencies=[sees(Permission.ROOMS_WRITE)])
async def edit_room_form(request: Request) -> Response:
    """Show the room's metadata to edit."""
    return await EDIT.show(request)


@router.post("/rooms/{room}/edit", dependencies=[does("room.edit", Permission.ROOMS_WRITE, EDIT)])
async def edit_room(
    request: Request, livekit: LiveKitDep, name: RoomName, audit: AuditDep
) -> Response:
    """Replace the room's metadata."""
    form = await EDIT.read(request)
    before = await rooms.get(livekit, name)
    if form.metadata == form.shown:
        audit.changes(())
        return done(request, room_path(name), "Nothing was changed.", "warn")
    audit.changes(between({"metadata": before.metadata}, {"metadata": form.metadata}))
    await rooms.set_metadata(livekit, name, form.metadata)
    note = json_note(form.metadata)
    return done(
        request,
        room_path(name),
        f"The metadata of {name} was saved.{note}",
        "warn" if note else "ok",
    )


@router.get("/rooms/{room}/delete", dependencies=[sees(Permission.ROOMS_WRITE)])
async def delete_room_form(request: Request) -> Response:
    """Ask before the room is deleted, and show what ends with it."""
    return await DELETE.show(request)


@router.post(
    "/rooms/{room}/delete", dependencies=[does("room.delete", Permission.ROOMS_WRITE, DELETE)]
)
async def delete_room(request: Request, livekit: LiveKitDep, name: RoomName) -> Response:
    """Delete the room and disconnect its participants."""
    await rooms.delete(livekit, name)
    return done(request, ROOMS, f"Room {name} was deleted.")
