"""/rooms/{room}/participants/-/…: mute, unmute, remove, permit and send data to several."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.lk import rooms as lk_rooms
from app.commands.lk import writing
from app.inputs.rooms.many import PERMISSIONS, Asked, ChosenPeople, PermitMany, SendToMany
from app.security.guards import does
from app.security.roles import Permission
from app.services.jobs.kinds import JobKind
from app.services.livekit.client import LiveKit
from app.services.livekit.differences import Difference
from app.services.livekit.steps import Outcome, one_by_one
from app.services.rooms import many, moderation
from app.services.rooms.people import Person
from app.web.actions.background import Item, in_background
from app.web.actions.report import Work, report
from app.web.confirmation import confirm_many
from app.web.context import RequestContext
from app.web.deps import AuditDep, LiveKitDep, RoomName
from app.web.forms import FormPage, Loaded, read

BULK_SECONDS = 120

router = APIRouter(prefix="/rooms/{room}/participants/-")
Act = Callable[[LiveKit, Person], Awaitable[Sequence[Difference]]]


async def _chosen(livekit: LiveKit, room: str, form: ChosenPeople) -> list[Person]:
    """Return the participants to act on, those who publish first."""
    if form.scope == "matching":
        return await many.matching(livekit, room, form.q, form.wanted)
    return await many.named(livekit, room, form.identities)


async def _load(ctx: RequestContext) -> Loaded:
    """Load the chosen participants: the form then names each of them."""
    room = ctx.name("room")
    chosen = await _chosen(ctx.livekit, room, await read(ctx.request, ChosenPeople))
    return {"room_name": room, "chosen": chosen, "permissions": PERMISSIONS}, {}


PERMIT = FormPage("rooms/many/permissions.html.j2", PermitMany, _load)
SEND = FormPage("rooms/many/send.html.j2", SendToMany, _load)


def _moderates(action: str) -> list[Any]:
    return [does(f"participants.{action}", Permission.PARTICIPANTS_MODERATE)]


def _changes(action: str, form: FormPage[Any]) -> list[Any]:
    return [does(f"participants.{action}", Permission.PARTICIPANTS_WRITE, form)]


@router.post("/mute", dependencies=_moderates("mute"))
async def mute(request: Request, livekit: LiveKitDep, room: RoomName, audit: AuditDep) -> Response:
    """Show whose microphones would be muted; mute exactly those when that is confirmed."""
    return await _microphones(request, livekit, room, audit, muted=True)


@router.post("/unmute", dependencies=_moderates("unmute"))
async def unmute(
    request: Request, livekit: LiveKitDep, room: RoomName, audit: AuditDep
) -> Response:
    """Show which clients would be asked to unmute; ask exactly those when that is confirmed."""
    return await _microphones(request, livekit, room, audit, muted=False)


async def _microphones(
    request: Request, livekit: LiveKit, room: str, audit: AuditDep, *, muted: bool
) -> Response:
    form = await read(request, ChosenPeople)
    chosen = await _chosen(livekit, room, form)
    tracks = {who.sid: many.microphones(who, muted=not muted) for who in chosen}
    question = await confirm_many(
        request,
        "rooms/many/mute.html.j2",
        form,
        [who for who in chosen if tracks[who.sid]],
        lambda who: " ".join([who.sid, *(track.sid for track in tracks[who.sid])]),
        room_name=room,
        muted=muted,
        tracks=tracks,
        others=[who for who in chosen if not tracks[who.sid]],
        command=writing.several(
            lk_rooms.mute_track(room=room, identity=who.identity, track_sid=track.sid, muted=muted)
            for who in chosen
            for track in tracks[who.sid]
        ),
    )
    if question is not None:
        return question
    acting = [who for who in chosen if tracks[who.sid]]
    change = many.mute if muted else many.unmute
    words = ("Mute", "muted") if muted else ("Unmute", "asked to unmute")

    async def step(lk: LiveKit, who: Person) -> Sequence[Difference]:
        return await change(lk, room, who)

    return await _report(request, livekit, room, audit, acting, step, *words)


@router.post("/remove", dependencies=_moderates("remove"))
async def remove(
    request: Request, livekit: LiveKitDep, room: RoomName, audit: AuditDep
) -> Response:
    """Show who would be disconnected; remove exactly those when that is confirmed."""
    form = await read(request, ChosenPeople)
    chosen = await _chosen(livekit, room, form)
    question = await confirm_many(
        request,
        "rooms/many/remove.html.j2",
        form,
        chosen,
        lambda who: who.sid,
        disconnects=lambda who: True,
        room_name=room,
        command=writing.several(
            lk_rooms.remove_participant(room=room, identity=who.identity) for who in chosen
        ),
    )
    if question is not None:
        return question

    items = [Item(who.sid, who.identity) for who in chosen]
    if job := await in_background(request, JobKind.REMOVE_PARTICIPANTS, items, room):
        return job

    async def step(lk: LiveKit, who: Person) -> Sequence[Difference]:
        await moderation.remove(lk, room, who.identity)
        return ()

    return await _report(request, livekit, room, audit, chosen, step, "Remove", "removed")


@router.post("/permissions", dependencies=_changes("permit", PERMIT))
async def permit(
    request: Request, livekit: LiveKitDep, room: RoomName, audit: AuditDep
) -> Response:
    """Show the form; change the chosen permissions of each participant that it named."""
    if not (await read(request, Asked)).asked:
        audit.note(asked=True)
        return await PERMIT.asks(request)
    form = await PERMIT.read(request)
    audit.note(permissions=form.changes)

    async def step(lk: LiveKit, who: Person) -> Sequence[Difference]:
        return await many.permit(lk, room, who, form.changes)

    chosen = await _chosen(livekit, room, form)
    words = ("Change permissions of", "updated")
    return await _report(request, livekit, room, audit, chosen, step, *words)


@router.post("/send", dependencies=_changes("send", SEND))
async def send(request: Request, livekit: LiveKitDep, room: RoomName, audit: AuditDep) -> Response:
    """Show the form; send the data to each participant that it named."""
    if not (await read(request, Asked)).asked:
        audit.note(asked=True)
        return await SEND.asks(request)
    form = await SEND.read(request)
    payload = form.payload.encode()

    async def step(lk: LiveKit, who: Person) -> Sequence[Difference]:
        to = [who.identity]
        await moderation.send(lk, room, payload, topic=form.topic, lossy=form.lossy, to=to)
        return ()

    chosen = await _chosen(livekit, room, form)
    words = ("Send data to", "sent data")
    return await _report(request, livekit, room, audit, chosen, step, *words)


async def _report(
    request: Request,
    livekit: LiveKit,
    room: str,
    audit: AuditDep,
    chosen: Sequence[Person],
    act: Act,
    verb: str,
    done: str,
) -> Response:
    """Act on one after another, and show the outcome for each."""
    changed: list[Difference] = []

    async def step(lk: LiveKit, who: Person) -> None:
        changed.extend(await act(lk, who))

    def note(outcomes: Sequence[Outcome[Person]]) -> None:
        if changed:
            audit.changes(changed)
        audit.note(participants={each.item.identity: each.error or done for each in outcomes})

    steps = one_by_one(livekit, chosen, step, BULK_SECONDS)
    work = Work(steps, len(chosen), verb, "participant", "participants", note)
    return await report(request, "rooms/many/done.html.j2", work, room_name=room, done=done)
