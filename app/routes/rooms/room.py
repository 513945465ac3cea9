"""/rooms/{room}: one room: its page, its metadata and its end."""

import asyncio
from dataclasses import replace
from typing import Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.lk import rooms as lk_rooms
from app.inputs.rooms.rooms import DeleteRoom, EditRoom
from app.security.guards import does, sees
from app.security.headers import reaching_livekit
from app.security.roles import Permission, User
from app.services.agents import agents, dispatches
from app.services.egress import jobs as egress_jobs
from app.services.ingress import ingresses
from app.services.rooms import people, rooms
from app.services.rooms.participants import Participant
from app.text.json_text import json_note, pretty
from app.text.paths import ROOMS, room_path
from app.web.context import RequestContext
from app.web.deps import LiveKitDep, PolledLiveKitDep, RoomName, SettingsDep, UserDep
from app.web.forms import FormPage, Loaded
from app.web.listing import AskDep
from app.web.or_error import settled
from app.web.pages import done, page

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


@router.get("/rooms/{room}", dependencies=[sees(Permission.ROOMS_READ)])
async def room_page(
    request: Request,
    livekit: PolledLiveKitDep,
    settings: SettingsDep,
    name: RoomName,
    ask: AskDep,
    user: UserDep,
    quality: Literal["", "1"] = "",
    observers: Literal["", "1"] = "",
) -> Response:
    """Show the room and one page of its participants, by three LiveKit calls.

    Egress and ingress are requested only if they are in the room: both join the room they work for.
    With `quality`, the page's script joins as an observer and shows each connection's quality.
    With `observers`, the dashboard's own observers are listed too.
    """
    shows_agents = user.can(Permission.AGENTS_READ)
    room, present, (dispatched, no_agents) = await asyncio.gather(
        rooms.get(livekit, name),
        people.of_room(livekit, name, ask, observers=bool(observers)),
        settled(dispatches.of_room(livekit, name)) if shows_agents else _nothing(),
    )
    (jobs, no_jobs), (inputs, no_inputs) = await asyncio.gather(
        settled(egress_jobs.running(livekit, name)) if "egress" in present.kinds else _nothing(),
        settled(ingresses.of_room(livekit, name)) if "ingress" in present.kinds else _nothing(),
    )
    response = await page(
        request,
        "rooms/room.html.j2",
        room=room,
        people=replace(
            present.table, path=room_path(name), kept={"quality": quality, "observers": observers}
        ),
        counts=present.counts,
        quality=bool(quality),
        jobs=jobs,
        inputs=inputs,
        agents=None if dispatched is None else agents.in_room(name, dispatched, present.agents),
        failed=[failure for failure in (no_jobs, no_inputs, no_agents) if failure],
        command=lk_rooms.list_participants(room=name),
        commands={each.identity: _commands(name, each, user) for each in present.table.rows},
    )
    if quality:
        response.headers.update(reaching_livekit(settings))
    return response


async def _nothing() -> tuple[None, None]:
    return None, None


def _commands(room: str, who: Participant, user: User) -> list[str | None]:
    """Return the lk commands about one participant: to show it, to mute or unmute its tracks."""
    show = lk_rooms.get_participant(room=room, identity=who.identity)
    if not user.can(Permission.PARTICIPANTS_WRITE):
        return [show]
    return [show] + [
        lk_rooms.mute_track(
            room=room, identity=who.identity, track_sid=track.sid, muted=not track.muted
        )
        for track in who.tracks
    ]


@router.get("/rooms/{room}/edit", dependencies=[sees(Permission.ROOMS_WRITE)])
async def edit_room_form(request: Request) -> Response:
    """Show the room's metadata to edit."""
    return await EDIT.show(request)


@router.post("/rooms/{room}/edit", dependencies=[does("room.edit", Permission.ROOMS_WRITE, EDIT)])
async def edit_room(request: Request, livekit: LiveKitDep, name: RoomName) -> Response:
    """Replace the room's metadata."""
    form = await EDIT.read(request)
    if form.metadata == form.shown:
        await rooms.get(livekit, name)
        return done(request, room_path(name), "Nothing was changed.", "warn")
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
