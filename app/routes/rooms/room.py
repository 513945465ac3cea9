"""/rooms/{room}: one room: its page, metadata, end, and data for everybody."""

import asyncio
from dataclasses import replace
from typing import Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.rooms.rooms import DeleteRoom, EditRoom, SendData
from app.security.guards import does, sees
from app.security.headers import reaching_livekit
from app.security.roles import Permission
from app.services.agents import agents
from app.services.egress import jobs as egress_jobs
from app.services.ingress import ingresses
from app.services.rooms import moderation, people, rooms
from app.text.json_text import json_note, pretty
from app.text.paths import ROOMS, room_path
from app.web.context import RequestContext
from app.web.deps import LiveKitDep, PolledLiveKitDep, RoomName, SettingsDep, UserDep
from app.web.forms import FormPage, Loaded
from app.web.listing import AskDep
from app.web.or_error import settled
from app.web.pages import done, page

router = APIRouter()


async def _room(ctx: RequestContext) -> Loaded:
    """Load the room that the address names, for a form about it."""
    room = await rooms.get(ctx.livekit, ctx.name("room"))
    metadata = pretty(room.metadata)
    return {"room": room}, {"metadata": metadata, "shown": metadata}


async def _name(ctx: RequestContext) -> Loaded:
    """Return the room's name alone, for a form that needs no more."""
    return {"room_name": ctx.name("room")}, {}


EDIT = FormPage("rooms/edit.html.j2", EditRoom, _room)
DELETE = FormPage("rooms/delete.html.j2", DeleteRoom, _room)
SEND = FormPage("rooms/send.html.j2", SendData, _name)


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

    Egress and ingress are listed only if they are in the room: both join the room they work for.
    With `quality` the page's script shows the quality of each connection, as an observer hears it.
    The dashboard's own observers are listed with `observers`.
    """
    room, who = await asyncio.gather(
        rooms.get(livekit, name),
        people.of_room(livekit, name, ask, observers=bool(observers)),
    )
    shows_agents = user.can(Permission.AGENTS_READ)
    (jobs, no_jobs), (inputs, no_inputs), (agents_here, no_agents) = await asyncio.gather(
        settled(egress_jobs.running(livekit, name)) if "egress" in who.kinds else _nothing(),
        settled(ingresses.of_room(livekit, name)) if "ingress" in who.kinds else _nothing(),
        settled(agents.in_room(livekit, name, who.agents)) if shows_agents else _nothing(),
    )
    answer = await page(
        request,
        "rooms/room.html.j2",
        room=room,
        people=replace(
            who.table, path=room_path(name), kept={"quality": quality, "observers": observers}
        ),
        counts=who.counts,
        quality=bool(quality),
        jobs=jobs,
        inputs=inputs,
        agents=agents_here,
        failed=[failure for failure in (no_jobs, no_inputs, no_agents) if failure],
    )
    if quality:
        answer.headers.update(reaching_livekit(settings))
    return answer


async def _nothing() -> tuple[None, None]:
    return None, None


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
    """Ask before the room is deleted, and name what ends with it."""
    return await DELETE.show(request)


@router.post(
    "/rooms/{room}/delete", dependencies=[does("room.delete", Permission.ROOMS_WRITE, DELETE)]
)
async def delete_room(request: Request, livekit: LiveKitDep, name: RoomName) -> Response:
    """Delete the room and everybody's connection to it."""
    await rooms.delete(livekit, name)
    return done(request, ROOMS, f"Room {name} was deleted.")


@router.get("/rooms/{room}/send", dependencies=[sees(Permission.PARTICIPANTS_WRITE)])
async def send_to_room_form(request: Request) -> Response:
    """Show the form that sends data to everybody in the room."""
    return await SEND.show(request)


@router.post(
    "/rooms/{room}/send", dependencies=[does("room.send", Permission.PARTICIPANTS_WRITE, SEND)]
)
async def send_to_room(request: Request, livekit: LiveKitDep, name: RoomName) -> Response:
    """Send data to everybody in the room."""
    form = await SEND.read(request)
    payload = form.payload.encode()
    lossy = form.delivery == "lossy"
    await moderation.send(livekit, name, payload, topic=form.topic, lossy=lossy, to=())
    return done(request, room_path(name), f"{len(payload):,} bytes were sent to all in {name}.")
