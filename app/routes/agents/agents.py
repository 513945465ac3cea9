"""/agents: agents in rooms, their export, and dispatches: create one, its page, delete it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.commands.lk import agents as lk_agents
from app.errors import Unavailable
from app.inputs.agents import CreateDispatch, DeleteDispatch
from app.navigation.figures import by_status
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.agents import agents, dispatches
from app.services.agents.agents import AgentRow, Wanted
from app.services.agents.states import AgentStatus, RestartPolicy
from app.services.lists import Ask
from app.services.rooms import rooms
from app.services.rooms.new_agents import NewAgent
from app.text.json_text import json_note
from app.text.paths import AGENTS, dispatch_path
from app.web.context import RequestContext
from app.web.deps import AuditDep, DispatchId, LiveKitDep, PolledLiveKitDep, RoomName
from app.web.exports import Ending, as_file
from app.web.forms import FormPage, Loaded
from app.web.listing import AskDep, ScanStart, asked
from app.web.pages import done, page

NAMED = 20  # rooms that an address may name
IN_ROOMS = frozenset({AgentStatus.RUNNING, AgentStatus.PRESENT})
UNTAKEN = frozenset({AgentStatus.UNTAKEN})
PREFILLED = ("room", "agent_name", "deployment")  # fields that a link to the form may fill in

router = APIRouter(prefix="/agents")
Named = Annotated[list[Annotated[str, Query(max_length=1000)]], Query(max_length=NAMED)]


async def _wanted(
    room: Named = [],  # noqa: B006
    status: Literal[""] | AgentStatus = "",
    start: ScanStart = 0,
) -> Wanted:
    """Read the list's own filters from the query."""
    return Wanted(status, tuple(dict.fromkeys(filter(None, room))), start)


ListDep = Annotated[Ask, asked("agents")]
WantedDep = Annotated[Wanted, Depends(_wanted)]


async def _to_create(ctx: RequestContext) -> Loaded:
    """Load the rooms to dispatch to, and the lk command that makes the same dispatch."""
    offered = await rooms.offered(ctx.livekit)
    query = ctx.query
    initial = {name: query[name] for name in PREFILLED if query.get(name)}
    if ctx.request.method == "POST":
        form = await CREATE.read_valid(ctx.request)
        command = form and _create_command(form.room, form.agent)
    else:
        agent = NewAgent(
            agent_name=initial.get("agent_name", ""), deployment=initial.get("deployment", "")
        )
        command = _create_command(initial.get("room", ""), agent)
    return {"offered": offered, "command": command}, initial


def _create_command(room: str, agent: NewAgent) -> str | None:
    return lk_agents.create_dispatch(
        room=room,
        agent_name=agent.agent_name,
        metadata=agent.metadata,
        more=[agent.deployment, agent.attributes, agent.restart_policy is RestartPolicy.NEVER],
    )


async def _to_delete(ctx: RequestContext) -> Loaded:
    """Load the dispatch that the URL names, its jobs, and the lk command that deletes it."""
    room, id_ = ctx.name("room"), ctx.name("dispatch")
    dispatch, jobs = await agents.of_dispatch(ctx.livekit, room, id_)
    command = lk_agents.delete_dispatch(room=dispatch.room, id=dispatch.id)
    return {"dispatch": dispatch, "jobs": jobs, "command": command}, {}


CREATE = FormPage("agents/new.html.j2", CreateDispatch, _to_create)
DELETE = FormPage("agents/delete.html.j2", DeleteDispatch, _to_delete)


@router.get("", dependencies=[sees(Permission.AGENTS_READ)])
async def agents_index(
    request: Request, livekit: PolledLiveKitDep, ask: ListDep, wanted: WantedDep
) -> Response:
    """Show the agents of the scanned rooms, and which rooms those are."""
    table, seen = await agents.table(livekit, ask, wanted)
    figures = by_status(AGENTS, table, IN_ROOMS, UNTAKEN) if seen.scan.complete else None
    context: dict[str, Any] = {"agents": table.at(AGENTS), "seen": seen, "wanted": wanted}
    return await page(
        request, "agents/index.html.j2", topics=("agents",), figures=figures, **context
    )


@router.get("/-/export.{ending}", dependencies=[sees(Permission.AGENTS_READ)])
async def export_agents(
    livekit: LiveKitDep,
    ask: AskDep,
    wanted: WantedDep,
    ending: Ending,
) -> Response:
    """Return the matching agents of the scanned rooms as a file.

    Raises Unavailable if the node of a named room doesn't answer: the file couldn't show that.
    """
    table, seen = await agents.table(livekit, ask.whole, wanted)
    if seen.silent:
        raise Unavailable(f"No node of the server answered for {', '.join(seen.silent)}.")
    return as_file("agents", ending, table.rows, AgentRow)


@router.get("/-/dispatch", dependencies=[sees(Permission.AGENTS_WRITE)])
async def dispatch_form(request: Request) -> Response:
    """Show the form that dispatches an agent."""
    return await CREATE.show(request)


@router.post("/-/dispatch", dependencies=[does("dispatch.create", Permission.AGENTS_WRITE, CREATE)])
async def create_dispatch(request: Request, livekit: LiveKitDep, audit: AuditDep) -> Response:
    """Dispatch an agent, and go to the page of the dispatch."""
    form = await CREATE.read(request)
    audit.note(room=form.room, agent_name=form.agent_name)
    made, opened = await dispatches.create(livekit, form.room, form.agent)
    audit.note(dispatch=made.id)
    opening = f"The room {form.room} was opened. " if opened else ""
    note = json_note(form.metadata)
    text = f"{made.label} was dispatched. {opening}LiveKit is offering the job to workers.{note}"
    return done(request, dispatch_path(form.room, made.id), text, "warn" if note else "ok")


@router.get("/{room}/{dispatch}", dependencies=[sees(Permission.AGENTS_READ)])
async def dispatch_page(
    request: Request, livekit: PolledLiveKitDep, room: RoomName, id_: DispatchId
) -> Response:
    """Show one dispatch with its jobs."""
    dispatch, jobs = await agents.of_dispatch(livekit, room, id_)
    return await page(
        request,
        "agents/dispatch.html.j2",
        topics=("agents",),
        dispatch=dispatch,
        jobs=jobs,
        command=lk_agents.list_dispatches(room=dispatch.room),
    )


@router.get("/{room}/{dispatch}/delete", dependencies=[sees(Permission.AGENTS_WRITE)])
async def delete_dispatch_form(request: Request) -> Response:
    """Ask before the dispatch is deleted, and name what ends with it."""
    return await DELETE.show(request)


@router.post(
    "/{room}/{dispatch}/delete",
    dependencies=[does("dispatch.delete", Permission.AGENTS_WRITE, DELETE)],
)
async def delete_dispatch(
    request: Request, livekit: LiveKitDep, room: RoomName, id_: DispatchId
) -> Response:
    """Delete the dispatch; its agents leave the room."""
    await dispatches.delete(livekit, room, id_)
    return done(request, AGENTS, f"The dispatch {id_} was deleted.")
