"""/rooms/{room}: one room, in four tabs: people, egress and ingress, agents, details."""

import asyncio
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.commands.lk import rooms as lk_rooms
from app.errors import LiveKitNotFound
from app.security.guards import sees
from app.security.headers import reaching_livekit
from app.security.roles import Permission, User
from app.services.agents import agents, dispatches
from app.services.agents.states import AgentStatus
from app.services.egress import jobs as egress_jobs
from app.services.ingress import ingresses
from app.services.lists import Ask, Table
from app.services.livekit.client import LiveKit
from app.services.rooms import people, rooms
from app.services.rooms.participants import Participant
from app.services.rooms.people import Person, Wanted
from app.store.errors import StoreError
from app.text.paths import room_path, session_path
from app.web.base_path import link
from app.web.context import RequestContext
from app.web.deps import PolledLiveKitDep, RoomName, SettingsDep, UserDep
from app.web.listing import asked, filters
from app.web.or_error import settled
from app.web.pages import is_fragment, page

# In the browser that remembers to show the quality; js/media/quality-choice.js sets it.
QUALITY_COOKIE = "livekit-dashboard-quality"
# Rows that one page expands: each shows everything about a participant.
OPENED = 10
TALKED_SECONDS = 0.5  # a link to conversations is worth no longer wait for the store
BETWEEN = "."  # no SID contains it, and no address encodes it

router = APIRouter()
Tab = Literal["", "media", "agents", "details"]
ListDep = Annotated[Ask, asked("people")]
WantedDep = Annotated[Wanted, filters(Wanted)]


@router.get("/rooms/{room}", dependencies=[sees(Permission.ROOMS_READ)])
async def room_page(
    request: Request,
    livekit: PolledLiveKitDep,
    settings: SettingsDep,
    name: RoomName,
    ask: ListDep,
    wanted: WantedDep,
    user: UserDep,
    tab: Tab = "",
    quality: Literal["", "1"] = "",
    observers: Literal["", "1"] = "",
    opened: Annotated[str, Query(alias="open", max_length=1000)] = "",
) -> Response:
    """Show one tab of the room, by three LiveKit calls; those for egress and ingress cost two more.

    With `quality`, the page's script joins as an observer and shows each connection's quality. A
    browser that remembers this choice is redirected, so that the address and its refreshes say it.
    A room that isn't open leads to its last session, if history has one.
    With `observers`, the dashboard's own observers are listed too. The rows of the participants
    whose SIDs are in `open` are expanded.
    """
    if tab == "" and not quality and _remembers_quality(request):
        url = request.url.include_query_params(quality="1")
        return RedirectResponse(link(request, f"{url.path}?{url.query}"), 303)
    sids = tuple(filter(None, opened.split(BETWEEN)))[-OPENED:]
    try:
        room, present, (dispatched, no_agents), media, talked = await asyncio.gather(
            rooms.get(livekit, name),
            people.of_room(livekit, name, ask, wanted, observers=bool(observers), opened=sids),
            (
                settled(dispatches.of_room(livekit, name))
                if user.can(Permission.AGENTS_READ)
                else _nothing()
            ),
            _media(livekit, name, user) if tab == "media" else _no_media(),
            _has_conversations(request, name, user),
        )
    except LiveKitNotFound:
        if ended := await _last_session(request, name, user):
            return RedirectResponse(link(request, ended), 303)
        raise
    kept = {"quality": quality, "observers": observers, "open": BETWEEN.join(sids)}
    listed = replace(present.table, path=room_path(name), kept=kept)
    working = None if dispatched is None else agents.in_room(name, dispatched, present.agents)
    with_quality = bool(quality) and tab == ""
    response = await page(
        request,
        "rooms/room.html.j2",
        topics=(f"room:{name}",),
        room=room,
        tab=tab,
        people=replace(present, table=listed),
        wanted=wanted,
        toggles=_toggles(listed, sids),
        counts=present.counts,
        quality=with_quality,
        quality_cookie=QUALITY_COOKIE,
        jobs=media["jobs"],
        inputs=media["inputs"],
        agents=working,
        untaken=sum(each.status is AgentStatus.UNTAKEN for each in working or ()),
        talked=talked,
        failed=[*media["failed"], *([no_agents] if no_agents and tab == "agents" else [])],
        command=lk_rooms.list_participants(room=name),
        commands={who.identity: _commands(name, who, user) for who in present.opened.values()},
    )
    if with_quality:
        response.headers.update(reaching_livekit(settings))
    return response


async def _last_session(request: Request, room: str, user: User) -> str:
    """Return the place of the last session of a room that isn't open; "" if history has none."""
    store = RequestContext(request).store
    if not store or is_fragment(request) or not user.can(Permission.HISTORY_READ):
        return ""
    from app.services.history import sessions  # with SQLAlchemy, which only a store needs

    try:
        session = await sessions.last(store, room)
    except StoreError:  # the room isn't open, whatever history knows
        return ""
    return f"{session_path(session.sid)}?closed=1" if session else ""


async def _has_conversations(request: Request, room: str, user: User) -> bool:
    """Return whether a link to the room's conversations leads to any, as far as that is known."""
    store = RequestContext(request).store
    if not store or not user.can(Permission.CONVERSATIONS_READ):
        return False
    from app.services.conversations.lists import listing  # with SQLAlchemy

    try:
        async with asyncio.timeout(TALKED_SECONDS):
            return await listing.has_room(store, room)
    except (StoreError, TimeoutError):
        return False


def _remembers_quality(request: Request) -> bool:
    return request.cookies.get(QUALITY_COOKIE) == "on" and not is_fragment(request)


async def _nothing() -> tuple[None, None]:
    return None, None


async def _no_media() -> dict[str, Any]:
    return {"jobs": None, "inputs": None, "failed": []}


async def _media(livekit: LiveKit, room: str, user: User) -> dict[str, Any]:
    """Return the room's running egress jobs and its ingresses, None for what failed, and why."""
    (jobs, no_jobs), (inputs, no_inputs) = await asyncio.gather(
        (
            settled(egress_jobs.running(livekit, room))
            if user.can(Permission.EGRESS_READ)
            else _nothing()
        ),
        (
            settled(ingresses.of_room(livekit, room))
            if user.can(Permission.INGRESS_READ)
            else _nothing()
        ),
    )
    failed = [failure for failure in (no_jobs, no_inputs) if failure]
    return {"jobs": jobs, "inputs": inputs, "failed": failed}


def _toggles(listed: Table[Person], opened: tuple[str, ...]) -> dict[str, str]:
    """Return the address that expands or collapses each row, by SID."""
    first = listed.url(open="")
    start = first + ("&" if "?" in first else "?") + "open="
    addresses = {}
    for who in listed.rows:
        others = [sid for sid in opened if sid != who.sid]
        wanted = others if who.sid in opened else [*others, who.sid][-OPENED:]
        addresses[who.sid] = start + BETWEEN.join(wanted) if wanted else first
    return addresses


def _commands(room: str, who: Participant, user: User) -> list[str | None]:
    """Return the lk commands about one participant: to show it, to mute or unmute its tracks."""
    show = lk_rooms.get_participant(room=room, identity=who.identity)
    if not user.can(Permission.PARTICIPANTS_MODERATE):
        return [show]
    return [show] + [
        lk_rooms.mute_track(
            room=room, identity=who.identity, track_sid=track.sid, muted=not track.muted
        )
        for track in who.tracks
    ]
